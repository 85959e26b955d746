"""Sources: a film, a picture or a sequence of the production at its full size, as treatments work on it."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kinoeye.errors import MediaError, UseError
from kinoeye.media import kinds, sequences
from kinoeye.media.full import Native, read_full, read_native
from kinoeye.media.probe import Probe, probe

_ARTICLES = {"screenplay": "a screenplay", "timeline": "a timeline"}


@dataclass(frozen=True)
class Source:
    """Pictures that a treatment takes.

    Parameters
    ----------
    paths : tuple of Path
        More than one only of a sequence.
    probe : Probe
    """

    paths: tuple[Path, ...]
    probe: Probe

    def pictures(self, first: int = 0, moments: Sequence[int] = ()) -> Iterator[tuple[int, int, Native]]:
        """Go through the pictures: number, time in flicks, picture; those of a film have 8 bits and no alpha.

        Parameters
        ----------
        first : int
            Number of the first that is wanted; at most that of the first whose time is not known.
        moments : sequence of flicks
            The times that are known from an earlier reading, from the first picture on.
        """
        if self.probe.kind == "video":
            threads = os.cpu_count() or 1
            yield from read_full(self.paths[0], self.probe, threads=threads, first=first, moments=moments)
            return
        number, since = first, moments[first] if first < len(moments) else None
        for moment, path in self.places.items():
            if (since is not None and moment < since) or (since is None and moment in moments):
                continue
            try:
                picture = read_native(path, self.probe)
            except MediaError:
                if self.probe.kind == "picture":
                    raise
                continue  # as when it was read for the index: numbers are those of the pictures that can be decoded
            yield number, moment, picture
            number += 1

    @cached_property
    def places(self) -> dict[int, Path]:
        """Where the picture of each moment lies; of a film only its own file."""
        clock = self.probe.clock
        if self.probe.kind != "sequence" or clock is None:
            return {0: self.paths[0]}
        numbers = sequences.numbers_of(self.paths)
        return {clock.at(number - numbers[0]): path for number, path in zip(numbers, self.paths, strict=True)}

    def path_at(self, moment: int) -> Path:
        """Return the file that holds the picture of a moment."""
        return self.places.get(moment, self.paths[0])

    def stamp(self, path: Path) -> tuple[int, int]:
        """Return size in bytes and time of change in nanoseconds of a file: while these stand, its pictures do."""
        stat = path.stat()
        return stat.st_size, stat.st_mtime_ns


def source_of(folder: Path, row: Mapping[str, Any], path: str, sequence_rate: float) -> Source:
    """Return the pictures of an asset.

    Parameters
    ----------
    folder : Path
        The production's.
    row : mapping
        Of `assets`.
    path : str
        One of the asset's.
    sequence_rate : pictures a second
        Of a sequence.

    Raises
    ------
    UseError
        If there are no pictures in it, or a sequence is not what it was when it was run.
    MediaError
        If it cannot be read.
    """
    if row["kind"] in {"video", "picture"}:
        return Source((folder / path,), probe(folder / path))
    if row["kind"] != "sequence":
        kind = _ARTICLES.get(row["kind"], row["kind"])
        raise UseError(f"anonymise: {path} must be a film, a picture or a sequence, got {kind}")
    paths = _members(folder / path)
    size = sum(each.stat().st_size for each in paths)
    if size != row["size_bytes"]:
        raise UseError(
            f"anonymise: the pictures of {path} must be as they were run: {row['size_bytes']} bytes, got {size}",
            remedy=f"Run: kinoeye run {folder}",
        )
    return Source(paths, sequences.probe_sequence(paths, sequence_rate))


def _members(first: Path) -> tuple[Path, ...]:
    """Return the pictures of the sequence that begins with this one."""
    beside = [each for each in first.parent.iterdir() if each.suffix.lower() == first.suffix.lower()]
    return next((group for group in sequences.find([*filter(_is_picture, beside)]) if group[0] == first), ())


def _is_picture(path: Path) -> bool:
    try:
        return path.is_file() and kinds.recognise(path) == "picture"
    except (MediaError, OSError):
        return False
