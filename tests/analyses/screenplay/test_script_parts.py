"""A screenplay is parted into rows, one a speech."""

from kinoeye.analyses.screenplay.script_parts import SCRIPT_PARTS, script_parts
from kinoeye.screenplay import fountain
from kinoeye.screenplay.elements import Element, Screenplay


def test_a_speech_is_one_row():
    rows = script_parts(
        fountain.read("INT. HALL #2#\n\nANNA (V.O.)\n(low)\nOne.\n(high)\nTwo.\n\nShe *runs*. [[why?]]")
    )
    heading, speech, action = rows.to_pylist()
    assert (heading["kind"], heading["number"], heading["scene"], heading["first_line"]) == ("heading", "2", 1, 1)
    assert (speech["kind"], speech["who"], speech["extensions"]) == ("dialogue", "ANNA", ["V.O."])
    assert (speech["parentheticals"], speech["text"]) == (["low", "high"], "One.\nTwo.")
    assert (speech["first_line"], speech["end_line"], speech["printed"]) == (3, 8, 6)
    assert (action["text"], action["notes"]) == ("She runs. ", ["why?"])


def test_pages_and_lengths_are_those_of_the_source():
    page = tuple(Element("action", "x\n" * 26 + "x") for _ in range(4))
    script = Screenplay(
        (), (Element("heading", "INT. A", page=7, eighths=11), *page, Element("heading", "INT. B", page=12))
    )
    rows = script_parts(script).to_pylist()
    assert [row["page"] for row in rows] == [7, 7, 7, 8, 8, 12]  # a paragraph is parted; its page is where it begins
    assert [row["eighths"] for row in rows] == [11, 0, 0, 0, 0, 0]


def test_nothing_gives_no_row():
    assert script_parts(Screenplay((), ())).equals(SCRIPT_PARTS.schema.empty_table())
