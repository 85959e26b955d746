"""Bench of stems: real speech over music and over noise, parted, beside leaving the sound as it is.

    python bench/stems.py ../shared/data FONT.sf2

Speech of readers in turns of six seconds with as long pauses, music made by chance and played by FluidSynth, and
recorded noise; each stem's scale-invariant signal-to-distortion ratio against what was mixed in, beside the whole
mixture taken for that stem (which is all that a tool without stems has). CPU seconds of one thread.
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
from sounds_train.material import RATE, decoded
from sounds_train.songs import piece, played

from kinoeye.signals.blocks import whole
from kinoeye.treatments.sound.stems import STEMS, find, stem

SCENES, TURN = 8, 6


def ratio(answer, truth):
    """Scale-invariant signal-to-distortion ratio in dB."""
    part = (answer @ truth) / (truth @ truth) * truth
    return 10 * np.log10((part @ part) / ((answer - part) @ (answer - part)))


def scenes(data, font):
    """Dialogue, music and effects of each scene, float [n] at 16 kHz: 24 seconds, music in the second half only."""
    readers = sorted((data / "speech" / "librispeech_10spk").glob("*.flac"))
    noise = decoded(data / "speech" / "noise" / "noise4.wav") / 32768
    for number in range(SCENES):
        random = np.random.default_rng(number)
        count = 4 * TURN * RATE
        dialogue, music = np.zeros(count), np.zeros(count)
        for turn in (0, 2):
            said = decoded(readers[random.integers(len(readers))], TURN) / 32768
            dialogue[turn * TURN * RATE :][: len(said)] = said
        tune = played(piece(np.random.default_rng(9000 + number)), font)[: 2 * TURN * RATE]
        music[2 * TURN * RATE :][: len(tune)] = tune
        effects = np.resize(noise, count)
        level = np.sqrt(np.mean(dialogue[: TURN * RATE] ** 2))
        yield [dialogue, music * level / max(np.sqrt(np.mean(tune**2)), 1e-6), effects * level / 10 / noise.std()]


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("font")
    given = parser.parse_args()
    rows, costs = {name: [] for name in STEMS}, []
    for parts in scenes(given.data, given.font):
        sound = np.float32(sum(parts))[:, None]
        begin = time.process_time()
        heard = find(lambda sound=sound: iter([sound]), RATE)
        found = {name: whole(stem(iter([sound]), RATE, heard, name))[:, 0].astype(float) for name in STEMS}
        costs.append((time.process_time() - begin) / (len(sound) / RATE))
        for name, truth in zip(STEMS, parts, strict=True):
            rows[name].append((ratio(sound[:, 0].astype(float), truth), ratio(found[name], truth)))
    print(
        "| stem | the mixture, dB | the stem, dB | gain, median | gain, worst and best |\n"
        "| --- | --- | --- | --- | --- |"
    )
    for name, pairs in rows.items():
        before, after = np.array(pairs).T
        gain = after - before
        print(f"| {name} | {np.median(before):.1f} | {np.median(after):.1f} | {np.median(gain):+.1f} "
              f"| {gain.min():+.1f}, {gain.max():+.1f} |")  # fmt: skip
    print(f"\n{statistics.median(costs):.3f} CPU s a second for all three.")


if __name__ == "__main__":
    main()
