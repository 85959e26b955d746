"""Sound of the rushes: what a recorder with its own clock hears of a take, and what the camera's microphone does.

The recorder runs from before the camera until after it. A boom hears who is in the picture; the camera stands off and
hears the room. An aeroplane is in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from zlib import crc32

import numpy as np
import numpy.typing as npt

from kinoeye.sample.plan import SLATE_LEAVES
from kinoeye.sample.rushes import CREW, Say, Take
from kinoeye.sample.soundtrack import MANNERS, air, clap, lay, sample_of
from kinoeye.sample.voice import RATE_HZ, Manner, speak

Samples = npt.NDArray[np.float32]

RATE = Fraction(24)
VOICES = MANNERS | {CREW: Manner("en-US+m7", 40, 45, 110.0)}

_SETTLED, _TAIL = 5, 0.5  # pictures from the board to the first line; seconds behind the last one
_NOISE, _OVERDRIVEN = 0.055, 4.0  # root of the mean power: 6 dB below a voice; times
_NUMBERS = ("Zero", "One", "Two", "Three", "Four", "Five")


@dataclass(frozen=True)
class Heard:
    """Something that is said, where it is heard: samples at 48 kHz from the camera's first picture.

    Parameters
    ----------
    say : Say
    start : int
    samples : float32 [n]
    begins : tuple of int
        Where its words begin, from `start`; empty where the engine does not say.
    """

    say: Say
    start: int
    samples: Samples
    begins: tuple[int, ...]

    @property
    def end(self) -> int:
        """One past its last sample."""
        return self.start + len(self.samples)


@dataclass(frozen=True)
class Rolled:
    """A take on the set's own clock.

    Parameters
    ----------
    take : Take
    heard : tuple of Heard
        The voice slate first.
    clap : int
        Picture in which the board shuts.
    pictures : int
    lead, tail : int, samples
        By how much the recorder begins before the camera, and ends after it.
    drift_ppm : float
        By how much the recorder's clock runs faster than the camera's.
    """

    take: Take
    heard: tuple[Heard, ...]
    clap: int
    pictures: int
    lead: int
    tail: int
    drift_ppm: float

    @property
    def action(self) -> int:
        """Picture from which the board is gone."""
        return self.clap + 4 + SLATE_LEAVES

    def recorded(self, sample: int) -> int:
        """Return when the recorder hears what the camera hears at a sample: samples from its own first."""
        return round((sample + self.lead) * (1 + self.drift_ppm / 1e6))


def rolled(takes: Sequence[Take], seed: int) -> tuple[str, list[Rolled]]:
    """Speak all takes; return the engine's name and the takes."""
    spoken = [(take, say) for take in takes for say in (_slate(take), *take.said)]
    speech = speak([(say.words, VOICES[say.who], 30.0) for _, say in spoken])
    voices = iter(zip(spoken, speech.samples, speech.begins, strict=True))
    rng = np.random.default_rng([1896, seed])
    found = []
    for take in takes:
        parts = [next(voices) for _ in range(1 + len(take.said))]
        found.append(_laid(take, [(say, samples, begins) for (_, say), samples, begins in parts], rng))
    return speech.engine, found


def _slate(take: Take) -> Say:
    letter = f" {take.setup.letter}" if take.setup.letter else ""
    return Say(CREW, f"{_NUMBERS[take.setup.scene]}{letter}, take {_NUMBERS[take.number].lower()}.")


def _laid(take: Take, parts: Sequence[tuple[Say, Samples, tuple[int, ...]]], rng: np.random.Generator) -> Rolled:
    say, samples, begins = parts[0]
    heard = [Heard(say, sample_of(3, RATE), samples, begins)]
    shut = -(-heard[0].end * RATE.numerator // RATE_HZ) + 4
    at = sample_of(shut + 4 + SLATE_LEAVES + _SETTLED, RATE)
    for say, samples, begins in parts[1:]:
        quiet = _mumbled(samples) if say.fault == "mumbled" else samples
        heard.append(Heard(say, at, quiet, begins))
        at = heard[-1].end + round(float(rng.uniform(0.3, 0.65)) * RATE_HZ)
    last = heard[-1]
    end = (last.start + last.end) // 2 if take.runs_out else last.end + round(_TAIL * RATE_HZ)
    pictures = -(-end * RATE.numerator // RATE_HZ)
    lead, tail = (round(float(rng.uniform(*span)) * RATE_HZ) for span in ((0.4, 2.0), (0.6, 1.4)))
    if take.runs_out:
        tail += last.end - end
    return Rolled(take, tuple(heard), shut, pictures, lead, tail, float(rng.uniform(-40, 40)))


def on_set(roll: Rolled) -> Samples:
    """Return all that sounds during a take, from the recorder's first sample on, on the set's own clock."""
    length = roll.lead + sample_of(roll.pictures, RATE) + roll.tail
    seed = crc32(roll.take.name.encode()) % 100_000
    out = air(roll.take.setup.place.name, length, seed=seed)
    lay(out, clap(), roll.lead + sample_of(roll.clap, RATE))
    if roll.take.sound == "noisy":
        out += _aeroplane(length, seed)
    for each in roll.heard:
        is_near = each.say.who == roll.take.setup.who or not roll.take.setup.who
        lay(out, each.samples * np.float32(0.8 if is_near else 0.5), roll.lead + each.start)
    return out


def of_recorder(roll: Rolled, sound: Samples) -> Samples:
    """Return what the recorder writes of it, by its own clock."""
    length = round(len(sound) * (1 + roll.drift_ppm / 1e6))
    at = np.arange(length) / (1 + roll.drift_ppm / 1e6)
    gain = _OVERDRIVEN if roll.take.sound == "clipped" else 1.0
    return np.clip(gain * np.interp(at, np.arange(len(sound)), sound), -1, 1).astype(np.float32)


def of_camera(roll: Rolled, sound: Samples) -> Samples:
    """Return what the camera's microphone writes of it: from its first picture, out of the room, with hiss."""
    rng = np.random.default_rng(crc32(roll.take.name.encode()))
    count = round(0.22 * RATE_HZ)
    room = rng.normal(size=count) * np.exp(-np.arange(count) / (0.05 * RATE_HZ)) * 0.02
    room[0] = 1.0
    size = 1 << (len(sound) + count - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(room, size), size)[: len(sound)]
    part = wet[roll.lead : roll.lead + sample_of(roll.pictures, RATE)]
    return np.clip(0.5 * part + rng.normal(size=len(part)) * 0.003, -1, 1).astype(np.float32)


def _mumbled(samples: Samples) -> Samples:
    """Return speech through closed teeth: little above 700 Hz, and softer."""
    spectrum = np.fft.rfft(samples)
    pitch = np.fft.rfftfreq(len(samples), 1 / RATE_HZ)
    return np.asarray(0.4 * np.fft.irfft(spectrum / (1 + (pitch / 700) ** 4), len(samples)), np.float32)


def _aeroplane(length: int, seed: int) -> Samples:
    spectrum = np.fft.rfft(np.random.default_rng(seed + 1).normal(size=length))
    pitch = np.fft.rfftfreq(length, 1 / RATE_HZ)
    noise = np.fft.irfft(spectrum / (1 + (pitch / 900) ** 2), length)
    return np.asarray(noise * (_NOISE / float(noise.std())), np.float32)
