"""FCPXML 1.10: timelines for Final Cut Pro, Resolve and Premiere.

All times are written as exact fractions of a second on the rate's grid (1001/24000s). Kept: clips, gaps, compound
clips, transitions, markers, speeds, drop and non-drop, media with their start time code.
Lost: a marker's colour.

Source: Apple, FCPXML Reference 1.10; effect ids as Final Cut Pro writes them.
"""

from dataclasses import replace
from fractions import Fraction
from pathlib import PurePath
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement

from kinoeye import xml
from kinoeye.errors import UseError
from kinoeye.export.timeline import Clip, Gap, Item, Marker, Media, Nest, Timeline, Track, Transition, picture
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks

VERSION = "1.10"
GAP_START = 3600 * FLICKS_PER_SECOND  # where Final Cut Pro lets every gap's own clock begin
MOST_PICTURES = 240  # a second; a higher rate counts samples of sound
_LARGEST = 2**31 - 1  # what Final Cut Pro takes below the line of a time
EFFECTS = {
    "dissolve": ("Cross Dissolve", "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"),
    "fade": ("Fade To Color", "FxPlug:F779C565-486D-4633-8035-0374B4DB8F5C"),
    "wipe": ("Wipe", "FxPlug:857E2FBA-98DB-411B-A88C-CE6ABC1F65D8"),
}
CONFORM_RATES = {
    Fraction(24_000, 1001): "23.98", Fraction(24): "24", Fraction(25): "25", Fraction(30_000, 1001): "29.97",
    Fraction(30): "30", Fraction(48_000, 1001): "47.95", Fraction(48): "48", Fraction(50): "50",
    Fraction(60_000, 1001): "59.94", Fraction(60): "60",
}  # fmt: skip


def write(timeline: Timeline) -> bytes:
    """Return the timeline as one project in one event of one library."""
    return Writer(timeline).document()


def seconds(flicks: int, rate: Fraction) -> str:
    """Return flicks as FCPXML writes time, exact on the rate's grid.

    Examples
    --------
    >>> seconds(29_429_400, Fraction(24000, 1001))
    '1001/24000s'
    """
    number = picture(flicks, rate)
    exact = number / rate if frame_to_flicks(number, rate) == flicks else Fraction(flicks, FLICKS_PER_SECOND)
    return f"{exact}s"


def url(path: str) -> str:
    """Return a path as a file URL; a URL stays as it is.

    Examples
    --------
    >>> url("/films/a day.mov")
    'file:///films/a%20day.mov'
    """
    if "://" in path or path.startswith("file:"):
        return xml.legal(path)
    folder = PurePath(path).as_posix().replace("\\", "/")
    slash = "" if folder.startswith("/") or folder[1:3] != ":/" else "/"
    prefix = "file://" if folder.startswith("/") or slash else "file:"
    return f"{prefix}{slash}{quote(folder, safe='/:', errors='replace')}"


