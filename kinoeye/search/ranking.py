"""Ranking: which rows answer a query, best first.

Scores are BM25 over the field `words`; filters do not change them. Words that stand in one line of twenty say little:
where a query has rarer ones, those only refine the order of the lines that these find, unless they are too few. A
filter costs tantivy its shortcuts through the best rows, so a broad one is answered by asking for more rows and
dropping those that do not fit; only when that does not fill the answer is the filter handed to tantivy, which is quick
exactly then. Both give the same rows.

Source: Robertson & Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009; Ding & Suel, "Faster top-k
document retrieval using block-max indexes", SIGIR 2011.
"""

import fnmatch
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tantivy import FieldType, Occur, Query

from kinoeye.search import terms
from kinoeye.search.query import Clause, Parsed
from kinoeye.search.words import WordIndex, code, text_of

SNIPPET = 160  # characters

_COMMON = 0.05  # of all rows: a word in more of them is common
_MORE = 20  # times as many rows are asked for before the filter goes to tantivy
_OCCURS = {"may": Occur.Should, "must": Occur.Must, "not": Occur.MustNot}
_FAST = ("table_code", "asset_code", "start", "end")
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
        columns = {name: searcher.fast_field_values(name, addresses) for name in _FAST}
        tables = {code(name) for name in self.tables}
        assets = None if self.assets is None else {code(asset) for asset in self.assets}
        for number, hit in enumerate(hits):
            table, asset, start, end = (columns[name][number] for name in _FAST)
            if (tables and table not in tables) or (assets is not None and asset not in assets):
                continue
            if self.end is not None and (start is None or start >= self.end):
                continue
            if self.start is not None and (end is None or end <= self.start):
                continue
            if self.tags:
                held = searcher.doc(hit[1]).get_all("tags")
                if any((term in held) != there for term, there in self.tags):
                    continue
            yield hit


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
    hits = None
    for query in _queries(searcher, schema, clauses):
        hits = _hits(searcher, schema, query, wanted, limit, len(index.note.paths))
        if len(hits) == limit:
            break
    if hits is None:
        hits = searcher.search(_narrowed(schema, None, clauses, wanted), limit, count=False).hits
    rows = [(score, searcher.doc(address)) for score, address in hits]
    sought = frozenset(term for clause in parsed.clauses if clause.demand != "not" for term in clause.terms)
    beginnings = tuple(
        clause.terms[0] for clause in parsed.clauses if clause.kind == "beginning" and clause.demand != "not"
    )
    return [_found(document, score, index.note.paths, sought, beginnings) for score, document in rows]


def _hits(searcher: Any, schema: Any, query: Any, wanted: Filter, limit: int, assets: int) -> list[tuple[float, Any]]:
    """Return the best rows of a query that fit."""
    if wanted.is_open:
        return list(searcher.search(query, limit, count=False).hits)
    if wanted.assets is None or len(wanted.assets) * _MORE >= assets:
        hits = searcher.search(query, limit * _MORE, count=False).hits
        fitting = list(islice(wanted.fitting(searcher, hits), limit))
        if len(fitting) == limit or len(hits) < limit * _MORE:
            return fitting
    return list(searcher.search(_narrowed(schema, query, (), wanted), limit, count=False).hits)


def _queries(searcher: Any, schema: Any, clauses: tuple[Clause, ...]) -> Iterator[Any]:
    """Give the query for the words, if there are any to find; before it the quicker one that asks for the rarer."""
    if all(clause.demand == "not" for clause in clauses):
        return
    most = searcher.num_docs * _COMMON
    loose = [clause for clause in clauses if clause.demand == "may"]
    common = [
        clause
        for clause in loose
        if clause.kind == "words" and all(searcher.doc_freq("words", term) > most for term in clause.terms)
    ]
    parts = [(_OCCURS[clause.demand], _clause(schema, clause)) for clause in clauses]
    if common and len(common) < len(loose) == len(clauses):
        rare = [(Occur.Should, _clause(schema, clause)) for clause in loose if clause not in common]
        refining = [(Occur.Should, _clause(schema, clause)) for clause in common]
        yield Query.boolean_query([(Occur.Must, Query.boolean_query(rare)), *refining])
    yield parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)


def _clause(schema: Any, clause: Clause) -> Any:
    if clause.kind == "beginning":
        return Query.regex_query(schema, "words", re.escape(clause.terms[0]) + ".*")
    name = "signs" if clause.kind == "signs" else "words"
    if len(clause.terms) == 1:
        return Query.term_query(schema, name, clause.terms[0])
    return Query.phrase_query(schema, name, list(clause.terms))


def _narrowed(schema: Any, query: Any, clauses: tuple[Clause, ...], wanted: Filter) -> Any:
    if query is not None:
        parts = [(Occur.Must, query)]
    else:
        parts = [(Occur.MustNot, _clause(schema, clause)) for clause in clauses]
    needed = [Query.term_set_query(schema, "table", list(wanted.tables))] if wanted.tables else []
    if wanted.assets is not None:
        needed.append(Query.term_set_query(schema, "asset", sorted(wanted.assets)))
    if wanted.end is not None:
        needed.append(Query.range_query(schema, "start", FieldType.Integer, _FIRST, wanted.end, include_upper=False))
    if wanted.start is not None:
        needed.append(Query.range_query(schema, "end", FieldType.Integer, wanted.start, _LAST, include_lower=False))
    needed += [Query.term_query(schema, "tags", term) for term, there in wanted.tags if there]
    needed += [Query.all_query()] if query is None and not needed else []
    parts += [(Occur.Must, Query.const_score_query(part, 0.0)) for part in needed]
    parts += [(Occur.MustNot, Query.term_query(schema, "tags", term)) for term, there in wanted.tags if not there]
    return Query.boolean_query(parts)


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
