"""FCP7 XML, read: every top sequence of an xmeml document of any editing system.

Clips in a sequence within it become nests; titles, mattes and bars are kept as generated media. Effects other than a
steady speed are left out.

Source: Apple, Final Cut Pro XML Interchange Format (xmeml) version 5.
"""

from fractions import Fraction
from itertools import islice
from typing import Literal
from xml.etree.ElementTree import Element

from kinoeye import xml
from kinoeye.errors import DocumentError
from kinoeye.export.otio import effect_named
from kinoeye.export.timeline import Clip, Gap, Item, Marker, Media, Nest, Timeline, Track, Transition, clips_of
from kinoeye.timecode import clock, frame_to_flicks

MOST_CLIPS = 200_000  # sequences within sequences can multiply without end
LARGEST = 10**15  # a picture number beyond is damage


def read(document: bytes) -> list[Timeline]:
    """Read an xmeml document.

    Raises
    ------
    DocumentError
        If it is no xmeml, or holds no sequence.
    """
    root = xml.parse(document, "xml")
    if root.tag != "xmeml":
        raise DocumentError(f"xml: the root must be xmeml, got {root.tag[:40]!r}")
    reader = _Reader(root)
    tops = root.findall("sequence") + [
        child for bin_ in (*root.iter("children"),) for child in bin_ if child.tag == "sequence"
    ]
    if not tops:
        raise DocumentError("xml: must hold a sequence, got none")
    return [reader.timeline(sequence) for sequence in tops]


