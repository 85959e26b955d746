"""A screenplay is set on pages as the trade prints it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.screenplay import fountain
from kinoeye.screenplay.layout import LINES_A_PAGE, WIDTH, pages, wrapped


def shown(text):
    """Return the pages as text, row by row."""
    found = []
    for page in pages(fountain.read(text)):
        rows = [""] * LINES_A_PAGE
        for line in page.lines:
            rows[line.row] = rows[line.row].ljust(line.column) + line.text
        found.append([row.rstrip() for row in rows])
    return found


def test_elements_stand_in_their_columns():
    (rows,) = shown("INT. HALL\n\nShe runs.\n\nANNA\n(low)\nHush.\n\nCUT TO:\n\n> THE END <")
    assert rows[:8] == [
        "INT. HALL", "", "She runs.", "", " " * 22 + "ANNA", " " * 16 + "(low)", " " * 10 + "Hush.", "",
    ]  # fmt: skip
    assert rows[8] == "CUT TO:".rjust(WIDTH)
    assert rows[10].strip() == "THE END"
    assert len(rows[10]) - len("THE END") == (WIDTH - len("THE END")) // 2


def test_scene_numbers_stand_in_both_margins():
    (page,) = pages(fountain.read("INT. HALL #12A#"))
    assert [(each.column, each.text) for each in page.lines if each.kind == "number"] == [(-5, "12A"), (61, "12A")]


def test_two_speeches_stand_beside_each_other():
    (rows,) = shown("ANNA\nOne.\nTwo.\n\nBEN ^\n(low)\nThree.\n\nThey stop.")
    assert rows[0].split() == ["ANNA", "BEN"]
    assert rows[1].split() == ["One.", "(low)"]
    assert rows[2].split() == ["Two.", "Three."]
    assert rows[4] == "They stop."


def test_a_heading_and_a_name_do_not_end_a_page():
    filled = "\n".join("x" for _ in range(LINES_A_PAGE - 4))
    first, second = shown(f"{filled}\n\nINT. HALL\n\nShe runs.")
    assert "INT. HALL" not in first
    assert second[0] == "INT. HALL"
    filled = "\n".join("x" for _ in range(LINES_A_PAGE - 2))
    first, second = shown(f"{filled}\n\nANNA\nOne.\nTwo.")
    assert second[0].strip() == "ANNA"


def test_speech_that_goes_on_overleaf_says_so():
    filled = "\n".join("x" for _ in range(LINES_A_PAGE - 6))
    first, second = shown(f"{filled}\n\nANNA (V.O.)\n" + "\n".join(f"Line {number}." for number in range(9)))
    assert [row.strip() for row in first[-5:]] == ["ANNA (V.O.)", "Line 0.", "Line 1.", "Line 2.", "(MORE)"]
    assert [row.strip() for row in second[:3]] == ["ANNA (V.O.) (CONT'D)", "Line 3.", "Line 4."]


def test_a_page_break_breaks_and_nothing_gives_no_page():
    assert [rows[0] for rows in shown("A\n\n===\n\nB")] == ["A", "B"]
    assert pages(fountain.read("")) == ()
    assert pages(fountain.read("# Only a section\n\n[[and a note]]")) == ()


def test_what_is_not_printed_is_left_out():
    (rows,) = shown("A\n\n# Section\n\n= Synopsis\n\n[[Note]]\n\n/* cut */\n\nB")
    assert [row for row in rows if row] == ["A", "B"]


def test_chinese_characters_take_two_columns():
    text = "字" * 40
    assert wrapped(text, WIDTH) == [(0, 30), (30, 40)]
    assert wrapped("a " + "x" * 130, WIDTH)[1:3] == [(2, 62), (62, 122)]


@pytest.mark.parametrize("width", [5, 26, 60])
@given(st.text(alphabet="ab 字\n", max_size=120))
def test_lines_hold_every_word_and_are_not_too_wide(width, text):
    lines = [text[begin:end] for begin, end in wrapped(text, width)]
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(sum(1 + (each > "\u2e80") for each in line) <= width + 1 for line in lines)


@given(
    st.lists(
        st.sampled_from(("INT. A\n\n", "Runs.\n\n", "ANNA\nOne.\nTwo.\n\n", "ANNA\nOne.\n\nBEN ^\nTwo.\n\n")),
        max_size=60,
    )
)
def test_nothing_is_lost_or_twice(parts):
    text = "".join(parts)
    said = [line.text for page in pages(fountain.read(text)) for line in page.lines if line.element >= 0]
    expected = [line for each in fountain.read(text).elements for line in each.text.split("\n")]
    kept = [each for each in said if not each.endswith("(CONT'D)")]
    assert sorted(kept) == sorted(expected)
    assert all(line.row < LINES_A_PAGE for page in pages(fountain.read(text)) for line in page.lines)
