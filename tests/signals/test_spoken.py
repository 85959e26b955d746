"""A text becomes the words that a voice would say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.signals.spoken import plain, spoken


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Room 101, 2nd floor.", "room one hundred one second floor"),
        ("In the 1950s, at 3:05 or 4:00", "in the nineteen fifties at three oh five or four o'clock"),
        ("$3 million and £1.01", "three million dollars and one pound one penny"),
        ("50% of 1,000 & 3.5", "fifty percent of one thousand and three point five"),
        ("Dr. Who vs. Mrs. O’Brien", "doctor who versus missus o'brien"),
        ("the U.S.A. said no.", "the u s a said no"),
        ("Run! (he runs) [music] ♪ la ♪", "run la"),
        ("agent 007", "agent zero zero seven"),
        ("In 1984, 1,984 men", "in nineteen eighty four one thousand nine hundred eighty four men"),
        ("我在1984年买了105本书", "我在一九八四年买了一百零五本书"),
        ("", ""),
    ],
)
def test_what_is_written_is_said(text, said):
    assert " ".join(plain(text)) == said


def test_each_written_token_stands_once_at_its_first_word():
    words = spoken("It cost $5.50 then.")
    assert [each.written for each in words] == ["It", "cost", "$5.50", "", "", "", "then."]


@given(st.text(max_size=60))
def test_any_text_gives_words_without_spaces_or_digits(text):
    for each in spoken(text):
        assert each.word
        assert not any(sign.isspace() for sign in each.word)
        assert not any(sign in "0123456789" for sign in each.word)
