"""FCP7 XML (xmeml 5): timelines for Premiere, Resolve, Avid and Final Cut Pro 7.

Pictures are counted in whole numbers at a time base with its ntsc flag, so every rate is exact. Kept: tracks, clips,
gaps, nested sequences, transitions, markers, steady speeds, time code with drop and non-drop, reels. Lost: a marker's
colour, and where a sound begins between two pictures.

Source: Apple, Final Cut Pro XML Interchange Format (xmeml) version 5.
"""

from fractions import Fraction
from xml.etree.ElementTree import Element, SubElement

from kinoeye import xml
from kinoeye.errors import UseError
from kinoeye.export.fcpxml import MOST_PICTURES, url
from kinoeye.export.timeline import Clip, Marker, Media, Nest, Timeline, Track, Transition, label, picture

EFFECTS = {"dissolve": "Cross Dissolve", "fade": "Fade In Fade Out Dissolve", "wipe": "Edge Wipe"}


def write(timeline: Timeline) -> bytes:
    """Return the timeline as one sequence.

    Raises
    ------
    UseError
        If the rate is no whole number and none slowed by 1000/1001: the format has no way to say it.
    """
    root = Element("xmeml", version="5")
    writer = _Writer(timeline)
    root.append(writer.sequence(timeline.name, timeline.tracks, timeline.start, timeline.is_drop_frame))
    return xml.write(root, "xmeml")


def timebase(rate: Fraction) -> tuple[int, bool]:
    """Return the whole number of pictures and whether they are slowed by 1000/1001.

    Examples
    --------
    >>> timebase(Fraction(24000, 1001))
    (24, True)
    """
    if rate.denominator == 1:
        return rate.numerator, False
    base = rate * 1001 / 1000
    if base.denominator != 1:
        raise UseError(
            f"xml: a rate must be whole or slowed by 1000/1001, got {rate}", remedy="Export otio or fcpxml instead"
        )
    return base.numerator, True


