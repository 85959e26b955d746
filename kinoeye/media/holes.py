"""Holes: runs of exact zeros in the middle of sound, as a lost packet or a bad cable leaves them.

A pause is none: sound dies away before it and swells after it, where a hole begins and ends from one sample to the
next. Lossy codecs blur the zeros, so that holes that were there before encoding are not found.
"""

import numpy as np
import numpy.typing as npt

_AUDIBLE = 0.01  # of full scale: what must be heard right before and right after
_BESIDE = 500  # a second's part in which it must be: 2 ms
_SHORTEST = 1000  # a second's part: 1 ms; a wave may rest on zero for a few samples
_ZERO = 2.0**-17  # less than half a step of 16 bits


class Holes:
    """Finds the holes of one channel, stretch by stretch.

    Parameters
    ----------
    rate_hz : int
    """

    def __init__(self, rate_hz: int) -> None:
        self._beside = max(1, rate_hz // _BESIDE)
        self._shortest = max(2, rate_hz // _SHORTEST)
        self._length = 0  # of the run of zeros that goes on
        self._before = 0.0  # the largest sample right before it

    def find(self, samples: npt.NDArray[np.float32], first: int, end: int) -> list[tuple[int, int]]:
        """Return the holes that end in a stretch, as (the sample after it, its length in samples).

        Parameters
        ----------
        samples : float32 [n]
            The stretch with at least 2 ms on both sides.
        first, end : int
            Where the stretch begins and ends in it; it begins where the one before ended.
        """
        silent = np.abs(samples[first:end]) < _ZERO
        if not self._length and not silent.any():
            return []
        edges = np.flatnonzero(np.diff(np.concatenate([[False], silent, [False]]).astype(np.int8))).reshape(-1, 2)
        if self._length and not (len(edges) and edges[0, 0] == 0):
            edges = np.vstack([[0, 0], edges])
        goes_on = len(edges) > 0 and edges[-1, 1] == end - first
        found: list[tuple[int, int]] = []
        for run in edges[(edges[:, 0] == 0) | (edges[:, 1] == end - first) | (np.ptp(edges, axis=1) >= self._shortest)]:
            begin, after = int(run[0]), int(run[1])
            if begin > 0 or not self._length:
                beside = samples[max(0, first + begin - self._beside) : first + begin]
                self._length, self._before = 0, float(np.abs(beside).max(initial=0))
            self._length += after - begin
            if after == end - first and goes_on:
                return found
            follows = float(np.abs(samples[first + after : first + after + self._beside]).max(initial=0))
            if self._length >= self._shortest and min(self._before, follows) >= _AUDIBLE:
                found.append((after, self._length))
            self._length = 0
        return found
