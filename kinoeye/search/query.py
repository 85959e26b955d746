"""Queries: what a person types, taken apart.

    rain window        lines with either word; with both of them first
    +rain -window      the first must be there, the second must not
    rain AND window    both must be there; NOT before a word is a minus
    "on the window"    these words in a row
    wind*              words that begin so
    kind:slate         rows with this tag; kind:"title card" where it has spaces

Everything else is punctuation and means nothing. No index is needed to take a query apart.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from kinoeye.errors import QueryError
from kinoeye.search import terms

LONGEST_QUERY = 1000  # characters; a query is a line, not a document
MOST_CLAUSES = 64
SHORTEST_BEGINNING = 2

Kind = Literal["words", "phrase", "signs", "beginning"]
Demand = Literal["may", "must", "not"]

_PIECE = re.compile(
    r"""\s*(?P<sign>[+-]?)(?:(?P<tag>\w+):(?=[\w"“]))?(?:["“”](?P<phrase>[^"“”]*)(?P<closed>["“”])?|(?P<word>[^\s"“”]+))"""
)
_OPERATORS = {"AND", "OR", "NOT"}


@dataclass(frozen=True)
class Clause:
    """One part of a query.

    Parameters
    ----------
    kind : words, phrase, signs or beginning
        `signs` is a row of terms with every Chinese sign by itself.
    terms : tuple of str
    demand : may, must or not
    """

    kind: Kind
    terms: tuple[str, ...]
    demand: Demand = "may"


@dataclass(frozen=True)
class Parsed:
    """A query taken apart.

    Parameters
    ----------
    clauses : tuple of Clause
    tags : tuple of (name, value, demand)
        The value as `terms.folded` gives it; the demand is must or not.
    """

    clauses: tuple[Clause, ...]
    tags: tuple[tuple[str, str, Demand], ...]


def parse(query: str, tags: frozenset[str]) -> Parsed:
    """Take a query apart.

    Parameters
    ----------
    query : str
    tags : frozenset of str
        Tags that it may name; a colon after any other word is punctuation.

    Raises
    ------
    QueryError
        With the reason.
    """
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"search: a query must have at most {LONGEST_QUERY} characters, got {len(query)}")
    clauses: list[Clause] = []
    named: list[tuple[str, str, Demand]] = []
    joined: Demand | None = None
    operator = ""
    for piece in _PIECE.finditer(query):
        word, phrase = piece["word"], piece["phrase"]
        if phrase is not None and not piece["closed"]:
            raise QueryError(
                f"search: a quotation mark must be closed, got {query!r}", remedy='Write it as "these words"'
            )
        if word in _OPERATORS and not piece["sign"] and not piece["tag"]:
            joined, operator = _after(word, clauses, operator), word
            continue
        demand: Demand = joined or ("not" if piece["sign"] == "-" else "must" if piece["sign"] == "+" else "may")
        joined, operator = None, ""
        if piece["tag"] in tags:
            named.append((piece["tag"], terms.folded(phrase or word or ""), "not" if demand == "not" else "must"))
            continue
        text = f"{piece['tag']} {word}" if piece["tag"] and word else word
        clauses += _clauses(text, phrase, demand)
    if operator:
        raise QueryError(f"search: a word must follow {operator}, got the end of {query!r}")
    _check(query, clauses, named)
    return Parsed(tuple(clauses), tuple(named))


def _after(word: str, clauses: list[Clause], operator: str) -> Demand | None:
    """Return what an operator demands of the next word; AND also demands it of the word before."""
    if operator and word != "NOT":
        raise QueryError(f"search: a word must stand between {operator} and {word}, got none")
    if word == "OR":
        return None
    if word == "NOT":
        return "not"
    if not clauses:
        raise QueryError(f"search: a word must stand before {word}, got none")
    if clauses[-1].demand == "may":
        clauses[-1] = replace(clauses[-1], demand="must")
    return "must"


def _clauses(word: str | None, phrase: str | None, demand: Demand) -> list[Clause]:
    if phrase is not None:
        if terms.has_han(phrase):
            return _if_any("signs", terms.signs(phrase), demand)
        found = terms.terms(phrase)
        return _if_any("phrase" if len(found) > 1 else "words", found, demand)
    assert word is not None  # the pattern has one or the other
    if word.endswith("*") and not terms.has_han(word):
        beginnings = list(terms.plain_analyser().analyze(word))
        if beginnings and len(beginnings[-1]) < SHORTEST_BEGINNING:
            raise QueryError(f"search: at least {SHORTEST_BEGINNING} letters must stand before *, got {word}")
        return _if_any("beginning", beginnings[-1:], demand) + _if_any("words", beginnings[:-1], demand)
    found = terms.terms(word)
    if terms.has_han(word) and len(terms.signs(word)) == 1:
        return _if_any("signs", terms.signs(word), demand)  # one sign: any word that holds it
    if demand == "not" and len(found) > 1:
        return _if_any("signs" if terms.has_han(word) else "phrase", terms.signs(word), demand)
    clauses = [Clause("words", (term,), demand) for term in found]
    if terms.has_han(word) and demand == "may":
        clauses += _if_any("signs", terms.signs(word), demand)  # the index may have parted the words elsewhere
    return clauses


def _if_any(kind: Kind, found: list[str], demand: Demand) -> list[Clause]:
    return [Clause(kind, tuple(found), demand)] if found else []


def _check(query: str, clauses: list[Clause], named: list[tuple[str, str, Demand]]) -> None:
    if len(clauses) > MOST_CLAUSES:
        raise QueryError(f"search: a query must have at most {MOST_CLAUSES} words, got {len(clauses)}")
    if not clauses and not named:
        raise QueryError(f"search: a query must hold a word, got {query!r}")
    if all(clause.demand == "not" for clause in clauses) and not any(demand == "must" for _, _, demand in named):
        raise QueryError(
            f"search: a query must say what to find, got only what not to: {query!r}", remedy="Add a word without minus"
        )
