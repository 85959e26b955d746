"""Lips: the face whose mouth moves with the sound, in every turn at which it is seen."""

import numpy as np
import pytest

from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.faces import FACES
from kinoeye.analyses.sound.lips import LIPS, lips
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.errors import SettingError
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

RATE = 10  # pictures a second
COUNT = 60
START = 7 * SECOND


def beat():
    """A second loud, a second soft: 0 or 1 for each picture."""
    return (np.arange(COUNT) // RATE) % 2


def sound():
    wave = 9000 * np.sin(np.arange(COUNT * 16_000 // RATE) / 4) * (0.05 + 0.95 * np.repeat(beat(), 16_000 // RATE))
    return Sound(wave.astype(np.int16), START)


def mesh(gap):
    points = np.zeros((478, 3), np.float32)
    points[152, 1], points[13, 1], points[14, 1] = 0.4, 0.3, 0.3 + gap
    return points.ravel().tolist()


def material(*gaps, **more):
    """Faces and tracks, a row of openings a track."""
    faces, tracks = [], []
    for track, row in enumerate(gaps):
        numbers = []
        for at, gap in enumerate(row):
            numbers.append(len(faces))
            faces.append({"face": len(faces), "time": START + at * SECOND // RATE, "aspect": 1.0, "yaw": 0.0,
                          "mesh": mesh(gap) if gap is not None else None} | more)  # fmt: skip
        end = START + len(row) * SECOND // RATE
        tracks.append({"track": track, "start": START, "end": end, "faces": numbers, "is_still": False})
    return FACES.from_rows(faces), FACE_TRACKS.from_rows(tracks)


def turns(*given):
    rows = [{"start": START + int(a * SECOND), "end": START + int(b * SECOND), "speaker": who} for a, b, who in given]
    return SPEAKERS.from_rows(rows)


NOISE = np.random.default_rng(3).normal(0, 0.0005, COUNT)
WITH, AGAINST, STILL = 0.03 * beat() + NOISE, 0.03 - 0.03 * beat() + NOISE, 0.005 + NOISE


def test_the_mouth_that_moves_with_the_sound_speaks():
    rows = lips(sound(), turns((0, 6, 2)), *material(WITH, AGAINST, STILL)).to_pylist()
    assert [row["track"] for row in rows] == [0, 1, 2]
    assert rows[0]["evidence"] > 0 > max(rows[1]["evidence"], rows[2]["evidence"])
    assert all(
        (row["speaker"], row["start"], row["end"], row["pictures"]) == (2, START, START + 6 * SECOND, 60)
        for row in rows
    )


def test_each_turn_is_looked_at_for_itself_and_a_short_one_is_left_out():
    rows = lips(sound(), turns((0, 3, 0), (3, 6, 1), (6, 6.5, 0)), *material(WITH)).to_pylist()
    assert [(row["speaker"], row["pictures"]) for row in rows] == [(0, 30), (1, 30)]
    assert len(lips(sound(), turns((0, 3, 0)), *material(WITH), shortest=4)) == 0


def test_a_still_picture_a_profile_and_a_face_without_mesh_say_nothing():
    faces, tracks = material(WITH)
    poster = FACE_TRACKS.from_rows([tracks.to_pylist()[0] | {"is_still": True}])
    assert len(lips(sound(), turns((0, 6, 0)), faces, poster)) == 0
    assert len(lips(sound(), turns((0, 6, 0)), *material(WITH, yaw=70.0))) == 0
    assert len(lips(sound(), turns((0, 6, 0)), *material([None] * COUNT))) == 0
    rows = lips(sound(), turns((0, 6, 0)), *material([None] * COUNT, WITH)).to_pylist()
    assert [row["track"] for row in rows] == [1]


def test_silence_moves_with_nothing():
    still = Sound(np.zeros(6 * 16_000, np.int16), START)
    rows = lips(still, turns((0, 6, 0)), *material(WITH)).to_pylist()
    assert [row["together"] for row in rows] == [0.0]


def test_nothing_in_nothing_out_and_settings_are_checked():
    assert lips(sound(), SPEAKERS.empty(), *material(WITH)).equals(LIPS.empty())
    assert lips(sound(), turns((0, 6, 0)), *material()).equals(LIPS.empty())
    assert lips(Sound(np.zeros(0, np.int16), 0), turns((0, 6, 0)), *material(WITH)).equals(LIPS.empty())
    with pytest.raises(SettingError, match="shortest must lie"):
        lips(sound(), SPEAKERS.empty(), *material(), shortest=-1)
