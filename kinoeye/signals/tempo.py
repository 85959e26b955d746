"""Tempo: how fast music goes, from how regularly new sound sets in.

Every tempo is weighed by how alike onsets are after one beat, and after the fractions and multiples of it that bars
are made of, and by how much of their rhythm lies at those rates, in all bands and in the bass. What each of it says was
learnt by a logistic regression over all tempi, from pieces whose tempo is known (bench/tempo_train).

Source: Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research 36, 2007 (autocorrelation of onset
strength, weighed by how usual a tempo is); Peeters, "Time variable tempo detection and beat marking", ICMC 2005
(autocorrelation and spectrum together: the one shows multiples of the beat, the other its fractions).
"""

import numpy as np
import numpy.typing as npt

from kinoeye.signals.onsets import FRAMES_PER_SECOND

SLOWEST, FASTEST = 40.0, 250.0  # beats a minute
_STEP = 1.015  # from one tempo that is tried to the next
TEMPI = SLOWEST * _STEP ** np.arange(int(np.log(FASTEST / SLOWEST) / np.log(_STEP)) + 1)
PARTS = (1 / 4, 1 / 3, 1 / 2, 1, 3 / 2, 2, 3, 4, 8)  # of a beat, and of its rate
_USUAL = 120.0  # beats a minute
_LAGS = 1000  # frames; longer ones say nothing
_HIGHEST_HZ = 20.0  # of a rhythm
_TRANSFORM = 1 << 15
_FAR, _NEAR = 2400, 1200  # frames that are looked at at once, for repetition and for rate
_SAME = 0.03  # a tempo that far off is the same
_FAINT = 0.004  # standard deviation of onsets: chords that swell have a tenth of it, music with beats 0.01 and more
# What each of `PARTS` says: repetition and rate, in all bands, then in the bass; then what the tempo itself says.
_WEIGHTS = np.array([
    2.079, -0.304, 0.418, 1.979, 0.782, 0.285, 1.134, 0.937, 1.553,
    -2.882, -2.209, -0.030, 0.224, -1.794, 3.249, 0.273, 2.654, -2.013,
    1.956, -0.016, 0.925, -0.692, 0.820, -1.633, -1.387, 1.427, 3.384,
    -4.290, -0.347, 0.464, 1.011, 0.609, 2.498, 1.941, 0.372, -3.198,
    -0.233, -0.839, 0.336,
])  # fmt: skip

Strength = npt.NDArray[np.float64]


def tempo(strength: Strength) -> tuple[float, float, float]:
    """Return beats a minute, how likely that is (0..1), and how regular they are (0..1); zeros where there are none.

    Parameters
    ----------
    strength : float64 [n, 2], 100 a second
        As `onsets` gives it; at least four seconds of it.

    Half and twice as fast are as true to many ears: how likely it is says that it is this and neither of them.

    >>> knocks = np.zeros((2000, 2))
    >>> for frame, strong in enumerate((0.2, 0.8, 1, 0.8, 0.2)):
    ...     knocks[frame::60] = strong
    >>> tempo(knocks)[0]
    100.0
    """
    if len(strength) < 4 * FRAMES_PER_SECOND or strength[:, 0].std() < _FAINT:
        return 0.0, 0.0, 0.0
    fit = evidence(strength) @ _WEIGHTS
    odds = np.exp(fit - fit.max())
    best = float(TEMPI[int(np.argmax(odds))])
    likely = float(odds[np.abs(np.log(TEMPI / best)) < _SAME].sum() / odds.sum())
    again = _again(strength[:, 0])
    near = 60 * FRAMES_PER_SECOND / best * np.linspace(1 / _STEP, _STEP, 61)
    shares = [_read(again, near * part) for part in (1, 2, 4)]
    lag = float(near[int(np.argmax(np.sum(shares, axis=0)))])
    return round(60 * FRAMES_PER_SECOND / lag, 1), likely, float(np.clip(np.max(shares), 0, 1))


def evidence(strength: Strength) -> Strength:
    """Return what speaks for each of `TEMPI`, float64 [tempi, 39]."""
    lags = 60 * FRAMES_PER_SECOND / TEMPI
    columns = []
    for each in strength.T:
        again, rates = _again(each), _rates(each)
        columns += [np.max([_read(again, lags * part * off) for off in (0.99, 1, 1.01)], axis=0) for part in PARTS]
        for part in PARTS:
            hertz = TEMPI / 60 * part
            near = [_read(rates, hertz * off * _TRANSFORM / FRAMES_PER_SECOND) for off in (0.985, 1, 1.015)]
            columns.append(np.where(hertz > _HIGHEST_HZ, 0.0, np.max(near, axis=0)))
    octaves = np.log2(TEMPI / _USUAL)
    return np.stack([*columns, octaves, octaves**2, octaves**3], axis=1)


def _read(values: Strength, at: Strength) -> Strength:
    """Return values between their places, 0 past their end."""
    return np.asarray(np.interp(at, np.arange(len(values)), values, right=0.0))


def _again(strength: Strength) -> Strength:
    """Return the autocorrelation for lags of up to ten seconds, 1 for a lag of 0."""
    parts = [strength[at : at + _FAR] for at in range(0, max(1, len(strength) - _FAR // 2), _FAR)]
    return np.asarray(np.mean([_repeated(part - part.mean()) for part in parts], axis=0))


def _repeated(part: Strength) -> Strength:
    size = len(part) + _LAGS
    whole = np.fft.irfft(np.abs(np.fft.rfft(part, size)) ** 2, size)[:_LAGS]
    overlap = np.maximum(len(part) - np.arange(_LAGS), len(part) / 4)
    return np.asarray(whole / max(float(whole[0]), 1e-12) * len(part) / overlap)


def _rates(strength: Strength) -> Strength:
    """Return how much of the rhythm lies at each rate up to 20 Hz, beside the strongest."""
    parts = [strength[at : at + _NEAR] for at in range(0, max(1, len(strength) - _NEAR // 2), _NEAR // 2)]
    spectra = []
    for part in parts:
        centred = part - part.mean()
        scale = float(np.linalg.norm(centred)) * len(part) ** 0.5
        spectra.append(np.abs(np.fft.rfft(centred * np.hanning(len(part)), _TRANSFORM)) / max(scale, 1e-9))
    rates = np.mean(spectra, axis=0)
    return np.asarray(rates[: int(1.1 * _HIGHEST_HZ * _TRANSFORM / FRAMES_PER_SECOND)] / max(float(rates.max()), 1e-9))
