"""Logs and events made row by row."""

import datetime

import pyarrow as pa
import pyarrow.dataset
import pytest

from kinoeye.analyses.audience.events import EVENTS as TABLE
from kinoeye.streams import EVENTS, LOG_SCHEMA, Log
from kinoeye.tables import Stored, with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

BEGIN = datetime.datetime(2026, 3, 1, 20, tzinfo=datetime.UTC)


def at(seconds):
    return None if seconds is None else BEGIN + datetime.timedelta(seconds=seconds)


def flicks(seconds):
    return None if seconds is None else round(seconds * FLICKS_PER_SECOND)


def _row(number, given, schema):
    times = {"at", "received"} & set(given)
    places = {"position", "target", "length", "whole"} & set(given)
    row = {"row": number, "viewer": 1, "title": "rain", "event": "play", "bot": False, **given}
    row |= {name: at(given[name]) if not isinstance(given[name], datetime.datetime) else given[name] for name in times}
    row |= {name: flicks(given[name]) for name in places}
    return row if schema is TABLE.schema else {**row, "event": EVENTS.index(row["event"])}


@pytest.fixture
def log_of():
    """Make the stream `log` of rows; times are seconds of one evening, positions and lengths seconds."""

    def make(*rows, kind="events", faults=()):
        made = [_row(number, row, LOG_SCHEMA) for number, row in enumerate(rows, 1)]
        return Log(pyarrow.dataset.dataset(pa.Table.from_pylist(made, LOG_SCHEMA)), kind, tuple(faults))

    return make


@pytest.fixture
def events_of():
    """Make the table `events` of rows, as a production's analysis gets it."""

    def make(*rows):
        made = [_row(number, row, TABLE.schema) for number, row in enumerate(rows, 1)]
        return Stored.of(with_asset(pa.Table.from_pylist(made, TABLE.schema), "a" * 32))

    return make


@pytest.fixture
def watching():
    """Rows of somebody who watches from one second to another, with a heartbeat every ten seconds."""

    def make(begin, end, *, since=0.0, **more):
        rows = [{"at": since, "position": begin, "event": "play", **more}]
        rows += [{"at": since + t - begin, "position": t, "event": "heartbeat", **more}
                 for t in range(int(begin) + 10, int(end), 10)]  # fmt: skip
        return [*rows, {"at": since + end - begin, "position": end, "event": "stop", **more}]

    return make
