"""A word in no dictionary is spoken as its letters are."""

import lzma

import pytest

from kinoeye.models import registry
from kinoeye.models.letters import sounded, spelt


@pytest.fixture(scope="module")
def tree():
    lines = lzma.decompress(registry.path("letters").read_bytes()).decode("ascii").splitlines()
    return {context: tuple(phones.split()) for context, phones in (line.split("\t") for line in lines)}


@pytest.mark.parametrize(
    ("word", "phones"),
    [("ship", "SH IH P"), ("phone", "F OW N"), ("knight", "N AY T"), ("boxes", "B AA K S IH Z")],
)
def test_plain_words_are_spoken_as_they_should(tree, word, phones):
    assert " ".join(sounded(word, tree)) == phones


def test_names_that_nobody_knows_have_sounds(tree):
    assert all(sounded(word, tree) for word in ("sweynheim", "pannartz", "Zoë", "kinoeye"))


def test_what_has_no_letters_has_no_sounds(tree):
    assert sounded("你好", tree) == sounded("", tree) == sounded("42", tree) == []
    assert spelt("Łukasz") == "ukasz"
