"""A cut follows the screenplay, exact to the picture, and keeps what it did not take."""

from fractions import Fraction

import pyarrow as pa
import pytest

from kinoeye.analyses.editing.coverage import COVERAGE
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.analyses.sound.words import WORDS
from kinoeye.cut.by_script import Wishes, by_script
from kinoeye.errors import UseError
from kinoeye.export import edl, edl_read, fcp7, fcp7_read, fcpxml, fcpxml_read, otio
from kinoeye.export.played import compare
from kinoeye.export.timeline import Clip, Gap
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND
from kinoeye.timecode import frame_to_flicks

RATE = Fraction(24000, 1001)
PICTURE = frame_to_flicks(1, RATE)


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def asset(name, **more):
    return {"asset": name, "path": f"{name}.mov", "kind": "video", "start": 0, "end": 1440 * PICTURE, "rate_num": 24000,
            "rate_den": 1001, "channels": 1, "width": 640, "height": 360, "is_variable_rate": False} | more  # fmt: skip


def take(name, setup, number, **more):
    return {"asset": name, "take_order": 0, "start": 0, "end": 1440 * PICTURE, "action_start": SECOND, "number": "1",
            "setup": setup, "take": number, "roll": "", "scene": "x"} | more  # fmt: skip


def line(number, who="ANNA"):
    return {"asset": "s", "line": f"l{number}", "scene": "x", "scene_order": 1, "kind": "dialogue", "who": who,
            "text": f"Line {number}."}  # fmt: skip


def covered(name, number, start, end, status="covered", kept=1.0, run=0):
    times = {"start": int(start * SECOND), "end": int(end * SECOND)}
    names = {"asset": name, "take_order": 0, "run": run, "script": "s", "scene": "x", "line": f"l{number}"}
    return times | names | {"status": status, "kept": kept, "score": 0.9}


def word(name, start, end):
    return {"asset": name, "start": int(start * SECOND), "end": int(end * SECOND), "text": "x"}


def tables(coverage, count=4, assets=None, takes=None):
    words = [word(row["asset"], row["start"] / SECOND, row["end"] / SECOND) for row in coverage]
    return {
        "assets": filled(ASSETS, assets or [asset("a"), asset("b")]),
        "lines": filled(LINES, [line(number + 1) for number in range(count)]),
        "takes": filled(TAKES, takes or [take("a", "", "1"), take("b", "A", "1")]),
        "coverage": filled(COVERAGE, coverage),
        "words": filled(WORDS, words),
    }


A = [covered("a", 1, 2, 4), covered("a", 2, 5, 7), covered("a", 3, 8, 10, "partial", 0.2), covered("a", 4, 11, 13)]
B = [covered("b", 2, 16, 18, "changed", 0.5), covered("b", 3, 19, 21)]


def test_lines_come_from_the_take_that_has_them_best():
    made = by_script(tables([*A, *B]))
    assert [[each["line"] for each in piece.lines] for piece in made.pieces] == [["l1", "l2"], ["l3"], ["l4"]]
    assert [piece.chosen[0].candidate.asset for piece in made.pieces] == ["a", "b", "a"]
    assert made.missing == ()


