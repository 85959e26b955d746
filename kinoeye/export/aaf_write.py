"""AAF, written: an edit as a composition, each media once as master, file and tape mob, no media inside.

OpenTimelineIO's adapter is not used here: it gives a mob a slot for every clip (quadratic, and refused by none but
understood by few), marks 23.976 as drop frame and never 29.97, adds transitions to a sequence's length, and leaves out
speeds and wipes.

Source: AAF Object Specification 1.1; AAF Edit Protocol 1.1; the effects' names as Media Composer writes them.
"""

import hashlib
import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import aaf2
from aaf2.auid import AUID
from aaf2.rational import AAFRational

from kinoeye.errors import UseError
from kinoeye.export.fcpxml import url
from kinoeye.export.timeline import Clip, Gap, Item, Media, Nest, Timeline, Track, Transition, picture, switched_on

KINDS = {"video": "picture", "audio": "sound"}
SOUND_SLOT, PICTURE_SLOT, TIMECODE_SLOT = 2, 1, 20
OPERATIONS = {  # name, identification, inputs, whether it changes time
    ("dissolve", "picture"): ("VideoDissolve_2", "89d9b67e-5584-302d-9abd-8bd330c46841", 2, False),
    ("fade", "picture"): ("Dip_2", "5e9010d1-2ab3-37bc-9166-5d74846558ac", 2, False),
    ("wipe", "picture"): ("Video SMPTE Wipe", "0c3bea44-fc05-11d2-8a29-0050040ef7d2", 2, False),
    ("dissolve", "sound"): ("Audio Dissolve", "0c3bea41-fc05-11d2-8a29-0050040ef7d2", 2, False),
    ("nest", "picture"): ("Submaster", "f1db0f3d-8d64-11d3-80df-006008143e6f", -1, False),
    ("nest", "sound"): ("Submaster", "f1db0f3d-8d64-11d3-80df-006008143e6f", -1, False),
    ("speed", "picture"): ("Motion Control", "9d2ea890-0968-11d3-8a38-0050040ef7d2", 1, True),
    ("speed", "sound"): ("Motion Control", "9d2ea890-0968-11d3-8a38-0050040ef7d2", 1, True),
}
LEVEL = ("AFX_FG_KEY_OPACITY_U", "8d56813d-847e-11d5-935a-50f857c10000")
SPEED_RATIO = ("SpeedRatio", "72559a80-24d7-11d3-8a50-0050040ef7d2")

_Key = tuple[Media, str]


def write(timeline: Timeline) -> bytes:
    """Return the timeline as an AAF file without media.

    Raises
    ------
    UseError
        If a clip is generated, or a nest begins inside itself: the format has no plain way to say it.
    """
    out = io.BytesIO()
    with _Kept(out) as file:
        _Writer(file, switched_on(timeline)).composition()
    return out.getvalue()


class _Kept(aaf2.file.AAFFile):  # type: ignore[misc]
    """An AAF file in memory: pyaaf2 makes one of its own and would let go of it."""

    is_open: bool

    def __init__(self, out: io.BytesIO) -> None:
        super().__init__(None, "w")
        self.kept = out

    def close(self) -> None:
        """Write what is left and hand the bytes over."""
        if self.is_open:
            self.save()
            self.cfb.close()
            self.f.seek(0)
            self.kept.write(self.f.read())
            self.f.close()
            self.is_open = False


