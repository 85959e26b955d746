"""Markers: lists of markers as Resolve, Premiere and Media Composer import them, and chapters.

Times are time code at the timeline's rate, or media time for chapters. A break in a name can not start a new row.

Source: DaVinci Resolve 18 manual ("Importing markers from EDL"); Premiere Pro's marker export (CSV, tab separated);
Media Composer, "Importing markers" (tab separated text); FFmpeg, ffmetadata; W3C, WebVTT.
"""

import re

from kinoeye.export.timeline import Clip, Marker, Timeline, label
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks

AVID_COLOURS = {"red", "green", "blue", "cyan", "magenta", "yellow", "black", "white"}
RESOLVE_COLOURS = {
    "blue": "Blue", "cyan": "Cyan", "green": "Green", "yellow": "Yellow", "red": "Red", "pink": "Pink",
    "purple": "Purple", "orange": "Cocoa", "white": "Cream", "magenta": "Fuchsia",
}  # fmt: skip

_BREAK = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ufffe\uffff]+")  # nor what XML cannot hold


def resolve_edl(timeline: Timeline) -> bytes:
    """Return the markers as an EDL that Resolve imports by "Timeline markers from EDL"."""
    drop = "DROP FRAME" if timeline.is_drop_frame else "NON-DROP FRAME"
    lines = [f"TITLE: {unbroken(timeline.name)}", f"FCM: {drop}", ""]
    shortest = frame_to_flicks(1, timeline.rate)
    for number, marker in enumerate(timeline.record_markers(), 1):
        begin, length = timeline.start + marker.time, max(marker.duration, shortest)
        codes = " ".join(label(time, timeline.rate, timeline.is_drop_frame) for time in (begin, begin + length))
        frames = round(length * timeline.rate / FLICKS_PER_SECOND)
        colour = RESOLVE_COLOURS.get(marker.colour, "Blue")
        lines += [
            f"{number:03d}  001      V     C        {codes} {codes}",
            f"{_barless(marker.note)} |C:ResolveColor{colour} |M:{_barless(marker.name)} |D:{frames}",
            "",
        ]
    return ("\r\n".join(lines) + "\r\n").encode()


def premiere_csv(timeline: Timeline) -> bytes:
    """Return the markers as Premiere's own marker list, tab separated, UTF-16 as Premiere writes it."""
    rows = ["Marker Name\tDescription\tIn\tOut\tDuration\tMarker Type"]
    for marker in timeline.record_markers():
        times = (timeline.start + marker.time, timeline.start + marker.time + marker.duration)
        codes = [label(time, timeline.rate, timeline.is_drop_frame) for time in times]
        length = label(marker.duration, timeline.rate, timeline.is_drop_frame)
        rows.append("\t".join([cell(marker.name), cell(marker.note), *codes, length, "Comment"]))
    return ("\r\n".join(rows) + "\r\n").encode("utf-16")


def avid_text(timeline: Timeline) -> bytes:
    """Return the markers as text that Media Composer imports: user, time code, track, colour, comment."""
    rows = []
    for marker in timeline.record_markers():
        colour = marker.colour if marker.colour in AVID_COLOURS else "blue"
        code = label(timeline.start + marker.time, timeline.rate, timeline.is_drop_frame)
        comment = " ".join(filter(None, (cell(marker.name), cell(marker.note))))
        rows.append("\t".join(["Kinoeye", code, "V1", colour, comment, "1"]))
    return ("\r\n".join(rows) + "\r\n").encode()


def chapters_ffmetadata(timeline: Timeline) -> bytes:
    """Return the shots as chapters for ffmpeg, exact: the time base is the rate's own picture."""
    lines = [";FFMETADATA1", f"title={_escaped(timeline.name)}"]
    unit = 1 / timeline.rate
    for begin, end, marker in _shots(timeline):
        first, last = (round(time * timeline.rate / FLICKS_PER_SECOND) for time in (begin, end))
        lines += [
            "[CHAPTER]",
            f"TIMEBASE={unit.numerator}/{unit.denominator}",
            f"START={first}",
            f"END={last}",
            f"title={_escaped(marker.name)}",
        ]
    return ("\n".join(lines) + "\n").encode()


def chapters_webvtt(timeline: Timeline) -> bytes:
    """Return the shots as WebVTT chapters, times cut down to thousandths, so no chapter begins late."""
    lines = ["WEBVTT", ""]
    for number, (begin, end, marker) in enumerate(_shots(timeline), 1):
        text = unbroken(marker.name).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        lines += [str(number), f"{_thousandths(begin)} --> {_thousandths(end)}", text, ""]
    return ("\n".join(lines)).encode()


def cell(text: str) -> str:
    """Return text as a cell that no spreadsheet takes for a formula, on one line.

    Examples
    --------
    >>> cell("=HYPERLINK(1)")
    "'=HYPERLINK(1)"
    """
    plain = unbroken(text)
    return f"'{plain}" if plain[:1] in {"=", "+", "-", "@"} else plain


def _shots(timeline: Timeline) -> list[tuple[int, int, Marker]]:
    video = timeline.of("video")
    found = []
    for number, (time, item) in enumerate(video[0].placed() if video else ()):
        if isinstance(item, Clip) and item.duration:
            marker = item.markers[0] if item.markers else Marker(0, f"{item.name} {number}")
            found.append((time, time + item.duration, marker))
    return found


def unbroken(text: str) -> str:
    """Return text on one line, without control characters."""
    return _BREAK.sub(" ", text).strip()


def _barless(text: str) -> str:
    return unbroken(text).replace("|", "/")


def _escaped(text: str) -> str:
    return re.sub(r"([=;#\\])", r"\\\1", unbroken(text))


def _thousandths(flicks: int) -> str:
    whole = flicks * 1000 // FLICKS_PER_SECOND
    seconds, rest = divmod(whole, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
