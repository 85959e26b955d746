"""OTIO: timelines as OpenTimelineIO's own JSON.

Kept: clips, gaps, nests, transitions, markers, speeds, media with their ranges and reels, rates exactly (the fraction
stands in the metadata beside OTIO's float). Left out when reading: effects that are no speed, other tools' metadata.

Source: OpenTimelineIO 0.18 file format specification.
"""

import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import RationalTime, TimeRange

from kinoeye.errors import DocumentError
from kinoeye.export.timeline import Clip, Effect, Gap, Item, Marker, Media, Nest, Timeline, Track, Transition
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds, standard_rate

DEEPEST_NEST = 40  # a nest in a nest in a nest; deeper is a mistake or an attack

COLOURS = ("pink", "red", "orange", "yellow", "green", "cyan", "blue", "purple", "magenta", "black", "white")


def write(timeline: Timeline) -> bytes:
    """Return the timeline as .otio, UTF-8 JSON."""
    return str(to_otio(timeline).to_json_string(indent=2)).encode()


def read(document: bytes) -> list[Timeline]:
    """Read a .otio file: every timeline in it.

    Raises
    ------
    DocumentError
        If it is no OTIO document, or holds no timeline.
    """
    try:
        found = otio.adapters.read_from_string(document.decode("utf-8-sig"), "otio_json")
    except (otio.exceptions.OTIOError, ValueError, RuntimeError, LookupError, TypeError, MemoryError) as error:
        raise DocumentError(f"otio: must be an OpenTimelineIO document, got {_first_line(error)}") from error
    return from_any(found)


def from_any(found: object) -> list[Timeline]:
    """Return the timelines of whatever stands at the top of an OTIO document."""
    if isinstance(found, otio.schema.Timeline):
        return [from_otio(found)]
    if isinstance(found, otio.schema.SerializableCollection):
        return [timeline for child in found for timeline in from_any(child)]
    if isinstance(found, otio.schema.Stack | otio.schema.Track | otio.schema.Clip):
        wrapped = otio.schema.Timeline(found.name)
        parts = found if isinstance(found, otio.schema.Stack) else [found]
        for part in parts:
            track = part if isinstance(part, otio.schema.Track) else otio.schema.Track(children=[part.clone()])
            wrapped.tracks.append(track.clone())
        return [from_otio(wrapped)]
    raise DocumentError(f"otio: must hold a timeline, got {type(found).__name__}")


def to_otio(timeline: Timeline) -> otio.schema.Timeline:
    """Return the timeline as OTIO's own object."""
    start = to_time(timeline.start, timeline.rate)
    made = otio.schema.Timeline(timeline.name, global_start_time=start)
    made.metadata["kinoeye"] = {
        "rate": str(timeline.rate),
        "is_drop_frame": timeline.is_drop_frame,
        "notes": list(timeline.notes),
        "width": timeline.width,
        "height": timeline.height,
    }
    for track in timeline.tracks:
        made.tracks.append(_to_track(track, timeline.rate))
    made.tracks.markers.extend(_to_marker(marker, timeline.rate) for marker in timeline.markers)
    return made


def from_otio(found: otio.schema.Timeline) -> Timeline:
    """Return OTIO's timeline as ours.

    Raises
    ------
    DocumentError
        If a clip has no range, or nests go too deep.
    """
    ours = found.metadata.get("kinoeye", {})
    start = found.global_start_time
    rate = _fraction(str(ours.get("rate", ""))) or _rate_of(found)
    tracks = tuple(_from_track(child, rate, 0) for child in found.tracks)
    return Timeline(
        name=found.name,
        rate=rate,
        tracks=tracks,
        start=from_time(start, rate) if start else 0,
        is_drop_frame=bool(ours.get("is_drop_frame", False)),
        markers=tuple(_from_marker(marker, rate) for marker in found.tracks.markers),
        notes=tuple(str(note) for note in ours.get("notes", ())),
        width=int(ours.get("width", 0)),
        height=int(ours.get("height", 0)),
    )


def to_time(flicks: int, rate: Fraction) -> RationalTime:
    """Return flicks as OTIO's time: a whole number of pictures wherever it is one."""
    value = flicks * rate / FLICKS_PER_SECOND
    nearest = round(value)
    whole = abs(nearest * FLICKS_PER_SECOND / rate - flicks) <= Fraction(1, 2)
    return RationalTime(nearest if whole else float(value), float(rate))


def from_time(time: RationalTime, timeline_rate: Fraction | None = None) -> int:
    """Return OTIO's time as flicks; its float rate is taken for the standard rate it means."""
    rate = exact_rate(time.rate)
    if timeline_rate is not None and float(timeline_rate) == time.rate:
        rate = timeline_rate
    if rate <= 0 or time.value != time.value or abs(time.value) == float("inf"):
        raise DocumentError(f"otio: a time must be a number at a rate above 0, got {time.value} at {time.rate}")
    return from_seconds(Fraction(time.value) / rate)


