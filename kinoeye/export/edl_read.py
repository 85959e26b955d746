"""EDL, read: CMX 3600 lists of any editing system into timelines.

The list does not say its rate, so it is given, or found in our own comment, or guessed from the highest label and the
FCM line; a guess stands in the timeline's notes.

Source: CMX 3600 EDL specification; SMPTE 258M-2004.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal

from kinoeye.errors import DocumentError, UseError
from kinoeye.export.otio import effect_named
from kinoeye.export.timeline import Clip, Effect, Gap, Item, Marker, Media, Timeline, Track, Transition, label, picture
from kinoeye.timecode import Timecode, frame_to_flicks

MOST_BYTES = 64 << 20  # a feature film's list is under a megabyte
DAY_SECONDS = 24 * 3600
DROPPING_MINUTES_A_DAY = 24 * 54  # all but every tenth: ST 12-1, 7.2.2

_CODE = r"(\d\d:\d\d:\d\d[:;.,]\d{2,3})"
_EVENT = re.compile(
    rf"(\d+)\s+(\S.*?)\s+([VAB][VA0-9/]*|NONE)\s+(C|D|W\d{{0,3}}|K\s?[BO]?)\s+(?:(\d+)\s+)?"
    rf"{_CODE}\s+{_CODE}\s+{_CODE}\s+{_CODE}"
)
_SPEED = re.compile(rf"M2\s+(.*?)\s*([-+]?\d+(?:\.\d+)?)\s+{_CODE}")
_NAME = re.compile(r"\*?\s*(FROM|TO) CLIP NAME:\s*(.*)", re.IGNORECASE)
_FILE = re.compile(r"\*?\s*(?:SOURCE FILE|FROM FILE):\s*(.*)", re.IGNORECASE)
_EFFECT = re.compile(r"\*?\s*EFFECTS? NAME(?: IS|:)\s*(.*)", re.IGNORECASE)
_MARKER = re.compile(rf"\*\s*LOC:\s*{_CODE}\s+(\w+)\s*(.*)", re.IGNORECASE)
_OURS = re.compile(r"\*\s*KINOEYE (RATE|CUT POINT|SPEED):\s*(.*)")
_CHANNEL = re.compile(r"V|A\d?")


@dataclass
class _Event:
    """One line with time codes, and the comments that follow it."""

    line: int
    reel: str
    channels: str
    kind: str
    frames: int
    codes: tuple[str, str, str, str]
    is_drop_frame: bool
    names: dict[str, str] = field(default_factory=dict)
    path: str = ""
    effect: str = ""
    speed: Fraction | None = None
    exact_speed: Fraction | None = None
    cut: str = ""
    markers: list[tuple[str, str, str]] = field(default_factory=list)
    sound: tuple[str, ...] = ()


def read(document: bytes, *, rate: Fraction | None = None) -> list[Timeline]:
    """Read an EDL: one timeline.

    Parameters
    ----------
    rate : Fraction or None
        Pictures a second; None takes our own comment, or guesses and says so in the notes.

    Raises
    ------
    DocumentError
        If a line is no event, source and record do not last equally long, or events overlap.
    """
    if len(document) > MOST_BYTES:
        raise DocumentError(f"edl: a list must be below {MOST_BYTES >> 20} MB, got {len(document) >> 20}")
    text = document.decode("utf-8-sig", errors="replace")
    title, stated, events, notes = _scan(text.splitlines())
    if not events:
        raise DocumentError("edl: must hold at least one event, got none", remedy="Check that this is a CMX 3600 list")
    used = rate or stated
    if used is None:
        used = _guess(events)
        notes.append(f"The list does not say its rate; {used} was guessed from its labels.")
    return [_Builder(used, events).timeline(title, notes)]


def _scan(lines: Iterable[str]) -> tuple[str, Fraction | None, list[_Event], list[str]]:
    title, stated, is_drop_frame = "", None, False
    events: list[_Event] = []
    notes: list[str] = []
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        event = events[-1] if events else None
        ours = _OURS.fullmatch(line)
        if line.upper().startswith("TITLE:"):
            title = line[6:].strip()
        elif line.upper().startswith("FCM:"):
            is_drop_frame = "NON" not in line.upper()
        elif ours and ours.group(1) == "RATE":
            stated = _rate(ours.group(2), number)
        elif line.startswith("* NOTE:") and event is None:
            notes.append(line[7:].strip())
        elif line[:1].isdigit():
            events.append(_event(line, number, is_drop_frame))
        elif event is not None:
            _comment(event, line, number)
    return title, stated, events, notes


def _rate(text: str, number: int) -> Fraction:
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        rate = Fraction(0)
    if not 0 < rate <= 1000:
        raise DocumentError(f"edl: line {number}: a rate must be a fraction above 0, got {text[:40]!r}")
    return rate


def _event(line: str, number: int, is_drop_frame: bool) -> _Event:
    match = _EVENT.fullmatch(line)
    if match is None:
        raise DocumentError(
            f"edl: line {number}: an event must have number, reel, track, edit and four time codes, got {line[:60]!r}"
        )
    _, reel, channels, kind, frames, *codes = match.groups()
    if kind.startswith("K"):
        raise DocumentError(f"edl: line {number}: edits must be cuts, dissolves or wipes, got a key")
    if kind != "C" and not frames:
        raise DocumentError(f"edl: line {number}: a transition must say its length, got {line[:60]!r}")
    return _Event(
        number, reel, channels, kind, int(frames or 0), (codes[0], codes[1], codes[2], codes[3]), is_drop_frame
    )


def _comment(event: _Event, line: str, number: int) -> None:
    if match := _NAME.fullmatch(line):
        event.names[match.group(1).upper()] = match.group(2).strip()
    elif match := _FILE.fullmatch(line):
        event.path = match.group(1).strip()
    elif match := _EFFECT.fullmatch(line):
        event.effect = match.group(1).strip()
    elif match := _MARKER.fullmatch(line):
        event.markers.append((match.group(1), match.group(2), match.group(3).strip()))
    elif match := _OURS.fullmatch(line):
        if match.group(1) == "SPEED":
            event.exact_speed = Fraction(match.group(2)) if re.fullmatch(r"-?\d+/[1-9]\d*", match.group(2)) else None
        else:
            event.cut = match.group(2)
    elif match := _SPEED.match(line):
        event.speed = Fraction(match.group(2))
    elif line.startswith("M2"):
        raise DocumentError(f"edl: line {number}: M2 must give reel, speed and time code, got {line[:60]!r}")
    elif line.upper().startswith("AUD "):
        event.sound = tuple(f"A{channel}" for channel in line[4:].split() if channel in {"3", "4"})


def _guess(events: list[_Event]) -> Fraction:
    codes = [code for event in events for code in event.codes]
    highest = max(int(re.split("[:;.,]", code)[-1]) for code in codes)
    if any(event.is_drop_frame for event in events) or any(";" in code for code in codes):
        return Fraction(30_000, 1001) if highest < 30 else Fraction(60_000, 1001)
    return Fraction(next((rate for rate in (24, 25, 30, 48, 50, 60, 100) if highest < rate), 120))


class _Builder:
    """Events of one rate into tracks."""

    def __init__(self, rate: Fraction, events: list[_Event]) -> None:
        self.rate = rate
        self.events = events
        self.marks = any(_mark(code) in ";," for event in events for code in event.codes)
        self.can_drop = (rate * 1001 / 30_000).denominator == 1

    def timeline(self, title: str, notes: list[str]) -> Timeline:
        """Return the events as a timeline that starts with the first of them."""
        start = min(self._time(event, 2) for event in self.events)
        channels = dict.fromkeys(name for event in self.events for name in _channels(event))
        tracks = tuple(self._track(name, start) for name in sorted(channels, key=lambda name: (name != "V", name)))
        return Timeline(
            title, self.rate, tracks, start, self._drops(self.events[0], 2), self._loose(start), tuple(notes)
        )

    def _drops(self, event: _Event, column: int) -> bool:
        if not self.can_drop:
            return False
        return _mark(event.codes[column]) in ";," if self.marks else event.is_drop_frame

    def _time(self, event: _Event, column: int) -> int:
        return self._flicks(event.codes[column], event, self._drops(event, column))

    def _flicks(self, code: str, event: _Event, drops: bool) -> int:
        try:
            clock, frames = code[:8], code[9:]
            return Timecode.parse(f"{clock}{';' if drops else ':'}{frames}", self.rate).flicks()
        except UseError as error:
            raise DocumentError(
                f"edl: line {event.line}: {error.message}", remedy="Give the list's own rate"
            ) from error

    def _span(self, event: _Event, column: int) -> tuple[int, int]:
        """Return begin and length of source (0) or record (2); a length across midnight is one day longer."""
        begin, end = self._time(event, column), self._time(event, column + 1)
        day = DAY_SECONDS * round(self.rate)
        if self._drops(event, column):
            day -= DROPPING_MINUTES_A_DAY * (round(self.rate) // 15)
        return begin, end - begin + (frame_to_flicks(day, self.rate) if end < begin else 0)

    def _track(self, name: str, start: int) -> Track:
        items: list[Item] = []
        clock = start
        pending: _Event | None = None
        for event in self.events:
            if name not in _channels(event):
                continue
            begin, length = self._span(event, 2)
            if begin < clock:
                raise DocumentError(
                    f"edl: line {event.line}: events must not overlap, got {event.codes[2]}"
                    f" before {label(clock, self.rate)}"
                )
            if begin > clock:
                items.append(Gap(begin - clock))
            if event.kind == "C" and not length:
                pending = event
            else:
                self._append(items, event, length, pending)
                pending = None
            clock = begin + length
        kind: Literal["video", "audio"] = "video" if name == "V" else "audio"
        return Track(kind, tuple(items), name)

    def _append(self, items: list[Item], event: _Event, length: int, pending: _Event | None) -> None:
        source, used = self._span(event, 0)
        speed = event.exact_speed if event.exact_speed is not None else self._speed(event)
        if speed == 1 and event.speed is None and used != length:
            raise DocumentError(
                f"edl: line {event.line}: source and record must last equally long, got"
                f" {picture(used, self.rate)} and {picture(length, self.rate)} pictures",
                remedy="Correct the list, or mark the speed with an M2 line",
            )
        early = 0
        if event.kind != "C":
            early = self._transition(items, event, length, pending, source)
        if event.reel == "BL":
            items.append(Gap(length - early))
            return
        # A list gives a freeze the one picture that it shows.
        usual = length * abs(speed) if speed else frame_to_flicks(1, self.rate)
        clip = Clip(
            name=self._name(event),
            start=source + int(early * speed),
            duration=length - early,
            media=self._media(event),
            source_duration=used if used != usual else None,
            speed=speed,
        )
        items.append(self._marked(clip, event, early))

    def _transition(self, items: list[Item], event: _Event, length: int, pending: _Event | None, source: int) -> int:
        """Append the transition; return how far its cut lies behind its start."""
        reach = frame_to_flicks(event.frames, self.rate)
        if pending is not None:
            self._from(items, pending, event)
        elif not items:
            items.append(Gap(0))
        early = 0
        if event.cut:
            early = self._flicks(event.cut, event, self._drops(event, 2)) - self._time(event, 2)
            if not 0 <= early <= min(reach, length):
                raise DocumentError(f"edl: line {event.line}: a cut point must lie in its transition, got {event.cut}")
            items[-1] = _longer(items[-1], early)
        effect: Effect = "wipe" if event.kind.startswith("W") else effect_named(event.effect)
        if effect == "wipe" and event.kind == "D":
            effect = "dissolve"
        name = event.kind if effect == "wipe" and len(event.kind) == 4 else event.effect
        items.append(Transition(effect, early, reach - early, name))
        return early

    def _from(self, items: list[Item], pending: _Event, event: _Event) -> None:
        """Name what a transition comes from, unless it is the clip that ran until then."""
        source = self._time(pending, 0)
        last = items[-1] if items else None
        if pending.reel == "BL":
            if not isinstance(last, Gap):
                items.append(Gap(0))
            return
        if isinstance(last, Clip) and _runs_into(last, pending.reel, source):
            return
        name = event.names.get("FROM", "") or pending.reel
        items.append(Clip(name, source, 0, Media(name, reel=pending.reel, rate=self.rate)))

    def _speed(self, event: _Event) -> Fraction:
        return Fraction(1) if event.speed is None else event.speed / round(self.rate)

    def _name(self, event: _Event) -> str:
        order = ("TO", "FROM") if event.kind != "C" else ("FROM", "TO")
        return next((event.names[key] for key in order if event.names.get(key)), event.reel)

    def _media(self, event: _Event) -> Media:
        drops = self._drops(event, 0)
        return Media(self._name(event), event.path, event.reel, self.rate, is_drop_frame=drops)

    def _marked(self, clip: Clip, event: _Event, early: int) -> Clip:
        if clip.speed != 1 or not event.markers:
            return clip
        begin = self._time(event, 2) + early
        markers = []
        for code, colour, words in event.markers:
            time = self._flicks(code, event, self._drops(event, 2)) - begin + clip.start
            name, _, note = words.partition(" | ")
            markers.append(Marker(time, name, note, colour.lower()))
        return replace(clip, markers=tuple(markers))

    def _loose(self, start: int) -> tuple[Marker, ...]:
        """Return the markers of clips whose speed leaves no fixed place on the source."""
        return tuple(
            Marker(self._flicks(code, event, self._drops(event, 2)) - start, words, "", colour.lower())
            for event in self.events
            if self._speed(event) != 1
            for code, colour, words in event.markers
        )


def _mark(code: str) -> str:
    """Return what stands before the frames; a semicolon or comma means drop frame."""
    return code[8]


def _channels(event: _Event) -> tuple[str, ...]:
    if event.channels == "B":
        return ("V", "A1")
    if event.channels == "NONE":
        return event.sound
    if event.channels.startswith("AA"):
        return ("A1", "A2", *(("V",) if "V" in event.channels else ()), *event.sound)
    found = ["A1" if name == "A" else name for name in _CHANNEL.findall(event.channels.replace("B", "VA"))]
    return (*dict.fromkeys(found), *event.sound)


def _runs_into(last: Clip, reel: str, source: int) -> bool:
    is_same = last.media is not None and last.media.reel == reel
    return is_same and (last.speed != 1 or last.start + last.duration == source)


def _longer(item: Item, by: int) -> Item:
    return item if isinstance(item, Transition) else replace(item, duration=item.duration + by)
