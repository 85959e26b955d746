"""Repairing: the gaps of a catalogue, filled where that proves itself, left where it does not, and marked either way.

Titles, texts, people, dates and ids are never made up: they are facts of a film and no share of what others have. Sums
of money are learnt from and filled in one currency only, the one that comes most often; a filled sum brings it along.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.learn.columns import Column, categories, column_of, lists, numbers, texts
from kinoeye.learn.filling_repair import Fill, Repaired, repair
from kinoeye.run.catalogue_files import HOW, IMPUTED, Catalogue
from kinoeye.timecode import FLICKS_PER_SECOND

# Why a column is never filled.
NEVER: Mapping[str, str] = {
    "title": "it names the film", "original_title": "it names the film", "other_titles": "they name the film",
    "released": "it is a day that was", "plot": "it is text", "directors": "they are people",
    "writers": "they are people", "cast": "they are people", "imdb": "it is an id", "tmdb": "it is an id",
    "source_id": "it is an id", "work": "it is an id", "budget_currency": "it goes with the budget",
    "gross_currency": "it goes with the gross",
}  # fmt: skip

_OTHERS = 30  # of the file's other columns, those that are looked at
_MINUTE = 60 * FLICKS_PER_SECOND
_CURRENCIES = {"budget": "budget_currency", "gross": "gross_currency"}
_STEPS = {"year": 10.0, "runtime": 15.0, "rating": 1.0}
_UNITS = {"runtime": "min", "rating": "0..10"}


@dataclass(frozen=True)
class RepairedTitles:
    """A catalogue whose gaps were seen to.

    Parameters
    ----------
    table : pa.Table
        Titles that stay, with ``NAME_imputed`` and ``NAME_how`` of each filled column, and the file's other columns.
    repaired : Repaired
        What was done with each column that the catalogue has; the runtime in minutes.
    titles : list of str
        Of all rows, those that were dropped too.
    units : dict of column to str
    """

    table: pa.Table
    repaired: Repaired
    titles: list[str]
    units: dict[str, str]

    @property
    def imputed(self) -> int:
        """How many cells were filled, of titles that stay."""
        return sum(int(fill.imputed[self.repaired.kept].sum()) for fill in self.repaired.fills)


def repair_titles(
    catalogue: Catalogue,
    *,
    how: str = "auto",
    ways: Mapping[str, str] | None = None,
    seed: int = 1,
    told: Callable[[int, int, str], None] = lambda _, __, ___: None,
) -> RepairedTitles:
    """See to the gaps of a catalogue.

    Parameters
    ----------
    catalogue : Catalogue
        What was filled in before counts as lacking.
    how, ways, seed, told : as of `kinoeye.learn.filling_repair.repair`

    Raises
    ------
    UseError
        If there is no such way or column, or a column cannot be filled so.
    """
    wished = dict(ways or {})
    given = _given(catalogue.titles)
    columns, currencies = _columns(given, wished)
    named = {each.name for each in columns}
    beside = [each for each in _beside(catalogue.others) if each.name not in named]
    made = repair([*columns, *beside], how=how, ways=wished, seed=seed, told=told)
    repaired = replace(made, fills=made.fills[: len(columns)])
    table = _table(given, catalogue.others, repaired, currencies)
    return RepairedTitles(table, repaired, given["title"].to_pylist(), _UNITS | currencies)


def _given(titles: pa.Table) -> pa.Table:
    """Return titles as they were given: what was filled in before lacks again."""
    given = titles.select(TITLES.schema.names)
    for name in TITLES.schema.names:
        if f"{name}{IMPUTED}" in titles.column_names:
            place = given.schema.get_field_index(name)
            flags = titles[f"{name}{IMPUTED}"]
            nothing = pa.scalar(None, given.schema.field(name).type)
            given = given.set_column(place, given.schema.field(name), pa.compute.if_else(flags, nothing, given[name]))
    return given.replace_schema_metadata(TITLES.schema.metadata)


def _columns(titles: pa.Table, wished: Mapping[str, str]) -> tuple[list[Column], dict[str, str]]:
    """Return the columns that the catalogue has, and the currency of each sum."""
    currencies: dict[str, str] = {}
    columns = []
    for field in TITLES.schema:
        if field.name in ("row", "other_titles"):  # no other title is none that lacks
            continue
        values = titles[field.name].to_pylist()
        aside = None
        if field.name in _CURRENCIES:
            given = np.array([each is not None for each in values], np.bool_)
            values, currencies[field.name] = _in_one_currency(values, titles[_CURRENCIES[field.name]].to_pylist())
            aside = given & np.array([each is None for each in values], np.bool_)
        column = replace(_column(field, values), aside=aside)
        if column.known.any() or field.name in wished:
            columns.append(column)
    return columns, currencies


def _beside(others: pa.Table) -> list[Column]:
    """Return the file's other columns, which may tell something of those that are filled."""
    found = [column_of(name, others[name].to_pylist()) for name in others.column_names[:_OTHERS]]
    return [replace(each, never="it is no column of titles") for each in found if each.known.any()]


