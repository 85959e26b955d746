"""Speakers: who speaks when within one file, as numbers; how many there are is not known before.

A number means one voice within its asset and nothing beyond: what tells voices apart is thrown away once the turns are
known; `speaker_vectors` keeps it, with a purpose. Where two speak at once, only one of them is told, and more than ten
voices in a file are taken for ten at most. What someone says of a moment stands beside its turn, whatever number the
next run gives it.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.mel import FRAME
from kinoeye.models.speaker import LENGTH, LONGEST, MODELS, narrow_embeddings, windows
from kinoeye.signals.diarisation import voices
from kinoeye.streams import Sound
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

SPEAKERS = Table(
    "speakers",
    "One row a turn: a stretch of speech of one voice, in running order, without overlap.",
    (
        ("start", flicks(), "first sample"),
        ("end", flicks(), "one past the last sample"),
        ("speaker", pa.int32(), "number of the voice within this asset, from 0, in order of first words"),
        ("score", score(), "how much more like this voice than like the asset's others it is, the mean of the turn"),
        ("said", pa.string(), "the character who speaks, as someone said; null where no one has"),
        ("said_person", pa.string(), "the person who speaks, as someone said; null where no one has"),
    ),
)


@analysis(SPEAKERS, version=2, models=MODELS)
def speakers(mono_16k: Sound, speech: pa.Table, *, shortest: float = 0.0) -> pa.Table:
    """Tell who speaks when.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    speech : table
    shortest : 0..60, seconds
        A turn shorter than this is left out.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    ModelError
        If the weights are missing.
    """
    if not 0 <= shortest <= 60:
        raise SettingError(f"speakers: shortest must lie in 0..60, got {shortest}")
    tick = FLICKS_PER_SECOND // mono_16k.rate_hz
    times = np.column_stack([speech["start"].to_numpy(), speech["end"].to_numpy()]).astype(np.int64)
    spans = np.clip((times - mono_16k.start) // tick, 0, len(mono_16k))
    pieces = [
        (begin, min(begin + LONGEST, end)) for first, end in spans.tolist() for begin in range(first, end, LONGEST)
    ]
    if not pieces:
        return SPEAKERS.empty()
    centres = [windows(end - begin) for begin, end in pieces]
    vectors, at = np.empty((sum(map(len, centres)), LENGTH), np.float32), 0  # of hours, no second copy
    for (begin, end), each in zip(pieces, centres, strict=True):
        samples = mono_16k.part(begin, end).astype(np.float32) / np.float32(32768)
        vectors[at : at + len(each)] = narrow_embeddings(samples, each // FRAME)
        at += len(each)
    who, sure = voices(vectors)
    places = np.concatenate([begin + each for (begin, _), each in zip(pieces, centres, strict=True)])
    return SPEAKERS.from_rows(
        {
            "start": mono_16k.start + begin * tick,
            "end": mono_16k.start + end * tick,
            "speaker": int(who[first]),
            "score": float(sure[first:last].mean()),
        }
        for begin, end, first, last in _turns(spans, places, who)
        if end - begin >= shortest * mono_16k.rate_hz
    )


def _turns(
    spans: npt.NDArray[np.int64], middles: npt.NDArray[np.int64], who: npt.NDArray[np.int64]
) -> list[tuple[int, int, int, int]]:
    """Return begin and end in samples, and the first and one past the last window, of each turn."""
    turns = []
    for begin, end in spans.tolist():
        first, last = np.searchsorted(middles, (begin, end)).tolist()
        changes = [number for number in range(first + 1, last) if who[number] != who[number - 1]]
        edges = [first, *changes, last]
        times = [begin, *((int(middles[number - 1]) + int(middles[number])) // 2 for number in changes), end]
        if last > first:
            turns += list(zip(times[:-1], times[1:], edges[:-1], edges[1:], strict=True))
    return turns
