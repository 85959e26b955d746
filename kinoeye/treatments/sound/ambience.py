"""Ambience: the air of a place by rule, as long as a scene, without a seam.

Each place is noise of its own colour that swells and falls, with single sounds over it: drops, gusts, chirps, waves,
cars far away. Made from a seed; what is made with it says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError
from kinoeye.signals.synthesis import noise_band, shaped_noise, slow_curve

RATE_HZ = 48_000

_GRAIN = 1 << 15  # noise is made in grains of this length, half of each laid over the next
_EVENTS = 1 << 16  # samples in which single sounds are drawn at once

Samples = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Place:
    """How a place sounds.

    Parameters
    ----------
    shape : function
        Amplitude of its noise by frequency in Hz.
    level : 0..1
        Mean level of the noise.
    swell : 0..1
        How far it rises and falls.
    swell_s : seconds
        From one gust or wave to the next.
    events : function or None
        Makes one single sound from a generator.
    rate : a second
        How many single sounds there are.
    """

    shape: Callable[[Samples], Samples]
    level: float
    swell: float = 0.0
    swell_s: float = 4.0
    events: Callable[[np.random.Generator], Samples] | None = None
    rate: float = 0.0


def ambience(name: str, count: int, *, seed: int = 0) -> Iterator[npt.NDArray[np.float32]]:
    """Make the air of a place.

    Parameters
    ----------
    name : room, wind, rain, sea, city, night, forest
    count : samples at 48 kHz
    seed : int

    Yields
    ------
    float32 [n, 2], 48 kHz, within -1..1

    Raises
    ------
    SettingError
        If there is no such place.
    """
    if name not in PLACES:
        raise SettingError(f"ambience: a place must be one of {', '.join(PLACES)}, got {name!r}")
    return _made(PLACES[name], count, seed)


def _made(place: Place, count: int, seed: int) -> Iterator[npt.NDArray[np.float32]]:
    hop = _GRAIN // 2
    window = np.sin(np.pi * (np.arange(_GRAIN) + 0.5) / _GRAIN)[:, None]  # squares of two neighbours add up to one
    shape = place.shape(np.asarray(np.fft.rfftfreq(_GRAIN, 1 / RATE_HZ), np.float64))
    sounds = _Sounds(place, seed)
    before = _grain(seed, -1, shape) * window
    for number, first in enumerate(range(0, count, hop)):
        grain = _grain(seed, number, shape) * window
        air = place.level * (before[hop:] + grain[:hop])
        swell = 1 + place.swell * slow_curve(seed, first, hop, round(place.swell_s / 2 * RATE_HZ))
        block = air * swell[:, None] + sounds.block(first, hop)
        before = grain
        yield np.clip(block[: count - first], -1, 1).astype(np.float32)


def _grain(seed: int, number: int, shape: Samples) -> Samples:
    rng = np.random.default_rng((seed, number + 1, 11))
    common, left, right = (shaped_noise(rng, _GRAIN, shape) for _ in range(3))
    return np.stack([0.6 * common + 0.8 * left, 0.6 * common + 0.8 * right], axis=1)


class _Sounds:
    """Single sounds, laid where they fall; the tails of earlier ones go on in the next block."""

    def __init__(self, place: Place, seed: int) -> None:
        self._place, self._seed = place, seed
        self._waiting = np.zeros((0, 2))
        self._drawn = 0

    def block(self, first: int, length: int) -> Samples:
        """Return the block that begins at sample `first`; to be asked for one after the other."""
        if self._place.events is None:
            return np.zeros((length, 2))
        while self._drawn * _EVENTS < first + length:
            self._draw(first)
        out, self._waiting = self._waiting[:length], self._waiting[length:]
        return out

    def _draw(self, first: int) -> None:
        assert self._place.events is not None
        rng = np.random.default_rng((self._seed, self._drawn, 23))
        begin = self._drawn * _EVENTS - first
        self._reach(begin + _EVENTS)
        for _ in range(rng.poisson(self._place.rate * _EVENTS / RATE_HZ)):
            at, side = begin + int(rng.integers(_EVENTS)), rng.uniform(0.1, 0.9)
            sound = self._place.events(rng)
            self._reach(at + len(sound))
            self._waiting[at : at + len(sound)] += sound[:, None] * np.sqrt([1 - side, side])
        self._drawn += 1

    def _reach(self, length: int) -> None:
        if length > len(self._waiting):
            self._waiting = np.concatenate([self._waiting, np.zeros((length - len(self._waiting), 2))])


def _falling(corner_hz: float, steps: float = 2.0) -> Callable[[Samples], Samples]:
    return lambda pitch: np.minimum(1, pitch / 25) / (1 + (pitch / corner_hz) ** steps)


def _hill(middle_hz: float, wide_hz: float, floor_hz: float) -> Callable[[Samples], Samples]:
    return lambda pitch: np.exp(-(((pitch - middle_hz) / wide_hz) ** 2)) + 0.6 * _falling(floor_hz)(pitch)


def _drop(rng: np.random.Generator) -> Samples:
    """A drop on something near: a short tick whose pitch rises, as the bubble under it closes."""
    at = np.arange(round(0.03 * RATE_HZ)) / RATE_HZ
    pitch = rng.uniform(900, 3_200)
    return np.asarray(rng.uniform(0.004, 0.03) * np.sin(2 * np.pi * pitch * at * (1 + 6 * at)) * np.exp(-at * 190)
                      * np.minimum(1, at / 0.0005))  # fmt: skip


def _chirp(rng: np.random.Generator) -> Samples:
    """A bird: a few notes that glide."""
    notes = []
    pitch = rng.uniform(2_200, 5_200)
    for _ in range(int(rng.integers(2, 6))):
        at = np.arange(round(rng.uniform(0.05, 0.16) * RATE_HZ)) / RATE_HZ
        glide = pitch * (1 + rng.uniform(-0.18, 0.18) * at / at[-1]) + 90 * np.sin(2 * np.pi * rng.uniform(18, 45) * at)
        notes += [np.sin(2 * np.pi * np.cumsum(glide) / RATE_HZ) * np.sin(np.pi * at / at[-1]) ** 2]
        notes += [np.zeros(round(rng.uniform(0.02, 0.12) * RATE_HZ))]
    return np.concatenate(notes) * float(rng.uniform(0.004, 0.02))


def _cricket(rng: np.random.Generator) -> Samples:
    """A cricket: bursts of three or four pulses of one high tone."""
    pitch, pulses = rng.uniform(4_100, 4_900), int(rng.integers(3, 5))
    at = np.arange(round(0.022 * RATE_HZ)) / RATE_HZ
    pulse = np.sin(2 * np.pi * pitch * at) * np.sin(np.pi * at / at[-1]) ** 2
    burst = np.concatenate([np.concatenate([pulse, np.zeros(round(0.014 * RATE_HZ))]) for _ in range(pulses)])
    rest = np.zeros(round(rng.uniform(0.25, 0.6) * RATE_HZ))
    song = np.concatenate([np.concatenate([burst, rest]) for _ in range(int(rng.integers(3, 9)))])
    return np.asarray(song * rng.uniform(0.002, 0.008))


def _car(rng: np.random.Generator) -> Samples:
    """A car that passes far away."""
    count = round(rng.uniform(3.0, 7.0) * RATE_HZ)
    near = np.sin(np.pi * np.arange(count) / count) ** 3
    near = np.asarray(near * rng.uniform(0.004, 0.016))
    return near * noise_band(rng, count, RATE_HZ, 60, rng.uniform(350, 900))


def _wave(rng: np.random.Generator) -> Samples:
    """A wave: it comes up slowly, breaks, and hisses away."""
    count = round(rng.uniform(5.0, 8.0) * RATE_HZ)
    at = np.arange(count) / count
    near = np.where(at < 0.35, (at / 0.35) ** 3, np.exp(-(at - 0.35) * 5))
    foam = noise_band(rng, count, RATE_HZ, 700, 7_000) * np.where(at < 0.3, 0, np.exp(-(at - 0.3) * 4))
    return (
        (noise_band(rng, count, RATE_HZ, 60, 700) * near + 0.5 * foam)
        * float(rng.uniform(0.02, 0.05))
        * np.minimum(1, 20 * (1 - at))
    )


PLACES: Mapping[str, Place] = {
    "room": Place(_falling(180.0), 0.0012, 0.1, 9.0),
    "wind": Place(_hill(420.0, 260.0, 200.0), 0.018, 0.7, 5.0),
    "rain": Place(_hill(5_200.0, 3_900.0, 300.0), 0.012, 0.15, 6.0, _drop, 26.0),
    "sea": Place(_falling(500.0, 1.5), 0.01, 0.35, 8.0, _wave, 0.22),
    "city": Place(_falling(260.0), 0.013, 0.3, 7.0, _car, 0.16),
    "night": Place(_falling(150.0), 0.003, 0.3, 8.0, _cricket, 0.5),
    "forest": Place(_hill(900.0, 700.0, 250.0), 0.004, 0.6, 6.0, _chirp, 0.55),
}
