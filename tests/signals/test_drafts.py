"""A line is known again in the next draft, by what it says."""

import numpy as np
import pytest

from kinoeye.signals.drafts import Said, aligned, identity

OLD = [
    Said("heading", "", "INT. KITCHEN - DAY"),
    Said("action", "", "The kettle sings and nobody in the house gets up."),
    Said("dialogue", "ANNA", "Somebody ought to turn that off before it wakes the cat."),
    Said("dialogue", "BEN", "Yes."),
    Said("heading", "", "EXT. ROOF - NIGHT"),
    Said("action", "", "Washing on a line, pretending to be sails."),
    Said("dialogue", "ANNA", "Yes."),
    Said("dialogue", "BEN", "Yes."),
]


def test_the_same_draft_is_the_same():
    assert aligned(OLD, OLD) == list(range(8))


def test_a_line_put_in_moves_no_other():
    new = [*OLD[:2], Said("dialogue", "BEN", "A new line."), *OLD[2:]]
    assert aligned(OLD, new) == [0, 1, None, 2, 3, 4, 5, 6, 7]


def test_an_edited_line_is_the_same_line():
    new = [*OLD]
    new[2] = Said("dialogue", "ANNA", "Someone should turn that off before it wakes up the cat!")
    new[5] = Said("action", "", "Washing on a line that pretends to be a sail.")
    assert aligned(OLD, new) == list(range(8))


def test_a_scene_that_moved_keeps_its_lines():
    assert aligned(OLD, OLD[4:] + OLD[:4]) == [4, 5, 6, 7, 0, 1, 2, 3]


def test_a_moved_and_edited_line_is_found():
    edited = Said("dialogue", "ANNA", "Somebody ought to turn that off before it wakes the dog.")
    assert aligned(OLD, [edited, *OLD[:2], *OLD[3:]]) == [2, 0, 1, 3, 4, 5, 6, 7]


def test_other_words_are_another_line():
    new = [*OLD[:2], Said("dialogue", "ANNA", "Goodbye, then."), *OLD[3:]]
    assert aligned(OLD, new)[2] is None


@pytest.mark.parametrize(("old", "new"), [([], []), ([], OLD), (OLD, [])])
def test_nothing_is_like_nothing(old, new):
    assert aligned(old, new) == [None] * len(new)


def test_each_old_line_is_given_once():
    random = np.random.default_rng(3)
    words = ["yes", "no", "why", "the cat sat on the mat", "a man walks in and sits down", "rain"]
    for _ in range(40):
        old, new = (
            [
                Said("dialogue", str(random.choice(["A", "B"])), str(random.choice(words)))
                for _ in range(random.integers(0, 30))
            ]
            for _ in range(2)
        )
        found = [each for each in aligned(old, new) if each is not None]
        assert len(found) == len(set(found))


def test_a_long_script_with_a_fifth_of_its_words_changed():
    """Made of two hundred lines of random words: every fifth word is another one, ten lines are gone, ten are new."""
    random = np.random.default_rng(11)
    word = [f"{a}{b}{c}" for a in "bdfgklmnprstv" for b in "aeiou" for c in ("n", "l", "r", "st", "")]
    lengths = random.integers(6, 16, 200)
    old = [
        Said("dialogue", str(random.choice(["ANNA", "BEN", "CARL"])), " ".join(random.choice(word, length)))
        for length in lengths
    ]
    gone = set(random.choice(200, 10, replace=False).tolist())
    new, truth = [], []
    for place, said in enumerate(old):
        if place % 20 == 0:
            new.append(Said("dialogue", "ANNA", " ".join(random.choice(word, 9))))
            truth.append(None)
        if place not in gone:
            words = [str(random.choice(word)) if random.random() < 0.2 else each for each in said.text.split()]
            new.append(said._replace(text=" ".join(words)))
            truth.append(place)
    found = aligned(old, new)
    assert np.mean([one == other for one, other in zip(found, truth, strict=True)]) > 0.97


def test_names_are_steady_and_free():
    first = identity(OLD[0], [])
    assert first == identity(OLD[0], [])
    assert len(first) == 16
    assert identity(OLD[0], [first]) not in ("", first)
    assert identity(OLD[1], []) != first
