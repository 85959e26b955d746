"""Cameras of the same moment are angles: the cut goes to who speaks, time goes on, and the others lie above in step."""

from fractions import Fraction
from itertools import pairwise

import pyarrow as pa
import pytest

from kinoeye.analyses.editing.coverage import COVERAGE
from kinoeye.analyses.editing.syncs import SYNCS
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.footage.framing import FRAMING
from kinoeye.analyses.people.appearances import APPEARANCES
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES
from kinoeye.analyses.sound.words import WORDS
from kinoeye.cut.angles import angles
from kinoeye.cut.by_script import Wishes, by_script
from kinoeye.cut.partners import heard_by_partners, partners
from kinoeye.export.timeline import Clip
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND
from kinoeye.timecode import frame_to_flicks

PICTURE = frame_to_flicks(1, Fraction(24))
B_LATER, SOUND_EARLIER = 5 * SECOND // 2, 4 * SECOND  # camera B began 2.5 s after A, the recorder 4 s before it


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def camera(name, path, seconds=60):
    return {"asset": name, "path": path, "kind": "video", "start": 0, "end": seconds * SECOND, "rate_num": 24,
            "rate_den": 1, "channels": 1, "is_variable_rate": False, "tags": []}  # fmt: skip


ASSET_ROWS = [
    camera("a", "A001C001.mov"), camera("b", "B001C001.mov", 40),
    {"asset": "r", "path": "r.wav", "kind": "sound", "start": 0, "end": 70 * SECOND, "channels": 1,
     "sound_rate_hz": 48_000, "tags": []},
]  # fmt: skip
PAIRS = [
    {"asset": "a", "other": "r", "group": "g", "start": 0, "end": 60 * SECOND, "offset": SOUND_EARLIER,
     "drift_ppm": 0.0, "score": 0.9},
    {"asset": "b", "other": "r", "group": "g", "start": 0, "end": 40 * SECOND, "offset": SOUND_EARLIER + B_LATER,
     "drift_ppm": 0.0, "score": 0.9},
]  # fmt: skip
DIRECT = {"asset": "a", "other": "b", "group": "g", "start": 0, "end": 40 * SECOND, "offset": -B_LATER,
          "drift_ppm": 0.0, "score": 0.9}  # fmt: skip
WHO = ("ANNA", "BEN", "ANNA", "BEN")
SPOKEN = ((5, 7), (8, 10), (12, 14), (15, 17))  # seconds on camera A's clock


def row(asset, number, by, **more):
    start, end = (int(edge * SECOND) + by for edge in SPOKEN[number])
    return {"asset": asset, "take_order": 0, "run": 0, "script": "s", "scene": "x", "line": f"l{number}",
            "start": start, "end": end, "status": "covered", "kept": 1.0, "said": "x", "score": 0.9} | more  # fmt: skip


def tables(syncs=PAIRS, is_heard_alone=True):
    rows = [row("r", number, SOUND_EARLIER, is_on_camera=None, scale="") for number in range(4)]
    for name, by, star in (("a", 0, "ANNA"), ("b", -B_LATER, "BEN")):
        rows += [row(name, number, by, is_on_camera=who == star, scale="close-up", kept=0.9)
                 for number, who in enumerate(WHO)]  # fmt: skip
    if not is_heard_alone:
        rows = [each for each in rows if each["asset"] != "r"]
    takes = [{"asset": each["asset"], "take_order": 0, "start": 0, "end": each["end"], "action_start": SECOND,
              "number": "1", "setup": "", "take": "1", "roll": "", "scene": "x"} for each in ASSET_ROWS]  # fmt: skip
    lines = [{"asset": "s", "line": f"l{number}", "scene": "x", "scene_order": 1, "kind": "dialogue", "who": who,
              "text": f"Line {number}."} for number, who in enumerate(WHO)]  # fmt: skip
    words = [{"asset": each["asset"], "start": each["start"], "end": each["end"], "text": "x"} for each in rows]
    given = ((ASSETS, ASSET_ROWS), (SYNCS, syncs), (TAKES, takes), (LINES, lines), (COVERAGE, rows), (WORDS, words))
    return {table.name: filled(table, each) for table, each in given}


def assets():
    return {each["asset"]: each for each in ASSET_ROWS}


def clips(track):
    return [(time, item) for time, item in track.placed() if isinstance(item, Clip)]


@pytest.mark.parametrize("pairs", [PAIRS, [DIRECT]])
def test_a_moment_of_one_camera_on_the_clock_of_another(pairs):
    table = filled(SYNCS, pairs)
    found = angles(assets(), table, partners(assets(), table))
    assert found.of("a") == ("b",)
    assert found.of("r") == ()
    assert found.moved("a", "b", 10 * SECOND) == 10 * SECOND - B_LATER
    assert found.moved("b", "a", 10 * SECOND) == 10 * SECOND + B_LATER
    assert found.performance("a") == found.performance("b") == "a"
    assert found.common("b", 10 * SECOND) == 10 * SECOND + B_LATER


def test_takes_that_one_recorder_heard_after_each_other_are_no_angles():
    later = [PAIRS[0], PAIRS[1] | {"offset": SOUND_EARLIER + 64 * SECOND}]
    table = filled(SYNCS, later)
    found = angles(assets(), table, partners(assets(), table))
    assert found.of("a") == ()
    assert found.performance("a") == ""
    assert angles(assets(), None, {}).of("a") == ()


