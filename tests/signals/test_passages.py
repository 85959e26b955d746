"""Words of a text are found in what was heard, and no others."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kinoeye.signals.following import followed
from kinoeye.signals.passages import matched, quoted, trusted

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=40)


@given(WORDS, WORDS)
def test_pairs_are_equal_words_that_rise_in_both(text, heard):
    pairs = matched(text, heard)
    assert all(text[a] == heard[b] for a, b in pairs)
    assert all(one[0] < other[0] and one[1] < other[1] for one, other in itertools.pairwise(pairs))


@given(WORDS)
def test_a_text_that_is_said_is_found_whole(text):
    assert matched(text, text) == [(n, n) for n in range(len(text))]


def test_a_long_text_is_found_though_words_are_left_out_put_in_and_replaced():
    text = [f"w{n}" for n in range(5000)]
    heard = [word for n, word in enumerate(text) if n % 20]
    heard[100:100] = ["other"] * 30
    pairs = matched(text, heard)
    assert len(pairs) == 4750
    assert trusted(pairs) == pairs


def test_a_word_alone_is_not_trusted():
    assert trusted([(0, 5), (3, 8), (4, 9)]) == [(3, 8), (4, 9)]


def test_lines_are_quoted_in_any_order_and_other_words_are_not():
    text = [["come", "in", "and", "sit", "down"], ["never"], ["the", "train", "leaves", "at", "noon"]]
    heard = ["the", "train", "leaves", "at", "noon", "well", "you", "know", "come", "in", "and", "never", "sit"]
    assert "".join("x" if flag else "." for flag in quoted(text, heard)) == "xxxxx...xxxx."


def test_another_text_is_not_followed():
    assert followed(["one", "two", "three", "four"], [["five", "six", "seven", "eight", "two"]]) is None
    assert followed(["one"], []) is None


def test_stretches_share_a_text_in_its_order():
    text = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]
    places = followed(text, [["a", "b", "c"], ["_AA"], ["f", "g", "x", "i", "j"]])
    assert [(each.first, each.end) for each in places] == [(0, 5), (3, 5), (3, 10)]
    assert places[0].pairs == [(0, 0), (1, 1), (2, 2)]
    assert places[2].pairs == [(2, 0), (3, 1), (5, 3), (6, 4)]
