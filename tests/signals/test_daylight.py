"""Daylight against the almanac's times, and where the sun does not set."""

from datetime import date

import pytest

from kinoeye.signals.daylight import DAY, daylight

# Published rise and set of the sun, in the clock of the place: date, latitude, longitude, offset, rise, set.
KNOWN = (
    (date(2026, 6, 21), 51.48, 0.0, 1.0, "04:43", "21:21"),
    (date(2026, 12, 21), 51.48, 0.0, 0.0, "08:04", "15:53"),
    (date(2026, 3, 20), 0.0, 0.0, 0.0, "06:04", "18:11"),
)


@pytest.mark.parametrize(("day", "latitude", "longitude", "offset", "rise", "fall"), KNOWN)
def test_rise_and_set_are_those_of_the_almanac(
    day: date, latitude: float, longitude: float, offset: float, rise: str, fall: str
) -> None:
    light = daylight(day, latitude, longitude, offset)
    for found, said in ((light.sunrise, rise), (light.sunset, fall)):
        hours, minutes = map(int, said.split(":"))
        assert abs(found - 60 * hours - minutes) <= 4
    assert light.dawn < light.sunrise < light.sunset < light.dusk


def test_the_year_is_lighter_in_summer_and_mirrored_south() -> None:
    lengths = [light.sunset - light.sunrise for light in (daylight(date(2026, m, 15), 50) for m in range(1, 13))]
    assert lengths.index(max(lengths)) in {5, 6}
    assert lengths.index(min(lengths)) in {0, 11}
    north, south = daylight(date(2026, 6, 21), 40), daylight(date(2026, 12, 21), -40)
    assert abs((north.sunset - north.sunrise) - (south.sunset - south.sunrise)) <= 10


def test_where_the_sun_does_not_set_the_day_is_whole_and_where_it_does_not_rise_it_is_empty() -> None:
    light = daylight(date(2026, 6, 21), 80)
    assert (light.dawn, light.sunrise, light.sunset, light.dusk) == (0, 0, DAY, DAY)
    night = daylight(date(2026, 12, 21), 85)
    assert night.sunrise == night.sunset
    for latitude in (-90, 90):
        daylight(date(2026, 3, 20), latitude)
