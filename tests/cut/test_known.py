"""What is known of a recording is known of a cut of it, where the cut has it, to the flick."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.editing.syncs import SYNCS
from kinoeye.analyses.footage.framing import FRAMING
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.analyses.sound.words import WORDS
from kinoeye.cut.known import cut_at, known_of
from kinoeye.errors import UseError
from kinoeye.export import edl, fcpxml, otio
from kinoeye.export.formats import read
from kinoeye.export.listings import KINDS, listings
from kinoeye.export.timeline import Clip, Gap, Media, Timeline, Track, Transition
from kinoeye.media.assets import ASSETS
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND
from kinoeye.timecode import Timecode, frame_to_flicks

RATE = Fraction(30000, 1001)
ONE = frame_to_flicks(1, RATE)
ZERO = 7  # the recordings' own clocks begin a little late
LAST = ZERO + 3000 * ONE
CODE = Timecode.parse("10:00:00;00", RATE).flicks()
BY_NAME = {kind.name: kind for kind in KINDS}


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def recording(name, kind="video", **more):
    about = {"asset": name, "path": f"day/{name}.mov", "paths": [f"day/{name}.mov"], "kind": kind, "start": ZERO,
             "end": ZERO + 3000 * ONE, "rate_num": 30000, "rate_den": 1001, "timecode": "10:00:00;00", "channels": 2,
             "tags": []}  # fmt: skip
    return about | more


def word(asset, text, picture, length=10):
    return {"asset": asset, "start": ZERO + picture * ONE, "end": ZERO + (picture + length) * ONE, "text": text,
            "written": text, "language": "en", "score": 0.9, "is_in_text": True}  # fmt: skip


def tables(**more):
    shots = [{"asset": name, "shot": number, "start": ZERO + first * ONE, "end": ZERO + end * ONE,
              "transition": "cut" if number else "start"}
             for name, spans in (("a", ((0, 500), (500, 3000))), ("b", ((0, 3000),)))
             for number, (first, end) in enumerate(spans)]  # fmt: skip
    given = {
        "assets": (ASSETS, [recording("a"), recording("b")]),
        "words": (WORDS, [word("a", "one", 100), word("a", "two", 200), word("a", "six", 600), word("b", "red", 50)]),
        "speakers": (SPEAKERS, [{"asset": name, "speaker": 0, "start": ZERO, "end": LAST} for name in "ab"]),
        "speaker_names": (SPEAKER_NAMES, [{"asset": "a", "speaker": 0, "character": "ANNA"},
                                          {"asset": "b", "speaker": 0, "character": "BEN"}]),
        "shots": (SHOTS, shots),
        "framing": (FRAMING, [row | {"scale": f"size {row['asset']}{row['shot']}"} for row in shots]),
        "texts": (TEXTS, [{"asset": "a", "start": ZERO + 90 * ONE, "end": ZERO + 120 * ONE, "kind": "sign",
                           "text": "EXIT", "x": 0.1, "y": 0.1}]),
    } | more  # fmt: skip
    return {name: filled(table, rows) for name, (table, rows) in given.items()}


def clip(name, first, length, speed="1", **more):
    media = Media(f"{name}.mov", f"/elsewhere/day/{name}.mov", rate=RATE, start=CODE, duration=3000 * ONE,
                  is_drop_frame=True, has_sound=True)  # fmt: skip
    return Clip(media.name, CODE + first * ONE, length * ONE, media, speed=Fraction(speed), **more)


def timeline(*items, sound=None, more=()):
    tracks = [Track("video", items), *(Track("audio", each) for each in ((items if sound is None else sound), *more))]
    start = Timecode.parse("01:00:00;00", RATE)
    return Timeline("cut", RATE, tuple(each for each in tracks if each.items), start.flicks(), is_drop_frame=True)


@pytest.fixture
def told(tmp_path):
    def made(cut, **more):
        path = tmp_path / "out" / "cut.otio"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(otio.write(cut))
        return known_of(cut, path, tables(**more), tmp_path)

    return made


def rows(known, name):
    return [row for row in known.tables[name].to_pylist() if row["asset"] == known.asset]


def said(known):
    return [(row["text"], row["start"] / ONE, row["end"] / ONE) for row in rows(known, "words")]


def test_words_lie_where_the_clips_have_them_and_handles_do_not_count(told):
    known = told(timeline(clip("b", 0, 80), clip("a", 95, 40), clip("a", 150, 30)))
    assert said(known) == [("red", 50, 60), ("one", 85, 95)]
    assert known.notes == ()


def test_a_word_of_which_less_than_half_is_left_is_none(told):
    assert said(told(timeline(clip("a", 104, 50)))) == [("one", 0, 6)]
    assert said(told(timeline(clip("a", 106, 50)))) == []


def test_shots_are_the_clips_and_where_a_recording_is_cut_itself(told):
    known = told(timeline(clip("b", 0, 80), clip("a", 400, 300)))
    shots = rows(known, "shots")
    assert [(row["first_frame"], row["end_frame"]) for row in shots] == [(0, 80), (80, 180), (180, 380)]
    assert [row["transition"] for row in shots] == ["start", "cut", "cut"]
    assert [row["scale"] for row in rows(known, "framing")] == ["size b0", "size a0", "size a1"]
    assert [row["shot"] for row in rows(known, "framing")] == [0, 1, 2]


def test_a_border_that_was_found_a_picture_beside_the_cut_makes_no_shot(told):
    assert len(rows(told(timeline(clip("a", 499, 100))), "shots")) == 1
    assert len(rows(told(timeline(clip("a", 300, 201))), "shots")) == 1


def test_a_dissolve_is_told(told):
    half = 6 * ONE
    known = told(timeline(clip("b", 0, 80), Transition("dissolve", half, half), clip("a", 95, 40), sound=()))
    assert [(row["transition"], row["transition_start"]) for row in rows(known, "shots")][1] == ("dissolve", 74 * ONE)


def test_texts_are_seen_as_long_as_the_clip(told):
    (text,) = rows(told(timeline(clip("a", 100, 10))), "texts")
    assert (text["start"], text["end"]) == (0, 10 * ONE)


def test_speed_is_kept(told):
    known = told(timeline(clip("a", 50, 100, "2")))
    assert said(known) == [("one", 25, 30), ("two", 75, 80)]
    assert [row["start"] / ONE for row in rows(known, "texts")] == [20]


@pytest.mark.parametrize(("speed", "shown"), [("-1", "-1"), ("0", "0")])
def test_what_runs_backwards_or_stands_says_nothing_and_is_noted(told, speed, shown):
    known = told(timeline(clip("a", 130, 40, speed), clip("b", 45, 20)))
    assert [text for text, _, _ in said(known)] == ["red"]
    assert known.notes == (f"day/a.mov runs at {shown} times its speed at 01:00:00;00: no words are listed there.",)


def test_a_picture_that_stands_shows_what_it_stands_on(told):
    assert len(rows(told(timeline(clip("a", 100, 40, "0"))), "texts")) == 1
    assert rows(told(timeline(clip("a", 300, 40, "0"))), "texts") == []


def test_voices_of_two_recordings_are_two(told):
    known = told(timeline(clip("b", 0, 80), clip("a", 95, 40)))
    assert [row["speaker"] for row in rows(known, "speakers")] == [0, 1]
    assert {row["speaker"]: row["character"] for row in rows(known, "speaker_names")} == {0: "BEN", 1: "ANNA"}


def test_two_tracks_of_the_same_sound_are_one(told):
    items = (clip("a", 95, 40),)
    assert said(told(timeline(*items, more=(items,)))) == [("one", 5, 15)]


def test_every_track_is_heard_but_not_twice_what_heard_the_same_moment(told):
    scratch = (Gap(5 * ONE), clip("b", 50, 30))
    assert [text for text, _, _ in said(told(timeline(clip("a", 95, 40), more=(scratch,))))] == ["one", "red"]
    pair = [{"asset": "a", "other": "b", "group": "g", "start": 0, "end": SECOND, "offset": 0}]
    known = told(timeline(clip("a", 95, 40), more=(scratch,)), syncs=(SYNCS, pair))
    assert [text for text, _, _ in said(known)] == ["one"]


def test_without_sound_the_pictures_own_is_taken_and_said(told):
    known = told(timeline(clip("a", 95, 40), sound=()))
    assert said(known) == [("one", 5, 15)]
    assert known.notes == ("The timeline has no sound of its own: what its pictures' files have is taken for it.",)


def test_what_is_switched_off_or_of_another_production_is_not_known(told):
    off = clip("a", 95, 40, is_enabled=False)
    other = Clip("x", 0, 40 * ONE, Media("x.mov", "/x/x.mov", rate=RATE, duration=99 * ONE))
    known = told(timeline(off, clip("b", 45, 20), other))
    assert [text for text, _, _ in said(known)] == ["red"]
    assert known.notes == ("/x/x.mov is no recording of this production: nothing of it is listed.",)
    assert [(row["first_frame"], row["end_frame"]) for row in rows(known, "shots")] == [(40, 60), (60, 100)]
    with pytest.raises(UseError, match=r"cut\.otio must be cut of this production's recordings, got none of them"):
        told(timeline(other))


def test_a_clip_beyond_its_file_is_noted(told):
    known = told(timeline(clip("b", 45, 20), clip("a", 5000, 40)))
    assert known.notes == ("day/a.mov does not reach as far as the timeline says: nothing of it is listed there.",)


def test_two_files_of_one_name_are_told_apart_by_their_folders(told):
    rows_of = [recording("a"), recording("b"), recording("c", path="night/a.mov", paths=["night/a.mov"])]
    assert said(told(timeline(clip("a", 95, 40)), assets=(ASSETS, rows_of))) == [("one", 5, 15)]


@pytest.mark.parametrize("form", [otio, edl, fcpxml])
def test_every_form_of_a_cut_gives_the_same_list(told, tmp_path, form):
    cut = timeline(clip("b", 0, 80), clip("a", 95, 40))
    path = tmp_path / f"again.{form.__name__.rpartition('.')[2]}"
    path.write_bytes(form.write(cut))
    (found,) = read(path)
    again = known_of(found, path, tables(), tmp_path)
    assert said(again) == said(told(cut))
    assert [row["first_frame"] for row in rows(again, "shots")] == [0, 80]


def test_a_list_counts_in_the_cuts_own_time_code(told):
    known = told(timeline(clip("b", 0, 1790), clip("a", 95, 40)))
    none = known.stills(lambda _: None)
    (made,) = listings(BY_NAME["dialogue-list"], known.tables, none, title="F", language="en")
    told_rows = [(each.cells["speaker"], each.cells["time_in"]) for each in made.entries]
    assert told_rows == [("BEN", "01:00:01;20"), ("ANNA", "01:00:59;25")]
    (shots,) = listings(BY_NAME["shot-list"], known.tables, none, title="F", language="en")
    assert [each.cells["time_out"] for each in shots.entries] == ["01:00:59;20", "01:01:01;02"]
    for kind in ("continuity", "as-broadcast"):
        assert listings(BY_NAME[kind], known.tables, none, title="F", language="zh")[0].entries


def test_stills_are_those_of_its_recordings(told):
    frames = np.arange(0, 3000, 15)
    stills = Stills([b"%d" % each for each in frames], frames, ZERO + frames * ONE)
    known = told(timeline(clip("b", 0, 80), clip("a", 95, 40)))
    made = known.stills(lambda _: stills)(known.asset)
    assert made is not None
    assert list(made.frames) == [0, 15, 30, 45, 60, 75, 90, 105]
    assert made.jpegs[6:] == [b"105", b"120"]
    assert known.stills(lambda _: None)(known.asset) is None


def test_a_cut_is_named_by_path_or_version(tmp_path: Path):
    kept = tmp_path / "out" / "cuts"
    kept.mkdir(parents=True)
    for name in ("My cut 001.edl", "My cut 001.otio", "My cut 002.edl", "Other 001.otio"):
        (kept / name).write_bytes(b"x")
    assert cut_at("My cut", tmp_path, kept).name == "My cut 002.edl"
    assert cut_at("My cut 001", tmp_path, kept).name == "My cut 001.otio"
    assert cut_at("out/cuts/My cut 001.edl", tmp_path, kept).name == "My cut 001.edl"
    assert cut_at(kept / "Other 001.otio", tmp_path / "x", kept).name == "Other 001.otio"
    with pytest.raises(UseError, match="one of My cut 001, My cut 002, Other 001, got Third"):
        cut_at("Third", tmp_path, kept)
    with pytest.raises(UseError, match="one of those kept, got Third"):
        cut_at("Third", tmp_path, tmp_path / "nowhere")
