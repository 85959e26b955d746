"""Dehum: the mains' hum and its overtones taken out, and nothing else.

Hum is a row of steady tones at multiples of one frequency near 50 or 60 Hz. Which of them stand out, over the whole
sound, is found first; then in frames of four seconds their frequency, strength and phase are measured and just these
tones are subtracted. A voice that passes over them for a moment stays, unlike under a notch filter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import signal

from kinoeye.errors import SettingError
from kinoeye.signals.blocks import Samples, overlap_added, overlapped

MAINS_HZ = (50.0, 60.0)

_FRAME_S = 4.0  # tones 0.5 Hz apart are told apart
_HIGHEST_HZ = 2000.0
_STRAY = 0.006  # of the mains' frequency: grids stay within it, and so do recorders' clocks
_CLEAR_DB = 12.0  # over what lies beside it, in most frames
_BESIDE_HZ = (2.0, 8.0)

Frames = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Hum:
    """What hums.

    Parameters
    ----------
    mains_hz : float
        0 if nothing does.
    overtones : tuple of int
        Multiples of it that stand out, 1 for itself.
    level_dbfs : float
        Of all of them together, root of the mean power; -120 if nothing hums.
    """

    mains_hz: float
    overtones: tuple[int, ...]
    level_dbfs: float


NO_HUM = Hum(0.0, (), -120.0)


def find_hum(pieces: Iterable[Samples], rate_hz: int, *, mains_hz: float | None = None) -> Hum:
    """Find out what hums.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    mains_hz : 50 or 60
        Both are looked for if not given.

    Raises
    ------
    SettingError
        If `mains_hz` is another.
    """
    if mains_hz is not None and mains_hz not in MAINS_HZ:
        raise SettingError(f"dehum: mains_hz must be 50 or 60, got {mains_hz}")
    size = _size(rate_hz)
    window = signal.windows.hann(size, sym=False)
    hums = {base: _Seen(base, rate_hz) for base in ([mains_hz] if mains_hz else MAINS_HZ)}
    for stretch in overlapped(pieces, size, 0, 0):
        if len(stretch) == size:
            spectrum = np.fft.rfft(stretch.mean(1) * window)
            for seen in hums.values():
                seen.add(spectrum)
    return max((seen.hum() for seen in hums.values()), key=lambda hum: hum.level_dbfs, default=NO_HUM)


def dehum(pieces: Iterable[Samples], rate_hz: int, hum: Hum) -> Iterator[Samples]:
    """Take hum out; as many samples come out as go in.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    hum : Hum
        As `find_hum` found it.
    """
    if not hum.overtones:
        return iter(pieces)
    size = _size(rate_hz)
    window = signal.windows.hann(size, sym=False)
    numbers = np.array(hum.overtones)

    def without(frames: Frames) -> Frames:
        return np.stack([_without(frame, hum.mains_hz, numbers, window, rate_hz) for frame in frames])

    return overlap_added(pieces, window, size // 2, without)


class _Seen:
    """Gathers, frame by frame, how far the tones of one mains frequency stand out."""

    def __init__(self, base: float, rate_hz: int) -> None:
        self._base, self._bin_hz = base, rate_hz / _size(rate_hz)
        self._numbers = np.arange(1, int(min(_HIGHEST_HZ, 0.45 * rate_hz) / base) + 1)
        self._clear: list[npt.NDArray[np.float64]] = []
        self._tops: list[npt.NDArray[np.float64]] = []
        self._powers: list[npt.NDArray[np.float64]] = []
        self._size = _size(rate_hz)

    def add(self, spectrum: npt.NDArray[np.complex128]) -> None:
        """Take a frame's spectrum."""
        power = np.abs(spectrum) ** 2
        found = [_top(power, self._base * n, self._base * n * _STRAY, self._bin_hz) for n in self._numbers]
        self._tops.append(np.array([hz / n for (hz, _, _), n in zip(found, self._numbers, strict=True)]))
        self._clear.append(np.array([clear for _, _, clear in found]))
        # A tone of amplitude a stands in a Hann window's spectrum with a * size / 4.
        self._powers.append(np.array([top for _, top, _ in found]) * 8 / self._size**2)

    def hum(self) -> Hum:
        """Return what hums, over all frames."""
        if not self._clear:
            return NO_HUM
        is_clear = np.median(self._clear, axis=0) >= _CLEAR_DB
        if not is_clear[:4].any():
            return NO_HUM
        tops = np.median(self._tops, axis=0)[is_clear]
        base = float(np.average(tops, weights=self._numbers[is_clear]))
        # Overtones of one hum agree on its frequency; a held note that happens to lie there does not.
        agrees = is_clear & (np.abs(np.median(self._tops, axis=0) - base) * self._numbers < 1.0)
        power = float(np.median(self._powers, axis=0)[agrees].sum())
        if not agrees.any() or power <= 0:
            return NO_HUM
        return Hum(base, tuple(int(n) for n in self._numbers[agrees]), float(10 * np.log10(power)))


def _size(rate_hz: int) -> int:
    return 2 * round(_FRAME_S * rate_hz / 2)


def _top(power: npt.NDArray[np.float64], hz: float, stray_hz: float, bin_hz: float) -> tuple[float, float, float]:
    """Return frequency and power of the highest bin near a frequency, and how far it stands out, in dB."""
    reach = max(stray_hz, bin_hz)
    low, high = int(np.floor((hz - reach) / bin_hz)), int(np.ceil((hz + reach) / bin_hz))
    at = low + int(power[low : high + 1].argmax())
    near, far = (round(each / bin_hz) for each in _BESIDE_HZ)
    beside = np.concatenate([power[max(0, at - far) : at - near], power[at + near : at + far]])
    clear = 10 * np.log10((power[at] + 1e-30) / (np.median(beside) + 1e-30)) if len(beside) else 0.0
    left, middle, right = np.log(power[at - 1 : at + 2] + 1e-30)
    bend = left - 2 * middle + right
    shift = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return (at + float(np.clip(shift, -0.5, 0.5))) * bin_hz, float(power[at]), float(clear)


def _without(frame: Frames, base: float, numbers: npt.NDArray[np.int64], window: Frames, rate_hz: int) -> Frames:
    """Return a windowed frame without the tones."""
    size, bin_hz = len(frame), rate_hz / len(frame)
    spectrum = np.fft.rfft(frame.mean(1))
    found = [_top(np.abs(spectrum) ** 2, base * n, base * n * _STRAY / 2, bin_hz) for n in numbers]
    clear = np.array([max(0.0, each[2] - _CLEAR_DB / 2) for each in found])
    # Here the frame's own frequency; where a voice covers all tones, that of the whole sound.
    here = float(np.average([hz / n for (hz, _, _), n in zip(found, numbers, strict=True)], weights=clear * numbers)
                 if clear.sum() > 0 else base)  # fmt: skip
    turns = 2 * np.pi * here / rate_hz * np.arange(size)
    tones = np.exp(1j * np.outer(numbers, turns))
    # The tones under the window, at right angles to each other but for the window's skirts: solved, not read off.
    under = tones * window
    strengths = np.linalg.lstsq(np.conj(tones) @ under.T, np.conj(tones) @ frame, rcond=None)[0]
    return np.asarray(frame - 2 * np.real(under.T @ strengths))
