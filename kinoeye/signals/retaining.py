"""Retaining: for each second of a title, how many viewers were there, played it, jumped over it, left.

Everything is counted by differences: a stretch adds one at its begin and takes one away at its end, and one running sum
over all seconds of all titles gives the counts, however many stretches there are.

How many stay is the estimate of Kaplan and Meier: at each second, those who left among those who were there. Who comes
in later counts from there on, and who may still be watching when the log ends has not left.

Source: Kaplan & Meier, JASA 53, 1958; Greenwood's variance on the log-minus-log scale (Kalbfleisch & Prentice, 2002);
Wilson, JASA 22, 1927.
"""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kinoeye.signals.viewing_events import NOT_THERE, ViewingEvents
from kinoeye.signals.viewings import Played, Viewings
from kinoeye.timecode import FLICKS_PER_SECOND

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

Z95 = 1.959963984540054  # of the normal distribution, for 95 %
_MANY = 400.0  # variance above which a binomial is as good as normal
COUNTS = ("there", "watched", "replayed", "skipped", "left", "finished")


@dataclass
class Seconds:
    """Counts for every second of every title, while they are collected.

    Parameters
    ----------
    first : int64 [titles + 1]
        Where each title's seconds begin among all.
    length : float64 [titles]
        Seconds, as far as they are known; 0 if not.
    """

    first: Whole
    length: Floats
    _steps: dict[str, Whole] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = int(self.first[-1]) + 1
        self._steps = {name: np.zeros(count, np.int64) for name in COUNTS}

    def count(self, name: str, title: Whole, begin: Whole, end: Whole, sign: int = 1) -> None:
        """Count stretches [begin, end) of titles, in seconds."""
        size = self.first[title + 1] - self.first[title]
        begin, end = np.minimum(begin, size), np.minimum(end, size)
        keep = end > begin
        at = self.first[title[keep]]
        steps = self._steps[name]
        np.add.at(steps, at + begin[keep], sign)
        np.add.at(steps, at + end[keep], -sign)

    def counted(self) -> dict[str, Whole]:
        """Return the counts, int64 [seconds of all titles]."""
        return {name: np.cumsum(steps)[:-1] for name, steps in self._steps.items()}


