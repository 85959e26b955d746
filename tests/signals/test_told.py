"""Each text is in its own language; scripts of one language are one text."""

import pytest

from kinoeye.signals.told import texts

ENGLISH = "What is it that you want of me, and who are you?"
GERMAN = "Was ist es, das du von mir willst, und wer bist du?"


def row(text, source="b", role="transcript", start=None, end=None):
    return {"role": role, "source": source, "paragraph": 0, "text": text, "start": start, "end": end}


def test_each_text_has_its_language():
    found = texts([row(ENGLISH, "s", "script"), row(GERMAN), row("我们去北京。", "c", "script")])
    assert [(text.role, text.language) for text in found] == [("transcript", "de"), ("script", "en"), ("script", "zh")]
    assert [each.word for each in found[2].words()] == list("我们去北京")


def test_scripts_of_one_language_are_one_text():
    (found,) = texts([row(ENGLISH, "s", "script"), row("Who was that with you?", "t", "script")])
    assert [line[0].source for line in found.lines] == ["s", "t"]


def test_a_short_text_is_in_the_language_of_all():
    found = texts([row("Ja. Nein."), row(GERMAN, "s", "script")])
    assert {text.language for text in found} == {"de"}
    assert texts([row("Ja. Nein.")])[0].language == "en"


def test_a_language_that_is_given_is_every_texts():
    assert {text.language for text in texts([row(ENGLISH), row(GERMAN, "s", "script")], "fr")} == {"fr"}


def test_a_cues_time_is_spread_over_its_words():
    second = 705_600_000
    (found,) = texts([row("one two", start=second, end=3 * second)])
    assert [each.shown for each in found.words()] == [1.0, 2.0]


@pytest.mark.parametrize("rows", [[], [row("")], [row("(laughs) ..."), row("♪", "s", "script")]])
def test_texts_without_words_are_none(rows):
    assert texts(rows) == []
