"""Sound effects: the list of treatments of sound, each with its settings and what it finds out before it begins."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np

from kinoeye.errors import UseError
from kinoeye.run.settings import nearest
from kinoeye.signals.blocks import Samples
from kinoeye.signals.metering import loudness
from kinoeye.signals.resampling import resampled
from kinoeye.treatments.sound import declip, dehum, denoise, deroom, duck, level, match, stems


@dataclass(frozen=True)
class Heard:
    """A sound that can be gone through more than once.

    Parameters
    ----------
    again : callable
        Gives its pieces, float32 [n, channels], from their begin.
    rate_hz : int
    """

    again: Callable[[], Iterable[Samples]]
    rate_hz: int


# What is to be done piece by piece, and what was found out for it, as told to the user; of that, `notes` are sentences.
Plan = tuple[Callable[[Iterable[Samples]], Iterator[Samples]], dict[str, Any]]


@dataclass(frozen=True)
class SoundEffect:
    """One effect.

    Parameters
    ----------
    does : str
        What it does, for people.
    settings : mapping
        Names with their defaults.
    plan : callable
        Takes the sound, the other sound or None, and the settings.
    other : str
        What the other sound is; empty if none is needed.
    check : callable
        Takes the settings, and refuses wrong ones before a film is read.
    """

    does: str
    settings: Mapping[str, Any]
    plan: Callable[..., Plan]
    other: str = ""
    check: Callable[..., object] = lambda **_: None


def _denoise(heard: Heard, _: Heard | None, *, strength: float) -> Plan:
    return lambda pieces: denoise.denoise(pieces, heard.rate_hz, strength=strength), {"strength": strength}


def _declip(heard: Heard, _: Heard | None) -> Plan:
    found = declip.find_clipping(heard.again)
    told = {"clipped_share": round(found.share, 6)}
    return lambda pieces: declip.declip(pieces, heard.rate_hz, found), told


def _dehum(heard: Heard, _: Heard | None, *, mains: float) -> Plan:
    found = dehum.find_hum(heard.again(), heard.rate_hz, mains_hz=mains or None)
    return lambda pieces: dehum.dehum(pieces, heard.rate_hz, found), {"hum": asdict(found)}


def _deroom(heard: Heard, _: Heard | None, *, strength: float, seconds: float) -> Plan:
    settings = {"strength": strength, "seconds": seconds}
    return lambda pieces: deroom.deroom(pieces, heard.rate_hz, **settings), settings


def _level(heard: Heard, _: Heard | None, *, target: str) -> Plan:
    found = level.find_gain(heard.again, heard.rate_hz, level.target(target))
    told = {"target": target, **asdict(found)}
    if abs(found.lacking_lu) > level.CLOSE_LU:
        told["notes"] = [
            f"misses its target by {found.lacking_lu:.1f} LU: its dynamics are too great to be louder under "
            f"{found.ceiling_dbtp:g} dBTP; compress it first, or ask for less"
        ]
    return lambda pieces: level.level(pieces, heard.rate_hz, found), told


def _match(heard: Heard, other: Heard | None) -> Plan:
    assert other is not None
    bands = match.bands_of(heard.again(), heard.rate_hz)
    gains = match.matching(bands, match.bands_of(other.again(), other.rate_hz))
    told = {"most_db": round(float(np.abs(gains).max(initial=0)), 2)}
    # A timbre is asked for, not a loudness: what the gains would do to that is taken back.
    was = loudness(heard.again(), heard.rate_hz).integrated_lufs
    gains = gains + (was - loudness(match.match(heard.again(), heard.rate_hz, gains), heard.rate_hz).integrated_lufs)
    return lambda pieces: match.match(pieces, heard.rate_hz, gains), told


def _duck(heard: Heard, other: Heard | None, *, depth: float) -> Plan:
    assert other is not None
    gains = duck.ducking(resampled(other.again(), other.rate_hz, heard.rate_hz), heard.rate_hz, depth_db=depth)
    told = {"depth_db": depth, "turned_down_share": round(float((gains < -depth / 2).mean()), 4) if len(gains) else 0.0}
    return lambda pieces: duck.duck(pieces, heard.rate_hz, gains), told


def _stem(name: str) -> Callable[..., Plan]:
    def plan(heard: Heard, _: Heard | None) -> Plan:
        found = stems.find(heard.again, heard.rate_hz)
        told = {each: round(float(np.diff(getattr(found, each)).sum()), 2) for each in ("speech", "music")}
        return lambda pieces: stems.stem(pieces, heard.rate_hz, found, name), {"seconds_of": told}

    return plan


def _target(*, target: str) -> None:
    level.target(target)


_RATE_HZ = 48_000  # at which settings are tried; none of their ranges depends on it

SOUND_EFFECTS: dict[str, SoundEffect] = {
    "denoise": SoundEffect("take noise away from speech", {"strength": 1.0}, _denoise,
                           check=partial(denoise.denoise, [], _RATE_HZ)),
    "declip": SoundEffect("draw peaks again that a recorder cut off", {}, _declip),
    "dehum": SoundEffect("take the mains' hum out", {"mains": 0.0}, _dehum,
                         check=lambda mains: dehum.find_hum([], _RATE_HZ, mains_hz=mains or None)),
    "deroom": SoundEffect("turn the echo of a room down, lightly", {"strength": 1.0, "seconds": 0.6}, _deroom,
                          check=partial(deroom.deroom, [], _RATE_HZ)),
    "level": SoundEffect("bring loudness to a delivery's target, under its true peak", {"target": "r128"}, _level,
                         check=_target),
    "match": SoundEffect("give a sound the timbre of another", {}, _match, "the sound whose timbre is wanted"),
    "duck": SoundEffect("turn music down while a voice speaks", {"depth": 12.0}, _duck, "the voice",
                        check=lambda depth: duck.ducking([], _RATE_HZ, depth_db=depth)),
    **{f"stem-{each}": SoundEffect(f"part the {each} from the rest", {}, _stem(each)) for each in stems.STEMS},
}  # fmt: skip


def chosen(name: str, given: Mapping[str, Any], has_other: bool) -> tuple[SoundEffect, dict[str, Any]]:
    """Return an effect and all its settings.

    Raises
    ------
    UseError
        If there is no such effect or setting, or the other sound is missing or too much.
    SettingError
        If a setting is outside its range.
    """
    if name not in SOUND_EFFECTS:
        raise UseError(f"effect: must be one of {', '.join(SOUND_EFFECTS)}, got {name!r}")
    effect = SOUND_EFFECTS[name]
    for each in given:
        if each not in effect.settings:
            raise UseError(f"{name}: settings must be of {', '.join(effect.settings) or 'none'}, got {each}",
                           remedy=nearest(each, effect.settings))  # fmt: skip
    if bool(effect.other) != has_other:
        needed = f"{effect.other} must be said with --against PATH, got nothing" if effect.other else (
            "must be without another sound, got --against")  # fmt: skip
        raise UseError(f"{name}: {needed}")
    complete = {**effect.settings, **given}
    effect.check(**complete)
    return effect, complete
