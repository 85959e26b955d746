"""Streams on disk: plain arrays that any tool can open, with a manifest that is written last.

A film is decoded in segments, each of which is kept as soon as it is done, so that a killed run decodes only what was
in flight. When all segments are there, they are joined into the stream's folder, which appears whole or not at all.

``streams/<asset>/<stream>/``: ``manifest.json``, and ``.npy`` files that numpy.load maps into memory.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.errors import StoreError
from kinoeye.screenplay.elements import from_json
from kinoeye.store.files import Files, in_words, renamed, unique
from kinoeye.streams import (
    METERS,
    SOUND_RATE_HZ,
    STREAMS,
    THUMB_HEIGHT,
    THUMB_WIDTH,
    Log,
    Meters,
    Pictures,
    Records,
    Sound,
    Stills,
    Text,
    arrow_datasets,
)

Array = npt.NDArray[Any]

# What a stream's folder holds: dtype and shape behind the first axis.
ARRAYS: dict[str, dict[str, tuple[str, tuple[int, ...]]]] = {
    "thumbs": {"frames": ("|u1", (THUMB_HEIGHT, THUMB_WIDTH, 3)), "times": ("<i8", ())},
    "stills": {"jpegs": ("|u1", ()), "sizes": ("<i8", ()), "frames": ("<i8", ()), "times": ("<i8", ())},
    "full_rate": {"jpegs": ("|u1", ()), "sizes": ("<i8", ()), "frames": ("<i8", ()), "times": ("<i8", ())},
    "mono_16k": {"samples": ("<i2", ())},
    "meters": {"values": ("<f4", (len(METERS),))},  # channel by channel: how many there are stands in the facts
    "text": {"text": ("|u1", ())},
    "screenplay": {"json": ("|u1", ())},
    "records": {"rows": ("|u1", ())},
    "log": {"rows": ("|u1", ())},
}

# Arrays that are files of their own as they stand, and not .npy.
WHOLE_FILES: dict[tuple[str, str], str] = {("records", "rows"): "rows.parquet", ("log", "rows"): "rows.parquet"}

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a stream's folder holds, and how it came to be.

    Parameters
    ----------
    stream, fingerprint : str
    lengths : dict of str to int
        Length of the first axis of each array.
    facts : dict
        What is no array: rate, start, end, kind.
    cpu_seconds, peak_mb : float
    """

    stream: str
    fingerprint: str
    lengths: dict[str, int]
    facts: dict[str, Any] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


class PartWriter:
    """Write one segment's arrays piece by piece, in bounded memory.

    Parameters
    ----------
    folder : Path
        An empty folder on this machine's disk.
    streams : sequence of str
        Which streams the segment makes.
    """

    def __init__(self, folder: Path, streams: Sequence[str]) -> None:
        self.folder = folder
        self._files = {
            (stream, array): (folder / f"{stream}.{array}").open("wb")
            for stream in streams for array in ARRAYS[stream]
        }  # fmt: skip
        self._lengths = dict.fromkeys(self._files, 0)

    def append(self, stream: str, **arrays: Array) -> None:
        """Add rows to arrays of one stream; dtype and shape must be those of `ARRAYS`."""
        for name, array in arrays.items():
            dtype, shape = ARRAYS[stream][name]
            rows = np.ascontiguousarray(array, np.dtype(dtype))
            assert rows.shape[1:] == shape
            self._files[stream, name].write(rows.data)
            self._lengths[stream, name] += len(rows)

    def write(self, stream: str, name: str, pieces: Callable[[IO[bytes]], None]) -> None:
        """Let `pieces` write the bytes of what is a file of its own."""
        file = self._files[stream, name]
        pieces(file)
        self._lengths[stream, name] = file.tell()

    @property
    def lengths(self) -> dict[str, dict[str, int]]:
        """Length of the first axis of each array, by stream."""
        lengths: dict[str, dict[str, int]] = {}
        for (stream, name), length in self._lengths.items():
            lengths.setdefault(stream, {})[name] = length
        return lengths

    def close(self) -> None:
        """Finish writing."""
        for file in self._files.values():
            file.close()


