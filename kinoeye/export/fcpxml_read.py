"""FCPXML, read: every project of a document, and compound clips that no project uses.

A storyline becomes a track; clips connected to it become tracks by lane. Titles and generators are kept as generated
media. Of a multicam clip the angle that is seen is the clip, the others lie over it, switched off; one with a speed is
a nest. Effects other than a steady speed are left out.

Source: Apple, FCPXML Reference 1.10.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import Literal
from xml.etree.ElementTree import Element

from kinoeye import xml
from kinoeye.errors import DocumentError
from kinoeye.export import fcpxml_angles
from kinoeye.export.fcpxml_angles import Angle
from kinoeye.export.otio import effect_named
from kinoeye.export.timeline import Clip, Gap, Item, Marker, Media, Nest, Timeline, Track, Transition, clips_of
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds, standard_rate

MOST_CLIPS = 200_000  # compound clips of compound clips can multiply without end

_SECONDS = re.compile(r"(-?\d{1,18}(?:/[1-9]\d{0,17})?|-?\d{1,12}\.\d{1,12})s")
_STORY = {"asset-clip", "clip", "video", "audio", "ref-clip", "sync-clip", "mc-clip", "title", "gap", "audition"}
_Placed = tuple[int, str, int, tuple[Item, ...]]  # lane, kind, record time, items


def read(document: bytes) -> list[Timeline]:
    """Read an FCPXML document.

    Raises
    ------
    DocumentError
        If it is no FCPXML, names what it does not hold, or holds no project and no compound clip.
    """
    root = xml.parse(document, "fcpxml")
    if root.tag != "fcpxml":
        raise DocumentError(f"fcpxml: the root must be fcpxml, got {root.tag[:40]!r}")
    reader = _Reader(root)
    found = [reader.timeline(project) for project in root.iter("project")]
    if not found:
        found = [reader.timeline(media) for media in root.iter("media") if media.find("sequence") is not None]
    if not found:
        raise DocumentError("fcpxml: must hold a project or a compound clip, got none")
    return found


def flicks(text: str) -> int:
    """Return a time such as 1001/24000s in flicks.

    Examples
    --------
    >>> flicks("1001/24000s")
    29429400
    """
    match = _SECONDS.fullmatch(text.strip())
    if match is None:
        raise DocumentError(f"fcpxml: a time must look like 1001/24000s, got {text[:40]!r}")
    return from_seconds(Fraction(match.group(1)))


class _Reader:
    """One document: its resources by id, and the compound clips already read."""

    def __init__(self, root: Element) -> None:
        self.resources = {child.get("id", ""): child for child in root.iterfind("resources/*")}
        self.nests: dict[str, tuple[Track, ...]] = {}
        self.angles: dict[str, tuple[Angle, ...]] = {}
        self.sights: dict[tuple[str, str], list[fcpxml_angles.Shown]] = {}
        self.shown = 0  # clips that multicam clips were read as
        self.opening: list[str] = []
        self.is_drop_frame = False

    def timeline(self, owner: Element) -> Timeline:
        """Return the sequence of a project or of a compound clip."""
        sequence = owner.find("sequence")
        if sequence is None:
            raise DocumentError(f"fcpxml: {owner.get('name', 'a project')} must hold a sequence, got none")
        shape = self.resources.get(sequence.get("format", ""))
        return Timeline(
            name=owner.get("name", ""),
            rate=self._rate(shape) or Fraction(24),
            tracks=self._tracks(sequence),
            start=flicks(sequence.get("tcStart", "0s")),
            is_drop_frame=sequence.get("tcFormat") == "DF",
            notes=tuple(line for line in (sequence.findtext("note") or "").splitlines() if line),
            width=_whole(shape, "width"),
            height=_whole(shape, "height"),
        )

    def _rate(self, shape: Element | None) -> Fraction | None:
        text = shape.get("frameDuration") if shape is not None else None
        match = _SECONDS.fullmatch(text) if text else None
        length = Fraction(match.group(1)) if match else Fraction(0)
        return standard_rate(1 / length) if length > 0 else None

    def _tracks(self, sequence: Element) -> tuple[Track, ...]:
        spine = sequence.find("spine")
        if spine is None:
            return ()
        first = flicks(next((child.get("offset", "0s") for child in spine if child.tag in _STORY), "0s"))
        start = flicks(sequence.get("tcStart", "0s"))
        # Offsets count from the sequence's start time code; some tools count them from 0 all the same.
        items, connected = self._storyline(spine, 0, start if first >= start else 0)
        tracks = [Track("video", items, "primary")] if any(not isinstance(item, Gap) for item in items) else []
        if not tracks and items:
            tracks = [Track("video", items, "primary")]
        tracks += _lanes(connected)
        if sum(1 for _ in islice(clips_of(tuple(tracks)), MOST_CLIPS + 1)) > MOST_CLIPS:
            raise DocumentError(f"fcpxml: a timeline may hold {MOST_CLIPS} clips, got more")
        return tuple(tracks)

    def _storyline(self, spine: Element, begin: int, zero: int) -> tuple[tuple[Item, ...], list[_Placed]]:
        """Return a spine's items in order, with gaps where its offsets leave them, and what is connected to them.

        `begin` is its place in the record, `zero` what its own clock shows there.
        """
        items: list[Item] = []
        connected: list[_Placed] = []
        time = begin
        for child in spine:
            if child.tag == "transition":
                offset = flicks(child.get("offset", "0s"))
                length = flicks(child.get("duration", "0s"))
                early = time - begin - (offset - zero)
                name = child.get("name", "")
                shown = child.find("filter-video")
                words = shown.get("name", "") if shown is not None else name
                items.append(Transition(effect_named(words), early, length - early, name))
            elif child.tag in _STORY:
                offset = flicks(child.get("offset", "0s")) - zero + begin if "offset" in child.attrib else time
                if offset > time:
                    items.append(Gap(offset - time))
                    time = offset
                found, late = self._story(child, time)
                items += found
                connected += late
                time += sum(item.duration for item in found if not isinstance(item, Transition))
        return tuple(items), connected

    def _story(self, element: Element, record: int) -> tuple[tuple[Item, ...], list[_Placed]]:
        """Return a story element as items, and everything connected to it; of a multicam clip also its other angles."""
        item, connected = self._item(element, record)
        # Within a multicam it stays a nest: written out, angles of angles could multiply without end.
        if element.tag != "mc-clip" or not isinstance(item, Nest) or item.speed != 1 or self.opening:
            return (item,), connected
        markers = [replace(marker, time=marker.time - item.start) for marker in item.markers]
        seen: tuple[Item, ...] = ()
        for number, part in enumerate(self._shown(element)):
            items = fcpxml_angles.window(part, item.start, item.duration)
            items = items if item.is_enabled else fcpxml_angles.off(items)
            self.shown += len(items)
            if self.shown > MOST_CLIPS:
                raise DocumentError(f"fcpxml: a timeline may hold {MOST_CLIPS} clips, got more")
            if number == 0:
                seen = fcpxml_angles.marked(items, markers)
            elif any(isinstance(each, Clip | Nest) for each in items):
                lane = fcpxml_angles.TOP_LANE + number
                connected.append((lane if part.kind == "video" else -lane, part.kind, record, items))
        return seen, connected

    def _item(self, element: Element, record: int) -> tuple[Item, list[_Placed]]:
        """Return a story element, and everything connected to it by its place in the record."""
        if element.tag == "audition":
            first = next((child for child in element if child.tag in _STORY), None)
            return self._item(first, record) if first is not None else (Gap(0), [])
        start, source = self._clocks(element)
        duration = self._duration(element)
        connected = [
            placed for child in element if child.get("lane") for placed in self._connected(child, record, start)
        ]
        markers = tuple(_marker(child, source - start) for child in element.iterfind("marker"))
        if element.tag == "gap":
            return Gap(duration, tuple(replace(marker, time=marker.time - source) for marker in markers)), connected
        speed, source = _speed(element, start, source)
        name = element.get("name", "")
        is_enabled = element.get("enabled") != "0"
        if element.tag in {"ref-clip", "sync-clip", "mc-clip"}:
            tracks, zero = self._nest(element)
            markers = tuple(replace(marker, time=marker.time - zero) for marker in markers)
            return Nest(name, source - zero, duration, tracks, speed, markers, is_enabled), connected
        media = self._media(element)
        shown = name or (media.name if media else "")
        clip = Clip(shown, source, duration, media, speed=speed, markers=markers, is_enabled=is_enabled)
        return clip, connected

    def _connected(self, child: Element, record: int, start: int) -> Iterator[_Placed]:
        lane = _lane(child)
        begin = record + flicks(child.get("offset", "0s")) - start
        if child.tag == "spine":
            items, connected = self._storyline(child, begin, 0)
            is_sound = all(self._is_sound(story) for story in child if story.tag in _STORY and story.tag != "gap")
            yield lane, "audio" if is_sound and lane < 0 else "video", begin, items
            yield from connected
        elif child.tag in _STORY:
            items, connected = self._story(child, begin)
            yield lane, "audio" if self._is_sound(child) else "video", begin, items
            yield from connected

    def _clocks(self, element: Element) -> tuple[int, int]:
        """Return where the element starts on its own clock, and what its media's clock shows then."""
        inner = _content(element) if element.tag == "clip" else None
        asset = self.resources.get(element.get("ref", ""))
        zero = flicks(asset.get("start", "0s")) if asset is not None and asset.tag == "asset" else 0
        start = flicks(element.get("start", f"{Fraction(zero, FLICKS_PER_SECOND)}s"))
        if inner is None or inner.tag == "gap":
            return start, start
        _, source = self._clocks(inner)
        return start, source + start - flicks(inner.get("offset", "0s"))

    def _duration(self, element: Element) -> int:
        text = element.get("duration")
        if text is None:
            resource = self.resources.get(element.get("ref", ""))
            sequence = resource.find("sequence") if resource is not None else None
            text = (sequence if sequence is not None else resource if resource is not None else element).get("duration")
        if text is None:
            raise DocumentError(
                f"fcpxml: {element.tag} {element.get('name', '')!r} must last some time, got no duration"
            )
        return flicks(text)

    def _media(self, element: Element) -> Media | None:
        if element.tag == "clip":
            inner = _content(element)
            inner = next(inner.iter("audio"), None) if inner is not None and inner.tag == "gap" else inner
            return self._media(inner) if inner is not None else None
        resource = self.resources.get(element.get("ref", ""))
        if resource is None:
            if element.get("ref"):
                raise DocumentError(f"fcpxml: a ref must name a resource, got {element.get('ref')!r}")
            return None
        if resource.tag != "asset":
            return Media(resource.get("name", ""), generator=resource.get("name", "") or resource.tag)
        shape = self.resources.get(resource.get("format", ""))
        rep = resource.find("media-rep")
        source = resource.get("src", "") or (rep.get("src", "") if rep is not None else "")
        length = resource.get("duration")
        known = {md.get("key", "").rpartition(".")[2]: md.get("value", "") for md in resource.iterfind("metadata/md")}
        return Media(
            name=resource.get("name", ""),
            path="" if source.startswith("file:///missing/") else source,
            reel=known.get("reel", ""),
            rate=self._rate(shape),
            start=flicks(resource.get("start", "0s")),
            duration=flicks(length) if length else None,
            is_drop_frame=element.get("tcFormat") == "DF",
            width=_whole(shape, "width"),
            height=_whole(shape, "height"),
            has_sound=resource.get("hasAudio") == "1",
        )

    def _nest(self, element: Element) -> tuple[tuple[Track, ...], int]:
        """Return the tracks of a compound or synchronised clip, and where its own clock begins."""
        if element.tag == "sync-clip":
            return self._tracks(element), 0
        if element.tag == "mc-clip":
            return fcpxml_angles.tracks(self._shown(element)), self._angle_clock(element)
        ref = element.get("ref", "")
        media = self.resources.get(ref)
        sequence = media.find("sequence") if media is not None else None
        if sequence is None:
            raise DocumentError(f"fcpxml: a ref-clip must name a compound clip, got {ref!r}")
        if ref in self.opening:
            raise DocumentError(f"fcpxml: a compound clip must not hold itself, got {ref!r}")
        if ref not in self.nests:
            self.opening.append(ref)
            self.nests[ref] = self._tracks(sequence)
            self.opening.pop()
        return self.nests[ref], flicks(sequence.get("tcStart", "0s"))

    def _shown(self, element: Element) -> list[fcpxml_angles.Shown]:
        """Return the angles of a multicam clip, as far as it shows them."""
        sources: dict[str, set[str]] = {}
        used = {"all": {"video", "audio"}}
        wanted = used.get(element.get("srcEnable", "all"), {element.get("srcEnable", "all")})
        for source in element.iterfind("mc-source"):
            what = source.get("srcEnable", "all")
            sources.setdefault(source.get("angleID", ""), set()).update(used.get(what, {what}) & wanted)
        key = element.get("ref", ""), repr([(angle, sorted(on)) for angle, on in sources.items()])
        if key not in self.sights:
            self.sights[key] = fcpxml_angles.shown(self._angles(element), sources)
        return self.sights[key]

    def _multicam(self, element: Element) -> Element:
        media = self.resources.get(element.get("ref", ""))
        multicam = media.find("multicam") if media is not None else None
        if multicam is None:
            raise DocumentError(f"fcpxml: an mc-clip must name a multicam, got {element.get('ref', '')!r}")
        return multicam

    def _angle_clock(self, element: Element) -> int:
        """Return what a clip's clock shows where its multicam begins: its time code, or 0 if the clip begins before."""
        begin = flicks(self._multicam(element).get("tcStart", "0s"))
        return begin if flicks(element.get("start", "0s")) >= begin else 0

    def _angles(self, element: Element) -> tuple[Angle, ...]:
        """Return the angles of a multicam clip whole; clips connected to theirs are left out."""
        ref, multicam = element.get("ref", ""), self._multicam(element)
        if ref in self.opening:
            raise DocumentError(f"fcpxml: a multicam must not hold itself, got {ref!r}")
        if ref not in self.angles:
            self.opening.append(ref)
            start, found = flicks(multicam.get("tcStart", "0s")), []
            for angle in multicam.iterfind("mc-angle"):
                stories = [child for child in angle if child.tag in _STORY]
                first = flicks(stories[0].get("offset", "0s")) if stories else 0
                items, _ = self._storyline(angle, 0, start if first >= start else 0)
                is_sound = bool(stories) and all(self._is_sound(each) for each in stories if each.tag != "gap")
                found.append(Angle(angle.get("angleID", ""), "audio" if is_sound else "video", items))
            self.angles[ref] = tuple(found)
            self.opening.pop()
        return self.angles[ref]

    def _is_sound(self, element: Element) -> bool:
        if element.get("srcEnable") == "audio" or element.tag == "audio":
            return True
        if element.tag == "clip":
            inner = _content(element)
            return inner is None or inner.tag in {"gap", "audio"}
        asset = self.resources.get(element.get("ref", ""))
        return asset is not None and asset.tag == "asset" and asset.get("hasVideo") != "1"


