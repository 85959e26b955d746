"""Words: what is said, when, and how sure that is, by following texts or by Whisper.

A text that people wrote goes first, and nothing that is found of it is heard over. Each text is followed in its own
language, any that espeak-ng speaks: the words of others than English are heard as the nearest English sounds, and are
less sure. What a text leaves open, the next road may fill. `aligned`: a transcript lies beside the sound; every stretch
of it is recognised with the transcript as what to expect, found in the transcript, by the times of its cues too where
it is subtitles, and its words laid over the sound, with omissions and insertions as they were heard. `script`: a
screenplay is what to expect, in any order; what does not stand in it so (at least three words in a row, or a whole
line) is an ad-lib. `whisper`: where a Whisper is there, it hears, in any of its languages, where somebody speaks and no
word of a text was found, and all of a sound that no text fits; its words that stand in a text are marked. Without one,
ad-libs are heard once more with everyday English as what to expect: road `free`, which is wrong about every second
word; and without a text nothing is told.

Who speaks is not told here.
"""

from bisect import bisect_right
from collections.abc import Sequence
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
from kinoeye.signals.ngrams import arpa
from kinoeye.signals.passages import matched, quoted, trusted
from kinoeye.signals.paths import paths
from kinoeye.signals.spoken import plain
from kinoeye.signals.stretches import LONGEST, stretches
from kinoeye.signals.timed import timed
from kinoeye.signals.told import Text, Told, texts
from kinoeye.signals.tongues import worded
from kinoeye.signals.uncovered import Hole, Span, uncovered
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
_LEAST_HOLE = 1.5  # seconds of speech without a word of the text that the next road hears; less is too little for it
_SIGNS = " \"'.,;:!?¡¿…()[]{}<>-–—。，、！？：；（）「」『』《》“”‘’«»"
_LEAST_QUOTED = 0.2  # of what was heard must be the script's, or nothing is told

Samples = npt.NDArray[np.int16]


@analysis(WORDS, version=7, models=MODELS, may_use=whisper.MODELS)
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
        `text` follows texts only, `whisper` hears all by Whisper; `auto` follows texts, and leaves to a Whisper that is
        there what they do not cover.
    adlibs : bool
        Whether what is not in a script is heard once more; costs five times as much there. Whisper hears it anyway.
        In English only.
    language : str
        Of all texts, as ISO 639 writes it; of each found by its script and short words if empty.

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
    told = texts(wordings.to_pylist(), language)
    listener = _listener(road)
    spoken = _spans(mono_16k, speech)
    rows, holes, has_fit = _followed(mono_16k, spoken, told if road != "whisper" else [], adlibs, bool(listener))
    if listener:
        if not any(row["is_in_text"] for row in rows):
            holes = _holes(mono_16k, spoken, whisper.LONGEST)
        rows = _marked(_filled(rows, _listened(mono_16k, holes, listener), holes, mono_16k), told)
    elif holes and told and not has_fit and all(text.role == "transcript" for text in told):
        raise MediaError(
            "words: the text beside the sound must be what is said in it, got hardly a word in common",
            remedy="Put the right text beside it, under the sound's name, or rename this one",
        )
    return WORDS.from_rows(rows)


def _followed(
    sound: Sound, spoken: Sequence[Span], told: Sequence[Text], has_adlibs: bool, has_listener: bool
) -> tuple[list[dict[str, Any]], list[Hole], bool]:
    """Follow texts, each where those before it left something; return the words, what is left, and if any text fits."""
    rows: list[dict[str, Any]] = []
    holes = _holes(sound, spoken, LONGEST)
    has_fit = False
    for text in told:
        if not holes:
            break
        if text.role == "transcript":
            found = _aligned(sound, holes, text)
        else:
            found = _scripted(sound, holes, text, has_adlibs, _LEAST_HOLE if has_listener else None)
        if found is not None:
            has_fit = True
            rows = _filled(rows, found, holes, sound)
            holes = _left(sound, holes, rows, spoken)
    return rows, holes, has_fit


def _holes(sound: Sound, spoken: Sequence[Span], longest_s: float) -> list[Hole]:
    parts = stretches(spoken, sound.samples, sound.rate_hz, longest_s)
    return [Hole(number, *part) for number, part in enumerate(parts)]


