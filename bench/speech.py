"""Bench of speech: where people speak, in clean clips laid into silence and in noise, beside WebRTC's detector.

    python bench/speech.py [../shared/data] [--choose]

Truth is the energy of the clean clips before anything is mixed in. F1 of 10 ms frames on held-out speakers; `--choose`
shows how the settings do on the others. CPU seconds of one thread.
"""

import argparse
import itertools
import time
from pathlib import Path

import numpy as np
import webrtcvad
from sound_files import FRAME, NOISES, RATE, mixed, noise, timeline, whole

from kinoeye.analyses.sound.speech import speech
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND

KINDS = ("white", "pink", *NOISES)
DECIBELS = (20, 10, 5, 0)


def ours(samples, **settings):
    """Kinoeye's table as a flag for each 10 ms."""
    flags = np.zeros(len(samples) // FRAME, bool)
    for row in speech(Sound(samples, 0), **settings).to_pylist():
        flags[row["start"] * 100 // FLICKS_PER_SECOND : row["end"] * 100 // FLICKS_PER_SECOND] = True
    return flags


def by_webrtc(samples, mode):
    """WebRTC's flags for each 30 ms."""
    detector = webrtcvad.Vad(mode)
    size = 3 * FRAME
    flags = [
        detector.is_speech(samples[at : at + size].tobytes(), RATE) for at in range(0, len(samples) - size + 1, size)
    ]
    return np.resize(np.append(np.repeat(flags, 3), [False] * 3), len(samples) // FRAME)


WAYS = {
    "Kinoeye": ours,
    "WebRTC 3": lambda samples: by_webrtc(samples, 3),
    "WebRTC 2": lambda samples: by_webrtc(samples, 2),
    "all is speech": lambda samples: np.ones(len(samples) // FRAME, bool),
}


def f1(found, truth):
    """F1 of frames."""
    return 2 * (found & truth).sum() / max(1, found.sum() + truth.sum())


def choose(data):
    """Show settings on the speakers for choosing: clean, and the mean of two noises at 10 and 0 dB."""
    samples, truth = timeline(data, is_held_out=False)
    noisy = [whole(mixed(samples, truth, noise(data, kind, len(samples)), level))
             for kind, level in itertools.product(("pink", "noise1.wav"), (10, 0))]  # fmt: skip
    for threshold, pause, pad in itertools.product((0.3, 0.4, 0.5, 0.6), (0.15, 0.25, 0.4), (0.0, 0.03, 0.05, 0.08)):
        settings = {"threshold": threshold, "doubt": max(0.05, threshold - 0.15), "pause": pause, "pad": pad}
        clean = f1(ours(whole(samples), **settings), truth)
        rest = np.mean([f1(ours(each, **settings), truth) for each in noisy])
        print(f"{threshold} {pause} {pad}: clean {clean:.4f} noisy {rest:.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    options = parser.parse_args()
    if options.choose:
        choose(options.data)
        return
    samples, truth = timeline(options.data, is_held_out=True)
    seconds = len(samples) / RATE
    cases = {("clean", ""): whole(samples)}
    for kind, level in itertools.product(KINDS, DECIBELS):
        cases[kind, level] = whole(mixed(samples, truth, noise(options.data, kind, len(samples)), level))
    print(f"{seconds:.0f} s, {100 * truth.mean():.0f} % of it spoken\n")
    scores = {}
    spent = dict.fromkeys(WAYS, 0.0)
    ours(cases["clean", ""][: RATE * 2])
    for case, given in cases.items():
        for way, detect in WAYS.items():
            begin = time.process_time()
            found = detect(given)
            spent[way] += time.process_time() - begin
            scores[way, case] = f1(found, truth)
    real = [kind for kind in KINDS if kind in NOISES]
    columns = [("clean", [("clean", "")])]
    columns += [(f"{kind} {level} dB", [(kind, level)]) for kind in ("white", "pink") for level in DECIBELS]
    columns += [(f"recorded {level} dB", [(kind, level) for kind in real]) for level in DECIBELS]
    print(f"| | {' | '.join(name for name, _ in columns)} | ms a second |\n|{' --- |' * (2 + len(columns))}")
    for way in WAYS:
        cells = [f"{np.mean([scores[way, case] for case in wanted]):.3f}" for _, wanted in columns]
        print(f"| {way} | {' | '.join(cells)} | {1000 * spent[way] / seconds / len(cases):.2f} |")


if __name__ == "__main__":
    main()
