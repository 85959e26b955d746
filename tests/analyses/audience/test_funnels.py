"""How far viewers come: shown, clicked, played, a quarter, half, nearly all."""

import pytest

from kinoeye.analyses.audience.funnels import FUNNELS, funnels
from kinoeye.analyses.audience.watched import WATCHED
from kinoeye.tables import Stored, with_asset


def seen(*rows):
    made = [
        {"viewer": viewer, "title": title, "watched": 1, "share": share, "plays": 1} for viewer, title, share in rows
    ]
    return Stored.of(with_asset(WATCHED.from_rows(made), "production"))


def did(viewer, *events, title="rain"):
    return [{"viewer": viewer, "title": title, "event": event, "at": 0} for event in events]


def told(rows, title):
    return {
        row["step"]: (row["viewers"], row["before"], row["both"]) for row in rows.to_pylist() if row["title"] == title
    }


def test_steps(events_of):
    rows = [*did(1, "impression", "impression", "click", "play"), *did(2, "impression", "click", "play", "stop"),
            *did(3, "impression"), *did(4, "play"), *did(5, "impression", title="sun")]  # fmt: skip
    shares = seen((1, "rain", 0.99), (2, "rain", 0.3), (4, "rain", 0.51))
    found = funnels(events_of(*rows), shares)
    assert found.schema.equals(FUNNELS.schema)
    assert told(found, "rain") == {
        "impression": (3, None, None), "click": (2, 3, 2), "play": (3, 2, 2), "25 %": (3, 3, 3), "50 %": (2, 3, 2),
        "75 %": (1, 2, 1), "95 %": (1, 1, 1),
    }  # fmt: skip
    assert told(found, "sun") == {"impression": (1, None, None)}
    assert told(found, None)["impression"] == (4, None, None)
    click = next(row for row in found.to_pylist() if row["step"] == "click" and row["title"] == "rain")
    assert click["share"] == pytest.approx(2 / 3)
    assert click["low"] < click["share"] < click["high"]


def test_a_log_without_clicks_goes_from_shown_to_played(events_of):
    rows = [*did(1, "impression", "play"), *did(2, "impression"), *did(3, "play")]
    assert told(funnels(events_of(*rows), seen()), "rain") == {"impression": (2, None, None), "play": (2, 2, 1)}


def test_programs_and_nothing(events_of):
    assert funnels(events_of(), seen()).num_rows == 0
    assert funnels(events_of({"event": "play", "bot": True, "at": 0}), seen()).num_rows == 0
    assert funnels(events_of({"event": "search", "title": None, "at": 0}), seen()).num_rows == 0
