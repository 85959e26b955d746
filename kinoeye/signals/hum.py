"""Hum: the mains in a sound, told by lines that stand still at its frequency's multiples while all else moves.

In every stretch the least of the power at each frequency is looked at: voices and music come and go, the mains stay. A
line counts where that least power towers over its neighbourhood's.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kinoeye.streams import Sound

MAINS_HZ = (50, 60)
STRETCH = 10  # seconds that are looked at together

_HARMONICS = 6
_LEAST = 0.2  # of the windows of a stretch lie below what is called the least power
_ASIDE = (5, 11)  # hertz from a line to its neighbourhood on both sides
_FULL_SCALE = 32768.0


@dataclass(frozen=True)
class Hum:
    """What a stretch shows of the mains.

    Parameters
    ----------
    first, end : int
        Samples of the stretch.
    mains_hz : int
        50 or 60, whichever is clearer.
    lines : int
        How many of its first six multiples tower over their neighbourhood.
    level_dbfs : float
        Of those lines together; a full-scale sine is 0.
    """

    first: int
    end: int
    mains_hz: int
    lines: int
    level_dbfs: float


def hums(sound: Sound, clear_db: float) -> list[Hum]:
    """Look for the mains in every stretch of a sound; a short rest belongs to the one before.

    Parameters
    ----------
    sound : int16 [n]
    clear_db : float
        How far a line must tower over its neighbourhood.
    """
    rate = sound.rate_hz
    found: list[Hum] = []
    for first, samples in sound.blocks(STRETCH * rate):
        if len(samples) < STRETCH * rate // 2:
            found[-1:] = [replace(each, end=first + len(samples)) for each in found[-1:]]
        else:
            mains, lines, level = _clearest(_least_power(samples / _FULL_SCALE, rate), clear_db)
            found.append(Hum(first, first + len(samples), mains, lines, level))
    return found


def _least_power(samples: npt.NDArray[np.float64], rate_hz: int) -> npt.NDArray[np.float64]:
    """Return what the power at each whole hertz seldom falls below; a full-scale sine is 1."""
    window = np.hanning(rate_hz)
    highest = MAINS_HZ[-1] * _HARMONICS + _ASIDE[1] + 1
    powers = [
        np.abs(np.fft.rfft(samples[at : at + rate_hz] * window)[:highest]) ** 2
        for at in range(0, len(samples) - rate_hz + 1, rate_hz // 2)
    ]
    return np.asarray(np.quantile(powers, _LEAST, axis=0) / (window.sum() / 2) ** 2, np.float64)


def _clearest(power: npt.NDArray[np.float64], clear_db: float) -> tuple[int, int, float]:
    best = (MAINS_HZ[0], 0, -120.0)
    for mains in MAINS_HZ:
        lines = []
        for place in range(mains, mains * _HARMONICS + 1, mains):
            line = power[place - 1 : place + 2].max()  # the mains wander by a fifth of a hertz
            aside = np.r_[place - _ASIDE[1] : place - _ASIDE[0] + 1, place + _ASIDE[0] : place + _ASIDE[1] + 1]
            if line > 10 ** (clear_db / 10) * max(float(np.median(power[aside])), 1e-14):
                lines.append(line)
        if len(lines) > best[1]:
            best = (mains, len(lines), float(10 * np.log10(sum(lines))))
    return best
