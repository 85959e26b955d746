"""Matches: the stretches over which two recordings heard the same moments, or none where that is not sure.

A recorder that drops samples goes on at another lag: then each stretch is a match of its own. All that is found is
taken back if it covers too little of what both could have heard together, as where a film was cut from a take.

Source: own; kinoeye.signals.clocks and kinoeye.signals.moments.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kinoeye.signals.clocks import Fit, Line, fitted, taken
from kinoeye.signals.lags import Hits
from kinoeye.signals.marks import MARKS_PER_SECOND, Words, unpacked
from kinoeye.signals.moments import Judgement, judged

LEAST_Z = 9.0  # of a whole overlap; tones reached 6, a playback's beginning 8, the weakest true one 11
MOST_AGAIN = 0.75
LEAST_LOUD = 0.6
_LEAST_WINDOWS = 2
_FEW, _MANY_SECONDS = 3, 10  # windows that an overlap of so many seconds has at least: one line said alike has two
_PARTS = 4  # stretches on each side of the first, at most
_LEAST_STRETCH = 10 * MARKS_PER_SECOND
_FOR_CODED = (6.0, 0.9)  # z and again where the time code says the same

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Recording:
    """What is known of a recording's sound.

    Parameters
    ----------
    words : uint16 [n], marks
    levels : float64 [seconds], dBFS
    """

    words: Words
    levels: Floats

    def part(self, first: int, end: int) -> "Recording":
        """Return a part, from a whole second on."""
        return Recording(self.words[first:end], self.levels[first // MARKS_PER_SECOND : -(-end // MARKS_PER_SECOND)])


@dataclass(frozen=True)
class Match:
    """A stretch.

    Parameters
    ----------
    line : Line
        In marks of both whole recordings.
    start, end : float, marks
        In the one.
    error : float, marks
        Standard error of the lag at its worse end.
    judgement : Judgement
    windows : int
        That agree.
    """

    line: Line
    start: float
    end: float
    error: float
    judgement: Judgement
    windows: int


def matches(
    one: Recording, other: Recording, hits: Hits, *, most_drift: float, least_share: float, coded: float | None = None
) -> list[Match]:
    """Return the stretches over which two recordings heard the same moments, in running order.

    Parameters
    ----------
    one, other : Recording
    hits : Hits
        Candidates.
    most_drift : float
    least_share : 0..1
        Of what is lively in both must agree.
    coded : float or None, marks
        The lag that both files' time codes say; what is found within a second of it needs less proof.
    """
    found = sorted(_found(one, other, hits, most_drift, coded, 0), key=lambda match: match.start)
    kept: list[Match] = []
    for match in found:
        goes_on = not kept or match.start + match.line.lags(np.array([match.start]))[0] >= kept[-1].end + _lag(kept[-1])
        if match.judgement.share >= least_share and goes_on:
            kept.append(match)
    if not kept:
        return []
    kept = _parted(one.words, other.words, kept)
    begin, _ = kept[0].line.overlap(len(one.words), len(other.words))
    _, end = kept[-1].line.overlap(len(one.words), len(other.words))
    covered = sum(match.end - match.start for match in kept)
    return kept if covered >= least_share * (end - begin) else []


def _parted(one: Words, other: Words, kept: list[Match]) -> list[Match]:
    """Return stretches that meet where the one's lag gives way to the next one's, told to a part of a second."""
    kept = list(kept)
    for number, (before, after) in enumerate(pairwise(kept)):
        low, high = round(before.end) - _LEAST_STRETCH, round(after.start) + _LEAST_STRETCH
        low, high = max(low, round(before.start), 0), min(high, round(after.end), len(one))
        if after.start - before.end > _LEAST_STRETCH or high <= low:
            continue
        mine = unpacked(one[low:high]).astype(np.int32)
        here, next_ = ((mine * unpacked(taken(other, low, high - low, match.line))).sum(1) for match in (before, after))
        gain = np.cumsum(np.append(0, here)) - np.cumsum(np.append(0, next_))
        edge = float(low + int(gain.argmax()))
        kept[number], kept[number + 1] = replace(before, end=edge), replace(after, start=edge)
    return kept


def _lag(match: Match) -> float:
    return float(match.line.lags(np.array([match.end]))[0]) - _LEAST_STRETCH  # windows reach over the edge


def _found(
    one: Recording, other: Recording, hits: Hits, most_drift: float, coded: float | None, depth: int
) -> Iterator[Match]:
    """Go through the stretch that most speaks for, and those before and behind it."""
    fit = fitted(one.words, other.words, hits, most_drift)
    if fit is None or fit.is_on.sum() < _LEAST_WINDOWS:
        return
    begin, end = fit.line.overlap(len(one.words), len(other.words))
    first, last = _hull(fit)
    inside = (hits.at >= first) & (hits.at <= last)
    is_broken = (first - begin > _LEAST_STRETCH or end - last > _LEAST_STRETCH) and not inside.all()
    if not is_broken:
        first, last = begin, end
    match = _match(one, other, fit, first, last)
    is_thin = match.windows < _FEW and last - first >= _MANY_SECONDS * MARKS_PER_SECOND
    if not is_thin and _speaks(match.judgement, match.line, coded):
        yield match
    if is_broken and depth < _PARTS:
        for low, high in ((begin, first), (last, end)):
            is_there = (hits.at >= low) & (hits.at <= high)
            if high - low > _LEAST_STRETCH and is_there.any():
                edge = round(low) // MARKS_PER_SECOND * MARKS_PER_SECOND
                part = one.part(edge, round(high))
                some = Hits(hits.at[is_there] - edge, hits.lag[is_there] + edge, hits.z[is_there])
                shifted = coded + edge if coded is not None else None
                for each in _found(part, other, some, most_drift, shifted, depth + 1):
                    line = Line(each.line.at + edge, each.line.lag - edge, each.line.drift)
                    yield replace(each, line=line, start=each.start + edge, end=each.end + edge)


def _hull(fit: Fit) -> tuple[float, float]:
    """Return from where to where windows lie on the line, single ones far from the others left out."""
    at, half = fit.windows.at, fit.windows.length / 2
    on = np.where(fit.is_on, 1.0, -1.0)
    best, here, first, chosen = -np.inf, 0.0, 0, (0, len(at) - 1)
    for number, value in enumerate(on):  # the stretch with most for it, less what is against it
        if here <= 0:
            here, first = 0.0, number
        here += value
        if here > best:
            best, chosen = here, (first, number)
    return float(at[chosen[0]] - half), float(at[chosen[1]] + half)


def _match(one: Recording, other: Recording, fit: Fit, first: float, last: float) -> Match:
    edge = int(first) // MARKS_PER_SECOND * MARKS_PER_SECOND
    end = min(len(one.words), round(last))
    part = one.part(edge, end)
    is_in = (fit.windows.at >= first) & (fit.windows.at <= last)
    line = Line(fit.line.at - edge, fit.line.lag + edge, fit.line.drift)
    windows = replace(
        fit.windows, at=fit.windows.at[is_in] - edge, lag=fit.windows.lag[is_in] + edge, z=fit.windows.z[is_in]
    )
    here = Fit(line, fit.error, windows, fit.is_on[is_in])
    judgement = judged(part.words, other.words, (part.levels, other.levels), here)
    return Match(fit.line, first, float(end), fit.error, judgement, int(here.is_on.sum()))


def _speaks(judgement: Judgement, line: Line, coded: float | None) -> bool:
    is_coded = coded is not None and abs(line.lag - coded) <= MARKS_PER_SECOND
    least_z, most_again = _FOR_CODED if is_coded else (LEAST_Z, MOST_AGAIN)
    return judgement.z >= least_z and judgement.again <= most_again and judgement.loud >= LEAST_LOUD
