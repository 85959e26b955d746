"""Deroom: the echo of a room turned down, so that words are heard more clearly.

First what can be said of each moment by the moments before it is taken away: a room answers by a fixed sum of what it
was given, and speech itself does not go on like that so long. Then what is left of the late echo, which dies away by a
law, is turned down, never below a floor: the first echoes, and a little of the room, stay.

Source: Nakatani, Yoshioka, Kinoshita, Miyoshi & Juang, "Speech dereverberation based on variance-normalized delayed
linear prediction", IEEE Trans. Audio, Speech and Language Processing 18(7), 2010; Lebart, Boucher & Denbigh, "A new
method based on spectral subtraction for speech dereverberation", Acta Acustica 87, 2001.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError
from kinoeye.signals.blocks import Samples, overlap_added

_FRAME_S = 0.032
_LATE_S = 0.048  # echoes later than this blur speech
_FLOOR = 0.25  # -12 dB: deeper is heard as gurgling
_SMOOTH = 0.6  # of the power from frame to frame

_HIGHEST_HZ = 8000  # above it little is said
_TAPS, _DELAY = 14, 3  # frames, each half a frame on: what is predicted from, and how long before
_KEPT = 0.95  # of what was learnt, from a second to the next
_ROUNDS = 2
_LOADING = 0.01  # of the mean power of what is predicted from
_SOFTEST = 0.01  # of a band's mean power: softer moments weigh no more


def deroom(
    pieces: Iterable[Samples], rate_hz: int, *, seconds: float = 0.6, strength: float = 1.0
) -> Iterator[Samples]:
    """Turn the echo of a room down; as many samples come out as go in.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    seconds : 0.1..5
        Time in which the room's echo falls by 60 dB.
    strength : 0..1
        0 leaves everything.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 0.1 <= seconds <= 5:
        raise SettingError(f"deroom: seconds must lie in 0.1..5, got {seconds}")
    if not 0 <= strength <= 1:
        raise SettingError(f"deroom: strength must lie in 0..1, got {strength}")
    size = 4 * round(_FRAME_S * rate_hz / 4)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    predicted = _Predicted(window, min(size // 2, round(_HIGHEST_HZ * size / rate_hz)), strength)
    dry = _Dry(window, size / 4 / rate_hz, seconds, strength)
    return overlap_added(overlap_added(pieces, window, size // 2, predicted.change), window, size // 4, dry.change)


class _Predicted:
    """What each band's past says of it, learnt as the sound goes on."""

    def __init__(self, window: npt.NDArray[np.float64], bands: int, strength: float) -> None:
        self._window = window
        self._bands = bands
        self._strength = strength
        self._past: npt.NDArray[np.complex128] | None = None  # [channels, bands, taps + delay - 1]
        self._learnt: tuple[npt.NDArray[np.complex128], npt.NDArray[np.complex128]] | None = None

    def change(self, frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return frames [k, size, channels] less what their past says of them."""
        spectra = np.fft.rfft(frames, axis=1)
        now = spectra[:, : self._bands].transpose(2, 1, 0)
        reach = _TAPS + _DELAY - 1
        if self._past is None:
            self._past = np.zeros((*now.shape[:2], reach), np.complex128)
        joined = np.concatenate([self._past, now], 2)
        before = np.lib.stride_tricks.sliding_window_view(joined[:, :, :-_DELAY], _TAPS, 2).swapaxes(2, 3)
        spectra[:, : self._bands] -= self._strength * self._said(now, before).transpose(2, 1, 0)
        self._past = joined[:, :, -reach:]
        return np.asarray(np.fft.irfft(spectra, len(self._window), axis=1) * self._window[:, None])

    def _said(self, now: npt.NDArray[np.complex128], before: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
        """Return what the frames before, [channels, bands, taps, k], say of those now, [channels, bands, k]."""
        said = np.zeros_like(now)
        for _ in range(_ROUNDS):
            power = np.abs(now - said) ** 2
            weighed = before / np.maximum(power, _SOFTEST * power.mean(2, keepdims=True) + 1e-12)[:, :, None]
            alike = weighed @ before.conj().swapaxes(2, 3)
            answer = weighed @ now.conj()[..., None]
            if self._learnt is not None:
                alike, answer = alike + _KEPT * self._learnt[0], answer + _KEPT * self._learnt[1]
            mean = np.trace(alike, axis1=2, axis2=3).real / _TAPS
            loaded = alike + (_LOADING * mean + 1e-12)[..., None, None] * np.eye(_TAPS)
            said = (np.linalg.solve(loaded, answer).conj().swapaxes(2, 3) @ before)[:, :, 0]
        self._learnt = alike, answer
        return said


class _Dry:
    """What was heard before, from frame to frame."""

    def __init__(self, window: npt.NDArray[np.float64], step_s: float, seconds: float, strength: float) -> None:
        self._window = window / 2  # four frames lie over each sample
        self._delay = max(1, round(_LATE_S / step_s))
        self._fall = 10 ** (-6 * self._delay * step_s / seconds)
        self._strength = strength
        self._past: list[npt.NDArray[np.float64]] = []
        self._power: npt.NDArray[np.float64] | None = None

    def change(self, frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return frames [k, size, channels] with less of the room."""
        return np.stack([self._changed(frame) for frame in frames])

    def _changed(self, frame: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        spectrum = np.fft.rfft(frame, axis=0)
        now = np.abs(spectrum) ** 2
        self._power = now if self._power is None else _SMOOTH * self._power + (1 - _SMOOTH) * now
        self._past.append(self._power)
        late = self._fall * self._past[0] if len(self._past) > self._delay else np.zeros_like(now)
        self._past = self._past[-self._delay :]
        gain = np.sqrt(np.maximum(1 - self._strength * late / np.maximum(self._power, 1e-20), _FLOOR**2))
        return np.asarray(np.fft.irfft(spectrum * gain, len(frame), axis=0) * self._window[:, None])
