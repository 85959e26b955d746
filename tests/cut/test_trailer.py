"""A trailer tells the story's beats, gets faster, keeps the end to itself, and has black and music."""

import pyarrow as pa
import pytest

from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.words import WORDS
from kinoeye.cut.story import MEETING, QUESTION, beats
from kinoeye.cut.trailer import trailer
from kinoeye.errors import UseError
from kinoeye.export.timeline import Clip, Gap
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

EACH, COUNT = 5, 40  # seconds of a line, and lines
SPOKEN = [
    "Hello brother, the harbour burns", "Nobody saw the lantern", "Will you ever forgive what father did", "Perhaps",
]  # fmt: skip


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def text(number):
    if number == 9:
        return "Where is the silver key that opens grandmother's tower?"
    return f"{SPOKEN[number % 4]} word{chr(97 + number % 26)}{chr(97 + number // 26)}."


def tables(with_story=True, music=None):
    film = {"asset": "a", "path": "a.mov", "kind": "video", "start": 0, "end": COUNT * EACH * SECOND}
    film |= {"rate_num": 25, "rate_den": 1, "channels": 1, "is_variable_rate": False}
    rows = [film]
    if music:
        rows.append({"asset": "m", "path": "m.wav", "kind": "sound", "start": 0, "end": music * SECOND,
                     "sound_rate_hz": 48000, "channels": 2})  # fmt: skip
    spans = [
        {"asset": "a", "start": n * EACH * SECOND, "end": (n + 1) * EACH * SECOND, "shot": n} for n in range(COUNT)
    ]
    given = {"assets": filled(ASSETS, rows), "shots": filled(SHOTS, spans)}
    if with_story:
        script = [
            {
                "asset": "s",
                "line": f"l{n}",
                "scene": f"c{n // 10}",
                "kind": "dialogue",
                "who": "AB"[n % 2],
                "text": text(n),
            }
            for n in range(COUNT)
        ]
        words = [
            {"asset": "a", "start": int((n * EACH + 1 + 0.3 * k) * SECOND), "text": word, "score": 0.9,
             "language": "en", "end": int((n * EACH + 1.25 + 0.3 * k) * SECOND)}
            for n in range(COUNT) for k, word in enumerate(text(n).lower().replace(",", "").strip(".?").split())
        ]  # fmt: skip
        given |= {"lines": filled(LINES, script), "words": filled(WORDS, words)}
    if music:
        given["sounds"] = filled(SOUNDS, [{"asset": "m", "start": 0, "end": music * SECOND, "kind": "music"}])
    return given


def whys(made):
    return "; ".join(moment.why for moment in made.moments)


def test_beats_are_turns_the_meeting_and_the_question():
    found = dict(beats(tables()["lines"].to_pylist()))
    assert found[QUESTION] == 9
    assert found[MEETING] == 1
    assert len(found) == 7


def test_the_story_is_told_in_order_and_its_lines_are_whole():
    made = trailer(tables(), 40)
    assert "opportunity" in whys(made)
    assert "the question" in whys(made)
    starts = [moment.start for moment in made.moments]
    assert starts == sorted(starts)
    (asked,) = [moment for moment in made.moments if "silver key" in moment.why]
    assert asked.start <= (9 * EACH + 1) * SECOND
    assert asked.end >= (9 * EACH + 1.25 + 0.3 * 8) * SECOND


def test_what_several_takes_have_is_shown_once():
    twice = tables()
    other = twice["assets"].to_pylist()[0] | {"asset": "b", "path": "b.mov"}
    twice["assets"] = filled(ASSETS, [*twice["assets"].to_pylist(), other])
    for name, table in (("shots", SHOTS), ("words", WORDS)):
        rows = twice[name].to_pylist()
        twice[name] = filled(table, [*rows, *(row | {"asset": "b"} for row in rows)])
    told = whys(trailer(twice, 90))
    assert [told.count(name) for name in ("opportunity", "first meeting", "the question")] == [1, 1, 1]


def test_the_end_stays_in_the_cinema_unless_it_is_asked_for():
    length = COUNT * EACH * SECOND
    kept, told = trailer(tables(), 60), trailer(tables(), 60, has_spoilers=True)
    assert max(moment.end for moment in kept.moments) <= length * 2 // 3
    assert "climax" not in whys(kept)
    assert "climax" in whys(told)
    assert max(moment.end for moment in told.moments) > length * 2 // 3


def test_pieces_without_a_line_get_shorter():
    made = trailer(tables(with_story=False), 40)
    lengths = [moment.end - moment.start for moment in made.moments]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > lengths[-1]


def test_black_stands_behind_the_opening_and_at_the_end():
    for kind in ("video", "audio"):
        track = trailer(tables(), 40).timeline.of(kind)[0]
        gaps = [n for n, item in enumerate(track.items) if isinstance(item, Gap)]
        assert gaps == [2, len(track.items) - 1]
    seen = trailer(tables(), 40).timeline.of("video")[0]
    assert [seen.items[n].markers[0].name for n in (2, -1)] == ["Title card"] * 2
    assert not any(isinstance(item, Gap) for item in trailer(tables(), 8).timeline.of("video")[0].items)


@pytest.mark.parametrize("seconds", [3, 10, 30, 90])
def test_the_time_is_kept(seconds):
    assert trailer(tables(), seconds).timeline.duration <= (seconds + 0.05) * SECOND


@pytest.mark.parametrize("long", [10, 300])
def test_music_lies_under_all_of_it_as_far_as_it_goes(long):
    timeline = trailer(tables(music=long), 40).timeline
    (music,) = [track for track in timeline.of("audio") if track.name == "Music"]
    assert isinstance(music.items[0], Clip)
    assert music.items[0].duration == min(long * SECOND, timeline.of("video")[0].duration)
    assert sum(item.duration for item in music.items) == timeline.of("video")[0].duration
    assert len(trailer(tables(), 40).timeline.of("audio")) == 1


def test_takes_are_raw_material_where_a_film_is_there():
    both = tables()
    raw = {"asset": "r", "path": "0 raw.mov", "kind": "video", "start": 0, "end": 90 * SECOND, "rate_num": 25,
           "rate_den": 1, "channels": 1, "is_variable_rate": False}  # fmt: skip
    both["assets"] = filled(ASSETS, [raw, *both["assets"].to_pylist()])
    both["shots"] = filled(
        SHOTS,
        [{"asset": "r", "start": n * 9 * SECOND, "end": (n + 1) * 9 * SECOND, "shot": n} for n in range(10)]
        + both["shots"].to_pylist(),
    )
    for take, film in (("r", "a"), ("a", "r")):
        both["takes"] = pa.table({"asset": pa.array([take])})
        assert {moment.asset for moment in trailer(both, 40).moments} == {film}
    assert {moment.asset for moment in trailer(both, 40, assets=("r",)).moments} == {"r"}


@pytest.mark.parametrize("seconds", [1, 3601, float("nan")])
def test_seconds_are_checked(seconds):
    with pytest.raises(UseError, match=r"a trailer must last 2\.\.3600 seconds"):
        trailer(tables(), seconds)


def test_no_film_is_refused():
    with pytest.raises(UseError, match="must have a film with shots, got none"):
        trailer(tables(), 10, assets=("b",))
