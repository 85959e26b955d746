"""EDL: timelines as CMX 3600 edit decision lists.

Kept: one video track and up to four of sound, cuts, dissolves and wipes, gaps, speeds (M2), markers (LOC), drop and
non-drop frame, and in comments what the format has no place for: the rate, the clip's full name and file, the cut point
inside a dissolve. Lost: further video tracks and nests (refused), what is switched off, picture size, markers outside
clips.

Source: CMX 3600 EDL specification; SMPTE 258M-2004; "The 'CMX 3600' EDL format" as Avid, Resolve and Premiere write it.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from kinoeye.errors import UseError
from kinoeye.export.timeline import (
    Clip,
    Gap,
    Item,
    Media,
    Nest,
    Timeline,
    Track,
    Transition,
    label,
    picture,
    switched_on,
)
from kinoeye.timecode import frame_to_flicks, standard_rate

REEL_LENGTH = 8  # a CMX 3600 column
SOUND_CHANNELS = ("A", "A2", "A3", "A4")

_REEL = re.compile(rf"[A-Za-z0-9_.\-]{{1,{REEL_LENGTH}}}")
_WIPE = re.compile(r"W\d{3}")
_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


@dataclass(frozen=True)
class _Event:
    """One line with time codes: what it shows and how it comes in."""

    clip: Clip | None
    begin: int
    source: int
    duration: int
    effect: Transition | None = None
    before: Clip | None = None


def write(timeline: Timeline) -> bytes:
    """Return the timeline as an EDL, UTF-8.

    Raises
    ------
    UseError
        If there is more than one video track or a nest: the format cannot hold them.
    """
    timeline = switched_on(timeline)
    tracks = _tracks(timeline)
    names = reels(timeline.medias())
    lines = [
        f"TITLE: {_plain(timeline.name) or 'untitled'}",
        f"FCM: {'DROP FRAME' if timeline.is_drop_frame else 'NON-DROP FRAME'}",
        f"* KINOEYE RATE: {timeline.rate}",
        *(f"* NOTE: {_plain(note)}" for note in timeline.notes),
    ]
    events = [(channel, event) for channel, track in tracks for event in _events(track)]
    digits = 3 if len(events) < 1000 else 6  # three is the format's own width; editing systems read six as well
    for number, (channel, event) in enumerate(events, 1):
        lines += ["", *_lines(timeline, f"{number:0{digits}d}", channel, event, names)]
    return ("\r\n".join(lines) + "\r\n").encode()


def reels(medias: tuple[Media, ...]) -> dict[Media, str]:
    """Return a reel name of at most 8 letters for every media, different for each; AX if nothing usable is left.

    Examples
    --------
    >>> list(reels((Media("a day.mov"), Media("a day 2.mov"), Media("日.mov"))).values())
    ['A_DAY', 'A_DAY_2', 'AX']
    """
    found: dict[Media, str] = {}
    taken: dict[str, str] = {"BL": ""}
    for media in medias:
        identity = media.path or media.name
        name = media.reel if _REEL.fullmatch(media.reel) else _squeezed(media.reel or media.name.rsplit(".", 1)[0])
        counter = 1
        stem = name
        while name != "AX" and taken.get(name, identity) != identity and not media.reel:
            counter += 1
            name = f"{stem[: REEL_LENGTH - len(str(counter))]}{counter}"
        taken[name] = identity
        found[media] = name
    return found


def _squeezed(text: str) -> str:
    letters = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")
    return letters[:REEL_LENGTH] or "AX"


def _tracks(timeline: Timeline) -> list[tuple[str, Track]]:
    video = [track for track in timeline.of("video") if any(not isinstance(item, Gap) for item in track.items)]
    sound = [track for track in timeline.of("audio") if any(not isinstance(item, Gap) for item in track.items)]
    if len(video) > 1 or len(sound) > len(SOUND_CHANNELS):
        raise UseError(
            f"edl: a list holds one video track and {len(SOUND_CHANNELS)} of sound, got {len(video)} and {len(sound)}",
            remedy="Export otio, fcpxml or xml instead, or one track at a time",
        )
    if any(isinstance(item, Nest) for track in (*video, *sound) for item in track.items):
        raise UseError("edl: a list holds no nested sequences, got one", remedy="Export otio, fcpxml or xml instead")
    return [("V", track) for track in video] + list(zip(SOUND_CHANNELS, sound, strict=False))


def _events(track: Track) -> list[_Event]:
    """Return the lines of a track; with a transition, a clip begins at its start and the one before ends there."""
    events: list[_Event] = []
    placed = list(track.placed())
    for number, (begin, item) in enumerate(placed):
        before = placed[number - 1][1] if number else None
        after = placed[number + 1][1] if number + 1 < len(placed) else None
        if isinstance(item, Transition) or (isinstance(item, Gap) and not isinstance(before, Transition)):
            continue
        effect = before if isinstance(before, Transition) else None
        early = effect.in_offset if effect else 0
        tail = after.in_offset if isinstance(after, Transition) else 0
        clip = item if isinstance(item, Clip) else None
        source = int(clip.start - early * clip.speed) if clip else 0
        outgoing = placed[number - 2][1] if effect and number > 1 else None
        length = item.duration + early - tail
        if length or effect or _is_bare(item, after):
            out = outgoing if isinstance(outgoing, Clip) else None
            events.append(_Event(clip, begin - early, source, length, effect, out))
    return events


def _is_bare(item: Item, after: Item | None) -> bool:
    """Whether a clip of no length is there for another reason than to name what a transition comes from."""
    return isinstance(item, Clip) and bool(item.markers) and not isinstance(after, Transition)


def _lines(timeline: Timeline, number: str, channel: str, event: _Event, names: dict[Media, str]) -> list[str]:
    lines = []
    effect = event.effect
    if effect:
        before = event.before
        source = int(before.start + (before.duration - effect.in_offset) * before.speed) if before else 0
        out = _Event(before, event.begin, source, 0)
        lines.append(_line(timeline, number, channel, "C", "", out, names))
        kind = "D"
        if effect.effect == "wipe":
            kind = effect.name if _WIPE.fullmatch(effect.name) else "W001"
        length = f"{picture(effect.duration, timeline.rate):03d}"
        lines.append(_line(timeline, number, channel, kind, length, event, names))
    else:
        lines.append(_line(timeline, number, channel, "C", "", event, names))
    clip = event.clip
    if clip is not None and clip.speed != 1:
        lines += _speed(timeline, clip, event, names)
    if effect:
        if effect.effect == "fade" or (effect.name and effect.effect != "wipe"):
            lines.append(f"* EFFECT NAME: {_plain(effect.name or effect.effect)}")
        if event.before is not None:
            lines.append(f"* FROM CLIP NAME: {_plain(event.before.name)}")
        if effect.in_offset:
            cut = timeline.start + event.begin + effect.in_offset
            lines.append(f"* KINOEYE CUT POINT: {label(cut, timeline.rate, timeline.is_drop_frame)}")
    if clip is not None:
        lines.append(f"* {'TO' if effect else 'FROM'} CLIP NAME: {_plain(clip.name)}")
        if clip.media is not None and clip.media.path:
            lines.append(f"* SOURCE FILE: {_plain(clip.media.path)}")
        lines += _markers(timeline, clip, event)
    return lines


def _line(
    timeline: Timeline, number: str, channel: str, kind: str, length: str, event: _Event, names: dict[Media, str]
) -> str:
    rate, clip = timeline.rate, event.clip
    reel = "BL" if clip is None else names[clip.media] if clip.media is not None else "AX"
    drops = clip is not None and clip.media is not None and clip.media.is_drop_frame and _may_drop(rate)
    stated = clip.source_duration if clip and clip.source_duration is not None else None
    used = stated if stated is not None else int(event.duration * abs(clip.speed)) if clip else event.duration
    if not event.duration:
        used = 0
    elif clip is not None and clip.speed == 0 and stated is None:
        used = frame_to_flicks(1, rate)
    record = timeline.start + event.begin
    codes = [label(time, rate, drops) for time in (event.source, event.source + used)]
    codes += [label(time, rate, timeline.is_drop_frame) for time in (record, record + event.duration)]
    return f"{number}  {reel:<8} {channel:<5} {kind:<4} {length:<3} {' '.join(codes)}"


def _speed(timeline: Timeline, clip: Clip, event: _Event, names: dict[Media, str]) -> list[str]:
    """Return the M2 line: pictures of the source a second, counted in the nominal rate; exact in a comment."""
    rate = timeline.rate
    reel = names[clip.media] if clip.media is not None else "AX"
    pictures_a_second = clip.speed * round(rate)
    sign = "-" if pictures_a_second < 0 else ""
    places = 1 if (pictures_a_second * 10).denominator == 1 else 3
    figure = f"{sign}{float(abs(pictures_a_second)):0{4 + places - len(sign)}.{places}f}"
    lines = [f"M2   {reel:<8}       {figure:<8}             {label(event.source, rate)}"]
    if places != 1:
        lines.append(f"* KINOEYE SPEED: {clip.speed}")
    return lines


def _markers(timeline: Timeline, clip: Clip, event: _Event) -> list[str]:
    lines = []
    for marker in clip.markers:
        if clip.speed == 1:
            time = timeline.start + event.begin + marker.time - event.source
            words = " | ".join(filter(None, (_plain(marker.name), _plain(marker.note))))
            code = label(time, timeline.rate, timeline.is_drop_frame)
            lines.append(f"* LOC: {code} {marker.colour.upper():<7} {words}".rstrip())
    return lines


def _may_drop(rate: Fraction) -> bool:
    return (standard_rate(rate) * 1001 / 30_000).denominator == 1


def _plain(text: str) -> str:
    """Return text that cannot start a line of its own."""
    return _BREAK.sub(" ", text).strip()
