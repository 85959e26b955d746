"""Tracks: what the tracks of a file are, which of them are read, and when they begin and end."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av.container
import av.stream

from kinoeye.errors import UseError
from kinoeye.media.clock import Clock
from kinoeye.media.packets import Index

_LONGEST_TAG = 1000


@dataclass(frozen=True)
class Track:
    """One track of a file; times in flicks, None where the container says nothing."""

    index: int
    kind: str
    codec: str
    language: str | None
    title: str | None
    channels: int | None
    rate_hz: int | None
    start: int | None
    end: int | None
    is_default: bool


def picture_track(container: av.container.InputContainer) -> Any:
    """Return the video track that players choose."""
    moving = [s for s in container.streams.video if not s.disposition & (av.stream.Disposition.attached_pic)]
    default = [s for s in moving if s.disposition & av.stream.Disposition.default]
    return next(iter(default or moving), None)


def sound_track_of(container: av.container.InputContainer, wanted: int | None, path: Path) -> Any:
    """Return the sound track that is read: the wanted one, or the first that is marked default, or the first.

    Raises
    ------
    UseError
        If the wanted track is no sound track of the file.
    """
    tracks = [s for s in container.streams.audio if s.codec_context is not None and s.codec_context.sample_rate]
    if wanted is not None:
        chosen = [s for s in tracks if s.index == wanted]
        if not chosen:
            raise UseError(
                f"{path}: sound track must be one of {[s.index for s in tracks]}, got {wanted}",
                remedy="Tracks stand in the table assets",
            )
        return chosen[0]
    default = [s for s in tracks if s.disposition & av.stream.Disposition.default]
    return next(iter(default or tracks), None)


def begin_of(stream: Any, index: Index) -> int:
    """Return the first time stamp; a decoder's run-in, which is never heard, comes before it."""
    first = min(index.pts, default=0)
    return first if stream.start_time is None else max(first, int(stream.start_time))


def end_of(stream: Any, index: Index) -> int:
    """Return the time stamp of the end, as stated if the file holds as much."""
    end = index.end or 0
    if stream.start_time is None or not stream.duration:
        return end
    return min(end, int(stream.start_time + stream.duration))


def track_of(stream: Any, indexes: Mapping[int, Index], clocks: Mapping[int, Clock]) -> Track:
    """Return a track's row."""
    index, clock, context = indexes[stream.index], clocks.get(stream.index), stream.codec_context
    is_sound = stream.type == "audio" and context is not None
    return Track(
        index=stream.index,
        kind="sound" if stream.type == "audio" else stream.type,
        codec=context.name if context is not None else "",
        language=stream.metadata.get("language"),
        title=stream.metadata.get("title") or stream.metadata.get("handler_name"),
        channels=context.channels if is_sound else None,
        rate_hz=context.sample_rate if is_sound else None,
        start=clock.at(begin_of(stream, index)) if clock and index.pts else None,
        end=clock.at(end_of(stream, index)) if clock and index.end is not None else None,
        is_default=bool(stream.disposition & av.stream.Disposition.default),
    )


def tags_of(container: av.container.InputContainer, main: Any) -> tuple[tuple[str, str], ...]:
    """Return what the file says of itself, sorted by name, without endless values."""
    tags = {**main.metadata, **container.metadata}
    return tuple(sorted((str(name), str(value)[:_LONGEST_TAG]) for name, value in tags.items()))
