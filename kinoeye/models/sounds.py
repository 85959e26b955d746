"""Sounds: what a net of ours hears in every 80 ms, by mel bands: speech, music, and some two dozen other sounds.

The net was taught with sounds made by rule, instruments of a sound font and some recordings, mixed into scenes; what it
says of real recordings it was never taught with stands in bench/README.md. Several answers may be right at once.

Source: own weights, made by bench/sounds_train.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from kinoeye.models.mel import mels
from kinoeye.models.nets import net

MODELS = ("sounds",)
KINDS = ("speech", "music", "crowd", "applause", "laughter", "scream", "bell", "telephone", "alarm", "siren", "engine",
         "gunshot", "explosion", "thunder", "glass", "door", "footsteps", "hooves", "rain", "water", "wind", "fire",
         "bird", "insects", "dog", "noise",
         "blast")  # fmt: skip
GROUPS = {"blast": ("gunshot", "explosion")}  # kinds that sound alike, heard together
FRAME = 1280  # samples at 16 kHz
BLOCK = 375 * FRAME  # samples in one call: 30 s

_CONTEXT = 80 * FRAME  # on both sides: as far as the net hears
_BANDS = 64
_FRAMES = 8  # of mel bands in one answer
_FULL_SCALE = 32768.0


def odds(blocks: Iterable[npt.NDArray[np.int16]]) -> npt.NDArray[np.float32]:
    """Say for each frame how likely each kind of sound is.

    Parameters
    ----------
    blocks : iterable of int16 [m], 16 kHz
        The sound in running order.

    Returns
    -------
    float32 [n, 27], log-odds
        One row a frame, one column each of `KINDS`; the last frame is filled up with silence.

    Raises
    ------
    ModelError
        If the net's file is not what it should be.
    """
    found, held, led = [np.zeros((0, len(KINDS)), np.float32)], np.zeros(0, np.int16), 0
    for samples in blocks:
        held = np.concatenate([held, samples])
        while len(held) >= led + BLOCK + _CONTEXT:
            found.append(_answers(held[: led + BLOCK + _CONTEXT])[led // FRAME : (led + BLOCK) // FRAME])
            held, led = held[led + BLOCK - _CONTEXT :], _CONTEXT
    if len(held) > led:
        found.append(_answers(held)[led // FRAME :])
    return np.concatenate(found)


def _answers(samples: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    count = -(-len(samples) // FRAME)
    padded = np.pad(samples, (0, count * FRAME - len(samples))) / np.float32(_FULL_SCALE)
    powers = mels(padded, _BANDS)[: count * _FRAMES]
    return np.asarray(net(MODELS[0]).run({"powers": powers[None]})[0][0], np.float32)