class _Reader:
    """One document: its files and sequences by id."""

    def __init__(self, root: Element) -> None:
        self.full: dict[tuple[str, str], Element] = {}
        for element in root.iter():
            if element.tag in {"file", "sequence"} and element.get("id") and len(element):
                self.full.setdefault((element.tag, element.get("id", "")), element)
        self.nests: dict[str, tuple[Track, ...]] = {}
        self.opening: list[str] = []

    def timeline(self, sequence: Element) -> Timeline:
        """Return a sequence."""
        rate = _rate(sequence) or Fraction(24)
        start, is_drop_frame = _timecode(sequence, rate)
        tracks = self._tracks(sequence, rate)
        if sum(1 for _ in islice(clips_of(tracks), MOST_CLIPS + 1)) > MOST_CLIPS:
            raise DocumentError(f"xml: a sequence may hold {MOST_CLIPS} clips, got more")
        shape = sequence.find("media/video/format/samplecharacteristics")
        return Timeline(
            name=sequence.findtext("name", ""),
            rate=rate,
            tracks=tracks,
            start=start,
            is_drop_frame=is_drop_frame,
            markers=_markers(sequence, 0, rate),
            notes=tuple(note.text or "" for note in sequence.iterfind("comments/mastercomment1")),
            width=_number(shape, "width") or 0 if shape is not None else 0,
            height=_number(shape, "height") or 0 if shape is not None else 0,
        )

    def _tracks(self, sequence: Element, rate: Fraction) -> tuple[Track, ...]:
        media = sequence.find("media")
        tracks: list[Track] = []
        kinds: tuple[Literal["video", "audio"], ...] = ("video", "audio")
        for kind in kinds:
            for track in media.iterfind(f"{kind}/track") if media is not None else ():
                items, late = self._items(track, rate)
                tracks.append(Track(kind, items, track.findtext("name", "")))
                if late:
                    tracks.append(Track(kind, _in_order(late), track.findtext("name", "")))
        return tuple(tracks)

    def _items(self, track: Element, rate: Fraction) -> tuple[tuple[Item, ...], list[tuple[int, Item]]]:
        """Return a track's items, and those that overlap what stands there (Premiere's exploded sound does that)."""
        elements = [child for child in track if child.tag in {"clipitem", "generatoritem", "transitionitem"}]
        spans = [_Transition(child, rate) if child.tag == "transitionitem" else None for child in elements]
        items: list[Item] = []
        late: list[tuple[int, Item]] = []
        time = 0
        for number, element in enumerate(elements):
            mine = spans[number]
            if mine is not None:
                if mine.cut > time:
                    items.append(Gap(mine.cut - time))
                time = max(time, mine.cut)
                items.append(mine.item)
                continue
            head = spans[number - 1] if number else None
            tail = spans[number + 1] if number + 1 < len(spans) else None
            begin, end, before, behind = self._span(element, head, tail, rate)
            item = self._item(element, rate, end - begin, before, behind)
            if begin < time:
                late.append((begin, item))
                continue
            if begin > time:
                items.append(Gap(begin - time))
            items.append(item)
            time = end
        return tuple(items), late

    def _span(
        self, element: Element, head: "_Transition | None", tail: "_Transition | None", rate: Fraction
    ) -> tuple[int, int, int, int]:
        """Return where a clip begins and ends without its handles, and how long its handles are."""
        start, end = _number(element, "start"), _number(element, "end")
        if start is None or end is None or (start == -1 and head is None) or (end == -1 and tail is None):
            raise DocumentError(f"xml: a clip must have a place, got {element.findtext('name', '')!r} without one")
        begin = head.cut if start == -1 and head else frame_to_flicks(start, rate)
        finish = tail.cut if end == -1 and tail else frame_to_flicks(end, rate)
        early = head.item.in_offset if start == -1 and head else 0
        late = tail.item.out_offset if end == -1 and tail else 0
        if finish < begin:
            raise DocumentError(f"xml: a clip must not end before it begins, got {element.findtext('name', '')!r}")
        return begin, finish, early, late

    def _item(self, element: Element, rate: Fraction, duration: int, early: int, late: int) -> Item:
        counted = _rate(element) or rate
        first, last = _number(element, "in") or 0, _number(element, "out") or 0
        start = frame_to_flicks(first, counted) + early
        used = frame_to_flicks(last - first, counted) - early - late
        speed = _speed(element)
        is_enabled = element.findtext("enabled", "TRUE").upper() != "FALSE"
        name = element.findtext("name", "")
        nested = element.find("sequence")
        if nested is not None:
            return Nest(
                name, start, duration, self._nest(nested, rate), speed, _markers(element, 0, counted), is_enabled
            )
        media = self._media(element, name)
        zero = media.start if media is not None else 0
        return Clip(
            name=name,
            start=zero + start,
            duration=duration,
            media=media,
            source_duration=None if _same(used, duration, counted, rate) else used,
            rate=counted if counted != rate else None,
            speed=speed,
            markers=_markers(element, zero, counted),
            is_enabled=is_enabled,
        )

    def _nest(self, element: Element, rate: Fraction) -> tuple[Track, ...]:
        found = element.get("id", "")
        sequence = self.full.get(("sequence", found), element)
        if found and found in self.opening:
            raise DocumentError(f"xml: a sequence must not hold itself, got {found!r}")
        if found not in self.nests or not found:
            self.opening.append(found)
            self.nests[found] = self._tracks(sequence, _rate(sequence) or rate)
            self.opening.pop()
        return self.nests[found]

    def _media(self, element: Element, name: str) -> Media | None:
        if element.tag == "generatoritem":
            return Media(name, generator=element.findtext("effect/name", "") or "generator")
        found = element.find("file")
        if found is None:
            return None
        full = self.full.get(("file", found.get("id", "")), found)
        rate = _rate(full)
        start, is_drop_frame = _timecode(full, rate or Fraction(24))
        length = _number(full, "duration")
        shape = full.find("media/video/samplecharacteristics")
        path = full.findtext("pathurl", "")
        return Media(
            name=full.findtext("name", "") or name,
            path=path,
            reel=full.findtext("timecode/reel/name", ""),
            rate=rate,
            start=start,
            duration=frame_to_flicks(length, rate) if length is not None and rate else None,
            is_drop_frame=is_drop_frame,
            width=_number(shape, "width") or 0 if shape is not None else 0,
            height=_number(shape, "height") or 0 if shape is not None else 0,
            has_sound=full.find("media/audio") is not None,
            generator="" if path else full.findtext("mediaSource", ""),
        )


