"""FDX: Final Draft's documents, read.

Kept are paragraphs with their types, styles, numbers, revisions and remarks, two speeches side by side, omitted scenes
(as boneyards), a scene's summary, page and length, and the title page. A heading, a name or a transition that is shown
in capitals says capitals. Left out is what only concerns the program: windows, spelling, colours, macros.

Source: documents of Final Draft 8 to 13, versions 1 to 6 of the format; it has no public standard.
"""

import re
from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element as Node

from kinoeye import xml
from kinoeye.errors import DocumentError
from kinoeye.screenplay import fountain_write, marks
from kinoeye.screenplay.elements import Element, Run, Screenplay
from kinoeye.screenplay.title_page import Group, titles
from kinoeye.screenplay.typed import Paragraph, Piece, Reading

BONEYARD = "Boneyard"  # name of a remark that is one
_STYLES = {"Bold": "bold", "Italic": "italic", "Underline": "underline", "Strikeout": "strikeout"}
_CAPITALS = frozenset({"Scene Heading", "Character", "Transition"})
_LENGTH = re.compile(r"\s*(?:(\d{1,4})(?![\d/])\s*)?(?:(\d{1,4})\s*/\s*8)?\s*")
_OBJECT = 2  # characters that speeches side by side and an omitted scene count as, where remarks count


def read(document: bytes) -> Screenplay:
    """Read a document of Final Draft.

    Raises
    ------
    DocumentError
        If it is no well-formed XML, or not Final Draft's.
    """
    root = xml.parse(document, "FDX")
    content = root.find("Content")
    if root.tag != "FinalDraft" or content is None:
        raise DocumentError(f"FDX: a document must be a FinalDraft with its Content, got {root.tag}")
    reader = _Reader(root)
    reader.read(content)
    page = titles(_groups(root.find("TitlePage/Content")))
    return Screenplay(page, tuple(reader.reading.elements), "fdx", remarks=reader.reading.remarks())


class _Reader:
    """Reads paragraphs by what a document says of types, revisions and remarks."""

    def __init__(self, root: Node) -> None:
        self.reading = Reading()
        self.revisions = {each.get("ID", ""): each.get("Name", "") for each in root.iterfind("Revisions/Revision")}
        self.capitals = {
            each.get("Type", "")
            for each in root.iterfind("ElementSettings")
            if each.get("Type") in _CAPITALS and "AllCaps" in _look(each.find("FontSpec"))
        }
        self.notes = sorted(_notes(root))
        self.at = 0  # characters of the document before a paragraph

    def read(self, content: Node) -> None:
        for node in content:
            if node.tag == "Paragraph":
                self._paragraph(node)
            elif node.tag == "DualDialogue":
                self._dual(node)

    def _paragraph(self, node: Node) -> None:
        sides = node.find("DualDialogue")
        if sides is not None:
            self._dual(sides)
            self.at += _OBJECT + 1
            return
        pieces = list(self._pieces(node))
        size = sum(len(each.text) for each in pieces)
        here = [each for each in self.notes if self.at <= each[0] <= self.at + size]
        self.notes = [each for each in self.notes if each not in here]
        self.reading.add(self._typed(node, _with_notes(pieces, [(at - self.at, text) for at, text in here])))
        self.reading.elements += [
            Element("boneyard", _words(each)) for each in node.iterfind("ScriptNote") if each.get("Name") == BONEYARD
        ]
        self.at += size + 1
        for each in _summary(node.find("SceneProperties")):
            self.reading.elements.append(Element("synopsis", each))
        for omitted in node.iterfind("OmittedScene"):
            self._omitted(omitted)

    def _dual(self, node: Node) -> None:
        """Read speeches side by side: all names but the first speak beside it."""
        names = 0
        for each in node.iterfind("Paragraph"):
            names += each.get("Type") == "Character"
            self.reading.add(self._typed(each, list(self._pieces(each)), is_dual=names > 1))

    def _omitted(self, node: Node) -> None:
        """Read an omitted scene: what was cut counts for nothing, but is kept."""
        kept, self.reading = self.reading, Reading()
        for each in node.iterfind("Paragraph"):
            self.reading.add(self._typed(each, list(self._pieces(each))))
        cut = Screenplay((), tuple(self.reading.elements), "fdx")
        self.reading = kept
        text = fountain_write.write(cut).rstrip("\n").replace("*/", "* /")
        self.reading.elements.append(Element("boneyard", text))
        self.at += _OBJECT

    def _pieces(self, node: Node) -> Iterator[Piece]:
        is_capital = node.get("Type") in self.capitals
        for each in node:
            if each.tag == "Text":
                look = _look(each)
                text = "".join(each.itertext())
                styles = frozenset(_STYLES[name] for name in look if name in _STYLES)
                yield Piece(text.upper() if is_capital or "AllCaps" in look else text, styles)
            elif each.tag == "ScriptNote" and each.get("Name") != BONEYARD and (said := _words(each)).strip():
                yield Piece("", note=said)

    def _typed(self, node: Node, pieces: Sequence[Piece], *, is_dual: bool = False) -> Paragraph:
        scene = node.find("SceneProperties")
        facts = scene.attrib if scene is not None else {}
        marked = {each.get("RevisionID", "0") for each in node.iterfind("Text") if each.text} - {"0", ""}
        last = max(marked, key=lambda each: (len(each), each), default="")
        return Paragraph(
            node.get("Type", ""),
            pieces,
            is_centered=node.get("Alignment") == "Center",
            starts_page=node.get("StartsNewPage") == "Yes",
            number=node.get("Number", "").strip(),
            is_dual=is_dual,
            revision=self.revisions.get(last) or last,
            page=int(facts["Page"]) if facts.get("Page", "").isdecimal() else 0,
            eighths=_eighths(facts.get("Length", "")),
        )


