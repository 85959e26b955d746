"""Bench of tempo and key: pieces whose tempo and key are known, played by recorded instruments, beside librosa.

    python bench/tempo_keys.py FONT.sf2 [--pieces 40] [--choose]

The pieces are made by rule (kinoeye music) in every mood, with tempo and key set by chance, and played by FluidSynth
with a General MIDI sound font. `--choose` takes other pieces: those that the limits were chosen on. Key: major or
minor with its tonic, beside librosa's chroma with the same ratings. CPU seconds of one thread.
"""

import argparse
import statistics
import time

import librosa
import numpy as np
from sounds_train.songs import played

from kinoeye.analyses.sound.music import BANDS, music
from kinoeye.models.mel import RATE_HZ, mels
from kinoeye.signals.harmony import NAMES
from kinoeye.signals.keys import fits
from kinoeye.signals.tempo import onsets, tempo
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.curves import WORDS
from kinoeye.treatments.sound.midi import midi
from kinoeye.treatments.sound.music import music as composed
from kinoeye.treatments.sound.sections import Section

SECONDS = 30
MAJOR = {"lydian", "ionian", "mixolydian"}


def pieces(font, count, first):
    """Samples, tempo and key of each."""
    moods = list(WORDS.values())
    for number in range(first, first + count):
        random = np.random.default_rng(number)
        section = Section(0, SECONDS * FLICKS_PER_SECOND, *moods[number % len(moods)])
        piece = composed([section], seed=number, tempo=float(random.uniform(60, 160)), key=NAMES[random.integers(12)])
        passage = piece.passages[0]
        name = f"{NAMES[piece.tonic]} {'major' if passage.mode in MAJOR else 'minor'}"
        yield played(midi(piece, title="piece"), font, seconds=SECONDS), passage.tempo, name


def ours(samples):
    """Tempo and key as the analysis tells them; empty where it tells none."""
    from kinoeye.analyses.sound.sounds import SOUNDS
    from kinoeye.analyses.sound.speech import SPEECH
    from kinoeye.streams import Sound

    sound = Sound(np.int16(np.clip(samples, -1, 1) * 32767), 0)
    span = {"start": 0, "end": len(samples) * (FLICKS_PER_SECOND // RATE_HZ), "kind": "music", "score": 1.0}
    row = music(sound, SOUNDS.from_rows([span]), SPEECH.empty()).to_pylist()[0]
    return row["tempo_bpm"] or 0.0, row["key"] or ""


def by_librosa(samples):
    """librosa's tempo, and its chroma with the same ratings of keys."""
    beats = float(np.atleast_1d(librosa.feature.tempo(y=samples, sr=RATE_HZ))[0])
    chroma = librosa.feature.chroma_cqt(y=samples, sr=RATE_HZ).mean(1)
    found = fits(chroma, np.zeros(12))
    return beats, max(found, key=found.__getitem__)


def relation(said, true):
    """MIREX's credit for a key: 1 the same, 0.5 a fifth off, 0.3 relative, 0.2 parallel."""
    if not said:
        return 0.0
    (tonic, mode), (other, truth) = said.split(), true.split()
    apart = (NAMES.index(tonic) - NAMES.index(other)) % 12
    if mode == truth:
        return {0: 1.0, 7: 0.5, 5: 0.5}.get(apart, 0.0)
    relative = 9 if truth == "major" else 3
    return 0.3 if apart == relative else 0.2 if apart == 0 else 0.0


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("font")
    parser.add_argument("--pieces", type=int, default=40)
    parser.add_argument("--choose", action="store_true")
    given = parser.parse_args()
    sounds = list(pieces(given.font, given.pieces, 1000 if given.choose else 0))
    if given.choose:
        for samples, true, name in sounds:
            beats, regularity = tempo(onsets(mels(samples, BANDS)))
            print(round(true, 1), beats, round(regularity, 2), name, *ours(samples)[1:])
    print(
        "| way | told | tempo within 4 % | or twice, half, thrice, a third | key told | right | MIREX's credit "
        "| CPU s a second |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for way, tell in {"Kinoeye": ours, "librosa": by_librosa}.items():
        rows, costs = [], []
        for samples, true, name in sounds:
            begin = time.process_time()
            beats, said = tell(samples.astype(np.float32))
            costs.append((time.process_time() - begin) / SECONDS)
            near = [abs(beats / (true * factor) - 1) < 0.04 for factor in (1, 2, 0.5, 3, 1 / 3)]
            rows.append((beats > 0, near[0], any(near), bool(said), said == name, relation(said, name)))
        told = np.array(rows, float)
        spread = f"{statistics.median(costs):.4f} ({min(costs):.4f}..{max(costs):.4f})"
        print(f"| {way} | " + " | ".join(f"{value:.3f}" for value in told.mean(0)) + f" | {spread} |")


if __name__ == "__main__":
    main()
