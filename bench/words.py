"""Words by their text: times against voices whose truth is known, real clips, a long file, a script with ad-libs; by
Whisper: errors on real clips where one is placed, speed in any case.

    python bench/words.py [--data ../shared/data] [--minutes 20] [--only times,clips,long,script,whisper]

Truth of times: flite (Debian's package `flite`), which says where each phone begins; skipped where it is not installed.
Peers in the same run: words spread evenly over the speech (times), and pocketsphinx with the model that it comes with
(words). Prints Markdown. Settings were chosen on the MFA clips.
"""

import argparse
import csv
import functools
import gzip
import importlib.util
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np
import pyarrow as pa

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.analyses.sound.speech import speech
from kinoeye.analyses.sound.words import words
from kinoeye.errors import MediaError
from kinoeye.models import whisper
from kinoeye.models.hearing import Everyday
from kinoeye.signals.passages import matched
from kinoeye.signals.spoken import plain
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND

sys.path.insert(0, str(Path(__file__).parent))

SEED = 7
VOICES = ("slt", "rms", "awb", "kal16")
FLITE_RATE = 16_000


def text_table(paragraphs: Sequence[str], role: str) -> pa.Table:
    """A text as the table that `words` reads."""
    return WORDINGS.from_rows(
        {"asset": "a", "source": "b", "paragraph": n, "role": role, "text": each} for n, each in enumerate(paragraphs)
    )


def found(samples: np.ndarray, paragraphs: Sequence[str], role: str = "transcript") -> tuple[list[dict], float]:
    """Rows of `words`, and the CPU seconds that it took, speech included."""
    sound = Sound(samples, 0)
    begin = time.process_time()
    try:
        rows = words(sound, speech(sound), text_table(paragraphs, role), road="text").to_pylist()
    except MediaError as error:
        print("  refused:", error)
        rows = []
    return rows, time.process_time() - begin


def spoken_by_flite(text: str, voice: str) -> tuple[np.ndarray, list[float]] | None:
    """A sentence as flite says it, and where each word begins, in seconds; None where words and phones do not fit.

    flite tells phones, not words: each word's count of phones is asked for by itself, and must add up.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.wav"
        command = ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(file)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        with wave.open(str(file)) as opened:
            assert opened.getframerate() == FLITE_RATE
            samples = np.frombuffer(opened.readframes(opened.getnframes()), np.int16)
    ends = [(name, float(end)) for name, end in (each.rsplit(":", 1) for each in said)]
    begins = [(name, before) for (name, _), before in zip(ends, [0.0, *(end for _, end in ends)], strict=False)]
    begins = [begin for name, begin in begins if name != "pau"]
    counts = [len(_phones(word, voice)) for word in plain(text)]
    if sum(counts) != len(begins):
        return None
    return samples, [begins[place] for place in np.cumsum([0, *counts[:-1]])]


@functools.cache
def _phones(word: str, voice: str) -> tuple[str, ...]:
    command = ["flite", "-voice", voice, "-ps", "-t", word, "-o", "none"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return tuple(each for each in said if each != "pau")


def human(data: Path) -> list[tuple[str, str, np.ndarray]]:
    """Names, texts and samples of the English clips whose text people wrote."""
    with (data / "speech" / "transcripts.tsv").open(encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file, delimiter="\t")
            if (row["lang"], row["reference_kind"]) == ("en", "human")
        ]
    return [(row["file"], row["text"], decoded(data / "speech" / row["file"])) for row in rows]


def decoded(path: Path) -> np.ndarray:
    """Samples of a sound at 16 kHz."""
    parts = []
    with av.open(str(path)) as opened:
        resampler = av.AudioResampler("s16", "mono", 16_000)
        for frame in [*opened.decode(audio=0), None]:
            parts += [each.to_ndarray()[0] for each in resampler.resample(frame)]
    return np.concatenate(parts)


def evenly(count: int, samples: np.ndarray) -> list[float]:
    """The peer of times: words spread evenly over the speech."""
    spans = speech(Sound(samples, 0)).to_pylist()
    begin, end = (spans[0]["start"], spans[-1]["end"]) if spans else (0, 0)
    return [(begin + (end - begin) * n / count) / FLICKS_PER_SECOND for n in range(count)]


def errors_ms(rows: list[dict], text: Sequence[str], begins: Sequence[float]) -> list[float]:
    """How far each word of the truth that was found begins from it, with sign."""
    pairs = matched(text, [row["text"] for row in rows])
    return [1000 * (rows[b]["start"] / FLICKS_PER_SECOND - begins[a]) for a, b in pairs]


def times(data: Path) -> None:
    """Word starts against flite's, on every third text of the read clips."""
    print(
        "\n| voice | sentences | words found | start within 50 ms | median error ms | bias ms | evenly spread within 50 ms |\n| --- | --- | --- | --- | --- | --- | --- |"  # noqa: E501
    )
    texts = [text for name, text, _ in human(data) if name.startswith(("lj", "libri"))][::3]
    for voice in VOICES:
        off, even, total, count = [], [], 0, 0
        for text in texts:
            made = spoken_by_flite(text, voice)
            if made is None:
                continue
            samples, begins = made
            rows, _ = found(np.concatenate([samples, np.zeros(4000, np.int16)]), [text])
            count, total = count + 1, total + len(begins)
            off += errors_ms(rows, plain(text), begins)
            even += [abs(a - b) * 1000 for a, b in zip(evenly(len(begins), samples), begins, strict=True)]
        near = np.mean(np.abs(off) <= 50) * len(off) / total
        print(
            f"| {voice} | {count} | {len(off)} of {total} | {near:.3f} | {np.median(np.abs(off)):.0f} | {np.median(off):.0f} | {np.mean(np.array(even) <= 50):.3f} |",  # noqa: E501
            flush=True,
        )


