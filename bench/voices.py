"""Voices: six characters told apart, intelligibility kept, subtitles spoken into their slots.

Usage: kinoeye bench voices [--subtitles FILE …]. Characters are compared by a speaker embedding (Resemblyzer's net:
kinoeye models pull speaker) on sentences that nothing was chosen with; words are recognised by pocketsphinx where it is
installed (pip install pocketsphinx==5.1.1).
"""

import argparse
import json
import time
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from kinoeye.models.speaker import embedding
from kinoeye.models.speech import default_voice, speak
from kinoeye.models.spoken import Utterance
from kinoeye.signals.blocks import whole
from kinoeye.signals.resampling import resampled
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.casting import Part, cast_for
from kinoeye.treatments.sound.characters import changed
from kinoeye.treatments.sound.reading import Line, subtitle_lines
from kinoeye.treatments.sound.speaking import in_time, say, slots_of

try:
    import pocketsphinx
except ImportError:
    pocketsphinx = None

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SIX = [f"CHARACTER {number}" for number in range(1, 7)]
SENTENCES = {
    "en": (
        "The train had left the station before anyone could read the letter.",
        "We are going to need a bigger table and a much better cook.",
        "Tell him that the answer is no, and that I will not say it twice.",
        "Every window in the street was dark except the one above the bakery.",
    ),
    "zh": (
        "今天晚上我们一起去看电影吧。",
        "他把那封信放在桌子上就走了。",
        "请你告诉我这里到底发生了什么。",
        "明天早上的火车几点出发？",
    ),
}
READ = (
    "the birch canoe slid on the smooth planks", "glue the sheet to the dark blue background",
    "it is easy to tell the depth of a well", "these days a chicken leg is a rare dish",
    "rice is often served in round bowls", "the juice of lemons makes fine punch",
    "the box was thrown beside the parked truck", "four hours of steady work faced us",
)  # fmt: skip


def characters(language: str, voice: str) -> dict[str, Any]:
    """How far apart six characters are, and whether each sentence is given to who said it."""
    cast = {name: Part(voice) for name in SIX} if voice else cast_for(SIX, {}, language=language)
    begin, long = time.process_time(), 0.0
    vectors = []
    for name in SIX:
        said = say([Line(1, 0, "dialogue", name, text) for text in SENTENCES[language]], cast)
        long += sum(len(each.samples) / each.rate_hz for each in said)
        vectors.append([embedding(whole(resampled([e.samples[:, None]], e.rate_hz, 16_000))[:, 0]) for e in said])
    cpu_s = time.process_time() - begin
    told = np.array(vectors)
    apart = [1 - float(_mean(told[a]) @ _mean(told[b])) for a, b in combinations(range(6), 2)]
    within = [1 - float(told[n, a] @ told[n, b]) for n in range(6) for a, b in combinations(range(len(told[0])), 2)]
    right = 0
    for who in range(6):
        for number in range(told.shape[1]):
            # Each sentence against the others' means; its own character's without itself.
            means = [_mean(np.delete(told[n], number, 0) if n == who else told[n]) for n in range(6)]
            right += int(np.argmax([mean @ told[who, number] for mean in means])) == who
    return {
        "voices": next(iter(cast.values())).voice.partition(":")[0] + (", one for all" if voice else ""),
        "language": language,
        "nearest two": round(min(apart), 2), "mean of two": round(float(np.mean(apart)), 2),
        "one's own sentences, mean": round(float(np.mean(within)), 2), "farthest": round(max(within), 2),
        "given to who said it": f"{right} of {told.shape[0] * told.shape[1]}",
        "CPU ms a second, without the engine": round(1000 * cpu_s / long),
    }  # fmt: skip


def _mean(vectors: np.ndarray) -> np.ndarray:
    mean = vectors.mean(0)
    return np.asarray(mean / np.linalg.norm(mean))


