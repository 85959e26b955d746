"""Stems: dialogue, music and effects, parted by what is heard when; the three add up to the sound again.

Where somebody speaks, the dialogue is what RNNoise keeps as a voice; of the rest, music is what sounds while music is
heard, effects are all else. So a voice over music leaves most of the music in the music's stem, but music and effects
that sound together are not parted, and singing may go with either. It is a help to find and to lift, no remix.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError
from kinoeye.models import sounds, voices
from kinoeye.models.mel import RATE_HZ
from kinoeye.signals.blocks import Samples, beside, cut
from kinoeye.signals.resampling import resampled
from kinoeye.signals.spans import bridged, held, lasting, smoothed, widened
from kinoeye.treatments.sound.denoise import denoise

STEMS = ("dialogue", "music", "effects")

_SPEECH, _SPEECH_DOUBT, _PAUSE, _PAD = 0.5, 0.35, 0.4, 0.15  # as `speech` has them; seconds
_MUSIC, _MUSIC_DOUBT = 2.5, 0.5  # log-odds: lower than to tell of it, since what is no music is not lost
_MUSIC_PAUSE, _MUSIC_LEAST = 2.0, 1.5  # seconds
_RAMP = 0.08  # seconds over which one stem takes over from another


@dataclass(frozen=True)
class Heard:
    """When somebody speaks and when music is heard.

    Parameters
    ----------
    speech, music : float [m, 2], seconds
    """

    speech: npt.NDArray[np.floating]
    music: npt.NDArray[np.floating]


def find(again: Callable[[], Iterable[Samples]], rate_hz: int) -> Heard:
    """Listen for speech and music.

    Parameters
    ----------
    again : callable
        Gives the pieces, float32 [n, channels], from their begin.
    rate_hz : int

    Raises
    ------
    ModelError
        If the weights are missing.
    """
    spoken = voices.activity(_mono(again(), rate_hz, voices.BLOCK))
    frame = voices.FRAME / RATE_HZ
    speech = bridged(held(spoken, _SPEECH, _SPEECH_DOUBT), _PAUSE / frame)
    odds = sounds.odds(_mono(again(), rate_hz, sounds.BLOCK))[:, sounds.KINDS.index("music")]
    second = sounds.FRAME / RATE_HZ
    around = smoothed(odds, round(1 / second))
    music = lasting(
        bridged(held(around, _MUSIC, _MUSIC_DOUBT), _MUSIC_PAUSE / second),
        _MUSIC_LEAST / second,
    )
    return Heard(widened(speech, round(_PAD / frame), len(spoken)) * frame, music * second)


def stem(pieces: Iterable[Samples], rate_hz: int, heard: Heard, name: str) -> Iterator[Samples]:
    """Give one stem.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    heard : Heard
    name : dialogue, music, effects

    Raises
    ------
    SettingError
        If there is no such stem.
    ModelError
        If RNNoise is not there.
    """
    if name not in STEMS:
        raise SettingError(f"stem: must be one of {', '.join(STEMS)}, got {name!r}")
    first = 0
    for sound, clean in beside(pieces, lambda counted: denoise(counted, rate_hz)):
        seconds = (first + np.arange(len(sound))) / rate_hz
        first += len(sound)
        dialogue = clean * _gain(heard.speech, seconds)
        # RNNoise may rise above full scale; neither a stem nor what is left may, or it would be turned down later.
        dialogue = np.clip(dialogue, np.maximum(-1, sound - 1), np.minimum(1, sound + 1))
        rest = sound - dialogue
        music = rest * _gain(heard.music, seconds)
        yield {"dialogue": dialogue, "music": music, "effects": rest - music}[name]


def _gain(spans: npt.NDArray[np.floating], seconds: npt.NDArray[np.float64]) -> Samples:
    """Return 1 within spans and 0 outside, with ramps inside their edges: float32 [n, 1]."""
    if not len(spans) or not len(seconds):
        return np.zeros((len(seconds), 1), np.float32)
    near = np.clip(np.searchsorted(spans[:, 0], seconds, "right") - 1, 0, len(spans) - 1)
    inside = np.minimum(seconds - spans[near, 0], spans[near, 1] - seconds)
    return np.asarray(np.clip(inside / _RAMP, 0, 1)[:, None], np.float32)


def _mono(pieces: Iterable[Samples], rate_hz: int, size: int) -> Iterator[npt.NDArray[np.int16]]:
    """Give the sound in one channel at 16 kHz, in blocks of a size."""
    mono = (piece.mean(1, keepdims=True) for piece in pieces)
    for block in cut(resampled(mono, rate_hz, RATE_HZ), size):
        yield np.asarray(np.clip(np.round(block[:, 0] * 32767), -32768, 32767), np.int16)
