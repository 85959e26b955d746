"""Anonymising: the treatment `anonymise` over a whole film or picture of the production.

The film is gone through twice: once to find and follow faces, shot by shot, and once to cover them and write. What is
written appears whole or not at all; stopped, it is begun anew.
"""

import os
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.errors import StoppedError, UseError
from kinoeye.media.full import read_full, read_sound
from kinoeye.media.probe import Probe, probe
from kinoeye.media.write import write_film, write_picture
from kinoeye.run.progress import Progress
from kinoeye.store import people
from kinoeye.store.consents import Consents
from kinoeye.store.index import Index
from kinoeye.store.made import Made
from kinoeye.timecode import FLICKS_PER_SECOND, standard_rate, to_seconds
from kinoeye.treatments.people.anonymise import anonymise
from kinoeye.treatments.people.following import Boxes, Spot, Way, follow
from kinoeye.treatments.people.looking import look

Picture = npt.NDArray[np.uint8]

_LUMA_WIDTH = 480  # pixels: enough to follow a face, little enough to keep a stretch of a shot in memory
_STRETCH = 600  # pictures of a shot that are kept at once
_OVERLAP = 60  # pictures that two stretches share, so that what one does not know the other does
_CLOSE_EVERY = 8  # pictures: the quarters of a large picture take four times as long as the whole
_FIND, _SURE = 0.4, 0.55  # a find may be as unsure as the one, if its face is once as sure as the other
_CRF = 16  # the source was compressed once already


@dataclass(frozen=True)
class Whom:
    """Whose faces are covered.

    Parameters
    ----------
    people : frozenset of str or None
        Ids; None for everyone.
    is_besides : bool
        Everyone but these.
    """

    people: frozenset[str] | None = None
    is_besides: bool = False

    def means(self, seen: Collection[str | None]) -> bool:
        """Say whether a face is covered; whose it may be was seen at some moments (None: nobody known)."""
        if self.people is None:
            return True
        if self.is_besides:
            return not seen or any(each not in self.people for each in seen)
        return any(each in self.people for each in seen)


def whom(index: Index, said: Sequence[str], *, unconsented: bool = False) -> Whom:
    """Return whose faces are meant: some people, everyone without consent, or everyone.

    Raises
    ------
    UseError
        If both are said, someone is unknown or named twice, or nobody can be known because identity is off.
    """
    if said and unconsented:
        raise UseError("anonymise: either people or everyone without consent must be said, got both")
    if unconsented:
        everyone = {row["person"] for row in people.rows(index, "persons")}
        return Whom(frozenset(everyone - Consents(index).unconsented()), is_besides=True)
    return Whom(frozenset(people.person(index, each)["person"] for each in said)) if said else Whom()


@dataclass
class Effect:
    """What was made.

    Parameters
    ----------
    path : Path
    pictures : int
    faces, covered : int
        Faces followed through a shot, and how many of them are covered.
    covered_pictures : int
        Pictures in which anything is covered.
    seconds : float
        Wall time.
    notes : list of str
        What the result does not keep of the source.
    """

    path: Path
    pictures: int = 0
    faces: int = 0
    covered: int = 0
    covered_pictures: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


