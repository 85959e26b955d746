"""Subtitles, lists, markers and chapters move with their cut in their own form; what cannot is told with its reason."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from kinoeye.errors import DocumentError, SettingError, UseError
from kinoeye.export.carried import Carried, carry
from kinoeye.export.carried_cues import Carrier
from kinoeye.export.changes import Change, ChangeList, Cut, Side
from kinoeye.export.fates import Rules
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

Write = Callable[[str, str], Path]


def side(start: float, end: float, name: str) -> Side:
    return Side(round(start * SECOND), round(end * SECOND), name, 0)


def changes(rate: str = "25", start: int = 0, drops: bool = False) -> ChangeList:
    """0-4 stays, 4-6 is removed, 6-10 goes behind 10-14; then something new is put in; 14-16 is another take."""
    told = (
        Change("kept", side(0, 4, "a"), side(0, 4, "a")),
        Change("removed", side(4, 6, "b")),
        Change("kept", side(10, 14, "d"), side(4, 8, "d")),
        Change("moved", side(6, 10, "c"), side(8, 12, "c")),
        Change("inserted", None, side(12, 13, "x")),
        Change("replaced", side(14, 16, "e take 1"), side(13, 15, "e take 2")),
    )
    cuts = [Cut(name, Fraction(rate), start, drops, seconds * SECOND) for name, seconds in (("old", 16), ("new", 15))]
    return ChangeList(cuts[0], cuts[1], told)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return put


def moved(path: Path, **settings: object) -> tuple[str, Carried]:
    made = carry(path, Carrier(changes(**settings)))  # type: ignore[arg-type]
    return made.document.decode(), made


SRT = """1
00:00:01,000 --> 00:00:02,000
<i>stays</i>

2
00:00:04,500 --> 00:00:05,500
is removed

3
00:00:07,040 --> 00:00:08,000
moves

4
00:00:09,000 --> 00:00:11,000
is split

5
00:00:14,400 --> 00:00:15,000
another take

