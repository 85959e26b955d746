"""Bench of rooms: clean speech put into rooms of a known reverberation time, synthetic and recorded.

    python bench/rooms.py [../shared/data] [--choose]

Forty seconds of each held-out speaker (of the others with `--choose`), half a second between clips, noise at -63 dBFS.
Synthetic rooms are decaying noise behind the direct sound; the recorded responses' own times are taken by Schroeder's
integration from -5 to -25 dB.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from sound_files import RATE, load, speakers, whole

from kinoeye.analyses.sound.rooms import rooms
from kinoeye.analyses.sound.speech import speech
from kinoeye.streams import Sound

SECONDS = 40
TIMES = (0.2, 0.3, 0.5, 0.8, 1.2)
DIRECT = (-3, 6)
RECORDED = ("rir1.wav", "rir4.wav")  # the other two end in noise 35 dB down, so that nobody knows their times


def synthetic(seconds, direct_db, random):
    """Return a room's response."""
    at = np.arange(round(1.2 * seconds * RATE)) / RATE
    room = random.normal(0, 1, len(at)) * 10 ** (-3 * at / seconds) * (at > 0.003)
    room *= 10 ** (-direct_db / 20) / np.sqrt((room**2).sum())
    room[0] = 1
    return room


def schroeder(room):
    """Return the reverberation time of a response, three times the time from -5 to -25 dB."""
    power = room[np.abs(room).argmax() :] ** 2
    energy = np.cumsum(power[::-1])[::-1]
    level = 10 * np.log10(np.maximum(energy / energy[0], 1e-12))
    part = np.flatnonzero((level <= -5) & (level >= -25))
    return -60 / np.polyfit(part / RATE, level[part], 1)[0]


def within(wave, room):
    """Return speech in a room."""
    size = len(wave) + len(room)
    heard = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(room, size), size)[: len(wave)]
    return 0.7 * heard / np.abs(heard).max()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    options = parser.parse_args()
    random = np.random.default_rng(1)
    waves = []
    for paths in speakers(options.data, is_held_out=not options.choose).values():
        line = np.concatenate([np.append(load(path), np.zeros(RATE // 2)) for path in paths])
        waves.append(line[: SECONDS * RATE])
    cases = [("as recorded", None, [np.ones(1)] * len(waves))]
    cases += [(f"{seconds} s, direct {direct:+d} dB", seconds, [synthetic(seconds, direct, random) for _ in waves])
              for seconds in TIMES for direct in DIRECT]  # fmt: skip
    for name in RECORDED:
        room = load(options.data / "speech" / "noise" / name)
        cases.append((name, schroeder(room), [room[np.abs(room).argmax() :]] * len(waves)))
    spent = 0.0
    print("| room | right | told, mean | mean error | told of | \n| --- | --- | --- | --- | --- |")
    for name, right, responses in cases:
        told = []
        for wave, room in zip(waves, responses, strict=True):
            heard = within(wave, room) + random.normal(0, 0.0005, len(wave))
            given = Sound(whole(heard), 0)
            spans = speech(given)
            begin = time.process_time()
            rows = rooms(given, spans).to_pylist()
            spent += time.process_time() - begin
            told += [row["reverberation_s"] for row in rows if row["reverberation_s"] is not None]
        mean = f"{np.mean(told):.2f} s" if told else "–"
        error = f"{100 * np.mean(np.abs(np.array(told) / right - 1)):.0f} %" if told and right else "–"
        print(
            f"| {name} | {f'{right:.2f} s' if right else '–'} | {mean} | {error} | {len(told)} of {len(waves)} |",
            flush=True,
        )
    print(f"\n{1000 * spent / (len(cases) * sum(len(wave) for wave in waves) / RATE):.2f} ms a second")


if __name__ == "__main__":
    main()
