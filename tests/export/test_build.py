"""Build: shots become clips, exactly, at every rate."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

from kinoeye.errors import UseError
from kinoeye.export.build import conformed_rate, timelines
from kinoeye.export.timeline import Clip, Timeline, Transition, picture
from kinoeye.timecode import FLICKS_PER_SECOND, STANDARD_RATES, Timecode, frame_to_flicks

Film = Callable[..., object]


def _clips(timeline: Timeline) -> list[Clip]:
    return [item for item in timeline.tracks[0].items if isinstance(item, Clip)]


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_every_shot_is_a_clip_with_its_own_pictures(film: Film, rate: Fraction) -> None:
    made = film(rate)
    (timeline,) = timelines(made.tables)
    found = [(picture(clip.start, rate), picture(clip.start + clip.duration, rate)) for clip in _clips(timeline)]
    shots = made.tables["shots"].to_pylist()
    assert found == [(shot["first_frame"], shot["end_frame"]) for shot in shots]
    assert timeline.rate == rate
    assert timeline.notes == ()


def test_a_gradual_overlaps_the_clips_around_by_the_same_length(film: Film) -> None:
    (timeline,) = timelines(film().tables)
    found = [item for item in timeline.tracks[0].items if isinstance(item, Transition)]
    assert [(picture(item.in_offset, timeline.rate), picture(item.out_offset, timeline.rate)) for item in found] == [
        (12, 12), (7, 7), (5, 5),
    ]  # fmt: skip
    assert [item.effect for item in found] == ["dissolve", "dissolve", "wipe"]
    assert "fade" in found[1].name


def test_transitions_never_meet(film: Film) -> None:
    shots = [("start", 0, 10), *(("dissolve", 50, 10) for _ in range(20))]
    (timeline,) = timelines(film(shots=shots).tables)
    reached = 0
    for cut, item in timeline.tracks[0].placed():
        if isinstance(item, Transition):
            assert cut - item.in_offset >= reached
            reached = cut + item.out_offset
    assert reached <= timeline.duration


def test_a_shot_of_one_picture_does_not_vanish_in_a_transition(film: Film) -> None:
    (timeline,) = timelines(film(shots=[("start", 0, 10), ("cut", 0, 1), ("dissolve", 4, 9)]).tables)
    assert not any(isinstance(item, Transition) for item in timeline.tracks[0].items)
    assert len(_clips(timeline)) == 3


def test_clips_begin_at_the_films_own_time_code(film: Film) -> None:
    rate = Fraction(30_000, 1001)
    made = film(rate, timecode="10:00:59;28", is_drop_frame=True)
    (timeline,) = timelines(made.tables, record_start="00:59:50:00")
    assert _clips(timeline)[0].start == Timecode.parse("10:00:59;28", rate).flicks()
    assert timeline.is_drop_frame
    assert timeline.start == Timecode.parse("00:59:50;00", rate).flicks()


def test_a_time_code_that_cannot_be_is_left_out_and_said(film: Film) -> None:
    (timeline,) = timelines(film(timecode="01:00:00:77").tables)
    assert _clips(timeline)[0].start == 0
    assert "01:00:00:77" in timeline.notes[0]


def test_a_variable_rate_is_conformed_by_media_time(film: Film) -> None:
    made = film(Fraction(30), is_variable_rate=True, rate_num=2971, rate_den=100)
    shots = made.tables["shots"].to_pylist()
    for number, shot in enumerate(shots):
        shot["start"] += 1_234_567 * number
        shot["end"] += 1_234_567 * (number + 1)
        shot["first_frame"] = shot["end_frame"] = -1
    tables = made.tables | {"shots": pa.Table.from_pylist(shots)}
    (timeline,) = timelines(tables)
    assert timeline.rate == Fraction(30_000, 1001)
    assert "conformed by media time" in timeline.notes[0]
    half = frame_to_flicks(1, timeline.rate) // 2 + 1
    for clip, shot in zip(_clips(timeline), (s for s in shots), strict=True):
        assert abs(clip.start - shot["start"]) <= half
        assert picture(clip.start, timeline.rate) * frame_to_flicks(1, timeline.rate) == clip.start


def test_media_time_that_does_not_begin_at_zero_is_taken_off_when_conforming(film: Film) -> None:
    made = film(Fraction(25), is_variable_rate=True)
    late = 7 * FLICKS_PER_SECOND
    shots = [row | {key: row[key] + late for key in ("start", "end", "transition_start")}
             for row in made.tables["shots"].to_pylist()]  # fmt: skip
    (row,) = made.tables["assets"].to_pylist()
    assets = [row | {"start": row["start"] + late, "end": row["end"] + late}]
    (timeline,) = timelines({"assets": pa.Table.from_pylist(assets), "shots": pa.Table.from_pylist(shots)})
    assert _clips(timeline)[0].start == 0


@pytest.mark.parametrize(
    ("number", "below", "variable", "expected"),
    [
        (24, 1, False, (Fraction(24), False)),
        (2997, 125, False, (Fraction(24_000, 1001), False)),
        (15, 1, False, (Fraction(15), False)),
        (1, 5, False, (Fraction(24_000, 1001), True)),
        (241, 10, True, (Fraction(24), True)),
        (None, None, False, (Fraction(24), True)),
        (500, 1, True, (Fraction(60), True)),
    ],
)
def test_the_timelines_rate(number: int, below: int, variable: bool, expected: tuple[Fraction, bool]) -> None:
    assert conformed_rate({"rate_num": number, "rate_den": below, "is_variable_rate": variable}) == expected


def test_sound_lies_whole_under_the_cut(film: Film) -> None:
    (timeline,) = timelines(film(channels=2).tables)
    (sound,) = timeline.of("audio")
    assert sound.duration == timeline.of("video")[0].duration


def test_a_shot_has_a_marker_that_says_what_is_known(film: Film) -> None:
    made = film()
    camera = [{"asset": made.asset, "shot": 2, "part": 0, "move": "pan", "direction": "left"}]
    quality = [{"asset": made.asset, "shot": 2, "is_soft": True, "is_dark": False}]
    tables = made.tables | {"camera": pa.Table.from_pylist(camera), "quality": pa.Table.from_pylist(quality)}
    (timeline,) = timelines(tables)
    markers = timeline.record_markers()
    assert len(markers) == 8
    assert (markers[2].name, markers[2].note) == ("Shot 002", "dissolve, pan left, soft")


def test_the_folder_stands_in_front_of_paths(film: Film) -> None:
    (timeline,) = timelines(film().tables, folder=Path("/films/mine"))
    assert timeline.medias()[0].path == "/films/mine/rushes/day one/A001 C003.mov"


def test_without_shots_there_is_nothing_to_export(film: Film) -> None:
    with pytest.raises(UseError, match="at least one film with shots"):
        timelines({"assets": film().tables["assets"]})
    with pytest.raises(UseError, match="at least one film with shots"):
        timelines(film().tables, assets=["b" * 32])
