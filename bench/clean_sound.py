"""Clean sound: denoise, declip, dehum and level beside noisereduce and FFmpeg's filters, on real speech.

Usage: kinoeye bench clean_sound [--clips N]. Speech and noises are those of ../shared/data/speech. Noise reduction is
measured as scale-invariant signal-to-distortion ratio (SI-SDR) against the clean clip, and by what pocketsphinx hears
of clips whose text people wrote; loudness by meters of others.
Peers: pip install noisereduce==3.0.3 pyloudnorm==0.2.0; a peer that is missing is left out.
"""

import argparse
import csv
import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import av.filter
import numpy as np
import pocketsphinx

from kinoeye.run.sound_effects import SOUND_EFFECTS, Heard
from kinoeye.signals.blocks import whole
from kinoeye.signals.metering import loudness
from kinoeye.signals.resampling import resampled
from kinoeye.treatments.sound.level import TARGETS, find_gain, level

try:
    import noisereduce
except ImportError:
    noisereduce = None
try:
    import pyloudnorm
except ImportError:
    pyloudnorm = None

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "speech"
RATE_HZ = 48_000
Sound = np.ndarray


def read(path: Path) -> Sound:
    """Return a clip as mono float32 [n] at 48 kHz."""
    resampler, parts = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ), []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            frame.pts = None
            parts += [piece.to_ndarray().ravel() for piece in resampler.resample(frame)]
        parts += [piece.to_ndarray().ravel() for piece in resampler.resample(None)]
    return np.concatenate(parts).astype(np.float32)


def ratio_of(answer: Sound, truth: Sound) -> float:
    """Return SI-SDR in dB."""
    count = min(len(answer), len(truth))
    answer, truth = (each[:count].astype(float) - each[:count].mean() for each in (answer, truth))
    part = (answer @ truth) / (truth @ truth) * truth
    return float(10 * np.log10((part @ part) / max((answer - part) @ (answer - part), 1e-20)))


