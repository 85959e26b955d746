"""Clocks: how the clock of one recording runs beside that of another, from the marks of both.

Two recorders begin at two moments and their quartz crystals run apart by some parts in a million, so that the lag of
one behind the other is a line. It is found among candidates by consensus, then measured window by window to a part of a
mark and fitted by weighted least squares with outliers left out. A drift that is not seen is taken to be small.

Source: Fischler & Bolles, "Random sample consensus", CACM 24(6), 1981; Huber, "Robust estimation of a location
parameter", Ann. Math. Stat. 35(1), 1964; marks as kinoeye.signals.marks.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.signals.lags import LEAST_Z, Hits, centred
from kinoeye.signals.marks import NOTHING, Words, unpacked

NEAR = 6.0  # marks: 30 ms, as far as a candidate may lie from its line; windows smear by the drift within them
EXACT = 2.0  # marks: 10 ms, as far as a measured window may
_SURE_Z = 4.0  # of a measured window: a lag that stands out so among eighty is right
_LONE_Z = 6.0  # of a candidate that no other confirms
_SEEN = 200  # candidates that are looked at, best first
_ANCHORS = 40
_REACH = 40  # marks on each side in which a window is measured
_BESIDE = 8  # marks about a peak that are no noise
_LONGEST, _SHORTEST = 2000, 400  # marks of a window
_MOST_WINDOWS = 300
_LEAST_HEARD = 0.2
_USUAL = 100e-6  # standard deviation of what crystals run apart
_LEAST_SPREAD = 0.1  # marks: half a millisecond, what a window can be measured to

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """A clock beside another: the moment `t` of the one is `t + lag + drift (t - at)` of the other, in marks."""

    at: float
    lag: float
    drift: float

    def lags(self, times: Floats) -> Floats:
        """Return the lag at some times."""
        return self.lag + self.drift * (times - self.at)

    def overlap(self, count: int, others: int) -> tuple[float, float]:
        """Return from where to where in the one both are heard."""
        begin = (-self.lag + self.drift * self.at) / (1 + self.drift)
        end = (others - self.lag + self.drift * self.at) / (1 + self.drift)
        return max(0.0, begin), min(float(count), end)


@dataclass(frozen=True)
class Measured:
    """Windows, measured beside a line.

    Parameters
    ----------
    at : float64 [n], marks
        Their middles.
    lag : float64 [n], marks
    z : float64 [n]
        By how much that lag stands out from those around it.
    length : int, marks
        Of a window.
    """

    at: Floats
    lag: Floats
    z: Floats
    length: int


@dataclass(frozen=True)
class Fit:
    """A line through measured windows.

    Parameters
    ----------
    line : Line
    error : float, marks
        Standard error of the lag at the worse end of the overlap.
    windows : Measured
    is_on : bool [n]
        Which windows lie on it.
    """

    line: Line
    error: float
    windows: Measured
    is_on: npt.NDArray[np.bool_]


def fitted(one: Words, other: Words, hits: Hits, most_drift: float) -> Fit | None:
    """Return the line on which most candidates lie, measured; None if none is confirmed.

    Parameters
    ----------
    one, other : uint16 [n], marks
    hits : Hits
    most_drift : float
        By how much clocks may run apart: 0.001 is a picture in a thousand.
    """
    line = consensus(hits.at.astype(float), hits.lag.astype(float), hits.z.astype(float), most_drift, NEAR)
    found: Fit | None = None
    for _ in range(2):
        if line is None:
            return None
        windows = measured(one, other, line)
        found = _through(windows, line, most_drift, len(one), len(other))
        line = found.line if found is not None else None
    return found


def consensus(at: Floats, lag: Floats, z: Floats, most_drift: float, near: float) -> Line | None:
    """Return the line near which the most stands, each by how far it stands out; None if it is one weak window."""
    order = np.argsort(-z, kind="stable")[:_SEEN]
    at, lag, z = at[order], lag[order], z[order]
    weight = np.minimum(z, 15.0)
    best, chosen = 0.0, None
    for anchor in range(min(_ANCHORS, len(at))):
        apart = at - at[anchor]
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = np.where(apart == 0, 0.0, (lag - lag[anchor]) / apart)
        slopes = np.unique(np.append(slopes[np.abs(slopes) <= most_drift], 0.0))
        off = np.abs(lag - lag[anchor] - slopes[:, None] * apart)
        totals = ((off <= near) * (weight * (1 - off / (2 * near)))).sum(1)
        if totals.max() > best:
            best, chosen = float(totals.max()), (anchor, float(slopes[totals.argmax()]))
    if chosen is None:
        return None
    anchor, slope = chosen
    line = Line(float(at[anchor]), float(lag[anchor]), slope)
    is_on = np.abs(lag - line.lags(at)) <= near
    return line if is_on.sum() > 1 or z[is_on].max() >= _LONE_Z else None


def measured(one: Words, other: Words, line: Line) -> Measured:
    """Return the lags of windows along the whole overlap, to a part of a mark."""
    begin, end = line.overlap(len(one), len(other))
    length = int(np.clip((end - begin) / 6, _SHORTEST, _LONGEST))
    count = max(1, min(_MOST_WINDOWS, int((end - begin) // length)))
    rows = []
    for first in np.linspace(begin, max(begin, end - length), count).astype(int):
        if first + length > len(one):
            continue
        mine, theirs = one[first : first + length], taken(other, first - _REACH, length + 2 * _REACH, line)
        if min((mine != NOTHING).mean(), (theirs != NOTHING).mean()) >= _LEAST_HEARD:
            rows.append((first + length / 2, *_peak(mine, theirs)))
    at, shift, z = np.array(rows, float).reshape(-1, 3).T
    return Measured(at, line.lags(at) + shift, z, length)


def taken(words: Words, first: int, count: int, line: Line) -> Words:
    """Return the other recording's marks along a line, one for each of the one's, NOTHING where it has none."""
    times = np.arange(first, first + count)
    places = np.rint(times + line.lags(times.astype(float))).astype(np.int64)
    is_there = (places >= 0) & (places < len(words))
    out = np.full(count, NOTHING, np.uint16)
    out[is_there] = words[places[is_there]]
    return out


def _peak(mine: Words, theirs: Words) -> tuple[float, float]:
    """Return by how many marks the other lies beside the line, and how far that stands out."""
    left, right = (centred(unpacked(each).astype(np.float32), each != NOTHING) for each in (mine, theirs))
    size = 1 << int(len(theirs) - 1).bit_length()
    product = (np.conj(np.fft.rfft(left, size, axis=0)) * np.fft.rfft(right, size, axis=0)).sum(1)
    curve = np.fft.irfft(product, size)[: 2 * _REACH + 1]
    top = int(curve.argmax())
    noise = np.delete(curve, np.arange(max(0, top - _BESIDE), min(len(curve), top + _BESIDE + 1)))
    spread = float(noise.std()) + 1e-9
    shift = 0.0
    if 0 < top < len(curve) - 1:
        before, middle, after = curve[top - 1 : top + 2]
        shift = 0.5 * float(before - after) / min(float(before - 2 * middle + after), -1e-9)
    return top + shift - _REACH, float(curve[top] - noise.mean()) / spread


def _through(windows: Measured, line: Line, most_drift: float, count: int, others: int) -> Fit | None:
    """Return the line through the windows that agree."""
    sure = windows.z >= _SURE_Z
    if not sure.any():
        return None
    # The line that is measured beside takes rounding with it: what is left is fitted, and added.
    first = consensus(windows.at[sure], windows.lag[sure], windows.z[sure], most_drift, EXACT)
    if first is None and windows.z.max() < LEAST_Z:
        return None
    first = first or line
    at, lag = windows.at, windows.lag
    weight = np.where(sure, np.minimum(windows.z, 20.0) ** 2, 0.0)
    is_on = sure & (np.abs(lag - first.lags(at)) <= EXACT)
    for _ in range(8):
        if not is_on.any():
            return None
        first, spread = _least_squares(at[is_on], lag[is_on], weight[is_on])
        again = sure & (np.abs(lag - first.lags(at)) <= max(EXACT, 3 * spread))
        if (again == is_on).all():
            break
        is_on = again
    if abs(first.drift) > most_drift or not is_on.any():
        return None
    return Fit(first, _error(first, at[is_on], weight[is_on], spread, count, others), windows, is_on)


def _least_squares(at: Floats, lag: Floats, weight: Floats) -> tuple[Line, float]:
    """Return the line, its drift held near 0 as far as the windows say nothing of it, and the spread about it."""
    share = weight / weight.sum()
    middle, height = float(share @ at), float(share @ lag)
    apart, above = at - middle, lag - height
    spread, drift = _LEAST_SPREAD, 0.0
    for _ in range(3):
        ridge = (spread / _USUAL) ** 2 / len(at)
        drift = float(share @ (apart * above)) / (float(share @ apart**2) + ridge)
        bend = above - drift * apart
        # Large residuals count by their size, not by its square.
        pull = share * np.minimum(1.0, 2 * spread / np.maximum(np.abs(bend), 1e-9))
        height += float(pull @ bend) / float(pull.sum())
        above = lag - height
        spread = max(_LEAST_SPREAD, float(1.5 * np.median(np.abs(above - drift * apart))))
    return Line(middle, height, drift), spread


def _error(line: Line, at: Floats, weight: Floats, spread: float, count: int, others: int) -> float:
    share = weight / weight.sum()
    known = 1 / float((share**2).sum())
    variance = float(share @ (at - line.at) ** 2)
    of_drift = spread / np.sqrt(known * variance + (spread / _USUAL) ** 2)
    begin, end = line.overlap(count, others)
    return float(np.hypot(spread / np.sqrt(known), of_drift * max(line.at - begin, end - line.at)))