class Writer:
    """One document in the making: its resources get their ids as they are first used."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.rate = timeline.rate
        self.root = Element("fcpxml", version=VERSION)
        self.resources = SubElement(self.root, "resources")
        self.ids: dict[object, str] = {}

    def document(self) -> bytes:
        """Return the whole file."""
        name = xml.legal(self.timeline.name) or "untitled"
        main = self._format(self.rate, self.timeline.width, self.timeline.height)
        event = SubElement(SubElement(self.root, "library"), "event", name="Kinoeye")
        project = SubElement(event, "project", name=name)
        self._sequence(project, self.timeline.tracks, main, self.timeline.start, self.timeline.markers)
        return xml.write(self.root, "fcpxml")

    def _id(self, key: object) -> tuple[str, bool]:
        new = key not in self.ids
        return self.ids.setdefault(key, f"r{len(self.ids) + 1}"), new

    def _time(self, flicks: int) -> str:
        return seconds(flicks, self.rate)

    def _format(self, rate: Fraction, width: int, height: int) -> str:
        found, new = self._id(("format", rate, width, height))
        if new:
            made = SubElement(self.resources, "format", id=found, frameDuration=f"{1 / rate}s")
            if width and height:
                made.set("width", str(width))
                made.set("height", str(height))
        return found

    def _asset(self, media: Media, kind: str) -> str:
        found, new = self._id(("asset", media))
        if not new:
            return found
        rate = media.rate or self.rate
        shape = self._format(rate, media.width, media.height) if kind == "video" else ""
        made = SubElement(
            self.resources, "asset", id=found, name=xml.legal(media.name), start=seconds(media.start, rate)
        )
        if media.duration is not None:
            made.set("duration", seconds(media.duration, rate))
        if kind == "video":
            made.set("hasVideo", "1")
            made.set("format", shape)
        if media.has_sound or kind == "audio":
            made.set("hasAudio", "1")
            made.set("audioSources", "1")
        source = url(media.path) if media.path else "file:///missing/" + quote(media.name, errors="replace")
        SubElement(made, "media-rep", kind="original-media", src=source)
        if media.reel:
            SubElement(SubElement(made, "metadata"), "md", key="com.apple.proapps.studio.reel", value=media.reel)
        return found

    def _effect(self, effect: str) -> str:
        name, uid = EFFECTS[effect]
        found, new = self._id(("effect", uid))
        if new:
            SubElement(self.resources, "effect", id=found, name=name, uid=uid)
        return found

    def _sequence(
        self, parent: Element, tracks: tuple[Track, ...], shape: str, start: int, markers: tuple[Marker, ...] = ()
    ) -> None:
        """Write tracks: the first of pictures as the primary storyline, the others connected to its beginning."""
        duration = max((track.duration for track in tracks), default=0)
        made = SubElement(parent, "sequence", format=shape, duration=self._time(duration), tcStart=self._time(start))
        made.set("tcFormat", "DF" if self.timeline.is_drop_frame else "NDF")
        if self.timeline.notes and parent.tag == "project":
            SubElement(made, "note").text = xml.legal("\n".join(self.timeline.notes))
        spine = SubElement(made, "spine")
        video = [track for track in tracks if track.kind == "video"]
        primary = next((track for track in video if track.name == "primary"), video[0] if video else None)
        others = [track for track in tracks if track is not primary and track.items]
        has_sound_tracks = any(track.kind == "audio" for track in others)
        items = primary.items if primary else ()
        if not any(not isinstance(item, Transition) for item in items):
            items = (*items, Gap(duration))
        anchor = self._items(spine, Track("video", items), has_sound_tracks, start)
        lanes = {"video": 0, "audio": 0}
        for track in others:
            lanes[track.kind] += 1 if track.kind == "video" else -1
            self._lane(anchor, track, lanes[track.kind])
        for marker in markers:
            self._mark(anchor, [replace(marker, time=marker.time + self._clock(anchor))])

    def _lane(self, anchor: Element, track: Track, lane: int) -> None:
        made = Element("spine", lane=str(lane), offset=anchor.get("start", "0s"))
        self._items(made, track, False, 0)
        marks = [number for number, child in enumerate(anchor) if child.tag == "marker"]
        anchor.insert(marks[0] if marks else len(anchor), made)

    def _clock(self, anchor: Element) -> int:
        return round(Fraction(anchor.get("start", "0s")[:-1]) * FLICKS_PER_SECOND)

    def _items(self, parent: Element, track: Track, is_silent: bool, zero: int) -> Element:
        """Write a storyline whose offsets count from `zero`; return the first element, to connect others to."""
        anchor: Element | None = None
        for begin, item in track.placed():
            made = self._item(parent, track, zero + begin, item)
            if isinstance(item, Transition) and begin < item.in_offset:
                raise UseError("fcpxml: a transition must not begin before its storyline, got one that does")
            if is_silent and isinstance(item, Clip) and made.tag == "asset-clip":
                made.set("srcEnable", "video")
            if anchor is None and not isinstance(item, Transition):
                anchor = made
        return parent if anchor is None else anchor

    def _item(self, parent: Element, track: Track, begin: int, item: Item) -> Element:
        if isinstance(item, Transition):
            return self._transition(parent, track, begin, item)
        offset, duration = self._time(begin), self._time(item.duration)
        if isinstance(item, Gap):
            made = SubElement(parent, "gap", name="Gap", offset=offset, duration=duration, start=self._time(GAP_START))
            self._mark(made, [replace(marker, time=marker.time + GAP_START) for marker in item.markers])
            return made
        if isinstance(item, Nest):
            made = SubElement(parent, "ref-clip", ref=self._nest(item), name=xml.legal(item.name))
            if track.kind == "audio":
                made.set("srcEnable", "audio")
        else:
            made = self._clip(parent, track, item)
        made.set("offset", offset)
        made.set("start", self._time(item.start))
        made.set("duration", duration)
        if not item.is_enabled:
            made.set("enabled", "0")
        if item.speed != 1:
            points = SubElement(made, "timeMap")
            for late in (0, item.duration):
                value = Fraction(item.start + late * item.speed, FLICKS_PER_SECOND)
                if value.denominator > _LARGEST:
                    value = Fraction(round(value * FLICKS_PER_SECOND), FLICKS_PER_SECOND)
                time = self._time(item.start + late)
                SubElement(points, "timept", time=time, value=f"{value}s", interp="linear")
        self._mark(made, item.markers)
        return made

    def _clip(self, parent: Element, track: Track, clip: Clip) -> Element:
        media = clip.media or Media(clip.name)
        if media.generator:
            made = SubElement(parent, "title", name=xml.legal(clip.name), ref=self._generator(media))
            return made
        made = SubElement(parent, "asset-clip", ref=self._asset(media, track.kind), name=xml.legal(clip.name))
        made.set("tcFormat", "DF" if media.is_drop_frame else "NDF")
        if track.kind == "audio":
            made.set("srcEnable", "audio")
        if media.rate is not None and media.rate != self.rate and media.rate <= MOST_PICTURES:
            conform = SubElement(made, "conform-rate", scaleEnabled="0")
            if media.rate in CONFORM_RATES:
                conform.set("srcFrameRate", CONFORM_RATES[media.rate])
        return made

    def _generator(self, media: Media) -> str:
        found, new = self._id(("generator", media.generator))
        if new:
            SubElement(
                self.resources, "effect", id=found, name=xml.legal(media.generator), uid=xml.legal(media.generator)
            )
        return found

    def _nest(self, nest: Nest) -> str:
        found, new = self._id(("nest", nest.name, nest.tracks))
        if new:
            made = Element("media", id=found, name=xml.legal(nest.name))
            self._sequence(made, nest.tracks, self._format(self.rate, self.timeline.width, self.timeline.height), 0)
            self.resources.append(made)
        return found

    def _transition(self, parent: Element, track: Track, cut: int, item: Transition) -> Element:
        made = SubElement(parent, "transition", name=xml.legal(item.name) or EFFECTS[item.effect][0])
        made.set("offset", self._time(cut - item.in_offset))
        made.set("duration", self._time(item.duration))
        if track.kind == "video":
            SubElement(made, "filter-video", ref=self._effect(item.effect), name=EFFECTS[item.effect][0])
        return made

    def _mark(self, parent: Element, markers: tuple[Marker, ...] | list[Marker]) -> None:
        shortest = frame_to_flicks(1, self.rate)
        for marker in markers:
            made = SubElement(parent, "marker", start=self._time(marker.time), value=xml.legal(marker.name) or "Marker")
            made.set("duration", self._time(marker.duration or shortest))
            if marker.note:
                made.set("note", xml.legal(marker.note))
