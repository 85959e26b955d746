"""Sound marks: what happens in each second of sound, in a few hundred bytes, for finding the same moment elsewhere.

They say when something begins and in which frequencies, not what it is: sound cannot be made of them again. Three
hours have 4.5 MB of them. The arithmetic is kinoeye.signals.marks.

Source: as kinoeye.signals.marks.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.marks import MARKS_PER_SECOND, REACH, marks
from kinoeye.streams import Sound
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

SOUND_MARKS = Table(
    "sound_marks",
    "One row a second of sound; the last one may be shorter.",
    (
        ("start", flicks(), "first sample; the first mark stands there"),
        ("end", flicks(), "one past the last sample"),
        ("level_dbfs", Typed(pa.float32(), "dBFS"), "mean level; a full-scale sine is 0, digital silence -120"),
        (
            "marks",
            pa.list_(pa.uint16()),
            "200 a second: which of sixteen bands rise more than their neighbour; 0 in digital silence",
        ),
    ),
)

BLOCK = 60  # seconds in work at once
SILENCE_DBFS = -120.0


@analysis(SOUND_MARKS, version=1)
def sound_marks(mono_16k: Sound) -> pa.Table:
    """Mark what happens in the sound.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    """
    count, rate = len(mono_16k), mono_16k.rate_hz
    if not count:
        return SOUND_MARKS.empty()
    words, levels = [], []
    for begin in range(0, count, BLOCK * rate):
        end = min(begin + BLOCK * rate, count)
        heard = mono_16k.part(max(0, begin - REACH), min(count, end + REACH))
        around = (REACH - (begin - max(0, begin - REACH)), REACH - (min(count, end + REACH) - end))
        step = rate // MARKS_PER_SECOND
        fill = -(end - begin) % step  # the last mark of a file may hear silence behind the end
        words.append(marks(np.pad(heard, (around[0], around[1] + fill))))
        levels.append(_levels(heard[REACH - around[0] :][: end - begin], rate))
    joined = np.concatenate(words)
    edges = np.minimum(np.arange(-(-count // rate) + 1, dtype=np.int64) * rate, count)
    times = mono_16k.start + edges * (FLICKS_PER_SECOND // rate)
    places = np.minimum(np.arange(len(edges)) * MARKS_PER_SECOND, len(joined)).astype(np.int32)
    return SOUND_MARKS.from_columns(
        start=times[:-1],
        end=times[1:],
        level_dbfs=np.concatenate(levels),
        marks=pa.ListArray.from_arrays(pa.array(places), pa.array(joined)),
    )


def _levels(samples: npt.NDArray[np.int16], rate_hz: int) -> npt.NDArray[np.float32]:
    starts = np.arange(0, len(samples), rate_hz)
    squares = np.add.reduceat((samples.astype(np.float64) / 32768) ** 2, starts)
    means = squares / np.diff(np.append(starts, len(samples)))
    return (10 * np.log10(np.maximum(2 * means, 10 ** (SILENCE_DBFS / 10)))).astype(np.float32)
