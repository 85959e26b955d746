"""Each format's words come out readable, with the lines they stand on, and nothing but words."""

import pickle
from textwrap import dedent

import pytest

from kinoeye.analyses.screenplay.paragraphs import PARAGRAPHS, paragraphs
from kinoeye.errors import SettingError
from kinoeye.streams import Text
from kinoeye.timecode import FLICKS_PER_SECOND

FOUNTAIN = """\
Title: Rain

INT. KITCHEN - NIGHT

Ada looks out.
It rains.


ADA
Again.
"""

SRT = """\
1
00:00:01,000 --> 00:00:02,500
<i>Where</i> are {\\an8}you?
I'm here &amp; there.

2
00:00:03,000 --> 00:00:04,000 X1:10
<font color="#fff">1984</font>
3
00:00:05,000 --> 00:00:06,000
No empty line before me.
"""

VTT = """\
WEBVTT - a film

STYLE
::cue { color: red }

NOTE nobody reads
this

first
00:01.000 --> 00:02.000 line:0%
<v.loud Fred Bloggs>Good <b>evening</b></v>

01:00:01.000 --> 01:00:02.000
<00:01.500><c.yellow>Bye</c>&nbsp;bye
"""

ASS = """\
[Script Info]
Title: x

[Events]
Format: Layer, Start, End, Style, Text
Comment: 0,0:00:00.00,0:00:01.00,Default,not this
Dialogue: 0,0:00:01.00,0:00:02.00,Default,{\\i1}Well, well{\\i0},\\Nsaid she
Dialogue: 0,0:00:01.00,0:00:02.00,Default,{\\p1}m 0 0 l 10 10{\\p0}
"""

TTML = """\
<?xml version="1.0"?>
<tt:tt xmlns:tt="http://www.w3.org/ns/ttml"><tt:head><!-- <p>not this</p>
--></tt:head><tt:body><tt:div>
<tt:p begin="1s" end="2s">Two
  lines<tt:br/>and <tt:span>&lt;one&gt;</tt:span></tt:p>
<tt:p begin="3s"/>
<tt:p begin="3s" end="4s">End</tt:p>
</tt:div></tt:body></tt:tt>
"""


def pieces(text, kind, **settings):
    return [
        (row["first_line"], row["end_line"], row["text"])
        for row in paragraphs(Text(text, kind), **settings).to_pylist()
    ]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (
            "screenplay",
            FOUNTAIN,
            [
                (1, 2, "Title: Rain"),
                (3, 4, "INT. KITCHEN - NIGHT"),
                (5, 7, "Ada looks out.\nIt rains."),
                (9, 11, "ADA\nAgain."),
            ],
        ),
        (
            "subtitles",
            SRT,
            [(3, 5, "Where are you?\nI'm here & there."), (8, 9, "1984"), (11, 12, "No empty line before me.")],
        ),
        ("subtitles", VTT, [(11, 12, "Fred Bloggs: Good evening"), (14, 15, "Bye bye")]),
        ("subtitles", ASS, [(7, 8, "Well, well,\nsaid she")]),
        ("subtitles", TTML, [(4, 6, "Two lines\nand <one>"), (7, 8, "End")]),
        ("records", "title,year\nRain,1929\n", [(1, 2, "title,year"), (2, 3, "Rain,1929")]),
    ],
)
def test_a_text_is_read_as_a_person_would(kind, text, expected):
    assert pieces(text, kind) == expected


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (SRT, [(1.0, 2.5), (3.0, 4.0), (5.0, 6.0)]),
        (VTT, [(1.0, 2.0), (3601.0, 3602.0)]),
        (ASS, [(1.0, 2.0)]),
        (TTML, [(1.0, 2.0), (3.0, 4.0)]),
        (SRT.replace("00:00:03,000 -->", "00:00:09,000 -->"), [(1.0, 2.5), None, (5.0, 6.0)]),
        ("WEBVTT\n\n0:01.5 --> 0:02\nOne\n\nand on", [(1.5, 2.0), (1.5, 2.0)]),
        ("[Events]\nFormat: Layer, Text\nDialogue: 0,no times", [None]),
    ],
)
def test_a_cue_keeps_its_times(text, spans):
    rows = paragraphs(Text(text, "subtitles")).to_pylist()
    found = [(row["start"], row["end"]) for row in rows]
    assert found == [
        (None, None) if span is None else tuple(round(each * FLICKS_PER_SECOND) for each in span) for span in spans
    ]


@pytest.mark.parametrize(("kind", "text"), [("screenplay", FOUNTAIN), ("text", "a\n\nb"), ("records", "a,b\n1,2")])
def test_a_text_without_times_has_none(kind, text):
    assert paragraphs(Text(text, kind))["start"].null_count == paragraphs(Text(text, kind)).num_rows > 0


def test_subtitles_of_an_unknown_kind_are_read_as_prose():
    assert pieces("{1}{25}Hello", "subtitles") == [(1, 2, "{1}{25}Hello")]


def test_chinese_cues_stay_as_they_are():
    assert pieces(dedent(SRT).replace("1984", "下雨了。"), "subtitles")[1] == (8, 9, "下雨了。")


def test_a_long_paragraph_is_parted():
    found = pieces("\n".join(str(number) for number in range(10)), "text", longest=4)
    assert [(first, end) for first, end, _ in found] == [(1, 5), (5, 9), (9, 11)]


@pytest.mark.parametrize("text", ["", "\n\n \n", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"])
def test_nothing_in_nothing_out(text):
    assert paragraphs(Text(text, "subtitles")).equals(PARAGRAPHS.empty())


@pytest.mark.parametrize("text", ["<tt><p>" * 20_000, "<tt>" + "<!--" * 20_000, "<tt" + "<" * 20_000, "{" * 50_000])
def test_broken_markup_is_read_in_little_time(text):
    assert paragraphs(Text(text, "subtitles")).num_rows <= 1


def test_numbers_count_up_and_twice_is_the_same():
    table = paragraphs(Text(FOUNTAIN, "screenplay"))
    assert table["paragraph"].to_pylist() == [0, 1, 2, 3]
    assert table.equals(paragraphs(Text(FOUNTAIN, "screenplay")))


@pytest.mark.parametrize("longest", [0, 1_000_000])
def test_settings_out_of_range_are_refused(longest):
    with pytest.raises(SettingError, match="paragraphs: longest must lie in"):
        paragraphs(Text("x", "text"), longest=longest)


def test_it_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(paragraphs)) is paragraphs


@pytest.mark.realdata
def test_real_subtitles_leave_no_markup(shared_data):
    for name in (
        "his_girl_friday_1940_6s.vtt",
        "mediaelement.srt",
        "pysubs2/ttml_example.ttml",
        "pysubs2/ttml_example.ass",
    ):
        text = (shared_data / "subtitles" / name).read_text("utf-8-sig").replace("\r\n", "\n")
        found = pieces(text, "subtitles")
        assert found
        assert not any(mark in said for _, _, said in found for mark in ("-->", "</", "{\\"))
