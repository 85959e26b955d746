"""Phones: when each sound of each word begins and ends, for lips that move with a voice.

The words of a stretch of speech are laid over it once more, now for their sounds. Words of other languages than English
have none.
"""

from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.models.hearing import FRAME, MODELS, PHONES, Hearing
from kinoeye.streams import Sound
from kinoeye.tables import Table, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

PHONES_TABLE = Table(
    "phones",
    "One row a sound of a word, in running order.",
    (
        ("start", flicks(), "where it begins, to 10 ms"),
        ("end", flicks(), "one past where it ends"),
        ("phone", pa.string(), f"which it is, as the CMU dictionary names them: {', '.join(PHONES)}"),
        ("word", pa.int32(), "number of its word's row in `words`, from 0"),
    ),
)

_PAD = 0.1  # seconds before the first and after the last word


@analysis(PHONES_TABLE, version=3, models=MODELS)
def phones(mono_16k: Sound, words: pa.Table) -> pa.Table:
    """Find the sounds of words.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    words : table

    Raises
    ------
    ModelError
        If the weights are missing.
    """
    rows_of_words = words.select(["start", "end", "text", "language", "stretch"]).to_pylist()
    said = [(number, row) for number, row in enumerate(rows_of_words) if row["language"] == "en"]
    if not said:
        return PHONES_TABLE.empty()
    hearing = Hearing("", (row["text"] for _, row in said))
    per_sample = FLICKS_PER_SECOND // mono_16k.rate_hz
    pad = round(_PAD * mono_16k.rate_hz)
    rows: list[dict[str, Any]] = []
    for _, group in groupby(said, key=lambda item: int(item[1]["stretch"])):
        stretch = [item for item in group if hearing.knows(item[1]["text"])]
        if not stretch:
            continue
        first = max(0, (stretch[0][1]["start"] - mono_16k.start) // per_sample - pad)
        last = min(len(mono_16k), (stretch[-1][1]["end"] - mono_16k.start) // per_sample + pad)
        laid = hearing.lay(np.array(mono_16k.samples[first:last]), [row["text"] for _, row in stretch])
        if len(laid) != len(stretch):
            continue  # it does not fit: no sounds rather than wrong ones
        for (number, _), word in zip(stretch, laid, strict=True):
            for phone in word.phones:
                begin, end = (min(first + frame * FRAME, len(mono_16k)) for frame in (phone.start, phone.end))
                rows.append({
                    "start": mono_16k.start + begin * per_sample, "end": mono_16k.start + end * per_sample,
                    "phone": phone.name, "word": number,
                })  # fmt: skip
    return PHONES_TABLE.from_rows(rows)
