"""Lengths: rows by how many terms they have, so that the short ones can be asked first.

A row's length is indexed as one term: exactly up to 63 terms, above it in steps of at most a thirty-second. Which rows
are short is a matter of the whole index: those of the shortest classes that together hold a share of all rows.

Source: Manning, Raghavan & Schütze, "Introduction to information retrieval", 2008, 7.2.1 (tiered indexes).
"""

import functools
from typing import Any

from tantivy import Query


@functools.lru_cache(maxsize=4096)
def term(count: int) -> str:
    """Return the class of a row with so many terms, as the index holds it; classes sort as lengths do."""
    shift = max(0, count.bit_length() - 6)
    return f"{(shift << 8) + (count >> shift):05d}"


def shortest(searcher: Any, schema: Any, share: float) -> Any:
    """Return the query for the rows of the shortest classes that hold at least this share (0..1) of all rows."""
    chosen, rows = [], 0
    for name, count in sorted(searcher.terms_with_prefix("length", "")):
        chosen.append(name)
        rows += count
        if rows >= searcher.num_docs * share:
            break
    return Query.const_score_query(Query.term_set_query(schema, "length", chosen), 0.0)
