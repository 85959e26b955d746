"""Credit names: those of directors, writers and actors in the catalogues, and which spellings are one person.

"Spielberg, Steven" and "STEVEN SPIELBERG" are the same words. "S. Spielberg" is he where a film, colleagues, the job
and the years say so, and no other Spielberg with an S could be meant. Father and son, and people half a century apart,
are two.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.ids import carried, fresh
from kinoeye.signals.person_matching import Found, PersonMatching
from kinoeye.tables import Table, Typed, score

_JOBS = {"directors": "director", "writers": "writer", "cast": "actor"}

CREDIT_NAMES = Table(
    "credit_names",
    "One row a spelling of a name in the credits of all catalogues, and the person it is; those of a person together.",
    (
        ("name", pa.string(), "as it is written"),
        ("person", pa.string(), "id of the person among the credits; it stays when other names are added"),
        ("called", pa.string(), "what the person is called: the commonest spelling"),
        ("jobs", pa.list_(pa.string()), "director, writer, actor"),
        ("times", pa.int32(), "how many rows have this spelling"),
        ("works", pa.int32(), "how many works the person of these words is credited in"),
        ("first_year", Typed(pa.int16(), "year"), "of the first of them; null where no year is known"),
        ("last_year", Typed(pa.int16(), "year"), "of the last"),
        (
            "how",
            pa.string(),
            "how the spelling was joined: same (the same words), middle, initial, slip, sound, suffix; null for the "
            "spelling the person is called by",
        ),
        ("score", score(), "how sure it is that it is this person; null for the spelling they are called by"),
        ("why", pa.list_(pa.string()), "what was weighed, the heaviest first"),
    ),
)

_HEX = 8

Row = dict[str, Any]


@analysis(CREDIT_NAMES, version=1, scope="production")
def credit_names(titles: pa.Table, works: pa.Table, previous: pa.Table, *, least: float = 0.5) -> pa.Table:
    """Join the spellings of people's names.

    Parameters
    ----------
    titles, works : tables of all assets
    previous : this table, as it was
    least : 0..1
        How likely two spellings must be one person to be joined; higher joins fewer.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 0 < least < 1:
        raise SettingError(f"credit_names: least must lie between 0 and 1, got {least}")
    matching = PersonMatching(_credits(titles, works))
    found = matching.matched(least)
    ids = _ids(matching, found, previous)
    called: dict[int, str] = {
        each.group: one.called for one, each in zip(matching.people, found, strict=True) if not each.how
    }
    rows = [
        row | {"person": ids[each.group], "called": called[each.group]}
        for one, each in zip(matching.people, found, strict=True) for row in _rows(one, each)
    ]  # fmt: skip
    return CREDIT_NAMES.from_rows(
        sorted(rows, key=lambda row: (row["called"], row["person"], row["how"] or "", row["name"]))
    )


def _credits(titles: pa.Table, works: pa.Table) -> Iterator[tuple[str, str, int, int, int]]:
    """Yield every name of every row, with the job, the numbers of the work and of the row, and the year."""
    numbers: dict[str, int] = {}
    places = zip(works["asset"].to_pylist(), works["row"].to_pylist(), works["work"].to_pylist(), strict=True)
    of_row = {(asset, row): numbers.setdefault(work, len(numbers)) for asset, row, work in places}
    row = 0
    for batch in titles.select(["asset", "row", "year", *_JOBS]).to_batches(max_chunksize=10_000):
        for given in batch.to_pylist():
            work = of_row.get((given["asset"], given["row"]), -1 - row)
            for column, job in _JOBS.items():
                for name in dict.fromkeys(given[column] or ()):
                    if name and name.strip():
                        yield name, job, work, row, given["year"] or 0
            row += 1


def _rows(one: Any, found: Found) -> Iterator[Row]:
    """Yield the row of each spelling of the same words."""
    years = [year for year in one.years if year]
    for name, times in one.spellings.items():
        is_called = not found.how and name == one.called
        yield {
            "name": name, "jobs": sorted(one.jobs), "times": times, "works": len(set(one.works)),
            "first_year": min(years, default=None), "last_year": max(years, default=None),
            "how": None if is_called else found.how or "same",
            "score": None if is_called else found.score if found.how else 1.0,
            "why": list(found.why),
        }  # fmt: skip


def _ids(matching: PersonMatching, found: list[Found], previous: pa.Table) -> dict[int, str]:
    """Return the id of each person: as before, else after their name and first year."""
    before: dict[str, set[str]] = {}
    for name, known in zip(previous["name"].to_pylist(), previous["person"].to_pylist(), strict=True):
        before.setdefault(name, set()).add(known)
    shared: Counter[tuple[int, str]] = Counter()
    anchors: dict[int, str] = {}
    for one, each in zip(matching.people, found, strict=True):
        for name, times in one.spellings.items():
            # Two people of one name: who is who is not known by it.
            if len(before.get(name, ())) == 1:
                shared[each.group, next(iter(before[name]))] += times
        if not each.how:
            anchors[each.group] = f"{one.person.full} {min((year for year in one.years if year), default=0) // 10}"
    ids = carried(shared, {})
    taken = set(ids.values())
    for group, anchor in anchors.items():
        if group not in ids:
            ids[group] = fresh("c", anchor, taken, size=_HEX)
            taken.add(ids[group])
    return ids
