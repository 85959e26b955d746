"""Fade In's documents are read, packed or not."""

import io
import zipfile
from pathlib import Path

import pytest

from kinoeye.errors import DocumentError
from kinoeye.screenplay import fadein, fdx
from kinoeye.screenplay.elements import Note, Run, Title

TOOLS = Path(__file__).parents[3] / "shared" / "data" / "screenplays" / "screenplay_tools"
STYLES = (
    '<styles><style name="Scene Heading" builtin="1" basestyle="Normal Text" allcaps="1"/>'
    '<style name="Beat" basestyle="Action"/></styles>'
)


def document(paragraphs, styles=STYLES, rest=""):
    return (
        '<?xml version="1.0"?><document type="Open Screenplay Format document" version="40">'
        f"{styles}<paragraphs>{paragraphs}</paragraphs>{rest}</document>"
    ).encode()


def para(name, text, look="", **more):
    attributes = "".join(f' {each}="{said}"' for each, said in more.items())
    return f'<para{attributes}><style basestyle="{name}" {look}/><text>{text}</text></para>'


def packed(xml, name="document.xml"):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return held.getvalue()


BODY = (
    para("Scene Heading", "int. boat - day", number="3")
    + para("Action", 'Waves. </text><text bold="1" italic="1">Loud</text><text> ones.')
    + para("Character", "ANA", 'dualdialogue="1"')
    + para("Parenthetical", "low")
    + para("Dialogue", "Left.")
    + para("Character", "BO")
    + para("Dialogue", "Right.")
    + para("Beat", "A beat.", note="Trim this")
    + para("Transition", "CUT TO:", 'pagebreakbefore="1"')
)


@pytest.mark.parametrize("wrap", [bytes, packed])
def test_a_document_is_read(wrap):
    script = fadein.read(wrap(document(BODY)))
    assert [(each.kind, each.text) for each in script.elements] == [
        ("heading", "INT. BOAT - DAY"),
        ("action", "Waves. Loud ones."),
        ("character", "ANA"),
        ("parenthetical", "low"),
        ("dialogue", "Left."),
        ("character", "BO"),
        ("dialogue", "Right."),
        ("action", "A beat."),
        ("page_break", ""),
        ("transition", "CUT TO:"),
    ]
    assert script.elements[0].number == "3"
    assert script.elements[1].runs == (Run(7, 11, ("bold", "italic")),)
    assert [each.is_dual for each in script.elements if each.kind == "character"] == [False, True]
    assert script.elements[7].notes == (Note(0, "Trim this"),)
    assert script.remarks == ()


def test_scenes_are_numbered_where_their_style_says_so():
    styles = '<styles><style name="Scene Heading" builtin="1" numbering="true" number_start="5"/></styles>'
    script = fadein.read(document(para("Scene Heading", "A") + para("Scene Heading", "B"), styles))
    assert [each.number for each in script.elements] == ["5", "6"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (packed(b"<x/>", "word.xml"), "must be a ZIP archive with a document.xml"),
        (packed(document(BODY))[:60], "must be a ZIP archive with a document.xml"),
        (packed(b"<document>"), "must be well-formed XML"),
        (b"<html/>", "must have paragraphs, got html"),
    ],
)
def test_what_is_no_document_is_told(data, message):
    with pytest.raises(DocumentError, match=message):
        fadein.read(data)


def test_a_bomb_is_not_unpacked():
    with pytest.raises(DocumentError, match="must have at most 64 MB"):
        fadein.read(packed(bytes(65 << 20)))


@pytest.mark.realdata
@pytest.mark.skipif(not TOOLS.is_dir(), reason="the shared material is not there")
def test_it_says_what_its_own_export_says():
    script = fadein.read((TOOLS / "TestFDX-FI.fadein").read_bytes())
    exported = fdx.read((TOOLS / "TestFDX-FI.fdx").read_bytes())
    assert script.without_source() == exported.without_source()
    assert script.titles[2] == Title("Author", ("Ian",))
