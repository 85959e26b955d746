"""AAF: timelines for Avid Media Composer, through OpenTimelineIO's adapter, with its slips put right.

The adapter demands ranges, mob ids and effect metadata, which are given here; what it writes wrongly (drop-frame flags,
lengths of sequences with transitions, edit rates as floats) is corrected in the finished file. Kept: clips, gaps,
nests, dissolves, drop and non-drop. Lost: markers, names of timelines' tracks; speeds are refused, as the adapter
would drop them in silence.

Source: AAF Object Specification 1.1; AAF Edit Protocol 1.1; otio-aaf-adapter 2.0.
"""

import gc
import hashlib
import logging
import struct
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import aaf2
import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from kinoeye.errors import DocumentError, UseError
from kinoeye.export.fcpxml import url
from kinoeye.export.otio import from_any, to_otio
from kinoeye.export.timeline import Timeline, clips_of, picture
from kinoeye.timecode import FLICKS_PER_SECOND

MOST_BYTES = 1 << 30  # an AAF without embedded media is megabytes; with it, it is no timeline
# What damaged structured storage makes pyaaf2 and the adapter raise.
BROKEN = (
    otio.exceptions.OTIOError, aaf2.exceptions.AAFError, ValueError, KeyError, IndexError, TypeError, AttributeError,
    struct.error, OSError, EOFError, RecursionError, NotImplementedError, AssertionError, StopIteration, MemoryError,
)  # fmt: skip
OPERATIONS = {  # as Media Composer names them; the wipe by AAF Edit Protocol 1.1
    ("dissolve", "video"): ("VideoDissolve_2", "89d9b67e-5584-302d-9abd-8bd330c46841"),
    ("fade", "video"): ("Dip_2", "5e9010d1-2ab3-37bc-9166-5d74846558ac"),
    ("wipe", "video"): ("Video SMPTE Wipe", "0c3bea44-fc05-11d2-8a29-0050040ef7d2"),
}
SOUND_DISSOLVE = ("Audio Dissolve", "0c3bea41-fc05-11d2-8a29-0050040ef7d2")


def write(timeline: Timeline) -> bytes:
    """Return the timeline as an AAF file without media.

    Raises
    ------
    UseError
        If a clip runs at another speed, or is generated: the adapter cannot say it.
    """
    if any(clip.speed != 1 or (clip.media is not None and clip.media.generator) for clip in clips_of(timeline.tracks)):
        raise UseError(
            "aaf: clips must run at their own speed and come from a file, got another speed or a generator",
            remedy="Export otio, fcpxml or xml instead",
        )
    with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder, _quiet():
        path = Path(folder) / "timeline.aaf"
        try:
            otio.adapters.write_to_file(_prepared(timeline), str(path), adapter_name="AAF", use_empty_mob_ids=True)
            _correct(path, timeline)
        except BROKEN as error:
            raise UseError(
                f"aaf: the timeline must be one the adapter can write, got {type(error).__name__}: {str(error)[:200]}",
                remedy="Export otio, fcpxml or xml instead",
            ) from error
        return path.read_bytes()


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


def _prepared(timeline: Timeline) -> otio.schema.Timeline:
    """Return OTIO's timeline with all that the adapter demands."""
    made = to_otio(timeline)
    rate = timeline.rate
    for index in reversed([number for number, track in enumerate(made.tracks) if not len(track)]):
        del made.tracks[index]
    for clip in made.find_clips():
        _give_media(clip, rate)
    for track in made.find_children(descended_from_type=otio.schema.Track):
        for item in track:
            if isinstance(item, otio.schema.Transition):
                _give_operation(item, "audio" if track.kind == otio.schema.TrackKind.Audio else "video")
            elif isinstance(item, otio.schema.Gap):
                item.source_range = TimeRange(RationalTime(0, float(rate)), item.source_range.duration)
    return made


