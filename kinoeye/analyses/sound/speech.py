"""Speech: where people speak; who, and what they say, is not told here.

Two nets say how sure they are that somebody speaks: Silero, which knows voices best where they are clear, and RNNoise,
which hears them below noise. What counts is the mean of the two, where Silero is sure at least for a moment, for
RNNoise takes some noises for voices; where RNNoise is not there, Silero alone. A span begins where they are sure, lasts
while there is no doubt, and a pause for breath does not end it.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models import rnnoise
from kinoeye.models.voices import BLOCK, FRAME, MODELS, activity
from kinoeye.signals.blocks import cut
from kinoeye.signals.resampling import resampled
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

_SURE = 0.7  # how sure Silero must be once in a span that RNNoise hears too
_STEP = rnnoise.FRAME // 3  # samples at 16 kHz, 10 ms: what is told apart
_AT_ONCE = 1_000 * rnnoise.FRAME  # samples at 48 kHz: 10 s


@analysis(SPEECH, version=4, models=MODELS, may_use=("rnnoise",))
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
    clear, heard = _heard(mono_16k)
    seconds = _STEP / mono_16k.rate_hz
    found = lasting(bridged(held(heard, threshold, doubt), pause / seconds), shortest / seconds)
    if heard is not clear:
        found = found[[bool(clear[first:end].max() >= _SURE) for first, end in found.tolist()]]
    scores = [float(heard[first:end].mean()) for first, end in found]
    samples = np.minimum(widened(found * _STEP, round(pad * mono_16k.rate_hz), len(mono_16k)), len(mono_16k))
    times = mono_16k.start + samples * (FLICKS_PER_SECOND // mono_16k.rate_hz)
    return SPEECH.from_columns(start=times[:, 0], end=times[:, 1], score=scores)


def _heard(sound: Sound) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return for each 10 ms how sure Silero is that somebody speaks, and both, 0..1; the same twice without RNNoise."""
    starts = np.arange(0, len(sound), _STEP)
    clear = activity(samples for _, samples in sound.blocks(BLOCK))[starts // FRAME]
    if not rnnoise.is_there():
        return clear, clear
    tripled = resampled(
        (np.asarray(samples[:, None] / 32768, np.float32) for _, samples in sound.blocks(BLOCK)),
        sound.rate_hz,
        rnnoise.RATE_HZ,
    )
    below = [np.zeros(0, np.float32), *rnnoise.voiced(block[:, 0] for block in cut(tripled, _AT_ONCE))]
    late = np.append(np.concatenate(below)[1:], np.float32(0))  # a frame speaks of the one before it
    return clear, np.asarray((clear + late[: len(starts)]) / 2, np.float32)
