"""Bench of voices: which speakers of several files are one voice, in conversations of the same real readers.

    python bench/voices_across.py [../shared/data] [--choose] [--count 10]

Pairs of speakers of two files: precision and recall of "one voice", beside a peer that takes each speaker's vector of
the same net and joins by single linkage, and one that has only the mean spectrum. `--choose` runs on the speakers for
development. Half the files are in a noisy room, so one voice is heard in both.
"""

import argparse
from itertools import combinations
from pathlib import Path

import numpy as np
from conversations import cast
from scipy.cluster.hierarchy import fcluster, linkage
from sound_files import FRAME, RATE

from kinoeye.analyses.sound.speaker_vectors import SPEAKER_VECTORS, speaker_vectors
from kinoeye.analyses.sound.speakers import SPEAKERS, speakers
from kinoeye.analyses.sound.speech import speech
from kinoeye.analyses.sound.voices import VOICES, voices
from kinoeye.models.mel import mels
from kinoeye.streams import Sound
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

NEARNESSES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)


def truth_of(rows, truth, names):
    """Return who each number mostly is."""
    found = {}
    for row in rows:
        first, end = (row[each] * 100 // FLICKS_PER_SECOND for each in ("start", "end"))
        found.setdefault(row["speaker"], np.zeros(len(truth)))
        found[row["speaker"]] += truth[:, first:end].sum(axis=1)
    return {number: names[int(spoken.argmax())] for number, spoken in found.items()}


def spectrum_of(sound, rows, number):
    """Return the mean log spectrum of a speaker, of length one: what a peer without a net has."""
    parts = [sound.samples[r["start"] * RATE // FLICKS_PER_SECOND : r["end"] * RATE // FLICKS_PER_SECOND]
             for r in rows if r["speaker"] == number]  # fmt: skip
    mean = np.log(mels(np.concatenate(parts).astype(np.float32) / 32768, 40) + 1e-6).mean(axis=0)
    mean -= mean.mean()
    return mean / np.linalg.norm(mean)


def rates(labels, names, files):
    """Return precision and recall over pairs of speakers of two files, and how many groups there are."""
    pairs = [(a, b) for a, b in combinations(range(len(names)), 2) if files[a] != files[b]]
    same = np.array([names[a] == names[b] for a, b in pairs])
    told = np.array([labels[a] is not None and labels[a] == labels[b] for a, b in pairs])
    return (told & same).sum() / max(1, told.sum()), (told & same).sum() / max(1, same.sum()), len(set(labels) - {None})


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--count", type=int, default=10)
    options = parser.parse_args()
    turns, vectors, spectra, names, keys = [], [], [], [], []
    for number, (samples, truth, who) in enumerate(cast(options.data, options.count, is_held_out=not options.choose)):
        sound, asset = Sound(samples[: len(samples) // FRAME * FRAME], 0), f"{number:032x}"
        rows = speakers(sound, speech(sound))
        turns.append(with_asset(rows, asset))
        vectors.append(with_asset(speaker_vectors(sound, rows, purpose="bench"), asset))
        for each, name in sorted(truth_of(rows.to_pylist(), truth, who).items()):
            names.append(name)
            keys.append((asset, each))
            spectra.append(spectrum_of(sound, rows.to_pylist(), each))
    import pyarrow as pa

    turns, vectors = pa.concat_tables(turns), pa.concat_tables(vectors)
    assert turns.schema.equals(SPEAKERS.stored_schema) and vectors.schema.equals(SPEAKER_VECTORS.stored_schema)
    files = [asset for asset, _ in keys]
    print(f"{len(keys)} speakers found in {options.count} files, {len(set(names))} readers")
    print("| way | precision | recall | voices |\n| --- | --- | --- | --- |")

    def say(way, labels):
        precision, recall, count = rates(labels, names, files)
        print(f"| {way} | {precision:.3f} | {recall:.3f} | {count} |")

    default = voices.__kwdefaults__["nearness"]
    for nearness in NEARNESSES if options.choose else (default,):
        known = {(row["asset"], row["speaker"]): row["voice"]
                 for row in voices(turns, vectors, VOICES.empty(), nearness=nearness).to_pylist()}  # fmt: skip
        say(f"Kinoeye, {nearness}", [known[key] for key in keys])
    at = {(row["asset"], row["speaker"]): row["vector"] for row in vectors.to_pylist()}
    there = [key for key in keys if key in at]
    for way, each in (("single", default), ("average", default)):
        groups = dict(zip(there, fcluster(linkage([at[k] for k in there], way), each, "distance"), strict=True))
        say(f"{way} linkage of the same vectors", [groups.get(key) for key in keys])
    for each in (0.2, 0.3, 0.4):
        say(f"mean spectrum, average linkage, {each}", list(fcluster(linkage(spectra, "average"), each, "distance")))


if __name__ == "__main__":
    main()
