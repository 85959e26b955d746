"""Candidates: which rows are looked at for a query.

A word that stands in one row of fifty says little, and looking at all its rows takes longest. So in a large index:

1. Where any word will do, rows with a rarer word of the query are looked at; its common words refine their order.
2. Where all are common, short rows with all of them: of the shortest fifteen in a hundred of all rows, or a few more.
3. If these do not fill the answer and any word will do: the shortest two in a hundred too, with any of the words.
4. All rows, if the answer is still not full.

Among the rows that are looked at the order is that of their true scores. All rows with the words are looked at from the
first in a smaller index, for one word, where all words are rare, and where something other than common words must be
there.

Source: Manning, Raghavan & Schütze, "Introduction to information retrieval", 2008, 7.1 and 7.2.1 (tiered indexes).
"""

import re
from collections.abc import Iterator
from typing import Any

from tantivy import Occur, Query

from kinoeye.search import pairs
from kinoeye.search.query import Clause
from kinoeye.search.words import WordIndex

COMMON = 0.02  # of all rows: a word in more of them is common
MANY = 100_000  # rows; fewer are quickly looked at, all of them

_SHORT = 0.02  # of all rows
_SHORT_WITH_ALL = 0.15  # several words seldom stand together in the shortest
_OCCURS = {"may": Occur.Should, "must": Occur.Must, "not": Occur.MustNot}


def candidates(index: WordIndex, searcher: Any, clauses: tuple[Clause, ...]) -> Iterator[Any]:
    """Go through the queries whose rows are looked at, one after the other, until the answer is full.

    None if no word is sought. The last one finds every row that answers.
    """
    sought = [clause for clause in clauses if clause.demand != "not"]
    if not sought:
        return
    common = [clause for clause in sought if _is_common(searcher, clause)]
    rare = [clause for clause in sought if clause not in common]
    parts = [(_OCCURS[clause.demand], clause_query(index, clause)) for clause in clauses]
    any_will_do = all(clause.demand == "may" for clause in clauses)
    several = sum(len(clause.terms) for clause in sought) > 1
    if common and several and searcher.num_docs >= MANY and (any_will_do or not rare):
        if rare:
            leading = Query.boolean_query([(Occur.Should, clause_query(index, clause)) for clause in rare])
            refining = [(Occur.Should, clause_query(index, clause)) for clause in common]
            yield Query.boolean_query([(Occur.Must, leading), *refining])
        else:
            yield _with_all(index, parts)
        if any_will_do and len(sought) > 1:
            yield _with_any(index, parts)
    yield parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)


def clause_query(index: WordIndex, clause: Clause) -> Any:
    """Return what finds the rows of one clause; a phrase only where the pairs of its common words stand."""
    schema = index.index.schema
    if clause.kind == "beginning":
        return Query.regex_query(schema, "words", re.escape(clause.terms[0]) + ".*")
    name = "signs" if clause.kind == "signs" else "words"
    if len(clause.terms) == 1:
        return Query.term_query(schema, name, clause.terms[0])
    phrase = Query.phrase_query(schema, name, list(clause.terms))
    held = pairs.joined(clause.terms, index.note.common) if name == "words" else ()
    needed = [Query.const_score_query(Query.term_query(schema, "pairs", pair, "basic"), 0.0) for pair in sorted(held)]
    return Query.boolean_query([(Occur.Must, each) for each in (phrase, *needed)]) if needed else phrase


def _is_common(searcher: Any, clause: Clause) -> bool:
    most = searcher.num_docs * COMMON
    return clause.kind in ("words", "phrase") and all(searcher.doc_freq("words", term) > most for term in clause.terms)


def _with_all(index: WordIndex, parts: list[tuple[Occur, Any]]) -> Any:
    """Return the query for short rows that have everything; words that may be there if others must still may."""
    must = any(occur == Occur.Must for occur, _ in parts)
    needed = [(Occur.Must if occur == Occur.Should and not must else occur, part) for occur, part in parts]
    return Query.boolean_query([(Occur.Must, index.short(_SHORT_WITH_ALL)), *needed])


def _with_any(index: WordIndex, parts: list[tuple[Occur, Any]]) -> Any:
    """Return the query for the shortest rows; a word at a time, so that no long row is looked at."""
    short = (Occur.Must, index.short(_SHORT))
    return Query.boolean_query([(Occur.Should, Query.boolean_query([short, (Occur.Must, part)])) for _, part in parts])
