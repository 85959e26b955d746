"""Queries are taken apart as their grammar says, and refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.errors import QueryError
from kinoeye.search.query import Clause, parse

TAGS = frozenset({"kind", "scene"})


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("Rain", [Clause("words", ("rain",))]),
        ("rains café", [Clause("words", ("rain",)), Clause("words", ("cafe",))]),
        ("+rain -sun", [Clause("words", ("rain",), "must"), Clause("words", ("sun",), "not")]),
        ("rain AND sun", [Clause("words", ("rain",), "must"), Clause("words", ("sun",), "must")]),
        ("rain OR sun", [Clause("words", ("rain",)), Clause("words", ("sun",))]),
        ("rain NOT sun", [Clause("words", ("rain",)), Clause("words", ("sun",), "not")]),
        ('"the rain"', [Clause("phrase", ("the", "rain"))]),
        ("“the rain”", [Clause("phrase", ("the", "rain"))]),
        ('-"the rain" sun', [Clause("phrase", ("the", "rain"), "not"), Clause("words", ("sun",))]),
        ("wind*", [Clause("beginning", ("wind",))]),
        ("INT. note:rain", [Clause("words", (word,)) for word in ("int", "note", "rain")]),
        ("10:15", [Clause("words", ("10",)), Clause("words", ("15",))]),
        ("窗", [Clause("signs", ("窗",))]),
        ('"下雨 rain"', [Clause("signs", ("下", "雨", "rain"))]),
        ("下雨", [Clause("words", ("下雨",)), Clause("signs", ("下", "雨"))]),
    ],
)
def test_words_mean_what_the_grammar_says(query: str, clauses: list[Clause]) -> None:
    assert list(parse(query, TAGS).clauses) == clauses


def test_tags_are_told_from_words() -> None:
    parsed = parse('kind:Slate -scene:"12 A" rain', TAGS)
    assert parsed.tags == (("kind", "slate", "must"), ("scene", "12 a", "not"))
    assert parsed.clauses == (Clause("words", ("rain",)),)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "must hold a word"),
        ("!? ...", "must hold a word"),
        ('"the rain', "quotation mark must be closed"),
        ("-rain", "must say what to find"),
        ("rain AND", "must follow AND"),
        ("AND rain", "must stand before AND"),
        ("rain AND OR sun", "between AND and OR"),
        ("r*", "at least 2 letters"),
        ("a b " * 40, "at most 64 words"),
        ("x" * 1001, "at most 1000 characters"),
    ],
)
def test_what_means_nothing_is_refused_with_the_reason(query: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        parse(query, TAGS)


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_a_query_error(text: str) -> None:
    try:
        assert parse(text, TAGS)
    except QueryError as error:
        assert error.message.startswith("search: ")