class StreamStore:
    """The streams of one index.

    Parameters
    ----------
    files : Files
        The index' folder.
    """

    def __init__(self, files: Files) -> None:
        self.files = files

    def scan(self) -> dict[tuple[str, str], Manifest]:
        """Return the manifest of every whole stream, by (asset, stream)."""
        found = {}
        for asset in self.files.folders("streams"):
            for stream in self.files.folders(f"streams/{asset}"):
                manifest = self.manifest(asset, stream)
                if manifest is not None:
                    found[asset, stream] = manifest
        return found

    def manifest(self, asset: str, stream: str) -> Manifest | None:
        """Return a stream's manifest, or None if the stream is not there whole."""
        try:
            return Manifest(**json.loads(self.files.read_bytes(f"{_folder(asset, stream)}/{_MANIFEST}")))
        except (StoreError, ValueError, TypeError):
            return None

    def parts(self, asset: str, fingerprint: str) -> dict[int, dict[str, Any]]:
        """Return what is known of the segments already decoded under this fingerprint, by number."""
        found = {}
        root = self._staging(asset, fingerprint)
        for folder in root.glob("[0-9]*"):
            try:
                facts = json.loads((folder / _MANIFEST).read_text())
            except (OSError, ValueError):
                continue
            if _is_whole(folder, facts["lengths"]):
                found[int(folder.name)] = facts
            else:
                shutil.rmtree(folder, ignore_errors=True)
        return found

    def write_part(
        self,
        asset: str,
        fingerprint: str,
        number: int,
        streams: Sequence[str],
        pieces: Callable[[PartWriter], dict[str, Any]],
    ) -> dict[str, Any]:
        """Keep one decoded segment.

        Parameters
        ----------
        asset, fingerprint : str
        number : int
            Place of the segment in the film.
        streams : sequence of str
        pieces : callable
            Called with a `PartWriter`; writes the rows and returns the facts to keep with them.
        """
        root = self._staging(asset, fingerprint)
        beside = root / f".{number}.{unique()}.part"
        try:
            with in_words(self.files, f"segments/{asset}", "written"):
                beside.mkdir(parents=True)
                writer = PartWriter(beside, streams)
                with contextlib.closing(writer):
                    facts = pieces(writer)
                facts = {**facts, "lengths": writer.lengths}
                (beside / _MANIFEST).write_text(json.dumps(facts))
                renamed(beside, root / str(number))  # another run's segment of this number is the same
        finally:
            shutil.rmtree(beside, ignore_errors=True)
        return facts

    def join(self, asset: str, fingerprint: str, before: Sequence[int], manifests: Sequence[Manifest]) -> None:
        """Make whole streams of segments, and take the segments away.

        Parameters
        ----------
        asset, fingerprint : str
        before : sequence of int
            For each segment, how many pictures come before it; stills count theirs from the film's first.
        manifests : sequence of Manifest
            One for each stream; their lengths are counted here.
        """
        root = self._staging(asset, fingerprint)
        for manifest in manifests:
            try:
                self._join_one(asset, root, before, manifest)
            except StoreError:
                # Another run was faster: it takes the segments away when its streams stand.
                if not self._stands(asset, manifest):
                    raise
        for number in range(len(before)):
            shutil.rmtree(root / str(number), ignore_errors=True)
        for folder in (root, root.parent):
            with contextlib.suppress(OSError):
                folder.rmdir()

    def _join_one(self, asset: str, root: Path, before: Sequence[int], manifest: Manifest) -> None:
        if self._stands(asset, manifest):
            return
        arrays = ARRAYS[manifest.stream]
        name = _folder(asset, manifest.stream)
        with self.files.new_folder(name, partial(self._stands, asset, manifest)) as folder:
            lengths = {
                array: _concatenate(
                    [root / str(number) / f"{manifest.stream}.{array}" for number in range(len(before))],
                    folder / _file_name(manifest.stream, array), *arrays[array],
                )
                for array in arrays
            }  # fmt: skip
            if STREAMS[manifest.stream].type is Stills:
                _count_from_the_first(folder / "frames.npy", root, before, manifest.stream)
            whole = Manifest(**{**asdict(manifest), "lengths": lengths})
            (folder / _MANIFEST).write_text(json.dumps(asdict(whole)))

    def _stands(self, asset: str, manifest: Manifest) -> bool:
        there = self.manifest(asset, manifest.stream)
        return there is not None and there.fingerprint == manifest.fingerprint

    def read(self, asset: str, stream: str) -> Any:
        """Return a stream: what it is in `STREAMS`, with memory-mapped arrays.

        Raises
        ------
        StoreError
            If the asset has no such stream.
        """
        manifest = self.manifest(asset, stream)
        if manifest is None:
            raise StoreError(f"store: asset {asset} must have the stream {stream}, got none", remedy="Run again")
        facts = manifest.facts
        if stream == "records":
            notes = tuple((str(what), str(said)) for what, said in facts["notes"])
            return Records(self._rows(asset, stream), tuple(facts["headings"]), str(facts["form"]), notes)
        if stream == "log":
            faults = tuple((str(reason), int(rows), int(first)) for reason, rows, first in facts["faults"])
            return Log(self._rows(asset, stream), str(facts["kind"]), faults)
        arrays = {name: self._array(asset, stream, name) for name in ARRAYS[stream]}
        if stream == "thumbs":
            times = np.append(np.asarray(arrays["times"]), np.int64(facts["end"]))
            return Pictures(arrays["frames"], times, Fraction(facts["rate"]))
        if STREAMS[stream].type is Stills:
            return Stills(_Blobs(arrays["jpegs"], arrays["sizes"]), np.asarray(arrays["frames"]),
                          np.asarray(arrays["times"]))  # fmt: skip
        if stream == "mono_16k":
            return Sound(arrays["samples"], int(facts["start"]), SOUND_RATE_HZ)
        if stream == "meters":
            layout = tuple(facts["layout"])
            values = arrays["values"].reshape(-1, max(1, len(layout)), len(METERS))
            return Meters(values, int(facts["start"]), int(facts["count"]), int(facts["rate_hz"]), layout)
        if stream == "screenplay":
            return from_json(bytes(arrays["json"]))
        return Text(bytes(arrays["text"]).decode(), str(facts["kind"]))

    def _rows(self, asset: str, stream: str) -> Any:
        path = self.files.local(f"{_folder(asset, stream)}/{_file_name(stream, 'rows')}")
        try:
            return arrow_datasets().dataset(str(path), format="parquet")
        except (OSError, pa.ArrowException) as error:
            raise StoreError(
                f"store: {path} must be a whole Parquet file, got {error}", remedy="Delete its folder and run again"
            ) from error

    def _array(self, asset: str, stream: str, name: str) -> Array:
        path = self.files.local(f"{_folder(asset, stream)}/{name}.npy")
        try:
            mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError) as error:
            raise StoreError(
                f"store: {path} must be a whole array, got {error}", remedy="Delete its folder and run again"
            ) from error
        return mapped

    def _staging(self, asset: str, fingerprint: str) -> Path:
        """Segments lie on this machine's disk, beside the streams where those do too."""
        base = self.files.root if self.files.is_local else Path.home() / ".cache" / "kinoeye" / "segments"
        return base / "segments" / asset / fingerprint


