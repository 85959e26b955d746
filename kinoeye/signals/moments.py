"""Moments: whether two recordings that agree along a line of time heard the same moment.

Agreement alone is no proof. Two takes with the same playback agree wherever the music is alone, and not where somebody
speaks over it; a film agrees with a take only where it was cut from it; a beat agrees with itself a bar later. So it is
asked how much of what is lively in both agrees, whether loud seconds agree as the soft ones do, and whether no other
lag would do as well.

Source: own; marks as kinoeye.signals.marks.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.signals.clocks import Fit, taken
from kinoeye.signals.lags import centred
from kinoeye.signals.marks import MARKS_PER_SECOND, NOTHING, Words, unpacked

LIVELY_DB = 6.0  # above a recording's quiet seconds
_QUIET = 0.2  # of the seconds are quiet
_LOUD = 0.7  # of the seconds are less loud
_AGREES_Z = 3.0
_WITHIN = 2.0  # marks
_FEW_SECONDS = 8  # loud or other ones of which nothing can be said
_ASIDE = 15  # lags, in marks, at which what agrees by chance is measured
_STEP = 17  # marks between them
_AGAIN_WITHIN = 15 * MARKS_PER_SECOND
_AGAIN_BESIDE = MARKS_PER_SECOND // 10
_AGAIN_PARTS = 3
_DIGITAL_DBFS = -100.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Judgement:
    """What speaks for the same moment.

    Parameters
    ----------
    share : 0..1
        Of the lively windows, those that agree.
    z : float
        By how much all of the overlap agrees more than by chance, in standard deviations.
    loud : float
        Agreement of loud seconds as a share of that of the others; 1 where there are too few to say.
    again : 0..1
        The best other lag's agreement, as a share of this one's.
    """

    share: float
    z: float
    loud: float
    again: float


def judged(one: Words, other: Words, levels: tuple[Floats, Floats], fit: Fit) -> Judgement:
    """Return what speaks for two recordings having heard the same moment.

    Parameters
    ----------
    one, other : uint16 [n], marks
    levels : pair of float64 [seconds]
        Level of each second of both, dBFS.
    fit : Fit
    """
    begin, end = (round(time) for time in fit.line.overlap(len(one), len(other)))
    count = end - begin
    mine, theirs = one[begin:end], taken(other, begin, count, fit.line)
    agreement, spread = _agreement(mine, theirs, begin, other, fit)
    is_heard = (mine != NOTHING) & (theirs != NOTHING)
    seconds = np.arange(count // MARKS_PER_SECOND, dtype=np.float64) + begin / MARKS_PER_SECOND
    mine_db = _at(levels[0], seconds)
    theirs_db = _at(levels[1], seconds + fit.line.lags(seconds * MARKS_PER_SECOND) / MARKS_PER_SECOND)
    by_second = _by_second(agreement, is_heard)
    return Judgement(
        share=_share(fit, levels, mine_db, theirs_db, begin),
        z=float(agreement[is_heard].mean() / spread) if is_heard.any() else 0.0,
        loud=_loud(by_second, mine_db, theirs_db),
        again=_again(one, other, fit),
    )


def _agreement(mine: Words, theirs: Words, begin: int, other: Words, fit: Fit) -> tuple[Floats, float]:
    """Return by how much each mark agrees, -1..1, and what the mean of all varies by at wrong lags."""
    left = centred(unpacked(mine).astype(np.float32), mine != NOTHING)
    agreement = (left * centred(unpacked(theirs).astype(np.float32), theirs != NOTHING)).mean(1)
    wrong = []
    for step in range(1, _ASIDE + 1):
        for shift in (-step * _STEP - 20, step * _STEP + 20):
            aside = taken(other, begin + shift, len(mine), fit.line)
            is_heard = (mine != NOTHING) & (aside != NOTHING)
            if is_heard.mean() > 0.5:
                bits = centred(unpacked(aside).astype(np.float32), aside != NOTHING)
                wrong.append(float((left * bits).mean(1)[is_heard].mean()))
        if len(mine) * len(wrong) > 5_000_000:
            break
    spread = float(np.sqrt(np.mean(np.square(wrong)))) if len(wrong) > 4 else 1.0
    return agreement.astype(np.float64), max(spread, 1e-9)


def _share(fit: Fit, levels: tuple[Floats, Floats], mine: Floats, theirs: Floats, begin: int) -> float:
    """Return how many of the windows that are lively in both lie on the line; of all windows where none is."""
    windows = fit.windows
    on_line = np.abs(windows.lag - fit.line.lags(windows.at)) <= _WITHIN
    agrees = on_line & (windows.z >= _AGREES_Z)
    half = windows.length / 2
    low = np.floor((windows.at - half - begin) / MARKS_PER_SECOND).astype(int)
    high = np.ceil((windows.at + half - begin) / MARKS_PER_SECOND).astype(int)
    is_lively = np.ones(len(windows.at), bool)
    for whole, here in zip(levels, (mine, theirs), strict=True):
        least = _quiet(whole) + LIVELY_DB
        tops = [here[max(0, a) : max(1, b)].max(initial=_DIGITAL_DBFS) for a, b in zip(low, high, strict=True)]
        is_lively &= np.array(tops) >= least
    counted = is_lively if is_lively.sum() >= max(2, len(agrees) // 10) else np.ones_like(is_lively)
    return float(agrees[counted].mean()) if counted.any() else 0.0


def _quiet(levels: Floats) -> float:
    heard = levels[levels > _DIGITAL_DBFS]
    return float(np.quantile(heard, _QUIET)) if len(heard) else _DIGITAL_DBFS


def _at(levels: Floats, seconds: Floats) -> Floats:
    places = np.clip(np.floor(seconds + 0.5).astype(int), 0, max(0, len(levels) - 1))
    return levels[places] if len(levels) else np.full(len(seconds), _DIGITAL_DBFS)


def _by_second(agreement: Floats, is_heard: npt.NDArray[np.bool_]) -> Floats:
    """Return the mean agreement of each second, NaN where half of it or more is digital silence."""
    count = len(agreement) // MARKS_PER_SECOND * MARKS_PER_SECOND
    heard = is_heard[:count].reshape(-1, MARKS_PER_SECOND)
    sums = np.where(heard, agreement[:count].reshape(-1, MARKS_PER_SECOND), 0.0).sum(1)
    return np.where(heard.mean(1) > 0.5, sums / np.maximum(heard.sum(1), 1), np.nan)


def _loud(by_second: Floats, mine: Floats, theirs: Floats) -> float:
    """Return how loud seconds agree, the lesser of those that are loud in one and those that are in the other."""
    known = ~np.isnan(by_second)
    found = 1.0
    for levels in (mine, theirs):
        heard = known & (levels > _DIGITAL_DBFS)
        if heard.sum() < 2 * _FEW_SECONDS:
            continue
        is_loud = heard & (levels >= np.quantile(levels[heard], _LOUD))
        is_soft = heard & ~is_loud
        if min(is_loud.sum(), is_soft.sum()) >= _FEW_SECONDS and by_second[is_soft].mean() > 0:
            found = min(found, float(by_second[is_loud].mean() / by_second[is_soft].mean()))
    return found


def _again(one: Words, other: Words, fit: Fit) -> float:
    """Return how well the best other lag near by would do: in the windows that agree best, the median."""
    order = np.argsort(-np.where(fit.is_on, fit.windows.z, -1.0), kind="stable")[:_AGAIN_PARTS]
    found = []
    for at in fit.windows.at[order]:
        first = int(at - fit.windows.length / 2)
        mine = one[first : first + fit.windows.length]
        theirs = taken(other, first - _AGAIN_WITHIN, len(mine) + 2 * _AGAIN_WITHIN, fit.line)
        left, right = (centred(unpacked(each).astype(np.float32), each != NOTHING) for each in (mine, theirs))
        size = 1 << int(len(theirs) - 1).bit_length()
        product = (np.conj(np.fft.rfft(left, size, axis=0)) * np.fft.rfft(right, size, axis=0)).sum(1)
        curve = np.fft.irfft(product, size)[: 2 * _AGAIN_WITHIN + 1]
        top = curve[_AGAIN_WITHIN - 2 : _AGAIN_WITHIN + 3].max()
        curve[_AGAIN_WITHIN - _AGAIN_BESIDE : _AGAIN_WITHIN + _AGAIN_BESIDE + 1] = -np.inf
        found.append(float(curve.max() / top) if top > 0 else 1.0)
    return float(np.clip(np.median(found), 0, 1)) if found else 1.0