class _Writer:
    """One file in the making: each media gets its mobs when it is first used."""

    def __init__(self, file: Any, timeline: Timeline) -> None:
        self.file = file
        self.timeline = timeline
        self.rate = timeline.rate
        self.edit_rate = AAFRational(self.rate.numerator, self.rate.denominator)
        self.ranges = dict(_ranges(timeline))
        self.masters: dict[_Key, Any] = {}
        self.definitions: dict[str, Any] = {}

    def composition(self) -> None:
        """Write the top composition: its time code and a slot for each track."""
        mob = self.file.create.CompositionMob(self.timeline.name)
        mob.usage = "Usage_TopLevel"
        self.file.content.mobs.append(mob)
        slot = mob.create_timeline_slot(self.edit_rate)
        slot.name = "TC"
        slot["PhysicalTrackNumber"].value = 1
        length = self._frames(self.timeline.duration)
        slot.segment = self._timecode(self._frames(self.timeline.start), self.timeline.is_drop_frame, length)
        numbers = {"video": 0, "audio": 0}
        for track in self.timeline.tracks:
            if track.items:
                numbers[track.kind] += 1
                slot = mob.create_timeline_slot(self.edit_rate)
                slot.name = track.name
                slot["PhysicalTrackNumber"].value = numbers[track.kind]
                slot.segment = self._sequence(track)

    def _frames(self, flicks: int) -> int:
        return picture(flicks, self.rate)

    def _timecode(self, start: int, is_drop_frame: bool, length: int) -> Any:
        code = self.file.create.Timecode(max(1, round(self.rate)), drop=is_drop_frame, length=length)
        code.start = start
        return code

    def _sequence(self, track: Track) -> Any:
        kind = KINDS[track.kind]
        made = self.file.create.Sequence(media_kind=kind)
        made.components.value = []
        length = 0
        placed = list(track.placed())
        for number, (_, item) in enumerate(placed):
            early, late = _handles(placed, number)
            part = self._part(kind, item, early, late)
            made.components.append(part)
            length += -int(part.length) if isinstance(item, Transition) else int(part.length)
        made.length = length
        return made

    def _part(self, kind: str, item: Item, early: int, late: int) -> Any:
        if isinstance(item, Transition):
            return self._transition(kind, item)
        length = self._frames(item.duration + early + late)
        if isinstance(item, Gap):
            return self.file.create.Filler(kind, length)
        if isinstance(item, Nest):
            return self._nest(kind, item, length)
        clip = self._clip(kind, item, early, length)
        return clip if item.speed == 1 else self._sped(kind, item.speed, clip, length)

    def _clip(self, kind: str, item: Clip, early: int, length: int) -> Any:
        key = _key(item)
        if key[0].generator:
            raise UseError(
                f"aaf: clips must come from a file, got the generator {key[0].generator!r}",
                remedy="Export otio, fcpxml or xml instead",
            )
        master = self.masters.get(key) or self._master(key)
        made = self.file.create.SourceClip(media_kind=kind)
        made.mob = master
        made.slot_id = PICTURE_SLOT if kind == "picture" else SOUND_SLOT
        made.start = self._frames(int(item.start - early * item.speed)) - self._frames(self.ranges[key][0])
        made.length = length
        return made

    def _sped(self, kind: str, speed: Fraction, clip: Any, length: int) -> Any:
        """Wrap a clip in its speed: output over input, and the whole length over one picture for a freeze."""
        clip.length = max(1, round(length * abs(speed)))
        ratio = 1 / speed if speed else Fraction(length)
        group = self._group("speed", kind, length)
        value = self.file.create.ConstantValue()
        value.parameterdef = self._parameter(*SPEED_RATIO)
        value.value = AAFRational(ratio.numerator, ratio.denominator)
        group.parameters.append(value)
        group.segments.append(clip)
        return group

    def _nest(self, kind: str, nest: Nest, length: int) -> Any:
        if nest.start or nest.speed != 1:
            raise UseError(
                "aaf: a nest must begin at its beginning and run at its own speed, got one that does not",
                remedy="Export otio, fcpxml or xml instead",
            )
        group = self._group("nest", kind, length)
        for track in nest.tracks:
            group.segments.append(self._sequence(track))
        group.length = length
        return group

    def _transition(self, kind: str, item: Transition) -> Any:
        length = self._frames(item.duration)
        effect = item.effect if kind == "picture" else "dissolve"
        group = self._group(effect, kind, length)
        level = self.file.create.VaryingValue()
        level.parameterdef = self._parameter(*LEVEL)
        level["Interpolation"].value = self._linear()
        for time, value in ((0, 0), (1, 100)):
            point = self.file.create.ControlPoint()
            point["EditHint"].value = "Proportional"
            point.time, point.value = time, value
            level["PointList"].append(point)
        group.parameters.append(level)
        made = self.file.create.Transition(kind, length)
        made["OperationGroup"].value = group
        made["CutPoint"].value = self._frames(item.in_offset)
        return made

    def _group(self, effect: str, kind: str, length: int) -> Any:
        name, identity, inputs, is_time_warp = OPERATIONS[effect, kind]
        key = f"{name} {kind}"
        if key not in self.definitions:
            made = self.file.create.OperationDef(AUID(identity), name)
            self.file.dictionary.register_def(made)
            made.media_kind = kind
            made["IsTimeWarp"].value = is_time_warp
            made["Bypass"].value = 0
            made["NumberInputs"].value = inputs
            made["OperationCategory"].value = "OperationCategory_Effect"
            made["Description"].value = name
            self.definitions[key] = made
        group = self.file.create.OperationGroup(self.definitions[key], length)
        group.media_kind = kind
        return group

    def _parameter(self, name: str, identity: str) -> Any:
        if name not in self.definitions:
            rational = self.file.dictionary.lookup_typedef("Rational")
            self.definitions[name] = self.file.create.ParameterDef(AUID(identity), name, name, rational)
            self.file.dictionary.register_def(self.definitions[name])
        return self.definitions[name]

    def _linear(self) -> Any:
        if "linear" not in self.definitions:
            made = self.file.create.InterpolationDef(aaf2.misc.LinearInterp, "LinearInterp", "Linear interpolation")
            self.file.dictionary.register_def(made)
            self.definitions["linear"] = made
        return self.definitions["linear"]

    def _master(self, key: _Key) -> Any:
        """Write a media's mobs: the tape with its time code, a file on it for each kind, and the master over them."""
        media, name = key
        first, last = (self._frames(time) for time in self.ranges[key])
        tape = self.file.create.SourceMob(media.reel or name)
        tape.mob_id = _mob_id("tape", key, self.rate)
        tape.descriptor = self.file.create.TapeDescriptor()
        self.file.content.mobs.append(tape)
        code = tape.create_timeline_slot(self.edit_rate, TIMECODE_SLOT)
        code["PhysicalTrackNumber"].value = 1
        code.segment = self._timecode(first, media.is_drop_frame, last - first)
        master = self.file.create.MasterMob(name)
        master.mob_id = _mob_id("master", key, self.rate)
        self.file.content.mobs.append(master)
        for kind, slot_id in (("picture", PICTURE_SLOT), ("sound", SOUND_SLOT)):
            reel = tape.create_empty_slot(self.edit_rate, kind, slot_id)
            reel.segment.length = last - first
            file = self.file.create.SourceMob(name)
            file.mob_id = _mob_id(kind, key, self.rate)
            file.descriptor = self._descriptor(kind, media, last - first)
            self.file.content.mobs.append(file)
            for mob, under in ((file, tape), (master, file)):
                slot = mob.create_timeline_slot(self.edit_rate, slot_id)
                slot.segment = under.create_source_clip(slot_id, 0, last - first, kind)
        self.masters[key] = master
        return master

    def _descriptor(self, kind: str, media: Media, length: int) -> Any:
        if kind == "picture":
            made = self.file.create.CDCIDescriptor()
            made["ComponentWidth"].value = 8
            made["HorizontalSubsampling"].value = 2
            made["StoredWidth"].value = media.width or 1920
            made["StoredHeight"].value = media.height or 1080
            made["ImageAspectRatio"].value = f"{media.width or 16}/{media.height or 9}"
            made["FrameLayout"].value = "FullFrame"
            made["VideoLineMap"].value = [42, 0]
            made["SampleRate"].value = self.edit_rate
            made["Length"].value = length
        else:
            made = self.file.create.PCMDescriptor()
            values = {"AverageBPS": 96_000, "BlockAlign": 2, "QuantizationBits": 16, "Channels": 1}
            for name, value in values.items():
                made[name].value = value
            made["AudioSamplingRate"].value = 48_000
            made["SampleRate"].value = 48_000
            made["Length"].value = int(length * 48_000 / self.rate)
        locator = self.file.create.NetworkLocator()
        locator["URLString"].value = url(media.path) if media.path else f"file:///missing/{media.name}"
        made["Locator"].append(locator)
        return made


