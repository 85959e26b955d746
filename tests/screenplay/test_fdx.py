"""FDX is read, written, and read as the same; what is no Final Draft document is told so."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.errors import DocumentError
from kinoeye.screenplay import fdx, fdx_write, fountain, fountain_write
from kinoeye.screenplay.elements import SPOKEN, Element, Note, Run, Title, blocks

SHARED = Path(__file__).parents[3] / "shared" / "data" / "screenplays"
TOOLS = SHARED / "screenplay_tools"

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<FinalDraft DocumentType="Script" Template="No" Version="5"><Content>'
TAIL = "</Content></FinalDraft>"


def read(paragraphs, rest=""):
    return fdx.read(f"{HEAD}{paragraphs}</Content>{rest}</FinalDraft>".encode())


def paragraph(kind, text, **more):
    attributes = "".join(f' {name}="{said}"' for name, said in more.items())
    return f'<Paragraph Type="{kind}"{attributes}><Text>{text}</Text></Paragraph>'


def told(script):
    return [(each.kind, each.text) for each in script.elements]


def test_types_are_told():
    script = read(
        paragraph("Scene Heading", " INT. HALL - DAY ", Number="12A")
        + paragraph("Action", "She enters.")
        + paragraph("Character", "ANNA (V.O.)")
        + paragraph("Parenthetical", "(softly)")
        + paragraph("Dialogue", "Hush.")
        + paragraph("Lyrics", "la la")
        + paragraph("Transition", "CUT TO:")
        + paragraph("Action", "THE END", Alignment="Center")
        + paragraph("Outline 2", "Act one")
        + paragraph("Outline Body", "They meet.")
        + paragraph("Action", "")
    )
    assert told(script) == [
        ("heading", "INT. HALL - DAY"),
        ("action", "She enters."),
        ("character", "ANNA (V.O.)"),
        ("parenthetical", "softly"),
        ("dialogue", "Hush."),
        ("lyric", "la la"),
        ("transition", "CUT TO:"),
        ("centered", "THE END"),
        ("section", "Act one"),
        ("synopsis", "They meet."),
    ]
    assert script.elements[0].number == "12A"
    assert script.elements[8].depth == 2
    assert script.remarks == ()


def test_pieces_of_one_look_are_one():
    text = (
        "<Text>The </Text><Text Style='Bold+Italic'>ket</Text><Text Style='Italic+Bold' Color='#FF00'>tle</Text>"
        "<Text AdornmentStyle='-1'> si</Text><Text AdornmentStyle='0'>ngs</Text><Text Style='AllCaps'>. loud</Text>"
    )
    (action,) = read(f'<Paragraph Type="Action">{text}</Paragraph>').elements
    assert action.text == "The kettle sings. LOUD"
    assert action.runs == (Run(4, 10, ("bold", "italic")),)


def test_two_speeches_side_by_side():
    speech = paragraph("Character", "{}") + paragraph("Dialogue", "Yes.")
    inside = f"<DualDialogue>{speech.format('ANNA')}{speech.format('BEN')}</DualDialogue>"
    for wrapped in (f'<Paragraph Type="General">{inside}</Paragraph>', inside):
        script = read(speech.format("CARL") + wrapped + speech.format("DORA"))
        assert [(each.text, each.is_dual) for each in script.elements if each.kind == "character"] == [
            ("CARL", False), ("ANNA", False), ("BEN", True), ("DORA", False),
        ]  # fmt: skip
        assert fdx.read(fdx_write.write(script)).elements == script.elements
        assert b"<DualDialogue>" in fdx_write.write(script)


def test_revisions_have_their_names():
    text = "<Text RevisionID='1'>Old. </Text><Text RevisionID='3'>New.</Text><Text RevisionID='0'> Same.</Text>"
    colours = '<Revisions><Revision ID="1" Name="Blue"/><Revision ID="3" Name="Yellow (2nd)"/></Revisions>'
    script = read(f'<Paragraph Type="Action">{text}</Paragraph>' + paragraph("Action", "Plain."), colours)
    assert [each.revision for each in script.elements] == ["Yellow (2nd)", ""]
    assert fdx.read(fdx_write.write(script)).elements == script.elements
    unnamed = read('<Paragraph Type="Action"><Text RevisionID="2">x</Text></Paragraph>')
    assert unnamed.elements[0].revision == "2"


def test_remarks_stand_where_they_belong():
    inside = '<ScriptNote ID="1"><Paragraph><Text>Which</Text><Text>?</Text></Paragraph></ScriptNote>'
    action = f'<Paragraph Type="Action"><Text>A kettle</Text>{inside}<Text> sings.</Text></Paragraph>'
    beside = (
        '<ScriptNotes><ScriptNote Range="21,23"><Paragraph><Text>Cut it</Text></Paragraph></ScriptNote></ScriptNotes>'
    )
    script = read(action + paragraph("Action", "It boils."), beside)
    assert script.elements[0].notes == (Note(8, "Which?"),)
    assert script.elements[1].text == "It boils."
    assert script.elements[1].notes == (Note(5, "Cut it"),)
    alone = read(f'<Paragraph Type="Action">{inside}</Paragraph>')
    assert told(alone) == [("note", "Which?")]


def test_a_scene_says_its_page_its_length_and_its_summary():
    scene = (
        '<SceneProperties Page="7" Length="1 3/8" Title="They meet">'
        "<Summary><Paragraph><Text>In the hall.</Text></Paragraph></Summary></SceneProperties>"
    )
    heading = f'<Paragraph Type="Scene Heading">{scene}<Text>INT. HALL</Text></Paragraph>'
    script = read(heading)
    assert told(script) == [("heading", "INT. HALL"), ("synopsis", "They meet"), ("synopsis", "In the hall.")]
    assert (script.elements[0].page, script.elements[0].eighths) == (7, 11)
    assert fdx.read(fdx_write.write(script)) == script
    lengths = {"3/8": 3, "2": 16, "": 0, "long": 0, "12": 96}
    assert {text: read(heading.replace("1 3/8", text)).elements[0].eighths for text in lengths} == lengths


def test_an_omitted_scene_is_kept_as_a_boneyard():
    omitted = f"<OmittedScene>{paragraph('Scene Heading', 'EXT. YARD')}{paragraph('Action', 'Go.')}</OmittedScene>"
    script = read(f'<Paragraph Type="Scene Heading" Number="4"><Text>OMITTED</Text>{omitted}</Paragraph>')
    assert told(script) == [("heading", "OMITTED"), ("boneyard", "EXT. YARD\n\nGo.")]
    assert fdx.read(fdx_write.write(script)).elements == script.elements


def test_a_page_break_stands_before_what_starts_a_page():
    script = read(paragraph("Action", "A") + paragraph("Action", "B", StartsNewPage="Yes"))
    assert told(script) == [("action", "A"), ("page_break", ""), ("action", "B")]
    ends = replace(script, elements=(*script.elements, Element("page_break", ""), Element("page_break", "")))
    assert fdx.read(fdx_write.write(ends)).elements == ends.elements


def test_what_is_shown_in_capitals_says_capitals():
    look = '<ElementSettings Type="{}"><FontSpec Style="AllCaps"/></ElementSettings>'
    body = paragraph("Scene Heading", "int. hall") + paragraph("Character", "Anna") + paragraph("Action", "Runs.")
    shown = read(body, look.format("Scene Heading") + look.format("Action"))
    assert told(shown) == [("heading", "INT. HALL"), ("character", "Anna"), ("action", "Runs.")]


def test_unknown_types_are_kept_and_told():
    script = read(paragraph("Shot", "CLOSE ON THE KEY") + paragraph("Shot", "WIDE") + paragraph("Beat", "A beat."))
    assert told(script) == [("action", "CLOSE ON THE KEY"), ("action", "WIDE"), ("action", "A beat.")]
    assert script.remarks == (
        "1 paragraph of the type 'Beat' read as action", "2 paragraphs of the type 'Shot' read as action",
    )  # fmt: skip


def title_page(*lines):
    written = "".join(
        f'<Paragraph Alignment="{side}"><Text>{text}</Text></Paragraph>' for side, text in lines
    )  # fmt: skip
    return read("", f"<TitlePage><Content>{written}</Content></TitlePage>").titles


def test_the_title_page_is_told_by_how_it_stands():
    assert title_page(
        *[("Left", "")] * 3, ("Center", "THE ROOF"), ("Center", "Part 2"), ("Center", ""), ("Center", "written by"),
        ("Center", ""), ("Center", "Nora Fox &amp; Ben Hale"), ("Center", ""), ("Center", "Based on the novel"),
        ("Left", "Blue draft"), ("Left", "12/3/2026"), ("Left", ""), ("Left", "(c) 2026"), ("Left", ""),
        ("Right", "1 Hill Street"), ("Right", "Phone: 555"),
    ) == (
        Title("Title", ("THE ROOF", "Part 2")), Title("Credit", ("written by",)),
        Title("Authors", ("Nora Fox & Ben Hale",)), Title("Source", ("Based on the novel",)),
        Title("Draft date", ("Blue draft", "12/3/2026")), Title("Copyright", ("(c) 2026",)),
        Title("Contact", ("1 Hill Street", "Phone: 555")),
    )  # fmt: skip
    assert title_page() == ()


@pytest.mark.parametrize(
    "titles",
    [
        (Title("Title", ("ALIEN: RETURN",)), Title("Author", ("X",))),
        (Title("Author", ("Nobody and Nobody",)), Title("Draft date", ("soon",))),
        (Title("Title", ("_**BRICK**_", "*TWO*")), Title("Credit", ("by",)), Title("Contact", ("a", "b"))),
        (Title("Notes", ("one", "two")), Title("Format", ("A4",))),
    ],
)
def test_title_pages_come_back(titles):
    script = replace(fountain.read("INT. HALL\n\nx"), titles=titles)
    assert fdx.read(fdx_write.write(script)).titles == titles


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"INT. HALL - DAY\n\nNot XML.", "FDX: must be well-formed XML"),
        (f"{HEAD}<Paragraph>".encode(), "FDX: must be well-formed XML"),
        (b"<html><body/></html>", "FDX: a document must be a FinalDraft with its Content, got html"),
        (b"<FinalDraft/>", "must be a FinalDraft with its Content"),
        (b"", "FDX: must be well-formed XML"),
        (
            b'<!DOCTYPE a [<!ENTITY x "xxxxxxxx">]><FinalDraft>&x;</FinalDraft>',
            "DOCTYPE must name nothing but the root",
        ),
        (b"<FinalDraft>" + b"<a>" * 300, "elements may nest 250 deep"),
    ],
)
def test_what_is_no_document_is_told(document, message):
    with pytest.raises(DocumentError, match=message):
        fdx.read(document)


def test_signs_that_xml_cannot_hold_are_left_out():
    script = replace(fountain.read("INT. HALL"), elements=(Element("action", "a\x00b\x0b <&> c"),))
    assert told(fdx.read(fdx_write.write(script))) == [("action", "ab <&> c")]


LINES = st.sampled_from(
    (
        *("INT. HALL - DAY", "ANNA", "Words.", "", "", "(softly)", "CUT TO:", "> x <", "~la", "# s", "= y", "[[n]]"),
        *(
            "/* b */",
            "!A",
            ".B",
            "@c",
            "*i* **b** _u_",
            "a [[n]] b",
            "\ta",
            "NORA ^",
            "===",
            "内景 厨房 日",
            "小明",
            "<&>",
        ),
    )
)


def said(script):
    """Return what FDX can say: neither elements without words, nor a speech beside none; remarks stand elsewhere."""
    kept = []
    for each, under in blocks(script):
        is_beside = bool(kept) and kept[-1].kind in SPOKEN
        kept += [replace(one, is_dual=one.is_dual and is_beside) for one in (each, *under) if one.kind != "note"
                 and (one.text.strip() or one.kind == "page_break")]  # fmt: skip
    return [(each.kind, each.text.strip(), each.is_dual, each.number, each.depth) for each in kept]


@given(st.lists(LINES, max_size=14))
def test_any_lines_come_back(lines):
    plain = fountain.read("\n".join(lines))
    script = fdx.read(fdx_write.write(plain))
    assert said(script) == said(plain)
    assert fdx.read(fdx_write.write(script)) == script


@pytest.mark.realdata
@pytest.mark.skipif(not TOOLS.is_dir(), reason="the shared material is not there")
class TestReference:
    """Documents of Final Draft, Fade In and another writer, beside the same screenplay in Fountain."""

    @pytest.mark.parametrize("name", ["TestFDX-FD", "TestFDX-FI"])
    def test_both_forms_agree(self, name):
        script = fdx.read((TOOLS / f"{name}.fdx").read_bytes())
        plain = fountain.read((TOOLS / f"{name}.fountain").read_text("utf-8"))
        assert script.without_source().elements == plain.without_source().elements
        assert fdx.read(fdx_write.write(script)) == script
        assert [each.eighths for each in script.elements if each.kind == "heading"] == [3, 2]
        # The Fountain leaves the credit and the underlining of the title out.
        without = {each.key: tuple(line.strip("_") for line in each.lines) for each in script.titles}
        assert without.pop("Credit") == ("Written by",)
        assert not plain.titles or without == {each.key: each.lines for each in plain.titles}

    @pytest.mark.parametrize("name", ["cpp", "csharp", "js", "py"])
    def test_documents_of_another_writer(self, name):
        script = fdx.read((TOOLS / f"TestFDX-FD-Write-{name}.fdx").read_bytes())
        plain = fountain.read((TOOLS / "TestFDX-FD.fountain").read_text("utf-8")).without_source()
        unnumbered = tuple(replace(each, number="") for each in plain.elements)
        assert script.without_source().elements == unnumbered

    def test_fountain_comes_back_through_fdx(self):
        for file in [*SHARED.glob("*/*.fountain"), SHARED / "fountain_reference" / "Brick_And_Steel.txt"]:
            plain = fountain.read(file.read_bytes().decode()).without_source()
            script = fdx.read(fdx_write.write(plain))
            assert script.without_source() == plain, file.name
            again = fountain.read(fountain_write.write(script))
            assert again.without_source() == plain, file.name
