"""Pictures are cut with the separate sound that heard the same, and its words stand for the camera's."""

from fractions import Fraction

import pyarrow as pa
import pytest

from kinoeye.analyses.editing.coverage import COVERAGE
from kinoeye.analyses.editing.syncs import SYNCS
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.cut.by_script import by_script
from kinoeye.cut.partners import Partner, heard_by_partners, partners
from kinoeye.export import aaf, aaf_write, fcp7, fcp7_read, fcpxml, fcpxml_read, otio
from kinoeye.export.played import compare
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

CAMERA = {"asset": "c", "path": "c.mov", "kind": "video", "start": 0, "end": 20 * SECOND, "rate_num": 24,
          "rate_den": 1, "channels": 1, "is_variable_rate": False}  # fmt: skip
SOUND = {"asset": "s", "path": "s.wav", "kind": "sound", "start": 0, "end": 24 * SECOND, "channels": 1,
         "sound_rate_hz": 48_000, "tags": [("time_reference", str(36_000 * 48_000))]}  # fmt: skip
OFFSET, DRIFT = 3 * SECOND // 2, 50e-6
PAIR = {"asset": "c", "other": "s", "start": 0, "end": 20 * SECOND, "offset": OFFSET, "drift_ppm": 50.0, "score": 0.9}
TAKE = {"asset": "c", "take_order": 0, "start": 0, "end": 20 * SECOND, "action_start": 2 * SECOND, "number": "1",
        "setup": "", "take": "1", "scene": "x"}  # fmt: skip
PICTURE = SECOND // 24
ORDER = {"l1": 0, "l2": 1, "l3": 2}


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def said(asset, line, start, end, kept=1.0, **more):
    return {"asset": asset, "take_order": 0, "run": 0, "script": "p", "scene": "x", "line": line,
            "start": int(start * SECOND), "end": int(end * SECOND), "status": "covered", "kept": kept, "said": "x",
            "is_on_camera": None, "scale": ""} | more  # fmt: skip


@pytest.mark.parametrize("turned", [False, True])
def test_a_moment_is_found_on_both_clocks(turned):
    pair = PAIR
    if turned:
        drift = -DRIFT / (1 + DRIFT)
        pair = PAIR | {"asset": "s", "other": "c", "start": OFFSET, "offset": -OFFSET, "drift_ppm": drift * 1e6}
    partner = partners({"c": CAMERA, "s": SOUND}, filled(SYNCS, [pair]))["c"]
    assert partner.asset == "s"
    assert partner.heard(10 * SECOND) == pytest.approx(10 * SECOND * (1 + DRIFT) + OFFSET, abs=2)
    assert partner.seen(partner.heard(7 * SECOND)) == pytest.approx(7 * SECOND, abs=2)


def test_two_cameras_are_no_partners():
    assert partners({"c": CAMERA, "s": SOUND | {"kind": "video"}}, filled(SYNCS, [PAIR])) == {}
    assert partners({"c": CAMERA}, filled(SYNCS, [PAIR])) == {}
    assert partners({"c": CAMERA}, None) == {}


def heard(rows):
    known = {"c": Partner("s", 0, OFFSET, 0.0)}
    return heard_by_partners(rows, [TAKE], {"c": CAMERA, "s": SOUND}, known, ORDER)


def test_the_recorder_is_believed_and_what_only_the_camera_hears_stays():
    rows = heard([said("c", "l1", 3, 4, kept=0.5, scale="long"), said("s", "l1", 4.5, 5.5), said("c", "l2", 6, 7)])
    assert [(row["asset"], row["line"], row["kept"], row["scale"]) for row in rows] == [
        ("c", "l1", 1.0, "long"), ("c", "l2", 1.0, "")
    ]  # fmt: skip
    assert rows[0]["start"] == 3 * SECOND
    assert heard([said("c", "l1", 3, 4, kept=0.9), said("s", "l1", 4.5, 5.5, kept=0.4)])[0]["kept"] == 0.9


def test_another_line_at_the_same_time_is_misheard():
    assert [row["line"] for row in heard([said("c", "l3", 3, 4), said("s", "l1", 4.5, 6.5)])] == ["l1"]


def test_what_the_camera_does_not_see_stays_the_recorders():
    (row,) = heard([said("s", "l1", 21, 22.5)])
    assert row["asset"] == "s"


def test_runs_are_counted_anew():
    rows = heard([said("s", "l1", 4, 5), said("s", "l2", 6, 7), said("c", "l1", 8, 9), said("s", "l2", 12, 13)])
    assert [(row["line"], row["run"]) for row in rows] == [("l1", 0), ("l2", 0), ("l1", 1), ("l2", 1)]


def test_a_cut_has_the_recorders_sound_to_the_sample():
    line = {"asset": "p", "line": "l1", "scene": "x", "scene_order": 1, "kind": "dialogue", "who": "A", "text": "Hi."}
    tables = {
        "assets": filled(ASSETS, [CAMERA, SOUND]), "lines": filled(LINES, [line]), "takes": filled(TAKES, [TAKE]),
        "coverage": filled(COVERAGE, [said("c", "l1", 5, 6)]), "syncs": filled(SYNCS, [PAIR]),
    }  # fmt: skip
    timeline = by_script(tables).timeline
    (seen,), (sound,) = (timeline.of(kind)[0].items for kind in ("video", "audio"))
    assert (seen.name, sound.name) == ("c.mov", "s.wav")
    assert sound.duration == seen.duration
    assert sound.rate == 48_000
    middle = seen.start - seen.media.start + seen.duration // 2
    there = sound.start - sound.media.start + seen.duration // 2
    assert there == pytest.approx(middle * (1 + DRIFT) + OFFSET, abs=SECOND // 48_000)
    assert sound.media.start == 36_000 * SECOND
    assert Fraction(sound.start, SECOND // 48_000).denominator == 1


def test_editing_systems_get_the_recorders_sound():
    line = {"asset": "p", "line": "l1", "scene": "x", "scene_order": 1, "kind": "dialogue", "who": "A", "text": "Hi."}
    tables = {
        "assets": filled(ASSETS, [CAMERA, SOUND]), "lines": filled(LINES, [line]), "takes": filled(TAKES, [TAKE]),
        "coverage": filled(COVERAGE, [said("c", "l1", 5, 6)]), "syncs": filled(SYNCS, [PAIR]),
    }  # fmt: skip
    made = by_script(tables).timeline
    for write, read in ((otio.write, otio.read), (fcpxml.write, fcpxml_read.read)):
        assert compare(made, read(write(made))[0]).is_none
    wanted = made.of("audio")[0].items[0]
    for write, read in ((fcp7.write, fcp7_read.read), (aaf_write.write, aaf.read)):
        sound = read(write(made))[0].of("audio")[0].items[0]
        assert sound.name == "s.wav"
        assert (sound.start - sound.media.start) - (wanted.start - wanted.media.start) == pytest.approx(0, abs=PICTURE)


def test_where_the_recorder_was_not_running_the_camera_is_heard():
    line = {"asset": "p", "line": "l1", "scene": "x", "scene_order": 1, "kind": "dialogue", "who": "A", "text": "Hi."}
    tables = {
        "assets": filled(ASSETS, [CAMERA, SOUND | {"end": 7 * SECOND}]), "lines": filled(LINES, [line]),
        "takes": filled(TAKES, [TAKE]), "coverage": filled(COVERAGE, [said("c", "l1", 5, 6)]),
        "syncs": filled(SYNCS, [PAIR]),
    }  # fmt: skip
    assert by_script(tables).timeline.of("audio")[0].items[0].name == "c.mov"
