"""Metering: how loud people hear a sound that stands in arrays, and how high it rises between its samples.

A production's own files are measured while they are decoded (the stream `meters`); this is for what is being made.

Source: ITU-R BS.1770-5 (2023), annex 1 (K weighting) and annex 2 (true peak).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import signal

from kinoeye.signals.blocks import Samples, cut, overlapped
from kinoeye.signals.loudness import MOMENTARY, dialogue, integrated, sliding, weights
from kinoeye.signals.resampling import peaks_between
from kinoeye.weighting import sections

SILENCE_LUFS = -70.0  # the absolute gate; nothing quieter is told apart
REACH = 16  # samples of neighbourhood that the true peak needs

# How FFmpeg orders the channels of 5.0, 5.1 and 7.1; of other counts every channel weighs the same.
_LAYOUTS = {
    5: ("FL", "FR", "FC", "BL", "BR"),
    6: ("FL", "FR", "FC", "LFE", "BL", "BR"),
    8: ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
}


@dataclass(frozen=True)
class Loudness:
    """How loud a sound is.

    Parameters
    ----------
    integrated_lufs : float
        -70 for silence.
    true_peak_dbtp : float
        -120 for silence.
    """

    integrated_lufs: float
    true_peak_dbtp: float


def loudness(pieces: Iterable[Samples], rate_hz: int) -> Loudness:
    """Measure programme loudness and true peak in one go.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    """
    meter, peak = StepMeter(rate_hz), 0.0
    for window in overlapped(pieces, rate_hz, REACH, REACH):
        meter.add(window[REACH : len(window) - REACH])
        peak = max(peak, float(peaks_between(window, REACH, rate_hz).max(initial=0)))
    return Loudness(gated(meter.powers()), float(20 * np.log10(max(peak, 1e-6))))


class StepMeter:
    """Gathers the K-weighted power of every tenth of a second.

    Parameters
    ----------
    rate_hz : int
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz, self._count, self._sum = rate_hz, 0, 0.0
        self._state: npt.NDArray[np.float64] | None = None
        self._powers: list[float] = []

    def add(self, samples: Samples) -> None:
        """Take further samples, float32 [n, channels]."""
        filters, channels = _filters(self._rate_hz), samples.shape[1]
        if self._state is None:
            self._state = np.zeros((len(filters), 2, channels))
        weighted, self._state = signal.sosfilt(filters, samples, axis=0, zi=self._state)
        totals = np.concatenate([[0.0], np.cumsum((weighted**2) @ weights(_LAYOUTS.get(channels, ("FC",) * channels)))])
        begin = 0
        while (end := begin + self._edge() - self._count) <= len(samples):
            self._count = self._edge()
            self._powers.append((self._sum + float(totals[end] - totals[begin])) / self._length())
            self._sum, begin = 0.0, end
        self._sum += float(totals[-1] - totals[begin])
        self._count += len(samples) - begin

    def powers(self) -> npt.NDArray[np.float64]:
        """Return mean K-weighted power, all channels together, of each whole step so far: float64 [steps]."""
        return np.array(self._powers)

    def _edge(self) -> int:
        return (len(self._powers) + 1) * self._rate_hz // 10

    def _length(self) -> int:
        return self._edge() - len(self._powers) * self._rate_hz // 10


def gated(powers: npt.NDArray[np.float64], chosen: npt.NDArray[np.bool_] | None = None) -> float:
    """Return loudness in LUFS of steps of a tenth of a second.

    Parameters
    ----------
    powers : float64 [steps]
    chosen : bool [steps], optional
        Only blocks of which at least half is chosen count, and the relative gate is left out: dialogue alone.
    """
    steps = min(MOMENTARY, max(1, len(powers)))
    momentary = sliding(powers, steps)
    if chosen is None:
        told = integrated(momentary)
    else:
        told = dialogue(momentary, sliding(chosen.astype(np.float64), steps) >= 0.5)
    return SILENCE_LUFS if told is None else told


def weighted_powers(pieces: Iterable[Samples], rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the K-weighted power of each tenth of a second: float64 [steps]."""
    meter = StepMeter(rate_hz)
    for piece in cut(pieces, rate_hz):
        meter.add(piece)
    return meter.powers()


@cache
def _filters(rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the K weighting as second-order sections."""
    return np.array([[*b, *a] for b, a in sections(rate_hz)])
