"""Shot moods: how a shot is likely to feel, by faces, words, music, sounds, light, camera, pace and loudness together.

Each of these speaks for a place between unpleasant and pleasant and between calm and stirred, with a weight: what
people read off most surely (faces, words, screams) weighs most. The weights are a rule, not learnt: no film with moods
that people gave was at hand. Each row says what spoke and when, so that it can be looked at and doubted.

Source: Russell, "A circumplex model of affect", J. Personality and Social Psychology 39(6), 1980; Hanjalic & Xu,
"Affective video content representation and modeling", IEEE Trans. Multimedia 7(1), 2005 (motion, cuts and loudness
stir); Gabrielsson & Lindström in "Music and Emotion", Oxford 2001 (mode and tempo).
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.models.feelings import MODELS, feeling
from kinoeye.tables import Table, Typed, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

_VALENCE, _AROUSAL = Typed(pa.float32(), "-1..1"), Typed(pa.float32(), "0..1")
_EVIDENCE = pa.struct([
    ("of", pa.string()), ("what", pa.string()), ("start", pa.int64()), ("end", pa.int64()),
    ("valence", pa.float32()), ("arousal", pa.float32()), ("weight", pa.float32()),
])  # fmt: skip

SHOT_MOODS = Table("shot_moods", "One row a shot: how it is likely to feel, and what speaks for that.", (
    ("shot", pa.int32(), "the shot's number"),
    ("start", flicks(), "first picture"),
    ("end", flicks(), "one past the last picture"),
    ("mood", pa.string(), "joyful, calm, tense, sad, stirred (neither pleasant nor not), or neutral"),
    ("valence", _VALENCE, "from unpleasant to pleasant"),
    ("arousal", _AROUSAL, "from calm to stirred"),
    ("score", score(), "how much speaks, and how far it agrees"),
    ("evidence", pa.list_(_EVIDENCE), "what spoke most first: of what, what, when, for which valence (null: for none)"
     " and arousal (null: for none), with which weight"),
))  # fmt: skip

# Valence and arousal of sounds, and how often one told so was one in recordings not learnt from.
_SOUNDS = {
    "scream": (-0.9, 1.0, 0.6), "blast": (-0.7, 1.0, 0.6), "alarm": (-0.6, 0.8, 0.5), "siren": (-0.6, 0.8, 0.5),
    "fire": (-0.3, 0.6, 0.3), "telephone": (None, 0.5, 0.3), "hooves": (None, 0.7, 0.3), "bird": (0.4, 0.1, 0.3),
    "rain": (-0.2, 0.2, 0.3), "wind": (-0.2, 0.4, 0.2), "water": (0.2, 0.2, 0.2), "bell": (None, 0.4, 0.2),
}  # fmt: skip
_FACES, _WORDS, _MUSIC, _LIGHT, _CAMERA, _PACE, _LEVEL = 1.0, 0.8, 0.7, 0.25, 0.5, 0.4, 0.5
_NOTHING_SHOWN = 0.3  # of a face's weight, where it shows no feeling
_HALF_LIGHT, _USUAL_CHROMA = 0.38, 20.0  # lightness and chroma that speak for nothing
_UNKNOWN = 3.0  # words that feel nothing, so that one strong word is no strong shot
_PRIOR, _USUAL = 0.6, 0.35  # weight and arousal of a shot of which nothing is known
_FELT, _STIRRED = 0.15, 0.5
_SLOW, _FAST = 10.0, 1.5  # seconds of a shot that calms and of one that stirs
_DB = 24.0  # above the film's usual level that stirs as much as can be


@dataclass(frozen=True)
class _Told:
    """What one thing speaks for; None where it speaks for no valence or no arousal."""

    of: str
    what: str
    start: int
    end: int
    valence: float | None
    arousal: float | None
    weight: float


@analysis(SHOT_MOODS, version=1, models=MODELS)
def shot_moods(
    shots: pa.Table,
    colours: pa.Table | None = None,
    camera: pa.Table | None = None,
    moods: pa.Table | None = None,
    utterances: pa.Table | None = None,
    music: pa.Table | None = None,
    sounds: pa.Table | None = None,
    levels: pa.Table | None = None,
) -> pa.Table:
    """Say how shots feel.

    Parameters
    ----------
    shots, colours, camera, moods, utterances, music, sounds, levels : tables
    """
    rows = shots.to_pylist()
    told: list[list[_Told]] = [[_pace(row)] for row in rows] if len(rows) > 1 else [[] for _ in rows]
    places = {row["shot"]: number for number, row in enumerate(rows)}
    for table, tell in ((colours, _light), (camera, _moved), (moods, _face)):
        for own in table.to_pylist() if table is not None else ():
            if own["shot"] in places:
                shot = rows[places[own["shot"]]]
                share = (own["end"] - own["start"]) / max(1, shot["end"] - shot["start"])
                told[places[own["shot"]]] += tell(own, min(1.0, share))
    spans = np.array([(row["start"], row["end"]) for row in rows], np.int64).reshape(-1, 2)
    for table, say in ((utterances, _said), (music, _played), (sounds, _sounded)):
        for own in table.to_pylist() if table is not None else ():
            for number, share in _shared(spans, own["start"], own["end"]):
                told[number] += say(own, share)
    if levels is not None and levels.num_rows:
        for number, each in enumerate(_loud(levels, spans)):
            told[number] += each
    return SHOT_MOODS.from_rows(_row(row, each) for row, each in zip(rows, told, strict=True))


def _row(shot: dict[str, Any], told: Sequence[_Told]) -> dict[str, Any]:
    told = _together(told)
    valence, pleased = _mean([(each.valence, each.weight) for each in told], 0.0)
    arousal, stirred = _mean([(each.arousal, each.weight) for each in told], _USUAL)
    weight = (pleased + stirred) / 2
    return {
        "shot": shot["shot"], "start": shot["start"], "end": shot["end"], "mood": _mood(valence, arousal),
        "valence": valence, "arousal": arousal,
        "score": weight / (weight + 1) * _agreement([(each.valence, each.weight) for each in told]),
        "evidence": [
            {name: getattr(each, name) for name in ("of", "what", "start", "end", "valence", "arousal", "weight")}
            for each in sorted(told, key=lambda each: -each.weight)
        ],
    }  # fmt: skip


def _together(told: Sequence[_Told]) -> list[_Told]:
    """Let many faces weigh no more than twice one."""
    faces = sum(each.weight for each in told if each.of == "moods")
    less = min(1.0, 2 * _FACES / faces) if faces else 1.0
    return [replace(each, weight=each.weight * less) if each.of == "moods" else each for each in told]


def _mean(pairs: Sequence[tuple[float | None, float]], usual: float) -> tuple[float, float]:
    """Return a weighted mean that begins at what is usual, and the weight of what spoke."""
    those = [(value, weight) for value, weight in pairs if value is not None]
    weight = sum(each for _, each in those)
    return (usual * _PRIOR + sum(value * each for value, each in those)) / (_PRIOR + weight), weight


def _agreement(pairs: Sequence[tuple[float | None, float]]) -> float:
    """Return 1 where all that speak of valence say the same side, 0.5 where as much speaks for as against."""
    sides = [value * weight for value, weight in pairs if value is not None]
    whole = sum(map(abs, sides))
    return 0.5 + 0.5 * abs(sum(sides)) / whole if whole else 1.0


def _mood(valence: float, arousal: float) -> str:
    if abs(valence) < _FELT:
        return "stirred" if arousal >= _STIRRED else "neutral"
    if valence > 0:
        return "joyful" if arousal >= _STIRRED else "calm"
    return "tense" if arousal >= _STIRRED else "sad"


def _pace(shot: dict[str, Any]) -> _Told:
    seconds = (shot["end"] - shot["start"]) / FLICKS_PER_SECOND
    arousal = _held(1 - math.log(max(seconds, 1e-3) / _FAST) / math.log(_SLOW / _FAST), 0, 1)
    return _Told("shots", f"{seconds:.1f} s", shot["start"], shot["end"], None, arousal, _PACE)


def _light(row: dict[str, Any], _share: float) -> Iterator[_Told]:
    if row["brightness"] is None:
        return
    light = (row["brightness"] - _HALF_LIGHT) / 0.6
    valence = _held(light + (row["saturation"] - _USUAL_CHROMA) / 120 + row["warmth"] / 120, -0.6, 0.6)
    what = "bright" if light >= 0.25 else "dark" if light <= -0.25 else "half light"
    yield _Told("colours", what, row["start"], row["end"], valence, None, _LIGHT)


def _moved(row: dict[str, Any], share: float) -> Iterator[_Told]:
    if row["speed"] is None or row["shake"] is None:
        return
    arousal = _held(1.2 * abs(row["speed"]) + 40 * row["shake"], 0, 1)
    yield _Told("camera", row["move"], row["start"], row["end"], None, arousal, _CAMERA * share)


def _face(row: dict[str, Any], share: float) -> Iterator[_Told]:
    weight = _FACES * share * (_NOTHING_SHOWN if row["emotion"] == "neutral" else 1.0)
    yield _Told("moods", row["emotion"], row["start"], row["end"], row["valence"], row["arousal"], weight)


def _said(row: dict[str, Any], share: float) -> Iterator[_Told]:
    felt = feeling(row["text"])
    if felt.words:
        weight = _WORDS * felt.words / (felt.words + _UNKNOWN) * min(1.0, 2 * share) * row["score"]
        yield _Told("utterances", row["text"], row["start"], row["end"],
                    felt.valence / felt.words, felt.arousal / felt.words, weight)  # fmt: skip


def _played(row: dict[str, Any], share: float) -> Iterator[_Told]:
    mode = None if row["key"] is None else (-0.4 if row["key"].endswith("minor") else 0.4) * row["key_score"]
    tempo = None if row["tempo_bpm"] is None else _held((row["tempo_bpm"] - 60) / 90, 0, 1)
    if mode is not None or tempo is not None:
        what = ", ".join([row["key"] or "", f"{row['tempo_bpm']:.0f} bpm" if tempo is not None else ""]).strip(", ")
        weight = _MUSIC * row["score"] * share**0.5
        yield _Told("music", what, row["start"], row["end"], mode, tempo, weight)


def _sounded(row: dict[str, Any], share: float) -> Iterator[_Told]:
    if row["kind"] in _SOUNDS:
        valence, arousal, right = _SOUNDS[row["kind"]]
        yield _Told("sounds", row["kind"], row["start"], row["end"], valence, arousal, right * share**0.5)


def _loud(levels: pa.Table, spans: npt.NDArray[np.int64]) -> Iterator[list[_Told]]:
    """Say of each shot how loud it is beside the film's usual level."""
    starts, level = levels["start"].to_numpy(), levels["rms_dbfs"].to_numpy(zero_copy_only=False)
    heard = level[level > -80]
    usual = float(np.median(heard)) if len(heard) else 0.0
    for start, end in spans:
        own = level[np.searchsorted(starts, start) : np.searchsorted(starts, end)]
        if not len(heard) or not len(own):
            yield []
            continue
        above = float(10 * np.log10(np.mean(10 ** (own / 10)))) - usual
        yield [_Told("levels", f"{above:+.0f} dB", int(start), int(end), None, _held(0.4 + above / _DB, 0, 1), _LEVEL)]


def _shared(spans: npt.NDArray[np.int64], start: int, end: int) -> Iterator[tuple[int, float]]:
    """Yield the shots that a span lies over, and the share of the shot that it does."""
    first = int(np.searchsorted(spans[:, 1], start, "right"))
    for number in range(first, len(spans)):
        begin, stop = (int(each) for each in spans[number])
        if begin >= end:
            return
        yield number, (min(end, stop) - max(start, begin)) / max(1, stop - begin)


def _held(value: float, least: float, most: float) -> float:
    return min(most, max(least, value))
