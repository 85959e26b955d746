"""What a screenplay or subtitles say, who says it, and how."""

import pytest

from kinoeye.errors import DocumentError
from kinoeye.screenplay import fountain
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.prosody import delivery, speakable
from kinoeye.treatments.sound.reading import script_lines, subtitle_lines

SCRIPT = """Title: A Night
Author: Somebody

FADE IN:

INT. KITCHEN - NIGHT

Rain. A kettle
sings.

NORA (V.O.)
(whispering)
Who is there?
(louder)
Who is it?

[[a note]]

= a synopsis

@van Dyke
Only me.

EXT. GARDEN - DAY

TEO ^
I *know*.

2. 内景 厨房 夜

小明
（低声）
你好。

CUT TO:
"""


def test_lines_of_a_screenplay_with_who_says_them_and_how() -> None:
    lines = script_lines(fountain.read(SCRIPT))
    assert [(line.scene, line.kind, line.who, line.parenthetical, line.text) for line in lines] == [
        (1, "heading", "", "", "INT. KITCHEN - NIGHT"),
        (1, "action", "", "", "Rain. A kettle sings."),
        (1, "dialogue", "NORA", "whispering", "Who is there?"),
        (1, "dialogue", "NORA", "louder", "Who is it?"),
        (1, "dialogue", "van Dyke", "", "Only me."),
        (2, "heading", "", "", "EXT. GARDEN - DAY"),
        (2, "dialogue", "TEO", "", "I know."),
        (3, "heading", "", "", "2. 内景 厨房 夜"),
        (3, "dialogue", "小明", "低声", "你好。"),
    ]
    assert [line.number for line in lines] == list(range(1, 10))


def read_script(text: str) -> object:
    return script_lines(fountain.read(text))


def test_cues_of_subrip_and_webvtt() -> None:
    text = """WEBVTT

NOTE nothing

2
00:00:05.000 --> 00:00:06.500
<v Nora>Second <i>one</i> &amp; last</v>

1
00:01,5 --> 00:00:02,250
TEO: First
of all.
3
01:00:00,000 --> 01:00:00,000
no time at all
"""
    lines = subtitle_lines(text)
    assert [(line.number, line.who, line.text) for line in lines] == [
        (1, "TEO", "First of all."), (2, "Nora", "Second one & last")
    ]  # fmt: skip
    assert (lines[0].start, lines[0].end) == (FLICKS_PER_SECOND * 3 // 2, FLICKS_PER_SECOND * 9 // 4)


@pytest.mark.parametrize(("read", "text", "match"), [
    (read_script, "", "must have lines under characters' names, got none"),
    (read_script, "Just prose.\n\nMore of it.", "got none"),
    (subtitle_lines, "no times", "must have cues with times"),
])  # fmt: skip
def test_what_says_nothing_is_refused(read: object, text: str, match: str) -> None:
    with pytest.raises(DocumentError, match=match):
        read(text)  # type: ignore[operator]


def test_parentheses_and_punctuation_shape_a_line() -> None:
    plain = delivery("I know.")
    assert (plain.pace, plain.pitch, plain.variation, plain.gain_db) == (1, 1, 1, 0)
    assert delivery("I know.", "whispering").gain_db < delivery("我知道。", "低声").gain_db + 1e-9 < 0
    assert delivery("I know.", "(quickly)").pace > 1 > delivery("I know.", "slowly").pace
    assert delivery("I know.", "shouting, angry").gain_db > delivery("I know.", "shouting").gain_db > 0
    assert delivery("I know.", "to the city") == plain
    assert delivery("GET OUT NOW!").gain_db > 0
    assert delivery("OK.").gain_db == 0
    assert delivery("I was just --").pause_s < plain.pause_s < delivery("I was just...").pause_s


def test_only_words_are_spoken() -> None:
    assert speakable("I *know* (beat) that_one _now_. [[note]]") == "I know that_one now."
    assert speakable("GET OUT NOW!") == "Get out now!"
    assert speakable("The FBI is here.") == "The FBI is here."
    assert speakable("(sighs)") == ""
