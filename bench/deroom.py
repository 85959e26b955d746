"""Bench of deroom: real clips in rooms that are known, beside weighted prediction error (WPE) on one microphone.

    python bench/deroom.py [../shared/data] [--words N] [--choose]

Rooms are made (noise that dies away by 60 dB in 0.4, 0.7 and 1 s, as loud as the direct sound) or recorded. Of a clip
of every held-out speaker: the early part of the room's answer (the first 50 ms) against all else in the sound, as
SI-SDR; and how loud the room still sounds where the speaker is silent, against where they speak. Of N clips whose text
people wrote: the words that pocketsphinx gets wrong. Settings were chosen on other clips, which `--choose` takes, in
other rooms; WPE has its package's own settings, in frames of 32 ms. "Late echo alone" is the second half of ours, which
was all of it before. Peer: pip install nara_wpe==0.0.11.
"""

import argparse
import csv
import logging
import re
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pocketsphinx
from clean_sound import DATA, RATE_HZ, Sound, ours, ratio_of, read, recognised, wrong_words
from nara_wpe.utils import istft, stft
from nara_wpe.wpe import wpe
from scipy import signal
from sound_files import speakers

from kinoeye.signals.blocks import overlap_added, whole
from kinoeye.treatments.sound import deroom

EARLY_S = 0.05
LONGEST = 8 * RATE_HZ
SIZE, SHIFT = 1536, 384
MADE, RECORDED = (0.4, 0.7, 1.0), ("rir3.wav", "rir4.wav")
SPOKEN_IN = (0.4, 1.0)  # rooms in which words are listened to


def made(seconds: float, seed: int) -> Sound:
    """Return the answer of a made room."""
    at = np.arange(round(1.2 * seconds * RATE_HZ)) / RATE_HZ
    tail = np.random.default_rng(seed).normal(0, 1, len(at)) * 10 ** (-3 * at / seconds)
    tail[: round(0.004 * RATE_HZ)] = 0
    answer = tail / np.linalg.norm(tail)
    answer[0] = 1
    return answer


def recorded(name: str) -> Sound:
    """Return a recorded room's answer, from its loudest sample."""
    answer = read(DATA / "noise" / name)
    return answer[np.abs(answer).argmax() :].astype(float)


def within(clip: Sound, answer: Sound) -> tuple[Sound, Sound]:
    """Return a clip in a room, and what of it is early."""
    early = answer * (np.arange(len(answer)) < EARLY_S * RATE_HZ)
    parts = [signal.fftconvolve(clip, each)[: len(clip)] for each in (early, answer)]
    scale = 0.5 / np.abs(parts[1]).max()
    return (parts[1] * scale).astype(np.float32), parts[0] * scale


def predicted(sound: Sound) -> Sound:
    """Return a sound less what WPE predicts of it."""
    spectra = stft(sound[None].astype(float), SIZE, SHIFT).transpose(2, 0, 1)
    return istft(wpe(spectra).transpose(1, 2, 0), SIZE, SHIFT)[0][: len(sound)].astype(np.float32)


def late(sound: Sound) -> Sound:
    """Return a sound with its late echo turned down, and nothing more."""
    size = 4 * round(deroom._FRAME_S * RATE_HZ / 4)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    change = deroom._Dry(window, size / 4 / RATE_HZ, 0.6, 1.0).change
    return whole(overlap_added([sound[:, None]], window, size // 4, change))[:, 0]


def still(early: Sound) -> np.ndarray:
    """Say of each sample whether the speaker is silent there, by the early sound alone."""
    size = RATE_HZ // 50
    power = np.convolve(early**2, np.ones(size) / size, "same")
    return power < np.quantile(power, 0.95) * 1e-3


def level(sound: Sound) -> float:
    """Return the level of a sound in dB."""
    return float(10 * np.log10((sound.astype(float) ** 2).mean() + 1e-12)) if len(sound) else -120.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=DATA.parent)
    parser.add_argument("--words", type=int, default=15)
    parser.add_argument("--choose", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    ways = {"as it was": lambda sound: sound, "Kinoeye": ours("deroom"), "late echo alone": late, "WPE": predicted,
            "WPE, then late echo": lambda sound: late(predicted(sound))}  # fmt: skip
    figures, spent, wrong = defaultdict(list), defaultdict(float), defaultdict(lambda: [0, 0])
    clips = [read(max(paths, key=lambda path: path.stat().st_size))[:LONGEST]
             for paths in speakers(options.data, is_held_out=not options.choose).values()]  # fmt: skip
    heard_s = 0.0
    for number, clip in enumerate(clips):
        rooms = {f"{seconds} s": made(seconds, number + 400 * options.choose) for seconds in MADE}
        for name, answer in (rooms | {name: recorded(name) for name in RECORDED}).items():
            sound, early = within(clip, answer)
            is_still = still(early)
            heard_s += len(clip) / RATE_HZ
            for way, treat in ways.items():
                begin = time.process_time()
                got = treat(sound)
                spent[way] += time.process_time() - begin
                quiet = level(got[is_still]) - level(got[~is_still])
                figures[name, way].append((ratio_of(got, early), quiet))
    decoder = pocketsphinx.Decoder(samprate=16_000, loglevel="FATAL")
    for number, (clip, said) in enumerate(spoken(options.data, options.words, options.choose)):
        for seconds in SPOKEN_IN:
            sound, _ = within(clip, made(seconds, 100 + number + 400 * options.choose))
            for way, treat in ways.items():
                count = wrong[f"{seconds} s", way]
                count[0] += wrong_words(said, recognised(decoder, treat(sound)))
                count[1] += len(said)
    print("| room | way | early against the rest, dB | room in pauses, dB | words wrong | CPU ms a second |")
    print("| --- " * 6 + "|")
    for (name, way), rows in figures.items():
        ratio, quiet = np.median(rows, axis=0)
        spread = np.ptp([row[0] for row in rows])
        count = wrong.get((name, way))
        share = f"{count[0] / count[1]:.0%} of {count[1]}" if count else ""
        print(f"| {name} | {way} | {ratio:.1f} ({spread:.1f}) | {quiet:.1f} | {share} "
              f"| {1000 * spent[way] / heard_s:.0f} |")  # fmt: skip


def spoken(data: Path, most: int, is_choice: bool) -> list[tuple[Sound, list[str]]]:
    """Return so many clips of English whose text people wrote, each with its words; every second is for choosing."""
    with (data / "speech" / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t")
                if row["reference_kind"] == "human" and row["lang"] == "en" and float(row["seconds"]) < 10]  # fmt: skip
    chosen = rows[int(is_choice) :: 2][:most]
    return [(read(DATA / row["file"]), re.findall(r"[a-z']+", row["text"].lower())) for row in chosen]


if __name__ == "__main__":
    main()
