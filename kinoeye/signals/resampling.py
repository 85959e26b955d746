"""Resampling: sound at another rate, without shift, the same however it is cut into pieces.

Source: Crochiere & Rabiner, "Multirate Digital Signal Processing", 1983, chapter 4 (polyphase filters).
"""

import importlib
from collections.abc import Iterable, Iterator
from functools import cache
from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.signals.blocks import Samples, overlapped

_HALF_WIDTH = 24  # zero crossings of the filter on each side
_KAISER_BETA = 9.0  # what folds back lies 90 dB below
_PHASES = 4  # BS.1770-5, annex 2: true peak is looked for between samples at four times 48 kHz
_PEAK_REACH = 16  # samples on each side


def resampled(pieces: Iterable[Samples], from_hz: int, to_hz: int) -> Iterator[Samples]:
    """Give sound at another rate; sample 0 stays at its moment, n samples become n x to_hz / from_hz, rounded up."""
    if from_hz == to_hz:
        yield from pieces
        return
    common = gcd(from_hz, to_hz)
    up, down = to_hz // common, from_hz // common
    step = down * max(1, from_hz // down)
    reach = down * -(-_HALF_WIDTH * max(up, down) // (up * down))
    for window in overlapped(pieces, step, reach, reach):
        count = len(window) - 2 * reach
        wide = _scipy().resample_poly(window, up, down, axis=0, window=_filter(max(up, down)))
        first = reach // down * up
        yield wide[first : first + -(-count * up // down)].astype(np.float32)


def peaks_between(window: Samples, reach: int, rate_hz: int) -> npt.NDArray[np.float32]:
    """Return the highest level at and between samples, over all channels.

    Parameters
    ----------
    window : float32 [reach + n + reach, channels]
    reach : samples
        At least 16.
    rate_hz : int
        From 96 kHz on fewer values between two samples are looked at.

    Returns
    -------
    float32 [n]
        From each sample up to the next.
    """
    count = len(window) - 2 * reach
    phases = max(1, _PHASES * 48_000 // max(rate_hz, 48_000))
    if phases == 1:
        return np.asarray(np.abs(window[reach : reach + count]).max(1), np.float32)
    wide = _scipy().resample_poly(window, phases, 1, axis=0, window=_peak_filter(phases))
    inside = wide[reach * phases : (reach + count) * phases]
    return np.asarray(np.abs(inside).reshape(count, -1).max(1), np.float32)


@cache
def _scipy() -> Any:
    """Return scipy.signal: it takes more than a second to import, and every worker imports what analyses need."""
    return importlib.import_module("scipy.signal")


@cache
def _filter(steps: int) -> npt.NDArray[np.float32]:
    taps = _scipy().firwin(2 * _HALF_WIDTH * steps + 1, 0.97 / steps, window=("kaiser", _KAISER_BETA))
    return np.asarray(taps, np.float32)


@cache
def _peak_filter(phases: int) -> npt.NDArray[np.float32]:
    taps = _scipy().firwin(2 * _PEAK_REACH * phases + 1, 1 / phases, window=("kaiser", 6.0))
    return np.asarray(taps, np.float32)
