"""FCPXML of a group of synced files: a multicam clip, and a project with it.

Every camera and every recorder is an angle; a camera's own sound goes with its pictures, as Final Cut Pro has it. The
first camera is what is seen and the recorder what is heard. The multicam's own clock begins at 0, not at a time code:
programs disagree on whether the clips of an angle count from its time code or from nothing, and at 0 both are the same.

Clips begin and end on whole pictures of the timeline; a recorder's sound begins in its file to the sample. A camera's
sound is as far off as its pictures, half a picture at most, which the notes say; drift is held as a speed where it
would show.

Source: Apple, FCPXML Reference 1.10, "Multicam Media" and "Using Multicam Clips".
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, SubElement

from kinoeye import xml
from kinoeye.export.fcpxml import Writer
from kinoeye.export.timeline import Clip, Gap, Item, Media, Timeline, Track


@dataclass(frozen=True)
class _Angle:
    """A track of a camera, with its sound, or of a recorder, and whether any of its sound is switched on."""

    track: Track
    is_heard: bool


def write(timeline: Timeline) -> bytes:
    """Return a timeline of synced files as one multicam clip, in the event and in a project.

    Parameters
    ----------
    timeline : Timeline
        As `kinoeye.export.synced` makes it: what is at one place in different tracks was there at one moment.
    """
    return _Writer(timeline).document()


def _angles(timeline: Timeline) -> list[_Angle]:
    """Return the cameras, then the recorders."""
    heard = {item.media for track in timeline.of("audio") for item in track.items
             if isinstance(item, Clip) and item.is_enabled}  # fmt: skip
    filmed = {item.media for track in timeline.of("video") for item in track.items if isinstance(item, Clip)}
    found = [_Angle(track, any(isinstance(item, Clip) and item.media in heard for item in track.items))
             for track in timeline.of("video") if track.items]  # fmt: skip
    for track in timeline.of("audio"):
        items = tuple(_without(track, filmed))
        if items:
            found.append(_Angle(replace(track, items=items), any(isinstance(i, Clip) and i.is_enabled for i in items)))
    return found


def _without(track: Track, filmed: set[Media | None]) -> Iterator[Item]:
    """Go through the sounds of a track that belong to no camera; what stands between them is one gap."""
    late = 0
    for item in track.items:
        if isinstance(item, Clip) and item.media not in filmed:
            if late:
                yield Gap(late)
            yield item
            late = 0
        elif isinstance(item, Clip | Gap):
            late += item.duration


def _heard(angles: list[_Angle]) -> list[int]:
    """Return which angles are heard: recorders before a camera, and of cameras one, lest a word sounds twice."""
    on = [number for number, angle in enumerate(angles) if angle.is_heard]
    recorders = [number for number in on if angles[number].track.kind == "audio"]
    return recorders or on[:1] or [0][: len(angles)]


class _Writer(Writer):
    """A document with a multicam clip in the making."""

    def document(self) -> bytes:
        """Return the whole file."""
        name = xml.legal(self.timeline.name) or "untitled"
        shape = self._format(self.rate, self.timeline.width, self.timeline.height)
        angles = _angles(self.timeline)
        media = self._multicam(name, shape, angles)
        event = SubElement(SubElement(self.root, "library"), "event", name="Kinoeye")
        self._shown(event, media, name, angles)
        sequence = SubElement(SubElement(event, "project", name=name), "sequence", format=shape)
        sequence.set("duration", self._time(self.timeline.duration))
        sequence.set("tcStart", self._time(self.timeline.start))
        sequence.set("tcFormat", "DF" if self.timeline.is_drop_frame else "NDF")
        if self.timeline.notes:
            SubElement(sequence, "note").text = xml.legal("\n".join(self.timeline.notes))
        clip = self._shown(SubElement(sequence, "spine"), media, name, angles)
        clip.set("offset", self._time(self.timeline.start))
        return xml.write(self.root, "fcpxml")

    def _multicam(self, name: str, shape: str, angles: list[_Angle]) -> str:
        """Write the media and return its id; the files stand before it, as what names them expects."""
        found, _ = self._id(("multicam", name))
        media = Element("media", id=found, name=name)
        made = SubElement(media, "multicam", format=shape, tcStart="0s", tcFormat="NDF")
        made.set("duration", self._time(self.timeline.duration))
        for number, angle in enumerate(angles):
            part = SubElement(made, "mc-angle", name=xml.legal(angle.track.name) or f"Angle {number + 1}")
            part.set("angleID", f"angle-{number + 1}")
            # Which sound is off is said by the clip that shows the angles; in its angle nothing is.
            items = tuple(replace(i, is_enabled=True) if isinstance(i, Clip) else i for i in angle.track.items)
            self._items(part, replace(angle.track, items=items), False, 0)
        self.resources.append(media)
        return found

    def _shown(self, parent: Element, media: str, name: str, angles: list[_Angle]) -> Element:
        """Write a clip of the whole multicam: what is seen, what is heard."""
        made = SubElement(parent, "mc-clip", ref=media, name=name, start="0s")
        made.set("duration", self._time(self.timeline.duration))
        heard = _heard(angles)
        seen = [0] if angles and angles[0].track.kind == "video" else []
        for number in dict.fromkeys([*seen, *heard]):
            what = ("all" if number in heard else "video") if number in seen else "audio"
            SubElement(made, "mc-source", angleID=f"angle-{number + 1}", srcEnable=what)
        return made
