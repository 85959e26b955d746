"""Ways: where every face is in every picture of a film, found and followed shot by shot.

What is known of a shot, or of a stretch of a long one, is kept as soon as it is known, so that a stopped search goes
on. It is where faces are, and not whose: that is asked of the index anew each time.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.errors import StoreError
from kinoeye.media.full import Native
from kinoeye.run.plan import fingerprint
from kinoeye.run.sources import Source
from kinoeye.store import people
from kinoeye.store.files import Files
from kinoeye.store.index import Index
from kinoeye.timecode import to_seconds
from kinoeye.treatments.people.following import Spot, Way, follow
from kinoeye.treatments.people.looking import look

VERSION = 1  # of what is kept and of how it is found
_LUMA_WIDTH = 480  # pixels: enough to follow a face, little enough to keep a stretch of a shot in memory
_STRETCH = 600  # pictures of a shot that are kept at once
_OVERLAP = 60  # pictures that two stretches share, so that what one does not know the other does
_CLOSE_EVERY = 8  # pictures: the quarters of a large picture take four times as long as the whole
_FIND, _SURE = 0.4, 0.55  # a find may be as unsure as the one, if its face is once as sure as the other
_SAME = 0.3  # intersection over union from which a find is a face that the index knows

Picture = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]  # left, upper, right, lower edge, 0..1 of the picture


@dataclass
class Face:
    """One face through a stretch of a film.

    Parameters
    ----------
    boxes : list of (int, box)
        Number of a picture, and where the face is or may be in it.
    spots : list of (int, box)
        The finds that it was followed from.
    """

    boxes: list[tuple[int, Box]]
    spots: list[tuple[int, Box]]


@dataclass
class Seen:
    """What was seen of a film.

    Parameters
    ----------
    moments : list of flicks
        Times of its pictures.
    faces : list of Face
    """

    moments: list[int] = field(default_factory=list)
    faces: list[Face] = field(default_factory=list)


class Search:
    """The search for faces in one film, picture or sequence.

    Parameters
    ----------
    source : Source
    index : Index
    asset : str
    parts : Files
        Where what was found is kept, in the asset's folder.
    on_picture : callable
        Told how many pictures are done.
    """

    def __init__(
        self, source: Source, index: Index, asset: str, parts: Files, on_picture: Callable[[int], None]
    ) -> None:
        self._source, self._asset, self._parts, self._on_picture = source, asset, parts, on_picture
        self._ends = sorted(each["end_frame"] for each in people.rows(index, "shots", asset))
        self._known, self._owners = _known_faces(index, asset)
        boxes = {number: [box for box, _ in faces] for number, faces in sorted(self._known.items())}
        self._print = fingerprint(VERSION, asset, [*map(source.stamp, source.paths)], self._ends, boxes)

    def seen(self) -> Seen:
        """Return where every face is; what is kept is not looked for again."""
        seen = Seen()
        first: int | None = 0
        while first is not None and (kept := self._kept(first)):
            first = self._add(seen, first, kept)
        if first is not None:
            for stretch, following in self._stretches(first, seen.moments):
                known = {"moments": stretch.moments, "next": following, "faces": self._followed(stretch)}
                self._parts.write(self._place(stretch.first), json.dumps(known).encode())
                self._add(seen, stretch.first, known)
        return seen

    def whose(self, face: Face) -> set[str]:
        """Return who a face may be: everyone that the index knows at one of its finds."""
        return {who for number, box in face.spots for who in self._whose(number, box)}

    def _whose(self, number: int, box: Box) -> Iterator[str]:
        known = max(self._known.get(number, ()), key=lambda each: _overlap(each[0], box), default=None)
        if known is not None and _overlap(known[0], box) > _SAME and known[1] in self._owners:
            yield self._owners[known[1]]

    def _place(self, first: int) -> str:
        return f"{self._asset}/ways-{self._print}-{first}.json"

    def _kept(self, first: int) -> dict[str, Any] | None:
        """Return what is kept of the stretch that begins with a picture."""
        place = self._place(first)
        try:
            known: dict[str, Any] = json.loads(self._parts.read_bytes(place)) if self._parts.exists(place) else {}
        except (StoreError, ValueError):
            return None
        return known or None

    def _add(self, seen: Seen, first: int, known: dict[str, Any]) -> int | None:
        """Add a stretch to what was seen, and return with which picture the next begins."""
        seen.moments[first:] = known["moments"]
        seen.faces += [
            Face(*([(number, tuple(box)) for number, box in each[name]] for name in ("boxes", "spots")))
            for each in known["faces"]
        ]
        self._on_picture(len(seen.moments))
        following: int | None = known["next"]
        return following

    def _stretches(self, first: int, moments: Sequence[int]) -> Iterator[tuple["_Stretch", int | None]]:
        """Give the shots from a picture on, long ones in overlapping stretches, and with which picture each goes on."""
        stretch = _Stretch(first)
        for number, moment, picture in self._source.pictures(first, moments):
            small = _luma(picture)
            is_cut = bool(stretch.lumas) and (number in self._ends or small.shape != stretch.lumas[0].shape)
            if is_cut or len(stretch.lumas) >= _STRETCH:
                following = _Stretch(number) if is_cut else stretch.tail()
                yield stretch, following.first
                stretch = following
            stretch.add(moment, small, self._finds(number, _plain(picture)))
            self._on_picture(number)
        yield stretch, None

    def _finds(self, number: int, picture: Picture) -> list[tuple[Box, float]]:
        """Find the faces of a picture; those that the index knows are there too."""
        found = look(picture, is_close=number % _CLOSE_EVERY == 0, is_mirrored=number % 2 == 1, least_score=_FIND)
        known = [box for box, _ in self._known.get(number, ())]
        return found + [(box, 1.0) for box in known if all(_overlap(box, other) <= _SAME for other, _ in found)]

    def _followed(self, stretch: "_Stretch") -> list[dict[str, Any]]:
        """Follow the faces of a stretch, and return them as they are kept."""
        seconds = [to_seconds(moment) for moment in stretch.moments]
        ways = follow(stretch.lumas, seconds, stretch.spots, least_score=_SURE)
        return [
            {
                "boxes": [(stretch.first + place, [*map(float, box)]) for place, box in _boxes(way)],
                "spots": [(stretch.first + spot.place, spot.box) for spot in (stretch.spots[n] for n in way.spots)],
            }
            for way in ways
        ]


class _Stretch:
    """Pictures of a shot, small, with what was found in them."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.lumas: list[Picture] = []
        self.moments: list[int] = []
        self.spots: list[Spot] = []

    def add(self, moment: int, luma: Picture, found: Sequence[tuple[Box, float]]) -> None:
        """Add a picture."""
        self.spots += [Spot(len(self.lumas), box, score) for box, score in found]
        self.lumas.append(luma)
        self.moments.append(moment)

    def tail(self) -> "_Stretch":
        """Return the last pictures, with which the next stretch begins."""
        cut = len(self.lumas) - _OVERLAP
        tail = _Stretch(self.first + cut)
        tail.lumas, tail.moments = self.lumas[cut:], self.moments[cut:]
        tail.spots = [Spot(each.place - cut, each.box, each.score) for each in self.spots if each.place >= cut]
        return tail


