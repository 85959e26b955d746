"""Voice: lines spoken by espeak-ng, or tone bursts where that cannot be loaded."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import KinoeyeError
from kinoeye.models import espeak
from kinoeye.models.spoken import Utterance

RATE_HZ = 48_000

_SPOKEN_LEVEL = 0.13  # root of the mean power: -18 dBFS
_LEAST_WORDS_A_MINUTE = 165


@dataclass(frozen=True)
class Manner:
    """How a character speaks.

    Parameters
    ----------
    voice : str
        A voice of espeak-ng.
    pitch : 0..100
    variation : 0..100
        How much the pitch moves.
    tone_hz : float
        Of the bursts that stand in for the voice.
    """

    voice: str
    pitch: int
    variation: int
    tone_hz: float


@dataclass(frozen=True)
class Speech:
    """Spoken lines, and what spoke them.

    Parameters
    ----------
    engine : espeak-ng or tone
    samples : list of float32 [n], 48 kHz
    begins : list of tuple of int, samples
        Where the words of each line begin; empty where the engine does not say.
    """

    engine: str
    samples: list[npt.NDArray[np.float32]]
    begins: list[tuple[int, ...]]


def speak(words: list[tuple[str, Manner, float]]) -> Speech:
    """Speak lines, each within the seconds it has.

    Parameters
    ----------
    words : list of (words, manner, seconds)
        A line that would be longer is spoken faster, at most at twice the usual pace, and then cut off.
    """
    lines = [
        Utterance(text, manner.voice, _LEAST_WORDS_A_MINUTE / espeak.WORDS_A_MINUTE, _factor(manner.pitch),
                  manner.variation / 50, seconds)
        for text, manner, seconds in words
    ]  # fmt: skip
    try:
        spoken = espeak.speak(lines) if lines else []
    except KinoeyeError:
        return Speech("tone", [tone(*line) for line in words], [() for _ in words])
    parts = [_resampled(each.samples, each.rate_hz) for each in spoken]
    return Speech(
        "espeak-ng",
        [part[: round(seconds * RATE_HZ)] for part, (_, _, seconds) in zip(parts, words, strict=True)],
        [tuple(begin * RATE_HZ // each.rate_hz for begin in each.begins) for each in spoken],
    )


def tone(words: str, manner: Manner, seconds: float) -> npt.NDArray[np.float32]:
    """Return a burst of tone for each word, as long as the word."""
    parts = []
    for number, word in enumerate(words.split()):
        length = round(RATE_HZ * min(0.06 * len(word) + 0.06, 0.4))
        at = np.arange(length) / RATE_HZ
        swell = np.sin(np.pi * np.arange(length) / length)
        pitch = manner.tone_hz * (1 + 0.08 * (number % 3))
        parts += [0.4 * swell * np.sin(2 * np.pi * pitch * at), np.zeros(RATE_HZ // 25)]
    return np.concatenate(parts)[: round(seconds * RATE_HZ)].astype(np.float32)


def _factor(pitch: int) -> float:
    return float(np.interp(pitch, espeak.PITCHES, espeak.FACTORS))


def _resampled(samples: npt.NDArray[np.float32], rate_hz: int) -> npt.NDArray[np.float32]:
    length = len(samples) * RATE_HZ // rate_hz
    spectrum = np.fft.rfft(samples)
    wide = np.zeros(length // 2 + 1, complex)
    wide[: min(len(spectrum), len(wide))] = spectrum[: len(wide)]
    out = np.fft.irfft(wide, length) * (length / len(samples))
    return _levelled(out)


def _levelled(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return speech at one loudness for all voices, its peaks rounded off."""
    power = float(np.sqrt((samples**2).mean()))
    return np.tanh(samples * (_SPOKEN_LEVEL / max(power, 1e-6))).astype(np.float32)
