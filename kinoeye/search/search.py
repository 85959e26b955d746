"""Search: words and likeness over everything that is known, in the folder `.kinoeye/search`.

Knows tables only as they are offered to it (`Item`); where they are stored and who makes them is not its matter.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from kinoeye.errors import QueryError
from kinoeye.search.likeness import Alike, LikenessIndex, Vector
from kinoeye.search.query import parse
from kinoeye.search.ranking import Filter, Found, best, matching
from kinoeye.search.sources import SOURCES, Item, tag_names
from kinoeye.search.words import Updated, WordIndex, tag_term

MOST_ROWS = 10_000


class Search:
    """The search index of one production.

    Parameters
    ----------
    folder : Path
        Its own folder, made when something is indexed. It can be deleted at any time: `update` makes it again.
    """

    def __init__(self, folder: Path) -> None:
        self._words = WordIndex(folder)
        self._likenesses = LikenessIndex(folder)

    def update(self, items: Iterable[Item], *, patience_s: float = 60.0) -> Updated:
        """Bring the index up to date; does nothing, quickly, where nothing has changed.

        Parameters
        ----------
        items : iterable of Item
            Every table of every present asset, changed or not. What is not among them vanishes from the index.
        patience_s : seconds
            How long to wait for another process that writes.

        Raises
        ------
        StoreError
            If the index cannot be written.
        """
        items = list(items)
        self._likenesses.update(items)
        return self._words.update(items, patience_s=patience_s)

    def words(
        self,
        query: str,
        *,
        tables: Sequence[str] = (),
        path: str = "",
        start: int | None = None,
        end: int | None = None,
        limit: int = 20,
    ) -> list[Found]:
        """Find rows by their words, best first.

        Parameters
        ----------
        query : str
            As `kinoeye.search.query` describes it.
        tables : sequence of str
            Only rows of these; empty: of all.
        path : str
            Only assets at this path, in this folder, or fitting this glob; empty: all.
        start, end : flicks
            Only rows that show at some moment of start..end.
        limit : int
            At most so many rows.

        Raises
        ------
        QueryError
            If the query, a table or the limit means nothing.
        StoreError
            If there is no index.
        """
        _check_limit(limit)
        known = {entry.table for entry in SOURCES}
        if unknown := sorted(set(tables) - known):
            raise QueryError(f"search: tables must be among {', '.join(sorted(known))}, got {', '.join(unknown)}")
        parsed = parse(query, tag_names())
        assets = matching(self._paths(), path) if path else None
        tags = tuple((tag_term(name, value), demand == "must") for name, value, demand in parsed.tags)
        return best(self._words, parsed, Filter(tuple(tables), assets, start, end, tags), limit)

    def alike(self, what: Vector | tuple[str, int], *, path: str = "", limit: int = 20) -> list[Alike]:
        """Find what looks like a picture, most alike first.

        Parameters
        ----------
        what : float [d], or (asset, flicks)
            A vector, or a moment of an asset whose likeness is already known.
        path : str
            Only assets at this path, in this folder, or fitting this glob; empty: all.
        limit : int
            At most so many rows.

        Raises
        ------
        QueryError
            If the vector does not fit those indexed, or nothing is known of that moment.
        """
        _check_limit(limit)
        vector = self._likenesses.vector(*what) if isinstance(what, tuple) else what
        assets = matching(self._likenesses.paths(), path) if path else None
        return self._likenesses.alike(vector, limit, assets=assets)

    def _paths(self) -> dict[str, str]:
        _ = self._words.index  # read again if another process has written
        return self._words.note.paths


def _check_limit(limit: int) -> None:
    if not 1 <= limit <= MOST_ROWS:
        raise QueryError(f"search: limit must lie in 1..{MOST_ROWS}, got {limit}")