def exact_rate(rate: float) -> Fraction:
    """Return the rate that a float means: 23.98, 23.976 and 23.976023976023978 are 24000/1001."""
    if not 0 < rate < 1e9:
        return Fraction(0)
    return standard_rate(Fraction(str(rate)))


def _to_track(track: Track, rate: Fraction) -> otio.schema.Track:
    made = otio.schema.Track(track.name, kind=track.kind.capitalize())
    made.extend(_to_item(item, rate) for item in track.items)
    return made


def _to_item(item: Item, rate: Fraction) -> Any:
    if isinstance(item, Gap):
        gap = otio.schema.Gap(source_range=TimeRange(to_time(0, rate), to_time(item.duration, rate)))
        gap.markers.extend(_to_marker(marker, rate) for marker in item.markers)
        return gap
    if isinstance(item, Transition):
        made = otio.schema.Transition(
            item.name or item.effect,
            transition_type="SMPTE_Dissolve" if item.effect != "wipe" else "Custom_Transition",
            in_offset=to_time(item.in_offset, rate),
            out_offset=to_time(item.out_offset, rate),
        )
        made.metadata["kinoeye"] = {"effect": item.effect}
        return made
    counted = item.rate or rate if isinstance(item, Clip) else rate
    span = TimeRange(to_time(item.start, counted), to_time(item.duration, rate))
    if isinstance(item, Nest):
        made = otio.schema.Stack(item.name, source_range=span)
        made.extend(_to_track(track, rate) for track in item.tracks)
    else:
        made = otio.schema.Clip(item.name, media_reference=_to_media(item.media, rate), source_range=span)
        if item.source_duration is not None:
            made.metadata["kinoeye"] = {"source_duration_flicks": item.source_duration}
    made.enabled = item.is_enabled
    made.markers.extend(_to_marker(marker, counted) for marker in item.markers)
    if item.speed == 0:
        made.effects.append(otio.schema.FreezeFrame())
    elif item.speed != 1:
        warp = otio.schema.LinearTimeWarp(time_scalar=float(item.speed))
        warp.metadata["kinoeye"] = {"speed": str(item.speed)}
        made.effects.append(warp)
    return made


def _to_media(media: Media | None, rate: Fraction) -> otio.core.MediaReference:
    if media is None:
        return otio.schema.MissingReference()
    counted = media.rate or rate
    span = None
    if media.duration is not None:
        span = TimeRange(to_time(media.start, counted), to_time(media.duration, counted))
    made: Any
    if media.generator:
        made = otio.schema.GeneratorReference(media.name, generator_kind=media.generator, available_range=span)
    elif media.path:
        made = otio.schema.ExternalReference(target_url=media.path, available_range=span)
        made.name = media.name
    else:
        made = otio.schema.MissingReference(media.name, available_range=span)
    made.metadata["kinoeye"] = {
        "rate": str(media.rate or ""),
        "start_flicks": media.start,
        "reel": media.reel,
        "is_drop_frame": media.is_drop_frame,
        "width": media.width,
        "height": media.height,
        "has_sound": media.has_sound,
    }
    if media.reel:
        made.metadata["cmx_3600"] = {"reel": media.reel}
    return made


def _to_marker(marker: Marker, rate: Fraction) -> otio.schema.Marker:
    colour = marker.colour.upper() if marker.colour in COLOURS else "RED"
    made = otio.schema.Marker(
        marker.name,
        marked_range=TimeRange(to_time(marker.time, rate), to_time(marker.duration, rate)),
        color=colour,
    )
    made.comment = marker.note
    return made


def _rate_of(found: otio.schema.Timeline) -> Fraction:
    """Find the rate that a timeline without our note counts in: its start's, else its first item's."""
    times = [found.global_start_time] if found.global_start_time else []
    for item in found.find_children():
        if isinstance(item, otio.schema.Clip | otio.schema.Gap):
            times += [span.duration for span in (item.source_range, _available(item)) if span is not None]
            if len(times) > 1:
                break
    rates = [rate for rate in (exact_rate(time.rate) for time in times) if rate > 1]
    return rates[0] if rates else Fraction(24)


def _available(item: otio.core.Item) -> TimeRange | None:
    media = getattr(item, "media_reference", None)
    return media.available_range if media is not None else None


def _from_track(found: otio.core.Item, rate: Fraction, depth: int) -> Track:
    """Return a stack's child as a track: a trimmed track becomes a nest in one, a bare clip a track of its own."""
    if depth > DEEPEST_NEST:
        raise DocumentError(f"otio: nests may go {DEEPEST_NEST} deep, got more")
    if not isinstance(found, otio.schema.Track):
        return Track("video", (_from_item(found, rate, depth),), found.name)
    kind: Any = "audio" if found.kind == otio.schema.TrackKind.Audio else "video"
    inner = Track(kind, tuple(_from_item(child, rate, depth) for child in found), found.name)
    span = found.source_range
    if span is None or (not span.start_time.value and from_time(span.duration, rate) == inner.duration):
        return inner
    start, duration = from_time(span.start_time, rate), from_time(span.duration, rate)
    return Track(kind, (Nest(found.name, start, duration, (inner,)),), found.name)


