"""Features: rows of a table as numbers, in the two forms that estimators take.

`wide` has a place for every name and gram (sparse), for linear estimators; `narrow` brings texts down to a few dozen
directions (dense), for trees and neighbours. What fills a gap, how wide a number spreads, which names and grams are
known and how much each weighs are learnt from the rows of one fold only.

Source: Halko, Martinsson & Tropp, "Finding structure with randomness", SIAM Review 53, 2011 (the directions).
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.grams import Counts
from kinoeye.learn.table_columns import Column, count_texts, read_column

VIEWS = ("wide", "narrow", "raw")
_DIRECTIONS = 64
_MOST_NAMES = 300
_MOST_NARROW_NAMES = 40
_FARTHEST = 8.0  # standard deviations: a slip of the pen must not outweigh all other rows
_SKEWED = 20.0  # times the median at which a number of nothing or more is told by its logarithm
_TEXTS = ("text", "short text")

State = dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """A table's columns, read.

    Parameters
    ----------
    columns : tuple of Column
    cells : mapping of name to cells
    texts : mapping of name to object [n] of str
        Of columns of texts, what stands there; their cells are counts.
    """

    columns: tuple[Column, ...]
    cells: Mapping[str, Any]
    texts: Mapping[str, Any] = field(default_factory=dict)

    def take(self, rows: npt.NDArray[Any]) -> "Frame":
        """Return a part of the rows."""
        cells = {name: each.take(rows) if isinstance(each, Counts) else each[rows] for name, each in self.cells.items()}
        return Frame(self.columns, cells, {name: each[rows] for name, each in self.texts.items()})

    def only(self, names: Sequence[str]) -> "Frame":
        """Return a part of the columns."""
        kept = tuple(each for each in self.columns if each.name in set(names))
        return Frame(kept, {each.name: self.cells[each.name] for each in kept},
                     {name: each for name, each in self.texts.items() if name in set(names)})  # fmt: skip


def framed(
    columns: Sequence[Column], values: Mapping[str, Sequence[Any]], known: Mapping[str, Sequence[str]] | None = None
) -> Frame:
    """Read columns.

    Parameters
    ----------
    columns : sequence of Column
    values : mapping of name to cells
    known : mapping of name to grams, optional
        Count these only.
    """
    cells = {each.name: read_column(each, values[each.name]) for each in columns}
    texts = {each.name: cells[each.name] for each in columns if each.kind in _TEXTS}
    counts = {
        each.name: count_texts(each, cells[each.name].tolist(), None if known is None else known.get(each.name, ()))
        for each in columns
        if each.kind in _TEXTS
    }
    return Frame(tuple(columns), cells | counts, texts)


class Encoder:
    """What turns rows into numbers, learnt from rows.

    Parameters
    ----------
    frame : Frame
        The rows to learn from.
    state : mapping, optional
        What was learnt before; then nothing is learnt from `frame`.
    """

    def __init__(
        self, frame: Frame | None = None, *, columns: Sequence[Column] = (), state: State | None = None
    ) -> None:
        self.columns = frame.columns if frame is not None else tuple(columns)
        if state is not None:
            self.state: State = state
            return
        assert frame is not None
        self.state = {each.name: _FITS[each.kind](frame.cells[each.name]) for each in self.columns
                      if each.kind in _FITS}  # fmt: skip
        self._learnt_from: Frame | None = frame

    def wide(self, frame: Frame) -> Any:
        """Return rows with a place for every name and gram, scipy CSR float32."""
        sparse = importlib.import_module("scipy.sparse")
        blocks = [sparse.csr_matrix(self._block(each, frame)) for each in self._told()]
        if not blocks:
            return sparse.csr_matrix((_rows(frame), 1), dtype=np.float32)
        return sparse.hstack(blocks, format="csr", dtype=np.float32)

    def narrow(self, frame: Frame) -> npt.NDArray[np.float32]:
        """Return rows with a few places only, float32 [n, places]."""
        blocks = [self._dense(each, frame) for each in self._told() if each.kind not in _TEXTS]
        texts = [each for each in self._told() if each.kind in _TEXTS]
        if texts:
            stacked = importlib.import_module("scipy.sparse").hstack([self._block(each, frame) for each in texts])
            blocks.append(np.asarray(stacked @ self._directions(texts).T, np.float32))
        return np.hstack(blocks) if blocks else np.zeros((_rows(frame), 1), np.float32)

    def names(self, view: str = "wide") -> list[tuple[str, str]]:
        """Return of each place of a view its column and what it stands for in it."""
        found: list[tuple[str, str]] = []
        for each in self._told():
            if view == "narrow" and each.kind in _TEXTS:
                continue
            parts = _PARTS[each.kind](self.state[each.name])
            limit = _narrow_limit(each, len(parts)) if view == "narrow" else len(parts)
            found += [(each.name, part) for part in parts[:limit]]
        if view == "narrow":
            texts = [each.name for each in self._told() if each.kind in _TEXTS]
            count = len(self.state["directions"]) if "directions" in self.state else 0
            found += [(" + ".join(texts), f"direction {number + 1}") for number in range(count)]
        return found or [("", "")]

    def known(self) -> dict[str, Sequence[str]]:
        """Return of each column of texts the grams that are known."""
        return {each.name: self.state[each.name]["grams"] for each in self.columns if each.kind in _TEXTS}

    def directions(self) -> None:
        """Learn what texts are brought down to, so that it is kept with the rest."""
        if texts := [each for each in self._told() if each.kind in _TEXTS]:
            self._directions(texts)

    def _told(self) -> list[Column]:
        return [each for each in self.columns if each.name in self.state]

    def _block(self, column: Column, frame: Frame) -> Any:
        return _GIVES[column.kind](self.state[column.name], frame.cells[column.name])

    def _dense(self, column: Column, frame: Frame) -> npt.NDArray[np.float32]:
        block = self._block(column, frame)
        dense = block.toarray() if hasattr(block, "toarray") else np.asarray(block)
        return np.asarray(dense[:, : _narrow_limit(column, dense.shape[1])], np.float32)

    def _directions(self, texts: Sequence[Column]) -> npt.NDArray[np.float32]:
        if "directions" not in self.state:
            assert self._learnt_from is not None
            stacked = importlib.import_module("scipy.sparse").hstack(
                [self._block(each, self._learnt_from) for each in texts], format="csr"
            )
            self.state["directions"] = _svd(stacked)
        found: npt.NDArray[np.float32] = self.state["directions"]
        return found


def _rows(frame: Frame) -> int:
    return len(next(iter(frame.cells.values())))


def _narrow_limit(column: Column, width: int) -> int:
    return min(width, _MOST_NARROW_NAMES) if column.kind in {"category", "list"} else width


def _svd(matrix: Any) -> npt.NDArray[np.float32]:
    count = min(_DIRECTIONS, min(matrix.shape) - 1)
    if count < 1 or not matrix.nnz:
        return np.zeros((1, matrix.shape[1]), np.float32)
    extmath = importlib.import_module("sklearn.utils.extmath")
    _, _, found = extmath.randomized_svd(matrix, count, n_iter=3, random_state=1)
    return np.asarray(found, np.float32)


def _fit_number(cells: npt.NDArray[np.float64]) -> State:
    held = cells[np.isfinite(cells)]
    if not len(held):
        return {"middle": 0.0, "mean": 0.0, "scale": 1.0, "is_log": False, "has_gaps": True}
    middle = float(np.median(held))
    is_log = bool(held.min() >= 0 and held.max() > _SKEWED * max(middle, 1e-9) and len(np.unique(held)) > 10)
    told = np.log1p(held) if is_log else held
    return {"middle": middle, "mean": float(told.mean()), "scale": float(told.std()) or 1.0, "is_log": is_log,
            "has_gaps": len(held) < len(cells)}  # fmt: skip


def _give_number(state: State, cells: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    gaps = ~np.isfinite(cells)
    filled = np.where(gaps, state["middle"], cells)
    told = np.log1p(np.maximum(filled, 0)) if state["is_log"] else filled
    scaled = np.clip((told - state["mean"]) / state["scale"], -_FARTHEST, _FARTHEST)
    return np.asarray(np.column_stack([scaled, gaps] if state["has_gaps"] else [scaled]), np.float32)


def _fit_vector(cells: npt.NDArray[np.float32]) -> State:
    held = cells[np.isfinite(cells).all(axis=1)]
    if not len(held):
        held = np.zeros((1, cells.shape[1]), np.float32)
    return {"mean": held.mean(axis=0), "scale": float(held.std(axis=0).mean()) or 1.0,
            "has_gaps": len(held) < len(cells)}  # fmt: skip


def _give_vector(state: State, cells: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    gaps = np.asarray(~np.isfinite(cells).all(axis=1))
    scaled = np.where(gaps[:, None], 0, (cells - state["mean"]) / state["scale"]) / np.sqrt(cells.shape[1] / 8)
    return np.asarray(np.column_stack([scaled, gaps]) if state["has_gaps"] else scaled, np.float32)


def _fit_names(cells: npt.NDArray[Any]) -> State:
    counts: dict[str, int] = {}
    for cell in cells:
        for name in (cell,) if isinstance(cell, str) else cell or ():
            counts[name] = counts.get(name, 0) + 1
    often = sorted((name for name, count in counts.items() if count > 1), key=lambda name: (-counts[name], name))
    return {"names": often[:_MOST_NAMES]}


def _give_names(state: State, cells: npt.NDArray[Any]) -> Any:
    """Return a place for each name, one for all others, and one for none at all."""
    places = {name: place for place, name in enumerate(state["names"])}
    other, none = len(places), len(places) + 1
    rows: list[int] = []
    columns: list[int] = []
    for row, cell in enumerate(cells):
        names = (cell,) if isinstance(cell, str) else cell or ()
        own = {places.get(name, other) for name in names} or {none}
        rows += [row] * len(own)
        columns += own
    shape = (len(cells), none + 1)
    ones = np.ones(len(rows), np.float32)
    return importlib.import_module("scipy.sparse").csr_matrix((ones, (rows, columns)), shape=shape)


def _fit_text(cells: Counts) -> State:
    matrix, rows = cells.matrix, max(1, len(cells))
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    kept = np.flatnonzero((spread >= max(cells.least, 2 if rows >= 100 else 1)) & (spread <= max(1, 0.9 * rows)))
    weights = np.log((1 + rows) / (1 + spread[kept])) + 1
    return {"grams": [cells.grams[place] for place in kept], "weights": weights.astype(np.float32)}


def _give_text(state: State, cells: Counts) -> Any:
    sparse = importlib.import_module("scipy.sparse")
    matrix = _aligned(cells, state["grams"]).astype(np.float32)
    matrix.data = (1 + np.log(matrix.data)) * state["weights"][matrix.indices]
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags(1 / np.maximum(lengths, 1e-9)).astype(np.float32) @ matrix


def _aligned(cells: Counts, grams: Sequence[str]) -> Any:
    """Return counts with the grams that are known, in their order."""
    if not grams:
        return importlib.import_module("scipy.sparse").csr_matrix((len(cells), 0), dtype=np.float32)
    if len(grams) == len(cells.grams) and list(cells.grams) == list(grams):
        return cells.matrix.copy()
    places = {gram: place for place, gram in enumerate(cells.grams)}
    wanted = [places.get(gram, -1) for gram in grams]
    if min(wanted, default=0) >= 0:
        return cells.matrix[:, wanted].tocsr()
    sparse = importlib.import_module("scipy.sparse")
    empty = sparse.csr_matrix((len(cells), 1), dtype=np.float32)
    padded = sparse.hstack([cells.matrix, empty], format="csr")
    return padded[:, [place if place >= 0 else len(places) for place in wanted]].tocsr()


_FITS: dict[str, Callable[[Any], State]] = {
    "number": _fit_number, "date": _fit_number, "category": _fit_names, "list": _fit_names, "text": _fit_text,
    "short text": _fit_text, "vector": _fit_vector,
}  # fmt: skip
_GIVES: dict[str, Callable[[State, Any], Any]] = {
    "number": _give_number, "date": _give_number, "category": _give_names, "list": _give_names, "text": _give_text,
    "short text": _give_text, "vector": _give_vector,
}  # fmt: skip


def _number_parts(state: State) -> list[str]:
    return ["", "missing"] if state["has_gaps"] else [""]


def _name_parts(state: State) -> list[str]:
    return [*state["names"], "another", "none"]


def _vector_parts(state: State) -> list[str]:
    parts = [f"[{place}]" for place in range(len(state["mean"]))]
    return [*parts, "missing"] if state["has_gaps"] else parts


_PARTS = {"number": _number_parts, "date": _number_parts, "category": _name_parts, "list": _name_parts,
          "text": lambda state: list(state["grams"]), "short text": lambda state: list(state["grams"]),
          "vector": _vector_parts}  # fmt: skip
