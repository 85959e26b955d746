"""Time at the borders: flicks, rates, frame numbers and SMPTE time code.

Inside Kinoeye all time is int64 flicks (1/705,600,000 s); one picture at 24, 25, 30, 48, 50, 60, 90, 100, 120 a second
and of their 1000/1001 kin, and one sample of every common audio rate, is a whole number of them. Seconds, frame numbers
and time code are made here, and nowhere else, with whole-number arithmetic throughout.

Media time is not time code: time code labels pictures, counts in the nominal rate, and in drop-frame skips labels.

Source: flicks, github.com/facebookarchive/Flicks (README);
SMPTE ST 12-1:2014 (time code, drop frame compensation, 7.2.2).
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from kinoeye.errors import UseError

FLICKS_PER_SECOND = 705_600_000

# Rates that cameras, broadcast and cinema use; others are kept as the exact fraction that the container states.
STANDARD_RATES = tuple(
    Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "48000/1001", "48", "50",
                                "60000/1001", "60", "90", "100", "120000/1001", "120")
)  # fmt: skip

_TIMECODE = re.compile(r"(\d{1,3}):([0-5]?\d):([0-5]?\d)([:;.,])(\d{2,3})", re.ASCII)


def from_seconds(seconds: float | Fraction | str) -> int:
    """Return seconds as flicks, to the nearest (ties up).

    Examples
    --------
    >>> from_seconds("1001/24000")
    29429400
    """
    return _rounded(Fraction(seconds) * FLICKS_PER_SECOND)


def to_seconds(flicks: int) -> float:
    """Return flicks as seconds, for the screen only."""
    return flicks / FLICKS_PER_SECOND


def from_pts(pts: int, time_base: Fraction) -> int:
    """Return a container's time stamp as flicks, to the nearest (ties up)."""
    return _rounded(pts * time_base * FLICKS_PER_SECOND)


def frame_duration(rate: Fraction) -> Fraction:
    """Return one picture's exact duration in flicks; a whole number at every standard rate.

    Examples
    --------
    >>> frame_duration(Fraction(30000, 1001))
    Fraction(23543520, 1)
    """
    if rate <= 0:
        raise UseError(f"timecode: a rate must be above 0, got {rate}")
    return FLICKS_PER_SECOND / rate


def frame_to_flicks(frame: int, rate: Fraction) -> int:
    """Return the start of picture `frame` of a constant rate, in flicks from picture 0."""
    return _rounded(frame * frame_duration(rate))


def flicks_to_frame(flicks: int, rate: Fraction) -> int:
    """Return the number of the picture that shows at `flicks`; the inverse of `frame_to_flicks` at every rate."""
    exact = flicks * rate / FLICKS_PER_SECOND
    nearest = _rounded(exact)
    return nearest if frame_to_flicks(nearest, rate) == flicks else exact.numerator // exact.denominator


def standard_rate(rate: Fraction) -> Fraction:
    """Return the standard rate that `rate` means, or itself if it means none.

    It means one that lies within 0.005 %, or whose two decimals it is, as people and editing systems print it.

    Examples
    --------
    >>> standard_rate(Fraction("29.97")), standard_rate(Fraction("23.98")), standard_rate(Fraction(15))
    (Fraction(30000, 1001), Fraction(24000, 1001), Fraction(15, 1))
    """
    for standard in STANDARD_RATES:
        if abs(rate - standard) * 20_000 <= standard or rate == round(standard, 2):
            return standard
    return rate


