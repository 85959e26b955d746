"""Meters read what was put in, at its place, however the sound is cut into frames."""

import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from kinoeye.media.probe import probe
from kinoeye.media.read import Block, read
from kinoeye.streams import METERS, Meters
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.weighting import sections

RATE = 48_000


def meters_of(path: Path, **settings: Any) -> Meters:
    blocks = list(read(path, probe(path), **{"want": ["meters"], **settings}))
    assert not any(len(block.samples) for block in blocks)
    return joined(blocks)


def joined(blocks: list[Block]) -> Meters:
    values = np.concatenate([block.meters for block in blocks if block.meters.size])
    sounded = blocks[-1].sounded
    return Meters(values, blocks[-1].samples_start, sounded.count, sounded.rate_hz, sounded.layout)


def noise(seconds: float, channels: int = 2, rate_hz: int = RATE, level: float = 0.1) -> np.ndarray:
    """Soft noise without a sharp edge in it."""
    sound = np.random.default_rng(5).normal(0, 1, (channels, round(seconds * rate_hz)))
    kernel = np.hanning(16) / np.hanning(16).sum()
    return level * np.stack([np.convolve(row, kernel, "same") for row in sound])


def response(rate_hz: int, hertz: np.ndarray) -> np.ndarray:
    z = np.exp(-2j * np.pi * hertz / rate_hz)
    gains = [abs(np.polyval(b[::-1], z) / np.polyval(a[::-1], z)) for b, a in sections(rate_hz)]
    return 20 * np.log10(np.prod(gains, axis=0))


def test_the_filters_at_48_khz_are_those_printed_in_the_recommendation() -> None:
    (b, a), (high_b, high_a) = sections(RATE)
    np.testing.assert_allclose(b, [1.53512485958697, -2.69169618940638, 1.19839281085285], atol=1e-12)
    np.testing.assert_allclose(a, [1, -1.69065929318241, 0.73248077421585], atol=1e-12)
    np.testing.assert_allclose(high_b, [1, -2, 1])
    np.testing.assert_allclose(high_a, [1, -1.99004745483398, 0.99007225036621], atol=1e-12)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 16_000, 22_050, 32_000, 44_100, 88_200, 96_000, 176_400, 192_000])
def test_the_filters_weigh_alike_at_every_rate(rate_hz: int) -> None:
    hertz = np.geomspace(20, 0.4 * rate_hz if rate_hz < RATE else 15_000, 50)
    np.testing.assert_allclose(
        response(rate_hz, hertz),
        response(RATE, hertz),
        atol=0.6 if rate_hz < 16_000 else 0.2 if rate_hz < 32_000 else 0.1,
    )


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 44_100, 48_000])
def test_the_answer_does_not_depend_on_the_frames(rate_hz: int, measure: Any) -> None:
    sound = noise(2.57, rate_hz=rate_hz)
    sound[:, rate_hz : rate_hz + 99] = 0
    whole = measure(sound, rate_hz)
    assert len(whole) == 26
    for step in (441, 1024, 10 * rate_hz):
        np.testing.assert_array_equal(measure(sound, rate_hz, step=step).values, whole.values)


def test_levels_are_those_of_each_block(measure: Any) -> None:
    sound = noise(1.05)
    sound[1] = -0.5 * sound[0] + 0.02
    meters = measure(sound)
    for block, (begin, end) in enumerate([(n * 4800, min((n + 1) * 4800, 50_400)) for n in range(11)]):
        part = sound[:, begin:end].astype(np.float32).astype(float)
        for meter, expected in {
            "square": (part**2).mean(axis=1),
            "mean": part.mean(axis=1),
            "product": np.full(2, (part[0] * part[1]).mean()),
            "peak": np.abs(part).max(axis=1),
        }.items():
            np.testing.assert_allclose(meters.read(meter)[block], expected, rtol=1e-4, atol=1e-6)
    assert np.all(meters.read("true_peak") >= meters.read("peak"))


