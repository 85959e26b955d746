"""Bench of coverage: which line of a screenplay is said where in made takes, by their words.

    python bench/coverage.py [--data ../shared/data] [--takes 2] [--noise 10] [--choose] [--kinds 0 3] [--transcript]

Takes are spoken by flite, whose words' times are known, from screenplays of the collection and the sample's own: lines
begun again, jumped, with a fifth of their words changed, with sentences that nobody wrote between them, under recorded
noise. Each is heard twice: with the screenplay alone to go by, and with a transcript of what was really said. Peer in
the same run: each line of words between pauses goes to the line of the screenplay whose letters are most alike
(rapidfuzz's token_set_ratio), as most scripts for this job do. `--choose` takes the screenplay that settings may be
chosen on, else the others. Prints Markdown.
"""

import argparse
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

sys.path.insert(0, str(Path(__file__).parent))

from sound_files import NOISES, mixed, noise, whole
from words import VOICES, found, sentences, spoken_by_flite

from kinoeye.analyses.editing.coverage import coverage
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.footage.framing import FRAMING
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.screenplay.drafts import DRAFTS
from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.script_parts import script_parts
from kinoeye.analyses.sound.lips import LIPS
from kinoeye.analyses.sound.words import WORDS
from kinoeye.media.assets import ASSETS
from kinoeye.sample.story import screenplay
from kinoeye.screenplay import fountain
from kinoeye.signals.spoken import plain
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

RATE = 16_000
MOST_LINES = 10  # of a scene that are shot at once
KINDS = {
    "as written": {},
    "retakes and jumps": {"again": 0.15, "jumped": 0.1},
    "ad-libs, retakes, jumps": {"again": 0.15, "jumped": 0.1, "adlib": 0.25},
    "a fifth of the words changed, and all of that": {"again": 0.15, "jumped": 0.1, "adlib": 0.25, "changed": 0.2},
}


@dataclass
class Said:
    """A line as it was said: its name, where, and where its words begin that stand in the text."""

    line: str
    start: float
    end: float
    begins: list[tuple[str, float]]


@dataclass
class Take:
    """A made take."""

    samples: np.ndarray
    said: list[Said] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


def table_of(text):
    """The lines of a screenplay."""
    assets = ASSETS.from_rows([{"asset": "s" * 32, "path": "s.fountain", "kind": "screenplay"}])
    return lines(assets, with_asset(script_parts(fountain.read(text)), "s" * 32), LINES.schema.empty_table())


def scenes_of(table):
    """The spoken lines of each scene, at most `MOST_LINES` at once."""
    groups = {}
    for row in table.to_pylist():
        if row["kind"] == "dialogue" and plain(row["text"]):
            groups.setdefault(row["scene_order"], []).append(row)
    for rows in groups.values():
        for first in range(0, len(rows), MOST_LINES):
            if len(part := rows[first : first + MOST_LINES]) > 1:
                yield part


def acted(rows, draw, pool, kind):
    """What is said in a take, in order: a line's row, or None for what nobody wrote, and its words."""
    at, again = 0, 2
    while at < len(rows):
        if draw.random() < kind.get("adlib", 0):
            yield None, plain(draw.choice(pool))
        if draw.random() < kind.get("jumped", 0):
            at += 1
            continue
        words = plain(rows[at]["text"])
        yield (
            rows[at],
            [
                draw.choice(plain(draw.choice(pool))) if draw.random() < kind.get("changed", 0) else word
                for word in words
            ],
        )
        at += 1
        if again and draw.random() < kind.get("again", 0):
            again -= 1
            at = max(0, at - draw.randint(1, 3))