@dataclass(frozen=True)
class Timecode:
    """A SMPTE time code: the label of one picture.

    Parameters
    ----------
    frame : int
        Pictures since 00:00:00:00, counted really (dropped labels are not counted).
    rate : Fraction
        Pictures a second, exact: 30000/1001, not 29.97.
    is_drop_frame : bool
        Whether labels are dropped to keep up with the clock; only at multiples of 30000/1001.
    """

    frame: int
    rate: Fraction
    is_drop_frame: bool = False

    def __post_init__(self) -> None:
        if self.rate <= 0:
            raise UseError(f"timecode: a rate must be above 0, got {self.rate}")
        if self.is_drop_frame and (self.rate * 1001 / 30_000).denominator != 1:
            raise UseError(
                f"timecode: drop frame exists only at multiples of 30000/1001, got {self.rate}",
                remedy="Use non-drop, with a colon before the frames",
            )

    @cached_property
    def nominal(self) -> int:
        """Labels in a full second: 30 at 29.97; never below 1, so that a slow time-lapse has labels too."""
        return max(1, _rounded(self.rate))

    @classmethod
    def parse(cls, text: str, rate: Fraction) -> "Timecode":
        """Read HH:MM:SS:FF; a ``;``, ``,`` or ``.`` before the frames means drop frame.

        Raises
        ------
        UseError
            If the text is no time code, or names a label that does not exist at this rate.

        Examples
        --------
        >>> Timecode.parse("00:01:00;02", Fraction(30000, 1001)).frame
        1800
        """
        match = _TIMECODE.fullmatch(text.strip())
        if match is None:
            raise UseError(f"timecode: must be HH:MM:SS:FF, got {text!r}")
        hours, minutes, seconds, separator, frames = match.groups()
        drop = separator != ":"
        nominal = cls(0, rate, drop).nominal
        dropped = _dropped_a_minute(nominal) if drop else 0
        if int(frames) >= nominal:
            raise UseError(f"timecode: frames must be below {nominal} at {rate}, got {text}")
        minute = int(hours) * 60 + int(minutes)
        if dropped and minute % 10 and not int(seconds) and int(frames) < dropped:
            raise UseError(
                f"timecode: label {text} is dropped at {rate}",
                remedy=f"The nearest label is {text[:-2]}{dropped:02d}",
            )
        labels = (minute * 60 + int(seconds)) * nominal + int(frames)
        return cls(labels - dropped * (minute - minute // 10), rate, drop)

    @classmethod
    def at(cls, flicks: int, rate: Fraction, *, start: "Timecode | None" = None) -> "Timecode":
        """Return the label of the picture that shows `flicks` after `start` (after 00:00:00:00 if None)."""
        first = start or cls(0, rate)
        return cls(first.frame + flicks_to_frame(flicks, rate), rate, first.is_drop_frame)

    def flicks(self) -> int:
        """Return the real time since 00:00:00:00 of this picture's start, in flicks."""
        return frame_to_flicks(self.frame, self.rate)

    def __str__(self) -> str:
        """Write HH:MM:SS:FF, with ``;`` before the frames in drop frame; wraps after 24 hours."""
        dropped = _dropped_a_minute(self.nominal) if self.is_drop_frame else 0
        ten_minutes = self.nominal * 600 - 9 * dropped
        tens, rest = divmod(self.frame % (ten_minutes * 144), ten_minutes)
        skipped = max(0, (rest - dropped) // (self.nominal * 60 - dropped)) if dropped else 0
        labels = tens * self.nominal * 600 + rest + dropped * skipped
        seconds, frames = divmod(labels, self.nominal)
        separator = ";" if self.is_drop_frame else ":"
        width = 3 if self.nominal > 100 else 2
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{separator}{frames:0{width}d}"


def clock(flicks: int) -> str:
    """Return media time for people: H:MM:SS.mmm, the thousandths cut off, never rounded up.

    Examples
    --------
    >>> clock(705_600_000 * 3661)
    '1:01:01.000'
    """
    sign = "-" if flicks < 0 else ""
    thousandths = abs(flicks) * 1000 // FLICKS_PER_SECOND
    seconds, rest = divmod(thousandths, 1000)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def from_clock(text: str) -> int:
    """Return media time that a person wrote as flicks: seconds, M:SS or H:MM:SS, with a fraction or without.

    Raises
    ------
    ValueError
        If it is written otherwise.

    Examples
    --------
    >>> from_clock("1:01:01.5") == 705_600_000 * 3661 + 352_800_000
    True
    """
    if not re.fullmatch(r"(\d+:){0,2}\d+(\.\d+)?", text, re.ASCII):
        raise ValueError(f"time must be written as 12.5, 1:12.5 or 1:01:12.5, got {text!r}")
    seconds = Fraction(0)
    for part in text.split(":"):
        seconds = seconds * 60 + Fraction(part)
    return from_seconds(seconds)


def _dropped_a_minute(nominal: int) -> int:
    return nominal // 15  # 2 labels at 30, 4 at 60: ST 12-1, 7.2.2


def _rounded(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
