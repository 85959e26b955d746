"""Every answer is that of a look at all rows, or of the rule by which a large index looks at fewer."""

import itertools
import math
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.search import candidates, lengths, pairs
from kinoeye.search.search import Search
from kinoeye.search.sources import Item

ROWS = 1500
WORDS = ["the", "of", "a", "king", "rain", "sea", "oak", "comet", "gale", "xylophone"]
SHARES = np.array([30, 25, 20, 10, 5, 4, 3, 2, 0.2, 0.1])
QUERIES = [" ".join(query) for count in (1, 2, 3) for query in itertools.combinations(WORDS, count)]
LIMIT = 12


def rows_of(seed: int, count: int) -> list[str]:
    rng = np.random.default_rng(seed)
    return [
        " ".join(rng.choice(WORDS, size, p=SHARES / SHARES.sum()))
        for size in rng.integers(2, 15, count)  # lengths that the index keeps exactly
    ]


def items(*parts: list[str]) -> list[Item]:
    def table(part: list[str]) -> pa.Table:
        return pa.table({"text": part, "start": range(len(part)), "end": range(1, len(part) + 1)})

    return [
        Item("texts", f"a{number}", f"{number}.mp4", str(hash(tuple(part))), lambda part=part: table(part))
        for number, part in enumerate(parts)
    ]


class Brute:
    """BM25 over all rows, by its formula. The index has one row more: its note."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = [row.split() for row in rows]
        self.counts = [Counter(row) for row in self.rows]
        self.mean = sum(map(len, self.rows)) / (len(rows) + 1)

    def idf(self, word: str) -> float:
        holding = sum(word in row for row in self.counts)
        return math.log(1 + (len(self.rows) + 1 - holding + 0.5) / (holding + 0.5))

    def score(self, idf: float, count: int, length: int) -> float:
        return idf * 2.2 * count / (count + 1.2 * (0.25 + 0.75 * length / self.mean)) if count else 0.0

    def words(self, query: str, *, every: bool) -> list[float]:
        """Score of each row; 0 where it does not answer."""
        wanted = list(dict.fromkeys(query.split()))
        idfs = {word: self.idf(word) for word in wanted}
        return [
            sum(self.score(idfs[word], counts[word], len(row)) for word in wanted)
            if not every or all(counts[word] for word in wanted)
            else 0.0
            for row, counts in zip(self.rows, self.counts, strict=True)
        ]

    def phrase(self, query: str) -> list[float]:
        wanted = query.split()
        idf, size = sum(map(self.idf, wanted)), len(wanted)
        return [
            self.score(idf, sum(row[at : at + size] == wanted for at in range(len(row))), len(row)) for row in self.rows
        ]

    def common(self, query: str) -> list[bool]:
        most = (len(self.rows) + 1) * candidates.COMMON
        return [sum(word in row for row in self.counts) > most for word in query.split()]

    def short(self, share: float) -> list[bool]:
        sizes = sorted(map(len, self.rows))
        longest = sizes[math.ceil((len(sizes) + 1) * share) - 1]
        return [len(row) <= longest for row in self.rows]


def best(scores: list[float]) -> list[float]:
    return sorted((score for score in scores if score > 0), reverse=True)[:LIMIT]


def found(search: Search, query: str) -> list[float]:
    return [answer.score for answer in search.words(query, limit=LIMIT)]


@pytest.fixture(scope="module")
def rows() -> list[str]:
    return rows_of(1, ROWS)


@pytest.fixture(scope="module")
def brute(rows: list[str]) -> Brute:
    return Brute(rows)


@pytest.fixture(scope="module")
def search(rows: list[str], tmp_path_factory: pytest.TempPathFactory) -> Search:
    search = Search(tmp_path_factory.mktemp("search"))
    search.update(items(rows[:700], rows[700:]))
    return search


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the index were large."""
    monkeypatch.setattr(candidates, "MANY", 0)


def test_a_small_index_looks_at_every_row(search: Search, brute: Brute) -> None:
    for query in QUERIES:
        assert found(search, query) == pytest.approx(best(brute.words(query, every=False)), rel=1e-4)
        every = best(brute.words(query, every=True))
        assert found(search, " AND ".join(query.split())) == pytest.approx(every, rel=1e-4)


