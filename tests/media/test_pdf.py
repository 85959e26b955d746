"""PDF: a printed screenplay is read from where its lines stand."""

import io
import random

import pytest
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from kinoeye.errors import DocumentError
from kinoeye.export import script_pdf
from kinoeye.media import pdf
from kinoeye.media.documents import read_screenplay, read_text
from kinoeye.media.kinds import recognise
from kinoeye.screenplay import fdx, fdx_write, fountain, paper

SPEECH = " ".join(f"Sentence number {number} of a long speech that goes on." for number in range(40))
SCRIPT = f"""Title: **THE ROOF**
Credit: written by
Author: Nora Fox
Draft date: Blue draft

FADE IN:

INT. KITCHEN - NIGHT #1A#

A kettle *sings* in the dark, and nobody who is in the house hears it while it sings and boils and sings.

The rain comes down in long lines, and the whole of the roof is wet, and nobody goes up to mend it any more.

ANNA (V.O.)
(very softly, as one speaks to a child that must not wake up)
{SPEECH}

BEN
Who?

ANNA
Me.

BEN ^
(at once)
You, of course.

THE SEA #2#

{SPEECH}

> THE END <
"""


ODD = ("INT. A - DAY", "ANNA", "(low)", "x", "*", "12", "12A", "(MORE)", "CONTINUED:", "CUT TO:", "A" * 99, ".", "Yes.")


