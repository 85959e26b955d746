"""Tokens stand where they say, whatever the text."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kinoeye.models.tokens import lemmas, tokens


@given(st.text(alphabet="ab'\"`.,!? \n$%&()-–“”’0猫在。，（）", max_size=60))
def test_tokens_are_parts_of_the_text_in_order(text):
    found = tokens(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert "".join(each.text for each in found) == "".join(text.split())


def test_forms_lead_to_their_word():
    words = {"dogs": "dog", "punches": "punch", "shelves": "shelf", "tries": "try", "hiding": "hide", "slammed": "slam"}
    assert all(word in lemmas(form) for form, word in words.items())
