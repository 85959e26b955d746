"""Stems: dialogue, music and effects, parted by what is heard when; the three add up to the sound again.

Where somebody speaks, the dialogue is what RNNoise keeps as a voice; of the rest, music is what sounds while music is
heard, effects are all else. RNNoise takes some of the voice too: where no music is heard, no more is taken away than
the background in the sound's pauses allows for. So a voice over music leaves most of the music in the music's stem, but
music and effects that sound together are not parted, and singing may go with either. It is a help to find and to lift,
no remix.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError
from kinoeye.models import sounds, voices
from kinoeye.models.mel import RATE_HZ
from kinoeye.signals.blocks import Samples, beside, cut, overlap_added
from kinoeye.signals.resampling import resampled
from kinoeye.signals.spans import bridged, held, lasting, smoothed, widened
from kinoeye.treatments.sound.denoise import denoise

STEMS = ("dialogue", "music", "effects")

_SPEECH, _SPEECH_DOUBT, _PAUSE, _PAD = 0.5, 0.35, 0.4, 0.15  # as `speech` has them; seconds
_MUSIC, _MUSIC_DOUBT = 2.5, 0.5  # log-odds: lower than to tell of it, since what is no music is not lost
_MUSIC_PAUSE, _MUSIC_LEAST = 2.0, 1.5  # seconds
_RAMP = 0.08  # seconds over which one stem takes over from another
_FRAME_S = 0.032
_ABOVE = 3.0  # times the background's mean level may be taken away: it is not steady
_APART, _LEAST_STILL = 0.1, 1.0  # seconds: of a pause from what is heard, and of pauses in all


@dataclass(frozen=True)
class Heard:
    """When somebody speaks and when music is heard, and what is heard else.

    Parameters
    ----------
    speech, music : float [m, 2], seconds
    background : float [bins, channels] or None
        The level of each frequency while neither is heard; None where there is hardly such a time.
    """

    speech: npt.NDArray[np.floating]
    music: npt.NDArray[np.floating]
    background: npt.NDArray[np.float64] | None = None


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
    heard = Heard(widened(speech, round(_PAD / frame), len(spoken)) * frame, music * second)
    return replace(heard, background=_background(again(), rate_hz, heard))


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
    for sound, both in beside(pieces, lambda counted: _taken(counted, rate_hz, heard)):
        seconds = (first + np.arange(len(sound))) / rate_hz
        first += len(sound)
        taken, bounded = both[:, : sound.shape[1]], both[:, -sound.shape[1] :]
        taken = bounded + _gain(heard.music, seconds) * (taken - bounded)
        dialogue = (sound - taken) * _gain(heard.speech, seconds)
        # RNNoise may rise above full scale; neither a stem nor what is left may, or it would be turned down later.
        dialogue = np.clip(dialogue, np.maximum(-1, sound - 1), np.minimum(1, sound + 1))
        rest = sound - dialogue
        music = rest * _gain(heard.music, seconds)
        yield {"dialogue": dialogue, "music": music, "effects": rest - music}[name]


def _taken(pieces: Iterable[Samples], rate_hz: int, heard: Heard) -> Iterator[Samples]:
    """Give what RNNoise takes away, and beside it no more of it than the background allows for: [n, 2 channels]."""
    taken = (sound - clean for sound, clean in beside(pieces, lambda counted: denoise(counted, rate_hz)))
    if heard.background is None:
        return (np.hstack([piece, piece]) for piece in taken)
    most, window = _ABOVE * heard.background, _window(rate_hz)

    def change(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        plain, bounded = np.split(frames, 2, axis=2)
        spectra = np.fft.rfft(bounded, axis=1)
        spectra *= np.minimum(1, most / np.maximum(np.abs(spectra), 1e-12))
        bounded = np.fft.irfft(spectra, len(window), axis=1)
        return np.concatenate([plain, bounded], axis=2) * (window / 2)[:, None]

    return overlap_added((np.hstack([piece, piece]) for piece in taken), window, len(window) // 4, change)


def _background(pieces: Iterable[Samples], rate_hz: int, heard: Heard) -> npt.NDArray[np.float64] | None:
    """Return the mean level of each frequency while neither a voice nor music is heard, [bins, channels]."""
    window, total, count = _window(rate_hz), np.zeros((1, 1)), 0
    for number, frame in enumerate(cut(pieces, len(window))):
        middle = np.array([(number + 0.5) * len(window) / rate_hz])
        near = any(_is_within(spans, middle, _APART) for spans in (heard.speech, heard.music))
        if len(frame) == len(window) and not near:
            total = total + np.abs(np.fft.rfft(frame * window[:, None], axis=0)) ** 2
            count += 1
    is_enough = count * len(window) >= _LEAST_STILL * rate_hz
    return np.sqrt(total / count) if is_enough else None


def _is_within(spans: npt.NDArray[np.floating], seconds: npt.NDArray[np.float64], pad: float) -> bool:
    return bool(((spans[:, 0] - pad < seconds) & (seconds < spans[:, 1] + pad)).any())


def _window(rate_hz: int) -> npt.NDArray[np.float64]:
    size = 4 * round(_FRAME_S * rate_hz / 4)
    return np.asarray(np.sin(np.pi * (np.arange(size) + 0.5) / size))


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
