"""Bench of sound faults: faults planted in clean sound at graded strengths, and false alarms on sound that has none.

    python bench/sound_faults.py [../shared/data] [--choose]

Speech of held-out speakers (of the others with `--choose`), 20 s each, brought to 48 kHz stereo in which the second
channel is a little different. Each fault is planted alone, once in each 20 s, as PCM and after AAC of 192 kbit/s.
Found is a row of its kind that overlaps it; any other row is a false one.
"""

import argparse
import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from sound_files import load, speakers

from kinoeye.analyses.sound.sound_faults import sound_faults
from kinoeye.media.meters import Meter
from kinoeye.streams import Meters, Sound
from kinoeye.timecode import FLICKS_PER_SECOND

RATE = 48_000
SECONDS = 20
FILMS = ("tears_of_steel_battle_70s.webm", "big_buck_bunny_0_30.webm", "nasa_13013_13s.mp4", "timecode_01h_42s.mp4",
         "sintel_2s.mp4")  # fmt: skip


def frames_of(samples, rate_hz=RATE):
    """Cut float [2, n] into frames."""
    for begin in range(0, samples.shape[1], 1024):
        planes = np.ascontiguousarray(samples[:, begin : begin + 1024], np.float32)
        frame = av.AudioFrame.from_ndarray(planes, format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, begin, Fraction(1, rate_hz)
        yield frame


def coded(samples):
    """Send stereo through AAC and back."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as out:
        track = out.add_stream("aac", rate=RATE)
        track.codec_context.layout, track.codec_context.bit_rate = "stereo", 192_000
        for frame in [*frames_of(samples), None]:
            out.mux(track.encode(frame))
    file.seek(0)
    with av.open(file) as container:
        return np.hstack([frame.to_ndarray() for frame in container.decode(audio=0)])


def rows_of(frames):
    """Return the rows of frames of sound."""
    meter, taken, pieces = Meter(), [], []
    resampler = av.AudioResampler("s16", "mono", 16_000)
    for frame in frames:
        meter.add(frame)
        taken.append(meter.take())
        frame.pts = None
        pieces += [np.frombuffer(each.planes[0], np.int16)[: each.samples] for each in resampler.resample(frame)]
    meter.finish()
    meters = Meters(np.concatenate([*taken, meter.take()]), 0, meter.count, meter.rate_hz, meter.layout)
    return sound_faults(meters, Sound(np.concatenate(pieces), 0)).to_pylist()


def pieces_of(data, *, is_held_out):
    """Return 20 s of each speaker, float [2, n], at -26 dBFS, with a quiet room of its own in each channel."""
    random = np.random.default_rng(5)
    for paths in speakers(data, is_held_out=is_held_out).values():
        line = np.concatenate([load(path, RATE) for path in paths[:10]])
        for begin in range(0, min(len(line) - SECONDS * RATE + 1, 2 * SECONDS * RATE), SECONDS * RATE):
            one = line[begin : begin + SECONDS * RATE]
            one = one * 0.05 / np.sqrt((one**2).mean())
            pair = np.stack([one, 0.8 * one]) + random.normal(0, 0.0003, (2, len(one)))
            yield pair * min(1, 0.9 / np.abs(pair).max())


def loud_place(samples, random):
    """Return a sample number in the middle of a word."""
    level = np.convolve(samples[0] ** 2, np.ones(960), "same")
    return int(random.choice(np.flatnonzero(level[RATE:-RATE] > np.quantile(level, 0.8)))) + RATE


def hum(samples, random, level):
    mains = random.choice([50, 60]) + random.uniform(-0.1, 0.1)
    at = np.arange(samples.shape[1]) / RATE
    wave = sum(np.sin(2 * np.pi * mains * k * at + random.uniform(0, 6)) / k for k in range(1, 7))
    return samples + 10 ** (level / 20) * wave, (0, SECONDS)


def clipping(samples, _, level):
    return np.clip(samples / np.abs(samples).max() * 10 ** (level / 20), -1, 1), (0, SECONDS)


def click(samples, random, height):
    place = int(random.integers(RATE, samples.shape[1] - RATE))
    samples = samples.copy()
    samples[:, place : place + 2] += height * np.array([1, -0.5]) * random.choice([-1, 1])
    return samples, (place / RATE - 0.1, place / RATE + 0.1)


def hole(samples, random, milliseconds):
    place, samples = loud_place(samples, random), samples.copy()
    samples[:, place : place + round(milliseconds * RATE / 1000)] = 0
    return samples, (place / RATE - 0.1, place / RATE + 0.2)


def out_of_phase(samples, random, independent):
    own = random.permutation(samples.shape[1] // 2400 * 2400).reshape(-1)[: samples.shape[1]]
    other = np.resize(samples[0][own], samples.shape[1])
    return np.stack([samples[0], -samples[1] + independent * np.std(samples[1]) * other / np.std(other)]), (0, SECONDS)


def dead_channel(samples, random, hiss):
    return np.stack([samples[0], random.normal(0, 1, samples.shape[1]) * 10 ** (hiss / 20)]), (0, SECONDS)


def offset(samples, _, percent):
    return samples + percent / 100, (0, SECONDS)


PLANTED = (
    ("hum", "dBFS of the first line", hum, (-70, -60, -50, -40)),
    ("clipping", "dB too loud", clipping, (1, 3, 6, 12)),
    ("click", "of full scale", click, (0.03, 0.1, 0.3, 0.6)),
    ("hole", "ms", hole, (2, 5, 20, 100)),
    ("out of phase", "of it independent", out_of_phase, (0.0, 0.3, 0.6)),
    ("dead channel", "dBFS of hiss in it", dead_channel, (-200, -95, -70)),
    ("offset", "%", offset, (0.5, 1.5, 5)),
)


def judged(rows, kind, place):
    """Return whether the fault is found, and how many other rows there are."""
    right = [row["kind"] == kind and row["start"] / FLICKS_PER_SECOND < place[1]
             and row["end"] / FLICKS_PER_SECOND > place[0] for row in rows]  # fmt: skip
    return any(right), len(rows) - sum(right)


def film_frames(path):
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            yield frame


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    options = parser.parse_args()
    pieces = list(pieces_of(options.data, is_held_out=not options.choose))
    print(f"{len(pieces)} pieces of {SECONDS} s\n\n| fault | strength | PCM found | false | AAC found | false |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind, unit, plant, strengths in PLANTED:
        for strength in strengths:
            results = []
            for way in (lambda samples: samples, coded)[: 1 if options.choose else 2]:
                random = np.random.default_rng(8)
                planted = [plant(each, random, strength) for each in pieces]
                judgements = [judged(rows_of(frames_of(way(wave))), kind, place) for wave, place in planted]
                results += [
                    f"{sum(found for found, _ in judgements)} of {len(pieces)}",
                    str(sum(n for _, n in judgements)),
                ]
            print(f"| {kind} | {strength} {unit} | {' | '.join(results)} |", flush=True)
    clean = [row["kind"] for each in pieces for row in rows_of(frames_of(each))]
    print(f"\nnothing planted, {len(pieces) * SECONDS / 60:.0f} min: {clean or 'no row'}")
    for name in FILMS:
        rows = rows_of(film_frames(options.data / "film_clips" / name))
        said = [
            f"{row['kind']} {row['start'] / FLICKS_PER_SECOND:.1f} s ({row['value']:.2f} {row['unit']})" for row in rows
        ]
        print(f"{name}: {', '.join(said) or 'no row'}")


if __name__ == "__main__":
    main()
