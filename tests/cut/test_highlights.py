"""What is loud, near and good is taken, apart from each other."""

from fractions import Fraction

import pyarrow as pa
import pytest

from kinoeye.analyses.footage.quality import QUALITY
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.sound.loudness import LOUDNESS
from kinoeye.cut.highlights import highlights
from kinoeye.errors import UseError
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

LENGTH = 8  # seconds of a shot


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def span(number):
    return {"asset": "a", "start": number * LENGTH * SECOND, "end": (number + 1) * LENGTH * SECOND, "shot": number}


def tables(count=30, loud=(), near=(), bad=(), titles=()):
    film = {"asset": "a", "path": "a.mov", "kind": "video", "start": 0, "end": count * LENGTH * SECOND}
    film |= {"rate_num": 25, "rate_den": 1, "channels": 1, "is_variable_rate": False}
    peaks = [
        {"asset": "a", "start": n * LENGTH * SECOND + 5 * SECOND, "end": n * LENGTH * SECOND + 6 * SECOND,
         "momentary_lufs": -8.0 if n in loud else -30.0} for n in range(count)
    ]  # fmt: skip
    return {
        "assets": filled(ASSETS, [film]),
        "shots": filled(SHOTS, [span(n) for n in range(count)]),
        "loudness": filled(LOUDNESS, peaks),
        "face_tracks": filled(FACE_TRACKS, [span(n) | {"w": 0.4} for n in near]),
        "quality": filled(QUALITY, [span(n) | {"rating": 0.1 if n in bad else 0.9} for n in range(count)]),
        "texts": filled(TEXTS, [span(n) | {"kind": "title"} for n in titles]),
    }


def numbers(made):
    return [moment.start // (LENGTH * SECOND) for moment in made.moments]


def test_what_stands_out_is_taken_in_running_order():
    made = highlights(tables(loud=(4, 20), near=(12, 20)), 18)
    assert numbers(made) == [4, 12, 20]
    assert "loud" in made.moments[0].why
    assert "faces" in made.moments[1].why
    assert not any("speech" in moment.why for moment in made.moments)  # nobody speaks
    assert made.timeline.duration == 18 * SECOND
    assert made.timeline.rate == Fraction(25)


def test_a_moment_is_around_its_loudest_part_within_its_shot():
    (moment,) = highlights(tables(loud=(4,)), 4).moments
    assert (moment.start, moment.end) == ((4 * LENGTH + 3) * SECOND, (4 * LENGTH + 7) * SECOND)


def test_neighbours_do_not_crowd_each_other():
    assert numbers(highlights(tables(loud=(4, 5), near=(4, 5, 18)), 12)) == [4, 18]


def test_bad_pictures_and_titles_are_left_out():
    made = highlights(tables(loud=(4, 10, 16), bad=(4,), titles=(10,)), 6)
    assert numbers(made) == [16]


def test_the_time_is_kept():
    for seconds in (3, 10, 30, 90):
        assert highlights(tables(loud=(4,)), seconds).timeline.duration <= seconds * SECOND


def test_nothing_known_but_shots_is_enough():
    given = {name: table for name, table in tables().items() if name in ("assets", "shots")}
    assert highlights(given, 12).timeline.duration > 0


@pytest.mark.parametrize("seconds", [1, 3601, float("nan")])
def test_seconds_are_checked(seconds):
    with pytest.raises(UseError, match=r"highlights must last 2\.\.3600 seconds"):
        highlights(tables(), seconds)


def test_no_film_is_refused():
    with pytest.raises(UseError, match="must have a film with shots, got none"):
        highlights(tables(), 10, assets=("b",))
