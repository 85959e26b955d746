"""Drafts: which draft of a screenplay counts, and what people say of that.

A choice is a decision on `title_pages`, named by the draft itself, so that it holds after every run and even when the
index is made again; a later choice among the drafts of one screenplay stands for an earlier one.
"""

from collections.abc import Callable
from typing import Any

from kinoeye.errors import UseError
from kinoeye.store import people
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index

Row = dict[str, Any]


class Drafts:
    """The screenplays of a production and their drafts.

    Parameters
    ----------
    index : Index
    again : callable
        Makes anew what goes by the draft that counts.
    """

    def __init__(self, index: Index, again: Callable[[], object]) -> None:
        self._index, self._again = index, again

    def all(self) -> list[Row]:
        """Return every draft: the rows of `drafts`, the oldest of each screenplay first, with `edition` and `dated`.

        Raises
        ------
        UseError
            If there is no screenplay.
        """
        rows = people.rows(self._index, "drafts")
        if not rows:
            raise UseError("drafts: there must be a screenplay with lines, got none", remedy="Run: kinoeye run")
        pages = {row["asset"]: row for row in people.rows(self._index, "title_pages")}
        empty = {"edition": "", "dated": "", "is_chosen": False}
        return [row | {name: pages.get(row["asset"], empty)[name] for name in empty} for row in rows]

    def use(self, path: str, *, is_chosen: bool = True, who: str = "", why: str = "") -> list[Row]:
        """Say that a draft counts, or no longer that it does; return the drafts of its screenplay as they are then.

        Parameters
        ----------
        path : str
        is_chosen : bool
            False takes the choice among these drafts back, so that the newest counts.
        who, why : str

        Raises
        ------
        UseError
            If no screenplay lies at that path.
        """
        rows = self.all()
        mine = next((row for row in rows if row["path"] == path), None)
        if mine is None:
            known = ", ".join(row["path"] for row in rows)
            raise UseError(f"drafts: must be one of {known}, got {path}")
        group = [row for row in rows if row["group"] == mine["group"]]
        self._index.decisions.add_all([
            Decision("title_pages", {"asset": row["asset"]}, {"is_chosen": is_chosen and row is mine}, who, why)
            for row in group
            if row["is_chosen"] != (is_chosen and row is mine)
        ])  # fmt: skip
        self._again()
        assets = {row["asset"] for row in group}
        return [row for row in self.all() if row["asset"] in assets]
