"""Bench of tempo, key and beats: pieces where they are known, played by recorded instruments, beside librosa.

    PYTHONPATH=bench/tempo_train python bench/tempo_keys.py FONT.sf2 FOLDER [FOLDER …] [--half held] [--most 60]

A folder is what `bench/tempo_train/material.py` made; its held-out half is taken, which shares neither seed, style nor
file with the half that was learnt from. Accuracy 1 is a tempo within 4 %, accuracy 2 also one of twice, half, three
times and a third (Gouyon et al. 2006). A key's credit is MIREX's: 1 the same, 0.5 a fifth off, 0.3 the relative, 0.2
the parallel key. A beat is found within 70 ms (F-measure, Davies et al. 2009, the first five seconds left out).
librosa: `feature.tempo`, `beat.beat_track`, and its chroma with Krumhansl's ratings. What is not told counts as wrong.
CPU seconds of one thread for a second of sound.
"""

import argparse
import csv
import statistics
import time
from pathlib import Path

import librosa
import numpy as np
from played import heard

from kinoeye.analyses.sound.beats import beats as beats_of
from kinoeye.analyses.sound.music import music
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.models.mel import RATE_HZ
from kinoeye.signals.harmony import NAMES
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
SETTLED, WINDOW = 5.0, 0.07  # seconds


def ours(samples):
    """Tempo, key and beats as the analyses tell them; empty where they tell none."""
    sound = Sound(np.int16(np.clip(samples, -1, 1) * 32767), 0)
    span = {"start": 0, "end": len(samples) * (FLICKS_PER_SECOND // RATE_HZ), "kind": "music", "score": 1.0}
    table = music(sound, SOUNDS.from_rows([span]), SPEECH.empty())
    row = table.to_pylist()[0]
    begin = time.process_time()
    found = beats_of(sound, table).column("start").to_numpy() / FLICKS_PER_SECOND
    return row["tempo_bpm"] or 0.0, row["key"] or "", found, time.process_time() - begin


def by_librosa(samples):
    """librosa's tempo, its chroma with Krumhansl's ratings, its beats."""
    samples = samples.astype(np.float32)
    bpm = float(np.atleast_1d(librosa.feature.tempo(y=samples, sr=RATE_HZ))[0])
    chroma = librosa.feature.chroma_cqt(y=samples, sr=RATE_HZ).mean(1)
    fits = [np.corrcoef(chroma, np.roll(each, tonic))[0, 1] for each in (MAJOR, MINOR) for tonic in range(12)]
    best = int(np.argmax(fits))
    begin = time.process_time()
    found = librosa.beat.beat_track(y=samples, sr=RATE_HZ, units="time")[1]
    return bpm, f"{NAMES[best % 12]} {'minor' if best >= 12 else 'major'}", found, time.process_time() - begin


def credit(said, true):
    """MIREX's credit for a key."""
    if not said:
        return 0.0
    (tonic, mode), (other, truth) = said.split(), true.split()
    apart = (NAMES.index(tonic) - NAMES.index(other)) % 12
    if mode == truth:
        return {0: 1.0, 7: 0.5, 5: 0.5}.get(apart, 0.0)
    return 0.3 if apart == (9 if truth == "major" else 3) else 0.2 if apart == 0 else 0.0


def agreed(said, true):
    """The F-measure of beats, each of which is found once at most."""
    said, true = said[said >= SETTLED], true[true >= SETTLED]
    if not len(said):
        return 0.0
    hits, at = 0, 0
    for each in true:
        while at < len(said) and said[at] < each - WINDOW:
            at += 1
        if at < len(said) and said[at] <= each + WINDOW:
            hits, at = hits + 1, at + 1
    return 2 * hits / (len(said) + len(true))


def compared(samples, tell, true, name):
    """Whatever is known of a piece, compared: measure to value."""
    begin = time.process_time()
    bpm, _, found, of_beats = tell(samples)
    seconds = len(samples) / RATE_HZ
    costs = {"cpu": (time.process_time() - begin - of_beats) / seconds, "cpu beats": of_beats / seconds}
    if true:
        near = [abs(bpm / (true * factor) - 1) < 0.04 for factor in (1, 2, 0.5, 3, 1 / 3)]
        costs |= {"tempo told": bpm > 0, "accuracy 1": near[0], "accuracy 2": any(near)}
        if name != "games":  # their music begins where it likes
            costs |= {"beats F": agreed(found, np.arange(0, seconds, 60 / true))}
    return costs


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("font", type=Path)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--half", default="held")
    parser.add_argument("--most", type=int, default=10**6, help="pieces of a folder")
    given = parser.parse_args()
    rows = {}
    for folder in given.folders:
        pieces = [row for row in csv.reader((folder / "truth.tsv").open(), delimiter="\t") if row[2] == given.half]
        for name, kind, _, true, key, _ in pieces[: given.most]:
            samples = heard(folder / name, given.font)
            for way, tell in {"Kinoeye": ours, "librosa": by_librosa}.items():
                said = []
                found = compared(samples, lambda each, tell=tell, said=said: said.append(tell(each)) or said[-1],
                                 float(true), kind)  # fmt: skip
                if key:
                    told = said[-1][1]
                    found |= {"key told": bool(told), "key right": told == key, "credit": credit(told, key)}
                rows.setdefault((kind, way), []).append(found)
    measures = ("tempo told", "accuracy 1", "accuracy 2", "key told", "key right", "credit", "beats F")
    print("| kind | pieces | way | " + " | ".join(measures) + " | CPU s a second | of beats |")
    print("| --- " * (len(measures) + 5) + "|")
    for (kind, way), found in sorted(rows.items()):
        cells = []
        for measure in measures:
            values = [each[measure] for each in found if measure in each]
            cells.append(f"{np.mean(values):.3f}" if values else "")
        for measure in ("cpu", "cpu beats"):
            values = [each[measure] for each in found]
            cells.append(f"{statistics.median(values):.4f} ({min(values):.4f}..{max(values):.4f})")
        print(f"| {kind} | {len(found)} | {way} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
