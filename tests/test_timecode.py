"""Time: every rate, drop and non-drop, there and back without a loss."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kinoeye.errors import UseError
from kinoeye.timecode import (
    FLICKS_PER_SECOND,
    STANDARD_RATES,
    Timecode,
    clock,
    flicks_to_frame,
    frame_duration,
    frame_to_flicks,
    from_pts,
    from_seconds,
    standard_rate,
    to_seconds,
)  # fmt: skip

NTSC = Fraction(30_000, 1001)
DROPPING = tuple(rate for rate in STANDARD_RATES if (rate * 1001 / 30_000).denominator == 1)
AUDIO_RATES = (8000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
TIME_BASES = (1000, 600, 1200, 2400, 2997, 10_000, 11_988, 12_800, 15_360, 16_000, 24_000, 30_000, 90_000, 1_000_000)

rates = st.sampled_from(STANDARD_RATES)
odd_rates = st.fractions(Fraction(1, 10), 1000, max_denominator=100_000)
frames = st.integers(-(10**7), 10**7)
week = 7 * 24 * 3600 * FLICKS_PER_SECOND


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_one_picture_of_a_standard_rate_is_a_whole_number_of_flicks(rate: Fraction) -> None:
    assert frame_duration(rate).denominator == 1


@pytest.mark.parametrize("rate", AUDIO_RATES)
def test_one_sample_of_a_sound_rate_is_a_whole_number_of_flicks(rate: int) -> None:
    assert FLICKS_PER_SECOND % rate == 0


@given(frames, rates | odd_rates)
def test_flicks_and_frames_are_inverse(frame: int, rate: Fraction) -> None:
    assert flicks_to_frame(frame_to_flicks(frame, rate), rate) == frame


@given(st.integers(-week, week), rates | odd_rates)
def test_the_picture_that_shows_has_begun_and_the_next_has_not(flicks: int, rate: Fraction) -> None:
    frame = flicks_to_frame(flicks, rate)
    assert frame_to_flicks(frame, rate) <= flicks < frame_to_flicks(frame + 1, rate)


@given(st.integers(-week, week), st.integers(0, week), rates | odd_rates)
def test_later_is_never_an_earlier_picture(flicks: int, later: int, rate: Fraction) -> None:
    assert flicks_to_frame(flicks, rate) <= flicks_to_frame(flicks + later, rate)


@given(frames, rates)
def test_frames_add_up_without_drift(frame: int, rate: Fraction) -> None:
    assert frame_to_flicks(frame, rate) == frame * frame_to_flicks(1, rate)


@given(st.integers(0, 10**9), st.sampled_from(TIME_BASES), rates)
def test_a_time_stamp_is_at_most_half_a_flick_off(pts: int, ticks: int, rate: Fraction) -> None:
    base = Fraction(1, ticks)
    assert abs(from_pts(pts, base) - pts * base * FLICKS_PER_SECOND) <= Fraction(1, 2)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=50), st.sampled_from(TIME_BASES))
def test_time_stamps_of_variable_rate_keep_their_order_and_distances(steps: list[int], ticks: int) -> None:
    base = Fraction(1, ticks)
    stamps = [sum(steps[:number]) for number in range(len(steps) + 1)]
    flicks = [from_pts(pts, base) for pts in stamps]
    assert all(before < after for before, after in pairwise(flicks))
    for step, before, after in zip(steps, flicks, flicks[1:], strict=False):
        assert abs((after - before) - step * base * FLICKS_PER_SECOND) <= 1


@given(st.integers(0, 10**6), rates)
def test_a_constant_rate_in_its_own_time_base_is_exact(frame: int, rate: Fraction) -> None:
    assert from_pts(frame * rate.denominator, Fraction(1, rate.numerator)) == frame_to_flicks(frame, rate)


@given(st.integers(0, 10**6), rates.filter(lambda rate: rate <= 60))
def test_millisecond_stamps_still_name_their_picture(frame: int, rate: Fraction) -> None:
    rounded = from_pts(round(frame / rate * 1000), Fraction(1, 1000))
    nearest = min((flicks_to_frame(rounded, rate) + step for step in (0, 1)),
                  key=lambda each: abs(frame_to_flicks(each, rate) - rounded))  # fmt: skip
    assert nearest == frame


def _day(rate: Fraction, is_drop_frame: bool) -> int:
    nominal = round(rate)
    return nominal * 86_400 - (nominal // 15 * 54 * 24 if is_drop_frame else 0)


@given(st.data(), rates, st.booleans())
def test_label_and_frame_are_inverse_all_day(data: st.DataObject, rate: Fraction, is_drop_frame: bool) -> None:
    assume(rate in DROPPING or not is_drop_frame)
    frame = data.draw(st.integers(0, _day(rate, is_drop_frame) - 1))
    code = Timecode(frame, rate, is_drop_frame)
    assert Timecode.parse(str(code), rate) == code


@given(st.data(), rates, st.booleans())
def test_the_label_wraps_at_midnight(data: st.DataObject, rate: Fraction, is_drop_frame: bool) -> None:
    assume(rate in DROPPING or not is_drop_frame)
    frame = data.draw(st.integers(0, _day(rate, is_drop_frame) - 1))
    tomorrow = Timecode(frame + _day(rate, is_drop_frame), rate, is_drop_frame)
    assert str(tomorrow) == str(Timecode(frame, rate, is_drop_frame))


@pytest.mark.parametrize(
    ("rate", "is_drop_frame"), [(rate, False) for rate in STANDARD_RATES] + [(rate, True) for rate in DROPPING]
)
def test_labels_of_eleven_minutes_rise_and_skip_only_what_is_dropped(rate: Fraction, is_drop_frame: bool) -> None:
    nominal = round(rate)
    dropped = nominal // 15
    expected = iter(
        f"{minute // 60:02d}:{minute % 60:02d}:{second:02d}{';' if is_drop_frame else ':'}"
        f"{frame:0{3 if nominal > 100 else 2}d}"
        for minute in range(11)
        for second in range(60)
        for frame in range(nominal)
        if not (is_drop_frame and minute % 10 and second == 0 and frame < dropped)
    )
    for frame, label in enumerate(expected):
        assert str(Timecode(frame, rate, is_drop_frame)) == label


@pytest.mark.parametrize("rate", DROPPING)
def test_drop_frame_keeps_up_with_the_clock(rate: Fraction) -> None:
    for hour in range(1, 24):
        real = Timecode.parse(f"{hour:02d}:00:00;{0:02d}", rate).flicks()
        assert abs(real - hour * 3600 * FLICKS_PER_SECOND) < hour * 4 * frame_to_flicks(1, rate)


@given(st.sampled_from(DROPPING), st.integers(0, 23), st.integers(0, 59), st.data())
def test_a_dropped_label_does_not_exist(rate: Fraction, hour: int, minute: int, data: st.DataObject) -> None:
    frame = data.draw(st.integers(0, round(rate) // 15 - 1))
    text = f"{hour:02d}:{minute:02d}:00;{frame:0{3 if rate > 100 else 2}d}"
    if minute % 10:
        with pytest.raises(UseError, match="is dropped") as raised:
            Timecode.parse(text, rate)
        nearest = raised.value.remedy.removeprefix("The nearest label is ")
        assert str(Timecode.parse(nearest, rate)) == nearest
    else:
        assert str(Timecode.parse(text, rate)) == text


@given(rates, st.integers(0, 200))
def test_a_frame_beyond_the_second_does_not_exist(rate: Fraction, beyond: int) -> None:
    frame = round(rate) + beyond
    assume(frame < 1000)
    with pytest.raises(UseError, match="frames must be below"):
        Timecode.parse(f"00:00:00:{frame:02d}", rate)


@pytest.mark.parametrize("rate", [rate for rate in STANDARD_RATES if rate not in DROPPING])
def test_drop_frame_is_refused_at_other_rates(rate: Fraction) -> None:
    with pytest.raises(UseError, match="drop frame exists only"):
        Timecode.parse("00:00:10;00", rate)


@pytest.mark.parametrize(
    "text", ["", "1:2", "00:00:00", "00:61:00:00", "00:00:75:00", "aa:00:00:00", "-01:00:00:00", "٠٠:٠٠:٠٠:٠٠"]
)
def test_what_is_no_time_code_is_refused(text: str) -> None:
    with pytest.raises(UseError, match="timecode: must be HH:MM:SS:FF"):
        Timecode.parse(text, NTSC)


@pytest.mark.parametrize("rate", [Fraction(0), Fraction(-24)])
def test_a_rate_is_above_zero(rate: Fraction) -> None:
    with pytest.raises(UseError, match="above 0"):
        Timecode(0, rate)
    with pytest.raises(UseError, match="above 0"):
        frame_to_flicks(1, rate)


@given(st.integers(0, 10**6), st.integers(0, 10**6), rates)
def test_a_label_at_a_time_counts_on_from_the_start(first: int, frame: int, rate: Fraction) -> None:
    start = Timecode(first, rate, rate in DROPPING)
    found = Timecode.at(frame_to_flicks(frame, rate), rate, start=start)
    assert found == Timecode(first + frame, rate, start.is_drop_frame)
    assert found.flicks() == start.flicks() + frame_to_flicks(frame, rate)


@pytest.mark.parametrize("rate", STANDARD_RATES)
def test_a_standard_rate_is_known_in_every_way_it_is_written(rate: Fraction) -> None:
    for text in (f"{float(rate):.2f}", f"{float(rate):.3f}", f"{float(rate):.6f}", repr(float(rate))):
        assert standard_rate(Fraction(text)) == rate
    assert standard_rate(Fraction(float(rate))) == rate


@given(odd_rates)
def test_a_rate_is_never_taken_for_one_far_away(rate: Fraction) -> None:
    found = standard_rate(rate)
    assert found == rate or abs(found - rate) * 5000 < found


def test_standard_rates_are_never_taken_for_each_other() -> None:
    assert [standard_rate(rate) for rate in STANDARD_RATES] == list(STANDARD_RATES)


def test_a_time_lapse_slower_than_a_picture_a_second_has_labels() -> None:
    assert [str(Timecode(frame, Fraction(1, 5))) for frame in (0, 59, 60)] == [
        "00:00:00:00",
        "00:00:59:00",
        "00:01:00:00",
    ]


@given(st.integers(-week, week))
def test_seconds_come_back_from_text(flicks: int) -> None:
    assert from_seconds(str(Fraction(flicks, FLICKS_PER_SECOND))) == flicks
    assert to_seconds(flicks) == flicks / FLICKS_PER_SECOND


@example(59_999 * FLICKS_PER_SECOND // 1000)
@given(st.integers(0, week))
def test_the_clock_never_runs_ahead(flicks: int) -> None:
    hours, minutes, seconds = clock(flicks).split(":")
    shown = (int(hours) * 3600 + int(minutes) * 60) * FLICKS_PER_SECOND + from_seconds(seconds)
    assert shown <= flicks < shown + FLICKS_PER_SECOND // 1000 + 1
    assert clock(-flicks).removeprefix("-") == clock(flicks)
