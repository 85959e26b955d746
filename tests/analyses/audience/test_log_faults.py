"""Every reason has a meaning; where they come from is tested with the events and with the reading of logs."""

import re
from pathlib import Path

import kinoeye.media.logs
import kinoeye.media.logs_lines
import kinoeye.media.logs_rows
import kinoeye.signals.viewing_faults
from kinoeye.analyses.audience.log_faults import log_faults

SOURCES = (kinoeye.media.logs_lines, kinoeye.media.logs_rows, kinoeye.media.logs, kinoeye.signals.viewing_faults)


def test_every_reason_that_can_come_has_a_meaning(log_of):
    text = "".join(Path(str(each.__file__)).read_text() for each in SOURCES)
    plain = set(re.findall(r'(?:add|count)\(\s*"([a-z_]+)"', text))
    plain |= {"unknown_event", "no_viewer", "no_title", "no_time"}
    made = {f"unreadable_{role}" for role in ("position", "target", "length", "whole")}
    made |= {f"negative_{role}" for role in ("position", "target", "length")} | {"target_beyond_end"}
    reasons = plain | made
    assert {"wrong_width", "no_title", "twice", "bot"} <= reasons
    found = log_faults(log_of(faults=[(reason, 1, 1) for reason in sorted(reasons)])).to_pylist()
    assert {row["reason"] for row in found} == reasons
    assert all(row["meaning"] for row in found)
