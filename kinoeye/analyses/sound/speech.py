"""Speech: where people speak; who, and what they say, is not told here.

A net says for each 32 ms how sure it is that somebody speaks. A span begins where it is sure, lasts while it does not
doubt, and a pause for breath does not end it.
"""

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.voices import BLOCK, FRAME, MODELS, activity
from kinoeye.signals.spans import bridged, held, lasting, widened
from kinoeye.streams import Sound
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

SPEECH = Table(
    "speech",
    "One row a span in which somebody speaks, in running order, without overlap.",
    (
        ("start", flicks(), "first sample"),
        ("end", flicks(), "one past the last sample"),
        ("score", score(), "how sure it is that somebody speaks, the mean of the span"),
    ),
)

LONGEST = 60.0  # seconds that a setting may be


@analysis(SPEECH, version=2, models=MODELS)
def speech(
    mono_16k: Sound,
    *,
    threshold: float = 0.5,
    doubt: float = 0.35,
    shortest: float = 0.2,
    pause: float = 0.4,
    pad: float = 0.05,
) -> pa.Table:
    """Find where people speak.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    threshold : 0..1
        A span needs a score as high as this.
    doubt : 0..threshold
        A span ends where the score falls below this.
    shortest : 0..60, seconds
        A span shorter than this, pauses bridged, is dropped.
    pause : 0..60, seconds
        A pause shorter than this does not end a span.
    pad : 0..60, seconds
        Added before and after each span, so that a soft first or last sound is not cut off.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    ModelError
        If the weights are missing.
    """
    if not 0 <= threshold <= 1:
        raise SettingError(f"speech: threshold must lie in 0..1, got {threshold}")
    if not 0 <= doubt <= threshold:
        raise SettingError(f"speech: doubt must lie in 0..threshold ({threshold}), got {doubt}")
    for name, value in {"shortest": shortest, "pause": pause, "pad": pad}.items():
        if not 0 <= value <= LONGEST:
            raise SettingError(f"speech: {name} must lie in 0..60, got {value}")
    heard = activity(samples for _, samples in mono_16k.blocks(BLOCK))
    seconds = FRAME / mono_16k.rate_hz
    found = lasting(bridged(held(heard, threshold, doubt), pause / seconds), shortest / seconds)
    scores = [float(heard[first:end].mean()) for first, end in found]
    samples = np.minimum(widened(found * FRAME, round(pad * mono_16k.rate_hz), len(mono_16k)), len(mono_16k))
    times = mono_16k.start + samples * (FLICKS_PER_SECOND // mono_16k.rate_hz)
    return SPEECH.from_columns(start=times[:, 0], end=times[:, 1], score=scores)
