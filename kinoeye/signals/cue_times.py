"""Cue times: when a cue of subtitles is shown, read from how each format writes it.

A time that cannot be read, or a cue that ends before it begins, has none: a text is still a text without times.

Source: W3C WebVTT 2019, section 4.1 (timings); Advanced SubStation Alpha v4.00+ (Dialogue: Start, End); W3C TTML2 2018,
sections 12.3.1 (time expressions), 7.2 (frameRate, frameRateMultiplier, tickRate). SubRip has no standard.
"""

import re
from fractions import Fraction

from kinoeye.timecode import from_seconds

CLOCK = r"(?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?"  # some write SubRip without thousandths, or "5" for "05"
Span = tuple[int, int]

_TIMING = re.compile(rf"^\s*({CLOCK})\s*-->\s*({CLOCK})")
_SECONDS = re.compile(r"^(?:(\d{1,6}):)?(\d{1,6}):(\d{1,2}(?:\.\d{1,9})?)$")
_FRAMES = re.compile(r"^(\d{1,6}):(\d{2}):(\d{2}):(\d{1,6})$")
_OFFSET = re.compile(r"^(\d{1,12}(?:\.\d{1,9})?)(h|m|s|ms|f|t)$")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")


def arrow(line: str) -> Span | None:
    """Return the flicks of a line of times as SubRip and WebVTT write it; None if it is none or ends before it begins.

    Examples
    --------
    >>> [each // 705_600 for each in arrow("00:00:01,000 --> 00:00:02,5")]
    [1000, 2500]
    """
    found = _TIMING.match(line)
    return _span(seconds(found[1]), seconds(found[2])) if found else None


def dialogue(begin: str, end: str) -> Span | None:
    """Return the flicks of the two times of a line of ASS, as ``0:00:01.50``."""
    return _span(seconds(begin), seconds(end))


def seconds(text: str) -> Fraction | None:
    """Return the seconds of ``1:02:03.5`` or ``02:03,5``; None if it is no such time."""
    found = _SECONDS.match(text.strip().replace(",", "."))
    return None if found is None else int(found[1] or 0) * 3600 + int(found[2]) * 60 + Fraction(found[3])


class TimedXml:
    """Times as TTML writes them, by the rates that stand in its first element.

    Parameters
    ----------
    root : str
        The tag ``<tt …>``.

    Attributes
    ----------
    frame_rate, tick_rate : Fraction
        Pictures and ticks a second.
    """

    def __init__(self, root: str) -> None:
        named = _attributes(root)
        self.frame_rate = Fraction(_whole(named.get("frameRate")) or 30)
        one, _, other = named.get("frameRateMultiplier", "1 1").partition(" ")
        if _whole(one) and _whole(other):
            self.frame_rate *= Fraction(int(one), int(other))
        # Without a rate of ticks a tick is a frame where frames have a rate, else a second.
        self.tick_rate = Fraction(_whole(named.get("tickRate")) or (self.frame_rate if "frameRate" in named else 1))

    def span(self, tag: str) -> Span | None:
        """Return the flicks of a tag with `begin` and `end`, or `dur`; None without them."""
        named = _attributes(tag)
        begin, end, length = (self.seconds(named.get(name, "")) for name in ("begin", "end", "dur"))
        if end is None and begin is not None and length is not None:
            end = begin + length
        return _span(begin, end)

    def seconds(self, text: str) -> Fraction | None:
        """Return the seconds of a time expression; None if it is none."""
        if found := _FRAMES.match(text):
            hours, minutes, whole, frames = map(int, found.groups())
            return hours * 3600 + minutes * 60 + whole + frames / self.frame_rate
        if found := _OFFSET.match(text):
            units = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
            units |= {"f": 1 / self.frame_rate, "t": 1 / self.tick_rate}
            return Fraction(found[1]) * units[found[2]]
        return seconds(text)


def _attributes(tag: str) -> dict[str, str]:
    return {name.rpartition(":")[2]: value for name, value in _ATTRIBUTE.findall(tag)}


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else 0


def _span(begin: Fraction | None, end: Fraction | None) -> Span | None:
    if begin is None or end is None or not begin < end < 360_000:  # a hundred hours: more is a slip, or no time
        return None
    return from_seconds(begin), from_seconds(end)
