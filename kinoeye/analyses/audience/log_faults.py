"""Log faults: what was wrong with a viewing log, how often, and whether its rows count all the same.

What stood in such a row is never told: it may name a viewer.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.viewing_faults import look, put_right
from kinoeye.streams import Log
from kinoeye.tables import Table

LOG_FAULTS = Table("log_faults", "One row a kind of fault of a viewing log.", (
    ("reason", pa.string(), "what was wrong"),
    ("rows", pa.int64(), "how many rows; of a file that is cut off 1"),
    ("first", pa.int64(), "number of the first such row; 0 if it is none"),
    ("used", pa.bool_(), "whether the rows count all the same, put right where that could be done"),
    ("meaning", pa.string(), "what was wrong, as a sentence"),
))  # fmt: skip

_COARSE = frozenset({"cmcd", "remarks"})  # logs in which nothing is a double, as in `events`

# Reason, whether its rows are used, and what it means; in the order in which they are told.
_MEANINGS: Mapping[str, tuple[bool, str]] = {
    "wrong_width": (False, "the line has more or fewer cells than the others"),
    "open_quote": (False, "a quote in the line never closes"),
    "no_text": (False, "the line holds bytes of no known encoding"),
    "broken_json": (False, "the line is no whole JSON object"),
    "broken_line": (False, "the line is none of a web access log"),
    "too_long": (False, "the line is longer than 16 MB"),
    "cut_off": (True, "the packed file ends early; what stands in front of that was read"),
    "no_cmcd": (False, "the request says nothing of a viewing (CMCD)"),
    "unknown_event": (False, "nobody knows what the event is"),
    "no_viewer": (False, "the row does not say who"),
    "no_title": (False, "the row does not say what"),
    "no_time": (False, "the row does not say when"),
    "impossible_time": (False, "the time lies before 1990 or after 2099; a rating or viewing counts without it"),
    "twice": (False, "the same event stands there already"),
    "unreadable_time": (False, "the time cannot be read; a rating or viewing counts without it"),
    "unreadable_rating": (True, "the rating cannot be read; the row counts without it"),
    "rating_beyond_scale": (True, "the rating lies outside the scale of the others; the row counts without it"),
    "unreadable_position": (True, "the position cannot be read; the row counts without it"),
    "unreadable_target": (True, "where a seek goes cannot be read; the row counts without it"),
    "unreadable_length": (True, "the length cannot be read; the row counts without it"),
    "unreadable_whole": (True, "the title's length cannot be read"),
    "negative_position": (True, "the position lies before the title; the row counts without it"),
    "negative_target": (True, "the seek goes before the title; the row counts without its target"),
    "negative_length": (True, "the length is negative; the row counts without it"),
    "position_beyond_end": (True, "the position lies behind the title's end; the end is taken"),
    "target_beyond_end": (True, "the seek goes behind the title's end; the end is taken"),
    "time_from_receiver": (True, "the device's clock was never set; the time when the event was received is taken"),
    "clock_skew": (True, "the device's clock is wrong; it was put right by when its events were received"),
    "out_of_order": (True, "the event is earlier than the one before of the same viewer"),
    "bot": (True, "no human did it: the row is marked, and no count of viewers holds it"),
}


@analysis(LOG_FAULTS, version=1)
def log_faults(log: Log, *, most_per_minute: float = 60.0, most_skew: float = 300.0) -> pa.Table:
    """Count what was wrong with a log.

    Parameters
    ----------
    log : Log
    most_per_minute : float
        As of `events`.
    most_skew : seconds
        As of `events`.
    """
    found = {reason: [rows, first] for reason, rows, first in log.faults}

    def count(reason: str, rows: npt.NDArray[np.int64]) -> None:
        if len(rows):
            own = found.setdefault(reason, [0, int(rows.min())])
            found[reason] = [own[0] + len(rows), min(own[1], int(rows.min()))]

    faulty = look(log.batches, most_per_minute=most_per_minute, most_skew_s=most_skew, doubles=log.kind not in _COARSE)
    for _ in put_right(log.batches(), faulty, count):
        pass
    order = sorted(found, key=lambda reason: (list(_MEANINGS).index(reason), reason))
    return LOG_FAULTS.from_rows(
        {"reason": reason, "rows": found[reason][0], "first": found[reason][1], "used": _MEANINGS[reason][0],
         "meaning": _MEANINGS[reason][1]}
        for reason in order
    )  # fmt: skip
