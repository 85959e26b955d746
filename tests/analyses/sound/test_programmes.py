"""Signals of EBU Tech 3341 and 3342, built as those say, have the loudness that those say."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.sound.loudness import LOUDNESS, loudness
from kinoeye.analyses.sound.programmes import PROGRAMMES, programmes
from kinoeye.signals.loudness import weights
from kinoeye.streams import METERS, Meters
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

RATE = 48_000


def sine(level_dbfs, seconds, hertz=1000.0, rate_hz=RATE, degrees=0.0):
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    return 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * at + np.radians(degrees))


def stereo(*parts, rate_hz=RATE):
    return np.tile(np.concatenate([sine(level, seconds, rate_hz=rate_hz) for level, seconds in parts]), (2, 1))


def row(meters, speech=None):
    table = programmes(meters, speech)
    assert table.num_rows == 1
    return table.to_pylist()[0]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
)
def test_integrated_loudness_of_tech_3341_1_to_5(parts, expected, measure):
    assert row(measure(stereo(*parts)))["integrated_lufs"] == pytest.approx(expected, abs=0.1)


def test_surround_of_tech_3341_6(measure):
    levels = {"FL": -28, "FR": -28, "FC": -24, "LFE": -10, "SL": -30, "SR": -30}
    for layout in ("5.1(side)", "5.1"):
        meters = measure(np.stack([sine(level, 20) for level in levels.values()]), layout=layout)
        assert row(meters)["integrated_lufs"] == pytest.approx(-23, abs=0.1)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 16_000, 22_050, 44_100, 96_000, 192_000])
def test_every_rate_hears_the_same(rate_hz, measure):
    values = row(measure(stereo((-23, 5), rate_hz=rate_hz), rate_hz))
    assert values["integrated_lufs"] == pytest.approx(-23, abs=0.15 if rate_hz == 8000 else 0.1)
    assert values["true_peak_dbtp"] == pytest.approx(-23, abs=0.25)
    assert values["end"] == from_seconds(5)


@pytest.mark.parametrize(
    ("pattern", "column", "first"),
    [([(-20, 1.34), (-30, 1.66)] * 5, "short_term_lufs", 30), ([(-20, 0.18), (-30, 0.22)] * 25, "momentary_lufs", 10)],
)
def test_short_windows_of_tech_3341_9_and_12(pattern, column, first, measure):
    values = loudness(measure(stereo(*pattern)))[column].to_numpy(zero_copy_only=False)[first:]
    np.testing.assert_allclose(values, -23, atol=0.1)


@pytest.mark.parametrize(
    ("part", "degrees", "amplitude", "expected"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
)
def test_true_peaks_of_tech_3341_15_to_19(part, degrees, amplitude, expected, measure):
    wave = sine(20 * np.log10(amplitude), 1, RATE / part, degrees=degrees) * np.clip(
        (RATE / 2 - np.abs(np.arange(RATE) - RATE / 2)) / 480, 0, 1
    )
    peak = row(measure(np.tile(wave, (2, 1))))["true_peak_dbtp"]
    assert expected - 0.4 <= peak <= expected + 0.2


@pytest.mark.parametrize(
    ("levels", "expected"), [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)]
)
def test_range_of_tech_3342_1_to_4(levels, expected, measure):
    meters = measure(stereo(*[(level, 20) for level in levels]))
    assert row(meters)["range_lu"] == pytest.approx(expected, abs=1)


def test_dialogue_counts_where_somebody_speaks(measure):
    meters = measure(stereo((-30, 10), (-18, 10)), start=0)
    spans = pa.table({"start": [from_seconds(2), from_seconds(7)], "end": [from_seconds(5), from_seconds(9)]})
    assert row(meters)["dialogue_lufs"] is None
    assert row(meters, spans)["dialogue_lufs"] == pytest.approx(-30, abs=0.1)
    assert row(meters, spans.slice(0, 0))["dialogue_lufs"] is None
    late = pa.table({"start": [from_seconds(12)], "end": [from_seconds(40)]})
    assert row(meters, late)["dialogue_lufs"] == pytest.approx(-18, abs=0.1)


def test_rows_follow_one_another_and_wait_for_whole_windows(measure):
    table = loudness(measure(stereo((-23, 3.25)), start=77))
    assert table.num_rows == 33
    assert table["start"].to_pylist()[0] == 77
    assert table["end"].to_pylist()[-1] == 77 + from_seconds("3.25")
    np.testing.assert_array_equal(table["start"].to_numpy()[1:], table["end"].to_numpy()[:-1])
    assert [n for n, value in enumerate(table["momentary_lufs"].to_pylist()) if value is not None] == [*range(3, 32)]
    assert [n for n, value in enumerate(table["short_term_lufs"].to_pylist()) if value is not None] == [29, 30, 31]


def test_silence_and_a_blink_have_no_loudness(measure):
    silent = row(measure(np.zeros((2, 5 * RATE))))
    assert (silent["integrated_lufs"], silent["range_lu"]) == (None, None)
    assert (silent["momentary_max_lufs"], silent["true_peak_dbtp"]) == (-120, -120)
    blink = row(measure(stereo((-23, 0.01))))
    assert blink["momentary_max_lufs"] is None
    assert blink["end"] == FLICKS_PER_SECOND // 100


def test_nothing_in_nothing_out():
    nothing = Meters(np.zeros((0, 2, len(METERS)), np.float32), 0, 0, RATE, ("FL", "FR"))
    assert loudness(nothing).equals(LOUDNESS.empty())
    assert programmes(nothing).equals(PROGRAMMES.empty())


def test_what_stands_beside_the_listener_counts_more():
    assert weights(("FL", "FR", "FC", "LFE", "BL", "BR")).round(2).tolist() == [1, 1, 1, 0, 1.41, 1.41]
    seven = ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR")
    assert weights(seven).round(2).tolist() == [1, 1, 1, 0, 1, 1, 1.41, 1.41]
    assert weights(("FC",)).tolist() == [1]
