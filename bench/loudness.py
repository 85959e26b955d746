"""Bench of loudness: signals of EBU Tech 3341 and 3342 with known answers, and real sound, beside two peers.

    python bench/loudness.py [../shared/data] [--repeats 3]

Peers are pyloudnorm (integrated and range) and FFmpeg's filter ebur128 with true peak, through PyAV. All get the same
decoded sound, which is not counted; CPU seconds of one thread, the median of the repeats.
"""

import argparse
import statistics
import time
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np
import pyloudnorm

from kinoeye.analyses.sound.loudness import loudness
from kinoeye.analyses.sound.programmes import programmes
from kinoeye.media.meters import Meter
from kinoeye.streams import Meters

RATE = 48_000
REAL = (
    "film_clips/tears_of_steel_battle_70s.webm",
    "film_clips/big_buck_bunny_0_30.webm",
    "film_clips/his_girl_friday_1940_6s.mp4",
    "film_clips/nasa_13013_13s.mp4",
    "film_clips/timecode_01h_42s.mp4",
    "speech/jfk_inaugural_11s.flac",
    "speech/notld/119s_theres_supposed_to_be_another_broadcast.flac",
    "speech/noise/voices_around_a_fire.mp3",
)


def frames_of(samples, rate_hz=RATE, layout="stereo"):
    """Cut float [channels, n] into frames."""
    frames = []
    for begin in range(0, samples.shape[1], 1024):
        planes = np.ascontiguousarray(samples[:, begin : begin + 1024], np.float32)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, begin, Fraction(1, rate_hz)
        frames.append(frame)
    return frames


def decoded(path):
    """Decode a file to float frames, unbroken."""
    with av.open(str(path)) as container:
        track = container.streams.audio[0]
        resampler, frames, count = None, [], 0
        for frame in container.decode(track):
            resampler = resampler or av.AudioResampler("fltp", frame.layout, frame.sample_rate)
            frame.pts = None
            frames += resampler.resample(frame)
    for frame in frames:
        frame.pts, frame.time_base = count, Fraction(1, frame.sample_rate)
        count += frame.samples
    return frames


def ours(frames):
    """Meters and both tables."""
    meter, taken = Meter(), []
    for frame in frames:
        meter.add(frame)
        taken.append(meter.take())
    meter.finish()
    meters = Meters(np.concatenate([*taken, meter.take()]), 0, meter.count, meter.rate_hz, meter.layout)
    loudness(meters)
    row = programmes(meters).to_pylist()[0]
    return row["integrated_lufs"], row["range_lu"], row["true_peak_dbtp"]


def by_ffmpeg(frames):
    """The filter ebur128, true peak asked for."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=frames[0].sample_rate, format="fltp", layout=frames[0].layout.name,
                               time_base=Fraction(1, frames[0].sample_rate))  # fmt: skip
    meter, sink = graph.add("ebur128", "peak=true:metadata=1:framelog=quiet"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    said = {}
    for frame in [*frames, None]:
        graph.push(frame)
        while True:
            try:
                pulled = graph.pull().metadata
            except (av.error.BlockingIOError, av.error.EOFError):
                break
            said |= {name.rpartition(".")[2]: float(value) for name, value in pulled.items()}
    return said["I"], said["LRA"], 20 * np.log10(max(said["true_peak"], 1e-6))


def by_pyloudnorm(frames):
    """Integrated loudness and range; it has no true peak."""
    samples = np.hstack([frame.to_ndarray() for frame in frames]).T.astype(np.float64)
    meter = pyloudnorm.Meter(frames[0].sample_rate)
    return meter.integrated_loudness(samples), meter.loudness_range(samples), None


METERS = {"Kinoeye": ours, "FFmpeg": by_ffmpeg, "pyloudnorm": by_pyloudnorm}


def sine(level_dbfs, seconds, hertz=1000.0, degrees=0.0):
    """A sine, float64 [n]."""
    at = np.arange(round(seconds * RATE)) / RATE
    return 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * at + np.radians(degrees))


def steps(*parts):
    """Return stereo of sines of 1 kHz, one level after the other."""
    return np.tile(np.concatenate([sine(*part) for part in parts]), (2, 1))


def peak(part, degrees, amplitude):
    """Return a sine of a part of the rate, faded in and out."""
    fade = np.clip((RATE - np.abs(np.arange(2 * RATE) - RATE)) / 480, 0, 1)
    return np.tile(sine(20 * np.log10(amplitude), 2, RATE / part, degrees) * fade, (2, 1))


SIGNALS = (
    ("3341-1", "integrated", -23.0, 0.1, steps((-23, 20))),
    ("3341-2", "integrated", -33.0, 0.1, steps((-33, 20))),
    ("3341-3", "integrated", -23.0, 0.1, steps((-36, 10), (-23, 60), (-36, 10))),
    ("3341-4", "integrated", -23.0, 0.1, steps((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10))),
    ("3341-5", "integrated", -23.0, 0.1, steps((-26, 20), (-20, 20.1), (-26, 20))),
    ("3341-15", "true peak", -6.0, 0.4, peak(4, 0, 0.5)),
    ("3341-16", "true peak", -6.0, 0.4, peak(4, 45, 0.5)),
    ("3341-17", "true peak", -6.0, 0.4, peak(6, 60, 0.5)),
    ("3341-18", "true peak", -6.0, 0.4, peak(8, 67.5, 0.5)),
    ("3341-19", "true peak", 3.0, 0.4, peak(4, 45, 1.41)),
    ("3342-1", "range", 10.0, 1.0, steps((-20, 20), (-30, 20))),
    ("3342-2", "range", 5.0, 1.0, steps((-20, 20), (-15, 20))),
    ("3342-3", "range", 20.0, 1.0, steps((-40, 20), (-20, 20))),
    ("3342-4", "range", 15.0, 1.0, steps((-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20))),
)
ASKED = ("integrated", "range", "true peak")


def shown(value):
    """Return a number for the table."""
    return "–" if value is None else f"{value:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print(f"| signal | asked | right | {' | '.join(METERS)} |\n|{' --- |' * (3 + len(METERS))}")
    for name, what, right, _, samples in SIGNALS:
        values = [meter(frames_of(samples))[ASKED.index(what)] for meter in METERS.values()]
        print(f"| {name} | {what} | {right:.1f} | {' | '.join(shown(value) for value in values)} |")
    print()
    head = [f"{name} LUFS, LU, dBTP | ms a second" for name in METERS]
    print(f"| sound | {' | '.join(head)} |\n|{' --- |' * (1 + 2 * len(METERS))}")
    for name in REAL:
        frames = decoded(options.data / name)
        seconds = sum(frame.samples for frame in frames) / frames[0].sample_rate
        spent = {each: [] for each in METERS}
        found = {}
        for _ in range(options.repeats):
            for each, meter in METERS.items():
                begin = time.process_time()
                found[each] = meter(frames)
                spent[each].append(1000 * (time.process_time() - begin) / seconds)
        cells = [f"{', '.join(map(shown, found[each]))} | {statistics.median(spent[each]):.2f}" for each in METERS]
        print(f"| {Path(name).stem} ({len(frames[0].layout.channels)} ch) | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
