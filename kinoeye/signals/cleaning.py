"""Cleaning: the cells of a catalogue brought into one form, each distinct cell once, with the reason for each change.

What each column is must be known (kinoeye/signals/columns.py). How a whole column is written (its separator, whether
the day comes first, in which unit and on which scale its bare numbers are) is told once from a sample; then rows go
through in batches of any number, so that ten million cost what their distinct values cost.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.signals import readings
from kinoeye.signals.cells import separator_of
from kinoeye.signals.columns import Role
from kinoeye.signals.dates import is_day_first
from kinoeye.signals.durations import unit_of
from kinoeye.signals.numbers import number_of
from kinoeye.signals.person_names import is_inverted
from kinoeye.signals.readings import Manner, Read
from kinoeye.signals.stars import scale_of

_MOST_KNOWN = 20_000  # distinct cells of a column that are remembered between batches
LISTS = ("other_titles", "languages", "countries", "genres", "directors", "writers", "cast")
_ALL_OF = frozenset(LISTS)  # roles of which every column counts; of the others the best one
_WANTED = ("worldwide", "total", "lifetime", "全球", "累计", "总", "global")
_UNWANTED = (
    "your",
    "my ",
    "我的",
    "opening",
    "foreign",
    "首周",
    "首日",
    "metascore",
    "metacritic",
    "tomatometer",
    "critic",
)
_PLAIN_TITLE = r"^[!-~](?:[!%'-~ ]*[!-\x28*-~])?$"

# A cleaned cell: its value, and why it differs from what was given; empty where it does not.
Cleaned = tuple[Any, str]


@dataclass
class Source:
    """A column that gives something of a title.

    Parameters
    ----------
    name : str
        In the rows.
    role : str
    manner : Manner
        How the column is written.
    known : dict
        What distinct cells were read as.
    """

    name: str
    role: str
    manner: Manner
    known: dict[Any, Read] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """Cells of a batch that were changed alike.

    Parameters
    ----------
    column : str
        Name of the column in the rows.
    role : str
        What it was taken for.
    rows : int64 array
    was : array
        As given.
    now : array of str
    why : array of str
    """

    column: str
    role: str
    rows: pa.Array
    was: pa.Array
    now: pa.Array
    why: pa.Array


def sources_of(sample: pa.Table, headings: Sequence[str], roles: Sequence[Role]) -> list[Source]:
    """Return the columns from which titles are made, and how each is written."""
    found: dict[str, list[tuple[float, int]]] = {}
    for number, each in enumerate(roles):
        if each.role in readings.READERS:
            heading = headings[number] if number < len(headings) else ""
            found.setdefault(each.role, []).append((each.score + _preference(heading), number))
    sources = []
    for role, columns in found.items():
        chosen = columns if role in _ALL_OF else [max(columns, key=lambda each: (each[0], -each[1]))]
        for _, number in chosen:
            heading = headings[number] if number < len(headings) else ""
            name = sample.schema.names[number]
            sources.append(Source(name, role, manner_of(sample.column(number), role, heading)))
            if role == "directors" and sources[-1].manner.has_jobs and "writers" not in found:
                sources.append(Source(name, "writers", manner_of(sample.column(number), "writers", heading)))
    return sources


def manner_of(column: Any, role: str, heading: str) -> Manner:
    """Tell how a column is written by some of its cells."""
    given = column.drop_null()
    given = given if pa.types.is_nested(given.type) else given.unique()
    values = [value for value in given.slice(0, 2000).to_pylist() if value not in ("", [], {})]
    texts = [value if isinstance(value, str) else readings.text_of(value) for value in values]
    numbers = [number for text in texts if (number := number_of(text)) is not None and math.isfinite(number)]
    inverted = role in {"directors", "writers", "cast"} and is_inverted(texts)
    separator = separator_of(texts) if role in _ALL_OF else ""
    if inverted and separator == ",":
        separator = ";" if any(";" in text for text in texts) else ""
    return Manner(
        separator=separator,
        is_day_first=role == "released" and is_day_first(texts),
        unit=unit_of(numbers, heading) if role == "runtime" else "minutes",
        scale=scale_of(numbers, heading) if role == "rating" else 10.0,
        currency=readings.currency_in(heading) if role in {"budget", "gross"} else "",
        times=readings.times_in(heading) if role in {"budget", "gross", "votes"} else 1.0,
        has_jobs=_lists_jobs(texts[:50], values[:50]),
    )  # fmt: skip


def _lists_jobs(texts: Sequence[str], values: Sequence[Any]) -> bool:
    """Say whether cells are lists of a crew, each with a job."""
    lists = [each for each in values if isinstance(each, list) and each and isinstance(each[0], dict)]
    return any("'job'" in text or '"job"' in text for text in texts) or any("job" in each[0] for each in lists)


def cleaned(batch: Any, sources: Sequence[Source]) -> Iterator[tuple[Source, list[Any], list[str] | None]]:
    """Clean a batch column by column.

    Yields
    ------
    source : Source
    values : list
        One a row.
    why : list of str or None
        One a row, empty where nothing was changed; None where nothing was anywhere.
    """
    for source in sources:
        column = batch.column(source.name)
        if isinstance(column, pa.ChunkedArray):
            column = column.combine_chunks()
        read = readings.READERS[source.role]
        if pa.types.is_nested(column.type):
            told = [read(cell, source.manner) for cell in column.to_pylist()]
            yield source, [value for value, _ in told], [why for _, why in told]
            continue
        yield (source, *_by_distinct(column, source, read))


def _by_distinct(
    column: Any, source: Source, read: Callable[[Any, Manner], Read]
) -> tuple[list[Any], list[str] | None]:
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    if len(source.known) > _MOST_KNOWN:
        source.known.clear()
    cells = column.dictionary.to_pylist()
    known = source.known
    told: list[Read] = []
    for cell in cells:
        answer = known.get(cell)
        if answer is None:
            answer = known[cell] = read(cell, source.manner)
        told.append(answer)
    told.append((None if source.role not in _ALL_OF else [], ""))
    indices = pc.fill_null(column.indices, len(cells)).to_numpy(zero_copy_only=False)
    values = [told[index][0] for index in indices]
    if not any(why for _, why in told):
        return values, None
    return values, [told[index][1] for index in indices]


def changed(source: Source, column: Any, values: Sequence[Any], why: Sequence[str], first: int) -> Change | None:
    """Return what was changed in a column of a batch whose first row has this number."""
    given = column.to_pylist()
    at = [n for n, reason in enumerate(why) if reason and readings.shown(values[n], source.role) != given[n]]
    if not at:
        return None
    was = column.take(pa.array(at, pa.int64()))
    now = pa.array([readings.shown(values[number], source.role) for number in at], pa.string())
    rows = pa.array([first + number for number in at], pa.int64())
    return Change(source.name, source.role, rows, was, now, pa.array([why[number] for number in at], pa.string()))


def merged(parts: Sequence[Sequence[list[str]]]) -> list[list[str]]:
    """Return lists joined row by row, without repeats.

    >>> merged([[["a"], ["b"]], [["a", "c"], []]])
    [['a', 'c'], ['b']]
    """
    if len(parts) == 1:
        return list(parts[0])
    return [list(dict.fromkeys(thing for each in row for thing in each)) for row in zip(*parts, strict=True)]


def _preference(heading: str) -> float:
    lower = f"{heading.lower()} "
    return 0.2 * any(word in lower for word in _WANTED) - 0.5 * any(word in lower for word in _UNWANTED)


EMPTY: Mapping[str, Any] = {role: [] for role in LISTS}