def put(tmp_path, data, name="script.pdf"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def drawn(tmp_path, *pages, **more):
    """Make a PDF: of each page its lines, each with left edge, foot from the top, and text."""
    held = io.BytesIO()
    canvas = Canvas(held, LETTER, **more)
    for page in pages:
        canvas.setFont("Courier", 12)
        for left, foot, text in page:
            canvas.drawString(left, LETTER[1] - foot, text)
        canvas.showPage()
    canvas.save()
    return put(tmp_path, held.getvalue())


def told(script):
    return [(each.kind, " ".join(each.text.split()), each.number, each.is_dual) for each in script.elements]


def test_what_was_printed_is_read(tmp_path):
    path = put(tmp_path, script_pdf.write(fountain.read(SCRIPT)))
    assert recognise(path) == "screenplay"
    script = read_screenplay(path)
    assert told(script) == told(fountain.read(SCRIPT))
    assert script.form == "pdf"
    assert [(each.key, each.lines) for each in script.titles] == [
        ("Title", ("**THE ROOF**",)), ("Credit", ("written by",)), ("Author", ("Nora Fox",)),
        ("Draft date", ("Blue draft",)),
    ]  # fmt: skip
    assert [run.styles for run in script.elements[2].runs] == [("italic",)]
    assert script.elements[0].page == 1
    assert script.elements[-1].page == 3
    assert read_text(path).text.startswith("Title: **THE ROOF**\nCredit: written by\n")


def body(number, *, left=108):
    rows = [
        (left, 90, f"INT. ROOM {number} - DAY"),
        (left, 114, "She looks out of the window and sees the whole city."),
    ]
    speech = [(left + 158, 138, "ANNA"), (left + 115, 150, "(low)"), (left + 72, 162, f"This is page {number}.")]
    return [*rows, *speech]


def test_headers_numbers_and_marks_are_taken_away(tmp_path):
    pages = [
        [
            (60, 40, "THE ROOF - Blue Rev. 3/4/26"), (540, 40, f"{number}."), *body(number),
            (60, 90, f"{number}A"), (545, 90, f"{number}A"), (565, 114, "*"), (108, 740, "(CONTINUED)"),
        ]
        for number in range(1, 6)
    ]  # fmt: skip
    script = read_screenplay(drawn(tmp_path, *pages))
    assert told(script)[:5] == [
        ("heading", "INT. ROOM 1 - DAY", "1A", False),
        ("action", "She looks out of the window and sees the whole city.", "", False),
        ("character", "ANNA", "", False),
        ("parenthetical", "low", "", False),
        ("dialogue", "This is page 1.", "", False),
    ]
    assert len(script.elements) == 25
    assert [each.revision for each in script.elements[:3]] == ["", "*", ""]
    assert [each.page for each in script.elements[::5]] == [1, 2, 3, 4, 5]


def test_margins_are_found_in_each_document(tmp_path):
    script = read_screenplay(drawn(tmp_path, body(1, left=60), body(2, left=60)))
    assert [each.kind for each in script.elements[:5]] == [
        "heading",
        "action",
        "character",
        "parenthetical",
        "dialogue",
    ]


def test_a_script_without_columns_is_read_as_plain_text(tmp_path):
    lines = ("INT. HALL - DAY", "", "She runs.", "", "ANNA", "Stop!", "", "EXT. YARD - DAY", "", "Rain.")
    path = drawn(tmp_path, [(72, 72 + 12 * row, text) for row, text in enumerate(lines) if text])
    assert recognise(path) == "screenplay"
    script = read_screenplay(path)
    assert [each.kind for each in script.elements] == [
        "heading",
        "action",
        "character",
        "dialogue",
        "heading",
        "action",
    ]
    assert [each.line for each in script.elements] == [1, 3, 5, 6, 8, 10]
    assert {each.source for each in script.elements} == {""}


def test_a_chinese_script_has_its_broken_lines_joined(tmp_path):
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    held = io.BytesIO()
    canvas = Canvas(held, LETTER)
    canvas.setFont("STSong-Light", 12)
    rows = [
        "第一场 客厅 日 内",
        "△小明坐在窗前，看着外面的雨一直下着，街上没有人，只有一辆车慢慢地",
        "开过去，又慢慢地开回来。",
        "小明（低声）：她今天不会来了。",
        "小红：（笑）这是谁说的？我可没有这样说过，你也没有这样说过，他们都",
        "没有说过。",
    ]
    for row, text in enumerate(rows):
        canvas.drawString(90, 700 - 18 * row, text)
    canvas.showPage()
    canvas.save()
    path = put(tmp_path, held.getvalue())
    assert recognise(path) == "screenplay"
    script = read_screenplay(path)
    assert script.form == "pdf"
    assert [(each.kind, each.text) for each in script.elements] == [
        ("heading", "客厅 日 内"),
        ("action", "小明坐在窗前，看着外面的雨一直下着，街上没有人，只有一辆车慢慢地开过去，又慢慢地开回来。"),
        ("character", "小明"),
        ("parenthetical", "低声"),
        ("dialogue", "她今天不会来了。"),
        ("character", "小红"),
        ("parenthetical", "笑"),
        ("dialogue", "这是谁说的？我可没有这样说过，你也没有这样说过，他们都没有说过。"),
    ]


def test_another_document_is_a_text(tmp_path):
    path = drawn(tmp_path, [(72, 72, "Dear all, the shooting days are moved by a week."), (72, 84, "Yours, Nora")])
    assert recognise(path) == "text"
    assert read_text(path).text == "Dear all, the shooting days are moved by a week.\nYours, Nora\n"


def test_a_scan_is_told(tmp_path):
    held = io.BytesIO()
    canvas = Canvas(held, LETTER)
    canvas.rect(100, 100, 300, 300, fill=1)
    canvas.showPage()
    canvas.save()
    path = put(tmp_path, held.getvalue(), "scan.pdf")
    with pytest.raises(DocumentError, match=r"scan\.pdf: PDF: must have text, got 1 page of pictures only.*OCR"):
        recognise(path)


def test_an_encrypted_document_is_told(tmp_path):
    path = drawn(tmp_path, body(1), encrypt="secret")
    with pytest.raises(DocumentError, match=r"must be readable without a password, got an encrypted document"):
        recognise(path)


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing", script_pdf.write(fountain.read(SCRIPT))[:300]])
def test_a_damaged_document_is_told(tmp_path, data):
    with pytest.raises(DocumentError, match="must be a whole document, got a damaged one"):
        recognise(put(tmp_path, data))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_stands_wherever_is_read(tmp_path, seed):
    rng = random.Random(seed)
    held = io.BytesIO()
    canvas = Canvas(held, LETTER)
    for _ in range(rng.randint(1, 4)):
        canvas.setFont(rng.choice(("Courier", "Helvetica")), rng.choice((6, 10, 12, 24)))
        if rng.random() < 0.3:
            canvas.rotate(rng.choice((5, -5)))
        for _ in range(rng.randint(3, 40)):
            canvas.drawString(rng.uniform(0, 600), rng.uniform(20, 780), rng.choice(ODD))
        canvas.showPage()
    canvas.save()
    lines = pdf.lines(held.getvalue())
    script = paper.read(lines)
    assert script is None or fdx.read(fdx_write.write(script)).elements
    assert paper.text(lines).endswith("\n")
