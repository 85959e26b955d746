"""What is searched: an explicit list of tables, with the columns that hold words, times and tags.

A new table of words is one line here. Nothing else of search names a table.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

LIKENESSES = "likenesses"


@dataclass(frozen=True)
class Source:
    """How one table is searched.

    Parameters
    ----------
    table : str
    text : str
        The column with the words.
    start, end : str
        Columns with media time in flicks; empty for a table outside time.
    tags : tuple of str
        Columns that a query may name: ``kind:slate``.
    """

    table: str
    text: str = "text"
    start: str = "start"
    end: str = "end"
    tags: tuple[str, ...] = ()


SOURCES: tuple[Source, ...] = (
    Source("texts", tags=("kind", "scene", "take", "timecode")),
    Source("paragraphs", start="", end=""),
    Source("lines", start="", end="", tags=("who", "kind")),
    Source("cues", tags=("language",)),
    Source("appearances", text="name", tags=("person",)),
    Source("utterances"),
    Source("actions", text="action"),
)


@dataclass(frozen=True)
class Item:
    """One table of one asset, as it is offered to the index.

    Parameters
    ----------
    table : str
    asset : str
        Empty for a table of the whole production, whose rows name their assets in the column `asset`.
    path : str
        The asset's path in the production; empty for a table of the whole production.
    fingerprint : str
        Another one means other rows.
    read : callable
        Returns the rows; called only when they have to be indexed.
    """

    table: str
    asset: str
    path: str
    fingerprint: str
    read: Callable[[], pa.Table]


def source(table: str) -> Source | None:
    """Return how a table is searched, None if it is not."""
    return next((entry for entry in SOURCES if entry.table == table), None)


def tag_names() -> frozenset[str]:
    """Return every tag that a query may name."""
    return frozenset(tag for entry in SOURCES for tag in entry.tags)
