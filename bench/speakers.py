"""Bench of speakers: who speaks when, in conversations of real clips, beside resemblyzer's demo and a threshold.

    python bench/speakers.py [../shared/data] [--choose] [--count 20]

Rates are shares of what is spoken, each speaker's time counted, frames of 10 ms, without a collar. Peers have the
same vectors. `--choose` runs on the speakers for development. CPU seconds of one thread.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from conversations import conversations
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.optimize import linear_sum_assignment
from sound_files import FRAME, RATE

from kinoeye.analyses.sound import speakers as analysis
from kinoeye.analyses.sound.speech import speech
from kinoeye.models.speaker import embedding, narrow_embeddings
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND

THRESHOLDS = (0.35, 0.4, 0.45)
GIVEN = 5  # seconds of each speaker that resemblyzer's method is given


def labelled(rows, count):
    """Return the speaker of each 10 ms, -1 for nobody."""
    labels = np.full(count, -1)
    for row in rows:
        labels[row["start"] * 100 // FLICKS_PER_SECOND : row["end"] * 100 // FLICKS_PER_SECOND] = row["speaker"]
    return labels


def rates(labels, truth):
    """Return confusion, missed and false alarm as shares of what is spoken, speakers paired as is best."""
    spoken, found = truth.sum(axis=0), labels >= 0
    together = np.array([[(each & (labels == name)).sum() for name in np.unique(labels[found])] for each in truth])
    right = together[linear_sum_assignment(-together)].sum() if found.any() else 0
    parts = (
        np.minimum(spoken, found).sum() - right,
        np.maximum(spoken - found, 0).sum(),
        np.maximum(found - spoken, 0).sum(),
    )
    return np.array(parts) / spoken.sum()


def by_peer(sound, spans, decide):
    """Return the table that another decision on the same vectors makes."""
    kept = analysis.voices
    analysis.voices = lambda vectors: (decide(vectors), np.ones(len(vectors)))
    try:
        return analysis.speakers(sound, spans).to_pylist()
    finally:
        analysis.voices = kept


def references(samples, truth):
    """Return a vector of the first seconds in which each speaker is alone."""
    found = []
    for each in truth:
        alone = np.repeat(each & (truth.sum(axis=0) == 1), FRAME)[: len(samples)]
        found.append(embedding(samples[: len(alone)][alone][: GIVEN * RATE].astype(np.float32) / 32768))
    return np.array(found)


def ways(samples, truth):
    """Yield for each way its name and its rows."""
    sound = Sound(samples, 0)
    spans = speech(sound)
    begin = time.process_time()
    yield "Kinoeye", analysis.speakers(sound, spans).to_pylist(), time.process_time() - begin
    known = references(samples, truth)
    yield "resemblyzer's demo, told who", by_peer(sound, spans, lambda rows: (rows @ known.T).argmax(axis=1)), None
    for nearness in THRESHOLDS:
        rows = by_peer(
            sound, spans, lambda rows, t=nearness: fcluster(linkage(rows, "average", metric="cosine"), t, "distance")
        )
        yield f"average linkage, {nearness}", rows, None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    narrow_embeddings(np.zeros(RATE, np.float32), np.zeros(1, np.int64))  # so that loading is not counted
    results, counts, spent, seconds, singles = {}, {}, 0.0, 0.0, []
    for samples, truth in conversations(options.data, options.count, is_held_out=not options.choose):
        for way, rows, cpu in ways(samples, truth):
            results.setdefault(way, []).append(rates(labelled(rows, truth.shape[1]), truth))
            counts.setdefault(way, []).append((len({row["speaker"] for row in rows}), len(truth)))
            spent += cpu or 0.0
        seconds += len(samples) / RATE
        singles += [alone(samples, truth, number) for number in range(len(truth))]
    print(
        "| way | confusion % (least, median, most) | in a room | missed | false alarm | number right | found / true |"
    )
    print("|" + " --- |" * 7)
    for way, each in results.items():
        confusion, missed, alarm = 100 * np.array(each).T
        right = sum(found == true for found, true in counts[way])
        spread = f"{confusion.min():.1f}, {np.median(confusion):.1f}, {confusion.max():.1f}"
        pairs = " ".join(f"{found}/{true}" for found, true in counts[way])
        print(f"| {way} | {confusion.mean():.1f} ({spread}) | {confusion[1::2].mean():.1f} | {missed.mean():.1f} "
              f"| {alarm.mean():.1f} | {right} of {len(each)} | {pairs} |")  # fmt: skip
    print(f"\n{1000 * spent / seconds:.1f} ms a second")
    print(f"one voice alone: one found in {singles.count(1)} of {len(singles)}")


def alone(samples, truth, number):
    """Return how many are found where only one of them speaks."""
    kept = np.repeat(truth[number] & (truth.sum(axis=0) == 1), FRAME)
    sound = Sound(samples[: len(kept)][kept], 0)
    return len(set(analysis.speakers(sound, speech(sound))["speaker"].to_pylist()))


if __name__ == "__main__":
    main()
