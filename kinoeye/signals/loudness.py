"""Loudness: how loud people hear a sound, and how high it rises between its samples.

Source: ITU-R BS.1770-5 (2023), annex 1 (K weighting, gating) and annex 2 (true peak); EBU Tech 3341 (2023).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from scipy import signal

from kinoeye.signals.blocks import Samples, cut, overlapped
from kinoeye.signals.resampling import peaks_between

SILENCE_LUFS = -70.0  # the absolute gate; nothing quieter is told apart
REACH = 16  # samples of neighbourhood that the true peak needs

_OFFSET = -0.691  # dB: so that 0 dBFS at 1 kHz reads -3.01 LKFS
_RELATIVE_GATE = -10.0  # LU
_STEPS = 4  # a gating block is 400 ms, a new one begins every 100 ms
# Left, right, centre, low frequencies, then surround (BS.1770-5, table 3), in FFmpeg's order of channels.
_WEIGHTS = {5: (1, 1, 1, 1.41, 1.41), 6: (1, 1, 1, 0, 1.41, 1.41), 8: (1, 1, 1, 0, 1.41, 1.41, 1.41, 1.41)}


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
        filters, channels = weighting(self._rate_hz), samples.shape[1]
        if self._state is None:
            self._state = np.zeros((len(filters), 2, channels))
        weighted, self._state = signal.sosfilt(filters, samples, axis=0, zi=self._state)
        totals = np.concatenate([[0.0], np.cumsum((weighted**2) @ np.array(_WEIGHTS.get(channels, (1.0,) * channels)))])
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
    steps = min(_STEPS, len(powers))
    if not steps:
        return SILENCE_LUFS
    blocks = np.convolve(powers, np.full(steps, 1 / steps), "valid")
    if chosen is not None:
        blocks = blocks[np.convolve(chosen, np.full(steps, 1 / steps), "valid") >= 0.5]
    heard = blocks[_lufs(blocks) > SILENCE_LUFS]
    if chosen is None and len(heard):
        heard = heard[_lufs(heard) > float(_lufs(heard.mean(keepdims=True))[0]) + _RELATIVE_GATE]
    return float(_lufs(heard.mean(keepdims=True))[0]) if len(heard) else SILENCE_LUFS


def weighted_powers(pieces: Iterable[Samples], rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the K-weighted power of each tenth of a second: float64 [steps]."""
    meter = StepMeter(rate_hz)
    for piece in cut(pieces, rate_hz):
        meter.add(piece)
    return meter.powers()


@cache
def weighting(rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the K weighting at any rate as second-order sections: BS.1770's analogue filters, turned bilinearly."""
    # A shelf above 1682 Hz and a high pass at 38 Hz; at 48 kHz these give the standard's table to its last digit.
    shelf = np.tan(np.pi * 1681.974450955533 / rate_hz)
    high, quality = 10 ** (3.999843853973347 / 20), 0.7071752369554196
    middle = high**0.4996667741545416
    base = 1 + shelf / quality + shelf**2
    first = [
        (high + middle * shelf / quality + shelf**2) / base,
        2 * (shelf**2 - high) / base,
        (high - middle * shelf / quality + shelf**2) / base,
        1,
        2 * (shelf**2 - 1) / base,
        (1 - shelf / quality + shelf**2) / base,
    ]
    low, quality = np.tan(np.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    base = 1 + low / quality + low**2
    second = [1, -2, 1, 1, 2 * (low**2 - 1) / base, (1 - low / quality + low**2) / base]
    return np.array([first, second])


def _lufs(powers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(_OFFSET + 10 * np.log10(np.maximum(powers, 1e-12)))
