"""Carried marks: markers and chapters in forms of their own, and those of a timeline itself, moved with its cut.

Source: DaVinci Resolve 18 manual ("Importing markers from EDL"); FFmpeg, ffmetadata.
"""

import re
from dataclasses import replace
from fractions import Fraction

from kinoeye.errors import DocumentError
from kinoeye.export.carried_cues import Carrier
from kinoeye.export.fates import Item, of_chapter, of_effect, of_moment
from kinoeye.export.timeline import Clip, Marker, Timeline
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode, from_seconds

EFFECT = re.compile(r"vfx|(?:^|[^a-z])fx(?:$|[^a-z])|cgi|effect|特效", re.IGNORECASE)

_CODE = r"(\d\d:\d\d:\d\d[:;.,]\d\d)"
_EVENT = re.compile(rf"^(\d+\s+\S+\s+\S+\s+C\s+){_CODE}(\s+){_CODE}(\s+){_CODE}(\s+){_CODE}(.*)$")


def carry_marker_edl(text: str, carrier: Carrier, name: str) -> tuple[str, list[Item]]:
    """Carry markers as Resolve keeps them, an EDL of one event a marker.

    Raises
    ------
    DocumentError
        If there is no event in it.
    """
    lines = text.split("\n")
    numbers = [number for number, line in enumerate(lines) if _EVENT.match(line.rstrip())]
    if not numbers:
        raise DocumentError(f"{name}: a list of markers must hold an event, got none")
    changes = carrier.changes
    placed: list[tuple[int, int, list[str]]] = []
    items: list[Item] = []
    for count, (number, stop) in enumerate(zip(numbers, [*numbers[1:], len(lines)], strict=True), 1):
        match = _EVENT.match(lines[number].rstrip())
        assert match is not None
        code = Timecode.parse(_marked(match[6], changes.old.is_drop_frame), changes.old.rate)
        end = Timecode.parse(_marked(match[8], changes.old.is_drop_frame), changes.old.rate)
        time, length = code.flicks() - changes.old.start, end.flicks() - code.flicks()
        fate = of_moment(changes, time)
        words = " ".join(" ".join(lines[number + 1 : stop]).split("|M:")[-1].split("|D:")[0].split())
        items.append(Item(name, "marker", count, words, time, time + length, fate))
        for low, _ in fate.spans:
            codes = [changes.new.label(edge) for edge in (low, low + length)]
            first = f"{match[1]}{codes[0]}{match[3]}{codes[1]}{match[5]}{codes[0]}{match[7]}{codes[1]}{match[9]}"
            placed.append((low, number, [first, *lines[number + 1 : stop]]))
    placed.sort(key=lambda each: each[:2])
    body = []
    for count, (_, _, block) in enumerate(placed, 1):
        digits = len(block[0]) - len(block[0].lstrip("0123456789"))
        body += [f"{count:0{digits}d}{block[0][digits:]}", *block[1:]]
    return "\n".join([*lines[: numbers[0]], *body]), items


def carry_ffmetadata(text: str, carrier: Carrier, name: str) -> tuple[str, list[Item]]:
    """Carry chapters as ffmpeg keeps them; each ends where the next one begins.

    Raises
    ------
    DocumentError
        If there is no chapter in it, or one has no times.
    """
    head, *blocks = re.split(r"(?m)^\[CHAPTER\]\n", text)
    if not blocks:
        raise DocumentError(f"{name}: must hold a chapter, got none")
    changes = carrier.changes
    items: list[Item] = []
    placed: list[tuple[int, int, str, Fraction]] = []
    for number, block in enumerate(blocks, 1):
        keys = dict(line.partition("=")[::2] for line in block.split("\n") if "=" in line)
        try:
            unit = Fraction(keys.get("TIMEBASE", "1/1000000000"))
            start, end = (from_seconds(int(keys[key]) * unit) for key in ("START", "END"))
        except (KeyError, ValueError, ZeroDivisionError) as error:
            raise DocumentError(f"{name}: chapter {number} must have a time base, START and END") from error
        fate = of_chapter(changes, start, max(end, start + 1))
        items.append(Item(name, "chapter", number, keys.get("title", ""), start, end, fate))
        placed += [(low, number, block, unit) for low, _ in fate.spans]
    placed.sort(key=lambda each: each[:2])
    ends = [*(low for low, *_ in placed[1:]), changes.new.duration]
    body = []
    for (low, _, block, unit), end in zip(placed, ends, strict=True):
        first, last = (round(Fraction(time, FLICKS_PER_SECOND) / unit) for time in (low, max(low, end)))
        block = re.sub(r"(?m)^START=.*$", f"START={first}", block)
        body.append("[CHAPTER]\n" + re.sub(r"(?m)^END=.*$", f"END={last}", block))
    return head + "".join(body), items


def carry_markers(old: Timeline, new: Timeline, carrier: Carrier) -> tuple[Timeline, list[Item]]:
    """Return the new timeline with the old one's markers, and what became of each; none is put there twice."""
    there = {(carrier.changes.new.picture(each.time), each.name, each.note) for each in new.record_markers()}
    added: list[Marker] = []
    items: list[Item] = []
    for number, marker in enumerate(old.record_markers(), 1):
        words = " · ".join(filter(None, (marker.name, marker.note)))
        if EFFECT.search(words) and marker.duration:
            fate = of_effect(carrier.changes, marker.time, marker.time + marker.duration, carrier.rules)
            kind = "effect"
        else:
            fate, kind = of_moment(carrier.changes, marker.time), "marker"
        items.append(Item(old.name, kind, number, words, marker.time, marker.time + marker.duration, fate))
        for low, high in fate.spans:
            time = carrier.changes.new.snapped(low)
            key = (carrier.changes.new.picture(time), marker.name, marker.note)
            if key not in there:
                there.add(key)
                length = high - low if kind == "effect" else marker.duration
                added.append(replace(marker, time=time, duration=length))
    return replace(new, markers=tuple(sorted((*new.markers, *added), key=lambda each: (each.time, each.name)))), items


def effect_clips(old: Timeline, carrier: Carrier) -> list[Item]:
    """Return what becomes of the clips of the old timeline whose name says that they are effects."""
    found: list[Item] = []
    for track in old.of("video"):
        for time, item in track.placed():
            names = f"{item.name} {item.media.path if item.media else ''}" if isinstance(item, Clip) else ""
            if isinstance(item, Clip) and item.is_enabled and EFFECT.search(names):
                fate = of_effect(carrier.changes, time, time + item.duration, carrier.rules)
                found.append(Item(old.name, "effect", len(found) + 1, item.name, time, time + item.duration, fate))
    return found


def _marked(code: str, is_drop_frame: bool) -> str:
    return f"{code[:8]}{';' if is_drop_frame else ':'}{code[9:]}"
