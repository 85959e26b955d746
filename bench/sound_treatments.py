"""Bench of treatments of sound: match, duck and level, on real clips and beside FFmpeg's filters.

Usage: python bench/sound_treatments.py [--clips N] [--only level duck match] [--json]. Speech is that of
../shared/data/speech; no setting was chosen by this bench. What is asked of each:

- match: the mean distance of third octaves to those of the reference, each with its own mean taken off, before and
  after; the reference is the same clip (so that all can be won back) or another one of the same speaker, through a made
  microphone; and what happens to loudness.
- duck: by how much a bed is turned down while somebody speaks, how far it comes up in pauses of less than half a
  second, and how soon after the last word it is half back. The peer hears the same voice.
- level: how near to its target each clip lands, by FFmpeg's ebur128, beside loudnorm in two passes.
"""

import argparse
import json
import logging
import re
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import av.filter
import av.logging
import numpy as np
from clean_sound import DATA, RATE_HZ, Sound, ebur128, filtered, read
from conversations import conversations
from scipy import signal

from kinoeye.run.sound_effects import SOUND_EFFECTS, Heard
from kinoeye.signals.blocks import whole
from kinoeye.signals.metering import loudness
from kinoeye.treatments.sound.duck import STEPS_PER_S, ducking
from kinoeye.treatments.sound.level import TARGETS, find_gain, level
from kinoeye.treatments.sound.match import bands_of

PAUSE = 50  # steps of 10 ms


def match(clips: list[tuple[Sound, Sound]]) -> list[dict[str, Any]]:
    """Pairs of clips of one speaker, one through a made microphone."""
    table: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for number, (one, other) in enumerate(clips):
        mic = _microphone(number)
        for name, heard, wanted in (("the same words", one, signal.fftconvolve(one, mic, "same")),
                                    ("other words", one, signal.fftconvolve(other, mic, "same"))):  # fmt: skip
            wanted = wanted.astype(np.float32)
            plan, _ = SOUND_EFFECTS["match"].plan(
                Heard(lambda sound=heard: iter([sound[:, None]]), RATE_HZ),
                Heard(lambda sound=wanted: iter([sound[:, None]]), RATE_HZ),
            )
            answer = whole(plan(iter([heard[:, None]])))[:, 0]
            row = table[name]
            row["before, dB"].append(_apart(heard, wanted))
            row["after, dB"].append(_apart(answer, wanted))
            levels = [loudness([each[:, None]], RATE_HZ).integrated_lufs for each in (heard, answer)]
            row["loudness moved, LU"].append(abs(levels[1] - levels[0]))
    return [
        {"reference": name, **{key: round(float(np.mean(values)), 2) for key, values in row.items()},
         "loudness moved at most, LU": round(max(row["loudness moved, LU"]), 2)}
        for name, row in table.items()
    ]  # fmt: skip


def _microphone(seed: int) -> Sound:
    """Return a filter whose third octaves lie up to 8 dB up or down, smoothly."""
    random, places = np.random.default_rng((11, seed)), np.linspace(np.log2(40), np.log2(20_000), 8)
    hz = np.arange(1025) * RATE_HZ / 2048
    curve = np.interp(np.log2(np.maximum(hz, 1)), places, random.uniform(-8, 8, 8))
    return np.roll(np.fft.irfft(10 ** (curve / 20)), 1024)[:2047] * np.hanning(2047)


def _apart(sound: Sound, other: Sound) -> float:
    """Mean distance of third octaves from 80 Hz to 8 kHz in dB, overall level aside."""
    one, two = (bands_of([each[:, None]], RATE_HZ)[3:24] for each in (sound, other))
    return float(np.abs((one - one.mean()) - (two - two.mean())).mean())


def duck(data: Path, count: int) -> list[dict[str, Any]]:
    """A steady bed under conversations whose words are known."""
    table: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for samples, truth in conversations(data, count, is_held_out=True):
        voice = whole_rate(samples / 32768)
        spoken = truth.any(axis=0)
        curves = {"Kinoeye": ducking([voice[:, None]], RATE_HZ, depth_db=12.0), "sidechaincompress": _compressed(voice)}
        for name, curve in curves.items():
            size = min(len(curve), len(spoken))
            _ducked(curve[:size], spoken[:size], table[name])
    return [{"": name, **{key: round(float(np.median(values)), 1) for key, values in row.items()}}
            for name, row in table.items()]  # fmt: skip


def whole_rate(sound: Sound) -> Sound:
    """Return a clip of 16 kHz at 48 kHz."""
    return signal.resample_poly(sound, 3, 1).astype(np.float32)


def _ducked(curve: Sound, spoken: np.ndarray, row: dict[str, list[float]]) -> None:
    row["while speaking, dB"].append(float(curve[spoken].mean()))
    row["least of 95 % of speech, dB"].append(float(np.quantile(curve[spoken], 0.95)))
    edges = np.flatnonzero(np.diff(np.concatenate([[False], ~spoken, [False]]).astype(int))).reshape(-1, 2)
    inner = [(a, b) for a, b in edges if a > 0 and b < len(spoken)]
    short = [float(curve[a:b].max() - curve[a - 1]) for a, b in inner if b - a < PAUSE]
    row["up in pauses under 0.5 s, dB"].append(float(np.mean(short)) if short else 0.0)
    after = curve[edges[-1][0] :] if edges[-1][1] == len(spoken) else curve[:0]
    back = np.flatnonzero(after > curve[spoken].mean() / 2)
    if len(back):
        row["half back after, s"].append(back[0] / STEPS_PER_S)


