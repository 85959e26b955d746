"""Match: one sound given the timbre of another, by an equaliser of third octaves.

Both sounds' mean spectra are compared where there is something to hear; their difference, smoothed and limited, is laid
over the sound by a filter that delays nothing.

Source: IEC 61260-1:2014 (third octaves).
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from scipy import signal

from kinoeye.signals.blocks import Samples, alongside, overlapped

MOST_DB = 12.0  # more lifts noise, or takes a voice away

_SIZE = 8192
_LOWEST_HZ = 40.0
_HEARD_DB = -60.0  # under the loudest band: below it both sounds are noise


def bands_of(pieces: Iterable[Samples], rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the mean level of each third octave from 40 Hz up, in dB: float64 [bands]; -120 where nothing is."""
    window = signal.windows.hann(_SIZE, sym=False)
    total, count = np.zeros(_SIZE // 2 + 1), 0
    for stretch in overlapped(pieces, _SIZE // 2, 0, _SIZE // 2):
        frame = np.pad(stretch.mean(1), (0, _SIZE - len(stretch)))
        total += np.abs(np.fft.rfft(frame * window)) ** 2
        count += 1
    return _banded(total / max(count, 1), rate_hz)


def matching(bands: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the gain of each band, in dB, that brings one sound's timbre to another's; their loudness stays apart.

    Parameters
    ----------
    bands, wanted : float64 [bands]
        As `bands_of` gives them, at their own rates.
    """
    count = min(len(bands), len(wanted))
    bands, wanted = bands[:count], wanted[:count]
    is_heard = (bands > bands.max() + _HEARD_DB) & (wanted > wanted.max() + _HEARD_DB)
    if not is_heard.any():
        return np.zeros(count)
    apart = np.where(is_heard, wanted - bands, 0.0)
    apart = np.where(is_heard, apart - np.median(apart[is_heard]), 0.0)
    smooth = np.convolve(np.pad(apart, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
    return np.clip(smooth, -MOST_DB, MOST_DB)


def match(pieces: Iterable[Samples], rate_hz: int, gains_db: npt.NDArray[np.float64]) -> Iterator[Samples]:
    """Lay the gains of third octaves over a sound; as many samples come out as go in, none later than before.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    gains_db : float64 [bands]
        As `matching` gives them.
    """
    taps = _taps(rate_hz, gains_db)
    half = len(taps) // 2

    def filtered(counted: Iterator[Samples]) -> Iterator[Samples]:
        for window in overlapped(counted, 1 << 16, half, half):
            yield signal.oaconvolve(window, taps[:, None], "valid", axes=0).astype(np.float32)

    return alongside(pieces, filtered)


def _centres(rate_hz: int) -> npt.NDArray[np.float64]:
    count = int(np.floor(3 * np.log2(0.45 * rate_hz / _LOWEST_HZ))) + 1
    return np.asarray(_LOWEST_HZ * 2 ** (np.arange(count) / 3))


def _banded(power: npt.NDArray[np.float64], rate_hz: int) -> npt.NDArray[np.float64]:
    hz = np.arange(len(power)) * rate_hz / _SIZE
    levels = []
    for centre in _centres(rate_hz):
        inside = (hz >= centre * 2 ** (-1 / 6)) & (hz < centre * 2 ** (1 / 6))
        mean = power[inside].mean() if inside.any() else np.interp(centre, hz, power)
        levels.append(10 * np.log10(mean + 1e-12))
    return np.array(levels)


def _taps(rate_hz: int, gains_db: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a symmetric filter of the gains: float64 [odd]."""
    hz = np.arange(_SIZE // 2 + 1) * rate_hz / _SIZE
    centres = _centres(rate_hz)[: len(gains_db)]
    curve = np.interp(np.log2(np.maximum(hz, 1.0)), np.log2(centres), gains_db[: len(centres)])
    impulse = np.fft.irfft(10 ** (curve / 20))
    half = _SIZE // 4
    return np.asarray(np.roll(impulse, half)[: 2 * half + 1] * signal.windows.hann(2 * half + 1))
