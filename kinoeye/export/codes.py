"""Codes: a film's own time codes, and film feet, for lists.

Source: SMPTE ST 12-1 (time code); 35 mm film with four perforations has 16 pictures a foot.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from kinoeye.export.build import conformed_rate, own_timecode
from kinoeye.export.timeline import picture
from kinoeye.timecode import Timecode

_A_FOOT = 16


class Codes:
    """The clock of one film.

    Parameters
    ----------
    film : mapping
        Its row of `assets`. A film of variable rate is conformed by media time, sound alone counts at 25.
    """

    def __init__(self, film: Mapping[str, Any]) -> None:
        is_seen = film["kind"] in ("video", "sequence")
        self.rate = conformed_rate(film)[0] if is_seen else Fraction(25)
        self._first, _ = own_timecode(film, self.rate)
        self._zero = film["start"] or 0
        self.is_drop_frame = self._first.is_drop_frame
        self.length = self.pictures(self._zero, film["end"] or self._zero)[1]
        self.first = self._label(0)

    def pictures(self, start: int, end: int) -> tuple[int, int]:
        """Return the first picture of a span and the one past its last; at least one lies between."""
        first = picture(start - self._zero, self.rate)
        return first, max(first + 1, picture(end - self._zero, self.rate))

    def span(self, start: int, end: int, *, has_feet: bool = False) -> dict[str, str]:
        """Return time in, time out and duration of a span in flicks; its feet too if they are asked for."""
        first, last = self.pictures(start, end)
        told = {"time_in": self._label(first), "time_out": self._label(last), "duration": self.duration(last - first)}
        return told | ({"feet_in": feet(first), "feet_out": feet(last)} if has_feet else {})

    def duration(self, pictures: int) -> str:
        """Return how long so many pictures are, as a time code without dropped labels."""
        return str(Timecode(pictures, self.rate))

    def seconds(self, start: int, end: int) -> float:
        """Return how long a span is, to the picture."""
        first, last = self.pictures(start, end)
        return float((last - first) / self.rate)

    def _label(self, number: int) -> str:
        return str(Timecode(self._first.frame + number, self.rate, self.is_drop_frame))


def feet(pictures: int) -> str:
    """Return pictures as feet and pictures.

    Examples
    --------
    >>> feet(1443)
    '90+03'
    """
    return f"{pictures // _A_FOOT}+{pictures % _A_FOOT:02d}"


def rate_name(rate: Fraction) -> str:
    """Return a rate as the trade writes it.

    Examples
    --------
    >>> rate_name(Fraction(24000, 1001)), rate_name(Fraction(25))
    ('23.976', '25')
    """
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")
