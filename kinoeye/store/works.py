"""Works: what people say of titles: that two rows are one film, or that they are not.

It is kept as decisions on `titles`, each with the work that a row is. A row is named by what it says (title, year, ids)
where that names it alone, so that the decision holds when a catalogue has another edition; else by its place.
"""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.errors import UseError
from kinoeye.store import people
from kinoeye.store.decisions import Decision, lay_over
from kinoeye.store.index import Index

_SAYS = ("title", "year", "imdb", "tmdb", "source_id")

Row = dict[str, Any]


class Works:
    """The works of a production's catalogues.

    Parameters
    ----------
    index : Index
    again : callable
        Compares the titles anew.
    """

    def __init__(self, index: Index, again: Callable[[], object]) -> None:
        self._index, self._again = index, again

    def all(self) -> list[Row]:
        """Return the rows of `works`, with the `path` of each catalogue, and `title` and `year` of each row."""
        paths = {row["asset"]: row["path"] for row in people.rows(self._index, "assets")}
        said = {(row["asset"], row["row"]): row for row in people.rows(self._index, "titles")}
        return [
            row | {"path": paths.get(row["asset"])}
            | {name: said[row["asset"], row["row"]][name] for name in ("title", "year")}
            for row in people.rows(self._index, "works") if (row["asset"], row["row"]) in said
        ]  # fmt: skip

    def same(self, one: str, other: str, *, who: str = "", why: str = "") -> str:
        """Say that two rows are one film; return the work's id.

        Parameters
        ----------
        one, other : str
            ``PATH:ROW``, the row from 0 as `works` counts it.
        who, why : str

        Raises
        ------
        UseError
            If there is no such row, or both are the same.
        """
        first, second = self._rows(one, other)
        work = str(first["work"])
        self._say([(first, work), (second, work)], who, why)
        return work

    def apart(self, one: str, other: str, *, who: str = "", why: str = "") -> tuple[str, str]:
        """Say that two rows are two films; return the works' ids.

        Parameters
        ----------
        one, other : str
            As of `same`.
        who, why : str

        Raises
        ------
        UseError
            If there is no such row, or both are the same.
        """
        first, second = self._rows(one, other)
        mine = str(first["work"])
        theirs = f"w{uuid4().hex[:16]}" if second["work"] == mine else str(second["work"])
        self._say([(first, mine), (second, theirs)], who, why)
        return mine, theirs

    def _say(self, said: list[tuple[Row, str]], who: str, why: str) -> None:
        titles = self._index.read("titles")
        self._index.decisions.add_all(
            [Decision("titles", _key(titles, row), {"work": work}, who, why) for row, work in said]
        )
        self._again()

    def _rows(self, one: str, other: str) -> tuple[Row, Row]:
        first, second = self._row(one), self._row(other)
        if (first["asset"], first["row"]) == (second["asset"], second["row"]):
            raise UseError(f"works: must be two rows, got {one} twice")
        return first, second

    def _row(self, named: str) -> Row:
        path, colon, number = named.rpartition(":")
        if not colon or not number.isdecimal():
            raise UseError(
                f"works: a row must be PATH:ROW, got {named!r}", remedy="Rows: kinoeye catalogue duplicates DIR"
            )
        asset = people.asset_at(self._index, path, "works")
        for row in people.rows(self._index, "works"):
            if row["asset"] == asset and row["row"] == int(number):
                return row
        raise UseError(f"works: {path} must have a title in row {number}, got none")


def _key(titles: pa.Table, row: Row) -> dict[str, Any]:
    """Return the key of a row: what it says, if no other says it, else its place."""
    place = {"asset": row["asset"], "row": row["row"]}
    is_it = pc.and_(pc.equal(titles["asset"], row["asset"]), pc.equal(titles["row"], row["row"]))
    said = titles.filter(is_it).to_pylist()[0]
    key = {name: said[name] for name in _SAYS if said[name] is not None}
    others, _ = lay_over(titles, [Decision("titles", key, {"hidden": True})])
    return key if "year" in key and titles.num_rows - others.num_rows == 1 else place
