"""Synthesis: noise of a colour, slow random curves, and a room's echo, all from a seed."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]


def noise_band(rng: np.random.Generator, count: int, rate_hz: float, low_hz: float, high_hz: float) -> Samples:
    """Return noise between two frequencies, float64 [count], of variance 1; its edges fall by 12 dB an octave."""
    if not count:
        return np.zeros(0)
    pitch = np.fft.rfftfreq(count, 1 / rate_hz)
    shape = np.minimum(1, pitch / low_hz) ** 2 / (1 + (pitch / high_hz) ** 4) ** 0.5
    return shaped_noise(rng, count, shape)


def shaped_noise(rng: np.random.Generator, count: int, shape: npt.ArrayLike) -> Samples:
    """Return noise whose spectrum has this shape (amplitude by bin of the FFT), float64 [count], of variance 1."""
    noise = np.fft.irfft(np.fft.rfft(rng.normal(size=count)) * np.asarray(shape), count)
    return np.asarray(noise / max(float(noise.std()), 1e-12))


def slow_curve(seed: int, first: int, count: int, step: int) -> Samples:
    """Return a smooth random curve, -1..1, float64 [count], from sample `first` on.

    A value is drawn every `step` samples, from the seed and its own number alone, so that any part of the curve can be
    made without the rest.
    """
    knots = np.arange(first // step, (first + count) // step + 2)
    values = np.array([np.random.default_rng((seed, int(knot))).uniform(-1, 1) for knot in knots])
    place = np.arange(first, first + count) / step - knots[0]
    low = np.minimum(place.astype(np.int64), len(knots) - 2)
    share = place - low
    share = share * share * (3 - 2 * share)
    return np.asarray(values[low] * (1 - share) + values[low + 1] * share)


def room(seed: int, rate_hz: int, *, seconds: float, bright_hz: float = 4_500.0) -> Samples:
    """Return the echo of a room, left and right: float64 [n, 2], energy 1, falling by 60 dB within `seconds`."""
    count = round(seconds * rate_hz)
    rng = np.random.default_rng((seed, 5))
    falling = np.exp(-6.9 * np.arange(count) / count)[:, None]
    echo = np.stack([noise_band(rng, count, rate_hz, 120.0, bright_hz) for _ in range(2)], axis=1) * falling
    first = round(0.012 * rate_hz)  # nothing comes back before the nearest wall
    echo[:first] = 0
    return np.asarray(echo / np.sqrt((echo**2).sum(axis=0)))


def convolved(blocks: Iterable[Samples], echo: Samples) -> Iterator[Samples]:
    """Add an echo to sound that comes in blocks of one length, channel by channel; the last echo is cut at the end.

    Parameters
    ----------
    blocks : iterable of float64 [n, channels]
        The last may be shorter.
    echo : float64 [m, channels]

    Yields
    ------
    float64 [n, channels]
    """
    tail = np.zeros((0, echo.shape[1]))
    spectra: dict[int, tuple[int, npt.NDArray[np.complex128]]] = {}
    for block in blocks:
        if len(block) not in spectra:
            size = 1 << (len(block) + len(echo) - 1).bit_length()
            spectra[len(block)] = size, np.fft.rfft(echo, size, axis=0)
        size, spectrum = spectra[len(block)]
        wet = np.fft.irfft(np.fft.rfft(block, size, axis=0) * spectrum, size, axis=0)[: len(block) + len(echo)]
        held = min(len(tail), len(wet))
        wet[:held] += tail[:held]
        yield wet[: len(block)]
        tail = wet[len(block) :].copy()