def sizes(events: ViewingEvents, length: Whole, most: int) -> Whole:
    """Return how many seconds of each title are counted: its length, else as far as anybody has been.

    Parameters
    ----------
    events : ViewingEvents
    length : int64 [titles], flicks
        0 where it is not known.
    most : int, seconds
    """
    reached = np.zeros(len(events.titles), np.int64)
    placed = np.flatnonzero((events.position >= 0) & (events.title >= 0))
    np.maximum.at(reached, events.title[placed], events.position[placed] // 1000 + 1)
    known = -(-length // FLICKS_PER_SECOND)
    return np.where(reached > 0, np.minimum(np.where(known > 0, known, reached), most), 0)


def collect(into: Seconds, own: Viewings, stretches: Played, is_open: Mask, finish: float) -> None:
    """Count what some viewers did.

    Parameters
    ----------
    into : Seconds
    own : Viewings
    stretches : Played
        What was played of them.
    is_open : bool [viewers]
        Who may still be watching.
    finish : 0..1
        Share of a title behind which leaving it is finishing it.
    """
    placed = np.flatnonzero(stretches.begin != NOT_THERE)
    who = own.viewer[stretches.event] * len(own.titles) + own.title[stretches.event]
    begin, end = (_seconds(each[placed]) for each in (stretches.begin, stretches.end))
    pairs, group = np.unique(who[placed], return_inverse=True)
    if not len(pairs):
        return
    title = pairs % len(own.titles)
    into.count("replayed", title[group], begin, end)
    _union(into, "watched", title, group, begin, end)
    _union(into, "replayed", title, group, begin, end, sign=-1)
    _union(into, "skipped", title, group, begin, end, sign=-1)
    jumped = np.flatnonzero(stretches.skipped_from != NOT_THERE)
    place = np.searchsorted(pairs, who[jumped]).clip(max=len(pairs) - 1)
    jumped, place = jumped[pairs[place] == who[jumped]], place[pairs[place] == who[jumped]]
    over = [_seconds(each[jumped]) for each in (stretches.skipped_from, stretches.skipped_to)]
    whole = [np.concatenate(each) for each in zip((group, begin, end), (place, *over), strict=True)]
    _union(into, "skipped", title, whole[0], whole[1], whole[2])
    came, went = np.full(len(pairs), np.iinfo(np.int64).max), np.zeros(len(pairs), np.int64)
    np.minimum.at(came, group, begin)
    np.maximum.at(went, group, end)
    went = np.maximum(went, came + 1)  # who left within the first half second was there in it
    into.count("there", title, came, went)
    size = into.first[title + 1] - into.first[title]
    last = np.minimum(went, size) - 1
    done = (into.length[title] > 0) & (went >= finish * into.length[title])
    for name, mask in (("finished", done), ("left", ~done & ~is_open[pairs // len(own.titles)])):
        into.count(name, title[mask], last[mask], last[mask] + 1)


def wilson(part: Whole, n: Whole) -> tuple[Floats, Floats]:
    """Return the 95 % intervals of shares; NaN where there is nothing to take a share of."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = part / n
        over = 1 + Z95**2 / n
        middle = (share + Z95**2 / (2 * n)) / over
        reach = Z95 * np.sqrt(share * (1 - share) / n + Z95**2 / (4.0 * n * n)) / over
    return np.maximum(0, middle - reach), np.minimum(1, middle + reach)


def chance_of_more(part: int, n: int, usual: float) -> float:
    """Return how likely it is that of `n` at least `part` do what each does with the chance `usual` (binomial).

    Examples
    --------
    >>> round(chance_of_more(2, 10, 0.025), 4), round(chance_of_more(60, 100, 0.5), 4)
    (0.0246, 0.0284)
    """
    if part <= 0 or usual >= 1:
        return 1.0
    if usual <= 0:
        return 0.0
    if n * usual * (1 - usual) > _MANY:
        spread = math.sqrt(n * usual * (1 - usual))
        return 0.5 * math.erfc((part - 0.5 - n * usual) / spread / math.sqrt(2))
    each = n * math.log1p(-usual)
    below, odds = 0.0, math.log(usual) - math.log1p(-usual)
    for count in range(part):
        below += math.exp(each)
        each += math.log((n - count) / (count + 1)) + odds
    return max(0.0, 1.0 - below)


def staying(left: Whole, there: Whole) -> tuple[Floats, Floats, Floats]:
    """Return the share that has not left at the end of each second of one title, with its 95 % interval."""
    hazard = left / np.maximum(1, there)
    stays = np.cumprod(1 - hazard)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(np.where(there > left, left / (there * np.maximum(1, there - left)), 0.0))
        spread = Z95 * np.sqrt(variance) / np.log(stays)
        low, high = stays ** np.exp(-spread), stays ** np.exp(spread)
    is_sure = (stays >= 1) | (stays <= 0)
    own = np.asarray(stays, np.float64)
    return own, np.asarray(np.where(is_sure, own, low)), np.asarray(np.where(is_sure, own, high))


def _seconds(flicks: Whole) -> Whole:
    """Return to which second a moment is nearest, so that what follows on is not counted twice."""
    return (flicks + FLICKS_PER_SECOND // 2) // FLICKS_PER_SECOND


def _union(into: Seconds, name: str, title: Whole, group: Whole, begin: Whole, end: Whole, sign: int = 1) -> None:
    """Count each second of each group once, however many of its stretches hold it."""
    order = np.lexsort((begin, group))
    group, begin, end = group[order], begin[order], end[order]
    stride = int(end.max(initial=0)) + 1
    furthest = np.maximum.accumulate(group * stride + end)
    before = np.concatenate([[0], furthest[:-1]]) - group * stride
    into.count(name, title[group], np.maximum(begin, before), end, sign)