def test_pieces_lie_on_whole_pictures_and_hold_what_is_said():
    made = by_script(tables([*A, *B]))
    for piece in made.pieces:
        first, last = piece.chosen[0].candidate, piece.chosen[-1].candidate
        assert piece.start <= first.start
        assert piece.end >= last.end
        for edge in (piece.start, piece.end):
            assert any(
                abs(edge - frame_to_flicks(n, RATE)) < 1 for n in range(edge // PICTURE - 1, edge // PICTURE + 3)
            )
    assert made.timeline.rate == RATE
    assert made.timeline.of("video")[0].duration == made.timeline.of("audio")[0].duration


def test_air_stops_where_something_else_is_said():
    piece = by_script(tables([*A, *B]), Wishes(handle=2.0)).pieces[1]  # a word ends 1 s before it
    assert piece.start == pytest.approx(18.5 * SECOND, abs=PICTURE)
    tight = by_script(tables([*A, *B]), Wishes(handle=0.0)).pieces[1]
    assert tight.start == pytest.approx(19 * SECOND, abs=PICTURE)
    assert tight.end == pytest.approx(21 * SECOND, abs=PICTURE)


def test_other_takes_lie_above_switched_off():
    every = [covered("b", number, 10 + 3 * number, 12 + 3 * number, "changed", 0.4) for number in (1, 2, 4)]
    upper = by_script(tables([*A, *every, B[1]])).timeline.of("video")[1:]
    assert len(upper) == 1
    assert upper[0].duration == by_script(tables([*A, *every, B[1]])).timeline.duration
    clips = [item for item in upper[0].items if isinstance(item, Clip)]
    assert [clip.is_enabled for clip in clips] == [False] * len(clips)
    assert [clip.name for clip in clips] == ["b.mov", "a.mov", "b.mov"]
    assert not by_script(tables([*A, *every, B[1]]), Wishes(alternates=0)).timeline.of("video")[1:]


def test_pictures_may_come_after_their_sound():
    made = by_script(tables([*A, *B]), Wishes(split=0.5))
    seen, heard = made.timeline.of("video")[0], made.timeline.of("audio")[0]
    assert seen.duration == heard.duration
    late = [one - other for (one, _), (other, _) in zip(seen.placed(), heard.placed(), strict=True)]
    assert late[0] == 0
    assert all(each == frame_to_flicks(11, RATE) for each in late[1:])  # 0.5 s are 11 whole pictures
    for one, other in zip(seen.items, heard.items, strict=True):
        assert (one.start - one.media.start) - (other.start - other.media.start) in (0, late[1])


@pytest.mark.parametrize("split", [4.0, -4.0])
def test_no_picture_goes_beyond_its_take(split):
    """The boards stand until 1.5 s, a's take ends at 13.5 s, and pictures have but half of a neighbour's piece."""
    shot = [take(name, setup, "1", action_start=SECOND * 3 // 2, end=int(13.5 * SECOND)) for name, setup in (("a", ""),
            ("b", "A"))]  # fmt: skip
    near = [covered("b", 2, 2, 3), covered("b", 3, 11, 13.2)]
    made = by_script(
        tables([covered("a", 1, 2, 4), *near, covered("a", 4, 11.5, 13.4)], takes=shot), Wishes(split=split)
    )
    seen, heard = made.timeline.of("video")[0], made.timeline.of("audio")[0]
    assert sum(item.duration for item in seen.items) == sum(item.duration for item in heard.items)
    for clip in seen.items:
        assert clip.start - clip.media.start >= SECOND * 3 // 2 - PICTURE
        assert clip.start - clip.media.start + clip.duration <= 13.5 * SECOND + PICTURE
    moved = [one - other for (one, _), (other, _) in zip(seen.placed(), heard.placed(), strict=True)][1:]
    assert any(moved)
    assert all(each * split >= 0 for each in moved)


def test_what_no_take_has_is_marked():
    made = by_script(tables([each for each in A if each["line"] != "l2"]))
    assert [each["line"] for each in made.missing] == ["l2"]
    (marker,) = made.timeline.markers
    assert marker.name == "Missing: ANNA: Line 2."
    assert marker.colour == "red"
    assert 0 < marker.time < made.timeline.duration


def test_every_line_is_marked_with_its_reason():
    clips = [item for item in by_script(tables([*A, *B])).timeline.of("video")[0].items if isinstance(item, Clip)]
    assert [marker.name for clip in clips for marker in clip.markers] == [f"ANNA: Line {n}." for n in (1, 2, 3, 4)]
    assert all(clip.start <= marker.time < clip.start + clip.duration for clip in clips for marker in clip.markers)


@pytest.mark.parametrize(
    ("write", "read"), [(otio.write, otio.read), (fcpxml.write, fcpxml_read.read), (fcp7.write, fcp7_read.read)]
)
def test_editing_systems_get_the_same_cut(write, read):
    made = by_script(tables([*A, *B]), Wishes(split=0.2)).timeline
    (back,) = read(write(made))
    assert compare(made, back).is_none


def test_an_edl_holds_one_track():
    made = by_script(tables([*A, *B]), Wishes(alternates=0)).timeline
    (back,) = edl_read.read(edl.write(made), rate=RATE)
    assert compare(made, back).is_none


def test_sound_alone_is_cut_too():
    sounds = [asset(name, kind="sound", rate_num=None, rate_den=None) for name in "ab"]
    made = by_script(tables([*A, *B], assets=sounds))
    assert made.timeline.rate == 25
    assert all(isinstance(item, Gap) for item in made.timeline.of("video")[0].items)
    assert made.timeline.of("audio")[0].duration > 0


def test_only_some_scenes():
    with pytest.raises(UseError, match="must have takes in which the screenplay's lines are said"):
        by_script(tables([*A, *B]), Wishes(scenes=(2,)))


def test_nothing_shot_is_said():
    with pytest.raises(UseError, match="must have takes in which the screenplay's lines are said, got none"):
        by_script(tables([]))


@pytest.mark.parametrize("wish", [{"handle": -1}, {"split": 6}, {"split": -6}, {"alternates": 9}])
def test_wishes_are_checked(wish):
    with pytest.raises(UseError, match=f"cut: {next(iter(wish))} must lie in "):
        by_script(tables([*A, *B]), Wishes(**wish))
