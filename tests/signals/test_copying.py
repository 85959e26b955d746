"""What was copied is found to the word, however it is written."""

import random

from kinoeye.signals.confusable import confused
from kinoeye.signals.copying import Passages, plain

TEXTS = [
    ("a", ["The", "rain", "falls", "on", "the", "roof", "."]),
    ("a", ["Nobody", "moves", ",", "nobody", "speaks", "."]),
    ("b", ["A", "pigeon", "lands", "beside", "her", "."]),
]


def test_the_longest_run_is_found_with_its_passage():
    found = Passages(TEXTS).copied(["Then", "a", "PIGEON", "lands", ",", "beside", "him"])
    assert (found.passage, found.run, found.words) == (2, 4, "a pigeon lands beside")
    assert found.share == 2 / 4


def test_a_run_goes_on_into_the_next_passage_but_not_into_another_text():
    passages = Passages(TEXTS)
    assert passages.copied(["on", "the", "roof", "nobody", "moves"]).run == 5
    assert passages.copied(["nobody", "speaks", "a", "pigeon", "lands"]).run == 3


def test_without_a_run_the_rarest_words_tell():
    found = Passages(TEXTS).copied(["her", "nobody", "on", "pigeon"])
    assert (found.passage, found.run) == (2, 1)
    assert Passages(TEXTS).copied(["elsewhere"]).passage is None
    assert Passages([]).copied(["elsewhere"]).share == 0
    assert Passages(TEXTS).copied([]).run == 0


def test_any_part_of_the_texts_is_found_whole():
    chance = random.Random(1)
    words = [chance.choice("abcdefg") for _ in range(400)]
    passages = Passages([("a", words[at : at + 7]) for at in range(0, 400, 7)])
    for _ in range(50):
        begin = chance.randrange(380)
        part = words[begin : begin + chance.randrange(1, 20)]
        found = passages.copied(part)
        assert found.run == len(part)
        assert found.share == 1
        assert found.words == " ".join(plain(part))


def test_runs_grow_word_by_word_as_they_are_found_at_once():
    passages, runs = Passages(TEXTS), {}
    lengths = []
    for word in plain(["The", "rain", "moves", "nobody", "speaks"]):
        runs = passages.runs(word, runs)
        lengths.append(max(runs.values(), default=0))
    assert lengths == [1, 2, 1, 2, 3]


def test_names_that_are_confused():
    assert confused("STEFAN", "STEPHEN")
    assert confused("HAL", "HOLLY") == "sound"
    assert confused("小满", "老满") == "letters"
    assert not confused("小满", "老周")
    assert not confused("BRICK", "COGNITO")