def filtered(sound: Sound, chain: str) -> Sound:
    """Return a sound through a filter of FFmpeg's."""
    graph = av.filter.Graph()
    name, _, settings = chain.partition("=")
    source = graph.add_abuffer(sample_rate=RATE_HZ, format="fltp", layout="mono", time_base=f"1/{RATE_HZ}")
    middle, sink = graph.add(name, settings), graph.add("abuffersink")
    source.link_to(middle)
    middle.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(sound[None].astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    graph.push(frame)
    graph.push(None)
    return _aligned(np.concatenate(list(_pulled(graph))), sound)


def _aligned(made: Sound, sound: Sound) -> Sound:
    """Undo a filter's delay, up to a tenth of a second, and give the sound its length."""
    made = np.pad(made, (0, max(0, len(sound) - len(made))))[: len(sound)]
    size = 2 * len(sound)
    likeness = np.fft.irfft(np.fft.rfft(made, size) * np.conj(np.fft.rfft(sound, size)), size)[: RATE_HZ // 10]
    lag = int(likeness.argmax())
    return np.pad(made[lag:], (0, lag))


def _pulled(graph: Any) -> Iterator[Sound]:
    while True:
        try:
            yield graph.pull().to_ndarray()[0]
        except (av.error.EOFError, av.error.BlockingIOError):
            return


def ours(name: str, **settings: Any) -> Callable[[Sound], Sound]:
    """Return an effect as a function on a whole sound."""
    effect = SOUND_EFFECTS[name]

    def treat(sound: Sound) -> Sound:
        column = sound[:, None]
        plan, _ = effect.plan(Heard(lambda: iter([column]), RATE_HZ), None, **{**effect.settings, **settings})
        return whole(plan([column]))[:, 0]

    return treat


def noisy(clean: Sound, noise: Sound, snr_db: float, place: int) -> Sound:
    """Return a clip with noise at a ratio of powers."""
    part = np.resize(np.roll(noise, -place), len(clean))
    gain = np.sqrt((clean**2).mean() / max((part**2).mean(), 1e-12)) * 10 ** (-snr_db / 20)
    return (clean + gain * part).astype(np.float32)


class Table:
    """Gathers figures by row and column, and CPU time by row."""

    def __init__(self) -> None:
        self.figures: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        self.cpu_s: dict[str, float] = defaultdict(float)
        self.long_s: dict[str, float] = defaultdict(float)

    def run(self, row: str, column: str, treat: Callable[[Sound], Sound], heard: Sound, truth: Sound) -> None:
        """Treat a sound and keep the figure."""
        begin = time.process_time()
        answer = treat(heard)
        self.cpu_s[row] += time.process_time() - begin
        self.long_s[row] += len(heard) / RATE_HZ
        self.figures[row][column].append(ratio_of(answer, truth))

    def rows(self) -> list[dict[str, Any]]:
        """Return means, and milliseconds of CPU for a second of sound."""
        return [
            {"": row, **{column: round(float(np.mean(values)), 1) for column, values in columns.items()},
             "CPU ms a second": round(1000 * self.cpu_s[row] / self.long_s[row])}
            for row, columns in self.figures.items()
        ]  # fmt: skip


def denoise(clips: list[Sound], noises: list[Sound]) -> Table:
    """Real noises under real speech."""
    ways: dict[str, Callable[[Sound], Sound]] = {
        "as it was": lambda sound: sound, "Kinoeye": ours("denoise"),
        "FFmpeg afftdn nr=12": lambda sound: filtered(sound, "afftdn=nr=12:tn=1"),
        "FFmpeg afftdn nr=20": lambda sound: filtered(sound, "afftdn=nr=20:tn=1"),
    }  # fmt: skip
    if noisereduce is not None:
        ways["noisereduce"] = lambda sound: noisereduce.reduce_noise(sound, RATE_HZ)
        ways["noisereduce, stationary"] = lambda sound: noisereduce.reduce_noise(sound, RATE_HZ, stationary=True)
    table = Table()
    for number, clip in enumerate(clips):
        for snr_db in (0, 5, 10, 15):
            heard = noisy(clip, noises[number % len(noises)], snr_db, 4801 * number)
            for name, way in ways.items():
                table.run(name, f"{snr_db} dB", way, heard, clip)
    return table


def words_kept(noises: list[Sound], most: int) -> list[dict[str, Any]]:
    """Word error rate of clips whose text people wrote, with noise of 5 dB, before and after."""
    with (DATA / "transcripts.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t")
                if row["reference_kind"] == "human" and row["lang"] == "en"]  # fmt: skip
    decoder = pocketsphinx.Decoder(samprate=16_000, loglevel="FATAL")
    clean = ours("denoise")
    wrong, total = defaultdict(int), 0
    for number, row in enumerate(rows[:: max(1, len(rows) // most)][:most]):
        clip = read(DATA / row["file"])
        heard = noisy(clip, noises[number % len(noises)], 5, 4801 * number)
        said = re.findall(r"[a-z']+", row["text"].lower())
        total += len(said)
        for name, sound in (("clean", clip), ("noise of 5 dB", heard), ("denoised", clean(heard)),
                            ("denoised by 0.8", ours("denoise", strength=0.8)(heard))):  # fmt: skip
            wrong[name] += wrong_words(said, recognised(decoder, sound))
    return [{"": name, "words": total, "wrong": f"{count / total:.0%}"} for name, count in wrong.items()]


def recognised(decoder: Any, sound: Sound) -> list[str]:
    low = whole(resampled([sound[:, None]], RATE_HZ, 16_000))[:, 0]
    decoder.start_utt()
    decoder.process_raw((np.clip(low, -1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    return decoder.hyp().hypstr.lower().split() if decoder.hyp() else []


def wrong_words(said: list[str], heard: list[str]) -> int:
    """Return the least number of words to change, put in or take out."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def declip(clips: list[Sound]) -> Table:
    """Clips cut off at a part of their peak."""
    ways = {"as it was": lambda sound: sound, "Kinoeye": ours("declip"),
            "FFmpeg adeclip": lambda sound: filtered(sound, "adeclip")}  # fmt: skip
    table = Table()
    for clip in clips:
        truth = clip[: 4 * RATE_HZ] / np.abs(clip[: 4 * RATE_HZ]).max()
        for share in (0.8, 0.5, 0.3):
            for name, way in ways.items():
                table.run(name, f"at {share}", way, np.clip(truth, -share, share), truth)
    return table


def dehum(clips: list[Sound]) -> Table:
    """Hum of drifting mains and five of their overtones, as loud as said against the speech."""
    ways = {"as it was": lambda sound: sound, "Kinoeye": ours("dehum")}
    for each in (50, 60):
        ways[f"FFmpeg notches, told {each} Hz"] = lambda sound, base=each: _notched(sound, base)
    table, random = Table(), np.random.default_rng(5)
    for number, clip in enumerate(clips):
        mains = (50, 60)[number % 2]
        at = np.arange(len(clip)) / RATE_HZ
        turns = 2 * np.pi * np.cumsum(mains + 0.03 * np.sin(2 * np.pi * at / 17)) / RATE_HZ
        hum = sum(height * np.sin(n * turns + random.uniform(0, 6))
                  for n, height in ((1, 1.0), (2, 0.5), (3, 0.6), (5, 0.3), (7, 0.2)))  # fmt: skip
        for snr_db in (0, 10, 20):
            heard = noisy(clip, hum, snr_db, 0)
            for name, way in ways.items():
                if "told" not in name or f"{mains}" in name:
                    table.run(name.split(", told")[0], f"{snr_db} dB", way, heard, clip)
    return table


def _notched(sound: Sound, base: int) -> Sound:
    for number in range(1, 9):
        sound = filtered(sound, f"bandreject=f={base * number}:width_type=h:w=4")
    return sound


def landing(clips: list[tuple[str, Sound]]) -> list[dict[str, Any]]:
    """How near to its target each clip lands, by meters of others."""
    rows = []
    for name, target in TARGETS.items():
        apart: dict[str, list[float]] = defaultdict(list)
        cpu_s = long_s = 0.0
        for _, clip in clips:
            column = clip[:, None]
            begin = time.process_time()
            gain = find_gain(lambda sound=column: [sound], RATE_HZ, target)
            made = whole(level([column], RATE_HZ, gain))[:, 0]
            cpu_s, long_s = cpu_s + time.process_time() - begin, long_s + len(clip) / RATE_HZ
            lufs, peak = ebur128(made)
            apart["over the ceiling"].append(max(0.0, peak - target.ceiling_dbtp))
            if not target.is_dialogue:
                apart["FFmpeg ebur128"].append(abs(lufs - target.loudness_lufs))
                if pyloudnorm is not None:
                    other = pyloudnorm.Meter(RATE_HZ).integrated_loudness(made.astype(float))
                    apart["pyloudnorm"].append(abs(other - target.loudness_lufs))
            apart["its own meter"].append(abs(loudness([made[:, None]], RATE_HZ).integrated_lufs - lufs))
        told = {f"worst, {key}": round(max(values), 2) for key, values in apart.items()}
        rows.append({"target": name, "clips": len(clips), **told, "CPU ms a second": round(1000 * cpu_s / long_s)})
    return rows


def ebur128(sound: Sound) -> tuple[float, float]:
    """Return integrated loudness and true peak as FFmpeg's meter says them."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE_HZ, format="fltp", layout="mono", time_base=f"1/{RATE_HZ}")
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    lufs, peak = -70.0, 0.0
    frame = av.AudioFrame.from_ndarray(sound[None].astype(np.float32), format="fltp", layout="mono")
    frame.sample_rate, frame.pts = RATE_HZ, 0
    graph.push(frame)
    graph.push(None)
    while True:
        try:
            said = graph.pull().metadata
        except (av.error.EOFError, av.error.BlockingIOError):
            return lufs, 20 * float(np.log10(max(peak, 1e-6)))
        lufs = float(said.get("lavfi.r128.I", lufs))
        peak = max(peak, float(said.get("lavfi.r128.true_peak", 0)))


def main() -> None:
    """Run it all, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=12)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    names = [*sorted((DATA / "speechbrain").glob("*.flac")), *sorted((DATA / "librispeech").glob("*.flac")),
             *sorted((DATA / "ljspeech").glob("*.flac")), DATA / "jfk_inaugural_11s.flac"]  # fmt: skip
    chosen = names[:: max(1, len(names) // options.clips)][: options.clips]
    clips = [read(path)[: 12 * RATE_HZ] for path in chosen]
    noises = [read(path) for path in sorted((DATA / "noise").glob("noise*.wav"))]
    tables = {
        "denoise, SI-SDR in dB": denoise(clips, noises).rows(),
        "denoise, words wrong": words_kept(noises, 2 * options.clips),
        "declip, SI-SDR in dB": declip(clips).rows(),
        "dehum, SI-SDR in dB": dehum([clip for clip in clips if len(clip) > 5 * RATE_HZ]).rows(),
        "level, LU and dB": landing([(path.name, clip) for path, clip in zip(chosen, clips, strict=True)]),
    }
    if options.json:
        print(json.dumps(tables, indent=2))
        return
    for title, rows in tables.items():
        print(f"\n{title}\n")
        columns = list(dict.fromkeys(key for row in rows for key in row))
        print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
        for row in rows:
            print("| " + " | ".join(str(row.get(column, "")) for column in columns) + " |")


if __name__ == "__main__":
    main()
