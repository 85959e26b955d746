"""Covering: pictures are written with faces covered, in parts that a stopped effect finds again, joined at the end.

A part is named by all that makes it: the file, the pictures in it, every box that is covered in them, how it is covered
and coded. So one that shows a face which must be covered by now is never taken.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.errors import MediaError
from kinoeye.media.full import Native, read_sound
from kinoeye.media.write import join_films, write_film, write_picture
from kinoeye.run.plan import fingerprint
from kinoeye.run.sources import Source
from kinoeye.run.ways import Box
from kinoeye.store.files import Files, unique
from kinoeye.timecode import FLICKS_PER_SECOND, standard_rate
from kinoeye.treatments.people.anonymise import anonymise

VERSION = 1  # of how parts are covered and coded
_PART = 240  # pictures: some seconds of work, and no more is lost by a kill
_CRF = 16  # the source was compressed once already
_QUALITY = 95  # of a JPEG

Covers = Mapping[int, Sequence[Box]]


@dataclass(frozen=True)
class Manner:
    """How faces are covered.

    Parameters
    ----------
    name : blur, pixelate, solid
    room : 0..4
    """

    name: str
    room: float


@dataclass(frozen=True)
class _Part:
    first: int
    end: int
    place: str


class Cover:
    """One film, picture or sequence that is being covered.

    Parameters
    ----------
    source : Source
    asset : str
    moments : sequence of flicks
        Times of its pictures.
    covers : mapping
        Boxes of faces by picture.
    manner : Manner
    parts : Files
        Where parts are kept, in the asset's folder.
    on_picture : callable
        Told how many pictures are done.
    """

    def __init__(
        self,
        source: Source,
        asset: str,
        moments: Sequence[int],
        covers: Covers,
        manner: Manner,
        parts: Files,
        on_picture: Callable[[int], None],
    ) -> None:
        self._source, self._asset, self._moments, self._covers = source, asset, moments, covers
        self._manner, self._parts, self._on_picture = manner, parts, on_picture

    def film(self, suffix: str) -> tuple[Path, int]:
        """Make a film; return where it lies, whole, and the number of its pictures."""
        source, probe = self._source, self._source.probe
        rate = standard_rate(probe.rate or Fraction(24))
        copies = _copies(self._moments, rate)
        parts = [part for part in self._planned(_PART, ".mp4", str(rate)) if any(copies[part.first : part.end])]
        for part, pictures in self._missing(parts):
            frames = (_even(picture) for number, picture in pictures for _ in range(copies[number]))
            write_film(self._parts.root / part.place, frames, rate, crf=_CRF)
        whole = self._parts.root / self._asset / f"whole-{unique()}{suffix}"
        with tempfile.TemporaryFile(dir=whole.parent) as spool:
            sound = read_sound(source.paths[0], probe, spool, start=probe.start or 0)
            timecode = None if probe.is_variable_rate else probe.timecode
            paths = [self._parts.root / part.place for part in parts]
            return whole, join_films(whole, paths, rate, sound=sound, timecode=timecode)

    def picture(self, suffix: str) -> Path:
        """Make a single picture; return where it lies, whole."""
        part, pictures = next(self._missing([_Part(0, 1, f"{self._asset}/whole-{unique()}{suffix}")]))
        for _, picture in pictures:
            write_picture(self._parts.root / part.place, picture, quality=_QUALITY)
        return self._parts.root / part.place

    def sequence(self) -> tuple[Path, int]:
        """Make the pictures of a sequence; return their folder, whole, and how many there are."""
        parts = self._planned(1, "")
        for part, pictures in self._missing(parts):
            for _, picture in pictures:
                write_picture(self._parts.root / part.place, picture, quality=_QUALITY)
        whole = f"{self._asset}/whole-{unique()}"
        with self._parts.new_folder(whole) as folder:
            for part in parts:
                _linked(self._parts.root / part.place, folder / self._name(part.first))
        return self._parts.root / whole, len(parts)

    def _name(self, number: int) -> str:
        return self._source.path_at(self._moments[number]).name

    def _planned(self, pictures: int, suffix: str, *more: str) -> list[_Part]:
        """Return the parts, of so many pictures each, by name."""
        planned = []
        for first in range(0, len(self._moments), pictures):
            end = min(first + pictures, len(self._moments))
            covers = [self._covers.get(number, ()) for number in range(first, end)]
            moments = [self._moments[0], *self._moments[first : end + 1]]
            stamp = self._source.stamp(self._source.path_at(self._moments[first]))
            name = fingerprint(VERSION, av.__version__, cv2.__version__, stamp, moments, covers, self._manner.name,
                               self._manner.room, *more)  # fmt: skip
            ending = suffix or f"-{self._name(first)}"
            planned.append(_Part(first, end, f"{self._asset}/{name}{ending}"))
        return planned

    def _missing(self, parts: Sequence[_Part]) -> Iterator[tuple[_Part, Iterator[tuple[int, Native]]]]:
        """Give the parts that are not there, each with its covered pictures, which must all be taken."""
        pictures: Iterator[tuple[int, int, Native]] | None = None
        for part in parts:
            if self._parts.exists(part.place):
                pictures = None
                self._on_picture(part.end)
                continue
            if pictures is None:
                pictures = self._source.pictures(part.first, self._moments)
            yield part, self._covered(islice(pictures, part.end - part.first))

    def _covered(self, pictures: Iterator[tuple[int, int, Native]]) -> Iterator[tuple[int, Native]]:
        for number, moment, picture in pictures:
            if self._moments[number] != moment:
                raise MediaError(f"{self._source.paths[0]}: must stay as it is while it is read, got another picture",
                                 remedy="Run kinoeye run, then say the same again")  # fmt: skip
            yield number, _laid(picture, self._covers.get(number, ()), self._manner)
            self._on_picture(number + 1)


def _laid(picture: Native, boxes: Sequence[Box], manner: Manner) -> Native:
    """Cover faces in a picture; its alpha stays as it is."""
    if picture.shape[2] == 3:
        return anonymise(picture, boxes, manner=manner.name, room=manner.room)
    laid = picture.copy()
    colours = np.ascontiguousarray(picture[..., :3])
    laid[..., :3] = anonymise(colours, boxes, manner=manner.name, room=manner.room)
    return laid


def _copies(moments: Sequence[int], rate: Fraction) -> list[int]:
    """Return how often each picture comes at a steady rate: one that stands longer more than once, or not at all."""
    step = Fraction(FLICKS_PER_SECOND) / rate
    places = [(moment - moments[0]) / step + Fraction(1, 2) for moment in moments]
    starts = np.maximum.accumulate([place.__floor__() for place in places])
    return [*np.diff(starts).tolist(), 1]


def _even(picture: Native) -> npt.NDArray[np.uint8]:
    """Return a picture of even width and height, as the codec wants it: the last line and column may come twice."""
    odd = (picture.shape[0] % 2, picture.shape[1] % 2)
    padded = np.pad(picture, ((0, odd[0]), (0, odd[1]), (0, 0)), mode="edge") if any(odd) else picture
    return np.asarray(padded, np.uint8)


def _linked(path: Path, other: Path) -> None:
    """Give a file another name beside its own, or copy it where the file system knows no links."""
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)
