"""A language model's chances are chances, and those of the text are the greater."""

import pytest

from kinoeye.errors import UseError
from kinoeye.signals.ngrams import BEGIN, END, arpa, model

LINES = [["to", "be", "or", "not", "to", "be"], ["that", "is", "the", "question"], ["to", "be", "that", "is"]]


def chance(grams, gram):
    order = len(gram) - 1
    if gram in grams[order][0]:
        return grams[order][0][gram]
    return grams[order - 1][1].get(gram[:-1], 1.0) * chance(grams, gram[1:])


@pytest.mark.parametrize("context", [("to",), ("to", "be"), ("that",), (BEGIN,), (BEGIN, "to"), ("is", "the")])
def test_chances_after_a_context_add_up_to_one(context):
    grams = model(LINES, {"_x": 0.1, "_y": 0.2})
    names = [gram[0] for gram in grams[0][0] if gram != (BEGIN,)]
    assert sum(chance(grams, (*context, name)) for name in names) == pytest.approx(1, abs=1e-6)
    assert END in names


def test_what_follows_in_the_text_is_likelier_than_what_does_not():
    grams = model(LINES, {"_x": 0.1})
    assert chance(grams, ("not", "to", "be")) > 5 * chance(grams, ("not", "to", "question"))


def test_fillers_leave_a_chance():
    with pytest.raises(UseError, match="leave a chance"):
        model(LINES, {"_x": 1.0})


def test_the_format_counts_its_own_lines():
    text = arpa(LINES, {"_x": 0.1})
    counts = [int(line.partition("=")[2]) for line in text.splitlines() if line.startswith("ngram")]
    bodies = [part.strip().splitlines()[1:] for part in text.split("\\end\\")[0].split("\n\n")[1:] if part.strip()]
    assert counts == [len(body) for body in bodies]
