"""Texts: which document a text is, by how its lines look."""

import csv
import json
import re

from kinoeye.headings import meaning
from kinoeye.media.dialects import dialect_of
from kinoeye.screenplay import plain
from kinoeye.screenplay.fountain import HEADING, is_name

_XML_ROOTS = (
    (re.compile(r"<FinalDraft\b"), "screenplay"),
    (re.compile(r"<document\s[^>]*Open Screenplay Format"), "screenplay"),
    (re.compile(r"<fcpxml\b"), "timeline"),
    (re.compile(r"<xmeml\b"), "timeline"),
    (re.compile(r"<(\w+:)?tt[\s>][^>]*ttml|<(\w+:)?tt\s[^>]*xmlns"), "subtitles"),
)
_XML = re.compile(r"<\?xml|<!|<html|<\w[\w:.-]*\s[^>]*(?:xmlns|version)|<FinalDraft\b|<document\s", re.I)
_SUBRIP = re.compile(r"\s*\d+[ \t]*\n\d{1,3}:\d{2}:\d{2}(?:[,.]\d{1,3})?[ \t]*-->[ \t]*\d{1,3}:\d{2}:\d{2}")
_TIMECODE = r"\d{2}:\d{2}:\d{2}[:;.]\d{2,3}"
_EDL_EVENT = re.compile(
    rf"^\d{{1,6}}\s+\S+\s+\S+\s+(C|D|K\s*\w?|W\d+)\s+(\d+\s+)?{_TIMECODE}\s+{_TIMECODE}\s+{_TIMECODE}\s+{_TIMECODE}",
    re.M,
)
_TITLE_PAGE = re.compile(r"^(title|credit|author|authors|source|draft date|contact|copyright)[ \t]*:", re.I | re.M)
# Of a column: up to five words, not the end of a sentence.
_NAME = re.compile(r"\s*\S{1,60}(?: \S{1,60}){0,4}(?<![.!?])\s*")
_MOST_ROWS = 50
_JSON_LINES = 40
_SURE = 0.85


def text_kind(text: str) -> str | None:
    """Return which document a text is; None for what nobody reads as one (empty files, web pages, settings).

    Returns
    -------
    screenplay, subtitles, timeline, records or text
    """
    start = text.lstrip("\ufeff \t\n")
    if not start:
        return None
    if _XML.match(start):
        return next((kind for root, kind in _XML_ROOTS if root.search(start[:4096])), None)
    if start.startswith(("{", "[{", "[ {", "[\n")):
        return _json(start)
    if start.startswith("WEBVTT") or _SUBRIP.match(text.lstrip("\ufeff")) or start.startswith("[Script Info]"):
        return "subtitles"
    if _EDL_EVENT.search(text):
        return "timeline"
    if _is_screenplay(text):
        return "screenplay"
    return "records" if _is_records(start) else "text"


def _json(start: str) -> str | None:
    if '"OTIO_SCHEMA"' in start[:20_000]:
        return "timeline"
    if start.startswith("["):
        return "records" if _holds_objects(start) else None
    lines = [line for line in start.split("\n")[:_JSON_LINES] if line.strip()]
    lines = lines[:-1] or lines
    # Lines of a log may be broken; of settings, one object over many lines, hardly one is an object by itself.
    return "records" if 2 * sum(_is_object(line) for line in lines) > len(lines) else None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _holds_objects(start: str) -> bool:
    """Say whether an array's first element is an object; the text may end within the second."""
    place = start.find("{")
    if place < 0 or start[1:place].strip():
        return False
    try:
        json.JSONDecoder().raw_decode(start, place)
    except ValueError as error:
        # One object larger than the text's head is one, too.
        return start.startswith("[") and getattr(error, "pos", 0) >= len(start) - 1
    return True


def _is_screenplay(text: str) -> bool:
    lines = ["", *(line.strip() for line in text.split("\n")), ""]
    headings = sum(_is_heading(line) for line in lines)
    cues = sum(
        bool(line) and not before and bool(after) and (line[0] == "@" or is_name(line)) and not _is_heading(line)
        for before, line, after in zip(lines, lines[1:], lines[2:], strict=False)
    )  # fmt: skip
    title = len(_TITLE_PAGE.findall(text[:2000])) if _TITLE_PAGE.match(text.lstrip("\ufeff\n")) else 0
    if (headings >= 1 and cues >= 1) or headings >= 3 or title >= 2 or (title == 1 and headings + cues >= 1):
        return True
    return plain.form(text) != "fountain"


def _is_heading(line: str) -> bool:
    """Say whether a line is a heading beyond doubt: EST and INT are words, too."""
    found = HEADING.match(line)
    return found is not None and (found[0] == found[0].upper() or "." in found[0])


def _is_records(start: str) -> bool:
    """Say whether all lines have as many columns as the first, by one of the usual separators."""
    lines = start.split("\n")
    lines = [line for line in lines[: min(_MOST_ROWS, max(2, len(lines) - 1))] if line.strip()]
    if len(lines) < 2:
        return False
    for separator in ("\t", ",", ";", "|"):
        if separator not in lines[0]:
            continue
        try:
            rows = list(csv.reader(lines, delimiter=separator))
        except csv.Error:
            continue
        widths = [len(row) for row in rows]
        named = all(_NAME.fullmatch(name) for name in rows[0])
        if widths[0] > 1 and named and len(set(widths)) == 1 and len(set(rows[0])) == len(rows[0]):
            return True
    return _is_catalogue(start)


def _is_catalogue(start: str) -> bool:
    """Say whether columns are called as those of titles are, however their rows look."""
    dialect = dialect_of(start, is_head=True)
    if dialect is None or dialect.columns < 2:
        return False
    return sum(meaning(heading)[1] >= _SURE for heading in dialect.headings) * 2 > dialect.columns
