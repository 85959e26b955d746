"""Level: sound brought to the loudness that a broadcaster or a service asks for.

The gain is that of the whole programme; where it would drive peaks over the ceiling they are limited, and the gain is
corrected for what that took. Where a limiter that comes up slowly swallows what is added, a faster one is tried, no
faster than it must be; what even that does not reach is said. Where a target means dialogue, only what holds a voice is
measured.

Source: EBU R 128 (2023); ATSC A/85:2013, section 5 and annex H; EBU Tech 3343; ITU-R BS.1770-5.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from kinoeye.errors import SettingError
from kinoeye.signals.blocks import Samples
from kinoeye.signals.metering import SILENCE_LUFS, gated, loudness, weighted_powers
from kinoeye.treatments.sound.denoise import voices
from kinoeye.treatments.sound.limit import RELEASE_DB_PER_S, limit

Again = Callable[[], Iterable[Samples]]

CLOSE_LU = 0.1  # a sound that misses its target by more has too great dynamics for the ceiling

_AIM_LU = 0.05
_PASSES = 5  # of one limiter; three are the rule
_RELEASES = (RELEASE_DB_PER_S, 120.0, 360.0)
_MOST_LIMITED_DB = 15.0  # added beyond what a sound without peaks would take
_FLAT = 0.12  # LU that a dB brings: less is a limiter that swallows what is added
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
    release_db_per_s : float
        Of the limiter.
    lacking_lu : float
        By how much the target is missed, because dynamics and ceiling allow no more; about 0 where it is reached.
    """

    gain_db: float
    ceiling_dbtp: float
    before_lufs: float
    is_dialogue: bool
    release_db_per_s: float = RELEASE_DB_PER_S
    lacking_lu: float = 0.0


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
    found = Gain(gain, wanted.ceiling_dbtp, before, spoken is not None)
    if loudness(again(), rate_hz).true_peak_dbtp + gain <= wanted.ceiling_dbtp:
        return found

    def lacking(tried: Gain) -> float:
        return wanted.loudness_lufs - measured(level(again(), rate_hz, tried))

    for release in _RELEASES:
        found = _searched(replace(found, release_db_per_s=release), gain, lacking)
        if abs(found.lacking_lu) <= CLOSE_LU:
            break
    return found


def level(pieces: Iterable[Samples], rate_hz: int, gain: Gain) -> Iterator[Samples]:
    """Bring sound to its target; as many samples come out as go in.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    gain : Gain
        As `find_gain` found it.
    """
    return limit(
        pieces,
        rate_hz,
        gain_db=gain.gain_db,
        ceiling_dbtp=gain.ceiling_dbtp,
        release_db_per_s=gain.release_db_per_s,
    )


def _searched(begin: Gain, unlimited_db: float, lacking: Callable[[Gain], float]) -> Gain:
    """Return the gain at which least is lacking with one limiter; each step goes by what the one before brought."""
    best = replace(begin, lacking_lu=lacking(begin))
    last, brings = best, 0.8
    for _ in range(_PASSES - 1):
        if abs(best.lacking_lu) <= _AIM_LU or brings < _FLAT:
            break
        gain = min(last.gain_db + last.lacking_lu / brings, unlimited_db + _MOST_LIMITED_DB)
        if gain == last.gain_db:
            break
        tried = replace(begin, gain_db=gain)
        tried = replace(tried, lacking_lu=lacking(tried))
        brings = (last.lacking_lu - tried.lacking_lu) / (gain - last.gain_db)
        best, last = min(best, tried, key=lambda each: abs(each.lacking_lu)), tried
    return best
