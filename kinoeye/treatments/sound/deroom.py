"""Deroom: the late echo of a room turned down, lightly.

What a room answers dies away by a law, so a part of each moment's spectrum is known from what was heard a little
before. That part is turned down, never below a floor: the first echoes, and a little of the room, stay.

Source: Lebart, Boucher & Denbigh, "A new method based on spectral subtraction for speech dereverberation",
Acta Acustica 87, 2001.
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


def deroom(
    pieces: Iterable[Samples], rate_hz: int, *, seconds: float = 0.6, strength: float = 1.0
) -> Iterator[Samples]:
    """Turn the late echo of a room down; as many samples come out as go in.

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
    hop = size // 4
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    return overlap_added(pieces, window, hop, _Dry(window, hop / rate_hz, seconds, strength).change)


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
