"""Bench of overlaps: where two speak at once, in conversations of real clips, beside an energy rule and none.

    python bench/overlaps.py [../shared/data] [--choose] [--count 10]

Half the conversations have long overlaps (half the turns, 0.4 to 2 s), half short ones (a fifth, 0.2 to 1 s). Precision
and recall of 10 ms frames, of those that speech was found in, and of overlaps found at all. The energy rule takes its
best threshold on what it is measured with. `--choose` learns the weights on the speakers for development, conversations
of five parts in turn left out, and prints them.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from conversations import cast
from sound_files import FRAME, RATE

from kinoeye.analyses.sound.overlaps import looks, overlaps
from kinoeye.analyses.sound.speakers import speakers
from kinoeye.analyses.sound.speech import speech
from kinoeye.models.speaker import STEP
from kinoeye.signals import crosstalk
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND

KINDS = {"long": (0.5, (40, 201)), "short": (0.2, (20, 101))}
RIDGE = 1.0


def material(data, count, *, is_held_out):
    for kind, (share, lengths) in KINDS.items():
        for samples, truth, _ in cast(data, count, is_held_out=is_held_out, overlapped=share, overlaps=lengths):
            sound = Sound(samples[: len(samples) // FRAME * FRAME], 0)
            yield kind, sound, truth, speakers(sound, speech(sound))


def learned(rows, flags, rounds=40):
    """Return bias and weights of a logistic regression, by Newton's method, on rows scaled to one."""
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    scaled = np.column_stack([np.ones(len(rows)), (rows - middle) / spread])
    weights, penalty = np.zeros(scaled.shape[1]), RIDGE * np.eye(scaled.shape[1])
    penalty[0, 0] = 0
    for _ in range(rounds):
        sure = 1 / (1 + np.exp(-scaled @ weights))
        slope = scaled.T @ (sure - flags) + penalty @ weights
        weights -= np.linalg.solve((scaled * (sure * (1 - sure))[:, None]).T @ scaled + penalty, slope)
    plain = weights[1:] / spread
    return weights[0] - plain @ middle, plain


def choose(data, count):
    rows, flags, groups = [], [], []
    for number, (_, sound, truth, turns) in enumerate(material(data, count, is_held_out=False)):
        looked = looks(sound, turns)
        rows.append(looked[2])
        flags.append((truth.sum(axis=0) > 1)[np.minimum(looked[0] // FRAME, truth.shape[1] - 1)])
        groups.append(np.full(len(looked[0]), number % 5))
    rows, flags, groups = np.concatenate(rows), np.concatenate(flags), np.concatenate(groups)
    sure = np.zeros(len(rows))
    for part in range(5):
        bias, weights = learned(rows[groups != part], flags[groups != part])
        sure[groups == part] = 1 / (1 + np.exp(-(bias + rows[groups == part] @ weights)))
    smooth = np.convolve(np.pad(sure, 1, "edge"), (0.25, 0.5, 0.25), "valid")
    for threshold in (0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        told = smooth >= threshold
        right = (told & flags).sum()
        print(f"left out, at {threshold}: precision {right / max(1, told.sum()):.2f}, recall {right / flags.sum():.2f}")
    bias, weights = learned(rows, flags)
    print(f"_BIAS = {bias:.3f}\n_WEIGHTS = np.array([{', '.join(f'{each:.3f}' for each in weights)}])")


def frames_of(rows, count):
    flags = np.zeros(count, bool)
    for row in rows:
        flags[row["start"] * 100 // FLICKS_PER_SECOND : row["end"] * 100 // FLICKS_PER_SECOND] = True
    return flags


def found_of(truth, told):
    """Return how many overlaps there are, and how many of them were found at all."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], truth.astype(int), [0]])))
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    return len(spans), sum(bool(told[first:last].any()) for first, last in spans)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--count", type=int, default=10)
    options = parser.parse_args()
    if options.choose:
        choose(options.data, options.count)
        return
    results, levels, spent, seconds, pairs = {kind: [] for kind in KINDS}, {kind: [] for kind in KINDS}, 0.0, 0.0, []
    for kind, sound, truth, turns in material(options.data, options.count, is_held_out=True):
        begin = time.process_time()
        rows = overlaps(sound, turns).to_pylist()
        spent, seconds = spent + time.process_time() - begin, seconds + len(sound) / RATE
        both, spoken = truth.sum(axis=0) > 1, frames_of(turns.to_pylist(), truth.shape[1])
        told = frames_of(rows, truth.shape[1])
        results[kind].append((both, told))
        level = crosstalk.harmony(sound.samples.astype(np.float32) / 32768)[:, 0]
        levels[kind].append(np.where(spoken, np.repeat(level, 2)[: truth.shape[1]], -np.inf))
        pairs += [row["other"] is not None for row in rows]
    print("| overlaps | way | share % | precision | recall | F | found at all |\n|" + " --- |" * 7)
    for kind, each in results.items():
        both, told = (np.concatenate(part) for part in zip(*each, strict=True))
        counts = np.sum([found_of(*one) for one in each], axis=0)
        level = np.concatenate(levels[kind])
        rules = [level >= at for at in np.quantile(level[np.isfinite(level)], np.linspace(0.5, 0.99, 50))]
        best = max(rules, key=lambda rule: 2 * (rule & both).sum() / (rule.sum() + both.sum()))
        for way, flags in (("Kinoeye", told), ("energy rule, best threshold", best), ("none", np.zeros_like(both))):
            right = (flags & both).sum()
            f = 2 * right / max(1, flags.sum() + both.sum())
            many = f"{counts[1]} of {counts[0]}" if way == "Kinoeye" else ""
            recall = right / both.sum()
            precision = f"{right / flags.sum():.2f}" if flags.any() else "-"
            print(f"| {kind} | {way} | {100 * both.mean():.1f} | {precision} | {recall:.2f} | {f:.2f} | {many} |")
    print(f"\n{1000 * spent / seconds:.1f} ms a second, looks every {STEP / RATE} s, {np.mean(pairs):.2f} name both")


if __name__ == "__main__":
    main()
