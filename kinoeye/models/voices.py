"""Voices: how sure a net is that somebody speaks, in frames of 32 ms.

The net hears each frame with the 4 ms before it, and remembers what came before those: frames are shown to it in
running order, many in one call. Speech in any language counts; singing often does, a crowd's murmur mostly not.

Source: Silero VAD 6, the sequence net as the registry names it (its frames and their context stand in the package's
sequence_vad.py).
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from kinoeye.models.nets import net

MODELS = ("voices",)
FRAME = 512  # samples at 16 kHz
BLOCK = 512 * FRAME  # samples in one call: 16 s

_CONTEXT = 64
_MEMORY = (1, 1, 128)
_FULL_SCALE = 32768.0


def activity(blocks: Iterable[npt.NDArray[np.int16]]) -> npt.NDArray[np.float32]:
    """Say for each frame how sure it is that somebody speaks.

    Parameters
    ----------
    blocks : iterable of int16 [m], 16 kHz
        The sound in running order; all but the last are whole frames long.

    Returns
    -------
    float32 [n], 0..1
        One a frame; the last frame is filled up with silence.

    Raises
    ------
    ModelError
        If the weights are missing.
    """
    hidden = cell = np.zeros(_MEMORY, np.float32)
    context = np.zeros(_CONTEXT, np.float32)
    scores = [np.zeros(0, np.float32)]
    for samples in blocks:
        frames = np.zeros((-(-len(samples) // FRAME), FRAME), np.float32)
        frames.reshape(-1)[: len(samples)] = samples / _FULL_SCALE
        contexts = np.vstack([context[None], frames[:-1, -_CONTEXT:]])
        context = frames[-1, -_CONTEXT:]
        heard, hidden, cell = net("voices").run({"input": np.hstack([contexts, frames]), "h": hidden, "c": cell})
        scores.append(heard)
    return np.concatenate(scores)
