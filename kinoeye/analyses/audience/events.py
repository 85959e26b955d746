"""Events: what viewers did, row by row, with what is wrong in a log put right or left out.

Which faults are looked for, and how they are told, stands in kinoeye/signals/viewing_faults.py; how many of each there
were stands in the table `log_faults`.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.viewing_faults import NOT_THERE, look, put_right
from kinoeye.streams import EVENTS as NAMES
from kinoeye.streams import Log
from kinoeye.tables import Table, flicks

EVENTS = Table("events", "One row an event of a viewing log that can be used, in the log's order.", (
    ("row", pa.int64(), "number of the row in the log, the first is 1"),
    ("viewer", pa.int64(), "who, as a keyed hash; the same in every log of the production"),
    ("title", pa.string(), "what, as the log calls it: its id, else its name; null of a search"),
    ("at", pa.timestamp("ms", "UTC"), "when; null where a log of ratings has no time"),
    ("event", pa.string(), "play, pause, seek, stop, heartbeat, rebuffer, quality, rating, search, click, "
                           "impression or watched"),
    ("position", flicks(), "where in the title; of `watched` where it began; null if not known"),
    ("target", flicks(), "of a seek where it goes"),
    ("length", flicks(), "of a rebuffering, or of what this row says was watched"),
    ("value", pa.float64(), "of a rating 0..10, of a play the playback rate, of a quality kbit/s"),
    ("session", pa.string(), "the log's own session, hashed; null if it has none"),
    ("bot", pa.bool_(), "whether no human did it: its program says so, its pace is no hand's, or it never sleeps"),
))  # fmt: skip

# Of requests in the same second, and of several remarks at once, none is a double.
COARSE = frozenset({"cmcd", "remarks"})


@analysis(EVENTS, version=1)
def events(log: Log, *, most_per_minute: float = 60.0, most_skew: float = 300.0) -> Iterator[pa.RecordBatch]:
    """Return the events of a log that can be used.

    Parameters
    ----------
    log : Log
    most_per_minute : float
        Plays, pauses, seeks, stops, searches and clicks that hands make in a minute in which they make any.
    most_skew : seconds
        That a device's clock may be off before it is put right, where the log says when events were received.

    Raises
    ------
    SettingError
        If a setting is not above 0.
    """
    for name, value in (("most_per_minute", most_per_minute), ("most_skew", most_skew)):
        if not value > 0:
            raise SettingError(f"events: {name} must be above 0, got {value:g}")
    faulty = look(log.batches, most_per_minute=most_per_minute, most_skew_s=most_skew, doubles=log.kind not in COARSE)
    for batch, keep, right in put_right(log.batches(), faulty, lambda _reason, _rows: None):
        yield _rows(batch, right).filter(pa.array(keep))


def _rows(batch: Any, right: dict[str, Any]) -> pa.RecordBatch:
    def own(name: str) -> Any:
        return pa.array(right[name], pa.int64(), mask=right[name] == NOT_THERE)

    names = pa.array(NAMES, pa.string())
    columns = [
        batch["row"], batch["viewer"], batch["title"], own("at").cast(EVENTS.schema.field("at").type),
        names.take(batch["event"]), own("position"), own("target"), own("length"), batch["value"],
        batch["session"].cast(pa.string()), pa.array(np.asarray(right["bot"])),
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(columns, schema=EVENTS.schema)
