"""RNNoise: a small recurrent net that keeps speech and takes noise away, in its authors' own library.

The library carries its weights; it is taken out of a package like weights, its hash checked, and loaded here. It hears
one channel at 48 kHz in frames of 10 ms.

Source: Valin, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech Enhancement", MMSP 2018.
"""

import ctypes
import functools
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models.registry import path

RATE_HZ = 48_000
FRAME = 480
DELAY = 960  # samples by which the answer comes late; measured
_SCALE = 32768.0  # it works on the scale of 16 bits

_Frame = ctypes.POINTER(ctypes.c_float)


class Rnnoise:
    """One channel's state.

    Raises
    ------
    ModelError
        If the library is missing, is not what the registry says, or cannot be loaded on this machine.
    """

    def __init__(self) -> None:
        self._library = _library()
        self._state = self._library.rnnoise_create(None)

    def __del__(self) -> None:
        """Give the state back."""
        if getattr(self, "_state", None):
            self._library.rnnoise_destroy(self._state)
            self._state = None

    def run(self, samples: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Take noise away.

        Parameters
        ----------
        samples : float32 [n], 48 kHz
            Whole frames of 480 that go on where the last call ended.

        Returns
        -------
        float32 [n], float32 [n / 480]
            The answer, late by `DELAY`, and how surely each frame holds a voice, 0..1.
        """
        assert len(samples) % FRAME == 0
        frames = np.ascontiguousarray(samples.reshape(-1, FRAME) * np.float32(_SCALE))
        voices = np.zeros(len(frames), np.float32)
        for number, frame in enumerate(frames):
            place = frame.ctypes.data_as(_Frame)
            voices[number] = self._library.rnnoise_process_frame(self._state, place, place)
        return np.asarray(frames / np.float32(_SCALE), np.float32).reshape(-1), voices


def is_there() -> bool:
    """Say whether the library has been fetched and loads on this machine."""
    with suppress(ModelError):
        _library()
        return True
    return False


def framed(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return samples with the last frame filled up with silence."""
    return np.pad(samples, (0, -len(samples) % FRAME))


def voiced(blocks: Iterable[npt.NDArray[np.float32]]) -> Iterator[npt.NDArray[np.float32]]:
    """Say for each 10 ms how surely it holds a voice.

    Parameters
    ----------
    blocks : iterable of float32 [n], 48 kHz
        In running order; all but the last are whole frames long.

    Yields
    ------
    float32 [m], 0..1
        One a frame of 480 samples; each speaks of the frame before it as much as of its own.

    Raises
    ------
    ModelError
        If the library is missing or cannot be loaded.
    """
    state = Rnnoise()
    for block in blocks:
        yield state.run(framed(block))[1]


@functools.cache
def _library() -> Any:
    file = path("rnnoise")
    try:
        library = ctypes.CDLL(str(file))
    except OSError as error:
        raise ModelError(
            f"rnnoise: the library must load on this machine, got {error}",
            remedy="It is built for Linux on x86-64; elsewhere leave denoise and dialogue targets out",
        ) from error
    library.rnnoise_create.restype = ctypes.c_void_p
    library.rnnoise_create.argtypes = [ctypes.c_void_p]
    library.rnnoise_process_frame.restype = ctypes.c_float
    library.rnnoise_process_frame.argtypes = [ctypes.c_void_p, _Frame, _Frame]
    library.rnnoise_destroy.argtypes = [ctypes.c_void_p]
    return library
