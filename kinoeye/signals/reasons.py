"""Reasons: what may be a reason to leave a film, second by second, read off its content: one feature a reason.

Each is 0 to 1 in every second: how far it holds, over the seconds in which a viewer who minds would reach the remote
control (`REACTION_S`). What is usual differs from film to film, so loudness and pace are held against the film's own.
A feature that never holds in a film, or always does, says nothing there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.signals.content import Content, Flags, Floats, for_a_while, lasting, since, trailing

REACTION_S = 3
LEAST_S = 5  # that it must hold in a film, or not hold, to say anything
_MOST_PEOPLE = 12
_FEELINGS = ("sad", "happy", "angry", "fearful")
_MEASURES = {"sad": "sadness", "happy": "happiness", "angry": "anger", "fearful": "fear"}


@dataclass(frozen=True)
class Held:
    """Reasons of a film.

    Parameters
    ----------
    names : tuple of str
        A kind, and behind a colon whose or which: ``person:JUNE``, ``sound:scream``.
    features : float64 [seconds, names], 0..1
    """

    names: tuple[str, ...]
    features: Floats


def reasons(content: Content) -> dict[str, Flags]:
    """Return in which seconds each reason holds: bool [seconds], by name."""
    rolling = _above(_measure(content, "credits"), 0.5)
    found = {kind: holds(content) & ~rolling for kind, holds in _KINDS.items()}
    found["credits"] = rolling
    seen = sorted(content.people.items(), key=lambda each: (-int(each[1].sum()), each[0]))[:_MOST_PEOPLE]
    found |= {f"person:{name}": for_a_while(flags, 1) for name, flags in seen}
    found |= {f"sound:{kind}": for_a_while(flags, 2) for kind, flags in sorted(content.sounds.items())}
    found |= {f"mood:{mood}": flags & ~rolling for mood, flags in sorted(content.moods.items())}
    return found


def features(films: Mapping[str, Content]) -> dict[str, Held]:
    """Return the features of some films, the same for all, in the same order.

    One that nowhere says anything is left out, and so is the second of two that are the same everywhere.

    Parameters
    ----------
    films : mapping of any name to Content
    """
    held = {film: reasons(content) for film, content in films.items()}
    names = list(dict.fromkeys(name for each in held.values() for name in each))
    kept: dict[str, npt.NDArray[np.float64]] = {}
    for name in names:
        column = np.concatenate([
            each.get(name, np.zeros(films[film].seconds, bool)).astype(np.float64) for film, each in held.items()
        ])  # fmt: skip
        says = any(_says(each[name]) for each in held.values() if name in each)
        if says and not any(np.array_equal(column, other) for other in kept.values()):
            kept[name] = column
    told, row = {}, 0
    for film, content in films.items():
        columns = [_reached(column[row : row + content.seconds]) for column in kept.values()]
        told[film] = Held(tuple(kept), np.stack(columns, axis=1) if columns else np.zeros((content.seconds, 0)))
        row += content.seconds
    return told


def pieces(column: Floats) -> int:
    """Return how often a feature begins to hold: how many independent pieces it has."""
    flags = column > 0.5 * max(1e-12, float(column.max(initial=0)))
    return int((np.diff(np.concatenate([[False], flags]).astype(np.int8)) == 1).sum())


def _says(flags: Flags) -> bool:
    held = int(flags.sum())
    return held >= LEAST_S and len(flags) - held >= LEAST_S


def _reached(column: Floats) -> Floats:
    """Return a feature over the seconds in which who minds leaves."""
    weights = np.exp(-np.arange(3 * REACTION_S) / REACTION_S)
    return np.convolve(column, weights / weights.sum())[: len(column)]


def _measure(content: Content, name: str) -> Floats:
    return content.measures.get(name, np.full(content.seconds, np.nan))


def _above(values: Floats, bound: float) -> Flags:
    return np.asarray(np.nan_to_num(values, nan=-np.inf) > bound, np.bool_)


def _below(values: Floats, bound: float) -> Flags:
    return np.asarray(np.nan_to_num(values, nan=np.inf) < bound, np.bool_)


def _usual(values: Floats) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")


def _cuts_a_minute(content: Content) -> Floats:
    return 60 * trailing(_measure(content, "cuts"), 60)


def _slow(content: Content) -> Flags:
    """Return where few cuts are made: less than half of what is usual in the film, and at most eight a minute."""
    cuts = _cuts_a_minute(content)
    return _below(cuts, min(8.0, 0.5 * _usual(cuts))) & (np.arange(content.seconds) >= 30)


def _fast(content: Content) -> Flags:
    cuts = _cuts_a_minute(content)
    return _above(cuts, max(15.0, 1.6 * _usual(cuts)))


def _wordless(content: Content, seconds: int) -> Flags:
    speech = _measure(content, "speech")
    return np.asarray((since(_above(speech, 0.05)) > seconds) & np.isfinite(speech), np.bool_)


def _burst(content: Content) -> Flags:
    """Return where it has just become much louder than in the ten seconds before, and than is usual."""
    loud = _measure(content, "loudness")
    if len(loud) < 3:
        return np.zeros(len(loud), bool)
    before = np.append(np.full(2, np.nan), trailing(loud, 10)[:-2])
    with np.errstate(invalid="ignore"):
        return for_a_while(_above(loud - before, 9.0) & _above(loud, _usual(loud) + 3), 3)


def _left(content: Content) -> Flags:
    """Return where somebody who was on screen for long has just gone from it."""
    gone = np.zeros(content.seconds, bool)
    for seen in content.people.values():
        there = for_a_while(seen, 4)
        was = np.append(0.0, lasting(there)[:-1])
        gone |= for_a_while((was > 20) & ~there, 10)
    return gone


def _much_motion(content: Content) -> Flags:
    """Return where the view travels fast: for itself, and for the film."""
    motion = trailing(_measure(content, "motion"), 3)
    return _above(motion, max(0.1, 3 * _usual(motion)))


def _feeling(name: str) -> Callable[[Content], Flags]:
    return lambda content: for_a_while(_above(_measure(content, name), 0.5), 2)


_KINDS: dict[str, Callable[[Content], Flags]] = {
    "long_shot": lambda content: _above(_measure(content, "shot_so_far"), 10.0),
    "slow_pace": _slow,
    "fast_pace": _fast,
    "no_dialogue": lambda content: _wordless(content, 12),
    "much_dialogue": lambda content: _above(trailing(_measure(content, "words"), 30) * 60, 150.0),
    "loud_burst": _burst,
    "loud": lambda content: _above(trailing(_measure(content, "loudness"), 4)
                                   - _usual(trailing(_measure(content, "loudness"), 4)), 6.0),
    "quiet": lambda content: _below(trailing(_measure(content, "loudness"), 4)
                                    - _usual(trailing(_measure(content, "loudness"), 4)), -8.0),
    "person_left": _left,
    "nobody": lambda content: _below(_measure(content, "faces"), 0.5) & (since(_above(
        _measure(content, "faces"), 0.5)) > 5),
    "crowd": lambda content: _above(trailing(_measure(content, "faces"), 3), 2.5),
    **{f"{name}_face": _feeling(_MEASURES[name]) for name in _FEELINGS},
    "music": lambda content: _above(_measure(content, "music"), 0.5),
    "music_alone": lambda content: _above(_measure(content, "music"), 0.5) & _wordless(content, 5),
    "dark": lambda content: _below(trailing(_measure(content, "brightness"), 3), 0.15),
    "bright": lambda content: _above(trailing(_measure(content, "brightness"), 3), 0.65),
    "much_motion": _much_motion,
    "text": lambda content: for_a_while(_above(_measure(content, "text"), 0.3), 2),
}  # fmt: skip
