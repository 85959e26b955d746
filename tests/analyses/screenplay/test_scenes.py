"""Scenes are told apart by their headings, and measured."""

from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.scenes import SCENES, scenes
from kinoeye.analyses.screenplay.script_parts import script_parts
from kinoeye.media.assets import ASSETS
from kinoeye.screenplay.elements import Element, Screenplay
from kinoeye.tables import with_asset

TEXT = """# Act one

= They meet.

INT. KITCHEN - DAY #1A#

= The kettle.

Rain on the window.

ANNA
One two three.

BEN (O.S.)
四个字呢 five.

.THE SEA

Waves.
"""


def test_scenes_say_what_stands_in_them(tables):
    first, second = tables({"a": TEXT})["scenes"].to_pylist()
    assert (first["number"], first["heading"], first["place"], first["set"], first["time"]) == (
        "1A", "INT. KITCHEN - DAY", "int", "KITCHEN", "day"
    )  # fmt: skip
    assert (first["section"], first["synopses"], first["characters"]) == ("Act one", ["The kettle."], ["ANNA", "BEN"])
    assert (first["dialogue_words"], first["action_words"]) == (8, 4)
    assert (second["scene_order"], second["place"], second["set"], second["time"]) == (2, "", "THE SEA", "")
    assert first["scene"] != second["scene"]


def test_paper_is_counted_in_eighths(tables):
    page = "\n\n".join(f"Line {number}." for number in range(26))
    rows = tables({"a": f"INT. A - DAY\n\n{page}\n\nINT. B - DAY\n\nShort.\n"})["scenes"].to_pylist()
    assert [row["eighths"] for row in rows] == [8, 1]
    assert [row["page"] for row in rows] == [1, 2]


def test_no_heading_no_scene(tables):
    assert tables({"a": "Only action.\n"})["scenes"].equals(SCENES.schema.empty_table())


def test_a_length_that_the_source_counts_is_taken():
    script = Screenplay(
        (), (Element("heading", "INT. A", eighths=11), Element("action", "x"), Element("heading", "INT. B"))
    )
    parts = with_asset(script_parts(script), "a")
    assets = ASSETS.from_rows([{"asset": "a", "path": "a.fdx", "kind": "screenplay"}])
    rows = scenes(parts, lines(assets, parts, LINES.schema.empty_table())).to_pylist()
    assert [row["eighths"] for row in rows] == [11, 1]
