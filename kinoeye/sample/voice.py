"""Voice: lines spoken by espeak-ng, or tone bursts where that cannot be loaded.

espeak-ng is a program of its own under the GPL: it is loaded when the sample is made, in a process that does nothing
else (``python -m kinoeye.sample.voice``: lines as JSON in, samples as .npz out), and never linked into Kinoeye.

Source: espeak-ng, src/include/espeak-ng/speak_lib.h.
"""

import ctypes
import io
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

import espeakng_loader
import numpy as np
import numpy.typing as npt

RATE_HZ = 48_000

_SYNCHRONOUS, _DO_NOT_EXIT = 2, 0x8000
_RATE, _PITCH, _RANGE = 1, 3, 4
_UTF8 = 1
_SPOKEN_LEVEL = 0.13  # root of the mean power: -18 dBFS
_SECONDS = 60  # for all lines; half a second is usual
_LEAST_WORDS_A_MINUTE, _MOST_WORDS_A_MINUTE = 165, 330


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
    """

    engine: str
    samples: list[npt.NDArray[np.float32]]


def speak(words: list[tuple[str, Manner, float]]) -> Speech:
    """Speak lines, each within the seconds it has.

    Parameters
    ----------
    words : list of (words, manner, seconds)
        A line that would be longer is spoken faster, at most at 330 words a minute, and then cut off.
    """
    task = json.dumps([[text, asdict(manner), seconds] for text, manner, seconds in words]).encode()
    command = [sys.executable, "-P", "-m", "kinoeye.sample.voice"]
    try:
        done = subprocess.run(command, input=task, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
        with np.load(io.BytesIO(done.stdout)) as spoken:
            return Speech("espeak-ng", [spoken[f"arr_{number}"] for number in range(len(words))])
    except (OSError, ValueError, KeyError, subprocess.SubprocessError):
        return Speech("tone", [tone(*line) for line in words])


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


def _spoken(words: list[tuple[str, Manner, float]]) -> list[npt.NDArray[np.float32]]:
    engine = _Engine()
    spoken = []
    for text, manner, seconds in words:
        pace = _LEAST_WORDS_A_MINUTE
        samples = engine.say(text, manner, pace)
        while len(samples) > seconds * RATE_HZ and pace < _MOST_WORDS_A_MINUTE:
            pace = min(_MOST_WORDS_A_MINUTE, round(pace * max(1.06, len(samples) / (seconds * RATE_HZ))))
            samples = engine.say(text, manner, pace)
        spoken.append(samples[: round(seconds * RATE_HZ)])
    return spoken


class _Engine:
    """The loaded library; one a process."""

    def __init__(self) -> None:
        self.library = ctypes.CDLL(espeakng_loader.get_library_path())
        folder = str(espeakng_loader.get_data_path()).encode()
        self.rate_hz = int(self.library.espeak_Initialize(_SYNCHRONOUS, 0, folder, _DO_NOT_EXIT))
        if self.rate_hz <= 0:
            raise OSError(f"espeak-ng must start with its own data, got error {self.rate_hz}")
        self.blocks: list[npt.NDArray[np.int16]] = []
        self.callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)(
            self._take
        )
        self.library.espeak_SetSynthCallback(self.callback)

    def _take(self, samples: Any, count: int, _: Any) -> int:
        if samples and count > 0:
            self.blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    def say(self, text: str, manner: Manner, words_a_minute: int) -> npt.NDArray[np.float32]:
        """Return the spoken text at 48 kHz, without the silence around it."""
        self.blocks.clear()
        if self.library.espeak_SetVoiceByName(manner.voice.encode()):
            raise OSError(f"espeak-ng must have the voice {manner.voice}")
        for setting, value in ((_RATE, words_a_minute), (_PITCH, manner.pitch), (_RANGE, manner.variation)):
            self.library.espeak_SetParameter(setting, value, 0)
        data = text.encode()
        self.library.espeak_Synth(data, ctypes.c_size_t(len(data) + 1), 0, 1, 0, _UTF8, None, None)
        return _resampled(_trimmed(np.concatenate(self.blocks)), self.rate_hz)


def _trimmed(samples: npt.NDArray[np.int16]) -> npt.NDArray[np.float32]:
    loud = np.flatnonzero(np.abs(samples) > 300)
    part = samples[max(0, loud[0] - 200) : loud[-1] + 400] if len(loud) else samples
    return (part / 32768).astype(np.float32)


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


def _serve() -> None:
    task = [(text, Manner(**manner), seconds) for text, manner, seconds in json.load(sys.stdin)]
    np.savez(sys.stdout.buffer, *_spoken(task))


if __name__ == "__main__":
    _serve()