def clips(data: Path) -> None:
    """Real clips: how many are aligned, and the peer's free recognition."""
    whole, told, total, spent, seconds, free, free_spent = 0, 0, 0, 0.0, 0.0, 0, 0.0
    everyday = Everyday()
    refused = []
    known = human(data)
    for name, text, samples in known:
        rows, cost = found(samples, [text])
        said = plain(text)
        pairs = matched(said, [row["text"] for row in rows])
        whole, told, total = whole + bool(rows), told + len(pairs), total + len(said)
        refused += [] if rows else [name]
        spent, seconds = spent + cost, seconds + len(samples) / 16_000
        begin = time.process_time()
        free += changes(said, [each.name for each in everyday.recognise(samples)])
        free_spent += time.process_time() - begin
    print(
        f"\nReal clips: {whole} of {len(known)} aligned (not: {', '.join(refused) or 'none'}), {told} of {total} words laid, "  # noqa: E501
        f"{spent / seconds:.3f} CPU seconds a second with start-up. Free recognition (pocketsphinx as it comes): WER {free / total:.3f}, {free_spent / seconds:.3f}"  # noqa: E501
    )


def sentences(data: Path) -> list[str]:
    """Sentences of plots of films, 8 to 20 plain words each, drawn."""
    texts = []
    for file in sorted((data / "metadata").rglob("movies-*.json.gz")):
        for film in json.loads(gzip.decompress(file.read_bytes())):
            texts += re.split(r"(?<=[.!?])\s+", film.get("extract") or "")
    good = sorted({each for each in texts if re.fullmatch(r"[A-Z][a-z', ]+\.", each) and 8 <= len(each.split()) <= 20})
    random.Random(SEED).shuffle(good)
    return good


def spoilt(said: Sequence[str], draw: random.Random, pool: Sequence[str]) -> tuple[list[str], set[int]]:
    """A text with 5 % errors, and the words of it that were never said, by place."""
    out: list[str] = []
    false: set[int] = set()
    for word in said:
        kind = draw.random()
        if kind < 0.017:
            continue
        if kind < 0.033:
            false.add(len(out))
            out.append(draw.choice(pool))
        elif kind < 0.05:
            false.add(len(out))
            out.append(draw.choice(pool))
            out.append(word)
        else:
            out.append(word)
    return out, false


def long(data: Path, minutes: float) -> None:
    """A long file in four voices whose text has 5 % errors."""
    draw = random.Random(SEED)
    parts, said, begins, at, used = [], [], [], 0, 0
    for number, text in enumerate(sentences(data)):
        made = spoken_by_flite(text, VOICES[number % len(VOICES)])
        if made is None:
            continue
        samples, own = made
        parts += [samples, np.zeros(draw.randrange(2000, 16_000), np.int16)]
        said += plain(text)
        begins += [begin + at / 16_000 for begin in own]
        at += len(parts[-2]) + len(parts[-1])
        used += 1
        if at > minutes * 60 * 16_000:
            break
    given, false = spoilt(said, draw, sorted(set(said)))
    paragraphs = [" ".join(given[n : n + 15]) for n in range(0, len(given), 15)]
    rows, spent = found(np.concatenate(parts), paragraphs)
    told = [row for row in rows if row["is_in_text"]]
    off = np.abs(errors_ms(rows, said, begins))
    claimed = matched(given, [row["text"] for row in told])
    invented = sum(a in false for a, _ in claimed)
    print(
        f"\nLong file: {at / 960_000:.1f} minutes, {used} sentences, {len(said)} words said, {len(given)} in the text. Found {len(off)} "  # noqa: E501
        f"({len(off) / len(said):.3f}), start within 50 ms {np.sum(off <= 50) / len(said):.3f} of all said, beyond 500 ms {np.mean(off > 500):.4f} of found; "  # noqa: E501
        f"of {len(false)} words never said {invented} were claimed; {spent:.0f} CPU seconds, {spent / (at / 16_000):.3f} a second"  # noqa: E501
    )
    reliability(rows, said, begins)


def reliability(rows: list[dict], said: Sequence[str], begins: Sequence[float]) -> None:
    """How often words of each score are right: said, and begin within 100 ms."""
    near = {
        b
        for a, b in matched(said, [row["text"] for row in rows])
        if abs(rows[b]["start"] / FLICKS_PER_SECOND - begins[a]) <= 0.1
    }
    print("\n| score | words | right |\n| --- | --- | --- |")
    edges = [0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.97, 1.01]
    for low, high in itertools.pairwise(edges):
        own = [n in near for n, row in enumerate(rows) if low <= row["score"] < high]
        if own:
            print(f"| {low} to {min(high, 1)} | {len(own)} | {np.mean(own):.2f} |")


