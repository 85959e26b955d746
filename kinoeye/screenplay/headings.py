"""Headings: where and when a scene plays, as its heading says.

Source: Fountain 1.1, Scene Heading; the trade's form PLACE. SET - TIME, and the Chinese one, whose parts stand in any
order.
"""

import re
from dataclasses import dataclass

BONDS = ("same", "continuous", "")
TIMES = ("day", "night", "dawn", "dusk", "continuous", "")
PLACES = ("int", "ext", "int/ext", "est", "")

_PLACE = re.compile(
    r"(?:\d+[A-Z]?(?:[.、)]\s*|\s+))?"
    r"(?P<place>INT\.?/EXT|EXT\.?/INT|I\.?/E|E\.?/I|INT|EXT|EST|内外景|内/外景|内景|外景)(?:[.．，,]|\s|(?=[-–—])|$)\s*",
    re.I,
)
_PLACE_MEANS = {"INT": "int", "EXT": "ext", "EST": "est", "内景": "int", "外景": "ext"}
_TIME_MEANS = {
    "day": (
        "DAY",
        "MORNING",
        "NOON",
        "AFTERNOON",
        "MIDDAY",
        "日",
        "白天",
        "上午",
        "中午",
        "下午",
        "早晨",
        "清晨",
        "日景",
    ),
    "night": ("NIGHT", "MIDNIGHT", "夜", "夜晚", "深夜", "晚", "晚上", "夜景", "半夜"),
    "dawn": ("DAWN", "SUNRISE", "DAYBREAK", "FIRST LIGHT", "黎明", "晨", "拂晓", "日出"),
    "dusk": ("DUSK", "SUNSET", "EVENING", "TWILIGHT", "MAGIC HOUR", "黄昏", "傍晚", "日落"),
    "continuous": ("CONTINUOUS", "LATER", "MOMENTS LATER", "SAME", "SAME TIME", "连续", "同时", "稍后"),
}
_MEANS = {word: time for time, words in _TIME_MEANS.items() for word in words}
_PARTS = re.compile(r"\s+[-–—]+\s*|\s*[-–—]+\s+|\s*(?:--+|[–—])\s*|\s*[，,]\s*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SAME = re.compile(
    r"\b(?:SAME(?: TIME)?|MEANWHILE|SIMULTANEOUS(?:LY)?)\b(?![- ]+(?:AS|ROOM|PLACE))|同时|与此同时", re.I
)
_CONTINUES = re.compile(r"\bCONT(?:INUOUS|INUED|'D|\.)|连续", re.I)


@dataclass(frozen=True)
class Heading:
    """Where and when.

    Parameters
    ----------
    place : str
        Of `PLACES`; empty where it is not said.
    set : str
        The location as written, without place and time.
    time : str
        Of `TIMES`; empty where it is not said.
    """

    place: str
    set: str
    time: str


def parted(text: str) -> Heading:
    """Return what a heading says."""
    found = _PLACE.match(text)
    place, rest = "", text
    if found:
        written = found["place"].upper().replace(".", "")
        place = _PLACE_MEANS.get(written, "int/ext")
        rest = text[found.end() :]
    rest = re.sub(r"^[-–—\s]+", "", rest)
    if _HAN.search(rest):
        return _chinese(place, rest)
    parts = [each for each in _PARTS.split(rest) if each.strip()]
    times = [(number, time) for number, each in enumerate(parts) if (time := _time(each)) and (number or not place)]
    if not times:
        *before, last = rest.rsplit(" ", 1)
        return (
            Heading(place, before[0].strip(), _time(last))
            if before and _time(last)
            else Heading(place, rest.strip(), "")
        )
    kept = [each for number, each in enumerate(parts) if number not in dict(times)]
    told = next((time for _, time in reversed(times) if time != "continuous"), "continuous")
    return Heading(place, " - ".join(kept).strip(), told)


def bond(text: str) -> str:
    """Return how a heading hangs together with the one before it: of `BONDS`; empty where it does not say.

    >>> bond("EXT. YARD - SAME TIME"), bond("INT. HALL - CONTINUOUS"), bond("INT. HALL - LATER")
    ('same', 'continuous', '')
    """
    return "same" if _SAME.search(text) else "continuous" if _CONTINUES.search(text) else ""


def _chinese(place: str, text: str) -> Heading:
    words, time = [], ""
    for each in re.split(r"[\s，,·、\-–—]+", text):
        if each in _MEANS:
            time = time if time and _MEANS[each] == "continuous" else _MEANS[each]
        elif each in ("内", "外") and not place:
            place = {"内": "int", "外": "ext"}[each]
        elif each:
            words.append(each)
    return Heading(place, " ".join(words), time)


def _time(text: str) -> str:
    """Return the time of day that a part of a heading names; nothing if it names none."""
    plain = re.sub(r"\(.*?\)", "", text).strip(" .").upper()
    if plain in _MEANS:
        return _MEANS[plain]
    last = plain.rsplit(" ", 1)[-1]
    return (
        _MEANS.get(last, "")
        if len(plain.split()) == 2 and plain.split()[0] in ("EARLY", "LATE", "NEXT", "THAT")
        else ""
    )
