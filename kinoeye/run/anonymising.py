"""Anonymising: the treatment `anonymise` over a whole film or picture of the production.

It is gone through twice: once to find and follow faces, shot by shot (`ways`), and once to cover them (`covering`).
Both keep what is done; stopped, it goes on from there. What is made appears in ``out`` whole or not at all.
"""

import math
import re
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kinoeye.errors import StoppedError, UseError
from kinoeye.media.write import PICTURE_SUFFIXES
from kinoeye.run.covering import Cover, Manner
from kinoeye.run.parts import parts_of
from kinoeye.run.progress import Progress
from kinoeye.run.sources import Source, source_of
from kinoeye.run.ways import Box, Face, Search, Seen
from kinoeye.store import people
from kinoeye.store.consents import Consents
from kinoeye.store.index import Index
from kinoeye.store.made import Made
from kinoeye.treatments.people.anonymise import anonymise

_FIND_SHARE = 0.8  # of the time goes into finding; only the time left is told by it


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
    plain: bool = False,
    sequence_rate: float = 24.0,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Effect:
    """Cover faces in a film, a picture or a sequence of the production, and write it into a folder of made things.

    Raises
    ------
    UseError
        If it has no pictures or ones that cannot be kept as they are, or files that are not ours stand where the new
        ones would.
    MediaError
        If it cannot be read or written.
    StoppedError
        If the user stopped it; said again, it goes on.
    """
    begin = time.monotonic()
    anonymise(np.zeros((1, 1, 3), np.uint8), [], manner=manner, room=room)  # settings are refused before a film is read
    row = next(each for each in people.rows(index, "assets") if path in each["paths"])
    source = source_of(folder, row, path, sequence_rate)
    _check(source, path, plain)
    target = _target(index, folder, out, path, row)
    work = _Work(source, index, row["asset"], on_progress)
    try:
        seen, covers = work.seen(whom)
        whole, effect = work.made(target, seen, covers, Manner(manner, room))
        Made(index.files, folder).put(whole, target, [row["asset"]])
    except KeyboardInterrupt:
        raise StoppedError(
            f"anonymise: stopped, {math.floor(100 * work.share)} % is done",
            remedy="Say the same again: it goes on from there",
        ) from None
    work.parts.remove(row["asset"])
    effect.seconds = time.monotonic() - begin
    on_progress(Progress("done", 1, 1))
    return effect


def _check(source: Source, path: str, plain: bool) -> None:
    """Refuse what the result could not keep, unless that is wanted."""
    probe, kind = source.probe, source.probe.kind
    lost = ["high dynamic range"] * probe.is_hdr + ["transparency"] * (probe.has_alpha and kind == "video")
    if lost and not plain:
        raise UseError(
            f"anonymise: {path} must be of a plain screen, got {' and '.join(lost)}, which would be lost",
            remedy="Say --plain (plain=True) to have it brought to a plain screen, transparency over black",
        )
    suffix = source.paths[0].suffix.lower()
    if kind == "sequence" and suffix not in PICTURE_SUFFIXES:
        raise UseError(
            f"anonymise: pictures of a sequence must be {', '.join(PICTURE_SUFFIXES)}, got {suffix} in {path}",
            remedy="Convert them to 16-bit .tif or .png, or make a film of them",
        )


def _target(index: Index, folder: Path, out: Path, path: str, row: Mapping[str, Any]) -> Path:
    """Return where the result is written; never over files that are not provably ours."""
    source = Path(path)
    names, suffix = [*source.parts[:-1], source.stem], source.suffix.lower()
    if row["kind"] == "picture":
        suffix = suffix if suffix in PICTURE_SUFFIXES else ".png"
    elif row["kind"] == "sequence":
        names[-1], suffix = re.sub(r"[ ._-]*\d+$", "", source.stem), ""
    else:
        suffix = ".mov" if suffix == ".mov" else ".mp4"
    target = out / f"{'-'.join(name for name in names if name) or 'pictures'}.anonymised{suffix}"
    Made(index.files, folder).check_free("anonymise", [target])
    return target


class _Work:
    """One effect under way."""

    def __init__(self, source: Source, index: Index, asset: str, on_progress: Callable[[Progress], None]) -> None:
        self.parts = parts_of(index)
        self.share = 0.0
        self._source, self._asset, self._on_progress = source, asset, on_progress
        self._pictures = max(1, source.probe.pictures or 1)
        self._search = Search(source, index, asset, self.parts, self._found)
        self._faces = self._covered = 0

    def seen(self, whom: Whom) -> tuple[Seen, dict[int, list[Box]]]:
        """Return what was seen, and the boxes that are to be covered by picture."""
        seen = self._search.seen()
        self._pictures, self._faces = len(seen.moments), len(seen.faces)
        covers: dict[int, list[Box]] = {}
        meant: list[Face] = [face for face in seen.faces if whom.means(self._search.whose(face))]
        self._covered = len(meant)
        for face in meant:
            for number, box in face.boxes:
                covers.setdefault(number, []).append(box)
        return seen, covers

    def made(self, target: Path, seen: Seen, covers: dict[int, list[Box]], manner: Manner) -> tuple[Path, Effect]:
        """Make it; return where it lies, whole, and what was made."""
        source = self._source
        cover = Cover(source, self._asset, seen.moments, covers, manner, self.parts, self._laid)
        (self.parts.root / self._asset).mkdir(parents=True, exist_ok=True)
        effect = Effect(target, 1, self._faces, self._covered, len(covers), notes=_notes(source, seen))
        if source.probe.kind == "picture":
            return cover.picture(target.suffix), effect
        whole, effect.pictures = cover.sequence() if source.probe.kind == "sequence" else cover.film(target.suffix)
        return whole, effect

    def _found(self, pictures: int) -> None:
        self._tell(_FIND_SHARE * pictures, "finding faces")

    def _laid(self, pictures: int) -> None:
        self._tell(_FIND_SHARE * self._pictures + (1 - _FIND_SHARE) * pictures, "covering")

    def _tell(self, done: float, doing: str) -> None:
        self.share = min(1.0, done / self._pictures)
        self._on_progress(Progress("work", self.share * self._pictures, self._pictures, doing))


def _notes(source: Source, seen: Seen) -> list[str]:
    """Say what the result does not keep of the source."""
    probe = source.probe
    is_film = probe.kind == "video"
    missing = [path.name for moment, path in source.places.items() if moment not in set(seen.moments)]
    told = {
        "high dynamic range is brought to a plain screen": probe.is_hdr,
        "transparency is laid over black": probe.has_alpha and is_film,
        f"{probe.bit_depth} bits a sample become 8": is_film and (probe.bit_depth or 8) > 8,
        "the rate varies in the source and is steady here; every picture keeps its time":
            probe.is_variable_rate and is_film,
        f"{probe.channels} channels of sound become 2": (probe.channels or 0) > 2,
        "the file's tags are left out: they may name people": bool(probe.tags),
        "no face was found and nothing is covered; very small ones are not seen, so look at it": not seen.faces,
        f"left out, as they cannot be decoded: {', '.join(missing)}": probe.kind == "sequence" and bool(missing),
    }  # fmt: skip
    return [text for text, is_so in told.items() if is_so]
