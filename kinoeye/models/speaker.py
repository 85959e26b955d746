"""Speaker: what tells one voice from another, as 256 numbers.

Source: Wan et al., "Generalized End-to-End Loss for Speaker Verification", ICASSP 2018; resemblyzer 0.1.4 (audio.py,
hparams.py, voice_encoder.py): 40 mel bands, frames of 25 ms every 10 ms, windows of 1.6 s.
"""

import functools

import numpy as np
import numpy.typing as npt

from kinoeye.models.nets import net

MODELS = ("speaker",)
RATE_HZ = 16_000
FRAME = 160  # samples
LENGTH = 256  # of a vector
NARROW = 100  # frames: narrower than the net was taught with, so that short turns are told apart too

_SIZE, _BANDS = 400, 40
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
    mels = _mels(_raised(samples))
    begins = list(range(0, max(1, len(mels) - _WINDOW + _STEP + 1), _STEP))
    if len(begins) > 1 and (len(mels) - begins[-1]) / _WINDOW < _LEAST_COVERED:
        begins.pop()
    mels = np.pad(mels, ((0, max(0, begins[-1] + _WINDOW - len(mels))), (0, 0)))
    windows = np.stack([mels[begin : begin + _WINDOW] for begin in begins]).astype(np.float32)
    mean = net("speaker").run({"mels": windows})[0].mean(0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9), np.float32)


def narrow_embeddings(samples: npt.NDArray[np.float32], centres: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """Return what tells the voice apart in each of several windows of a second.

    Parameters
    ----------
    samples : float32 [n], 16 kHz
        A stretch of speech.
    centres : int64 [m], frames of 10 ms
        Middles of the windows; near an edge, the outermost window is taken.

    Returns
    -------
    float32 [m, 256], each of length one

    Raises
    ------
    ModelError
        If the net has not been fetched.
    """
    mels = _mels(_raised(samples))
    lacking = max(0, NARROW - len(mels))
    mels = np.pad(mels, ((lacking // 2, lacking - lacking // 2), (0, 0)))
    begins = np.clip(centres - NARROW // 2, 0, len(mels) - NARROW)
    windows = np.stack([mels[begin : begin + NARROW] for begin in begins])
    speaker = net("speaker")
    parts = [speaker.run({"mels": windows[at : at + _BATCH]})[0] for at in range(0, len(windows), _BATCH)]
    return np.asarray(np.concatenate(parts), np.float32)


def _raised(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    power = float((samples.astype(float) ** 2).mean()) if len(samples) else 0.0
    change = _LEVEL_DBFS - 10 * np.log10(max(power, 1e-12))
    return samples if change < 0 else samples * np.float32(10 ** (change / 20))


def _mels(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    padded = np.pad(samples, _SIZE // 2)
    count = max(1, 1 + (len(padded) - _SIZE) // FRAME)
    padded = np.pad(padded, (0, max(0, _SIZE - len(padded))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::FRAME][:count]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SIZE) / _SIZE)
    return np.asarray((np.abs(np.fft.rfft(frames * window)) ** 2) @ _filters().T, np.float32)


@functools.cache
def _filters() -> npt.NDArray[np.float64]:
    """Slaney's mel bands of equal area, as librosa makes them: float64 [40, 201]."""
    edges = _hz(np.linspace(0, _mel(RATE_HZ / 2), _BANDS + 2))
    bins = np.fft.rfftfreq(_SIZE, 1 / RATE_HZ)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None])


def _mel(hz: float) -> float:
    # Linear up to 1 kHz, then 27 bands for each factor of 6.4.
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * float(np.log(hz / 1000) / np.log(6.4))


def _hz(mels: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))
