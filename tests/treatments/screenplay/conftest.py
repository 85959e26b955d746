"""A small production whose schedules are known by construction."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kinoeye.treatments.screenplay.strips import SceneStrip, Wishes

MONDAY = date(2026, 3, 2)


@pytest.fixture
def strip() -> Callable[..., SceneStrip]:
    """Make a strip; what is not said is an interior by day of a page."""

    def make(number: int, location: str = "HOUSE", cast: str = "A", **said: Any) -> SceneStrip:
        values = {"is_interior": True, "light": "day", "eighths": 8} | said
        place = "INT" if values["is_interior"] else "EXT"
        heading = f"{place}. {location} - {values['light'].upper()}"
        return SceneStrip(str(number), str(number), heading, location, location, cast=tuple(cast), **values)

    return make


@pytest.fixture
def wishes() -> Callable[..., Wishes]:
    """Make wishes that begin on a Monday."""

    def make(**said: Any) -> Wishes:
        return Wishes(**({"start": MONDAY} | said))

    return make
