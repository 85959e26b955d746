"""Titles: the rows of a catalogue, cleaned: one form for names, years, languages, countries, genres, money, length."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.cleaning import LISTS, Source, cleaned, merged, sources_of
from kinoeye.signals.columns import is_catalogue, recognise, sample_of
from kinoeye.streams import Records
from kinoeye.tables import Table, Typed, flicks

BATCH_ROWS = 16_384

_TEXTS = pa.list_(pa.string())

TITLES = Table("titles", "One row a title, in the order of its catalogue.", (
    ("row", pa.int64(), "number of the catalogue's row, from 0; what was in the row stands in the stream `records`"),
    ("title", pa.string(), "as people write it: spaces, encoding and a year in brackets put right"),
    ("original_title", pa.string(), "in its own language"),
    ("other_titles", _TEXTS, "also known as"),
    ("kind", pa.string(), "film, short, series, episode, special, video, game; null where it is not said"),
    ("year", Typed(pa.int16(), "year"), "of the first showing"),
    ("released", pa.date32(), "day of the first showing"),
    ("languages", _TEXTS, "ISO 639-1, or 639-3 where there is none"),
    ("countries", _TEXTS, "ISO 3166-1 alpha-2; of countries that are no more, ISO 3166-3"),
    ("genres", _TEXTS, "as the catalogue names them, without repeats"),
    ("plot", pa.string(), "what happens, or what it is about"),
    ("directors", _TEXTS, "given name first, but for names that are written family name first"),
    ("writers", _TEXTS, "as `directors`"),
    ("cast", _TEXTS, "as `directors`, in the catalogue's order"),
    ("runtime", flicks(), "length"),
    ("budget", pa.float64(), "in `budget_currency`"),
    ("budget_currency", pa.string(), "ISO 4217"),
    ("gross", pa.float64(), "takings, in `gross_currency`"),
    ("gross_currency", pa.string(), "ISO 4217"),
    ("rating", Typed(pa.float32(), "0..10"), "what viewers gave, on the scale of 10"),
    ("votes", pa.int64(), "how many gave it"),
    ("imdb", pa.string(), "IMDb's id: tt and digits"),
    ("tmdb", pa.string(), "TMDB's id"),
    ("source_id", pa.string(), "the catalogue's own id"),
    ("work", pa.string(), "the work that it is, as someone said; null where no one has"),
))  # fmt: skip


@analysis(TITLES, version=2)
def titles(records: Records) -> Iterator[pa.Table]:
    """Clean the titles of a catalogue batch by batch; what is none (a viewing log, a list of people) has no rows.

    Parameters
    ----------
    records : Records
        Rows as they are given.

    Yields
    ------
    pa.Table
        Some titles, so that memory does not grow with the catalogue.
    """
    sample = sample_of(records)
    roles = recognise(sample, records.headings)
    if not is_catalogue(roles, records.headings):
        return
    sources = sources_of(sample, records.headings, roles)
    columns = list(dict.fromkeys(source.name for source in sources))
    row = 0
    for batch in records.rows.to_batches(
        columns=columns, batch_size=BATCH_ROWS, batch_readahead=1, fragment_readahead=1
    ):
        if batch.num_rows:
            yield titled(batch, sources, row)
            row += batch.num_rows


def titled(batch: Any, sources: list[Source], first: int) -> pa.Table:
    """Return the titles of some rows, the first of which has this number."""
    found: dict[str, list[list[Any]]] = {}
    for source, values, _ in cleaned(batch, sources):
        found.setdefault(source.role, []).append(values)
    return assembled(found, batch.num_rows, first)


def assembled(found: dict[str, list[list[Any]]], count: int, first: int) -> pa.Table:
    """Return rows of `titles` from what each role's columns say; rows without a title are left out."""
    nothing: list[Any] = [None] * count
    told = found["title"][0]
    columns: dict[str, Any] = dict.fromkeys(TITLES.schema.names, nothing)
    columns |= {role: merged(found[role]) if role in found else [[] for _ in range(count)] for role in LISTS}
    for role in ("original_title", "kind", "year", "plot", "runtime", "rating", "votes", "imdb", "tmdb", "source_id"):
        if role in found:
            columns[role] = found[role][0]
    days = found.get("released", [nothing])[0]
    columns["released"] = [None if isinstance(day, int) else day for day in days]
    columns["row"] = range(first, first + count)
    columns["title"] = [each.title if each else None for each in told]
    columns["year"] = [
        year or (each.year if each else None) or (day if isinstance(day, int) else day.year if day else None)
        for year, each, day in zip(columns["year"], told, days, strict=True)
    ]
    columns["kind"] = [
        kind or (each.kind if each else "") or None for kind, each in zip(columns["kind"], told, strict=True)
    ]
    columns["other_titles"] = [
        [*dict.fromkeys((*each.others, *others))] if each and each.others else others
        for each, others in zip(told, columns["other_titles"], strict=True)
    ]
    for role in ("budget", "gross"):
        amounts = found.get(role, [nothing])[0]
        columns[role] = [each[0] if each else None for each in amounts]
        columns[f"{role}_currency"] = [(each[1] or None) if each else None for each in amounts]
    table = TITLES.from_columns(**columns)
    return table if all(told) else table.filter(table.column("title").is_valid())
