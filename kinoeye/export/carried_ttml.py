"""Carried TTML: timed XML subtitles (TTML, IMSC) moved with their cut; only times are rewritten, in their own form.

The document is edited where its tags stand, so that styles, comments and white space stay as they are. A cue is a
paragraph with times, or else the outermost element with times in or about it. Times that divisions hold are worked into
those of their cues.

Source: W3C TTML2 2018, sections 8.1 (content), 12.2 and 12.3 (timing).
"""

import itertools
import re
from dataclasses import dataclass, field
from fractions import Fraction
from xml.parsers import expat

from kinoeye.errors import DocumentError
from kinoeye.export.carried_cues import Carrier, clock_parts, plain
from kinoeye.export.fates import Item, Span
from kinoeye.signals.cue_times import TimedXml
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds
from kinoeye.xml import parse

_TIMED = ("begin", "end", "dur")
_ENCODING = re.compile(rb"(<\?xml[^>]*?encoding\s*=\s*[\"'])([^\"']+)")
_ID = re.compile(r"(\bxml:id\s*=\s*[\"'])([^\"']+)")


@dataclass
class _Tag:
    """An element where it stands in the document, in bytes."""

    name: str
    begin: int
    inside: int
    parent: "_Tag | None"
    attributes: dict[str, str]
    end: int = 0
    text: list[str] = field(default_factory=list)
    children: list["_Tag"] = field(default_factory=list)

    @property
    def is_timed(self) -> bool:
        """Whether it has times of its own."""
        return any(name in self.attributes for name in _TIMED)


def carry_ttml(document: bytes, carrier: Carrier, name: str) -> tuple[bytes, list[Item]]:
    """Carry a document; return the new one and what became of each cue.

    Raises
    ------
    DocumentError
        If it is no such document, times run in sequence, or there is no cue in it.
    """
    parse(document, name)  # refuses entities, depth and size before anything else looks at it
    data = _as_utf8(document)
    root = _scanned(data)
    times = TimedXml(data[root.begin : root.inside].decode())
    cues: list[tuple[_Tag, Span]] = []
    _gather(root, times, Fraction(0), cues, name)
    if not cues:
        raise DocumentError(f"{name}: subtitles must hold a cue with times, got none")
    origin = carrier.origin(min(span[0] for _, span in cues))
    edits: list[tuple[int, int, bytes]] = []
    items: list[Item] = []
    stripped: set[int] = set()
    pieces: list[list[tuple[int, bytes]]] = []
    for number, (tag, span) in enumerate(cues, 1):
        for holder in _holders(tag):
            if holder.begin not in stripped:
                stripped.add(holder.begin)
                edits.append((holder.begin, holder.inside, _without_times(data[holder.begin : holder.inside])))
        fate, spans = carrier.fate(span, origin)
        words = plain(" ".join("".join(tag.text).split()))
        items.append(Item(name, "cue", number, words, span[0] - origin.old, span[1] - origin.old, fate))
        pieces.append([(low, _copy(data, tag, times, (low, high), part)) for part, (low, high) in enumerate(spans)])
    edits += _placed(data, [tag for tag, _ in cues], pieces)
    for begin, end, text in sorted(edits, reverse=True):
        data = data[:begin] + text + data[end:]
    return data, items


def _as_utf8(document: bytes) -> bytes:
    """Return the document in UTF-8, as its first line then says."""
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        document = document.decode("utf-16").encode()
    document = document.removeprefix(b"\xef\xbb\xbf")
    stated = _ENCODING.match(document)
    if stated and stated[2].lower() not in {b"utf-8", b"us-ascii", b"utf-16"}:
        document = document.decode(stated[2].decode("ascii"), "replace").encode()
    return _ENCODING.sub(rb"\g<1>UTF-8", document, count=1)


def _scanned(data: bytes) -> _Tag:
    """Return the root, with where each element stands."""
    parser = expat.ParserCreate()
    root: list[_Tag] = []
    stack: list[_Tag] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        parent = stack[-1] if stack else None
        begin = parser.CurrentByteIndex
        tag = _Tag(name.rpartition(":")[2], begin, _close(data, begin), parent, attributes)
        (parent.children if parent else root).append(tag)
        if tag.name == "br":
            text(" ")
        stack.append(tag)

    def end(_name: str) -> None:
        tag = stack.pop()
        at = parser.CurrentByteIndex
        tag.end = tag.inside if data[at : at + 2] != b"</" else data.index(b">", at) + 1

    def text(words: str) -> None:
        for tag in stack:
            tag.text.append(words)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.Parse(data, True)
    return root[0]


def _close(data: bytes, begin: int) -> int:
    """Return where a start tag ends; a > within quotes ends none."""
    quote = 0
    for place in range(begin, len(data)):
        letter = data[place]
        if quote:
            quote = 0 if letter == quote else quote
        elif letter in b"\"'":
            quote = letter
        elif letter == 0x3E:
            return place + 1
    return len(data)


