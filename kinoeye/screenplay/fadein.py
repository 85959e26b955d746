"""Fade In: documents in the Open Screenplay Format, read.

A ``.fadein`` is a ZIP archive with one document.xml; the same XML alone is an ``.osf``.

Source: the Open Screenplay Format of Fade In 4 and 5, versions 30 to 50; it has no public standard.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element as Node

from kinoeye import xml
from kinoeye.errors import DocumentError
from kinoeye.screenplay import marks
from kinoeye.screenplay.elements import STYLES, Run, Screenplay
from kinoeye.screenplay.title_page import Group, titles
from kinoeye.screenplay.typed import Paragraph, Piece, Reading

MEMBER = "document.xml"
_CAPITALS = frozenset({"Scene Heading", "Character", "Transition"})
_MOST_BYTES = 64 << 20
_DEEPEST = 20  # styles made from styles


def read(data: bytes) -> Screenplay:
    """Read a document of Fade In, packed or not.

    Raises
    ------
    DocumentError
        If the archive is damaged, or holds no well-formed document.
    """
    root = xml.parse(_unpacked(data) if data.startswith(b"PK") else data, "Fade In")
    paragraphs = root.find("paragraphs")
    if root.tag != "document" or paragraphs is None:
        raise DocumentError(f"Fade In: a document must have paragraphs, got {root.tag}")
    reading = Reading()
    for each in _paragraphs(root, paragraphs):
        reading.add(each)
    page = titles(_groups(root.find("titlepage")))
    return Screenplay(page, tuple(reading.elements), "fadein", remarks=reading.remarks())


def _unpacked(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = archive.getinfo(MEMBER).file_size
            if size > _MOST_BYTES:
                raise DocumentError(f"Fade In: {MEMBER} must have at most {_MOST_BYTES >> 20} MB, got {size >> 20}")
            return archive.read(MEMBER)
    except (zipfile.BadZipFile, KeyError, RuntimeError, OSError, EOFError, NotImplementedError) as error:
        raise DocumentError(f"Fade In: must be a ZIP archive with a {MEMBER}, got {error}") from error


def _paragraphs(root: Node, content: Node) -> Iterator[Paragraph]:
    styles = {each.get("name", ""): each for each in root.iterfind("styles/style")}
    colours = {each.get("index", ""): each.get("name", "") for each in root.iterfind("lists/revision_colors/*")}
    numbering = styles.get("Scene Heading", Node("style"))
    first = numbering.get("number_start", "1")
    count = int(first) if numbering.get("numbering") == "true" and first.isdecimal() else None
    is_left = False  # whether the name before opens two speeches side by side
    for node in content.iterfind("para"):
        look = node.find("style")
        look = Node("style") if look is None else look
        name = _type(look, styles)
        number = node.get("number", "")
        if name == "Scene Heading" and count is not None:
            number, count = number or str(count), count + 1
        marked = {each.get("revision", "0") for each in node.iterfind("text")} - {"0", "-1", ""}
        last = max(marked, key=lambda each: (len(each), each), default="")
        yield Paragraph(
            name,
            list(_pieces(node, name in _CAPITALS and _is_set(styles.get(name, Node("style")), "allcaps"))),
            is_centered=look.get("align") == "center",
            starts_page=_is_set(look, "pagebreakbefore"),
            number=number,
            is_dual=is_left,
            revision=colours.get(last) or last,
        )
        is_left = _is_set(look, "dualdialogue") if name == "Character" else is_left


def _type(look: Node, styles: Mapping[str, Node]) -> str:
    """Return the built-in style that a paragraph's own is made from."""
    name = _base(look)
    for _ in range(_DEEPEST):
        own = styles.get(name)
        if own is None or own.get("builtin") == "1" or _base(own) in ("", name, "Normal Text"):
            break
        name = _base(own)
    return name


def _base(look: Node) -> str:
    return look.get("basestyle") or look.get("basestylename") or look.get("name") or ""


def _pieces(node: Node, is_capital: bool = False) -> Iterator[Piece]:
    if (remark := node.get("note", "")).strip():
        yield Piece("", note=remark)
    for each in node:
        if each.tag == "text":
            said = "".join(each.itertext())
            styles = frozenset(name for name in STYLES if _is_set(each, name))
            yield Piece(said.upper() if is_capital or _is_set(each, "allcaps") else said, styles)


def _is_set(node: Node, *names: str) -> bool:
    return any(node.get(name, "").lower() in ("1", "true", "yes") for name in names)


def _groups(content: Node | None) -> Iterator[Group]:
    lines, was_centered = list[str](), False
    for node in [*(content.iterfind("para") if content is not None else ()), Node("para")]:
        look = node.find("style")
        is_centered = look is not None and look.get("align") == "center"
        text, runs = "", list[Run]()
        for each in _pieces(node):
            runs.append(Run(len(text), len(text) + len(each.text), tuple(sorted(each.styles - {"strikeout"}))))
            text += each.text
        said = [line.strip() for line in marks.write(text, runs).split("\n") if line.strip()]
        if lines and (not said or is_centered != was_centered):
            yield Group(tuple(lines), was_centered)
            lines = []
        lines, was_centered = [*lines, *said], is_centered