def words_kept() -> list[dict[str, Any]]:
    """Word error rate of voices as spoken, bent, and as the six characters use them."""
    if pocketsphinx is None:
        return []
    cast = cast_for(SIX, {}, language="en")
    voices = sorted({part.voice for part in cast.values()})
    ways = [
        (voice, settings) for voice in voices for settings in ({}, {"throat": 0.82}, {"throat": 1.2}, {"pace": 1.3})
    ]
    ways += [(part.voice, {"pitch": part.pitch, "throat": part.throat}) for part in cast.values()]
    spoken = {voice: speak([Utterance(text, voice) for text in READ]) for voice in voices}
    decoder = pocketsphinx.Decoder(samprate=16_000, loglevel="FATAL")
    rows = []
    for number, (voice, settings) in enumerate(ways):
        wrong = total = 0
        for text, each in zip(READ, spoken[voice], strict=True):
            line = changed(each.samples, each.rate_hz, **settings)
            sound = whole(resampled([line[:, None]], each.rate_hz, 16_000))[:, 0]
            decoder.start_utt()
            decoder.process_raw((np.clip(np.pad(sound, 4000), -1, 1) * 32767).astype(np.int16).tobytes(), full_utt=True)
            decoder.end_utt()
            heard = decoder.hyp().hypstr.lower().split() if decoder.hyp() else []
            wrong, total = wrong + _distance(text.split(), heard), total + len(text.split())
        how = ", ".join(f"{key} {value:g}" for key, value in settings.items()) or "as spoken"
        is_cast = number >= len(ways) - len(SIX)
        rows.append({"voice": voice, "": f"character: {how}" if is_cast else how,
                     "word error rate": f"{wrong / total:.0%}"})  # fmt: skip
    return rows


def _distance(wanted: list[str], heard: list[str]) -> int:
    row = list(range(len(heard) + 1))
    for number, word in enumerate(wanted, 1):
        before, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            before, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, before + (word != other))
    return row[-1]


def dub(file: Path, language: str) -> dict[str, Any]:
    """How many lines of real subtitles, or of a transcript with the times of who really spoke, end in time."""
    text = file.read_text("utf-8-sig", errors="replace")
    cues = (_segments(text) if file.suffix == ".json" else subtitle_lines(text))[:150]
    slots = slots_of(cues)
    said = say(cues, cast_for([cue.who for cue in cues], {}, language=language), slots)
    starts = in_time(said)
    by_number = {cue.number: slot for cue, slot in zip(cues, slots, strict=True)}
    ends = [start + each.duration for each, start in zip(said, starts, strict=True)]
    inside = [end <= (e.line.start or 0) + by_number[e.line.number] * FLICKS_PER_SECOND
              for e, end in zip(said, ends, strict=True)]  # fmt: skip
    overlaps = sum(end > after for end, after in zip(ends, starts[1:], strict=False))
    return {
        "subtitles": file.name, "lines": len(said), "inside their slots": f"{np.mean(inside):.1%}",
        "overlapping": overlaps, "waiting": sum(s > (e.line.start or 0) for e, s in zip(said, starts, strict=True)),
        "median pace": round(float(np.median([each.pace for each in said])), 2),
    }  # fmt: skip


def _segments(text: str) -> list[Line]:
    rows = json.loads(text)["segments"]
    return [Line(number, 0, "cue", "", row["text"].strip(), "", *(round(row["time_interval"][each] * FLICKS_PER_SECOND)
                 for each in ("start", "end"))) for number, row in enumerate(rows, 1)]  # fmt: skip


def main() -> None:
    """Run it all, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subtitles", nargs="*", type=Path, default=[])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    files = options.subtitles or [
        DATA / "subtitles" / "mediaelement.srt", DATA / "subtitles" / "aeneas_syncmaps" / "sonnet001.srt",
        DATA / "speech" / "physics_lecture_lewin.whisper_medium.json",
    ]  # fmt: skip
    tables: dict[str, list[dict[str, Any]]] = {
        "six characters, distances between speaker embeddings (1 - cosine)": [
            characters("en", ""), characters("en", default_voice("en")), characters("zh", ""),
        ],
        "words kept": words_kept(),
        "dub": [dub(path, "en") for path in files],
    }  # fmt: skip
    if options.json:
        print(json.dumps(tables, indent=2, ensure_ascii=False))
        return
    for title, rows in tables.items():
        print(f"\n{title}\n")
        columns = list(dict.fromkeys(key for row in rows for key in row))
        print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns))
        for row in rows:
            print("| " + " | ".join(str(row.get(column, "")) for column in columns) + " |")


if __name__ == "__main__":
    main()