def _give_media(clip: otio.schema.Clip, rate: Fraction) -> None:
    """Give a clip a file with a range in the timeline's rate, wide enough for its handles, and its mob id."""
    shown = clip.visible_range()
    media = clip.media_reference
    span = media.available_range if media.available_range is not None else shown
    first = min(_whole(span.start_time, rate), _whole(shown.start_time, rate))
    last = max(_whole(span.end_time_exclusive(), rate), _whole(shown.start_time, rate) + _whole(shown.duration, rate))
    own = clip.source_range
    clip.source_range = TimeRange(
        RationalTime(_whole(own.start_time, rate), float(rate)), RationalTime(_whole(own.duration, rate), float(rate))
    )
    path = str(getattr(media, "target_url", "") or "")
    known = otio.schema.ExternalReference(target_url=url(path) if path else f"file:///missing/{media.name}")
    known.name = media.name
    known.available_range = TimeRange(RationalTime(first, float(rate)), RationalTime(last - first, float(rate)))
    clip.media_reference = known
    key = hashlib.sha256(f"{path}\0{clip.name}\0{first}\0{last}\0{rate}".encode(errors="replace")).digest()[:16]
    clip.metadata["AAF"] = {"MobID": str(_mob_id(key))}


def _mob_id(key: bytes) -> Any:
    """Return the mob id of a media: the same for the same media, so that it links once."""
    made = aaf2.mobid.MobID.new()
    made.material = aaf2.auid.AUID(bytes_le=key)
    return made


def _whole(time: RationalTime, rate: Fraction) -> int:
    flicks = Fraction(time.value) * FLICKS_PER_SECOND / Fraction(str(time.rate))
    if time.rate == float(rate):
        number: int = round(time.value)
        return number
    return picture(round(flicks), rate)


def _give_operation(item: otio.schema.Transition, kind: str) -> None:
    effect = str(item.metadata["kinoeye"]["effect"])
    name, identity = OPERATIONS.get((effect, kind), SOUND_DISSOLVE)
    item.transition_type = otio.schema.TransitionTypes.SMPTE_Dissolve
    item.metadata["AAF"] = {
        "CutPoint": round(item.in_offset.value),
        "PointList": [{"Value": 0, "Time": 0}, {"Value": 1, "Time": 1}],
        "OperationGroup": {
            "Operation": {
                "Name": name,
                "Description": name,
                "Identification": identity,
                "DataDefinition": {"Name": "Picture" if kind == "video" else "Sound"},
                "IsTimeWarp": False,
                "Bypass": 0,
                "NumberInputs": 2,
                "OperationCategory": "OperationCategory_Effect",
            }
        },
    }


def _correct(path: Path, timeline: Timeline) -> None:
    """Put right in the finished file what the adapter writes wrongly."""
    drops = {clip.name: clip.media.is_drop_frame for clip in clips_of(timeline.tracks) if clip.media is not None}
    with aaf2.open(str(path), "rw") as file:
        for mob in file.content.mobs:
            is_tape = isinstance(mob, aaf2.mobs.SourceMob)
            is_drop_frame = drops.get(mob.name, False) if is_tape else timeline.is_drop_frame
            for slot in mob.slots:
                if isinstance(slot, aaf2.mobslots.TimelineMobSlot):
                    slot.edit_rate = timeline.rate
                if isinstance(slot.segment, aaf2.components.Timecode):
                    slot.segment.drop = is_drop_frame
                    slot.segment.fps = round(timeline.rate)
            for slot in mob.slots if isinstance(mob, aaf2.mobs.CompositionMob) else ():
                _correct_length(slot.segment)


def _correct_length(segment: Any) -> int:
    """Give a sequence the length it has (its transitions overlap their neighbours), and a nest that of its longest."""
    length: int = int(segment.length)
    if isinstance(segment, aaf2.components.Sequence):
        length = 0
        for component in segment.components:
            is_transition = isinstance(component, aaf2.components.Transition)
            length += -int(component.length) if is_transition else _correct_length(component)
    elif isinstance(segment, aaf2.components.OperationGroup):
        length = max((_correct_length(part) for part in segment.segments), default=length)
    segment.length = length
    return int(length)
