"""Listing: a list of a film before it becomes a file: what stands at its head, its columns, its rows.

Whatever is delivered as a list (dialogue, continuity, shots, cues, coverage) is made as a listing; `listing_csv`,
`listing_docx` and `listing_pdf` write it, so that the three say the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kinoeye.export.markers import unbroken


@dataclass(frozen=True)
class Column:
    """A column.

    Parameters
    ----------
    key : str
        Its name in a CSV; its head on paper is the message of that key.
    share : float
        How wide it is beside the others on paper; 0 stands in the CSV alone.
    look : text, code, number or still
        Time codes and numbers do not break; a still is a picture.
    """

    key: str
    share: float
    look: Literal["text", "code", "number", "still"] = "text"


@dataclass(frozen=True)
class Entry:
    """A row.

    Parameters
    ----------
    cells : mapping of key to str
        A line feed begins a new line.
    kind : plain, head, bold or alarm
        A head spans all columns and says what follows; an alarm is what somebody has to do something about.
    still : bytes
        A JPEG, where a column shows it; empty without.
    is_summary : bool
        Whether it says again what other rows say, and so stands in no CSV.
    """

    cells: Mapping[str, str]
    kind: Literal["plain", "head", "bold", "alarm"] = "plain"
    still: bytes = b""
    is_summary: bool = False


@dataclass(frozen=True)
class Listing:
    """A list.

    Parameters
    ----------
    title : str
        What it is a list of.
    production, film : str
    facts : sequence of (name, value)
        Of the film, for the head of the first page.
    columns : sequence of Column
    entries : sequence of Entry
    heads : mapping of key to str
        What stands over the columns.
    page : str
        `page {page} of {pages}` in the list's language.
    language : en or zh
    lead : str
        What has to be known to read it.
    path : str
        The film's.
    """

    title: str
    production: str
    film: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    entries: Sequence[Entry]
    heads: Mapping[str, str]
    page: str
    language: str
    lead: str = ""
    path: str = ""

    @property
    def on_paper(self) -> list[Column]:
        """The columns of documents."""
        return [each for each in self.columns if each.share]


def said(text: str) -> list[str]:
    """Return the lines of a cell, without what a document cannot hold.

    Examples
    --------
    >>> said("one\\ntwo\\x07")
    ['one', 'two']
    """
    return [unbroken(line) for line in text.split("\n")]
