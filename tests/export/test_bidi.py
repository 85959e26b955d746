"""Text from the right stands in the order in which it is seen."""

import pytest
from reportlab.pdfbase import pdfmetrics

from kinoeye.export import fonts
from kinoeye.export.bidi import in_sight


@pytest.mark.parametrize(("line", "seen"), [
    ("plain (text) 1", ("plain (text) 1", False)),
    ("中文 (一) é", ("中文 (一) é", False)),
    ("שלום", ("םולש", True)),
    ("(שלום) 1.5", ("1.5 (םולש)", True)),
    ("שלום abc def", ("abc def םולש", True)),
    ("see שלום 12, (כן) end", ("see ןכ) ,12 םולש) end", False)),
    ("room 12", ("room 12", False)),
    ("\u202bשלום\u202c", ("םולש", True)),
    ("", ("", False)),
])  # fmt: skip
def test_order(line, seen):
    assert in_sight(line) == seen


def test_arabic_letters_are_joined():
    seen, is_from_right = in_sight("باب")
    assert is_from_right
    assert seen == "\ufe8f\ufe8e\ufe91"  # beh alone at the end, alef after beh, beh at the beginning


def test_joined_letters_are_set_in_a_font_that_has_them():
    fonts.register()
    for letter in in_sight("باب سلام")[0]:
        own = fonts.named(letter, "Helvetica")
        assert own in ("Helvetica", "kinoeye-sans") or "kinoeye-sans" not in pdfmetrics.getRegisteredFontNames()


def test_nothing_is_lost():
    for text in ("مرحبا hello 3 שלום", "א" * 500, "ا ب ج 1 2 3"):
        assert len(in_sight(text)[0]) == len(text)
