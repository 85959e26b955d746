"""Words: what is said, when, and how sure that is, by following a text or by Whisper.

Three roads. `whisper`: where a Whisper is there, it hears any of its languages, with a text or without; its words that
stand in the text are marked. Else a text is followed, in any language that espeak-ng speaks: the words of others than
English are heard as the nearest English sounds, and are less sure. `aligned`: a transcript lies beside the sound;
every stretch of it is recognised with the transcript as what to expect, found in the transcript, by the times of its
cues too where it is subtitles, and its words laid over the sound, with omissions and insertions as they were heard.
`script`: a screenplay is what to expect, in any order; what does not stand in it so (at least three words in a row, or
a whole line) is an ad-lib, and is heard once more with everyday English as what to expect: road `free`, which is wrong
about every second word. Without a text and without a Whisper nothing is told.

Who speaks is not told here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import MediaError, MissingError, SettingError
from kinoeye.models import whisper
from kinoeye.models.hearing import FILLER, FILLERS, FRAME, MODELS, Everyday, Hearing, Sounded
from kinoeye.models.tongues import sounds
from kinoeye.signals.following import Place, followed
from kinoeye.signals.languages import language_of
from kinoeye.signals.ngrams import arpa
from kinoeye.signals.passages import matched, quoted
from kinoeye.signals.paths import paths
from kinoeye.signals.spoken import plain, spoken
from kinoeye.signals.stretches import LONGEST, stretches
from kinoeye.signals.timed import timed
from kinoeye.signals.tongues import worded
from kinoeye.streams import Sound
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

WORDS = Table(
    "words",
    "One row a word that was heard, in running order.",
    (
        ("start", flicks(), "where the word begins, to 10 ms; on the road whisper to 20 ms"),
        ("end", flicks(), "one past where it ends"),
        (
            "text",
            pa.string(),
            "the word as it is spoken, lower case; in English and Chinese, numbers in words; in Chinese one sign",
        ),
        ("written", pa.string(), "as it stands in the text; empty where it goes on the one before or is in no text"),
        ("road", pa.string(), "how it was found: aligned, script, free or whisper"),
        ("language", pa.string(), "as ISO 639 writes it: of the text, on the road whisper of the sound"),
        ("score", score(), "how sure it is that this word is said here"),
        ("is_in_text", pa.bool_(), "it stands in the text here; false for an ad-lib or a slip"),
        ("stretch", pa.int32(), "number of the stretch of speech it stands in, from 0"),
        ("source", pa.string(), "asset of the text; null if it is in none"),
        ("paragraph", pa.int32(), "its paragraph there; null where that is not known"),
    ),
)

ROADS = ("auto", "text", "whisper")

# Measured with voices whose words' times are known (bench/words.py).
LAID_ONLY = 0.75  # right, of words that were laid over the sound and not recognised by themselves
FOREIGN = 0.8  # of that, for words of another language, whose sounds are only near; set by hand
SLIP = 0.5  # right, of words that the recogniser put in the place of the text's

_LEAST_HEARD = 3  # words, or nothing was said rather than something else
_LEAST_FREE = 0.3  # seconds that an ad-lib must last to be heard once more
_SIGNS = " \"'.,;:!?¡¿…()[]{}<>-–—。，、！？：；（）「」『』《》“”‘’«»"
_LEAST_QUOTED = 0.2  # of what was heard must be the script's, or nothing is told

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class _Told:
    """A word of the text."""

    word: str
    written: str
    source: str
    paragraph: int
    shown: float | None  # seconds by the text's own clock, spread over its cue


@analysis(WORDS, version=5, models=MODELS, may_use=whisper.MODELS)
def words(
    mono_16k: Sound,
    speech: pa.Table,
    wordings: pa.Table,
    *,
    road: str = "auto",
    adlibs: bool = True,
    language: str = "",
) -> pa.Table:
    """Find the words of a sound.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    speech : table
    wordings : table
        The rows of this sound.
    road : auto, text or whisper
        `text` follows a text only; `auto` is `whisper` where one is there, else `text`.
    adlibs : bool
        Whether what is not in a script is heard once more; costs five times as much there. Whisper hears it anyway.
        In English only.
    language : str
        Of the text, as ISO 639 writes it; found by its script and short words if empty.

    Raises
    ------
    SettingError
        If `road` is none of these, `adlibs` is not true or false, or the language is not known.
    MediaError
        If the text that is followed is not what is said.
    ModelError
        If the weights are missing, or cannot be loaded.
    """
    if road not in ROADS:
        raise SettingError(f"words: road must be one of {', '.join(ROADS)}, got {road!r}")
    if not isinstance(adlibs, bool):
        raise SettingError(f"words: adlibs must be true or false, got {adlibs!r}")
    language = language or language_of("\n".join(wordings["text"].to_pylist())) or "en"
    told = {role: _told(wordings, role, language) for role in ("transcript", "script")}
    if listener := _listener(road):
        return WORDS.from_rows(_listened(mono_16k, _stretches(mono_16k, speech, whisper.LONGEST), told, listener))
    parts = _stretches(mono_16k, speech, LONGEST)
    if not parts or not any(told.values()):
        return WORDS.empty()
    rows: list[dict[str, Any]] | None = None
    if told["transcript"]:
        rows = _aligned(mono_16k, parts, told["transcript"], language)
    if rows is None and told["script"]:
        rows = _scripted(mono_16k, parts, told["script"], language, adlibs=adlibs)
    if rows is None:
        raise MediaError(
            "words: the text beside the sound must be what is said in it, got hardly a word in common",
            remedy="Put the right text beside it, under the sound's name, or rename this one",
        )
    return WORDS.from_rows(rows)


def _told(wordings: pa.Table, role: str, language: str) -> list[list[_Told]]:
    """Return the text's lines as they are spoken."""
    lines = []
    for row in wordings.to_pylist():
        if row["role"] == role:
            said = spoken(row["text"]) if language == "en" else worded(row["text"], language)
            times = _spread(row["start"], row["end"], len(said))
            lines.append(
                [
                    _Told(each.word, each.written, row["source"], row["paragraph"], time)
                    for each, time in zip(said, times, strict=True)
                ]
            )
    return [line for line in lines if line]


