"""Spoken: a line as it is asked for and as it was spoken, and what the engines of speech have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError

SLOWEST, FASTEST = 0.5, 2.0


@dataclass(frozen=True)
class Utterance:
    """A line to be spoken.

    Parameters
    ----------
    text : str
    voice : str
        engine:name, such as flite:slt, rhvoice:bdl, espeak:cmn or file:/voices/anna.onnx.
    pace : 0.5..2
        1 is the voice's own.
    pitch : float
        1 is the voice's own; only espeak and RHVoice do it.
    variation : float
        How much the pitch moves; 1 is the voice's own; only espeak does it.
    seconds : float or None
        Time that it has: spoken faster, up to `FASTEST`, until it fits. It may still be longer.
    """

    text: str
    voice: str
    pace: float = 1.0
    pitch: float = 1.0
    variation: float = 1.0
    seconds: float | None = None


@dataclass(frozen=True)
class Phone:
    """A speech sound, as its engine names it.

    Parameters
    ----------
    name : str
    start, end : int, samples
    """

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Spoken:
    """A spoken line, without the silence around it.

    Parameters
    ----------
    samples : float32 [n], -1..1
    rate_hz : int
    phones : tuple of Phone
        In running order; empty where the engine does not say.
    voice, licence : str
    pace : float
        At which it was spoken.
    pitch : float
        At which it was spoken; 1 where the engine cannot change it, however it was asked.
    begins : tuple of int, samples
        Where each word of the text, parted by spaces, begins; empty where the engine does not say.
    """

    samples: npt.NDArray[np.float32]
    rate_hz: int
    phones: tuple[Phone, ...]
    voice: str
    licence: str
    pace: float
    pitch: float
    begins: tuple[int, ...] = ()


def trimmed(samples: npt.NDArray[np.float32], rate_hz: int, phones: Sequence[Phone]) -> tuple[
    npt.NDArray[np.float32], tuple[Phone, ...]
]:  # fmt: skip
    """Return speech without the silence around it, its phones moved along."""
    loud = np.flatnonzero(np.abs(samples) > 0.009)
    if not len(loud):
        return samples, tuple(phones)
    begin, end = max(0, int(loud[0]) - rate_hz // 110), min(len(samples), int(loud[-1]) + rate_hz // 55)
    moved = (Phone(p.name, max(0, p.start - begin), min(end, p.end) - begin) for p in phones)
    return samples[begin:end], tuple(p for p in moved if p.end > p.start)


def faster(pace: float, length: float, seconds: float | None) -> float:
    """Return the pace at which a line may fit, at most `FASTEST`; the same one if it fits or there is no more."""
    if seconds is None or length <= seconds or pace >= FASTEST:
        return pace
    return min(FASTEST, pace * max(1.06, length / max(seconds, 0.05)))


def missing(engine: str, came: str, remedy: str) -> ModelError:
    """Return the error that an engine is not there."""
    return ModelError(f"voice: {engine} must be there to speak, got {came}", remedy=remedy)
