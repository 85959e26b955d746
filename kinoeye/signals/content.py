"""Content: what is seen and heard in each second of a film, as arrays: what reasons to leave are looked for in.

A measure that is not known is NaN, for a second or for the whole film; a film of which nothing is known has no
measures. All arrays of a film have one entry a second, from its first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# What is measured in each second; the meaning and unit of each stands in the table `content_seconds`.
MEASURES = (
    "shot_so_far", "cuts", "words", "speech", "faces", "sadness", "happiness", "anger", "fear", "loudness", "music",
    "brightness", "motion", "text", "credits",
)  # fmt: skip


@dataclass(frozen=True)
class Content:
    """What is seen and heard in each second of a film.

    Parameters
    ----------
    seconds : int
    measures : mapping of name to float64 [seconds]
        Of `MEASURES`; NaN where it is not known.
    people : mapping of name to bool [seconds]
        Who is on screen.
    sounds : mapping of kind to bool [seconds]
        Which sounds are heard.
    moods : mapping of mood to bool [seconds]
        How shots are likely to feel.
    """

    seconds: int
    measures: Mapping[str, Floats]
    people: Mapping[str, Flags] = field(default_factory=dict)
    sounds: Mapping[str, Flags] = field(default_factory=dict)
    moods: Mapping[str, Flags] = field(default_factory=dict)


def trailing(values: Floats, seconds: int) -> Floats:
    """Return the mean of each second and those before it, NaN left out; NaN where none is known.

    >>> trailing(np.array([0.0, 3.0, np.nan, 3.0]), 2).tolist()
    [0.0, 1.5, 3.0, 3.0]
    """
    known = ~np.isnan(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(known)])
    end = np.arange(1, len(values) + 1)
    first = np.maximum(0, end - seconds)
    with np.errstate(invalid="ignore"):
        means = (sums[end] - sums[first]) / np.where(counts[end] > counts[first], counts[end] - counts[first], np.nan)
    return np.asarray(means, np.float64)


def since(flags: Flags) -> Floats:
    """Return the seconds since something last was so, 0 where it is; before it ever was, since the beginning.

    >>> since(np.array([False, True, False, False])).tolist()
    [1.0, 0.0, 1.0, 2.0]
    """
    numbers = np.arange(len(flags))
    last = np.maximum.accumulate(np.where(flags, numbers, -1))
    return (numbers - last).astype(np.float64)


def lasting(flags: Flags) -> Floats:
    """Return for how many seconds something has been so, 0 where it is not.

    >>> lasting(np.array([True, True, False, True])).tolist()
    [1.0, 2.0, 0.0, 1.0]
    """
    return since(~flags)


def for_a_while(flags: Flags, seconds: int) -> Flags:
    """Return whether something was so in a second or in one of so many before it.

    >>> for_a_while(np.array([False, True, False, False]), 1).tolist()
    [False, True, True, False]
    """
    if not flags.any():
        return flags.copy()
    return np.asarray((since(flags) <= seconds) & (np.cumsum(flags) > 0), np.bool_)


def content_of(
    rows: Mapping[str, npt.NDArray[np.generic]], lists: Mapping[str, Sequence[Sequence[str] | None]]
) -> Content:
    """Return a film's content from the columns of its rows in `content_seconds`, in order of seconds.

    Parameters
    ----------
    rows : mapping of a measure's name to numbers [seconds]
    lists : mapping of people, sounds and moods to lists of names [seconds]
    """
    seconds = len(next(iter(rows.values()), []))
    measures = {name: np.asarray(values, np.float64) for name, values in rows.items()}
    return Content(seconds, measures, *(_flags(lists.get(name, ()), seconds) for name in ("people", "sounds", "moods")))


def _flags(lists: Sequence[Sequence[str] | None], seconds: int) -> dict[str, Flags]:
    found: dict[str, Flags] = {}
    for second, names in enumerate(lists):
        for name in names or ():
            found.setdefault(name, np.zeros(seconds, bool))[second] = True
    return found
