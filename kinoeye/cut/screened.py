"""Screened: a timeline as the film that it is, from the small pictures and the sound of its recordings.

So a cut of which there is a timeline can be laid beside one of which there is a film alone, by sight (by_sight). What
is mixed is not mixed here: a transition changes over in its middle, and of several sounds the first is heard.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.cut.by_sight import Film
from kinoeye.cut.layers import heard, seen
from kinoeye.cut.sources import Sources, Used
from kinoeye.errors import UseError
from kinoeye.export.timeline import Timeline, picture
from kinoeye.streams import SOUND_RATE_HZ, Pictures, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode, frame_to_flicks

_LEAST = 0.8  # of a cut's pictures that must be known; of less nobody could say what was removed
_SMALL = (27, 48, 3)
_LATE = FLICKS_PER_SECOND // 1000  # by which a picture may begin later than its time code says: containers round


def screened(
    timeline: Timeline,
    assets: Sequence[Mapping[str, Any]],
    folder: Path,
    thumbs_of: Callable[[str], Pictures | None],
    sound_of: Callable[[str], Sound | None],
) -> tuple[Film, tuple[str, ...]]:
    """Return a timeline as a film to be compared, and what of it is not known, a sentence each.

    Parameters
    ----------
    timeline : Timeline
    assets : rows of `assets`
    folder : Path
        The production's.
    thumbs_of, sound_of : callable
        Asset to its pictures and its sound; None where there are none.

    Raises
    ------
    UseError
        If less than four fifths of its pictures are of recordings of this production.
    """
    sources = Sources(assets, folder)
    layers = seen(timeline)
    count = picture(timeline.duration, timeline.rate)
    frames, known = np.zeros((count, *_SMALL), np.uint8), 0
    for used in sources.used(layers[0] if layers else []):
        known += _show(frames, used, timeline, thumbs_of(used.asset))
    if known < _LEAST * count or not count:
        raise UseError(
            f"reconform: {timeline.name} must be cut of this production's recordings to be compared with a film, "
            f"got {known} of its {count} pictures",
            remedy="Put its recordings into the folder and run `kinoeye run`, or give timelines both, or films both",
        )
    times = np.array([frame_to_flicks(number, timeline.rate) for number in range(count + 1)], np.int64)
    samples = _heard(timeline, sources, sound_of)
    code = Timecode(picture(timeline.start, timeline.rate), timeline.rate, timeline.is_drop_frame)
    sound = Sound(samples, 0) if samples.any() else None
    return Film(timeline.name, Pictures(frames, times, timeline.rate), sound, code), sources.notes


def _show(frames: npt.NDArray[np.uint8], used: Used, timeline: Timeline, thumbs: Pictures | None) -> int:
    """Put what a part of a recording shows where the cut has it; return how many pictures these are."""
    if thumbs is None or not len(thumbs):
        return 0
    first, end = picture(used.start, timeline.rate), min(len(frames), picture(used.end, timeline.rate))
    wanted = [round(used.source + (frame_to_flicks(number, timeline.rate) - used.start) * used.speed)
              for number in range(first, end)]  # fmt: skip
    numbers = np.searchsorted(thumbs.times[: len(thumbs)], np.array(wanted, np.int64) + _LATE, side="right") - 1
    frames[first:end] = thumbs.frames[np.clip(numbers, 0, len(thumbs) - 1)]
    return max(0, end - first)


def _heard(
    timeline: Timeline, sources: Sources, sound_of: Callable[[str], Sound | None]
) -> npt.NDArray[np.int16]:  # fmt: skip
    """Return what is heard at its own speed, at 16 kHz, and nothing elsewhere."""
    stretches = heard(timeline) or [each for layer in seen(timeline)[:1] for each in layer]
    samples = np.zeros(_sample(timeline.duration), np.int16)
    for used in sources.used(stretches):
        sound = sound_of(used.asset) if used.speed == 1 else None
        if sound is not None:
            first, count = _sample(used.start), _sample(used.end) - _sample(used.start)
            begin = _sample(round(used.source) - sound.start)
            part = sound.part(max(0, begin), max(0, begin + count))
            at = first + max(0, -begin)
            samples[at : at + len(part)] = part[: len(samples) - at]
    return samples


def _sample(flicks: int) -> int:
    return round(flicks * SOUND_RATE_HZ / FLICKS_PER_SECOND)
