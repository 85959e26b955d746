"""Chances add up to one, follow what was seen, and hang on who speaks as far as that can be told."""

import math
import random

import numpy as np
import pytest

from kinoeye.learn.kneser_ney import BEGIN, END, KneserNey
from kinoeye.learn.language import Language, Row


def _rows(count=200, seed=3):
    chance = random.Random(seed)
    return [[chance.randrange(3, 9) for _ in range(chance.randrange(1, 7))] for _ in range(count)]


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_chances_add_up_to_one_whatever_stands_before(order):
    model = KneserNey(_rows(), 12, order)
    for before in ([], [3], [4, 5], [11, 10, 9], [3, 4, 5, 6, 7, 8]):
        chances = model.chances(before)
        assert chances.sum() == pytest.approx(1)
        assert chances[BEGIN] == 0
        assert (np.delete(chances, BEGIN) > 0).all()
        for word in (END, 5, 11):
            assert model.chance(word, before) == pytest.approx(chances[word])


def test_what_was_seen_is_likelier():
    model = KneserNey([[3, 4, 5]] * 5 + [[6, 4, 7]] * 5, 9, 3)
    assert model.chance(5, [3, 4]) > 0.5 > model.chance(7, [3, 4])
    assert model.chance(7, [6, 4]) > 0.5
    assert model.chance(3, []) == pytest.approx(model.chance(6, []))


def test_a_word_of_many_contexts_is_likelier_in_a_new_one():
    # "San Francisco": 4 stands often but after 3 only, 5 seldom but after everything.
    rows = [[3, 4]] * 20 + [[each, 5] for each in range(6, 11)]
    model = KneserNey(rows, 12, 2)
    assert model.chance(5, [11]) > model.chance(4, [11])


def test_nothing_learnt_is_even():
    chances = KneserNey([], 6, 3).chances([])
    assert chances[1:] == pytest.approx(np.full(5, 0.2))


def _texts(count=120):
    chance = random.Random(5)
    rows = []
    for _ in range(count):
        who = chance.choice(["a", "b"])
        say = {"a": ["yes sir", "no sir", "at once sir"], "b": ["go away", "come here", "be quiet"]}[who]
        rows.append(Row(tuple(chance.choice(say).split()), ("said", f"said {who}")))
        rows.append(Row(("the", chance.choice(["door", "window"]), "opens"), ("action",)))
    return rows


def test_groups_speak_their_own_way():
    rows = _texts()
    language = Language(rows[:-20], order=3)
    assert language.perplexity(rows[-20:]) < Language([Row(row.words) for row in rows[:-20]], order=3).perplexity(
        rows[-20:]
    )
    sir = language.numbers(["sir"])[0]
    assert language.chances(language.numbers(["yes"]), ("said", "said a"))[sir] > 0.8
    first = language.chances([], ("said", "said b"))
    assert first.sum() == pytest.approx(1)
    assert first[language.numbers(["go"])[0]] > 5 * first[language.numbers(["yes"])[0]]


def test_a_group_of_few_words_is_not_trusted():
    rows = _texts(40)
    alone = Row(("odd",), ("said", "said c"))
    language = Language([*rows, alone], order=3)
    assert language.chances([], ("said", "said c")) == pytest.approx(language.chances([], ("said", "said nobody")))


def test_unknown_words_cost_and_do_not_break():
    language = Language(_texts(30), order=3, least=2)
    assert math.isfinite(language.perplexity([Row(("nobody", "knows"), ("elsewhere",))]))
    assert Language([], order=3).perplexity([Row(("one",))]) > 1
