"""Marks: what happens in sound, 200 times a second in sixteen bits, so that two recordings of one moment can be found.

A bit says whether a band of frequencies rises more than the band above it. Level, tone and slow changes of gain leave
it as it is; noise and rooms turn some of the bits, at random. The window and the step over which a rise is looked at
are short, since a room's tail makes what lasts late, not what begins.

Source: Haitsma & Kalker, "A highly robust audio fingerprinting system", ISMIR 2002; windows and steps are ours.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

from kinoeye.streams import SOUND_RATE_HZ

MARKS_PER_SECOND = 200
BITS = 16
NOTHING = 0  # the word of digital silence; a sound of which all bits would be 0 is called 1

_HOP = SOUND_RATE_HZ // MARKS_PER_SECOND
_WINDOW = 256  # samples: 16 ms
_BEFORE, _AFTER = 1, 2  # marks before and behind between which a rise is looked at
_LOWEST_HZ, _HIGHEST_HZ = 150.0, 6500.0
_LEAST = 1e-9  # of a band's energy; half a step of 16 bits is a hundred times that
_AT_ONCE = 4096

Words = npt.NDArray[np.uint16]

# Samples before the first mark's middle and behind the last one's that a mark hears.
REACH = _WINDOW // 2 + max(_BEFORE, _AFTER) * _HOP


def marks(samples: npt.NDArray[np.int16]) -> Words:
    """Return the marks of sound, uint16 [n // 80], each at the middle of what it hears.

    Parameters
    ----------
    samples : int16 [REACH + n + REACH], 16 kHz
        With its neighbourhood on both sides, silence where there is none; mark `k` stands at sample REACH + 80 k.
    """
    count = max(0, len(samples) - 2 * REACH) // _HOP
    words = [
        _words(samples[first * _HOP : 2 * REACH + min(first + _AT_ONCE, count) * _HOP])
        for first in range(0, count, _AT_ONCE)
    ]
    return np.concatenate(words) if words else np.zeros(0, np.uint16)


def unpacked(words: Words) -> npt.NDArray[np.int8]:
    """Return the bits of marks as +1 and -1, int8 [n, 16]; 0 where there was digital silence."""
    bits = np.unpackbits(words.astype("<u2").view(np.uint8).reshape(-1, 2), axis=1).astype(np.int8)
    is_heard = np.asarray(words != NOTHING, np.int8)
    return np.asarray((2 * bits - 1) * is_heard[:, None], np.int8)


def _words(samples: npt.NDArray[np.int16]) -> Words:
    first = REACH - _WINDOW // 2 - _BEFORE * _HOP
    frames = np.lib.stride_tricks.sliding_window_view(samples[first:], _WINDOW)[::_HOP]
    count = (len(samples) - 2 * REACH) // _HOP + _BEFORE + _AFTER
    wave = frames[:count].astype(np.float32) / 32768 * np.hanning(_WINDOW + 2)[1:-1].astype(np.float32)
    spectrum = np.fft.rfft(wave, 2 * _WINDOW, axis=1)
    bands = (spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ _bands()
    heights = np.log(bands + _LEAST)
    rises = heights[_BEFORE + _AFTER :] - heights[: -_BEFORE - _AFTER]
    bits = rises[:, :-1] > rises[:, 1:]
    words = np.packbits(bits, axis=1).view("<u2").ravel().astype(np.uint16)
    words[words == NOTHING] = 1
    is_silent = np.asarray(~frames[:count].any(axis=1), np.bool_)
    words[is_silent[_BEFORE + _AFTER :] & is_silent[: -_BEFORE - _AFTER]] = NOTHING
    return words


@cache
def _bands() -> npt.NDArray[np.float32]:
    """Return triangles that lie evenly on the mel scale, float32 [257, 17]."""
    low, high = (2595 * np.log10(1 + hertz / 700) for hertz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BITS + 3) / 2595) - 1)
    at = np.arange(_WINDOW + 1)[:, None] * SOUND_RATE_HZ / (2 * _WINDOW)
    rise = (at - edges[:-2]) / np.diff(edges)[:-1]
    fall = (edges[2:] - at) / np.diff(edges)[1:]
    return np.maximum(0, np.minimum(rise, fall)).astype(np.float32)
