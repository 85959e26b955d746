"""Ranking: which rows answer a query, best first.

Scores are BM25 over the field `words`; filters do not change them. A filter is dear to tantivy, so a broad one is
answered by asking for more rows and dropping those that do not fit; only when that does not fill the answer is the
filter handed to tantivy, which is quick exactly then. Both give the same rows.

Source: Robertson & Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009.
"""

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import compress, islice
from typing import Any

from tantivy import FieldType, Occur, Query

from kinoeye.search import terms
from kinoeye.search.candidates import candidates, clause_query
from kinoeye.search.query import Clause, Parsed
from kinoeye.search.words import WordIndex, code, text_of

SNIPPET = 160  # characters

_MORE = 20  # times as many rows are asked for before the filter goes to tantivy
_FIRST, _LAST = -(2**63), 2**63 - 1


@dataclass(frozen=True)
class Found:
    """One row that answers a query.

    Parameters
    ----------
    table : str
    asset : str
    path : str
    start, end : int or None, flicks
        None for a table outside time.
    text : str
        The whole text of the row.
    score : float
        BM25, above 0; only rows of one answer may be compared.
    snippet : str
        At most 160 characters of the text, around what was found.
    highlights : list of (first character, one past the last)
        Where the query's words stand in the snippet.
    tags : dict of str
        As they are compared: lower case, without accents.
    """

    table: str
    asset: str
    path: str
    start: int | None
    end: int | None
    text: str
    score: float
    snippet: str
    highlights: list[tuple[int, int]] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Filter:
    """What rows must be, whatever their words.

    Parameters
    ----------
    tables : tuple of str
        Any of them; empty: all.
    assets : frozenset of str or None
        Any of them; None: all.
    start, end : int or None, flicks
        Rows that show at some moment of start..end (one past the last).
    tags : tuple of (term, whether it must be there)
    """

    tables: tuple[str, ...] = ()
    assets: frozenset[str] | None = None
    start: int | None = None
    end: int | None = None
    tags: tuple[tuple[str, bool], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether every row fits."""
        return self == Filter()

    def fitting(self, searcher: Any, hits: list[tuple[float, Any]]) -> Iterator[tuple[float, Any]]:
        """Go through the hits that are such rows, in their order."""
        addresses = [address for _, address in hits]
        fits = [True] * len(hits)
        for name, fitting in self._columns():
            values = searcher.fast_field_values(name, addresses)
            fits = [fit and fitting(value) for fit, value in zip(fits, values, strict=True)]
        for hit in compress(hits, fits):
            if self.tags:
                held = searcher.doc(hit[1]).get_all("tags")
                if any((term in held) != there for term, there in self.tags):
                    continue
            yield hit

    def _columns(self) -> Iterator[tuple[str, Callable[[int | None], bool]]]:
        """Go through the columns that a row is judged by, each with the judge of one value."""
        if self.tables:
            tables = {code(name) for name in self.tables}
            yield "table_code", tables.__contains__
        if self.assets is not None:
            assets = {code(asset) for asset in self.assets}
            yield "asset_code", assets.__contains__
        if (end := self.end) is not None:
            yield "start", lambda value: value is not None and value < end
        if (start := self.start) is not None:
            yield "end", lambda value: value is not None and value > start


def matching(paths: Mapping[str, str], pattern: str) -> frozenset[str]:
    """Return the assets whose path is `pattern`, fits it as a glob, or lies in that folder."""
    glob = re.compile(fnmatch.translate(pattern))
    folder = pattern.rstrip("/") + "/"
    return frozenset(
        asset for asset, path in paths.items() if path == pattern or path.startswith(folder) or glob.match(path)
    )


def best(index: WordIndex, parsed: Parsed, wanted: Filter, limit: int) -> list[Found]:
    """Return the rows that answer a query, best first; of equal ones the earlier indexed first.

    Raises
    ------
    StoreError
        If there is no index.
    """
    opened = index.index
    searcher, schema = opened.searcher(), opened.schema
    clauses = tuple(dict.fromkeys(parsed.clauses))
    hits = _best_of(index, searcher, clauses, wanted, limit)
    if hits is None:
        unwanted = [(Occur.MustNot, clause_query(index, clause)) for clause in clauses]
        hits = list(searcher.search(_narrowed(schema, unwanted, wanted), limit, count=False).hits)
    rows = [(score, searcher.doc(address)) for score, address in hits]
    sought = frozenset(term for clause in parsed.clauses if clause.demand != "not" for term in clause.terms)
    beginnings = tuple(
        clause.terms[0] for clause in parsed.clauses if clause.kind == "beginning" and clause.demand != "not"
    )
    return [_found(document, score, index.note.paths, sought, beginnings) for score, document in rows]


def _best_of(
    index: WordIndex, searcher: Any, clauses: tuple[Clause, ...], wanted: Filter, limit: int
) -> list[tuple[float, Any]] | None:
    """Return the best of the candidates that fit; None where no word is sought."""
    schema, assets = index.index.schema, len(index.note.paths)
    found: dict[tuple[int, int], tuple[float, Any]] | None = None
    queries = list(candidates(index, searcher, clauses))
    for query in queries[-1:] if _is_narrow(wanted, assets) else queries:
        found = found or {}
        hits = _hits(searcher, schema, query, wanted, limit, assets)
        found.update({(address.segment_ord, address.doc): (score, address) for score, address in hits})
        if len(found) >= limit:
            break
    if found is None:
        return None
    return [hit for _, hit in sorted(found.items(), key=lambda one: (-one[1][0], one[0]))][:limit]


def _hits(searcher: Any, schema: Any, query: Any, wanted: Filter, limit: int, assets: int) -> list[tuple[float, Any]]:
    """Return the best rows of a query that fit."""
    if wanted.is_open:
        return list(searcher.search(query, limit, count=False).hits)
    if not _is_narrow(wanted, assets):
        hits = searcher.search(query, limit * _MORE, count=False).hits
        fitting = list(islice(wanted.fitting(searcher, hits), limit))
        if len(fitting) == limit or len(hits) < limit * _MORE:
            return fitting
    return list(searcher.search(_narrowed(schema, [(Occur.Must, query)], wanted), limit, count=False).hits)


def _is_narrow(wanted: Filter, assets: int) -> bool:
    """Whether few of the assets are wanted, so that tantivy itself is quick."""
    return wanted.assets is not None and len(wanted.assets) * _MORE < assets


def _narrowed(schema: Any, parts: list[tuple[Occur, Any]], wanted: Filter) -> Any:
    needed = [Query.term_set_query(schema, "table", list(wanted.tables))] if wanted.tables else []
    if wanted.assets is not None:
        needed.append(Query.term_set_query(schema, "asset", sorted(wanted.assets)))
    if wanted.end is not None:
        needed.append(Query.range_query(schema, "start", FieldType.Integer, _FIRST, wanted.end, include_upper=False))
    if wanted.start is not None:
        needed.append(Query.range_query(schema, "end", FieldType.Integer, wanted.start, _LAST, include_lower=False))
    needed += [Query.term_query(schema, "tags", term) for term, there in wanted.tags if there]
    needed += [] if needed or any(occur == Occur.Must for occur, _ in parts) else [Query.all_query()]
    needles = [(Occur.Must, Query.const_score_query(part, 0.0)) for part in needed]
    unwanted = [(Occur.MustNot, Query.term_query(schema, "tags", term)) for term, there in wanted.tags if not there]
    return Query.boolean_query([*parts, *needles, *unwanted])


def _found(
    document: Any, score: float, paths: Mapping[str, str], sought: frozenset[str], beginnings: tuple[str, ...]
) -> Found:
    text, asset = text_of(document), document["asset"][0]
    places = terms.places(text, set(sought), beginnings)
    snippet, places = _snippet(text, places)
    tags = dict(tag.split("=", 1) for tag in document.get_all("tags"))
    return Found(
        document["table"][0],
        asset,
        paths.get(asset, ""),
        document.get_first("start"),
        document.get_first("end"),
        text,
        float(score),
        snippet,
        places,
        tags,
    )


def _snippet(text: str, places: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Cut a long text around the first place, at a space where there is one."""
    if len(text) <= SNIPPET:
        return text, places
    begin = max(0, (places[0][0] if places else 0) - SNIPPET // 4)
    if begin and (space := text.find(" ", begin, begin + 20)) >= 0:
        begin = space + 1
    end = min(len(text), begin + SNIPPET - 2)
    if end < len(text) and (space := text.rfind(" ", end - 20, end)) > 0:
        end = space
    before, after = "…" if begin else "", "…" if end < len(text) else ""
    shift = len(before) - begin
    inside = [(first + shift, last + shift) for first, last in places if first >= begin and last <= end]
    return before + text[begin:end] + after, inside