def _compressed(voice: Sound) -> Sound:
    """Return what FFmpeg's compressor makes of a steady bed keyed by a voice, in dB, every hundredth of a second."""
    graph = av.filter.Graph()
    form = {"sample_rate": RATE_HZ, "format": "fltp", "layout": "mono", "time_base": f"1/{RATE_HZ}"}
    bed, key = graph.add_abuffer(**form), graph.add_abuffer(**form)
    squeeze = graph.add("sidechaincompress", "threshold=0.02:ratio=8:attack=20:release=500")
    sink = graph.add("abuffersink")
    bed.link_to(squeeze, 0, 0)
    key.link_to(squeeze, 0, 1)
    squeeze.link_to(sink)
    graph.configure()
    steady = np.full(len(voice), 0.1, np.float32)
    for source, sound in ((bed, steady), (key, voice)):
        frame = av.AudioFrame.from_ndarray(sound[None].copy(), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        source.push(frame)
        source.push(None)
    parts = []
    while True:
        try:
            parts.append(graph.pull().to_ndarray()[0])
        except (av.error.EOFError, av.error.BlockingIOError):
            break
    made = np.concatenate(parts)
    return 20 * np.log10(np.maximum(made[:: RATE_HZ // STEPS_PER_S] / 0.1, 1e-6))


def levels(clips: list[Sound]) -> list[dict[str, Any]]:
    """How far from its target each clip lands, and over its ceiling."""
    rows = []
    for name in ("r128", "streaming", "podcast"):
        target = TARGETS[name]
        for way, treat in (("Kinoeye", _levelled), ("loudnorm in two passes", _normed)):
            begin, apart, over = time.process_time(), [], []
            for clip in clips:
                lufs, peak = ebur128(treat(clip, target))
                apart.append(abs(lufs - target.loudness_lufs))
                over.append(max(0.0, peak - target.ceiling_dbtp))
            spent = 1000 * (time.process_time() - begin) / sum(len(clip) / RATE_HZ for clip in clips)
            rows.append({"target": name, "": way, "clips": len(clips), "LU off, median": round(np.median(apart), 2),
                         "worst": round(max(apart), 2), "within 0.1": sum(each <= 0.1 for each in apart),
                         "over its ceiling, dB": round(max(over), 2), "CPU ms a second": round(spent)})  # fmt: skip
    return rows


def _levelled(clip: Sound, target: Any) -> Sound:
    column = clip[:, None]
    return whole(level([column], RATE_HZ, find_gain(lambda: [column], RATE_HZ, target)))[:, 0]


def _normed(clip: Sound, target: Any) -> Sound:
    asked = f"loudnorm=I={target.loudness_lufs}:TP={target.ceiling_dbtp}:LRA=20"
    av.logging.set_level(av.logging.INFO)
    with av.logging.Capture(local=False) as said:
        filtered(clip, f"{asked}:print_format=json")
    av.logging.set_level(av.logging.PANIC)
    told = json.loads(re.search(r"\{.*\}", "".join(text for _, _, text in said), re.DOTALL).group())
    known = ":".join(f"measured_{key}={told['input_' + name]}" for key, name in
                     (("I", "i"), ("TP", "tp"), ("LRA", "lra"), ("thresh", "thresh")))  # fmt: skip
    loud = filtered(clip, f"{asked}:{known}:offset={told['target_offset']}:linear=true")
    # Its answer has 192 kHz.
    return signal.resample_poly(loud, 1, 4).astype(np.float32) if len(loud) > 3 * len(clip) else loud


def main() -> None:
    """Run it all, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--only", nargs="+", default=["level", "duck", "match"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    files = [*sorted((DATA / "speechbrain").glob("*.flac")), *sorted((DATA / "librispeech").glob("*.flac")),
             *sorted((DATA / "ljspeech").glob("*.flac"))]  # fmt: skip
    clips = [read(path)[: 12 * RATE_HZ] for path in files[:: max(1, len(files) // options.clips)][: options.clips]]
    lj = [read(path)[: 10 * RATE_HZ] for path in sorted((DATA / "ljspeech").glob("*.flac"))[: options.clips + 1]]
    long = [clip for clip in clips if len(clip) >= 4 * RATE_HZ]  # loudnorm needs three seconds
    makers = {
        "level": lambda: levels(long),
        "duck": lambda: duck(DATA.parent, max(2, options.clips // 2)),
        "match": lambda: match(list(pairwise(lj))),
    }
    tables = {name: maker() for name, maker in makers.items() if name in options.only}
    if options.json:
        print(json.dumps(tables, indent=2))
        return
    for title, table in tables.items():
        columns = list(dict.fromkeys(key for row in table for key in row))
        print(f"\n{title}\n\n| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
        for row in table:
            print("| " + " | ".join(str(row.get(column, "")) for column in columns) + " |")


if __name__ == "__main__":
    main()
