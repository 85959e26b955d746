"""A coverage report says first what is owed, then each line with its takes; the lined script prints."""

import csv
import io

import docx
import pypdfium2
import pytest

from kinoeye.analyses.editing.coverage import COVERAGE
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.errors import UseError
from kinoeye.export.coverage_page import coverage_page
from kinoeye.export.coverage_report import Coverage, states
from kinoeye.export.lined_pdf import lined_pdf
from kinoeye.export.writing import write
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

NAMES = ("whole", "off", "wild", "meant", "changed", "partial", "none")


def row(line, status="covered", *, on=True, take="a", scale="close-up", run=0, **more):
    names = {"asset": take, "take_order": 0, "run": run, "script": "s", "scene": "x", "line": line}
    about = {"start": SECOND, "end": 2 * SECOND, "said": "<said>", "changes": [], "scale": scale}
    return names | about | {"status": status, "is_on_camera": on} | more


ROWS = (
    row("whole"), row("whole", on=False, take="b"), row("off", on=False), row("wild", on=None, scale=""),
    row("meant", on=False), row("changed", "changed", changes=[{"was": "door", "said": "<gate>"}]),
    row("partial", "partial"), row("none", "missing", on=None),
)  # fmt: skip


@pytest.fixture
def shot(listed):
    def make(*rows):
        lines = [listed.line("h", "", "INT. <HALL> - DAY", kind="heading")]
        lines += [listed.line(name, "ANNA", f"The {name} & line.", extensions=["V.O."] if name == "meant" else [])
                  for name in NAMES]  # fmt: skip
        takes = [{"asset": "a", "take_order": 0, "number": "12", "setup": "A", "take": "3"},
                 {"asset": "b", "take_order": 0, "number": "12", "setup": "B", "take": "1"}]  # fmt: skip
        assets = [*({"asset": each, "path": f"{each}.mov", "kind": "video"} for each in "ab"),
                  {"asset": "s", "path": "the script.fdx", "kind": "screenplay"}]  # fmt: skip
        given = {"lines": (LINES, lines), "takes": (TAKES, takes), "coverage": (COVERAGE, rows)}
        return listed.tables(assets=(ASSETS, assets), **given)

    return make


def none(_):
    return None


def test_how_it_stands_with_each_line(shot):
    assert Coverage(shot(*ROWS)).states == {
        "whole": "covered", "off": "off", "wild": "off", "meant": "covered", "changed": "changed",
        "partial": "partial", "none": "missing",
    }  # fmt: skip


@pytest.mark.parametrize(("extension", "state"), [
    ("V.O.", "covered"), ("VO", "covered"), ("O.S.", "covered"), ("o.c.", "covered"), ("画外", "covered"),
    ("CONT'D", "off"), ("to Ossian", "off"), ("voice shaking", "off"),
])  # fmt: skip
def test_who_is_meant_to_be_off_is_not_owed(listed, extension, state):
    line = listed.line("off", "ANNA", "Here.", extensions=[extension])
    assert states([line], {"off": [row("off", on=False)]}) == {"off": state}


def test_another_take_can_only_better_a_line(shot):
    best = [row(name) for name in NAMES]
    assert set(Coverage(shot(*ROWS, *best)).states.values()) == {"covered"}
    assert set(Coverage(shot(*best)).states.values()) == {"covered"}


def test_the_page_says_what_is_owed_first(shot):
    page = coverage_page(shot(*ROWS), none, title="<Film>").decode()
    assert page.index("The none &amp; line.") < page.index("The whole &amp; line.")
    assert "<HALL>" not in page
    assert "door → &lt;gate&gt;" in page
    assert "12A-3" in page
    assert '<div class="figure"><dt>' in page
    full = coverage_page(shot(*(row(name) for name in NAMES)), none, title="Film").decode()
    assert "Nothing is owed" in full


def test_csv_has_each_line_once_with_each_take(shot, tmp_path):
    (path,) = write("coverage-csv", shot(*ROWS), none, tmp_path, title="Film")
    told = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert len(told) == len(ROWS) + 1  # what no take has stands there too
    first = next(each for each in told if each["status"] == "in no take")
    assert (first["scene"], first["line"], first["take"]) == ("12", "The none & line.", "")
    assert [each["take"] for each in told[:2]] == ["12A-3", "12B-1"]
    assert [each["seen"] for each in told[:2]] == ["on camera", "off camera"]


def test_it_is_one_document_for_the_production(shot, tmp_path):
    (paper,) = write("coverage-pdf", shot(*ROWS), none, tmp_path, title="Film", language="zh")
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(paper))
    assert "缺失" in text
    assert text.index("The none & line.") < text.index("The whole & line.")
    (word,) = write("coverage-docx", shot(*ROWS), none, tmp_path, title="Film")
    assert "MISSING, in no take: 1" in docx.Document(word).tables[0].rows[1].cells[0].text


def test_a_lined_script_prints_every_line(shot):
    document = pypdfium2.PdfDocument(lined_pdf(shot(*ROWS), title="Film"))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert all(f"The {name} & line." in " ".join(text.split()) for name in NAMES)
    assert "page 1 of 1" in text
    assert "12A-3" in text


def test_many_takes_and_long_lines_go_on_over_pages(shot, listed):
    lines = [listed.line("whole", "ANNA", "A word after another. " * 400)]
    takes = [
        {"asset": "a", "take_order": number, "number": "12", "setup": "", "take": str(number)} for number in range(40)
    ]
    rows = [row("whole", take_order=number) for number in range(40)]
    tables = shot(*rows) | {
        "lines": listed.filled(LINES, lines), "takes": listed.filled(TAKES, takes),
    }  # fmt: skip
    document = pypdfium2.PdfDocument(lined_pdf(tables, title="Film", language="zh"))
    text = " ".join("".join(page.get_textpage().get_text_bounded() for page in document).split())
    assert all(f"12-{number}" in text for number in range(40))
    assert text.count("A word after another") >= 400


def test_what_was_never_shot_is_refused(shot):
    for make in (lambda: coverage_page(shot(), none, title="x"), lambda: lined_pdf(shot(), title="x")):
        with pytest.raises(UseError, match="must have takes in which lines are said"):
            make()