class _Transition:
    """A transition item: its cut and what it is."""

    def __init__(self, element: Element, rate: Fraction) -> None:
        start, end = _number(element, "start"), _number(element, "end")
        if start is None or end is None or end < start:
            raise DocumentError("xml: a transition must have a start and an end behind it, got none")
        early = (end - start) // 2
        alignment = element.findtext("alignment", "center")
        stated = _number(element, "cutPoint")
        if alignment.startswith("start"):
            early = 0
        elif alignment.startswith("end"):
            early = end - start
        elif stated is not None and 0 <= stated <= end - start:
            early = stated
        cut = frame_to_flicks(start + early, rate)
        effect = element.findtext("effect/name", "")
        words = element.findtext("effect/effectid", "") or effect
        self.cut = cut
        self.item = Transition(
            effect_named(words), cut - frame_to_flicks(start, rate), frame_to_flicks(end, rate) - cut, effect
        )


def _in_order(late: list[tuple[int, Item]]) -> tuple[Item, ...]:
    items: list[Item] = []
    time = 0
    for begin, item in late:
        if begin < time:
            raise DocumentError(f"xml: at most two clips of a track may overlap, got more at {clock(begin)}")
        if begin > time:
            items.append(Gap(begin - time))
        items.append(item)
        time = begin + (0 if isinstance(item, Transition) else item.duration)
    return tuple(items)


def _number(parent: Element, tag: str) -> int | None:
    """Return a whole number; Hiero writes 1055.0."""
    text = parent.findtext(tag, "").strip()
    if not text:
        return None
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        value = Fraction(LARGEST + 1)
    if value.denominator != 1 or abs(value) > LARGEST:
        raise DocumentError(f"xml: {tag} must be a whole number of pictures, got {text[:40]!r}")
    return value.numerator


def _rate(parent: Element) -> Fraction | None:
    text = parent.findtext("rate/timebase", "").strip()
    if not text:
        return None
    try:
        base = Fraction(text)
    except (ValueError, ZeroDivisionError):
        base = Fraction(0)
    if not 0 < base <= 1000:
        raise DocumentError(f"xml: a time base must be a number above 0, got {text[:40]!r}")
    is_slowed = parent.findtext("rate/ntsc", "FALSE").strip().upper() == "TRUE"
    return base * 1000 / 1001 if is_slowed else base


def _timecode(parent: Element, rate: Fraction) -> tuple[int, bool]:
    code = parent.find("timecode")
    if code is None:
        return 0, False
    frame = _number(code, "frame") or 0
    drops = code.findtext("displayformat", "NDF").strip() == "DF"
    own = _rate(code) or rate
    return frame_to_flicks(frame, own), drops and (own * 1001 / 30_000).denominator == 1


def _same(used: int, duration: int, counted: Fraction, rate: Fraction) -> bool:
    """Whether a clip uses as much of its media as it lasts, at a grid of its own within half a picture."""
    return used == duration if counted == rate else abs(used - duration) * 2 < frame_to_flicks(1, counted)


def _speed(element: Element) -> Fraction:
    for effect in element.iterfind("filter/effect"):
        if effect.findtext("effectid", "") == "timeremap":
            values = {p.findtext("parameterid", ""): p.findtext("value", "") for p in effect.iterfind("parameter")}
            try:
                if "kinoeye_speed" in values:
                    return Fraction(values["kinoeye_speed"])
                speed = Fraction(values.get("speed") or "100") / 100
            except (ValueError, ZeroDivisionError) as error:
                raise DocumentError(f"xml: a speed must be a number, got {values.get('speed')!r}") from error
            return -speed if values.get("reverse", "").upper() == "TRUE" else speed
    return Fraction(1)


def _markers(parent: Element, zero: int, rate: Fraction) -> tuple[Marker, ...]:
    found = []
    for element in parent.iterfind("marker"):
        first, last = _number(element, "in") or 0, _number(element, "out")
        length = frame_to_flicks(last - first, rate) if last is not None and last > first else 0
        name, note = element.findtext("name", ""), element.findtext("comment", "")
        found.append(Marker(zero + frame_to_flicks(first, rate), name, note, duration=length))
    return tuple(found)
