"""Daylight: when the sun rises and sets, and when it is dark, from date and place.

Good to a few minutes between the polar circles; where the sun does not set or rise that day, that is told by the
whole day or nothing.

Source: Meeus, "Astronomical Algorithms", 2nd ed. 1998, chapters 25 (the sun's place, low accuracy) and 28 (equation of
time); -0.833 degrees for sunrise (refraction and the sun's half width), -6 degrees for civil twilight.
"""

import math
from dataclasses import dataclass
from datetime import date

DAY = 24 * 60  # minutes

_SUNRISE, _CIVIL = -0.833, -6.0  # degrees of the sun's middle over the horizon
_J2000 = date(2000, 1, 1).toordinal() + 0.5


@dataclass(frozen=True)
class Daylight:
    """The light of one date at one place, in minutes after its midnight.

    Parameters
    ----------
    dawn, sunrise, sunset, dusk : int
        Civil dawn and dusk; all of `dawn` and `sunrise` 0, and `sunset` and `dusk` 1440, where it never gets dark; all
        at noon where the sun stays down.
    """

    dawn: int
    sunrise: int
    sunset: int
    dusk: int


def daylight(day: date, latitude: float, longitude: float = 0.0, utc_offset_hours: float | None = None) -> Daylight:
    """Return the light of a date.

    Parameters
    ----------
    latitude, longitude : degrees, north and east positive
    utc_offset_hours : float or None
        Of the clock that is read; None: the sun's own mean time there, as if the place lay in the middle of its zone.

    Examples
    --------
    >>> light = daylight(date(2026, 6, 21), 51.48, 0.0, 1.0)  # Greenwich, in summer time: 4:43 and 21:21
    >>> abs(light.sunrise - (4 * 60 + 43)) <= 2, abs(light.sunset - (21 * 60 + 21)) <= 2
    (True, True)
    """
    declination, equation = _sun(day)
    shift = 0.0 if utc_offset_hours is None else 60 * utc_offset_hours - 4 * longitude
    noon = DAY / 2 - equation + shift
    rise, civil = (_half_arc(latitude, declination, height) for height in (_SUNRISE, _CIVIL))
    return Daylight(*(
        min(DAY, max(0, round(time))) for time in (noon - civil, noon - rise, noon + rise, noon + civil)
    ))  # fmt: skip


def _half_arc(latitude: float, declination: float, height: float) -> float:
    """Return how many minutes before noon the sun passes a height: 0 if never over it, all the day if always."""
    place = math.radians(min(89.9, max(-89.9, latitude)))
    above = math.sin(math.radians(height)) - math.sin(place) * math.sin(declination)
    share = above / (math.cos(place) * math.cos(declination))
    if share >= 1:
        return 0.0
    return float(DAY) if share <= -1 else 4 * math.degrees(math.acos(share))


def _sun(day: date) -> tuple[float, float]:
    """Return the sun's declination in radians, and by how many minutes a sundial is ahead, at the date's noon."""
    century = (day.toordinal() + 0.5 - _J2000) / 36525
    mean = math.radians((280.46646 + 36000.76983 * century) % 360)
    anomaly = math.radians((357.52911 + 35999.05029 * century) % 360)
    centre = 1.9146 * math.sin(anomaly) + 0.02 * math.sin(2 * anomaly)
    longitude = mean + math.radians(centre)
    tilt = math.radians(23.4393 - 0.013 * century)
    declination = math.asin(math.sin(tilt) * math.sin(longitude))
    ascension = math.atan2(math.cos(tilt) * math.sin(longitude), math.cos(longitude))
    ahead = math.degrees((mean - ascension + math.pi) % (2 * math.pi) - math.pi) * 4
    return declination, ahead
