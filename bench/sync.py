"""Bench of sync: real sound, recorded again by a second recorder with another clock, room, noise and microphone.

    python bench/sync.py [../shared/data] [--choose] [--peer PYTHON] [--short]

The second recording is the first one resampled by a known rate from a known moment on, in a recorded room, with noise
or through a small camera's microphone. Error is the largest over the whole overlap, in pictures at 24 and 60 a second.
The peers are BBC's audio-offset-finder (a Python that has it, by --peer; it is handed samples at the 8 kHz that it
takes) and one correlation of both whole waves, as syncstart does it; both give an offset and no drift.

Settings were chosen on the even speakers with synthetic rooms (`--choose` takes those speakers); measured are the odd
ones, old films' dialogue, a lecture and film clips, in recorded rooms.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy import signal
from sound_files import RATE, load, noise, speakers, whole

from kinoeye.analyses.editing.sound_marks import SOUND_MARKS, sound_marks
from kinoeye.analyses.editing.syncs import syncs
from kinoeye.streams import Sound
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

AT = 17.3456  # seconds of the first recording at which the second begins
WAYS = ("room, pink 10 dB", "room, recorded noise 0 dB", "camera's microphone")
PEER = """
import sys, warnings; warnings.filterwarnings("ignore")
import numpy as np
from audio_offset_finder.audio_offset_finder import find_offset_between_buffers as find
one, other = (np.load(path).astype(float) for path in sys.argv[1:3])
found = find(one, other, 8000)
print(found["time_offset"], found["standard_score"])
"""


def clips(data, *, is_chosen):
    """Return clips of real sound, each of the same power."""
    paths = [path for each in speakers(data, is_held_out=not is_chosen).values() for path in each]
    if not is_chosen:
        paths += sorted((data / "speech" / "notld").glob("*.flac"))
        paths += [data / "speech" / "physics_lecture_lewin.webm"]
        names = ("chaplin_10s.mp4", "his_girl_friday_1940_6s.mp4", "nasa_13013_13s.audio.mp3", "bug_learn_7s.mp4",
                 "tears_of_steel_battle_70s.webm", "big_buck_bunny_0_30.webm", "timecode_01h_42s.mp4")  # fmt: skip
        paths += [data / "film_clips" / name for name in names]
    found = []
    for path in paths:
        try:
            clip = load(path)
        except (IndexError, ValueError):
            continue  # without sound
        if (power := (clip**2).mean()) > 1e-9:
            found.append(clip * 0.05 / np.sqrt(power))
    return found


def laid(pieces, seconds, random):
    """Return clips in random order with pauses, at levels of their own; all of them before one comes again."""
    out, count = [np.zeros(RATE)], RATE
    while count < seconds * RATE:
        for number in random.permutation(len(pieces)):
            pause = np.zeros(int(random.uniform(0.1, 2.5) * RATE))
            out += [pause, pieces[number] * 10 ** (random.uniform(-6, 6) / 20)]
            count += len(pause) + len(pieces[number])
    return np.concatenate(out)[: int(seconds * RATE)]


def resampled(wave, ppm, begin, count):
    """Return `count` samples of another clock: its sample k is the wave at begin + k (1 + ppm / 1e6) samples."""
    out = np.zeros(count, np.float32)
    step = 60 * RATE
    for first in range(0, count, step):
        number = np.arange(first, min(count, first + step))
        at = begin * RATE + number * (1 + ppm * 1e-6)
        low, high = max(0, int(at[0]) - 64), min(len(wave), int(at[-1]) + 66)
        if high - low < 8:
            continue
        fine = signal.resample_poly(wave[low:high], 4, 1)
        place = (at - low) * 4
        below = np.clip(np.floor(place).astype(int), 1, len(fine) - 3)
        part = place - below
        a, b, c, d = (fine[below + n] for n in (-1, 0, 1, 2))
        cubic = b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)))
        out[number] = np.where(at < len(wave) - 2, cubic, 0)
    return out


def room(data, name):
    """Return a recorded room's response from its direct sound on, which is truth's moment."""
    wave = load(data / "speech" / "noise" / name)
    wave = wave[int(np.abs(wave).argmax()) :]
    return wave / np.sqrt((wave**2).sum())


def heard(wave, response, hiss, decibels):
    """Return sound in a room, with noise so many dB below what is loud enough to be speech."""
    wet = signal.oaconvolve(wave, response)[: len(wave)]
    power = (wet[np.abs(wet) > 0.003] ** 2).mean()
    return wet + hiss[: len(wet)] * np.sqrt(power / 10 ** (decibels / 10))


def camera(wave):
    """Return sound as a small camera keeps it: 300 to 3400 Hz, 8 kHz, clipped, 8 bits."""
    low = signal.resample_poly(wave, 1, 2)
    low = signal.sosfilt(signal.butter(2, [300, 3400], "bandpass", fs=8000, output="sos"), low)
    loud = np.clip(low / np.quantile(np.abs(low), 0.995), -0.8, 0.8)
    return signal.resample_poly(np.round(loud * 127) / 127, 2, 1)[: len(wave)] * 0.5


def marked(waves):
    """Return the table of marks, and CPU seconds."""
    begin = time.process_time()
    rows = [with_asset(sound_marks(Sound(whole(wave), 0)), name) for name, wave in waves.items()]
    return pa.concat_tables([SOUND_MARKS.stored_schema.empty_table(), *rows]), time.process_time() - begin


def ours(one, other, ppm, seconds):
    """Return the largest error in ms (None if not found), the drift told, and CPU seconds."""
    table, spent = marked({"a": one, "b": other})
    begin = time.process_time()
    rows = syncs(table).to_pylist()
    spent += time.process_time() - begin
    if len(rows) != 1:
        return None, None, spent
    row = rows[0]
    if row["asset"] == "a":  # the longer one's clock: turn it round
        rate = 1 + row["drift_ppm"] * 1e-6
        start, there = row["start"] / FLICKS_PER_SECOND, (row["start"] + row["offset"]) / FLICKS_PER_SECOND
        first, slope = start - there / rate, 1 / rate
    else:
        slope = 1 + row["drift_ppm"] * 1e-6
        start = row["start"] / FLICKS_PER_SECOND
        first = start + row["offset"] / FLICKS_PER_SECOND - start * slope
    at = np.linspace(0, seconds, 200)
    error = np.abs(first + at * slope - AT - at * (1 + ppm * 1e-6)).max() * 1000
    return float(error), (slope - 1) * 1e6, spent


def one_offset(offset, ppm, seconds):
    """Return the largest error in ms of an offset without drift."""
    at = np.linspace(0, seconds, 200)
    return float(np.abs(offset - AT - at * ppm * 1e-6).max() * 1000)


def peer(python, one, other):
    """Return what audio-offset-finder says, seconds, and CPU seconds."""
    if python is None:
        return None, 0.0
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "one.npy", Path(folder) / "other.npy"]
        for path, wave in zip(paths, (one, other), strict=True):
            np.save(path, signal.resample_poly(wave, 1, 2).astype(np.float32))
        begin = time.time()
        done = subprocess.run([python, "-c", PEER, *map(str, paths)], capture_output=True, text=True, check=False)
        spent = time.time() - begin
    return (float(done.stdout.split()[0]), spent) if done.returncode == 0 else (None, spent)


def plain(one, other):
    """Return where one correlation of both waves puts the second, seconds, and CPU seconds."""
    begin = time.process_time()
    size = 1 << (len(one) + len(other)).bit_length()
    curve = np.fft.irfft(np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size)), size)
    place = int(np.abs(curve).argmax())
    place -= size if place > len(one) else 0
    return place / RATE, time.process_time() - begin


def shown(error):
    """Return an error in ms and in pictures at 24 and 60 a second."""
    return "not found | | " if error is None else f"{error:.2f} | {error * 0.024:.3f} | {error * 0.060:.3f}"


def second(dry, way, response, hiss):
    """Return what the second recorder keeps."""
    if way == WAYS[0]:
        return heard(dry, response[0], hiss["pink"], 10)
    if way == WAYS[1]:
        return heard(dry, response[1], hiss["noise2.wav"], 0)
    return camera(heard(dry, response[0], hiss["pink"], 20))


def drifts(options, random, pieces):
    """Print the table of long recordings."""
    print("| minutes | ppm | heard | largest error, ms | pictures at 24 | at 60 | ppm told | CPU s "
          "| audio-offset-finder, ms | s | one correlation, ms | CPU s |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    response = room(options.data, "rir1.wav"), room(options.data, "rir3.wav")
    lengths = ((20, (0, 145)),) if options.short else ((20, (145, -300, -20, 20, 0)), (44, (145,)))
    for minutes, rates in lengths:
        wave = laid(pieces, minutes * 60 + 40, random)
        quiet = wave + random.normal(0, 1e-4, len(wave))
        hiss = {kind: noise(options.data, kind, len(wave), 7) for kind in ("pink", "noise2.wav")}
        for ppm in rates:
            dry = resampled(wave, ppm, AT, minutes * 60 * RATE)
            for name in WAYS:
                other = second(dry, name, response, hiss)
                error, told, spent = ours(quiet, other, ppm, minutes * 60)
                asked = (
                    options.peer if minutes == 20 and ppm in {0, 145} and name == WAYS[0] else None
                )  # it takes minutes
                offset, took = peer(asked, quiet, other)
                theirs = "" if offset is None else f"{one_offset(offset, ppm, minutes * 60):.0f}"
                simple, used = plain(quiet, other)
                print(f"| {minutes} | {ppm:+} | {name} | {shown(error)} | {'' if told is None else f'{told:+.1f}'} "
                      f"| {spent:.1f} | {theirs} | {took:.0f} | {one_offset(simple, ppm, minutes * 60):.0f} "
                      f"| {used:.1f} |", flush=True)  # fmt: skip


def takes(options, random, pieces):
    """Print the table of short recordings: a folder of takes, each heard by a recorder and a camera."""
    print("\n| a take lasts | true pairs | found | wrong pairs | largest error, ms: median | worst | CPU s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    response = [room(options.data, f"rir{number}.wav") for number in (1, 2, 3, 4)]
    stock = np.concatenate([np.append(piece, np.zeros(RATE)) for piece in pieces])
    for seconds, count in ((15, 24), (30, 16), (60, 10)):
        waves, truth = {}, {}
        for number in range(count):
            part = stock[number * seconds * RATE : (number + 1) * seconds * RATE]
            if len(part) < seconds * RATE:
                break
            ppm, late = float(random.uniform(-60, 60)), float(random.uniform(0, 0.2)) * seconds
            dry = resampled(part, ppm, late, int((seconds - late) * RATE * 0.9))
            hiss = noise(options.data, "pink", seconds * RATE, 100 + number)  # never the same noise twice
            decibels = float(random.choice([0, 10, 20]))
            waves[f"r{number:02}"] = part + random.normal(0, 1e-4, len(part))
            waves[f"c{number:02}"] = heard(dry, response[number % 4], hiss, decibels)
            truth[f"c{number:02}", f"r{number:02}"] = late, ppm, len(dry) / RATE
        table, spent = marked(waves)
        begin = time.process_time()
        rows = syncs(table).to_pylist()
        spent += time.process_time() - begin
        errors, wrong = [], 0
        for row in rows:
            names = tuple(sorted((row["asset"], row["other"])))
            if names not in truth:
                wrong += 1
                continue
            late, ppm, length = truth[names]
            at = np.linspace(0, length, 50)
            true = late + at * (1 + ppm * 1e-6)  # of the recorder
            start, offset = row["start"] / FLICKS_PER_SECOND, row["offset"] / FLICKS_PER_SECOND
            rate = row["drift_ppm"] * 1e-6
            mine, theirs = (true, at) if row["asset"].startswith("r") else (at, true)
            errors.append(float(np.abs(mine + offset + rate * (mine - start) - theirs).max() * 1000))
        pairs = len(list(combinations(waves, 2)))
        print(f"| {seconds} s | {len(truth)} of {pairs} | {len(errors)} | {wrong} | {np.median(errors):.2f} "
              f"| {max(errors):.2f} | {spent:.1f} |", flush=True)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--peer")
    options = parser.parse_args()
    random = np.random.default_rng(5)
    pieces = clips(options.data, is_chosen=options.choose)
    sys.stderr.write(f"{len(pieces)} clips, {sum(map(len, pieces)) / RATE / 60:.1f} minutes\n")
    takes(options, random, pieces)
    print()
    drifts(options, random, pieces)


if __name__ == "__main__":
    main()
