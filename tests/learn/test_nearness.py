"""Words that stand in the same places are near, and the same texts give the same answer."""

import random

import pytest

from kinoeye.errors import UseError
from kinoeye.learn.nearness import Words

pytest.importorskip("gensim")


def _texts(count=1500):
    chance = random.Random(2)
    worlds = [
        (["cat", "dog", "horse"], ["eats", "runs", "sleeps"], ["grass", "hay", "yard"]),
        (["pilot", "captain", "sailor"], ["steers", "lands", "docks"], ["storm", "harbour", "runway"]),
    ]
    return [
        ["the", chance.choice(one), chance.choice(does), "by", "the", chance.choice(where)]
        for one, does, where in chance.choices(worlds, k=count)
    ]


def test_words_of_one_world_are_near():
    near = [each.word for each in Words(_texts()).near("Captain", limit=4)]
    assert {"pilot", "sailor"} <= set(near)
    assert not {"cat", "dog", "horse"} & set(near)


def test_the_same_texts_give_the_same_answer():
    one, other = (Words(_texts(400)).near("dog") for _ in range(2))
    assert one == other
    assert all(-1 <= each.score <= 1 and each.count >= 2 for each in one)


def test_a_word_that_is_not_there_is_told():
    with pytest.raises(UseError, match="must stand in the texts 2 times or more, got 'submarine' 0 times"):
        Words(_texts(50)).near("submarine")
    with pytest.raises(UseError, match="must have words that stand twice, got none"):
        Words([["one", "two"]])
