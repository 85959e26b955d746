"""Films: the pictures and sound of a file to compare, as the index has them, or read now."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinoeye.cut.by_sight import Film
from kinoeye.errors import MediaError, UseError
from kinoeye.media.probe import Probe, probe
from kinoeye.media.read import read
from kinoeye.store.index import Index
from kinoeye.streams import Pictures, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode, standard_rate


def film_of(path: Path, index: Index, folder: Path) -> Film:
    """Return a film of the production, or any other.

    Raises
    ------
    MediaError
        If it cannot be read, or has no pictures.
    """
    found = probe(path)
    asset = _asset(path, index, folder)
    thumbs = thumbs_in(index)(asset) if asset is not None else None
    if asset is not None and thumbs is not None:
        return Film(path.stem, thumbs, sound_in(index)(asset), _timecode(found))
    if found.picture_track is None:
        raise MediaError(f"reconform: {path.name} must be a film with pictures, got none")
    return _read(path, found)


def thumbs_in(index: Index) -> Callable[[str], Pictures | None]:
    """Return what gives an asset's small pictures; None where the index has none."""
    return lambda asset: index.thumbs(asset) if index.streams.manifest(asset, "thumbs") is not None else None


def sound_in(index: Index) -> Callable[[str], Sound | None]:
    """Return what gives an asset's sound at 16 kHz; None where the index has none."""
    return lambda asset: index.sound(asset) if index.streams.manifest(asset, "mono_16k") is not None else None


def _asset(path: Path, index: Index, folder: Path) -> str | None:
    """Return the asset that lies at a path, if the production was run since it is there."""
    if not index.files.exists("tables") or not path.absolute().is_relative_to(folder):
        return None
    named = path.absolute().relative_to(folder).as_posix()
    rows = index.read("assets").select(["asset", "paths", "size_bytes"]).to_pylist()
    size = path.stat().st_size
    return next((row["asset"] for row in rows if named in row["paths"] and row["size_bytes"] == size), None)


def _read(path: Path, found: Probe) -> Film:
    wanted = ("thumbs", "mono_16k") if found.sound_track is not None else ("thumbs",)
    frames, times, samples = [], [], []
    end = start = 0
    for block in read(path, found, want=wanted, threads=2):
        frames.append(block.thumbs)
        times.append(block.times)
        samples.append(block.samples)
        end = block.end if len(block.times) else end
        start = block.samples_start
    thumbs, stamps = np.concatenate(frames), np.concatenate(times)
    if not len(thumbs):
        raise MediaError(f"reconform: {path.name} must hold pictures that can be decoded, got none")
    pictures = Pictures(thumbs, np.append(stamps, end), found.rate or _measured(stamps))
    sound = Sound(np.concatenate(samples), start) if found.sound_track is not None else None
    return Film(path.stem, pictures, sound, _timecode(found))


def _measured(stamps: npt.NDArray[np.int64]) -> Fraction:
    """Return the rate of pictures that no container states."""
    return Fraction(FLICKS_PER_SECOND, int(np.median(np.diff(stamps)))) if len(stamps) > 1 else Fraction(24)


def _timecode(found: Probe) -> Timecode | None:
    if found.timecode is None or found.rate is None:
        return None
    try:
        return Timecode.parse(found.timecode, standard_rate(found.rate))
    except UseError:
        return None