def _spread(start: int | None, end: int | None, count: int) -> list[float | None]:
    """Return when each word of a cue is said if all last as long."""
    if start is None or end is None:
        return [None] * count
    return [(start + (end - start) * place / count) / FLICKS_PER_SECOND for place in range(count)]


def _listener(road: str) -> str:
    name = "" if road == "text" else whisper.placed()
    if road == "whisper" and not name:
        raise MissingError("words: the road whisper must have a Whisper, got none",
                           remedy="Fetch one with: kinoeye models pull whisper-small, or place your own with: "
                                  "kinoeye models add FOLDER --name whisper")  # fmt: skip
    return name


def _stretches(sound: Sound, speech: pa.Table, longest_s: float) -> list[tuple[int, int]]:
    per_sample = FLICKS_PER_SECOND // sound.rate_hz
    spans = [
        ((row["start"] - sound.start) // per_sample, (row["end"] - sound.start) // per_sample)
        for row in speech.select(["start", "end"]).to_pylist()
    ]
    return stretches(spans, sound.samples, sound.rate_hz, longest_s)


def _hearing(lines: Sequence[Sequence[_Told]], language: str) -> Hearing:
    said = [[each.word for each in line] for line in lines]
    grammar = arpa(said, dict.fromkeys(FILLERS, FILLER))
    every = [word for line in said for word in line]
    return Hearing(grammar, every, None if language == "en" else sounds(every, language))


def _aligned(
    sound: Sound, parts: Sequence[tuple[int, int]], lines: Sequence[list[_Told]], language: str
) -> list[dict[str, Any]] | None:
    hearing = _hearing(lines, language)
    heard = [hearing.recognise(np.array(sound.samples[first:end])) for first, end in parts]
    told = [each for line in lines for each in line if hearing.knows(each.word)]
    places = _places(sound, parts, told, heard)
    if places is None:
        spoken_words = sum(each.name not in FILLERS for stretch in heard for each in stretch)
        return None if spoken_words >= _LEAST_HEARD else []
    rows: list[dict[str, Any]] = []
    next_word = 0
    for number, ((first, end), stretch, place) in enumerate(zip(parts, heard, places, strict=True)):
        begin = max(place.first, next_word)
        pairs = [(a + place.first - begin, b) for a, b in place.pairs]
        text = told[begin : place.end]
        samples = np.array(sound.samples[first:end])
        names = [each.name for each in stretch]
        expected = [each.word for each in text]
        chosen = names if names == expected else hearing.choose(samples, *paths(expected, names, pairs)) or names
        laid = hearing.lay(samples, chosen) or stretch
        here = {b: a for a, b in matched(expected, [each.name for each in laid])}
        if here:
            next_word = begin + max(here.values()) + 1
        for place_, word in enumerate(laid):
            row = _row(sound, first, word, "aligned", number) | {"language": language}
            row["score"] = _sureness(word, stretch, is_told=place_ in here) * (FOREIGN if language != "en" else 1)
            rows += [row | _of_text(text[here[place_]] if place_ in here else None)] if row["text"] else []
    return rows


def _places(
    sound: Sound, parts: Sequence[tuple[int, int]], told: Sequence[_Told], heard: Sequence[Sequence[Sounded]]
) -> list[Place] | None:
    """Look where the stretches stand in the text; by the times of cues too, whose clock may begin anywhere."""
    rate = sound.rate_hz
    spans = [(first / rate, end / rate) for first, end in parts]
    when = [
        [begin + each.start * FRAME / rate for each in stretch]
        for (begin, _), stretch in zip(spans, heard, strict=True)
    ]
    names = [[each.name for each in stretch] for stretch in heard]
    return timed([each.word for each in told], [each.shown for each in told], names, when, spans)


def _sureness(word: Sounded, heard: Sequence[Sounded], *, is_told: bool) -> float:
    """Say how sure a laid word is: the recogniser heard the same word there by itself, or did not."""
    alone = [each.score for each in heard if each.name == word.name and each.start < word.end and each.end > word.start]
    if alone and is_told:
        return LAID_ONLY + (1 - LAID_ONLY) * max(alone)
    return LAID_ONLY if is_told else SLIP * max([*alone, 0.5])


def _scripted(
    sound: Sound, parts: Sequence[tuple[int, int]], lines: Sequence[list[_Told]], language: str, *, adlibs: bool
) -> list[dict[str, Any]]:
    hearing = _hearing(lines, language)
    text = [[each.word for each in line] for line in lines]
    known = {each.word: each for line in lines for each in line}
    general = Everyday() if adlibs and language == "en" else None
    rows: list[dict[str, Any]] = []
    told, all_heard = 0, 0
    for number, (first, end) in enumerate(parts):
        samples = np.array(sound.samples[first:end])
        heard = hearing.recognise(samples)
        in_script = quoted(text, [each.name for each in heard])
        told, all_heard = told + int(in_script.sum()), all_heard + len(heard)
        for run, is_told in _runs(heard, in_script):
            found, road = run, "script"
            if not is_told and general is not None and run[-1].end - run[0].start >= _LEAST_FREE * 100:
                part = samples[run[0].start * FRAME : run[-1].end * FRAME]
                found, road = [_moved(each, run[0].start) for each in general.recognise(part)], "free"
            for word in found:
                row = _row(sound, first, word, road, number) | {"language": language}
                row["score"] = word.score * (FOREIGN if language != "en" else 1)
                of_text = _of_text(known[word.name] if is_told else None) | {"paragraph": None}
                rows += [row | of_text] if row["text"] else []
    return rows if told >= _LEAST_QUOTED * all_heard else []


def _listened(
    sound: Sound, parts: Sequence[tuple[int, int]], told: Mapping[str, Sequence[list[_Told]]], listener: str
) -> list[dict[str, Any]]:
    if not parts:
        return []
    language, heard = whisper.heard(listener, [np.array(sound.samples[first:end]) for first, end in parts])
    rows = [
        _row(sound, first, word, "whisper", number) | {"score": word.score, "language": language}
        for number, ((first, _), stretch) in enumerate(zip(parts, heard, strict=True))
        for each in stretch
        for word in _said(each, language)
    ]
    of_text = _texts(told, [row["text"] for row in rows])
    return [row | _of_text(None) | of_text.get(place, {}) for place, row in enumerate(rows)]


def _said(heard: whisper.Heard, language: str) -> list[Sounded]:
    """Return a word as it is spoken: a number is several words, which share its time; signs alone are none."""
    said = plain(heard.text) if language == "en" else [heard.text.strip(_SIGNS).lower()]
    said = [word for word in said if word][: heard.end - heard.start]
    edges = [heard.start + (heard.end - heard.start) * n // max(1, len(said)) for n in range(len(said) + 1)]
    return [Sounded(word, *span, heard.score) for word, span in zip(said, pairwise(edges), strict=True)]


def _texts(told: Mapping[str, Sequence[list[_Told]]], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return what the text says of the words that stand in it, by their place."""
    transcript = [each for line in told["transcript"] for each in line]
    expected = [each.word for each in transcript]
    if followed(expected, [names]):
        return {b: _of_text(transcript[a]) for a, b in matched(expected, names)}
    lines = told["script"]
    known = {each.word: each for line in lines for each in line}
    in_script = quoted([[each.word for each in line] for line in lines], names)
    return {place: _of_text(known[names[place]]) | {"paragraph": None} for place in np.flatnonzero(in_script).tolist()}


def _runs(heard: Sequence[Sounded], flags: npt.NDArray[np.bool_]) -> list[tuple[list[Sounded], bool]]:
    runs: list[tuple[list[Sounded], bool]] = []
    for word, flag in zip(heard, flags, strict=True):
        if not runs or runs[-1][1] != flag:
            runs.append(([], bool(flag)))
        runs[-1][0].append(word)
    return runs


def _moved(word: Sounded, frames: int) -> Sounded:
    return Sounded(word.name, word.start + frames, word.end + frames, word.score)


def _row(sound: Sound, first: int, word: Sounded, road: str, stretch: int) -> dict[str, Any]:
    """Return what is the same on every road; a sound that is no word has no text."""
    per_sample = FLICKS_PER_SECOND // sound.rate_hz
    begin, end = (min(first + frame * FRAME, len(sound)) for frame in (word.start, word.end))
    return {
        "start": sound.start + begin * per_sample,
        "end": sound.start + end * per_sample,
        "text": "" if word.name in FILLERS else word.name,
        "road": road,
        "language": "en",
        "stretch": stretch,
    }


def _of_text(told: _Told | None) -> dict[str, Any]:
    if told is None:
        return {"written": "", "is_in_text": False, "source": None, "paragraph": None}
    return {"written": told.written, "is_in_text": True, "source": told.source, "paragraph": told.paragraph}