def test_a_recorder_speaks_for_every_camera_that_it_heard():
    known = partners(assets(), filled(SYNCS, PAIRS))
    given = tables()
    rows, takes = given["coverage"].to_pylist(), given["takes"].to_pylist()
    told = heard_by_partners(rows, takes, assets(), known, {f"l{number}": number for number in range(4)})
    assert sorted((each["asset"], each["line"], each["kept"]) for each in told) == [
        (name, f"l{number}", 1.0) for name in "ab" for number in range(4)
    ]


@pytest.mark.parametrize(("pairs", "alone"), [(PAIRS, True), ([DIRECT], False)])
def test_the_camera_is_on_who_speaks(pairs, alone):
    made = by_script(tables(pairs, alone), Wishes(handle=0.25))
    assert [piece.chosen[0].candidate.asset for piece in made.pieces] == ["a", "b", "a", "b"]
    assert [piece.is_angle for piece in made.pieces] == [False, True, True, True]
    assert all("another camera 0.10" in piece.chosen[0].why for piece in made.pieces[1:])


def test_time_goes_on_from_camera_to_camera():
    made = by_script(tables(), Wishes(handle=0.25))
    zero = {"a": 0, "b": B_LATER}
    spans = [(each.start + zero[each.chosen[0].candidate.asset], each.end + zero[each.chosen[0].candidate.asset])
             for each in made.pieces]  # fmt: skip
    for (_, end), (start, _) in pairwise(spans):
        assert abs(end - start) <= PICTURE // 2
    whole = sum(end - start for start, end in spans)
    assert abs(whole - (17.25 - 4.75) * SECOND) <= 2 * PICTURE  # the pauses of 1 and 2 seconds are in it
    heard = clips(made.timeline.of("audio")[0])
    assert {item.name for _, item in heard} == {"r.wav"}
    for (_, one), (_, other) in pairwise(heard):
        assert abs(one.start + one.duration - other.start) <= PICTURE


def test_the_other_camera_lies_above_in_step():
    made = by_script(tables(), Wishes(alternates=2))
    seen, *upper = made.timeline.of("video")
    assert len(upper) == 1
    for (time, one), (when, other) in zip(clips(seen), clips(upper[0]), strict=True):
        assert time == when
        assert one.duration == other.duration
        assert one.name != other.name
        assert not other.is_enabled
        ahead = one.start - other.start
        assert abs(abs(ahead) - B_LATER) <= PICTURE // 2


def test_without_a_reason_the_camera_stays():
    given = tables()
    rows = [each | {"is_on_camera": True} for each in given["coverage"].to_pylist()]
    made = by_script(given | {"coverage": filled(COVERAGE, rows)})
    assert len(made.pieces) == 1


def test_a_camera_that_stopped_is_not_cut_beyond_its_end():
    short = [each | {"end": 10 * SECOND + PICTURE} if each["asset"] == "a" else each for each in ASSET_ROWS]
    given = tables() | {"assets": filled(ASSETS, short)}
    rows = [each for each in given["coverage"].to_pylist() if each["asset"] != "a" or each["end"] <= 8 * SECOND]
    made = by_script(given | {"coverage": filled(COVERAGE, rows)}, Wishes(handle=0.0))
    assert made.pieces[0].chosen[0].candidate.asset == "a"
    assert all(piece.end <= 10 * SECOND + PICTURE for piece in made.pieces if piece.chosen[0].candidate.asset == "a")


def framed(groups):
    rows = [{"asset": asset, "shot": 0, "start": 0, "end": 40 * SECOND, "group": group, "scale": scale}
            for asset, (group, scale) in groups.items()]  # fmt: skip
    return {"framing": filled(FRAMING, rows)}


def unseen(given):
    rows = [each | {"is_on_camera": None, "scale": SCALES.get(each["asset"], "")}
            for each in given["coverage"].to_pylist()]  # fmt: skip
    return given | {"coverage": filled(COVERAGE, rows)}


SCALES = {"a": "long", "b": "close-up"}


def test_a_close_up_of_nobody_knows_whom_is_not_taken_for_who_speaks():
    given = unseen(tables()) | framed({"a": ("two", "long"), "b": ("single", "close-up")})
    assert {piece.chosen[0].candidate.asset for piece in by_script(given).pieces} == {"a"}


def test_a_face_that_is_known_tells_whose_close_up_it_is():
    given = unseen(tables()) | framed({"a": ("two", "long"), "b": ("single", "close-up")})
    faces = [{"asset": "b", "track": 0, "person": "p1"}, {"asset": "a", "track": 0, "person": "p1"},
             {"asset": "a", "track": 1, "person": "p2"}]  # fmt: skip
    named = [{"asset": "r", "speaker": 0, "character": "BEN", "person": "p1"}]
    more = {"appearances": filled(APPEARANCES, faces), "speaker_names": filled(SPEAKER_NAMES, named)}
    assert [piece.chosen[0].candidate.asset for piece in by_script(given | more).pieces] == ["a", "b", "a", "b"]
    unsure = [*named, {"asset": "r", "speaker": 1, "character": "ANNA", "person": "p1"}]
    more["speaker_names"] = filled(SPEAKER_NAMES, unsure)
    assert {piece.chosen[0].candidate.asset for piece in by_script(given | more).pieces} == {"a"}
