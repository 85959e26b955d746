"""Level: sound brought to the loudness that a broadcaster or a service asks for.

The gain is that of the whole programme; where it would drive peaks over the ceiling they are limited, and the gain is
corrected for what that took. Where a target means dialogue, only what holds a voice is measured.

Source: EBU R 128 (2023); ATSC A/85:2013, section 5 and annex H; EBU Tech 3343; ITU-R BS.1770-5.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from kinoeye.errors import SettingError
from kinoeye.signals.blocks import Samples
from kinoeye.signals.metering import SILENCE_LUFS, gated, loudness, weighted_powers
from kinoeye.treatments.sound.denoise import voices
from kinoeye.treatments.sound.limit import limit

Again = Callable[[], Iterable[Samples]]

_CLOSE_LU = 0.05
_MOST_PASSES = 4
_LEAST_VOICE = 0.05  # share of steps; below it there is no dialogue to go by


@dataclass(frozen=True)
class Target:
    """What a delivery asks for.

    Parameters
    ----------
    loudness_lufs, ceiling_dbtp : float
    is_dialogue : bool
        Whether the loudness is that of dialogue alone.
    """

    loudness_lufs: float
    ceiling_dbtp: float
    is_dialogue: bool = False


TARGETS = {
    "r128": Target(-23.0, -1.0),
    "a85": Target(-24.0, -2.0),
    "streaming": Target(-14.0, -1.0),
    "podcast": Target(-16.0, -1.0),
    "dialogue": Target(-27.0, -2.0, is_dialogue=True),
}


@dataclass(frozen=True)
class Gain:
    """What is done to reach a target.

    Parameters
    ----------
    gain_db, ceiling_dbtp : float
    before_lufs : float
        As the target measures it.
    is_dialogue : bool
        False also where dialogue was asked for and hardly any was heard.
    """

    gain_db: float
    ceiling_dbtp: float
    before_lufs: float
    is_dialogue: bool


def target(name: str) -> Target:
    """Return a target by name, or by a loudness such as -20, whose ceiling is that of R 128.

    Raises
    ------
    SettingError
        If there is none of that name, or the loudness lies outside -50..-5.
    """
    if name in TARGETS:
        return TARGETS[name]
    try:
        value = float(name)
    except ValueError:
        value = 0.0
    if not -50 <= value <= -5:
        raise SettingError(f"level: target must be one of {', '.join(TARGETS)} or -50..-5 LUFS, got {name!r}")
    return Target(value, TARGETS["r128"].ceiling_dbtp)


def find_gain(again: Again, rate_hz: int, wanted: Target) -> Gain:
    """Find the gain that brings a sound to a target.

    Parameters
    ----------
    again : callable
        Gives the pieces from their begin each time.
    rate_hz : int
    wanted : Target

    Raises
    ------
    SettingError
        If the sound is silent: no gain makes it loud.
    """
    spoken = np.array(list(voices(again(), rate_hz))) >= 0.5 if wanted.is_dialogue else None
    if spoken is not None and spoken.mean() < _LEAST_VOICE:
        spoken = None

    def measured(pieces: Iterable[Samples]) -> float:
        powers = weighted_powers(pieces, rate_hz)
        return gated(powers, np.pad(spoken, (0, 1))[: len(powers)] if spoken is not None else None)

    before = measured(again())
    if before <= SILENCE_LUFS:
        raise SettingError("level: the sound must be louder than -70 LUFS, got silence")
    gain = wanted.loudness_lufs - before
    if loudness(again(), rate_hz).true_peak_dbtp + gain > wanted.ceiling_dbtp:
        for _ in range(_MOST_PASSES):
            limited = limit(again(), rate_hz, gain_db=gain, ceiling_dbtp=wanted.ceiling_dbtp)
            lacking = wanted.loudness_lufs - measured(limited)
            if abs(lacking) <= _CLOSE_LU:
                break
            gain += lacking
    return Gain(gain, wanted.ceiling_dbtp, before, spoken is not None)


def level(pieces: Iterable[Samples], rate_hz: int, gain: Gain) -> Iterator[Samples]:
    """Bring sound to its target; as many samples come out as go in.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    gain : Gain
        As `find_gain` found it.
    """
    return limit(pieces, rate_hz, gain_db=gain.gain_db, ceiling_dbtp=gain.ceiling_dbtp)