class _Blobs(Sequence[bytes]):
    """JPEGs that lie one after the other in one file; read one by one, not mapped: a film has a gigabyte of them."""

    def __init__(self, mapped: Array, sizes: Array) -> None:
        assert isinstance(mapped, np.memmap)
        self._path, self._first = Path(str(mapped.filename)), mapped.offset
        self._sizes = np.asarray(sizes)
        self._ends = np.cumsum(self._sizes)

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[i] for i in range(*number.indices(len(self)))]
        size = int(self._sizes[number])
        with self._path.open("rb") as file:
            file.seek(self._first + int(self._ends[number]) - size)
            return file.read(size)

    def __iter__(self) -> Iterator[bytes]:
        return (self[i] for i in range(len(self)))


def _file_name(stream: str, array: str) -> str:
    return WHOLE_FILES.get((stream, array), f"{array}.npy")


def _folder(asset: str, stream: str) -> str:
    assert stream in STREAMS
    return f"streams/{asset}/{stream}"


def _is_whole(folder: Path, lengths: dict[str, dict[str, int]]) -> bool:
    """Segments are not synced; one that a power cut left short is decoded again."""
    return all(
        (folder / f"{stream}.{name}").stat().st_size == length * _row_bytes(*ARRAYS[stream][name])
        for stream, arrays in lengths.items() for name, length in arrays.items()
    )  # fmt: skip


def _row_bytes(dtype: str, shape: tuple[int, ...]) -> int:
    return np.dtype(dtype).itemsize * int(np.prod(shape, dtype=np.int64))


def _count_from_the_first(target: Path, root: Path, before: Sequence[int], stream: str) -> None:
    parts = [np.fromfile(root / str(number) / f"{stream}.frames", "<i8") + shift for number, shift in enumerate(before)]
    np.save(target, np.concatenate(parts), allow_pickle=False)


def _concatenate(parts: Sequence[Path], target: Path, dtype: str, shape: tuple[int, ...]) -> int:
    """Put raw parts behind one .npy header; return the length of the first axis."""
    length = sum(part.stat().st_size for part in parts) // _row_bytes(dtype, shape)
    header = {"descr": dtype, "fortran_order": False, "shape": (length, *shape)}
    with target.open("wb") as out:
        if target.suffix == ".npy":
            np.lib.format.write_array_header_1_0(out, header)
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)
        out.flush()
        os.fsync(out.fileno())
    return length