class _Writer:
    """One document in the making: files and nested sequences are written in full once, then named by their id."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.rate = timeline.rate
        self.ids: dict[object, str] = {}

    def sequence(self, name: str, tracks: tuple[Track, ...], start: int, is_drop_frame: bool) -> Element:
        """Return a sequence of tracks."""
        found = self.ids.setdefault(("sequence", name, tracks), f"sequence-{len(self.ids) + 1}")
        made = Element("sequence", id=found)
        _text(made, "name", xml.legal(name))
        _text(made, "duration", self._pictures(max((track.duration for track in tracks), default=0)))
        _rate(made, self.rate)
        _timecode(made, start, self.rate, is_drop_frame)
        media = SubElement(made, "media")
        video, sound = SubElement(media, "video"), SubElement(media, "audio")
        if self.timeline.width:
            shape = SubElement(SubElement(video, "format"), "samplecharacteristics")
            _text(shape, "width", self.timeline.width)
            _text(shape, "height", self.timeline.height)
            _rate(shape, self.rate)
        for track in tracks:
            self._track(video if track.kind == "video" else sound, track)
        if name == self.timeline.name and tracks is self.timeline.tracks:
            _markers(made, self.timeline.markers, 0, self.rate)
            for note in self.timeline.notes:
                _text(SubElement(made, "comments"), "mastercomment1", xml.legal(note))
        return made

    def _pictures(self, flicks: int, rate: Fraction | None = None) -> int:
        return picture(flicks, rate or self.rate)

    def _counted(self, rate: Fraction | None) -> Fraction:
        """Return at which rate something is counted: what counts samples is counted in pictures of the timeline."""
        return rate if rate is not None and rate <= MOST_PICTURES else self.rate

    def _track(self, parent: Element, track: Track) -> None:
        made = SubElement(parent, "track")
        if track.name:
            _text(made, "name", xml.legal(track.name))
        placed = list(track.placed())
        for number, (begin, item) in enumerate(placed):
            head = placed[number - 1][1] if number else None
            tail = placed[number + 1][1] if number + 1 < len(placed) else None
            if isinstance(item, Transition):
                self._transition(made, begin, item, track.kind)
            elif isinstance(item, Clip | Nest):
                self._clip(made, track, begin, item, head, tail)

    def _clip(self, parent: Element, track: Track, begin: int, item: Clip | Nest, head: object, tail: object) -> None:
        """Write a clip; beside a transition its end is -1, and in and out count the handle."""
        early = head.in_offset if isinstance(head, Transition) else 0
        late = tail.out_offset if isinstance(tail, Transition) else 0
        counted = self._counted(item.rate if isinstance(item, Clip) else None)
        media = item.media if isinstance(item, Clip) else None
        is_generator = media is not None and bool(media.generator)
        made = SubElement(parent, "generatoritem" if is_generator else "clipitem", id=self._new("clipitem"))
        _text(made, "name", xml.legal(item.name))
        if media is not None and media.duration is not None:
            _text(made, "duration", self._pictures(media.duration, counted))
        _rate(made, counted)
        _text(made, "enabled", "TRUE" if item.is_enabled else "FALSE")
        _text(made, "start", -1 if isinstance(head, Transition) else self._pictures(begin))
        _text(made, "end", -1 if isinstance(tail, Transition) else self._pictures(begin + item.duration))
        shown = item.start - early - (media.start if media is not None else 0)
        used = item.source_duration if isinstance(item, Clip) and item.source_duration is not None else item.duration
        first = self._pictures(shown, counted)
        _text(made, "in", first)
        _text(made, "out", first + self._pictures(used + early + late, counted))
        if isinstance(item, Nest):
            self._nested(made, item)
        elif is_generator and media is not None:
            effect = SubElement(made, "effect")
            _text(effect, "name", xml.legal(media.generator))
            _text(effect, "effecttype", "generator")
        elif media is not None:
            self._file(made, media, track.kind)
        if item.speed != 1:
            _speed(made, item.speed)
        _markers(made, item.markers, media.start if media is not None else 0, counted)

    def _new(self, what: str) -> str:
        number = len(self.ids) + 1
        self.ids[what, number] = ""
        return f"{what}-{number}"

    def _nested(self, parent: Element, nest: Nest) -> None:
        key = ("sequence", nest.name, nest.tracks)
        if key in self.ids:
            SubElement(parent, "sequence", id=self.ids[key])
        else:
            parent.append(self.sequence(nest.name, nest.tracks, 0, False))

    def _file(self, parent: Element, media: Media, kind: str) -> None:
        new = media not in self.ids
        made = SubElement(parent, "file", id=self.ids.setdefault(media, f"file-{len(self.ids) + 1}"))
        if not new:
            return
        rate = self._counted(media.rate)
        _text(made, "name", xml.legal(media.name))
        if media.path:
            _text(made, "pathurl", url(media.path))
        _rate(made, rate)
        if media.duration is not None:
            _text(made, "duration", self._pictures(media.duration, rate))
        code = _timecode(made, media.start, rate, media.is_drop_frame)
        if media.reel:
            _text(SubElement(code, "reel"), "name", xml.legal(media.reel))
        inside = SubElement(made, "media")
        if kind == "video":
            video = SubElement(inside, "video")
            if media.width:
                shape = SubElement(video, "samplecharacteristics")
                _text(shape, "width", media.width)
                _text(shape, "height", media.height)
        if media.has_sound or kind == "audio":
            SubElement(inside, "audio")

    def _transition(self, parent: Element, cut: int, item: Transition, kind: str) -> None:
        made = SubElement(parent, "transitionitem")
        first, last = self._pictures(cut - item.in_offset), self._pictures(cut + item.out_offset)
        _text(made, "start", first)
        _text(made, "end", last)
        early = self._pictures(cut) - first
        _text(made, "alignment", _alignment(early, last - first - early))
        if "center" in made.findtext("alignment", "") and early * 2 != last - first:
            _text(made, "cutPoint", early)
        _rate(made, self.rate)
        effect = SubElement(made, "effect")
        _text(effect, "name", xml.legal(item.name) or EFFECTS[item.effect])
        _text(effect, "effectid", EFFECTS[item.effect])
        _text(effect, "effectcategory", "Wipe" if item.effect == "wipe" else "Dissolve")
        _text(effect, "effecttype", "transition")
        _text(effect, "mediatype", kind)


def _alignment(early: int, late: int) -> str:
    if not early:
        return "start"
    return "end" if not late else "center"


def _text(parent: Element, tag: str, value: object) -> Element:
    made = SubElement(parent, tag)
    made.text = str(value)
    return made


def _rate(parent: Element, rate: Fraction) -> None:
    base, is_slowed = timebase(rate)
    made = SubElement(parent, "rate")
    _text(made, "timebase", base)
    _text(made, "ntsc", "TRUE" if is_slowed else "FALSE")


def _timecode(parent: Element, start: int, rate: Fraction, is_drop_frame: bool) -> Element:
    made = SubElement(parent, "timecode")
    _rate(made, rate)
    _text(made, "string", label(start, rate, is_drop_frame))
    _text(made, "frame", picture(start, rate))
    _text(made, "displayformat", "DF" if is_drop_frame else "NDF")
    return made


def _markers(parent: Element, markers: tuple[Marker, ...], zero: int, rate: Fraction) -> None:
    for marker in markers:
        made = SubElement(parent, "marker")
        _text(made, "name", xml.legal(marker.name))
        _text(made, "comment", xml.legal(marker.note))
        _text(made, "in", picture(marker.time - zero, rate))
        _text(made, "out", picture(marker.time - zero + marker.duration, rate) if marker.duration else -1)


def _speed(parent: Element, speed: Fraction) -> None:
    effect = SubElement(SubElement(parent, "filter"), "effect")
    for tag, value in (("name", "Time Remap"), ("effectid", "timeremap"), ("effecttype", "motion")):
        _text(effect, tag, value)
    percent = abs(speed) * 100
    values = (("speed", str(float(percent))), ("reverse", "TRUE" if speed < 0 else "FALSE"))
    for name, value in (*values, ("kinoeye_speed", str(speed))):
        parameter = SubElement(effect, "parameter")
        _text(parameter, "parameterid", name)
        _text(parameter, "name", name)
        _text(parameter, "value", value)
