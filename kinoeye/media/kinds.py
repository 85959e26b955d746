"""Kinds: what a file is, told by its content; its name alone decides nothing.

A name only makes a promise: what is called .mov and holds no media is damaged, not unknown.

Source: the formats' own signatures; Fountain 1.1 (scene headings, characters, title page); Final Draft's FDX; SubRip,
WebVTT, ASS, TTML, CMX3600.
"""

import re
from pathlib import Path

from kinoeye.errors import DocumentError, MediaError
from kinoeye.media import pdf
from kinoeye.media.characters import characters
from kinoeye.media.signatures import media_kind
from kinoeye.media.texts import text_kind
from kinoeye.screenplay import paper

DOCUMENTS = frozenset({"screenplay", "subtitles", "timeline", "records", "text"})
MEDIA = frozenset({"video", "sound", "picture"})
HEAD_BYTES = 1 << 16
_FIRST_PAGES = 8  # of a PDF: enough to see a heading
_MEDIA_NAMES = frozenset(
    {
        *(".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mxf", ".mpg", ".mpeg", ".m2ts"),
        *(".vob", ".wmv", ".asf", ".flv", ".3gp", ".3g2", ".ogv", ".ivf", ".y4m", ".dv", ".gif", ".apng"),
        *(".wav", ".mp3", ".m4a", ".aac", ".flac", ".ogg", ".oga", ".opus", ".aif", ".aiff", ".caf", ".wma", ".ac3"),
        *(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".webp", ".exr", ".dpx", ".jp2", ".j2k", ".avif", ".sgi"),
    }
)  # fmt: skip
_NOT_DECODED = {"HEIC": "Convert it to JPEG or TIFF", "animated WebP": "Convert it to APNG or to a film"}
_LISTS = re.compile(rb"\s*(#EXTM3U|ffconcat version|v=0\r?\no=|\[playlist\]|\[InternetShortcut\]|<smil\b|<asx\b)", re.I)
_LIST_ROOTS = re.compile(rb"<(MPD|smil|asx|SmoothStreamingMedia)\b", re.I)
_URL = re.compile(rb"\s*[a-z][a-z0-9+.-]+:(//\S+|concat:\S+)\s*\Z", re.I)


def recognise(path: Path) -> str | None:
    """Return what a file is; nothing of it is decoded.

    Returns
    -------
    video, sound, picture, screenplay, subtitles, timeline, records or text; None for what Kinoeye does not know.
        Whether a container with one track holds pictures or sound is told for sure by the probe.

    Raises
    ------
    MediaError
        If it is a playlist or an address, or is named like media and holds none.
    DocumentError
        If it is named like a Final Draft document and is none, or is a PDF that cannot be read or has no text.
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        plain = head.removeprefix(b"\xef\xbb\xbf")
        if _LISTS.match(plain) or _LIST_ROOTS.search(plain[:1024]) or (len(plain) < 4096 and _URL.match(plain)):
            raise MediaError(
                f"{path}: must be media itself, got a list that points elsewhere",
                remedy="Put the files it points to into the folder",
            )
        kind = media_kind(head, file)
    if kind in _NOT_DECODED:
        raise MediaError(f"{path}: must be of a kind that FFmpeg decodes, got {kind}", remedy=_NOT_DECODED[kind])
    if kind == "PDF":
        return _printed(path)
    if kind is None and path.suffix.lower() in _MEDIA_NAMES:
        raise MediaError(
            f"{path}: must hold media as its name says, got {_shown(head)}",
            remedy="The file is damaged or wrongly named: copy it again, or rename it",
        )
    if kind is not None:
        return kind
    text = characters(head, is_head=len(head) == HEAD_BYTES)
    told = text_kind(text) if text is not None else None
    if path.suffix.lower() == ".fdx" and not (told == "screenplay" and "<FinalDraft" in (text or "")):
        raise DocumentError(
            f"{path}: must be a Final Draft document (XML) as its name says, got {_shown(head)}",
            remedy="Save it again from Final Draft, or name it .fountain or .txt if it is plain text",
        )
    # Fountain is plain text on purpose: a page of action alone is still what its name says.
    return "screenplay" if told == "text" and path.suffix.lower() == ".fountain" else told


def _printed(path: Path) -> str:
    """Return which document a PDF is, by its first pages."""
    try:
        lines = pdf.lines(path.read_bytes(), most=_FIRST_PAGES)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error.message}", remedy=error.remedy) from error
    script = paper.read(lines)
    is_script = script is not None and any(each.kind == "heading" for each in script.elements)
    return "screenplay" if is_script or text_kind(paper.text(lines)) == "screenplay" else "text"


def _shown(head: bytes) -> str:
    if not head:
        return "an empty file"
    if not any(head[:4096]):
        return "zeros"
    return "a text" if characters(head, is_head=True) is not None else "bytes of no known format"
