"""Purposes in a run: an analysis about viewers gets the logs that are kept for what it does, or is left out."""

from collections.abc import Iterable
from typing import Any

from kinoeye.analysis import Analysis
from kinoeye.store.index import Index
from kinoeye.store.purposes import UNSAID, Purposes

# The table of what viewers did, one asset a log.
EVENTS = "events"


def logs_of(index: Index) -> list[str]:
    """Return the viewing logs that are in the production now and were read."""
    present = index.present()
    return [log for log in index.results.assets(EVENTS) if log in present]


def withhold(index: Index, analysis: Analysis, inputs: dict[str, list[tuple[str, Any]]], logs: Iterable[str]) -> str:
    """Keep from an analysis the logs that it may not use, and say why it is left out; empty where it may go on.

    Parameters
    ----------
    index : Index
    analysis : Analysis
        Of the production.
    inputs : dict
        By table: pairs of an asset and a fingerprint; those of `events` are thinned out in place.
    logs : iterable of str
        All that there are.
    """
    if not analysis.purpose:
        return ""
    if EVENTS in inputs:
        lacking = set(Purposes(index).lacking([log for log, _ in inputs[EVENTS]], analysis.purpose))
        inputs[EVENTS] = [pair for pair in inputs[EVENTS] if pair[0] not in lacking]
    return refusal(index, analysis, logs)


def refusal(index: Index, analysis: Analysis, logs: Iterable[str]) -> str:
    """Say why an analysis of what was made of logs is left out, as a sentence; empty where it may go on.

    What was made of several logs cannot be taken apart again: so each that is counted must be kept for its purpose.
    """
    if not analysis.purpose or EVENTS in analysis.inputs:
        return ""
    purposes = Purposes(index)
    logs = list(logs)
    lacking = purposes.lacking(logs, analysis.purpose) if logs else []
    unused = {log for each in UNSAID for log in purposes.lacking(lacking, each)} if lacking else set()
    if not set(lacking) - unused:
        return ""
    return (f"needs viewing logs that are kept for {analysis.purpose}. Say it with a reason: "
            f"kinoeye audience purpose DIR --for statistics,{analysis.purpose}")  # fmt: skip
