"""Words by subtitles whose clock is off: with the times of the cues, and by the order of their words alone.

    python bench/words_subtitles.py [--data ../shared/data] [--minutes 20] [--off -2] [--drift 0.001] [--noise 20]

The sound is made: sentences of plots of films in flite's voices, whose word times are known, every third line one of
a few short replies that come again and again, in noise (--noise, dB below the voices). The subtitles say it with 15 %
of the words left out, put in or replaced, as those who shorten do; every twentieth line has no cue, and cues begin
and end up to 0.3 s beside the line. The peer, in the same run, is the same road on the same text without its times.
Another film's cues at the same times, over the first three minutes, must be refused. Prints Markdown.
"""

import argparse
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.analyses.sound.speech import speech
from kinoeye.analyses.sound.words import words
from kinoeye.errors import MediaError
from kinoeye.signals.passages import matched
from kinoeye.signals.spoken import plain
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

sys.path.insert(0, str(Path(__file__).parent))

from words import SEED, VOICES, sentences, spoken_by_flite

RATE = 16_000
SPOILT = 0.15
REPLIES = ("Yes.", "No.", "Thank you.", "What?", "All right.", "Come on.", "I do not know.", "Of course.")


@dataclass(frozen=True)
class Line:
    """What is said, and when each word of it begins and the line ends, in seconds."""

    text: str
    begins: list[float]
    end: float


def said(data: Path, minutes: float, draw: random.Random, noise_db: float) -> tuple[np.ndarray, list[Line]]:
    """The sound and its lines."""
    replies = {(text, voice): spoken_by_flite(text, voice) for text in REPLIES for voice in VOICES}
    parts, lines, at = [], [], 0
    for number, text in enumerate(sentences(data)):
        voice = VOICES[number % len(VOICES)]
        made = [(text, spoken_by_flite(text, voice))]
        if number % 2:
            reply = draw.choice(REPLIES)
            made.append((reply, replies[reply, voice]))
        for each, told in made:
            if told is not None:
                samples, own = told
                end = (at + len(samples)) / RATE
                lines.append(Line(each, [begin + at / RATE for begin in own], end))
                parts += [samples, np.zeros(draw.randrange(3000, 40_000), np.int16)]
                at += len(parts[-2]) + len(parts[-1])
        if at > minutes * 60 * RATE:
            break
    clean = np.concatenate(parts).astype(np.float64)
    level = np.sqrt(np.mean(clean[clean != 0] ** 2)) * 10 ** (-noise_db / 20)
    noise = np.random.default_rng(SEED).standard_normal(len(clean))
    noise = np.convolve(noise, np.ones(4) / 2, "same")  # less hiss, as in rooms
    return np.clip(clean * 0.7 + noise * level * 0.7, -32_768, 32_767).astype(np.int16), lines


def shortened(text: str, draw: random.Random, pool: list[str]) -> str:
    """A line as a subtitle says it."""
    out: list[str] = []
    for word in plain(text):
        kind = draw.random() / SPOILT
        if kind < 1 / 3:
            continue
        out += [draw.choice(pool)] if kind < 2 / 3 else [draw.choice(pool), word] if kind < 1 else [word]
    return " ".join(out)


def cues(lines: list[Line], draw: random.Random, off: float, drift: float) -> list[dict]:
    """Rows of `wordings`, by a clock that is off."""
    pool = sorted({word for line in lines for word in plain(line.text)})
    rows = []
    for number, line in enumerate(lines):
        text = shortened(line.text, draw, pool)
        if not text or number % 20 == 19:
            continue
        begin = (line.begins[0] + draw.uniform(-0.3, 0.3)) * (1 + drift) + off
        end = max(begin + 0.5, (line.end + draw.uniform(-0.3, 0.3)) * (1 + drift) + off)
        rows.append({"asset": "a", "source": "b", "paragraph": number, "role": "transcript", "text": text,
                     "start": from_seconds(max(0.0, begin)), "end": from_seconds(max(0.5, end))})  # fmt: skip
    return rows


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--off", type=float, default=-2.0)
    parser.add_argument("--drift", type=float, default=0.001)
    parser.add_argument("--noise", type=float, default=20.0)
    arguments = parser.parse_args()
    draw = random.Random(SEED)
    samples, lines = said(arguments.data, arguments.minutes, draw, arguments.noise)
    sound = Sound(samples, 0)
    spoken = speech(sound)
    rows = cues(lines, draw, arguments.off, arguments.drift)
    text = [word for line in lines for word in plain(line.text)]
    begins = [begin for line in lines for begin in line.begins]
    is_reply = [line.text in REPLIES for line in lines for _ in line.begins]
    print(
        f"{len(samples) / RATE / 60:.1f} minutes, {len(lines)} lines, {len(text)} words, {sum(is_reply)} in replies; "
        f"{len(rows)} cues, {arguments.off:+.1f} s and {100 * arguments.drift:+.2f} %, "
        f"noise {arguments.noise:.0f} dB below\n"
    )
    print("| | found | start within 50 / 200 ms, of all | of replies | beyond 1 s, of found | CPU s a second |")
    print("|---|---|---|---|---|---|", flush=True)
    for name in ("order alone", "times of cues"):
        given = [row | ({} if name == "times of cues" else {"start": None, "end": None}) for row in rows]
        before = time.process_time()
        try:
            found = words(sound, spoken, WORDINGS.from_rows(given), road="text").to_pylist()
        except MediaError:
            print(f"| {name} | refused: hardly a word in common | | | | |", flush=True)
            continue
        spent = time.process_time() - before
        off = {
            a: abs(found[b]["start"] / FLICKS_PER_SECOND - begins[a])
            for a, b in matched(text, [row["text"] for row in found])
        }
        errors = np.array([off.get(place, np.inf) for place in range(len(text))])
        replies = errors[np.array(is_reply)]
        print(
            f"| {name} | {np.isfinite(errors).mean():.3f} "
            f"| {(errors <= 0.05).mean():.3f} / {(errors <= 0.2).mean():.3f} "
            f"| {(replies <= 0.05).mean():.3f} / {(replies <= 0.2).mean():.3f} "
            f"| {(errors[np.isfinite(errors)] > 1).mean():.4f} | {spent * RATE / len(samples):.3f} |",
            flush=True,
        )

    others(samples[: 180 * RATE], rows, sentences(arguments.data)[::-1])


def others(samples: np.ndarray, rows: list[dict], texts: list[str]) -> None:
    """Another film's text at the same times, and without them; and this film's in a drawn order at the same times."""
    sound = Sound(samples, 0)
    spoken = speech(sound)
    inside = [row for row in rows if row["start"] < 180 * FLICKS_PER_SECOND]
    drawn = random.Random(SEED).sample([row["text"] for row in inside], len(inside))
    timeless = {"start": None, "end": None}
    for name, given in (
        ("Another film's text", [row | timeless | {"text": text} for row, text in zip(inside, texts, strict=False)]),
        ("Another film's cues", [row | {"text": text} for row, text in zip(inside, texts, strict=False)]),
        ("This film's cues in a drawn order", [row | {"text": text} for row, text in zip(inside, drawn, strict=True)]),
    ):
        try:
            found = words(sound, spoken, WORDINGS.from_rows(given), road="text").to_pylist()
        except MediaError:
            print(f"\n{name}: refused.", flush=True)
        else:
            sure = sum(row["is_in_text"] and row["score"] >= 0.5 for row in found)
            print(f"\n{name}: {sure} words of score 0.5 or more.", flush=True)


if __name__ == "__main__":
    main()