def anonymise_asset(
    folder: Path,
    index: Index,
    path: str,
    out: Path,
    whom: Whom,
    *,
    manner: str = "blur",
    room: float = 1.0,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Effect:
    """Cover faces in a film or picture of the production, and write it into a folder of made things.

    Raises
    ------
    UseError
        If it is neither film nor picture, or a file that is not ours stands where the new one would.
    MediaError
        If it cannot be read or written.
    StoppedError
        If the user stopped it; nothing half-made stays.
    """
    begin = time.monotonic()
    anonymise(np.zeros((1, 1, 3), np.uint8), [], manner=manner, room=room)  # settings are refused before a film is read
    row = next(each for each in people.rows(index, "assets") if path in each["paths"])
    if row["kind"] not in {"video", "picture"}:
        raise UseError(f"anonymise: {path} must be a film or a picture, got {_ARTICLES.get(row['kind'], row['kind'])}")
    target = target_of(index, folder, out, path, row)
    work = _Work(folder / path, probe(folder / path), index, row["asset"], whom, on_progress)
    try:
        effect = work.run(target, manner, room)
    except KeyboardInterrupt:
        raise StoppedError("anonymise: stopped", remedy="Say it again; nothing half-made stays") from None
    Made(index.files, folder).note([target], [row["asset"]])
    effect.seconds = time.monotonic() - begin
    on_progress(Progress("done", 1, 1))
    return effect


_ARTICLES = {
    "sequence": "a row of pictures. Make a film of it first", "sound": "sound", "text": "text",
    "screenplay": "a screenplay", "subtitles": "subtitles",
}  # fmt: skip


def target_of(index: Index, folder: Path, out: Path, path: str, row: dict[str, Any]) -> Path:
    """Return where the result is written; never over a file that is not provably ours.

    Raises
    ------
    UseError
        If such a file stands there.
    """
    source = Path(path)
    if row["kind"] == "picture":
        suffix = ".jpg" if source.suffix.lower() in {".jpg", ".jpeg"} else ".png"
    else:
        suffix = ".mov" if source.suffix.lower() == ".mov" else ".mp4"
    target = out / f"{'-'.join((*source.parts[:-1], source.stem))}.anonymised{suffix}"
    Made(index.files, folder).check_free("anonymise", [target])
    return target


class _Work:
    def __init__(
        self, path: Path, probed: Probe, index: Index, asset: str, whom: Whom, on_progress: Callable[[Progress], None]
    ) -> None:
        self._path, self._probe, self._whom, self._on_progress = path, probed, whom, on_progress
        self._ends = sorted(each["end_frame"] for each in people.rows(index, "shots", asset))
        self._known = _known_faces(index, asset)
        self._total = 2 * max(1, probed.pictures or 1)
        self._threads = os.cpu_count() or 1
        self._covers: dict[int, list[Boxes]] = {}
        self.faces = self.covered = 0

    def run(self, target: Path, manner: str, room: float) -> Effect:
        """Find, cover and write."""
        for stretch in self._stretches():
            self._follow(stretch)
        target.parent.mkdir(parents=True, exist_ok=True)
        effect = Effect(target, 0, self.faces, self.covered, len(self._covers))
        if self._probe.kind == "picture":
            _, picture = next(self._covered(manner, room))
            write_picture(target, picture, quality=95)
            effect.pictures = 1
            return effect
        self._write(target, manner, room, effect)
        return effect

    def _write(self, target: Path, manner: str, room: float, effect: Effect) -> None:
        rate = standard_rate(self._probe.rate or Fraction(24))
        effect.notes += _lost(self._probe)
        is_plain = target.suffix in {".mp4", ".mov"} and not self._probe.is_variable_rate
        with tempfile.TemporaryFile(dir=target.parent) as spool:
            sound = read_sound(self._path, self._probe, spool, start=self._probe.start or 0)
            effect.pictures = write_film(
                target, _conformed(self._covered(manner, room), rate), rate, sound=sound,
                timecode=self._probe.timecode if is_plain else None, crf=_CRF,
            )  # fmt: skip

    def _covered(self, manner: str, room: float) -> Iterator[tuple[int, Picture]]:
        for number, moment, picture in read_full(self._path, self._probe, threads=self._threads):
            self._tell(self._total / 2 + number, "covering")
            yield moment, anonymise(picture, self._covers.get(number, ()), manner=manner, room=room)

    def _stretches(self) -> Iterator["_Stretch"]:
        """Go through the film, and give its shots, long ones in overlapping stretches."""
        stretch = _Stretch(0)
        for number, moment, picture in read_full(self._path, self._probe, threads=self._threads):
            is_cut = number in self._ends
            if is_cut or len(stretch.lumas) >= _STRETCH:
                yield stretch
                stretch = _Stretch(number) if is_cut else stretch.tail()
            stretch.add(moment, picture, self._finds(number, picture))
            self._tell(number, "finding faces")
        yield stretch

    def _finds(self, number: int, picture: Picture) -> list[tuple[Spot, str | None]]:
        """Find the faces of a picture; those that the index knows are there too, with their people."""
        found = look(picture, is_close=number % _CLOSE_EVERY == 0, is_mirrored=number % 2 == 1, least_score=_FIND)
        spots: list[tuple[Spot, str | None]] = []
        known = self._known.get(number, [])
        for box, score in found:
            whose = max(known, key=lambda each: _overlap(each[0], box), default=None)
            is_known = whose is not None and _overlap(whose[0], box) > 0.3
            spots.append((Spot(0, box, score), whose[1] if is_known and whose else None))
        unseen = [each for each in known if all(_overlap(each[0], spot.box) <= 0.3 for spot, _ in spots)]
        return spots + [(Spot(0, box, 1.0), who) for box, who in unseen]

    def _follow(self, stretch: "_Stretch") -> None:
        ways = follow(stretch.lumas, stretch.times, [spot for spot, _ in stretch.spots], least_score=_SURE)
        for way in ways:
            self.faces += 1
            seen = {stretch.spots[number][1] for number in way.spots} - {None}
            if self._whom.means(seen):
                self.covered += 1
                self._cover(stretch.first, way)

    def _cover(self, first: int, way: Way) -> None:
        for place, box in (*enumerate(way.boxes, way.first), *way.others):
            self._covers.setdefault(first + place, []).append(box)

    def _tell(self, done: float, doing: str) -> None:
        self._on_progress(Progress("work", min(done, self._total), self._total, doing))


class _Stretch:
    """Pictures of a shot, small, with what was found in them."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.lumas: list[Picture] = []
        self.times: list[float] = []
        self.spots: list[tuple[Spot, str | None]] = []

    def add(self, moment: int, picture: Picture, found: Sequence[tuple[Spot, str | None]]) -> None:
        """Add a picture."""
        place = len(self.lumas)
        scale = min(1.0, _LUMA_WIDTH / picture.shape[1])
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        self.lumas.append(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8))
        self.times.append(to_seconds(moment))
        self.spots += [(Spot(place, spot.box, spot.score), who) for spot, who in found]

    def tail(self) -> "_Stretch":
        """Return the last pictures, with which the next stretch begins."""
        cut = len(self.lumas) - _OVERLAP
        tail = _Stretch(self.first + cut)
        tail.lumas, tail.times = self.lumas[cut:], self.times[cut:]
        tail.spots = [(Spot(s.place - cut, s.box, s.score), who) for s, who in self.spots if s.place >= cut]
        return tail


def _known_faces(index: Index, asset: str) -> dict[int, list[tuple[tuple[float, float, float, float], str | None]]]:
    """Return the faces that the index knows, by picture, with their people."""
    owners: dict[int, str] = {}
    tracks = {row["track"]: row["faces"] for row in people.rows(index, "face_tracks", asset)}
    for row in people.rows(index, "appearances"):
        if row["asset"] == asset and row["person"]:
            owners |= dict.fromkeys(tracks.get(row["track"], ()), row["person"])
    known: dict[int, list[tuple[tuple[float, float, float, float], str | None]]] = {}
    for number, faces in people.places_of_faces(index, asset).items():
        known[number] = [(box, owners.get(face)) for face, box in faces]
    return known


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Return intersection over union of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0.0, wide) * max(0.0, high)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return common / max(areas - common, 1e-9)


def _conformed(pictures: Iterator[tuple[int, Picture]], rate: Fraction) -> Iterator[Picture]:
    """Give pictures at a steady rate: one that stands longer comes more than once, one too many is left out."""
    step = Fraction(FLICKS_PER_SECOND) / rate
    begin: int | None = None
    count, last = 0, None
    for moment, picture in pictures:
        begin = moment if begin is None else begin
        while last is not None and begin + (count + Fraction(1, 2)) * step <= moment:
            yield last
            count += 1
        last = _even(picture)
    if last is not None:
        yield last


def _even(picture: Picture) -> Picture:
    """Return a picture of even width and height, as the codec wants it: the last line and column may come twice."""
    odd = (picture.shape[0] % 2, picture.shape[1] % 2)
    return np.pad(picture, ((0, odd[0]), (0, odd[1]), (0, 0)), mode="edge") if any(odd) else picture


def _lost(probed: Probe) -> list[str]:
    """Say what the result does not keep of the source."""
    told = {
        "high dynamic range is brought to a plain screen": probed.is_hdr,
        "transparency is laid over black": probed.has_alpha,
        "the rate varies in the source and is steady here; every picture keeps its time": probed.is_variable_rate,
        f"{probed.channels} channels of sound become 2": (probed.channels or 0) > 2,
        "the file's tags are left out: they may name people": bool(probed.tags),
    }
    return [text for text, is_so in told.items() if is_so]
