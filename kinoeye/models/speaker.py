"""Speaker: what tells one voice from another, as 256 numbers.

Source: Wan et al., "Generalized End-to-End Loss for Speaker Verification", ICASSP 2018; resemblyzer 0.1.4 (audio.py,
hparams.py, voice_encoder.py): 40 mel bands, frames of 25 ms every 10 ms, windows of 1.6 s.
"""

import numpy as np
import numpy.typing as npt

from kinoeye.models.mel import FRAME, RATE_HZ, mels
from kinoeye.models.nets import net

MODELS = ("speaker",)
LENGTH = 256  # numbers
NARROW = 100  # frames: narrower than the net was taught with, so that short turns are told apart too
STEP = 20 * FRAME  # samples, 0.2 s, from one narrow window to the next
LONGEST = 30 * RATE_HZ  # samples, in which the level is one: bounds memory too

_BANDS = 40
_WINDOW, _STEP = 160, 77  # frames: 1.6 s, about 1.3 a second
_LEVEL_DBFS = -30.0  # quieter sound is brought up to it
_LEAST_COVERED = 0.75
_BATCH = 64


def embedding(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return what tells this voice apart; the cosine between two is near 1 for one speaker.

    Parameters
    ----------
    samples : float32 [n], 16 kHz
        Speech, its silences cut out.

    Returns
    -------
    float32 [256], of length one

    Raises
    ------
    ModelError
        If the net has not been fetched.
    """
    bands = mels(_raised(samples), _BANDS)
    begins = list(range(0, max(1, len(bands) - _WINDOW + _STEP + 1), _STEP))
    if len(begins) > 1 and (len(bands) - begins[-1]) / _WINDOW < _LEAST_COVERED:
        begins.pop()
    bands = np.pad(bands, ((0, max(0, begins[-1] + _WINDOW - len(bands))), (0, 0)))
    windows = np.stack([bands[begin : begin + _WINDOW] for begin in begins]).astype(np.float32)
    mean = net("speaker").run({"mels": windows})[0].mean(0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def windows(length: int) -> npt.NDArray[np.int64]:
    """Return the middles of narrow windows in a stretch of so many samples; at least one.

    >>> windows(10_000).tolist()
    [1600, 4800, 8000]
    """
    return np.arange(min(STEP, length) // 2, max(length, 1), STEP, dtype=np.int64)


def narrow_embeddings(
    samples: npt.NDArray[np.float32], centres: npt.NDArray[np.int64], width: int = NARROW
) -> npt.NDArray[np.float32]:
    """Return what tells the voice apart in each of several windows, of a second if not said otherwise.

    Parameters
    ----------
    samples : float32 [n], 16 kHz
        A stretch of speech.
    centres : int64 [m], frames of 10 ms
        Middles of the windows; near an edge, the outermost window is taken.
    width : frames

    Returns
    -------
    float32 [m, 256], each of length one

    Raises
    ------
    ModelError
        If the net has not been fetched.
    """
    bands = mels(_raised(samples), _BANDS)
    lacking = max(0, width - len(bands))
    bands = np.pad(bands, ((lacking // 2, lacking - lacking // 2), (0, 0)))
    begins = np.clip(centres - width // 2, 0, len(bands) - width)
    windows = np.stack([bands[begin : begin + width] for begin in begins])
    speaker = net("speaker")
    parts = [speaker.run({"mels": windows[at : at + _BATCH]})[0] for at in range(0, len(windows), _BATCH)]
    return np.asarray(np.concatenate(parts), np.float32)


def _raised(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    power = float((samples.astype(float) ** 2).mean()) if len(samples) else 0.0
    change = _LEVEL_DBFS - 10 * np.log10(max(power, 1e-12))
    return samples if change < 0 else samples * np.float32(10 ** (change / 20))