6
00:00:20,000 --> 00:00:21,000
outside
"""


def test_subrip_moves_is_split_and_counted_anew(write: Write) -> None:
    text, made = moved(write("a.srt", SRT))
    assert text.rstrip().split("\n\n") == [
        "1\n00:00:01,000 --> 00:00:02,000\n<i>stays</i>",
        "2\n00:00:04,000 --> 00:00:05,000\nis split",
        "3\n00:00:09,040 --> 00:00:10,000\nmoves",
        "4\n00:00:11,000 --> 00:00:12,000\nis split",
        "5\n00:00:13,400 --> 00:00:14,000\nanother take",
    ]
    assert [each.fate.verdict for each in made.items] == ["moved", "gone", "moved", "redo", "redo", "gone"]
    assert [reason.key for each in made.items for reason in each.fate.reasons] == [
        "removed", "split", "replaced", "outside",
    ]  # fmt: skip


def test_windows_line_ends_mark_and_encoding_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_bytes(b"\xef\xbb\xbf" + "1\r\n00:00:07,000 --> 00:00:08,000\r\nça va\r\n".encode())
    made = carry(path, Carrier(changes()))
    assert made.document == b"\xef\xbb\xbf" + "1\r\n00:00:09,000 --> 00:00:10,000\r\nça va\r\n".encode()
    path.write_bytes("1\n00:00:07,000 --> 00:00:08,000\nça va\n".encode("cp1252"))
    assert carry(path, Carrier(changes())).document.endswith("ça va\n".encode("cp1252"))


def test_what_overlaps_and_what_is_longer_than_the_cut_is_kept_as_far_as_it_is(write: Write) -> None:
    text, made = moved(write("a.srt", "1\n00:00:01,000 --> 00:00:03,000\none\n\n"
                                      "2\n00:00:02,000 --> 00:00:03,500\ntwo\n\n"
                                      "3\n00:00:00,000 --> 00:01:00,000\nlogo\n"))  # fmt: skip
    assert "00:00:02,000 --> 00:00:03,500\ntwo" in text
    assert made.items[2].fate.verdict == "redo"
    assert made.items[0].fate.verdict == made.items[1].fate.verdict == "moved"


def test_webvtt_keeps_settings_notes_styles_and_inner_times(write: Write) -> None:
    text, _ = moved(write("a.vtt", "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE by hand\n\nintro\n"
                                   "00:07.000 --> 00:09.000 align:start\nIt <00:08.000>sings\n\n"
                                   "NOTE second\n\n00:00:10.000 --> 00:00:11.000\nFirst now\n"))  # fmt: skip
    assert text == ("WEBVTT\n\nSTYLE\n::cue { color: red }\n\nNOTE by hand\n\n"
                    "NOTE second\n\n00:00:04.000 --> 00:00:05.000\nFirst now\n\n"
                    "intro\n00:00:09.000 --> 00:00:11.000 align:start\nIt <00:00:10.000>sings\n")  # fmt: skip


def test_ass_moves_dialogue_and_nothing_else(write: Write) -> None:
    head = "[Script Info]\nTitle: x\n\n[V4+ Styles]\nStyle: Default,Arial\n\n[Events]\n"
    form = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    text, made = moved(write("a.ass", head + form + "Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,{\\i1}one, two\n"
                             "Dialogue: 0,0:00:04.10,0:00:04.90,Default,,0,0,0,,gone\n"
                             "Dialogue: 0,0:00:10.00,0:00:11.00,Default,,0,0,0,,first\n"))  # fmt: skip
    assert text == (head + form + "Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,first\n"
                    "Dialogue: 0,0:00:09.00,0:00:10.00,Default,,0,0,0,,{\\i1}one, two\n")  # fmt: skip
    assert made.items[0].text == "one, two"


@pytest.mark.parametrize(
    ("root", "times", "wanted"),
    [
        ("", ('begin="00:00:07.000" end="00:00:08.000"',), 'begin="00:00:09.000" end="00:00:10.000"'),
        ("", ('begin="7s" dur="1s"',), 'begin="9s" dur="1s"'),
        ('ttp:frameRate="25"', ('begin="00:00:07:05" end="00:00:08:00"',), 'begin="00:00:09:05" end="00:00:10:00"'),
        ('ttp:tickRate="1000"', ('begin="7000t" end="8000t"',), 'begin="9000t" end="10000t"'),
        ('ttp:frameRate="25"', ('begin="175f" end="200f"',), 'begin="225f" end="250f"'),
    ],
)  # fmt: skip
def test_ttml_is_rewritten_in_its_own_form(write: Write, root: str, times: tuple[str], wanted: str) -> None:
    document = (f'<?xml version="1.0" encoding="UTF-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml" '
                f'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" {root}>\n<!-- stays -->\n<head/><body><div>\n'
                f'  <p xml:id="a" {times[0]}>It <span>moves</span><br/>on</p>\n</div></body></tt>\n')  # fmt: skip
    text, made = moved(write("a.ttml", document))
    assert text == document.replace(times[0], wanted)
    assert made.items[0].text == "It moves on"


def test_ttml_splits_removes_and_orders_cues_and_works_times_of_divisions_in(write: Write) -> None:
    document = ('<tt xmlns="http://www.w3.org/ns/ttml"><body><div begin="4s">\n'
                '<p xml:id="gone" begin="0.5s" end="1.5s">gone</p>\n<p xml:id="cut" begin="5s" end="7s">split</p>\n'
                '<p xml:id="last" begin="6s" end="7s">d</p>\n</div></body></tt>')  # fmt: skip
    text, _ = moved(write("a.xml", document))
    assert text == ('<tt xmlns="http://www.w3.org/ns/ttml"><body><div>\n'
                    '<p xml:id="cut-2" begin="4s" end="5s">split</p>\n'
                    '<p xml:id="last" begin="4s" end="5s">d</p>\n<p xml:id="cut" begin="11s" end="12s">split</p>\n'
                    '</div></body></tt>')  # fmt: skip


def test_a_list_moves_its_record_times_and_nothing_else(write: Write) -> None:
    text, made = moved(write("notes.csv", 'Note,Source In,Record In,Record Out,Duration\n"wind, here",10:00:00:00,'
                             "01:00:07:05,01:00:08:00,00:00:00:20\ngone,10:00:00:00,01:00:04:05,01:00:05:00,00:00:00:20\n"),
                       start=3600 * SECOND)  # fmt: skip
    assert text == ('Note,Source In,Record In,Record Out,Duration\n"wind, here",10:00:00:00,01:00:09:05,01:00:10:00,'
                    "00:00:00:20\n")  # fmt: skip
    assert [each.fate.verdict for each in made.items] == ["moved", "gone"]


def test_drop_frame_is_counted_as_its_cut_counts(write: Write) -> None:
    start = 107_892 * 1001 * SECOND // 30_000  # 01:00:00;00
    text, _ = moved(
        write("m.txt", "Kinoeye\t01:00:07;00\tV1\tred\tlook\t1\n"), rate="30000/1001", start=start, drops=True
    )
    assert text == "Kinoeye\t01:00:09;00\tV1\tred\tlook\t1\n"


def test_an_effect_follows_its_clip_and_says_what_its_handles_lack(write: Write) -> None:
    one = SECOND // 25
    told = (
        Change("lengthened", None, Side(0, 10 * one, "vfx")),
        Change("kept", Side(0, 50 * one, "vfx"), Side(10 * one, 60 * one, "vfx")),
        Change("retimed", Side(50 * one, 100 * one, "fast"), Side(60 * one, 85 * one, "fast")),
    )
    cuts = [Cut(name, Fraction(25), 0, False, count * one) for name, count in (("old", 100), ("new", 85))]
    path = write("vfx.csv", "VFX ID,In,Out,Handles\nA,00:00:00:00,00:00:02:00,8\nB,00:00:02:00,00:00:04:00,8\n")
    made = carry(path, Carrier(ChangeList(cuts[0], cuts[1], told)))
    assert made.document.decode() == (
        "VFX ID,In,Out,Handles\nA,00:00:00:00,00:00:02:10,8\nB,00:00:02:10,00:00:03:10,8\n"
    )
    assert [(r.key, r.pictures) for each in made.items for r in each.fate.reasons] == [
        ("handles_head", 2),
        ("retimed", 0),
    ]
    wide = carry(write("vfx.tsv", "VFX\tIn\tOut\nA\t00:00:00:00\t00:00:02:00\n"),
                 Carrier(ChangeList(cuts[0], cuts[1], told), Rules(handle=12)))  # fmt: skip
    assert [(each.fate.verdict, each.fate.reasons[0].key) for each in wide.items] == [("look", "longer")]


def test_chapters_markers_and_names_move(write: Write) -> None:
    text, made = moved(write("chapters.txt", "Film\n0:00 Begin\n0:04 Gone\n0:06 C\n0:10 D\n"))
    assert text == "Film\n0:00 Begin\n0:04 D\n0:08 C\n"
    assert made.items[1].fate.verdict == "gone"
    block = "[CHAPTER]\nTIMEBASE=1/25\nSTART={}\nEND={}\ntitle={}\n"
    text, _ = moved(
        write("a.ffmetadata", ";FFMETADATA1\n" + block.format(0, 150, "one") + block.format(150, 400, "two"))
    )
    assert text == ";FFMETADATA1\n" + block.format(0, 200, "one") + block.format(200, 375, "two")
    event = "001  001      V     C        {0} {1} {0} {1}\n note |C:ResolveColorRed |M:look |D:1\n"
    text, _ = moved(write("m.edl", "TITLE: x\n\n" + event.format("00:00:07:00", "00:00:07:01")))
    assert text == "TITLE: x\n\n" + event.format("00:00:09:00", "00:00:09:01")


@pytest.mark.parametrize(
    ("name", "text", "error", "match"),
    [
        ("a.srt", "", DocumentError, "got no text"),
        ("a.vtt", "WEBVTT\n\n", DocumentError, "must hold a cue with times"),
        ("a.csv", "a,b\n1,2\n", DocumentError, "must have a column of time codes of the cut"),
        ("a.csv", "In,x\n00:00:01:99,2\n", DocumentError, "row 1: timecode: frames must be below 25"),
        ("a.bin", "what", UseError, "a file to move must be subtitles"),
        ("a.ttml", "<tt xmlns='x'><body/></tt>", DocumentError, "must hold a cue with times"),
        ("a.ttml", "<tt xmlns='x'><body>", DocumentError, "must be well-formed"),
        ("a.ttml", "<!DOCTYPE a [<!ENTITY b 'c'>]><tt xmlns='x'/>", DocumentError, "DOCTYPE"),
    ],
)
def test_bad_files_are_refused(write: Write, name: str, text: str, error: type[Exception], match: str) -> None:
    with pytest.raises(error, match=match):
        carry(write(name, text), Carrier(changes()))


def test_rules_have_a_range() -> None:
    with pytest.raises(SettingError, match="handle must be 0 or more, got -1"):
        Rules(handle=-1)