def _listener(road: str) -> str:
    name = "" if road == "text" else whisper.placed()
    if road == "whisper" and not name:
        raise MissingError("words: the road whisper must have a Whisper, got none",
                           remedy="Fetch one with: kinoeye models pull whisper-small, or place your own with: "
                                  "kinoeye models add FOLDER --name whisper")  # fmt: skip
    return name


def _spans(sound: Sound, table: pa.Table) -> list[Span]:
    """Return the samples in which somebody speaks."""
    per_sample = FLICKS_PER_SECOND // sound.rate_hz
    return [
        ((row["start"] - sound.start) // per_sample, (row["end"] - sound.start) // per_sample)
        for row in table.select(["start", "end"]).to_pylist()
    ]


def _left(sound: Sound, holes: Sequence[Hole], rows: Sequence[dict[str, Any]], spoken: Sequence[Span]) -> list[Hole]:
    """Return where the next road may hear: where somebody speaks and no word of a text was found."""
    per_sample = FLICKS_PER_SECOND // sound.rate_hz
    covered = [
        ((row["start"] - sound.start) // per_sample, (row["end"] - sound.start) // per_sample)
        for row in rows
        if row["is_in_text"]
    ]
    return uncovered(holes, covered, spoken, round(_LEAST_HOLE * sound.rate_hz))


def _filled(
    rows: Sequence[dict[str, Any]], found: Sequence[dict[str, Any]], holes: Sequence[Hole], sound: Sound
) -> list[dict[str, Any]]:
    """Put what another road found into its holes, in the place of slips; words of a text stay."""
    per_sample = FLICKS_PER_SECOND // sound.rate_hz
    begins = [sound.start + hole.first * per_sample for hole in holes]
    ends = [sound.start + hole.end * per_sample for hole in holes]
    places = {bisect_right(begins, row["start"]) - 1 for row in found}

    def is_replaced(row: dict[str, Any]) -> bool:
        place = bisect_right(begins, row["start"]) - 1
        return not row["is_in_text"] and place in places and row["end"] <= ends[place]

    return sorted([*(row for row in rows if not is_replaced(row)), *found], key=lambda row: int(row["start"]))


def _hearing(text: Text) -> Hearing:
    grammar = arpa(text.names(), dict.fromkeys(FILLERS, FILLER))
    every = [each.word for each in text.words()]
    return Hearing(grammar, every, None if text.language == "en" else sounds(text.names(), text.language))


def _aligned(sound: Sound, holes: Sequence[Hole], text: Text) -> list[dict[str, Any]] | None:
    """Lay a transcript over a sound; None if it does not fit."""
    hearing = _hearing(text)
    heard = [hearing.recognise(np.array(sound.samples[hole.first : hole.end])) for hole in holes]
    told = [each for each in text.words() if hearing.knows(each.word)]
    places = _places(sound, holes, told, heard)
    if places is None:
        spoken_words = sum(each.name not in FILLERS for stretch in heard for each in stretch)
        return None if spoken_words >= _LEAST_HEARD else []
    rows: list[dict[str, Any]] = []
    next_word = 0
    for (number, first, end), stretch, place in zip(holes, heard, places, strict=True):
        begin = max(place.first, next_word)
        pairs = [(a + place.first - begin, b) for a, b in place.pairs]
        here_told = told[begin : place.end]
        samples = np.array(sound.samples[first:end])
        names = [each.name for each in stretch]
        expected = [each.word for each in here_told]
        chosen = (
            names
            if names == expected
            else hearing.choose(samples, *paths(expected, names, pairs, [each.score for each in stretch])) or names
        )
        laid = hearing.lay(samples, chosen) or stretch
        here = {b: a for a, b in matched(expected, [each.name for each in laid])}
        if here:
            next_word = begin + max(here.values()) + 1
        for place_, word in enumerate(laid):
            row = _row(sound, first, word, "aligned", number) | {"language": text.language}
            row["score"] = _sureness(word, stretch, is_told=place_ in here) * (FOREIGN if text.language != "en" else 1)
            rows += [row | _of_text(here_told[here[place_]] if place_ in here else None)] if row["text"] else []
    return rows


def _places(
    sound: Sound, holes: Sequence[Hole], told: Sequence[Told], heard: Sequence[Sequence[Sounded]]
) -> list[Place] | None:
    """Look where the stretches stand in the text; by the times of cues too, whose clock may begin anywhere."""
    rate = sound.rate_hz
    spans = [(first / rate, end / rate) for _, first, end in holes]
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
    sound: Sound, holes: Sequence[Hole], text: Text, has_adlibs: bool, longest_free: float | None
) -> list[dict[str, Any]] | None:
    """Find lines of a script in a sound; None if hardly any is said there."""
    hearing = _hearing(text)
    lines = text.names()
    known = {each.word: each for each in text.words()}
    general = Everyday() if has_adlibs and text.language == "en" else None
    rows: list[dict[str, Any]] = []
    told, all_heard = 0, 0
    for number, first, end in holes:
        samples = np.array(sound.samples[first:end])
        heard = hearing.recognise(samples)
        in_script = quoted(lines, [each.name for each in heard])
        told, all_heard = told + int(in_script.sum()), all_heard + len(heard)
        for run, is_told in _runs(heard, in_script):
            found, road = run, "script"
            length = (run[-1].end - run[0].start) / 100
            if not is_told and general is not None and _LEAST_FREE <= length <= (longest_free or length):
                part = samples[run[0].start * FRAME : run[-1].end * FRAME]
                found, road = [_moved(each, run[0].start) for each in general.recognise(part)], "free"
            for word in found:
                row = _row(sound, first, word, road, number) | {"language": text.language}
                row["score"] = word.score * (FOREIGN if text.language != "en" else 1)
                of_text = _of_text(known[word.name] if is_told else None) | {"paragraph": None}
                rows += [row | of_text] if row["text"] else []
    return rows if all_heard and told >= _LEAST_QUOTED * all_heard else None


def _listened(sound: Sound, holes: Sequence[Hole], listener: str) -> list[dict[str, Any]]:
    """Return what Whisper hears; in no text, until that is looked for."""
    if not holes:
        return []
    language, heard = whisper.heard(listener, [np.array(sound.samples[hole.first : hole.end]) for hole in holes])
    return [
        _row(sound, hole.first, word, "whisper", hole.stretch) | _of_text(None)
        | {"score": word.score, "language": language}
        for hole, stretch in zip(holes, heard, strict=True)
        for each in stretch
        for word in _said(each, language)
    ]  # fmt: skip


def _said(heard: whisper.Heard, language: str) -> list[Sounded]:
    """Return a word as it is spoken: a number is several words, which share its time; signs alone are none."""
    if language in {"zh", "yue"}:
        said = [each.word for each in worded(heard.text, language)]
    else:
        said = plain(heard.text) if language == "en" else [heard.text.strip(_SIGNS).lower()]
    said = [word for word in said if word][: heard.end - heard.start]
    edges = [heard.start + (heard.end - heard.start) * n // max(1, len(said)) for n in range(len(said) + 1)]
    return [Sounded(word, *span, heard.score) for word, span in zip(said, pairwise(edges), strict=True)]


def _marked(rows: Sequence[dict[str, Any]], told: Sequence[Text]) -> list[dict[str, Any]]:
    """Say of Whisper's words which stand in a text: in a transcript that fits, else in a script."""
    names = [row["text"] for row in rows]
    of_text: dict[int, dict[str, Any]] = {}
    for text in told:
        words = text.words()
        expected = [each.word for each in words]
        if text.role == "transcript" and followed(expected, [names]):
            of_text |= {b: _of_text(words[a]) for a, b in trusted(matched(expected, names)) if b not in of_text}
        elif text.role == "script":
            known = {each.word: each for each in words}
            places = np.flatnonzero(quoted(text.names(), names)).tolist()
            of_text |= {b: _of_text(known[names[b]]) | {"paragraph": None} for b in places if b not in of_text}
    return [row | of_text.get(n, {}) if row["road"] == "whisper" else row for n, row in enumerate(rows)]


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


def _of_text(told: Told | None) -> dict[str, Any]:
    if told is None:
        return {"written": "", "is_in_text": False, "source": None, "paragraph": None}
    return {"written": told.written, "is_in_text": True, "source": told.source, "paragraph": told.paragraph}
