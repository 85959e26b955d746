"""Brightness: how light each picture of a film is, which are black, which stand still, and how the light flickers.

Source: the black and freeze checks of broadcast quality control (EBU Tech 3363, "Quality control criteria"), on thumbs.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.streams import Pictures

Floats = npt.NDArray[np.float32]

BLOCK = 256  # pictures in work at once: 1.3 MB of brightness
LUMA = np.array([0.299, 0.587, 0.114], np.float32)
CRUSHED, CLIPPED = 12, 249  # grey levels from which a thumb's pixel counts as without detail; averaging lifts black
BLACK_MEAN, BLACK_MOST = 10, 32  # grey levels: a black picture, with the compression's noise and a faint logo allowed
SAME = 1  # grey levels: a picture that stands still changes no more than by rounding
OFFSET = 8  # grey levels added before a logarithm, so that noise in the black is no flicker


@dataclass(frozen=True)
class Brightness:
    """What each picture of a film says of its light, [n] each.

    Parameters
    ----------
    mean : float32, 0..1
    dark, bright : float32, 0..1
        Share of the picture that is crushed to black, and clipped to white.
    is_black : bool
    is_same : bool
        No different from the picture before; false for the first.
    gain : float32
        Natural logarithm of how much lighter the picture is than the picture before; nought for the first, and where
        no more than half of the picture changes that way.
    """

    mean: Floats
    dark: Floats
    bright: Floats
    is_black: npt.NDArray[np.bool_]
    is_same: npt.NDArray[np.bool_]
    gain: Floats


def brightness(thumbs: Pictures) -> Brightness:
    """Measure the light of every picture."""
    count = len(thumbs)
    mean, dark, bright, gain = (np.zeros(count, np.float32) for _ in range(4))
    is_black, is_same = np.zeros(count, bool), np.zeros(count, bool)
    for begin in range(0, count, BLOCK):
        first, end = max(0, begin - 1), min(count, begin + BLOCK)
        frames = thumbs.part(first, end)
        luma = (frames.astype(np.float32) @ LUMA).reshape(len(frames), -1)
        here = luma[begin - first :]
        mean[begin:end] = here.mean(axis=1) / 255
        dark[begin:end] = (here < CRUSHED).mean(axis=1)
        bright[begin:end] = (here > CLIPPED).mean(axis=1)
        is_black[begin:end] = (here.mean(axis=1) < BLACK_MEAN) & (here.max(axis=1) < BLACK_MOST)
        steps = np.abs(frames[1:].astype(np.int16) - frames[:-1]).max(axis=(1, 2, 3), initial=0)
        # Every third pixel: the median of 432 is steady to a thousandth.
        ratios = np.sort(np.diff(np.log(luma[:, ::3] + OFFSET), axis=0), axis=1)
        low, middle, high = (ratios[:, ratios.shape[1] * quarter // 4] for quarter in (1, 2, 3))
        is_same[first + 1 : end] = steps <= SAME
        # Light changes most of the picture the same way; where the quarters disagree, things moved.
        gain[first + 1 : end] = np.where(low * high > 0, middle, 0)
    return Brightness(mean, dark, bright, is_black, is_same, gain)
