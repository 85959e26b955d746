"""Why: what in a row speaks for its answer, and what tells most over all rows.

Of an estimator with weights it is each place's weight times its value. Of any other, each column and each word is taken
away in turn, and how far the score falls is what it said.

Source: Ribeiro, Singh & Guestrin, "Why should I trust you?", KDD 2016; Breiman, "Random forests", Machine Learning 45,
2001 (permutation).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.features import Frame
from kinoeye.learn.grams import LETTER_MARK, Counts
from kinoeye.learn.model import Model

Floats = npt.NDArray[np.float64]

_WORDS_TRIED = 30  # of a text, those that weigh most
_ROWS_MIXED = 400


@dataclass(frozen=True)
class Telling:
    """Something that speaks for an answer, or against it.

    Parameters
    ----------
    column : str
    part : str
        A word, a name; empty for the column as a whole.
    weight : float
        In the score's own unit; below 0 it speaks against.
    answer : str
        The class it speaks for; empty of numbers.
    """

    column: str
    part: str
    weight: float
    answer: str = ""


def why_rows(model: Model, frame: Frame, chances: Floats, *, most: int = 6) -> list[list[Telling]]:
    """Return for each row what speaks for what it got.

    Parameters
    ----------
    model : Model
    frame : Frame
    chances : float64 [n] or [n, classes]
        What the model said of these rows.
    most : int
        For each answer.
    """
    answers = _answers(model, chances)
    weights = _weights(model)
    if weights is not None:
        found = _by_weights(model, frame, answers, weights, most)
    else:
        found = [_by_absence(model, frame.take(np.asarray([row])), own, most) for row, own in enumerate(answers)]
    if model.kind != "binary":
        return found
    given = model.calibration.answers(model.kind, chances)
    return [own if answer else [replace(each, weight=-each.weight, answer=model.classes[0]) for each in own]
            for own, answer in zip(found, given, strict=True)]  # fmt: skip


def telling(model: Model, frame: Frame, *, most: int = 12, seed: int = 1) -> list[Telling]:
    """Return what tells most over rows, for each class; of an estimator without weights, how much each column moves."""
    weights = _weights(model)
    if weights is None:
        return _by_mixing(model, frame, most, seed)
    features = model.features(frame)
    square = np.asarray(features.multiply(features).mean(axis=0)).ravel()
    spread = np.sqrt(np.maximum(square - np.asarray(features.mean(axis=0)).ravel() ** 2, 0))
    names = model.encoder.names("wide")
    found = []
    for answer, row in enumerate(weights):
        moved = row * spread
        places = np.argsort(-np.abs(moved) if not model.classes else -moved, kind="stable")[:most]
        found += [Telling(*_shown(names[place]), float(moved[place]), _answer_name(model, answer))
                  for place in places if moved[place]]  # fmt: skip
    return found


def _weights(model: Model) -> Floats | None:
    tell = getattr(model.estimator, "weights", None)
    found = tell() if tell is not None and model.view == "wide" else None
    return None if found is None else np.asarray(found, np.float64)


def _answer_name(model: Model, answer: int) -> str:
    if model.kind == "binary":
        return model.classes[1]
    return model.classes[answer] if model.classes else ""


def _answers(model: Model, chances: Floats) -> list[list[int]]:
    """Return which rows of weights speak for what each row got: of several labels those given, or the likeliest."""
    if model.kind == "multi-label":
        given = model.calibration.answers(model.kind, chances)
        return [np.flatnonzero(row).tolist() or [int(np.argmax(own))]
                for row, own in zip(given, chances, strict=True)]  # fmt: skip
    if model.kind == "multi-class":
        return [[int(each)] for each in chances.argmax(axis=1)]
    return [[0]] * len(chances)


def _by_weights(
    model: Model, frame: Frame, answers: Sequence[Sequence[int]], weights: Floats, most: int
) -> list[list[Telling]]:
    features = model.features(frame)
    names = model.encoder.names("wide")
    lifted = weights - weights.mean(axis=0) if model.kind == "multi-class" else weights
    found = []
    for row, own in enumerate(answers):
        values = features[row]
        tellings = []
        for answer in own:
            parts = values.data * lifted[answer][values.indices]
            for place in np.argsort(-np.abs(parts), kind="stable")[:most]:
                name = _shown(names[values.indices[place]])
                tellings.append(Telling(*name, float(parts[place]), _answer_name(model, answer)))
        found.append(tellings)
    return found


def _by_absence(model: Model, row: Frame, answers: Sequence[int], most: int) -> list[Telling]:
    """Return how far the score falls where a column, or a word, is taken away."""
    without: list[tuple[str, str, Frame]] = []
    for column in row.columns:
        cells = row.cells[column.name]
        if not isinstance(cells, Counts):
            without.append((column.name, "", _cleared(row, column.name)))
            continue
        held = cells.matrix.indices
        grams = sorted({cells.grams[place] for place in held if " " not in cells.grams[place] and
                        not cells.grams[place].startswith(LETTER_MARK)})  # fmt: skip
        without += [(column.name, word, _without_word(row, column.name, word))
                    for word in _weightiest(model, column.name, grams)]  # fmt: skip
    if not without:
        return []
    base = model.scores(row).reshape(1, -1)
    moved = np.vstack([base - model.scores(each).reshape(1, -1) for _, _, each in without])
    found = []
    for answer in answers:
        for place in np.argsort(-np.abs(moved[:, answer]), kind="stable")[:most]:
            column_name, word, _ = without[place]
            found.append(Telling(column_name, word, float(moved[place, answer]), _answer_name(model, answer)))
    return found


def _weightiest(model: Model, column: str, grams: Sequence[str]) -> list[str]:
    state = model.encoder.state[column]
    weights = dict(zip(state["grams"], state["weights"], strict=True))
    known = [each for each in grams if each in weights]
    return sorted(known, key=lambda each: (-weights[each], each))[:_WORDS_TRIED]


def _cleared(row: Frame, name: str) -> Frame:
    """Return a row with nothing in a column, which is then filled as any gap is."""
    cells = row.cells[name]
    empty: Any = np.full_like(cells, np.nan) if cells.dtype != object else np.asarray([None] * len(cells), object)
    return replace(row, cells=dict(row.cells) | {name: empty})


def _without_word(row: Frame, name: str, word: str) -> Frame:
    cells = row.cells[name]
    matrix = cells.matrix.copy()
    gone = [word in cells.grams[place].split(" ") for place in matrix.indices]
    matrix.data[gone] = 0
    matrix.eliminate_zeros()
    return replace(row, cells=dict(row.cells) | {name: Counts(matrix, cells.grams, cells.least)})


def _by_mixing(model: Model, frame: Frame, most: int, seed: int) -> list[Telling]:
    """Return how far scores move where a column's cells change places."""
    rows = len(next(iter(frame.cells.values())))
    chance = np.random.default_rng(seed)
    part = frame.take(chance.permutation(rows)[:_ROWS_MIXED])
    count = min(rows, _ROWS_MIXED)
    base = model.scores(part).reshape(count, -1)
    found = []
    for column in part.columns:
        mixed = chance.permutation(count)
        cells = part.cells[column.name]
        other = cells.take(mixed) if isinstance(cells, Counts) else cells[mixed]
        moved = model.scores(replace(part, cells=dict(part.cells) | {column.name: other})).reshape(count, -1) - base
        found.append(Telling(column.name, "", float(np.sqrt(np.mean(moved**2)))))
    return sorted(found, key=lambda each: -each.weight)[:most]


def _shown(name: tuple[str, str]) -> tuple[str, str]:
    column, part = name
    return column, part.removeprefix(LETTER_MARK)
