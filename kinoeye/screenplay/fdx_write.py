"""FDX, written: a document that Final Draft and its peers open.

Speeches side by side stand in one paragraph; a page break is a paragraph that starts a page; a section is an outline
paragraph of its depth; a synopsis behind its heading is the scene's summary; a remark stands where it belongs; what
Final Draft has no form for, a boneyard, is a remark of that name.

Source: documents of Final Draft 8 to 13, versions 1 to 6 of the format; it has no public standard.
"""

from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element as Node
from xml.etree.ElementTree import SubElement

from kinoeye import xml
from kinoeye.screenplay import marks
from kinoeye.screenplay.elements import STYLES, Element, Screenplay, blocks
from kinoeye.screenplay.fdx import BONEYARD
from kinoeye.screenplay.title_page import groups
from kinoeye.screenplay.typed import Piece, pieces_of

_TYPES = {
    "heading": "Scene Heading",
    "action": "Action",
    "centered": "Action",
    "character": "Character",
    "parenthetical": "Parenthetical",
    "dialogue": "Dialogue",
    "lyric": "Lyrics",
    "transition": "Transition",
    "synopsis": "Outline Body",
}
# In the order of the trade's colours, by which Final Draft numbers them.
_REVISIONS = ("Blue", "Pink", "Yellow", "Green", "Goldenrod", "Buff", "Salmon", "Cherry", "Tan")
_ABOVE = 16  # empty lines above a title in the middle of a page
_FOOT = 18  # and above what stands at its foot


def write(screenplay: Screenplay) -> bytes:
    """Return a screenplay as a document of Final Draft."""
    root = Node("FinalDraft", {"DocumentType": "Script", "Template": "No", "Version": "5"})
    revisions = _revisions(screenplay.elements)
    writer = _Writer(SubElement(root, "Content"), revisions)
    for elements, is_beside in _gathered(screenplay):
        writer.write(elements, is_beside=is_beside)
    writer.end()
    if screenplay.titles:
        _title_page(SubElement(SubElement(root, "TitlePage"), "Content"), screenplay)
    if revisions:
        last = str(max(revisions.values()))
        told = SubElement(root, "Revisions", {"ActiveSet": last, "Location": "7.75", "RevisionMode": "No"})
        for name, number in revisions.items():
            SubElement(told, "Revision", {"ID": str(number), "Mark": "*", "Name": xml.legal(name)})
    return xml.write(root)


class _Writer:
    """Writes elements into a document's content."""

    def __init__(self, content: Node, revisions: Mapping[str, int]) -> None:
        self.content = content
        self.revisions = revisions
        self.starts_page = False
        self.scene: Node | None = None  # whose summary may follow

    def write(self, elements: Sequence[Element], *, is_beside: bool) -> None:
        parent = self.content
        if is_beside:
            parent = SubElement(self._paragraph(self.content, "General"), "DualDialogue")
        for each in elements:
            if each.kind == "page_break" and self.starts_page:
                self._paragraph(self.content, "Action")
            if each.kind == "page_break":
                self.starts_page = True
            elif each.kind == "synopsis" and self.scene is not None:
                _words(SubElement(SubElement(_properties(self.scene), "Summary"), "Paragraph"), each.text)
            else:
                self._element(parent, each)

    def end(self) -> None:
        """Write a page break behind which nothing stands."""
        if self.starts_page:
            self._paragraph(self.content, "Action")

    def _element(self, parent: Node, each: Element) -> None:
        kind = f"Outline {each.depth}" if each.kind == "section" else _TYPES.get(each.kind, "Action")
        node = self._paragraph(parent, kind)
        self.scene = node if each.kind == "heading" else None
        if each.kind in ("note", "boneyard"):
            _remark(node, each.text, "" if each.kind == "note" else BONEYARD)
            return
        if each.kind == "centered":
            node.set("Alignment", "Center")
        if each.number:
            node.set("Number", xml.legal(each.number))
        if each.page or each.eighths:
            facts = {"Page": str(each.page) if each.page else "", "Length": _length(each.eighths), "Title": ""}
            _properties(node).attrib.update({name: said for name, said in facts.items() if said or name == "Title"})
        pieces = list(pieces_of(each))
        if each.kind == "parenthetical":
            pieces = [Piece("("), *pieces, Piece(")")]
        for piece in pieces:
            if piece.note:
                _remark(node, piece.note, "")
            else:
                _text(node, piece, self.revisions.get(each.revision, 0))

    def _paragraph(self, parent: Node, kind: str) -> Node:
        node = SubElement(parent, "Paragraph", {"Type": kind})
        if self.starts_page and parent is self.content:
            node.set("StartsNewPage", "Yes")
            self.starts_page = False
        self.scene = None
        return node


def _gathered(screenplay: Screenplay) -> Iterator[tuple[list[Element], bool]]:
    """Go through the elements: speeches side by side together, and whether they are."""
    sides: list[Element] = []
    count = 0
    for each, under in blocks(screenplay):
        is_speech = each.kind == "character"
        if sides and not (is_speech and each.is_dual):
            yield sides, count > 1
            sides, count = [], 0
        if is_speech:
            sides += [each, *under]
            count += 1
        else:
            yield [each], False
    if sides:
        yield sides, count > 1


def _properties(scene: Node) -> Node:
    found = scene.find("SceneProperties")
    if found is None:
        found = Node("SceneProperties")
        scene.insert(0, found)
    return found


def _length(eighths: int) -> str:
    whole, rest = divmod(eighths, 8)
    parts = [str(whole)] * bool(whole) + [f"{rest}/8"] * bool(rest)
    return " ".join(parts)


def _text(node: Node, piece: Piece, revision: int) -> None:
    text = SubElement(node, "Text")
    text.text = xml.legal(piece.text)
    if piece.styles:
        text.set("Style", "+".join(name.title() for name in STYLES if name in piece.styles))
    if revision:
        text.set("RevisionID", str(revision))


def _words(node: Node, said: str) -> None:
    SubElement(node, "Text").text = xml.legal(said)


def _remark(node: Node, said: str, name: str) -> None:
    note = SubElement(node, "ScriptNote", {"Name": name} if name else {})
    for line in said.split("\n"):
        _words(SubElement(note, "Paragraph"), line)


def _revisions(elements: Sequence[Element]) -> dict[str, int]:
    """Number revisions: the trade's colours as Final Draft does, others behind them."""
    names = list(dict.fromkeys(each.revision for each in elements if each.revision))
    known = {name: _REVISIONS.index(name) + 1 for name in names if name in _REVISIONS}
    others = {
        name: len(_REVISIONS) + 1 + number for number, name in enumerate(each for each in names if each not in known)
    }
    return dict(sorted({**known, **others}.items(), key=lambda each: each[1]))


def _title_page(content: Node, screenplay: Screenplay) -> None:
    """Write the title in the middle of the page, and what is no part of it at its foot."""
    told = groups(screenplay.titles)
    parts = (
        ([each for each in told if each.is_centered], _ABOVE),
        ([each for each in told if not each.is_centered], _FOOT),
    )
    for part, above in parts:
        for _ in range(above if part else 0):
            SubElement(content, "Paragraph", {"Type": "General"})
        for group in part:
            look = {"Alignment": "Center" if group.is_centered else "Left"}
            for line in group.lines:
                plain, runs = marks.read(line)
                node = SubElement(content, "Paragraph", {"Type": "General", **look})
                for piece in pieces_of(Element("centered", plain, runs)):
                    _text(node, piece, 0)
            SubElement(content, "Paragraph", {"Type": "General", **look})