@pytest.mark.parametrize("size", ["small", "large"])
def test_one_word_is_looked_for_in_every_row(
    search: Search, brute: Brute, size: str, request: pytest.FixtureRequest
) -> None:
    if size == "large":
        request.getfixturevalue("large")
    for word in WORDS:
        assert found(search, word) == pytest.approx(best(brute.words(word, every=False)), rel=1e-4)


@pytest.mark.parametrize("order", [2, 3])
def test_a_phrase_is_found_wherever_it_stands(search: Search, brute: Brute, order: int) -> None:
    for words in itertools.product(WORDS[:6] + WORDS[9:], repeat=order):
        phrase = " ".join(words)
        assert found(search, f'"{phrase}"') == pytest.approx(best(brute.phrase(phrase)), rel=1e-4), phrase


@pytest.mark.usefixtures("large")
def test_a_large_index_looks_at_rows_with_rarer_words_first(search: Search, brute: Brute) -> None:
    mixed = [query for query in QUERIES if len(set(brute.common(query))) == 2]
    assert mixed
    for query in mixed:
        rare = [word for word, common in zip(query.split(), brute.common(query), strict=True) if not common]
        holds = [any(word in row for word in rare) for row in brute.rows]
        scores = brute.words(query, every=False)
        looked_at = [score * held for score, held in zip(scores, holds, strict=True)]
        if sum(holds) < LIMIT:
            short = brute.short(0.02)
            looked_at = [score * (held or near) for score, held, near in zip(scores, holds, short, strict=True)]
        assert found(search, query) == pytest.approx(best(looked_at), rel=1e-4), query


@pytest.mark.usefixtures("large")
def test_a_large_index_looks_at_short_rows_for_common_words(search: Search, brute: Brute) -> None:
    common = [query for query in QUERIES if all(brute.common(query)) and " " in query]
    assert common
    for query in common:
        every, scores = brute.words(query, every=True), brute.words(query, every=False)
        together = [score * near for score, near in zip(every, brute.short(0.15), strict=True)]
        full = sum(score > 0 for score in together) >= LIMIT
        assert found(search, " AND ".join(query.split())) == pytest.approx(
            best(together if full else every), rel=1e-4
        ), query
        if not full:
            near = [score * near for score, near in zip(scores, brute.short(0.02), strict=True)]
            together = [max(pair) for pair in zip(together, near, strict=True)]
            full = sum(score > 0 for score in together) >= LIMIT
        assert found(search, query) == pytest.approx(best(together if full else scores), rel=1e-4), query


@pytest.mark.usefixtures("large")
def test_a_large_index_leaves_out_what_must_not_be_there(search: Search) -> None:
    for query in ("the of -a", "+the +of -a", "the -of -a", '"the of" -king'):
        answers = search.words(query, limit=LIMIT)
        assert len(answers) == LIMIT
        for unwanted in ("a", "king") if "king" in query else ("a",):
            assert not any(unwanted in answer.text.split() for answer in answers)


def test_phrases_are_found_when_common_words_change(tmp_path: Path) -> None:
    search = Search(tmp_path)
    first, second = rows_of(2, 200), [row.replace("oak", "elm").replace("the", "elm") for row in rows_of(3, 400)]
    search.update(items(first))
    search.update(items(first, second))
    for rows in (first + second, second):
        brute = Brute(rows)
        for words in itertools.product(["the", "elm", "of", "oak"], repeat=2):
            phrase = " ".join(words)
            assert len(found(search, f'"{phrase}"')) == len(best(brute.phrase(phrase))), phrase
        search.update(items([], second))


def test_common_terms_are_those_of_many_rows() -> None:
    rows = ["the sea", "the the of", "a sea"] * 40 + ["comet"]
    assert pairs.commonest(rows) == {"the", "sea", "of", "a"}
    assert pairs.commonest([]) == frozenset()
    assert pairs.joined(["the", "sea", "of", "the"], frozenset({"the", "sea"})) == {"the+sea"}


def test_classes_of_length_sort_as_lengths_do() -> None:
    classes = [lengths.term(count) for count in range(70_000)]
    assert classes == sorted(classes)
    assert len(set(classes[:64])) == 64
    assert len(set(classes)) < 500