def _in_one_currency(values: Sequence[Any], said: Sequence[Any]) -> tuple[list[Any], str]:
    """Return sums in the currency that comes most often, and which it is; others as None."""
    often = Counter(each for each, value in zip(said, values, strict=True) if each and value is not None)
    if not often:
        return list(values), ""
    main = min(often, key=lambda each: (-often[each], each))
    return [value if each == main else None for value, each in zip(values, said, strict=True)], main


def _column(field: pa.Field, values: Sequence[Any]) -> Column:
    name, never = field.name, NEVER.get(field.name, "")
    if name == "runtime":
        return numbers(name, [None if each is None else each / _MINUTE for each in values], step=_STEPS[name])
    if name in ("title", "original_title", "plot"):
        return texts(name, values, never=never)
    if pa.types.is_list(field.type):
        return lists(name, values, never=never)
    if pa.types.is_integer(field.type) or pa.types.is_floating(field.type):
        return numbers(name, values, step=_STEPS.get(name, 0.0))
    return categories(name, values, never=never)


def _table(titles: pa.Table, others: pa.Table, repaired: Repaired, currencies: Mapping[str, str]) -> pa.Table:
    """Return titles with what was filled, marked."""
    table = titles
    marks: list[tuple[pa.Field, Any]] = []
    for fill in repaired.fills:
        name = fill.column.name
        here = fill.imputed
        if not here.any():
            continue
        table = _set(table, name, _merged(titles[name].to_pylist(), fill, here), _field(fill, int(here.sum())))
        marks += [(_mark(f"{name}{IMPUTED}", pa.bool_(), f"whether `{name}` was filled in"), here),
                  (_mark(f"{name}{HOW}", pa.string(), f"what a filled `{name}` was told from"), fill.how)]  # fmt: skip
        if currencies.get(name):
            column = _CURRENCIES[name]
            said = [currencies[name] if now else each
                    for each, now in zip(table[column].to_pylist(), here, strict=True)]  # fmt: skip
            table = _set(table, column, said, table.schema.field(column))
            marks.append((_mark(f"{column}{IMPUTED}", pa.bool_(), f"whether it was filled in with `{name}`"), here))
    for field, values in marks:
        table = table.append_column(field, pa.array(values.tolist(), field.type))
    for name in others.column_names:
        table = table.append_column(others.schema.field(name).with_name(_free(name, table)), others[name])
    table = table.filter(pa.array(repaired.kept.tolist(), pa.bool_()))
    meaning = {"meaning": "Titles whose gaps were seen to; NAME_imputed marks what was never given.",
               "repair": json.dumps([_told(fill) for fill in repaired.fills], ensure_ascii=False)}  # fmt: skip
    return table.replace_schema_metadata(meaning)


def _merged(given: Sequence[Any], fill: Fill, here: npt.NDArray[np.bool_]) -> list[Any]:
    """Return a column's cells as given, with what was filled where they lack."""
    values = list(given)
    for row in np.flatnonzero(here):
        value = fill.column.read(int(row))
        if fill.column.name == "runtime":
            value = round(value * _MINUTE)
        values[row] = list(value) if isinstance(value, tuple) else value
    return values


def _set(table: pa.Table, name: str, values: Sequence[Any], field: pa.Field) -> pa.Table:
    place = table.schema.get_field_index(name)
    return table.set_column(place, field, pa.array(values, table.schema.field(name).type))


def _field(fill: Fill, count: int) -> pa.Field:
    """Return a filled column's field, which says that it is filled and how."""
    field = TITLES.schema.field(fill.column.name)
    told = {"imputed": str(count), "how": fill.choice.method, "why": fill.choice.why}
    if (trial := fill.choice.trial(fill.choice.method)) is not None:
        told["error"] = f"{trial.error:.4g} ({trial.low:.4g} to {trial.high:.4g})"
    meaning = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    return field.with_metadata(meaning | told)


def _told(fill: Fill) -> dict[str, Any]:
    return {"column": fill.column.name, "method": fill.choice.method, "why": fill.choice.why,
            "lacking": fill.choice.lacking, "known": fill.choice.known, "imputed": int(fill.imputed.sum())}  # fmt: skip


def _mark(name: str, kind: pa.DataType, meaning: str) -> pa.Field:
    return pa.field(name, kind, True, {"meaning": meaning})


def _free(name: str, table: pa.Table) -> str:
    return name if name not in table.column_names else _free(f"{name} (given)", table)


def as_json(made: RepairedTitles) -> dict[str, Any]:
    """Return what was done as plain values: every column with its choice, its trials and where it lacks."""
    columns = []
    for fill in made.repaired.fills:
        told = asdict(fill.choice)
        told["unit"] = made.units.get(fill.column.name, "")
        told["imputed"] = int(fill.imputed[made.repaired.kept].sum())
        columns.append(told)
    kept = int(made.repaired.kept.sum())
    return {"titles": kept, "dropped": len(made.titles) - kept, "imputed": made.imputed, "columns": columns}
