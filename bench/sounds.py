"""Bench of sounds: real recordings that the net was not taught with, called by their kinds, beside two peers.

    python bench/sounds.py PACKAGES [--choose] [--ina "PYTHON SCRIPT"]

PACKAGES is a folder with packages of Debian 12 unpacked, one folder each, as bench/sounds_train/real.tsv names them:
some are for development (`--choose` shows limits on them), others to measure with. A clip is told as a kind if the
analysis' limits tell it anywhere in it. Speech, music and other sound are compared with inaSpeechSegmenter (`--ina` is
a Python that has it, and bench/sounds_ina.py). CPU seconds of one thread.
"""

import argparse
import collections
import json
import shlex
import subprocess
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
from sounds_train.material import RATE, decoded, real, staged

from kinoeye.analyses.sound.sounds import LIMITS, LONG, SHORT, STEADY
from kinoeye.models.sounds import KINDS, odds
from kinoeye.signals.spans import smoothed

ALLOWED = 0.02  # of the clips of other kinds may be told as this one, when a limit is chosen


def clips(folder, part, seconds=8):
    """Rows (kind, package, samples int16) of all clips that can be read."""
    for kind, package, path in real(folder, part):
        try:
            samples = decoded(path, seconds)
        except (UnicodeDecodeError, OSError, ValueError):
            continue
        if len(samples) >= RATE // 40 and np.abs(samples.astype(int)).max() > 30:
            yield kind, package, np.int16(staged(samples, np.random.default_rng(0))[0] * 32767)


def tops(samples):
    """The highest log-odds of every kind anywhere in a clip, over a second for steady kinds."""
    heard = odds([samples])
    return np.array([smoothed(heard[:, n], LONG if kind in STEADY else SHORT).max() for n, kind in enumerate(KINDS)])


def choose(rows):
    """Print a limit for every kind: as low as may be while clips of other kinds are seldom told as it."""
    kinds = np.array([kind for kind, _, _ in rows])
    scores = np.array([tops(samples) for _, _, samples in rows])
    print("| kind | clips | limit | told of its own | of others |\n| --- | --- | --- | --- | --- |")
    for number, kind in enumerate(KINDS):
        others, own = np.sort(scores[kinds != kind, number]), scores[kinds == kind, number]
        limit = max(0.0, float(others[-1 - int(ALLOWED * len(others))]) + 0.05)
        print(
            f"| {kind} | {len(own)} | {limit:.1f} | {(own > limit).sum() / max(1, len(own)):.2f} "
            f"| {np.mean(others > limit):.3f} |"
        )


def measure(rows):
    """Print how many clips of each kind are told as it, and how many of others are."""
    begin = time.process_time()
    scores = np.array([tops(samples) for _, _, samples in rows])
    cost = (time.process_time() - begin) / sum(len(samples) / RATE for _, _, samples in rows)
    kinds = np.array([kind for kind, _, _ in rows])
    told = np.array(
        [[scores[n, KINDS.index(kind)] > LIMITS.get(kind, np.inf) for kind in KINDS] for n in range(len(rows))]
    )
    print(
        "| kind | clips | told as it | precision, kinds weighed alike | most often told instead |\n"
        "| --- | --- | --- | --- | --- |"
    )
    for number, kind in enumerate(KINDS):
        own = kinds == kind
        if not own.any():
            continue
        right = told[own, number].mean()
        wrong = [told[kinds == other, number].mean() for other in sorted(set(kinds)) if other != kind]
        precision = right / max(right + sum(wrong), 1e-9)
        instead = collections.Counter(
            KINDS[m] for row in told[own & ~told[:, number]] for m in np.flatnonzero(row)
        ).most_common(3)
        others = ", ".join(f"{name} {count}" for name, count in instead)
        print(
            f"| {kind}{'' if kind in LIMITS else ' (not told)'} | {own.sum()} | {right:.2f} | {precision:.2f} "
            f"| {others} |"
        )
    some = told[:, [KINDS.index(kind) for kind in LIMITS]].any(1)
    print(
        f"\n{np.mean(~some):.2f} of all clips are told as nothing; {told.sum(1).mean():.2f} kinds a clip; "
        f"{cost:.4f} CPU s a second"
    )
    return scores


def three(rows, scores, ina):
    """Print speech, music and the rest, every clip called one of them, beside the peer."""
    truth = [kind if kind in {"speech", "music"} else "noise" for kind, _, _ in rows]
    ways = {"Kinoeye": [_first(row) for row in scores]}
    if ina:
        ways["inaSpeechSegmenter 0.6.8 (smn)"] = by_ina(rows, ina)
    print(
        "\n| way | speech right | music right | other sound right | mean | nothing said | CPU s a second |\n"
        "| --- | --- | --- | --- | --- | --- | --- |"
    )
    for way, said in ways.items():
        cost = said.pop() if way != "Kinoeye" else None
        right = [
            np.mean([s == t for s, t in zip(said, truth, strict=True) if t == name])
            for name in ("speech", "music", "noise")
        ]
        none = np.mean([s == "" for s in said])
        print(
            f"| {way} | "
            + " | ".join(f"{r:.3f}" for r in right)
            + f" | {np.mean(right):.3f} | {none:.3f} | {'above' if cost is None else f'{cost:.4f}'} |"
        )


def _first(row):
    """What is likeliest: speech, music, or any other."""
    first = KINDS[int(np.argmax(row))]
    return first if first in {"speech", "music"} else "noise"


def by_ina(rows, command):
    """The peer's answer for each clip, the kind that it tells longest, and its cost at the end."""
    with tempfile.TemporaryDirectory() as folder:
        for number, (_, _, samples) in enumerate(rows):
            with wave.open(f"{folder}/{number:05d}.wav", "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(samples.tobytes())
        done = subprocess.run([*shlex.split(command), folder], capture_output=True, text=True, check=True)
    answers = json.loads(done.stdout.splitlines()[-1])
    return [answers["said"][f"{number:05d}.wav"] for number in range(len(rows))] + [answers["cost"]]


def main():
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path)
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--ina", default="")
    given = parser.parse_args()
    rows = list(clips(given.packages, "development" if given.choose else "measured"))
    if given.choose:
        choose(rows)
    else:
        three(rows, measure(rows), given.ina)


if __name__ == "__main__":
    main()