def take_of(rows, draw, pool, kind, voices):
    """Speak a take."""
    parts, take, at = [np.zeros(RATE // 2, np.int16)], Take(np.zeros(0, np.int16)), 0.5
    for row, words in acted(rows, draw, pool, kind):
        voice = voices.setdefault(row["who"], VOICES[len(voices) % len(VOICES)]) if row else draw.choice(VOICES)
        spoken = spoken_by_flite(" ".join(words), voice)
        if spoken is None:
            continue
        samples, begins = spoken
        if row:
            written = set(plain(row["text"]))
            told = [(word, at + begin) for word, begin in zip(words, begins, strict=False) if word in written]
            take.said.append(Said(row["line"], at, at + len(samples) / RATE, told))
        take.words += words
        pause = np.zeros(int(draw.uniform(0.15, 0.8) * RATE), np.int16)
        parts += [samples, pause]
        at += (len(samples) + len(pause)) / RATE
    take.samples = np.concatenate(parts)
    return take


def noisy(take, data, kind, level):
    """The take under recorded noise, `level` dB below what is said."""
    if level is None:
        return take.samples
    clean = take.samples / 32768
    loud = np.repeat(np.abs(clean[: len(clean) // 160 * 160]).reshape(-1, 160).max(1) > 0.01, 1)
    return whole(mixed(clean[: len(loud) * 160], loud, noise(data, kind, len(loud) * 160), level))


def covered(table, rows, samples):
    """The rows of `coverage` for one take."""
    take = TAKES.from_rows(
        [{"asset": "t" * 32, "take_order": 0, "start": 0, "end": len(samples) * (FLICKS_PER_SECOND // RATE),
          "action_start": 0, "number": "", "setup": "", "take": "", "roll": "", "evidence": [], "score": 0.0}]
    )  # fmt: skip
    words = with_asset(WORDS.from_rows(rows), "t" * 32)
    empty = [each.stored_schema.empty_table() for each in (SHOTS, FRAMING, LIPS, FACE_TRACKS, DRAFTS)]
    told = coverage(table, take, words, *empty).to_pylist()
    return [row for row in told if row["status"] in ("covered", "changed", "partial")]


def by_letters(table, rows):
    """The peer: each run of words without a pause goes to the line that is most alike."""
    dialogue = [row for row in table.to_pylist() if row["kind"] == "dialogue"]
    texts = [" ".join(plain(row["text"])) for row in dialogue]
    runs = []
    for row in rows:
        if runs and row["start"] - runs[-1][-1]["end"] < 0.25 * FLICKS_PER_SECOND:
            runs[-1].append(row)
        else:
            runs.append([row])
    for run in runs:
        best = process.extractOne(
            " ".join(row["text"] for row in run), texts, scorer=fuzz.token_set_ratio, score_cutoff=60
        )
        if best:
            yield {"line": dialogue[best[2]]["line"], "start": run[0]["start"], "end": run[-1]["end"]}


def right(said, row):
    """Whether a row tells this line where it was said."""
    begin, end = row["start"] / FLICKS_PER_SECOND, row["end"] / FLICKS_PER_SECOND
    common = min(end, said.end) - max(begin, said.start)
    return row["line"] == said.line and common > 0.5 * min(end - begin, said.end - said.start)


class Count:
    """Lines said, found, told and told rightly; how far words' begins are off; CPU seconds."""

    def __init__(self):
        self.said = self.found = self.told = self.right = 0
        self.off, self.spent, self.seconds = [], 0.0, 0.0

    def add(self, take, rows):
        """Hold the rows of a take against what was said."""
        self.said += len(take.said)
        self.found += sum(any(right(said, row) for row in rows) for said in take.said)
        self.told += len(rows)
        self.right += sum(any(right(said, row) for said in take.said) for row in rows)

    def words(self, take, rows):
        """How far the words of lines are off, where one of that name is near."""
        for said in take.said:
            for word, begin in said.begins:
                near = [abs(row["start"] / FLICKS_PER_SECOND - begin) for row in rows if row["text"] == word]
                if near and min(near) < 1:
                    self.off.append(1000 * min(near))

    def cells(self):
        """Recall and precision."""
        return f"{100 * self.found / max(1, self.said):.1f} / {100 * self.right / max(1, self.told):.1f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--takes", type=int, default=2)
    parser.add_argument("--noise", type=float, default=10)
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--transcript", action="store_true", help="with a transcript only; a seventh of the time")
    parser.add_argument("--kinds", type=int, nargs="*", default=range(len(KINDS)), help="which of the kinds, from 0")
    options = parser.parse_args()
    public = options.data / "screenplays" / "public_domain"
    if options.choose:
        texts = {"ASCENT TO GURU PEAK": (public / "ASCENT_TO_GURU_PEAK.fountain").read_text()}
    else:
        texts = {"Roof Tone": screenplay(), "Cyber Bob": (public / "Cyber_Bob_ep00001.fountain").read_text()}
    pool = [each for each in sentences(options.data) if 4 <= len(plain(each)) <= 12]
    print("| takes | lines said | by script: found / right | of the peer | with transcript | of the peer "
          "| word begins, ms | coverage, CPU ms a line |\n|" + " --- |" * 8)  # fmt: skip
    for name, kind in (list(KINDS.items())[each] for each in options.kinds):
        counts = [Count() for _ in range(4)]
        spent, number = 0.0, 0
        draw = random.Random(5 if options.choose else 11)
        for text in texts.values():
            table, voices = table_of(text), {}
            script = [row["text"] for row in table.to_pylist() if row["kind"] == "dialogue"]
            for rows in scenes_of(table):
                for _ in range(options.takes):
                    take = take_of(rows, draw, pool, kind, voices)
                    samples = noisy(take, options.data, NOISES[number % len(NOISES)], options.noise)
                    number += 1
                    for place, (paragraphs, role) in enumerate(
                        ((script, "script"), ([" ".join(take.words)], "transcript"))
                    ):
                        if role == "script" and options.transcript:
                            continue
                        heard, _ = found(samples, paragraphs, role)
                        begin = time.process_time()
                        told = covered(table, heard, samples)
                        spent += time.process_time() - begin
                        counts[2 * place].add(take, told)
                        counts[2 * place + 1].add(take, list(by_letters(table, heard)))
                        counts[2 * place].words(take, heard)
        off = counts[2].off
        counts[0].said = counts[2].said
        print(f"| {name} | {counts[0].said} | {' | '.join(each.cells() for each in counts)} | "
              f"{statistics.median(off):.0f} (9 of 10: {np.percentile(off, 90):.0f}) | "
              f"{1000 * spent / 2 / max(1, counts[0].said):.0f} |", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
