"""Overlaps: where two speak at once.

`speakers` tells one voice at a time. Here the speech is listened to once more, for a second voice beside it. What was
found where only one voice is known stands without the other's number.

Source: as kinoeye.signals.crosstalk weighs it.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.mel import FRAME
from kinoeye.models.speaker import LENGTH, LONGEST, MODELS, NARROW, STEP, narrow_embeddings, windows
from kinoeye.signals import crosstalk
from kinoeye.streams import Sound
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

OVERLAPS = Table(
    "overlaps",
    "One row a stretch in which two speak at once, in running order.",
    (
        ("start", flicks(), "where it begins, to a fifth of a second"),
        ("end", flicks(), "one past where it ends"),
        ("speaker", pa.int32(), "number of one of the two in `speakers`; of a lone voice's file, that one"),
        ("other", pa.int32(), "number of the other; null where no second voice is known in the file"),
        ("score", score(), "how sure it is that two speak, its mean"),
    ),
)

NARROWER = 60  # frames, beside a window of a second
_SMOOTH = np.array([0.25, 0.5, 0.25])

Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]


@analysis(OVERLAPS, version=1, models=MODELS)
def overlaps(mono_16k: Sound, speakers: pa.Table, *, threshold: float = 0.35, shortest: float = 0.4) -> pa.Table:
    """Find where two speak at once.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    speakers : table
    threshold : 0..1
        Least sureness; a higher one finds fewer, surer overlaps.
    shortest : 0..60, seconds
        A shorter one is left out.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    ModelError
        If the weights are missing.
    """
    for name, value, most in (("threshold", threshold, 1), ("shortest", shortest, 60)):
        if not 0 <= value <= most:
            raise SettingError(f"overlaps: {name} must lie in 0..{most}, got {value}")
    looked = looks(mono_16k, speakers)
    if looked is None:
        return OVERLAPS.empty()
    places, vectors, found, centres, numbers = looked
    sure = crosstalk.sureness(found)
    sure = np.convolve(np.pad(sure, 1, "edge"), _SMOOTH, "valid")
    tick = FLICKS_PER_SECOND // mono_16k.rate_hz
    rows = []
    for first, last in _spans(sure >= threshold, places):
        start, end = (int(places[first]) - STEP // 2, int(places[last]) + STEP // 2)
        if end - start >= shortest * mono_16k.rate_hz:
            row: dict[str, Any] = {"speaker": numbers[0]}
            if len(numbers) > 1:
                pair = crosstalk.pair(vectors[first : last + 1].astype(np.float64).mean(axis=0), centres)
                row = {"speaker": numbers[pair[0]], "other": numbers[pair[1]]}
            begin = mono_16k.start + max(0, start) * tick
            stop = mono_16k.start + min(end, len(mono_16k)) * tick
            rows.append(row | {"start": begin, "end": stop, "score": float(sure[first : last + 1].mean())})
    return OVERLAPS.from_rows(rows)


def looks(sound: Sound, speakers: pa.Table) -> tuple[npt.NDArray[np.int64], Vectors, Floats, Floats, list[int]] | None:
    """Return what is looked at: middles in samples, vectors, signs, the voices' centres and their numbers.

    None if nobody speaks. The sound is gone through twice, since what lies between two voices is told only once all
    are known: so of hours one vector a look is held, and not two.
    """
    tick = FLICKS_PER_SECOND // sound.rate_hz
    turns = [
        ((row["start"] - sound.start) // tick, (row["end"] - sound.start) // tick, row["speaker"])
        for row in speakers.select(["start", "end", "speaker"]).to_pylist()
    ]
    pieces = [(begin, end, windows(end - begin)) for begin, end in _pieces(turns, len(sound))]
    if not pieces:
        return None
    places = np.concatenate([begin + middles for begin, _, middles in pieces])
    who = _who(places, turns)
    numbers = sorted({int(each) for each in who if each >= 0})
    if not numbers:
        return None
    wide, at = np.empty((len(places), LENGTH), np.float32), 0
    for begin, end, middles in pieces:
        wide[at : at + len(middles)] = narrow_embeddings(_heard(sound, begin, end), middles // FRAME, NARROW)
        at += len(middles)
    centres = ((who == np.array(numbers)[:, None]).astype(np.float32) @ wide).astype(np.float64)
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    return places, wide, _signs(sound, pieces, wide, centres), centres, numbers


def _signs(
    sound: Sound, pieces: Sequence[tuple[int, int, npt.NDArray[np.int64]]], wide: Vectors, centres: Floats
) -> Floats:
    """Return the signs of two voices at every look."""
    alike, heard, frames, at, count = [], [], [], 0, 0
    for begin, end, middles in pieces:
        samples = _heard(sound, begin, end)
        narrow = narrow_embeddings(samples, middles // FRAME, NARROWER)
        alike.append(np.hstack([crosstalk.likeness(each, centres) for each in (wide[at : at + len(middles)], narrow)]))
        harmony = crosstalk.harmony(samples)
        frame = (middles / (sound.rate_hz * crosstalk.HOP_S)).astype(np.int64)
        heard.append(harmony)
        frames.append(count + np.clip(frame, 0, len(harmony) - 1))
        at, count = at + len(middles), count + len(harmony)
    return crosstalk.signs(np.concatenate(alike), np.concatenate(heard), np.concatenate(frames))


def _heard(sound: Sound, begin: int, end: int) -> Vectors:
    return sound.part(begin, end).astype(np.float32) / np.float32(32768)


def _pieces(turns: Sequence[tuple[int, int, int]], count: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of speech: turns that touch as one, none longer than is looked at at once."""
    begin = end = -1
    for first, last, _ in [*sorted(turns), (count + 1, count + 1, 0)]:
        if first > end:
            yield from ((at, min(at + LONGEST, end)) for at in range(max(begin, 0), min(end, count), LONGEST))
            begin = first
        end = max(end, min(last, count))


def _who(places: npt.NDArray[np.int64], turns: Sequence[tuple[int, int, int]]) -> npt.NDArray[np.int64]:
    who = np.full(len(places), -1)
    for first, last, number in turns:
        who[(places >= first) & (places < last)] = number
    return who


def _spans(flags: npt.NDArray[np.bool_], places: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of each run of looks that follow one another."""
    chosen = np.flatnonzero(flags).tolist()
    runs = groupby(enumerate(chosen), key=lambda item: places[item[1]] - item[0] * STEP)
    for _, run in runs:
        members = [place for _, place in run]
        yield members[0], members[-1]