def _lanes(placed: list[_Placed]) -> list[Track]:
    """Return connected clips as tracks: a lane one track, and more where its clips overlap."""
    tracks: list[tuple[str, int, list[Item], list[int]]] = []
    lane_of: Callable[[_Placed], tuple[bool, int, int]] = lambda entry: (entry[0] < 0, abs(entry[0]), entry[2])  # noqa: E731
    for lane, kind, begin, items in sorted(placed, key=lane_of):
        length = Track("video", items).duration
        home = next((t for t in tracks if t[0] == kind and t[1] == lane and t[3][0] <= begin), None)
        if home is None:
            home = (kind, lane, [], [0])
            tracks.append(home)
        if begin > home[3][0]:
            home[2].append(Gap(begin - home[3][0]))
        home[2].extend(items)
        home[3][0] = begin + length
    return [Track(_kind(kind), tuple(items), f"lane {lane}") for kind, lane, items, _ in tracks]


def _kind(text: str) -> Literal["video", "audio"]:
    return "audio" if text == "audio" else "video"


def _content(clip: Element) -> Element | None:
    """Return what a clip element shows: its first story element that is not connected."""
    return next((child for child in clip if child.tag in _STORY and not child.get("lane")), None)


def _lane(element: Element) -> int:
    try:
        return max(-999, min(999, int(element.get("lane", "0"))))
    except ValueError as error:
        raise DocumentError(f"fcpxml: a lane must be a whole number, got {element.get('lane')!r}") from error


def _marker(element: Element, by: int) -> Marker:
    length = flicks(element.get("duration", "0s"))
    return Marker(
        flicks(element.get("start", "0s")) + by, element.get("value", ""), element.get("note", ""), duration=length
    )


def _speed(element: Element, start: int, source: int) -> tuple[Fraction, int]:
    """Return the steady speed of a time map and the source time at the clip's start."""
    points = [(flicks(p.get("time", "0s")), flicks(p.get("value", "0s"))) for p in element.iterfind("timeMap/timept")]
    if len(points) < 2 or points[0][0] == points[-1][0]:
        return Fraction(1), source
    slope = Fraction(points[-1][1] - points[0][1], points[-1][0] - points[0][0])
    return slope, int(points[0][1] + (start - points[0][0]) * slope)


def _whole(element: Element | None, name: str) -> int:
    text = element.get(name, "") if element is not None else ""
    return int(text) if text.isdecimal() and len(text) < 7 else 0
