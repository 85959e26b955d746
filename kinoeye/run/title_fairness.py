"""Title fairness: how good the genres that are told are for each group of a catalogue that names genres itself.

Groups are what the catalogue declares: a language, a country, a decade, or any column of it, such as a lead's declared
gender. Nothing is guessed of anyone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.errors import InputError, UseError
from kinoeye.learn.fairness import FEW, GroupScore, Scores, balancing_weights, group_scores, macro_f1
from kinoeye.learn.text_labels import best_limits
from kinoeye.media.records import read_records
from kinoeye.run.catalogue import titles_of
from kinoeye.run.classifying import classified, model_name
from kinoeye.signals.genre_words import named_genres

OWN = ("decade", "language", "country", "kind")
_LEAST_ROWS = 2 * FEW
_MOST_GROUPS = 200
_PARTS = 2


@dataclass(frozen=True)
class Reweighted:
    """What weighing the groups of a column alike would change of the limits from which genres are picked.

    Parameters
    ----------
    column : str
    group : str
    rows : int
    usual, weighed : float, 0..1
        Macro F1 of the group, by limits chosen as all rows weigh the same, and as all groups do; each chosen on one
        half of the rows and measured on the other, in turn.
    """

    column: str
    group: str
    rows: int
    usual: float
    weighed: float


@dataclass(frozen=True)
class Fairness:
    """How fair what is told is.

    Parameters
    ----------
    model : str
    titles : int
        Rows with genres that the model knows, and that it could tell.
    unknown : tuple of str
        Genres of the catalogue that the model does not know.
    scores : tuple of GroupScore
    reweighted : tuple of Reweighted
    """

    model: str
    titles: int
    unknown: tuple[str, ...]
    scores: tuple[GroupScore, ...]
    reweighted: tuple[Reweighted, ...]


def title_fairness(source: Path | str, by: Sequence[str] = ("decade", "language", "country")) -> Fairness:
    """Return how good the told genres are for each group of a catalogue's titles.

    Parameters
    ----------
    source : Path or str
        A file of titles with genres, or a database's address.
    by : sequence of str
        decade, language, country, kind, or headings of the file's own columns.

    Raises
    ------
    DocumentError
        If it cannot be read.
    UseError
        If it has no column of that name.
    InputError
        If too few titles have genres that the model knows.
    """
    titles = titles_of(source)
    groups = {name: _groups(titles, source, name) for name in dict.fromkeys(by)}
    told = [each for each in classified(source) if each.title is not None]
    by_row = {each.row: each for each in told if each.genres}
    labels = sorted({name for each in told for name, _ in each.genres})
    places = {name: number for number, name in enumerate(labels)}
    rows, numbers, truth, unknown = [], [], [], set()
    for number, (row, genres) in enumerate(zip(titles["row"].to_pylist(), titles["genres"].to_pylist(), strict=True)):
        own = {genre: _known(genre, places) for genre in genres or ()}
        unknown |= {genre for genre, known in own.items() if not known}
        right = {each for known in own.values() for each in known}
        if right and row in by_row:
            rows.append(by_row[row])
            numbers.append(number)
            truth.append([name in right for name in labels])
    if len(rows) < _LEAST_ROWS:
        raise InputError(
            f"{source}: must have {_LEAST_ROWS} titles or more with genres that are known, got {len(rows)}",
            remedy="Give a catalogue whose titles have genres and plots",
        )
    answers = np.asarray(truth, bool)
    chances = np.zeros(answers.shape)
    picked = np.zeros(answers.shape, bool)
    for number, each in enumerate(rows):
        for name, chance in each.genres:
            chances[number, places[name]] = chance
        picked[number, [places[name] for name in each.picked]] = True
    own_groups = {name: [values[number] for number in numbers] for name, values in groups.items()}
    scores = group_scores(answers, picked, chances, own_groups)
    changed = [each for name, values in own_groups.items() for each in _reweighted(name, values, answers, chances)]
    return Fairness(model_name(), len(rows), tuple(sorted(unknown)), tuple(scores), tuple(changed))


def _known(genre: str, places: Mapping[str, int]) -> frozenset[str]:
    """Return which of the model's genres a catalogue's genre is."""
    found = {name for name in places if name.casefold() == genre.casefold()}
    return frozenset(found or (set(named_genres(genre)) & set(places)))


def _groups(titles: pa.Table, source: Path | str, name: str) -> list[str]:
    """Return the group of every title, empty where nothing is said."""
    if name == "decade":
        return [f"{year // 10 * 10}s" if year else "" for year in titles["year"].to_pylist()]
    if name == "kind":
        return [each or "" for each in titles["kind"].to_pylist()]
    if name in ("language", "country"):
        column = {"language": "languages", "country": "countries"}[name]
        return [each[0] if each else "" for each in titles[column].to_pylist()]
    records = read_records(source)
    columns = dict(zip(records.headings, records.rows.schema.names, strict=True)) if records.headings else {}
    own = columns.get(name, name)
    if own not in records.rows.schema.names:
        raise UseError(
            f"fairness: --by must name {', '.join(OWN)} or a column of the file, got {name!r}",
            remedy=f"Its columns are {', '.join(records.headings or records.rows.schema.names)}",
        )
    values = records.rows.to_table(columns=[own]).column(0).to_pylist()
    found = ["" if values[row] is None else str(values[row]).strip() for row in titles["row"].to_pylist()]
    if len(set(found)) > _MOST_GROUPS:
        raise UseError(f"fairness: {name} must have {_MOST_GROUPS} groups at most, got {len(set(found))}")
    return found


def _reweighted(column: str, groups: Sequence[str], answers: Any, chances: Scores) -> list[Reweighted]:
    """Return what limits by balanced groups change, each half of the rows measured by the limits of the other."""
    weights = balancing_weights(groups)
    draw = np.random.default_rng(1)
    part = draw.permutation(len(answers)) % _PARTS
    usual, weighed = np.zeros(answers.shape, bool), np.zeros(answers.shape, bool)
    for number in range(_PARTS):
        own, others = np.flatnonzero(part == number), np.flatnonzero(part != number)
        usual[own] = chances[own] >= best_limits(chances[others], answers[others])
        drawn = draw.choice(others, size=2 * len(others), p=weights[others] / weights[others].sum())
        weighed[own] = chances[own] >= best_limits(chances[drawn], answers[drawn])
    names, numbers = np.unique(np.asarray(groups, object).astype(str), return_inverse=True)
    found = []
    for place, name in enumerate(names):
        own = np.flatnonzero(numbers == place)
        if name and len(own) >= FEW:
            found.append(Reweighted(
                column, name, len(own), macro_f1(answers[own], usual[own]), macro_f1(answers[own], weighed[own])
            ))  # fmt: skip
    return sorted(found, key=lambda each: -each.rows)