def _gather(tag: _Tag, times: TimedXml, base: Fraction, cues: list[tuple[_Tag, Span]], name: str) -> None:
    """Gather the cues below an element, with their times from the document's beginning."""
    if tag.attributes.get("timeContainer") == "seq":
        raise DocumentError(f"{name}: cues must have times of their own, got a sequence",
                            remedy="Save it with times for each cue")  # fmt: skip
    for child in tag.children:
        begin = times.seconds(child.attributes.get("begin", "")) or Fraction(0)
        if child.name == "head":
            continue
        is_cue = child.is_timed and (child.name in {"p", "span"} or not _has_timed_paragraphs(child))
        span = _span(child, times, base) if is_cue else None
        if span is not None:
            cues.append((child, span))
        elif child.name in {"body", "div", "p", "span"}:
            _gather(child, times, base + begin, cues, name)


def _has_timed_paragraphs(tag: _Tag) -> bool:
    return any((each.name in {"p", "span", "div"} and each.is_timed) or _has_timed_paragraphs(each)
               for each in tag.children)  # fmt: skip


def _span(tag: _Tag, times: TimedXml, base: Fraction) -> Span | None:
    begin, end, length = (times.seconds(tag.attributes.get(name, "")) for name in _TIMED)
    begin = begin or Fraction(0)
    if end is None and length is not None:
        end = begin + length
    if end is None or end <= begin:
        return None
    return from_seconds(base + begin), from_seconds(base + end)


def _holders(tag: _Tag) -> list[_Tag]:
    """Return the timed elements about a cue."""
    found = []
    parent = tag.parent
    while parent is not None:
        if parent.is_timed:
            found.append(parent)
        parent = parent.parent
    return found


def _without_times(tag: bytes) -> bytes:
    return re.sub(rb"\s+(?:begin|end|dur)\s*=\s*(?:\"[^\"]*\"|'[^']*')", b"", tag)


def _copy(data: bytes, tag: _Tag, times: TimedXml, span: Span, part: int) -> bytes:
    """Return a cue's element with other times; a second part of it gets an id of its own."""
    head, rest = data[tag.begin : tag.inside].decode(), data[tag.inside : tag.end]
    low, high = span
    values = {"begin": low, "end": high, "dur": high - low}
    for name in _TIMED:
        like = tag.attributes.get(name)
        if like is not None:
            head = re.sub(rf"(\s{name}\s*=\s*)([\"'])[^\"']*\2",
                          rf"\g<1>\g<2>{_written(values[name], like, times)}\g<2>", head, count=1)  # fmt: skip
    if "begin" not in tag.attributes:
        like = tag.attributes.get("end") or tag.attributes.get("dur") or "0s"
        head = re.sub(r"^(<[^\s/>]+)", rf'\g<1> begin="{_written(low, like, times)}"', head)
    if part:
        head = _ID.sub(rf"\g<1>\g<2>-{part + 1}", head)
        rest = _ID.sub(rf"\g<1>\g<2>-{part + 1}", rest.decode()).encode()
    return head.encode() + rest


def _placed(data: bytes, tags: list[_Tag], pieces: list[list[tuple[int, bytes]]]) -> list[tuple[int, int, bytes]]:
    """Return what is put in the place of each cue: within one element, cues stand in the order of their times."""
    groups: dict[int, list[int]] = {}
    for number, tag in enumerate(tags):
        groups.setdefault(tag.parent.begin if tag.parent else -1, []).append(number)
    edits: list[tuple[int, int, bytes]] = []
    for numbers in groups.values():
        wanted = [piece for number in numbers for piece in pieces[number]]
        is_sorted = all(a[0] <= b[0] for a, b in itertools.pairwise(wanted))
        ordered = [pieces[number] for number in numbers]
        if not is_sorted:
            rest = sorted(wanted, key=lambda each: each[0])
            ordered = [[rest.pop(0)] if rest else [] for _ in numbers]
            ordered[-1] += rest
        for number, each in zip(numbers, ordered, strict=True):
            tag = tags[number]
            lead = len(data[: tag.begin]) - len(data[: tag.begin].rstrip())
            space = data[tag.begin - lead : tag.begin]
            begin = tag.begin if each else tag.begin - lead
            edits.append((begin, tag.end, space.join(text for _, text in each)))
    return edits


def _written(flicks: int, like: str, times: TimedXml) -> str:
    """Return a time in the form of another: a clock, pictures, seconds, ticks."""
    seconds = Fraction(flicks, FLICKS_PER_SECOND)
    unit = re.sub(r"[\d.]", "", like)
    rates = {"f": times.frame_rate, "t": times.tick_rate, "h": Fraction(1, 3600), "m": Fraction(1, 60),
             "s": Fraction(1), "ms": Fraction(1000)}  # fmt: skip
    if unit in {"f", "t"}:
        return f"{round(seconds * rates[unit])}{unit}"
    if unit in rates:
        return f"{float(round(seconds * rates[unit], 9)):.9f}".rstrip("0").rstrip(".") + unit
    if re.fullmatch(r"\d+:\d+:\d+:\d+", like):
        # The frames count within their second, also at 29.97: the seconds are those of the clock.
        return _frames(int(seconds), round(seconds % 1 * times.frame_rate), round(times.frame_rate))
    places = max(3, len(like.rpartition(".")[2]) if "." in like else 3)
    hours, minutes, whole, rest = clock_parts(flicks, 10**places)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}.{rest:0{places}d}"


def _frames(seconds: int, frame: int, nominal: int) -> str:
    seconds, frame = (seconds + 1, 0) if frame >= nominal else (seconds, frame)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frame:02d}"
