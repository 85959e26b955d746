"""Screenplays are printed as PDF; that what is printed is read again is tested where PDF is read."""

from dataclasses import replace

import pypdfium2
import pytest

from kinoeye.errors import SettingError
from kinoeye.export import script_pdf
from kinoeye.screenplay import fountain

TEXT = "Title: Roof\nAuthor: Nora\n\nINT. HALL #3#\n\n_Under_ and **bold**.\n\n===\n\nПривет, 世界。\n"


def pages(data):
    document = pypdfium2.PdfDocument(data)
    return [document[number].get_textpage().get_text_range() for number in range(len(document))]


def test_pages_hold_what_was_written():
    title, first, second = pages(script_pdf.write(fountain.read(TEXT)))
    assert title.split() == ["Roof", "Nora"]
    assert "".join(first.split()) == "3INT.HALL3Underandbold."
    assert "".join(second.split()) == "2.Привет,世界。"


def test_paper_is_chosen():
    for paper, size in (("letter", (612, 792)), ("a4", (595, 842))):
        document = pypdfium2.PdfDocument(script_pdf.write(fountain.read(TEXT), paper=paper))
        assert tuple(round(each) for each in document[0].get_size()) == size
    with pytest.raises(SettingError, match="paper must be letter or a4, got legal"):
        script_pdf.write(fountain.read(TEXT), paper="legal")


def test_what_was_revised_has_a_mark():
    script = fountain.read("INT. HALL\n\nOld.\n\nNew.")
    elements = (*script.elements[:2], replace(script.elements[2], revision="Blue"))
    (page,) = pages(script_pdf.write(replace(script, elements=elements)))
    assert page.split() == ["INT.", "HALL", "Old.", "New.", "*"]


def test_the_same_screenplay_gives_the_same_file():
    assert script_pdf.write(fountain.read(TEXT)) == script_pdf.write(fountain.read(TEXT))
