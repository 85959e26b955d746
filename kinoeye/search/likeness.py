"""Likeness: rows whose vectors point the same way, by exact cosine over all of them.

The vectors lie in one Arrow file, one batch for each asset, read as a memory map. At the size of a film library an
exact search is a few milliseconds, so there is no approximate index to build, tune and trust.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.errors import QueryError, StoreError
from kinoeye.search.sources import LIKENESSES, Item

VERSION = 1  # of the file's columns

_NOTE = b"likenesses"

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Alike:
    """One row that is like what was asked for.

    Parameters
    ----------
    asset : str
    path : str
    start, end : int, flicks
    likeness : -1..1
        Cosine of the angle between the vectors; 1 is the same.
    """

    asset: str
    path: str
    start: int
    end: int
    likeness: float


@dataclass(frozen=True)
class _Part:
    """The vectors of one asset."""

    asset: str
    path: str
    fingerprint: str
    rows: pa.RecordBatch

    @property
    def vectors(self) -> Vector:
        """Unit vectors, float32 [n, d], without a copy."""
        column = self.rows.column("vector")
        return np.asarray(column.flatten().to_numpy(zero_copy_only=True)).reshape(len(column), -1)


class LikenessIndex:
    """The vectors of one production.

    Parameters
    ----------
    folder : Path
        Made when something is indexed.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"likenesses-{VERSION}.arrow"
        self._stamp: tuple[int, int] = (0, 0)
        self._parts: list[_Part] = []

    def update(self, items: Iterable[Item]) -> int:
        """Bring the vectors up to date with the items of the table `likenesses`; return how many were read anew.

        Raises
        ------
        StoreError
            If the vectors have different lengths or are no numbers, or the file cannot be written.
        """
        offered = {item.asset: item for item in items if item.table == LIKENESSES}
        kept = {part.asset: part for part in self._read()}
        fresh = {
            asset for asset, item in offered.items() if asset not in kept or kept[asset].fingerprint != item.fingerprint
        }
        moved = any(kept[asset].path != item.path for asset, item in offered.items() if asset in kept)
        if not fresh and not moved and kept.keys() == offered.keys():
            return 0
        parts = [
            _Part(asset, item.path, item.fingerprint, _batch(item.read()) if asset in fresh else kept[asset].rows)
            for asset, item in sorted(offered.items())
        ]
        self._write(parts)
        return len(fresh)

    def alike(self, vector: Vector, limit: int, *, assets: frozenset[str] | None = None) -> list[Alike]:
        """Return the rows nearest to a vector, nearest first.

        Parameters
        ----------
        vector : float [d]
        limit : int
        assets : frozenset of str or None
            Only rows of these; None: of all.

        Raises
        ------
        QueryError
            If the vector has another length than those indexed, or is no direction.
        """
        parts = [part for part in self._read() if len(part.rows) and (assets is None or part.asset in assets)]
        if not parts:
            return []
        asked = np.asarray(vector, np.float32).ravel()
        length = parts[0].vectors.shape[1]
        if len(asked) != length:
            raise QueryError(f"search: a vector must have {length} numbers as those indexed, got {len(asked)}")
        size = float(np.linalg.norm(asked))
        if not np.isfinite(size) or size == 0:
            raise QueryError("search: a vector must point somewhere, got zeros or no numbers")
        cosines = np.concatenate([part.vectors @ (asked / size) for part in parts])
        count = min(limit, len(cosines))
        nearest = np.argpartition(-cosines, count - 1)[:count]
        nearest = nearest[np.lexsort((nearest, -cosines[nearest]))]
        firsts = np.cumsum([0, *(len(part.rows) for part in parts)])
        return [_alike(parts, firsts, int(number), float(cosines[number])) for number in nearest]

    def vector(self, asset: str, at: int) -> Vector:
        """Return the vector of the row that shows at a moment of an asset, or of the nearest one.

        Raises
        ------
        QueryError
            If that asset has none.
        """
        for part in self._read():
            if part.asset == asset and len(part.rows):
                starts = part.rows.column("start").to_numpy()
                ends = part.rows.column("end").to_numpy()
                distance = np.maximum(0, np.maximum(starts - at, at - ends + 1))
                return np.array(part.vectors[int(distance.argmin())])
        raise QueryError(f"search: asset {asset} must have likenesses, got none", remedy="Run it first: kinoeye run")

    def paths(self) -> dict[str, str]:
        """Return the path of every asset that has likenesses."""
        return {part.asset: part.path for part in self._read()}

    def _read(self) -> list[_Part]:
        try:
            standing = self._file.stat()
        except OSError:
            return []
        stamp = (standing.st_mtime_ns, standing.st_ino)
        if stamp != self._stamp:
            self._parts, self._stamp = list(_parts(self._file)), stamp
        return self._parts

    def _write(self, parts: list[_Part]) -> None:
        lengths = {part.vectors.shape[1] for part in parts if len(part.rows)}
        if len(lengths) > 1:
            raise StoreError(f"search: all likenesses must have one length, got {sorted(lengths)}")
        note = json.dumps([[part.asset, part.path, part.fingerprint] for part in parts])
        length = lengths.pop() if lengths else 1
        schema = _schema(length).with_metadata({_NOTE: note})
        beside = self._file.with_name(f".{self._file.name}.{uuid4().hex}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with pa.OSFile(str(beside), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
                for part in parts:
                    writer.write_batch(part.rows if len(part.rows) else _empty(length))
            beside.replace(self._file)
        except OSError as error:
            raise StoreError(f"search: {self._file} must be writable, got {error}", remedy="Free room") from error
        finally:
            beside.unlink(missing_ok=True)


def _schema(length: int) -> pa.Schema:
    return pa.schema({"start": pa.int64(), "end": pa.int64(), "vector": pa.list_(pa.float32(), length)})


def _parts(file: Path) -> Iterator[_Part]:
    try:
        reader = pa.ipc.open_file(pa.memory_map(str(file)))
        notes = json.loads(reader.schema.metadata[_NOTE])
        for number, (asset, path, fingerprint) in enumerate(notes):
            yield _Part(asset, path, fingerprint, reader.get_batch(number))
    except (pa.ArrowInvalid, OSError, ValueError, KeyError, TypeError):
        return  # damaged: what cannot be read is made again


def _batch(rows: pa.Table) -> pa.RecordBatch:
    """Return the rows with vectors of length one; a row of a moment (`time`) begins and ends with it."""
    if not rows.num_rows:
        return _empty(1)
    lengths = set(pc.list_value_length(rows.column("vector")).unique().to_pylist())
    if len(lengths) != 1 or None in lengths:
        raise StoreError(f"search: all likenesses must have one length, got {sorted(lengths, key=str)}")
    length = lengths.pop()
    flat = rows.column("vector").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    vectors = np.array(flat, np.float32).reshape(-1, length)
    sizes = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.isfinite(sizes).all():
        raise StoreError("search: likenesses must be numbers, got infinite or none")
    vectors /= np.where(sizes == 0, np.float32(1), sizes)
    names = ("start", "end") if "start" in rows.schema.names else ("time", "time")
    arrays: list[Any] = [rows.column(name).combine_chunks() for name in names]
    arrays.append(pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), length))
    return pa.RecordBatch.from_arrays(arrays, schema=_schema(length))


def _empty(length: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema=_schema(length))


def _alike(parts: list[_Part], firsts: npt.NDArray[np.int64], number: int, cosine: float) -> Alike:
    place = int(np.searchsorted(firsts, number, side="right")) - 1
    part, row = parts[place], number - int(firsts[place])
    start, end = part.rows.column("start")[row].as_py(), part.rows.column("end")[row].as_py()
    return Alike(part.asset, part.path, start, end, min(1.0, max(-1.0, cosine)))