def _boxes(way: Way) -> Iterator[tuple[int, Any]]:
    yield from enumerate(way.boxes, way.first)
    yield from way.others


def _plain(picture: Native) -> Picture:
    """Return a picture as the nets take it; what is transparent is looked at too, as its colours may still be there."""
    colours = picture[..., :3]
    return np.ascontiguousarray(colours >> 8 if picture.dtype == np.uint16 else colours, np.uint8)


def _luma(picture: Native) -> Picture:
    scale = min(1.0, _LUMA_WIDTH / picture.shape[1])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = cv2.resize(_plain(picture), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def _known_faces(index: Index, asset: str) -> tuple[dict[int, list[tuple[Box, int]]], dict[int, str]]:
    """Return the faces that the index knows, by picture, and the people that they belong to, by face."""
    owners: dict[int, str] = {}
    tracks = {row["track"]: row["faces"] for row in people.rows(index, "face_tracks", asset)}
    for row in people.rows(index, "appearances"):
        if row["asset"] == asset and row["person"]:
            owners |= dict.fromkeys(tracks.get(row["track"], ()), row["person"])
    places = people.places_of_faces(index, asset)
    return {number: [(box, face) for face, box in faces] for number, faces in places.items()}, owners


def _overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Return intersection over union of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0.0, wide) * max(0.0, high)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return common / max(areas - common, 1e-9)