def script(data: Path) -> None:
    """Clips in drawn order, every fourth an ad-lib that is not in the script; four times, each clip once an ad-lib."""
    known = [each for each in human(data) if not each[0].startswith(("cards", "mfa"))]
    random.Random(SEED).shuffle(known)
    parts, spans, at = [], [], 0
    for _, text, samples in known:
        spans.append((at / 16_000, (at + len(samples)) / 16_000, text))
        parts += [samples, np.zeros(12_000, np.int16)]
        at += len(samples) + 12_000
    counts = [_counted(np.concatenate(parts), spans, sentences(data)[:150], turn) for turn in range(4)]
    named = {f"turn {turn}": each for turn, each in enumerate(counts)} | {"all": sum(counts, Counter())}
    for name, count in named.items():
        print(
            f"\nScript, {name}: {count['said']} words said, WER {count['wrong'] / count['said']:.4f}, "
            f"{count['flagged']} of them taken for ad-libs; ad-libs: {count['adlibs']} words, "
            f"{count['taken']} taken for the script's (recall {1 - count['taken'] / count['adlibs']:.3f}), "
            f"their WER {count['free'] / count['adlibs']:.3f}; "
            f"{count['spent'] / count['seconds']:.3f} CPU seconds a second"
        )


def _counted(samples: np.ndarray, spans: Sequence[tuple[float, float, str]], more: list[str], turn: int) -> Counter:
    """Words right and wrong where every fourth clip, from `turn` on, is not in the script."""
    lines = [text for number, (*_, text) in enumerate(spans) if number % 4 != turn] + more
    random.Random(SEED).shuffle(lines)
    rows, spent = found(samples, lines, "script")
    count = Counter(spent=spent, seconds=len(samples) / 16_000)
    for number, (begin, end, text) in enumerate(spans):
        own = [row for row in rows if begin <= (row["start"] + row["end"]) / 2 / FLICKS_PER_SECOND < end]
        off = changes(plain(text), [row["text"] for row in own])
        in_text = sum(row["is_in_text"] for row in own)
        if number % 4 == turn:
            count += Counter(adlibs=len(plain(text)), taken=in_text, free=off)
        else:
            count += Counter(said=len(plain(text)), flagged=len(own) - in_text, wrong=off)
    return count


def by_whisper(data: Path) -> None:
    """Errors of the Whisper that is placed, on clips without their texts; speed of random weights of three shapes."""
    if importlib.util.find_spec("faster_whisper") is None:
        print("\nwhisper: skipped, the extra is not installed: pip install 'kinoeye[whisper]'")
        return
    known = human(data)
    if name := whisper.placed():
        wrong, total, spent, seconds = 0, 0, 0.0, 0.0
        for _, text, samples in known:
            sound, said = Sound(samples, 0), plain(text)
            begin = time.process_time()
            rows = words(sound, speech(sound), WORDINGS.empty(), road="whisper").to_pylist()
            spent, seconds = spent + time.process_time() - begin, seconds + len(samples) / 16_000
            wrong, total = wrong + changes(said, [row["text"] for row in rows]), total + len(said)
        print(f"\n{name}: WER {wrong / total:.3f} on {len(known)} clips, {spent / seconds:.3f} CPU seconds a second")
    else:
        print("\nwhisper: none is placed, so errors are not measured (kinoeye models pull whisper-small)")
    _speed(np.concatenate([samples for _, _, samples in known]))


def _speed(samples: np.ndarray) -> None:
    from random_whisper import SHAPES, write

    longest = whisper.LONGEST * 16_000
    parts = [samples[first : first + longest] for first in range(0, min(len(samples), 8 * longest), longest)]
    seconds = sum(map(len, parts)) / 16_000
    print("\n| random weights of the shape of | CPU seconds a second | words written a second |\n| --- | --- | --- |")
    for shape in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            model = whisper.load(write(Path(folder) / shape, **SHAPES[shape]))
            begin = time.process_time()
            _, heard = whisper.hear(model, parts)
            spent = time.process_time() - begin
        written = sum(len(stretch) for stretch in heard)
        print(f"| {shape} | {spent / seconds:.3f} | {written / seconds:.1f} |", flush=True)


def changes(text: Sequence[str], heard: Sequence[str]) -> int:
    """How many words must be put in, left out or replaced."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(text, 1):
        before, row[0] = row[0], number
        for place, against in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != against))
    return row[-1]


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--only", default="times,clips,long,script,whisper")
    arguments = parser.parse_args()
    for name in arguments.only.split(","):
        if name in {"times", "long"} and shutil.which("flite") is None:
            print(f"{name}: skipped, flite is not installed")
        elif name == "long":
            long(arguments.data, arguments.minutes)
        else:
            {"times": times, "clips": clips, "script": script, "whisper": by_whisper}[name](arguments.data)


if __name__ == "__main__":
    main()
