"""Moods: the mean of what was shown, weighed by how long."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.people.expressions import EXPRESSIONS
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.moods import MOODS, moods
from kinoeye.errors import SettingError
from kinoeye.signals.expressions_units import EMOTIONS
from kinoeye.timecode import FLICKS_PER_SECOND


def look(face: int, seconds: float, emotion: str, valence: float, track: int | None = 0) -> dict[str, Any]:
    shown = {name: 0.9 if name == emotion else 0.1 / 7 for name in EMOTIONS}
    row = {"face": face, "track": track, "time": int(seconds * FLICKS_PER_SECOND), "emotion": emotion}
    return row | shown | {"valence": valence, "arousal": 0.5}


def summed(*rows: dict[str, Any], tracks: int = 1, end: float = 4, **settings: Any) -> list[dict[str, Any]]:
    listed = [{"track": each, "shot": 7, "start": 0, "end": int(end * FLICKS_PER_SECOND)} for each in range(tracks)]
    found: pa.Table = moods(EXPRESSIONS.from_rows(rows), FACE_TRACKS.from_rows(listed), **settings)
    assert found.schema.equals(MOODS.schema)
    rows_found: list[dict[str, Any]] = found.to_pylist()
    return rows_found


def test_looks_count_for_as_long_as_they_last() -> None:
    (row,) = summed(look(0, 0, "happiness", 0.8), look(1, 1, "neutral", 0.0), look(2, 2, "neutral", 0.0))
    assert row["valence"] == pytest.approx(0.8 / 4, abs=1e-6)
    assert row["emotion"] == "neutral"
    assert (row["shot"], row["track"], row["end"]) == (7, 0, 4 * FLICKS_PER_SECOND)


def test_a_stretch_at_full_rate_counts_no_more_than_one_in_stills() -> None:
    quick = [look(each, each / 24, "anger", -0.6) for each in range(24)]
    slow = [look(24 + each, 1 + each / 2, "happiness", 0.8) for each in range(6)]
    (row,) = summed(*quick, *slow)
    assert row["emotion"] == "happiness"
    assert row["valence"] == pytest.approx((-0.6 + 3 * 0.8) / 4, abs=1e-6)


def test_a_long_gap_is_no_long_look() -> None:
    rows = (look(0, 0, "anger", -0.6), look(1, 59, "happiness", 0.8))
    assert summed(*rows, end=60)[0]["valence"] == pytest.approx((-0.6 * 2 + 0.8) / 3, abs=1e-6)
    assert summed(*rows, end=60, longest_look=1)[0]["valence"] == pytest.approx(0.1, abs=1e-6)


def test_the_curve_is_in_running_order() -> None:
    (row,) = summed(look(1, 2, "anger", -0.6), look(0, 1, "happiness", 0.8))
    assert row["curve_times"] == [FLICKS_PER_SECOND, 2 * FLICKS_PER_SECOND]
    assert row["curve_valence"] == pytest.approx([0.8, -0.6])
    assert row["curve_arousal"] == pytest.approx([0.5, 0.5])


def test_tracks_without_expressions_and_faces_without_tracks_have_no_row() -> None:
    rows = summed(look(0, 1, "anger", -0.6, track=None), look(1, 1, "anger", -0.6, track=1), tracks=3)
    assert [row["track"] for row in rows] == [1]
    assert summed(tracks=2) == []


def test_a_look_of_no_length_is_refused() -> None:
    with pytest.raises(SettingError, match="longest_look must lie above 0 seconds, got 0"):
        summed(longest_look=0)
