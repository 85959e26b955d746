"""Keys: in which key music is, from how strong each of the twelve tones is.

Source: Krumhansl, "Cognitive Foundations of Musical Pitch", 1990: how well each tone fits a key, as people judged; that
key is told whose ratings go best with the tones that are heard, and whose tonic is strong in the bass.
"""

import numpy as np
import numpy.typing as npt

from kinoeye.signals.harmony import NAMES

SIZE = 8192  # samples of one spectrum, half a second at 16 kHz
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
_LOWEST, _HIGHEST, BASS = 60.0, 2200.0, 220.0  # Hz
_LOUD = 1e-3  # of a spectrum's highest power: weaker peaks are no tones
_UNEVEN = 0.35  # standard deviation of the tones' strengths over their mean: noise has 0.2 at most, music 0.6 and more
_LOW_TONIC = 2.0  # what the tonic's share of the bass adds to a key's fit; chosen on made pieces

Tones = npt.NDArray[np.float64]


def tones(samples: npt.NDArray[np.floating], rate_hz: int, highest: float = _HIGHEST) -> Tones:
    """Return how strong each tone is up to a frequency, float64 [12] from C, in all octaves; zeros without any.

    Each peak of a spectrum counts as strong as it is beside that spectrum's highest, for the tone it is nearest to,
    after the whole was shifted by how far its tuning is off.
    """
    strengths, pitches = [np.zeros(0)], [np.zeros(0)]
    window = np.hanning(SIZE)
    hz = np.fft.rfftfreq(SIZE, 1 / rate_hz)
    inside = (hz[1:-1] > _LOWEST) & (hz[1:-1] < highest)
    for first in range(0, len(samples) - SIZE + 1, SIZE // 2):
        power = np.abs(np.fft.rfft(samples[first : first + SIZE] * window)) ** 2
        low, middle, high = power[:-2], power[1:-1], power[2:]
        peaks = np.flatnonzero(inside & (middle > low) & (middle >= high) & (middle > _LOUD * power.max())) + 1
        if power.max() <= 0 or not len(peaks):
            continue
        logs = np.log(np.maximum(power, 1e-20))
        bend = logs[peaks - 1] - 2 * logs[peaks] + logs[peaks + 1]
        off = 0.5 * (logs[peaks - 1] - logs[peaks + 1]) / np.minimum(bend, -1e-9)
        pitches.append(12 * np.log2((peaks + off) * rate_hz / SIZE / 440.0) + 69)
        strengths.append(np.sqrt(power[peaks] / power[peaks].max()))
    strength, pitch = np.concatenate(strengths), np.concatenate(pitches)
    if not len(pitch):
        return np.zeros(12)
    tuning = np.angle((strength * np.exp(2j * np.pi * pitch)).sum()) / (2 * np.pi)
    return np.asarray(np.bincount(np.round(pitch - tuning).astype(int) % 12, strength, 12), np.float64)


def key(strengths: Tones, bass: Tones) -> tuple[str, float]:
    """Return the key by name, and how much better it fits than the next best (0..1); "" and 0 without tones.

    >>> key(np.array([3, 0, 1, 0, 2, 1, 0, 2, 0, 1, 0, 1.0]), np.zeros(12))[0]
    'C major'
    """
    if strengths.std() <= _UNEVEN * strengths.mean():
        return "", 0.0
    found = fits(strengths, bass)
    first, second = sorted(found, key=found.__getitem__, reverse=True)[:2]
    return first, float(np.clip(found[first] - found[second], 0, 1))


def fits(strengths: Tones, bass: Tones) -> dict[str, float]:
    """Return how well every key fits, by name; the higher the better."""
    low = _LOW_TONIC * bass / max(float(bass.sum()), 1e-12)
    return {
        f"{NAMES[tonic]} {mode}": float(np.corrcoef(strengths, np.roll(ratings, tonic))[0, 1] + low[tonic])
        for mode, ratings in (("major", _MAJOR), ("minor", _MINOR))
        for tonic in range(12)
    }