def test_clipped_runs_are_counted_where_they_begin(measure: Any) -> None:
    sound = noise(1)
    sound[0, 4799:4803] = 1.0  # begins in the first block, ends in the second
    sound[0, 9000:9005] = -1.0
    sound[0, 9100:9102] = 1.0  # two samples may be a true top
    sound[1, 20_000:20_003] = 32767 / 32768
    sound[1, 30_000:30_006] = 0.98  # loud, not clipped
    counts = measure(sound).read("clips")
    assert np.argwhere(counts).tolist() == [[0, 0], [1, 0], [4, 1]]
    assert counts.max() == 1


@pytest.mark.parametrize("place", [4799, 4800, 10_000, 47_990])
def test_a_click_jumps_out_and_an_attack_does_not(place: int, measure: Any) -> None:
    sound = noise(1)
    clicked = sound.copy()
    clicked[0, place] += 0.5
    quiet, jump = measure(sound).read("jump"), measure(clicked).read("jump")
    assert quiet.max() < 4
    assert jump[place // 4800, 0] > 10
    jump[(place - 1) // 4800 : (place + 1) // 4800 + 1, 0] = 0  # at a border the bend lies in both
    assert jump.max() < 4
    attack = sound * np.clip((np.arange(RATE) - place) / 96, 0.02, 1.0)
    assert measure(attack).read("jump").max() < 4


@pytest.mark.parametrize(("begin", "length"), [(10_000, 480), (4700, 240), (47_000, 500), (40_000, 9600)])
def test_a_hole_is_found_where_it_ends(begin: int, length: int, measure: Any) -> None:
    sound = noise(1.5, level=0.3)
    sound[1, begin : begin + length] = 0
    holes = measure(sound).read("hole")
    assert np.argwhere(holes).tolist() == [[(begin + length) // 4800, 1]]
    assert holes.max() == pytest.approx(length / RATE, abs=3 / RATE)


def test_a_pause_is_no_hole(measure: Any) -> None:
    sound = noise(2, level=0.3)
    fade = np.ones(2 * RATE)
    fade[RATE // 2 : RATE] = np.linspace(1, 0, RATE // 2)
    fade[RATE : RATE + 4800] = 0
    fade[RATE + 4800 :] = np.clip(np.arange(RATE - 4800) / 9600, 0, 1)
    assert measure(sound * fade).read("hole").max() == 0
    assert measure(np.hstack([np.zeros((2, 4800)), sound, np.zeros((2, 4800))])).read("hole").max() == 0


def test_a_film_is_measured_at_its_own_rate(encode: Any, tmp_path: Path) -> None:
    sound = noise(3, rate_hz=44_100).astype(np.float32)
    path = encode(tmp_path / "a.mkv", pictures=72, options={"preset": "ultrafast"}, sounds=[("flac", 44_100, 0, sound)])
    meters = meters_of(path)
    assert (meters.rate_hz, meters.count, meters.layout) == (44_100, 3 * 44_100, ("FL", "FR"))
    assert len(meters) == 30
    expected = (sound[:, 4410:8820].astype(float) ** 2).mean(axis=1)
    np.testing.assert_allclose(meters.read("square")[1], expected, rtol=1e-3)


@pytest.mark.parametrize(
    ("channels", "layout"),
    [(1, "FC"), (2, "FL FR"), (6, "FL FR FC LFE BL BR"), (8, "FL FR FC LFE BL BR SL SR"), (3, "1 2 3"),
     (16, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16")],
)  # fmt: skip
def test_channels_without_names_have_the_usual_ones(channels: int, layout: str, tmp_path: Path) -> None:
    levels = np.arange(1, channels + 1) * 300
    samples = np.random.default_rng(6).normal(0, 1, (20_000, channels)) * levels
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.astype("<i2").tobytes())
    meters = meters_of(path)
    assert " ".join(meters.layout) == layout
    np.testing.assert_allclose(np.sqrt(meters.read("square")[2]) * 32768, levels, rtol=0.05)


@pytest.mark.parametrize("rate_hz", [1000, 3999, 4000, 384_000])
def test_odd_rates_have_finite_meters(rate_hz: int, measure: Any) -> None:
    meters = measure(noise(1.5, rate_hz=rate_hz), rate_hz)
    assert len(meters) == 15
    assert np.isfinite(meters.values).all()
    assert 0 < meters.read("weighted").max() < 1


def test_gaps_and_overlaps_lie_where_they_lie_in_mono(tmp_path: Path) -> None:
    path = tmp_path / "gap.mkv"
    with av.open(str(path), "w") as out:
        track = out.add_stream("pcm_s16le", rate=RATE)
        track.codec_context.layout = "mono"
        for start, level in ((24_000, 0.25), (72_000, 0.5), (96_000, 0.75), (168_000, 0.9)):
            frame = av.AudioFrame.from_ndarray(
                (np.full((1, 48_000), level) * 32767).astype(np.int16), format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    blocks = list(read(path, probe(path), want=["meters", "mono_16k"]))
    meters = joined(blocks)
    samples = np.concatenate([block.samples for block in blocks])
    assert meters.start == FLICKS_PER_SECOND // 2
    assert meters.count == 3 * len(samples) == 192_000
    levels = np.abs(samples.reshape(-1, 1600).astype(float)).max(axis=1) / 32767
    inner = np.abs(np.diff(levels, prepend=0)) + np.abs(np.diff(levels, append=0)) < 1e-3
    np.testing.assert_allclose(meters.read("peak")[inner, 0], levels[inner], atol=0.01)
    assert meters.read("peak").round(2)[[5, 15, 22, 28, 36], 0].tolist() == [0.25, 0.5, 0.75, 0, 0.9]


def test_rounded_time_stamps_are_no_gaps(tmp_path: Path) -> None:
    path = tmp_path / "rounded.mkv"
    sound = (noise(4, channels=1, rate_hz=16_000, level=0.3) * 32767).astype(np.int16)
    with av.open(str(path), "w") as out:
        track = out.add_stream("pcm_s16le", rate=16_000)
        track.codec_context.layout = "mono"
        for number in range(100):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[:, number * 640 : (number + 1) * 640]), format="s16", layout="mono"
            )
            late = 16 * (22 if number % 7 > 3 else 0)
            frame.sample_rate, frame.pts, frame.time_base = 16_000, number * 640 + late, Fraction(1, 16_000)
            out.mux(track.encode(frame))
        out.mux(track.encode(None))
    blocks = list(read(path, probe(path), want=["meters", "mono_16k"]))
    assert joined(blocks).count == 64_000
    assert joined(blocks).read("hole").max() == 0
    np.testing.assert_array_equal(np.concatenate([block.samples for block in blocks]), sound[0])


def test_a_change_of_channels_is_brought_to_those_at_the_beginning(tone: Any) -> None:
    from kinoeye.media.meters import Meter

    meter = Meter()
    for channels, rate_hz in ((2, 48_000), (1, 24_000), (2, 48_000)):
        planes = tone(rate_hz, rate_hz, channels)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="mono" if channels == 1 else "stereo")
        frame.sample_rate = rate_hz
        meter.add(frame)
    meter.finish()
    values = meter.take()
    assert values.shape == (30, 2, len(METERS))
    assert meter.count == pytest.approx(3 * 48_000, abs=64)
    assert values[:, :, METERS.index("square")].min() > 0.05


@pytest.mark.parametrize("value", [np.nan, np.inf, -3e38])
def test_damaged_floats_leave_numbers(value: float, measure: Any) -> None:
    sound = noise(0.5)
    sound[0, 100] = value
    meters = measure(sound)
    assert np.isfinite(meters.values).all()
    np.testing.assert_array_equal(meters.read("weighted")[:, 1], measure(noise(0.5)).read("weighted")[:, 1])