def _from_item(found: otio.core.Composable, rate: Fraction, depth: int) -> Item:
    if isinstance(found, otio.schema.Transition):
        return _from_transition(found, rate)
    try:
        span = found.trimmed_range()
    except (otio.exceptions.OTIOError, NotImplementedError) as error:
        raise DocumentError(f"otio: {found.name or 'a clip'} must have a range, got none") from error
    start, duration = from_time(span.start_time, rate), from_time(span.duration, rate)
    if duration < 0:
        raise DocumentError(f"otio: {found.name or 'a clip'} must not last below 0, got {span.duration.value}")
    markers = tuple(_from_marker(marker, rate) for marker in found.markers)
    if isinstance(found, otio.schema.Gap):
        return Gap(duration, tuple(replace(marker, time=marker.time - start) for marker in markers))
    speed = _speed(found)
    if isinstance(found, otio.schema.Stack | otio.schema.Track):
        children = found if isinstance(found, otio.schema.Stack) else [_untrimmed(found)]
        tracks = tuple(_from_track(child, rate, depth + 1) for child in children)
        return Nest(found.name, start, duration, tracks, speed, markers, found.enabled)
    media = _from_media(getattr(found, "media_reference", None), found)
    counted = exact_rate(span.start_time.rate)
    stated = found.metadata.get("kinoeye", {}).get("source_duration_flicks")
    return Clip(
        name=found.name or (media.name if media else ""),
        start=start,
        duration=duration,
        media=media,
        source_duration=int(stated) if stated is not None else None,
        rate=counted if counted != rate else None,
        speed=speed,
        markers=markers,
        is_enabled=found.enabled,
    )


def _untrimmed(found: otio.schema.Track) -> otio.schema.Track:
    track = found.clone()
    track.source_range = None
    return track


def _from_transition(found: otio.schema.Transition, rate: Fraction) -> Transition:
    operation = found.metadata.get("AAF", {}).get("OperationGroup", {}).get("Operation", {})
    words = f"{found.name} {found.transition_type} {operation.get('Name', '')}".lower()
    effect: Any = found.metadata.get("kinoeye", {}).get("effect") or effect_named(words)
    offsets = from_time(found.in_offset, rate), from_time(found.out_offset, rate)
    return Transition(effect, *offsets, name=found.name)


def effect_named(words: str) -> Effect:
    """Return the effect that a transition's name in any editing system means; unknown ones count as dissolves."""
    low = words.lower()
    if "wipe" in low or "slide" in low or "push" in low:
        return "wipe"
    if "dip" in low or "fade in fade out" in low or ("fade" in low and "dissolve" not in low and "cross" not in low):
        return "fade"
    return "dissolve"


def _speed(found: otio.core.Item) -> Fraction:
    speed = Fraction(1)
    for effect in found.effects:
        if isinstance(effect, otio.schema.LinearTimeWarp):
            exact = _fraction(str(effect.metadata.get("kinoeye", {}).get("speed", "")).removeprefix("-"))
            exact = -exact if exact and effect.time_scalar < 0 else exact
            # OTIO's own JSON brings a float back with its last digit off.
            is_same = exact is not None and math.isclose(exact, effect.time_scalar, rel_tol=1e-12)
            speed *= exact if exact is not None and is_same else Fraction(effect.time_scalar)
    return speed


def _from_media(found: otio.core.MediaReference | None, clip: otio.core.Item) -> Media | None:
    ours = found.metadata.get("kinoeye", {}) if found is not None else {}
    reel = str(ours.get("reel") or clip.metadata.get("cmx_3600", {}).get("reel") or "")
    span = found.available_range if found is not None else None
    if found is None or (isinstance(found, otio.schema.MissingReference) and span is None and not reel and not ours):
        return None
    path = str(getattr(found, "target_url", None) or getattr(found, "target_url_base", None) or "")
    return Media(
        name=found.name or clip.name,
        path=path,
        reel=reel,
        rate=_fraction(str(ours.get("rate", ""))) or (exact_rate(span.duration.rate) or None if span else None),
        start=int(ours["start_flicks"]) if "start_flicks" in ours else from_time(span.start_time) if span else 0,
        duration=from_time(span.duration) if span else None,
        is_drop_frame=bool(ours.get("is_drop_frame", False)),
        width=int(ours.get("width", 0)),
        height=int(ours.get("height", 0)),
        has_sound=bool(ours.get("has_sound", False)),
        generator=str(getattr(found, "generator_kind", "") or ""),
    )


def _from_marker(found: otio.schema.Marker, rate: Fraction) -> Marker:
    span = found.marked_range
    note = str(getattr(found, "comment", "") or "")
    colour = (found.color or "red").lower()
    return Marker(from_time(span.start_time, rate), found.name, note, colour, from_time(span.duration, rate))


def _fraction(text: str) -> Fraction | None:
    try:
        value = Fraction(text) if text else None
    except (ValueError, ZeroDivisionError):
        return None
    return value if value and value > 0 else None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
