"""Denoise: speech kept, noise taken away, sample by sample where it was.

Every channel is heard by RNNoise at 48 kHz; what it answers comes late and is put back to its moment. What a track of
another rate holds above 24 kHz is not heard and goes.

Source: Valin, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech Enhancement", MMSP 2018.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from kinoeye.errors import SettingError
from kinoeye.models.rnnoise import DELAY, FRAME, RATE_HZ, Rnnoise, framed, voiced
from kinoeye.signals.blocks import Samples, alongside, cut
from kinoeye.signals.resampling import resampled

_BLOCK = 100 * FRAME


def denoise(pieces: Iterable[Samples], rate_hz: int, *, strength: float = 1.0) -> Iterator[Samples]:
    """Take noise away from speech.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    strength : 0..1
        How much of the clean sound stands in the result; the rest is the sound as it was.

    Raises
    ------
    SettingError
        If `strength` is outside its range.
    ModelError
        If RNNoise is not there.
    """
    if not 0 <= strength <= 1:
        raise SettingError(f"denoise: strength must lie in 0..1, got {strength}")

    def clean(counted: Iterable[Samples]) -> Iterator[Samples]:
        return resampled(_cleaned(resampled(counted, rate_hz, RATE_HZ)), RATE_HZ, rate_hz)

    return alongside(pieces, clean, strength)


def voices(pieces: Iterable[Samples], rate_hz: int) -> Iterator[float]:
    """Say for each tenth of a second, all channels together, how surely it holds a voice: 0..1."""
    held = np.zeros(0, np.float32)
    for heard in voiced(block.mean(1) for block in cut(resampled(pieces, rate_hz, RATE_HZ), _BLOCK)):
        held = np.concatenate([held, heard])
        whole = len(held) // 10 * 10
        yield from held[:whole].reshape(-1, 10).mean(1).tolist()
        held = held[whole:]


def _cleaned(pieces: Iterable[Samples]) -> Iterator[Samples]:
    states: list[Rnnoise] = []
    skip, channels = DELAY, 1
    for block in cut(pieces, _BLOCK):
        channels = block.shape[1]
        states = states or [Rnnoise() for _ in range(channels)]
        late = np.stack([state.run(framed(block[:, n]))[0] for n, state in enumerate(states)], 1)
        yield late[skip:]
        skip = max(0, skip - len(late))
    if states:
        silence = np.zeros(DELAY, np.float32)
        yield np.stack([state.run(silence)[0] for state in states], 1)
