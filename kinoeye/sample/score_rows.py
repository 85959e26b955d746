"""Score rows: what a score is made of: a thing that was looked for, and a film's truth beside what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kinoeye.timecode import frame_to_flicks


@dataclass(frozen=True)
class Row:
    """One thing that was looked for.

    Parameters
    ----------
    table : str
        The table it stands in.
    what : str
    found : int
        How many the table names.
    true : int
        How many there are.
    right : int
        How many of those found are there.
    """

    table: str
    what: str
    found: int
    true: int
    right: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0..1; 1 if there is nothing and nothing was found."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


@dataclass(frozen=True)
class ScoredFilm:
    """A file's truth beside its rows of every table."""

    truth: Mapping[str, Any]
    asset: str
    start: int
    rows: Mapping[str, list[dict[str, Any]]]

    def flicks(self, number: int) -> int:
        """Return the start of a picture on the file's own clock."""
        return self.start + frame_to_flicks(number, Fraction(*self.truth["rate"]))

    def said_of(self, table: str, shot: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row that covers the middle of a true shot; empty if none does."""
        middle = (self.flicks(shot["first_frame"]) + self.flicks(shot["end_frame"])) // 2
        return next((row for row in self.rows.get(table, []) if row["start"] <= middle < row["end"]), {})