def _look(node: Node | None) -> frozenset[str]:
    """Return what its attribute Style names: Bold+Italic."""
    return frozenset(node.get("Style", "").split("+") if node is not None else ())


def _eighths(length: str) -> int:
    """Return a length in eighths of a page: 3/8, 1 2/8 or 2."""
    found = _LENGTH.fullmatch(length)
    return int(found[1] or 0) * 8 + int(found[2] or 0) if found else 0


def _words(node: Node) -> str:
    """Return what the paragraphs in a node say."""
    return "\n".join("".join(text.text or "" for text in each.iter("Text")) for each in node.iter("Paragraph"))


def _notes(root: Node) -> Iterator[tuple[int, str]]:
    """Go through the remarks that stand beside the content: at which character, and what they say."""
    for each in root.iterfind("ScriptNotes/ScriptNote"):
        begin = each.get("Range", "").partition(",")[0]
        if begin.isdecimal() and (said := _words(each)).strip():
            yield int(begin), said


def _with_notes(pieces: Sequence[Piece], notes: Sequence[tuple[int, str]]) -> list[Piece]:
    """Put remarks between the pieces of a paragraph, each before its character."""
    parted, at = list[Piece](), 0
    waiting = list(notes)
    for each in pieces:
        begin = at
        at += len(each.text)
        while waiting and waiting[0][0] < at:
            cut, said = waiting.pop(0)
            parted += [Piece(each.text[begin - at + len(each.text) : cut - at + len(each.text)], each.styles)]
            parted += [Piece("", note=said)]
            begin = cut
        parted.append(Piece(each.text[begin - at + len(each.text) :], each.styles, each.note))
    return parted + [Piece("", note=said) for _, said in waiting]


def _summary(scene: Node | None) -> Iterator[str]:
    """Go through what is said of a scene: its title, its summary."""
    if scene is None:
        return
    said = [scene.get("Title", ""), *(_words(each) for each in scene.iterfind("Summary"))]
    for each in said:
        yield from (" ".join(line.split()) for line in each.split("\n") if line.strip())


def _groups(content: Node | None) -> Iterator[Group]:
    """Go through the lines of a title page, parted where an empty one stands."""
    lines, is_centered = list[str](), False
    for node in [*(content.iterfind("Paragraph") if content is not None else ()), Node("Paragraph")]:
        said = _title_lines(node)
        if lines and (not said or is_centered != (node.get("Alignment") == "Center")):
            yield Group(tuple(lines), is_centered)
            lines = []
        if said:
            lines += said
            is_centered = node.get("Alignment") == "Center"


def _title_lines(node: Node) -> list[str]:
    text, runs = "", list[Run]()
    for each in node.iterfind("Text"):
        begin, text = len(text), text + "".join(each.itertext())
        styles = tuple(_STYLES[name] for name in _STYLES if name in _look(each) and name != "Strikeout")
        runs.append(Run(begin, len(text), styles))
    is_marked = any(run.styles for run in runs)
    return [line.strip() for line in (marks.write(text, runs) if is_marked else text).split("\n") if line.strip()]