def _key(clip: Clip) -> _Key:
    return clip.media or Media(clip.name), clip.name


def _handles(placed: list[tuple[int, Item]], number: int) -> tuple[int, int]:
    """Return how far the transitions around an item let it show before and behind its own place."""
    head = placed[number - 1][1] if number else None
    tail = placed[number + 1][1] if number + 1 < len(placed) else None
    early = head.in_offset if isinstance(head, Transition) else 0
    return early, tail.out_offset if isinstance(tail, Transition) else 0


def _ranges(timeline: Timeline) -> Iterator[tuple[_Key, tuple[int, int]]]:
    """Return for each media what it must hold: its own range, and every picture that a clip shows."""
    found: dict[_Key, tuple[int, int]] = {}
    waiting = list(timeline.tracks)
    while waiting:
        placed = list(waiting.pop().placed())
        for number, (_, item) in enumerate(placed):
            if isinstance(item, Nest):
                waiting += item.tracks
            elif isinstance(item, Clip):
                key = _key(item)
                early, late = _handles(placed, number)
                shown = [int(item.start - early * item.speed), int(item.start + (item.duration + late) * item.speed)]
                media = key[0]
                own = [media.start, media.start + media.duration] if media.duration is not None else []
                every = [*shown, *own, *found.get(key, ())]
                found[key] = (min(every), max(every))
    yield from found.items()


def _mob_id(role: str, key: _Key, rate: Fraction) -> Any:
    """Return the id of a mob: the same for the same media, so that systems link it once."""
    text = f"{role}\0{key[0]}\0{key[1]}\0{rate}"
    made = aaf2.mobid.MobID.new()
    made.material = AUID(bytes_le=hashlib.sha256(text.encode(errors="replace")).digest()[:16])
    return made
