"""What is written is of the texts' words, in their turns, by who speaks, and copies no more than is allowed."""

import random

import numpy as np
import pytest

from kinoeye.learn.language import Row
from kinoeye.treatments.screenplay.writing import Passage, Reader, Writer, written_words

SAYS = {"ANNA": ("sir", "madam"), "BEN": ("mate", "friend")}
VERBS, THINGS = ("take", "bring", "leave", "find"), ("boat", "letter", "key", "horse")


def _passages(scenes=20, seed=1):
    chance = random.Random(seed)
    found = []
    for scene in range(1, scenes + 1):
        found.append(Passage("a", scene, 1, f"h{scene}", "heading", "", "INT. BAR - DAY"))
        for turn in range(4):
            who = ("ANNA", "BEN")[turn % 2]
            text = f"Please {chance.choice(VERBS)} the {chance.choice(THINGS)}, {chance.choice(SAYS[who])}."
            found.append(Passage("a", scene, 1, f"l{scene}.{turn}", "dialogue", who, text))
        found.append(Passage("a", scene, 1, f"a{scene}", "action", "", f"The {chance.choice(THINGS)} is gone."))
    return found


@pytest.fixture(scope="module")
def writer():
    return Writer(_passages())


def _pairs(words):
    return set(zip(["", *words], [*words, ""], strict=True))


def test_lines_are_of_the_speakers_words_and_pairs(writer):
    known = set().union(*(_pairs(row.words) for row in writer.rows))
    model = writer.n_grams()
    for seed in range(10):
        written = writer.go_on(model, 3, np.random.default_rng(seed), lines=3)
        assert 1 <= len(written) <= 3
        for line in written:
            assert _pairs(line.words) <= known
            if line.kind == "dialogue":
                other = SAYS["BEN" if line.who == "ANNA" else "ANNA"]
                assert line.who in SAYS
                assert not set(line.words) & set(other)
            else:
                assert (line.kind, line.who) == ("action", "")


def test_who_speaks_next_is_learnt(writer):
    model = writer.n_grams()
    first = [writer.go_on(model, 1, np.random.default_rng(seed), lines=1)[0].who for seed in range(20)]
    assert first.count("BEN") > 15  # behind ANNA's first line it is BEN's turn
    asked = writer.go_on(model, 1, np.random.default_rng(1), lines=1, who="ANNA")
    assert [each.who for each in asked] == ["ANNA"]


@pytest.mark.parametrize("most", [4, 5, 8])
def test_no_run_is_longer_than_is_allowed_and_no_line_whole(writer, most):
    model, whole = writer.n_grams(), {row.words for row in writer.rows}
    made = 0
    for seed in range(6):
        written = writer.go_on(model, 3, np.random.default_rng(seed), most_copied=most)
        made += len(written)
        assert writer.sources.copied([word for line in written for word in line.words]).run <= most
        assert not whole & {line.words for line in written}
    assert made or most == 4


def test_without_a_limit_the_texts_come_back(writer):
    runs = [
        writer.sources.copied(writer.go_on(writer.n_grams(), 3, np.random.default_rng(seed), lines=1)[0].words).run
        for seed in range(10)
    ]
    assert max(runs) >= 5


def test_the_same_seed_writes_the_same(writer):
    made = [writer.go_on(writer.n_grams(), 3, np.random.default_rng(seed)) for seed in (1, 1, 2, 3)]
    assert made[0] == made[1]
    assert made[0] != made[2] or made[0] != made[3]


def test_of_nothing_nothing_is_written():
    one = Writer([Passage("a", 1, 1, "l", "heading", "", "INT. BAR - DAY")])
    assert one.go_on(one.n_grams(), 0, np.random.default_rng(1), most_copied=6) == []


def test_capitals_of_beginnings_are_not_learnt_and_come_back():
    writer = Writer([Passage("a", 1, 1, "x", "action", "", text)
                     for text in ("The dog sees the cat. The cat runs.", "Anna sees the dog. Anna runs.")])  # fmt: skip
    assert writer.rows[0].words[0] == "the"
    assert writer.rows[1].words[0] == "Anna"
    assert writer.go_on(writer.n_grams(), 0, np.random.default_rng(1), lines=1)[0].text[0] in "TA"
    assert written_words('He says: "Go (now)."') == ["He", "says", ":", "Go", "now", "."]


def test_a_transformer_reads_the_lines_before():
    class Net:
        vocabulary = (
            "<begin>",
            "<end>",
            "<unknown>",
            "<action>",
            "<dialogue>",
            "<nobody>",
            "<dialogue ANNA>",
            "go",
            "no",
        )
        asked = ()

        def numbers(self, words):
            return [self.vocabulary.index(word) if word in self.vocabulary else 2 for word in words]

        def following(self, numbers):
            self.asked = [self.vocabulary[each] for each in numbers]
            return np.full(len(self.vocabulary), 1 / len(self.vocabulary))

    net = Net()
    model = Reader(net)
    history = [Row(("go",), ("action",)), Row(("no", "way"), ("dialogue", "dialogue ANNA"))]
    assert model.chances([8], ("dialogue", "dialogue ANNA"), history).sum() == pytest.approx(1)
    before = ["<action>", "<nobody>", "go", "<end>", "<dialogue>", "<dialogue ANNA>", "no", "<unknown>", "<end>"]
    assert net.asked == [*before, "<dialogue>", "<dialogue ANNA>", "no"]
