"""Clock: from a container's time stamps to media time, exactly.

Media time is the container's own time line (an edit list's zero, a Matroska file's zero); of containers whose clock
starts anywhere (MPEG, ASF, FLV, MP3) it begins with the earliest track.

A rate is constant if every picture's time stamp lies within one tick of its grid, and none is missing; then times are
put on the grid exactly (Matroska rounds to milliseconds). All else is a variable rate, with times as they stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt

from kinoeye.timecode import FLICKS_PER_SECOND, standard_rate


@dataclass(frozen=True)
class Clock:
    """Tells media time.

    Parameters
    ----------
    time_base : Fraction
        Seconds a tick.
    zero : Fraction
        Seconds on the container's clock at media time 0.
    first : int, ticks
        Time stamp of picture 0.
    rate : Fraction
        Pictures a second; None where variable.
    """

    time_base: Fraction
    zero: Fraction = Fraction(0)
    first: int = 0
    rate: Fraction | None = None

    def at(self, pts: int) -> int:
        """Return the media time of a time stamp, in flicks."""
        if self.rate is None:
            return self._plain(pts)
        number = _rounded((pts - self.first) * self._pictures[0], self._pictures[1])
        return self.start + _rounded(number * self._duration[0], self._duration[1])

    @cached_property
    def start(self) -> int:
        """Media time of picture 0, in flicks."""
        return self._plain(self.first)

    def _plain(self, pts: int) -> int:
        slope, offset, denominator = self._line
        return _rounded(pts * slope - offset, denominator)

    @cached_property
    def _line(self) -> tuple[int, int, int]:
        tick, zero = self.time_base * FLICKS_PER_SECOND, self.zero * FLICKS_PER_SECOND
        denominator = tick.denominator * zero.denominator
        return tick.numerator * zero.denominator, zero.numerator * tick.denominator, denominator

    @cached_property
    def _pictures(self) -> tuple[int, int]:
        assert self.rate is not None
        return (self.time_base * self.rate).as_integer_ratio()

    @cached_property
    def _duration(self) -> tuple[int, int]:
        assert self.rate is not None
        return (FLICKS_PER_SECOND / self.rate).as_integer_ratio()


def constant_rate(
    pts: npt.NDArray[np.int64], time_base: Fraction, stated: Iterable[Fraction | None]
) -> Fraction | None:
    """Return the rate on whose grid every time stamp lies within one tick; None if there is none.

    Parameters
    ----------
    pts : int64 [n], ticks, in running order
    stated : iterable of Fraction
        Rates to try first, as the container states them.
    """
    if len(pts) < 2:
        return next((standard_rate(rate) for rate in stated if rate), None)
    span = int(pts[-1] - pts[0])
    measured = Fraction(len(pts) - 1, span) / time_base if span > 0 else None
    for rate in (*stated, measured):
        if rate:
            rate = standard_rate(rate)
            if _is_on_grid(pts, time_base, rate):
                return rate
    return None


def _is_on_grid(pts: npt.NDArray[np.int64], time_base: Fraction, rate: Fraction) -> bool:
    # Whole numbers throughout: a float has too few digits for hours of 90 kHz ticks.
    ticks = 1 / (rate * time_base)
    numbers = np.arange(len(pts), dtype=np.int64)
    if ticks.numerator * len(pts) >= 1 << 62:
        return False
    off = (pts - pts[0]) * ticks.denominator - numbers * ticks.numerator
    # Where a tick is a picture long, a tick off is a picture missing.
    allowed = ticks.denominator if ticks > 2 else 0
    return bool(np.abs(off).max() <= allowed)


def _rounded(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)
