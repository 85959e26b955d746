"""AAF, read: timelines of Avid Media Composer, through OpenTimelineIO's adapter.

Kept: clips, gaps, nests, transitions, steady speeds, markers, drop and non-drop.

Source: AAF Object Specification 1.1; otio-aaf-adapter 2.0.
"""

import gc
import logging
import struct
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import aaf2
import opentimelineio as otio

from kinoeye.errors import DocumentError
from kinoeye.export.otio import from_any
from kinoeye.export.timeline import Timeline

MOST_BYTES = 1 << 30  # an AAF without embedded media is megabytes; with it, it is no timeline
# What damaged structured storage makes pyaaf2 and the adapter raise.
BROKEN = (
    otio.exceptions.OTIOError, aaf2.exceptions.AAFError, ValueError, KeyError, IndexError, TypeError, AttributeError,
    struct.error, OSError, EOFError, RecursionError, NotImplementedError, AssertionError, StopIteration, MemoryError,
)  # fmt: skip


def read(document: bytes) -> list[Timeline]:
    """Read an AAF file.

    Raises
    ------
    DocumentError
        If it is no AAF file or is damaged.
    """
    if len(document) > MOST_BYTES:
        raise DocumentError(f"aaf: a timeline must be below {MOST_BYTES >> 30} GB, got {len(document) >> 30}")
    with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder, _quiet():
        path = Path(folder) / "timeline.aaf"
        path.write_bytes(document)
        try:
            found = otio.adapters.read_from_file(str(path), adapter_name="AAF")
            drops = _drop_frames(path)
        except BROKEN as error:
            _close_what_it_left_open(error)
            raise DocumentError(
                f"aaf: must be an AAF file, got {type(error).__name__}: {str(error)[:200]}",
                remedy="Export it again from the editing system",
            ) from error
    return [
        replace(timeline, is_drop_frame=timeline.name in drops and (timeline.rate * 1001 / 30_000).denominator == 1)
        for timeline in from_any(found)
    ]


def _drop_frames(path: Path) -> set[str]:
    """Return the names of the compositions whose time code drops labels, which the adapter does not say."""
    with aaf2.open(str(path), "r") as file:
        return {
            str(mob.name)
            for mob in file.content.compositionmobs()
            for slot in mob.slots
            if isinstance(slot.segment, aaf2.components.Timecode) and slot.segment.drop
        }


def _close_what_it_left_open(error: BaseException) -> None:
    """Let go of the file that pyaaf2 keeps open when its constructor fails, without the warning that it was."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        traceback.clear_frames(error.__traceback__)
        gc.collect()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the adapter's remarks on its own bookkeeping from the user's screen."""
    root = logging.getLogger()
    before = root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
