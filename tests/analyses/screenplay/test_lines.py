"""A line keeps its name over drafts, and so does its scene."""

from kinoeye.analyses.screenplay.lines import LINES

FIRST = """INT. KITCHEN - DAY

The kettle sings and nobody in the house gets up to see.

ANNA (V.O.)
(softly)
Somebody ought to turn that off before it wakes the cat.

BEN
Yes.

EXT. ROOF - NIGHT

Washing on a line, pretending to be the sails of a ship.

BEN
Yes.
"""
SECOND = """EXT. ROOF - NIGHT

Washing on a line, pretending to be the sails of a ship.

BEN
Yes.

INT. BIG KITCHEN - DAY

A cat.

The kettle sings and nobody in the house gets up to see.

ANNA (V.O.)
Somebody ought to turn this off before it wakes the cat.

BEN
Yes.
"""


def named(table, asset):
    return [(row["line"], row["scene"]) for row in table.to_pylist() if row["asset"] == asset]


def test_every_line_stands_in_its_scene(tables):
    rows = tables({"a": FIRST})["lines"].to_pylist()
    assert [(row["scene_order"], row["kind"], row["who"]) for row in rows] == [
        (1, "heading", ""), (1, "action", ""), (1, "dialogue", "ANNA"), (1, "dialogue", "BEN"),
        (2, "heading", ""), (2, "action", ""), (2, "dialogue", "BEN"),
    ]  # fmt: skip
    assert len({row["line"] for row in rows}) == 7
    assert len({row["scene"] for row in rows}) == 2
    assert rows[2]["extensions"] == ["V.O."]
    assert rows[2]["parentheticals"] == ["softly"]
    assert rows[2]["text"] == "Somebody ought to turn that off before it wakes the cat."


def test_moved_and_edited_lines_keep_their_names(tables):
    first = tables({"a": FIRST})["lines"]
    second = tables({"b": SECOND}, first)["lines"]
    old, new = named(first, "a"), named(second, "b")
    assert new[:3] == old[4:]
    assert [new[3], *new[5:]] == old[:4]
    assert new[4][0] not in {line for line, _ in old}
    assert new[4][1] == old[0][1]


def test_two_drafts_side_by_side_share_their_names(tables):
    both = tables({"a": FIRST, "b": SECOND})["lines"]
    assert set(named(both, "a")) < set(named(both, "b"))


def test_names_outlive_a_run_that_adds_another_draft(tables):
    second = tables({"b": SECOND})["lines"]
    both = tables({"a": FIRST, "b": SECOND}, second)["lines"]
    assert named(both, "b") == named(second, "b")
    assert len({line for line, _ in named(both, "a")} - {line for line, _ in named(both, "b")}) == 0


def test_another_screenplay_has_other_names(tables):
    other = "INT. SHIP - DAY\n\nThe captain sleeps.\n\nCAPTAIN\nNever wake me at noon again.\n"
    both = tables({"a": FIRST, "b": other})["lines"]
    assert not set(named(both, "a")) & set(named(both, "b"))


def test_what_stands_before_the_first_heading_has_no_scene(tables):
    rows = tables({"a": "A word before.\n\nINT. A - DAY\n\nNow."})["lines"].to_pylist()
    assert [(row["scene_order"], row["scene"] == "") for row in rows] == [(0, True), (1, False), (1, False)]


def test_a_screenplay_without_lines_has_none(tables):
    assert tables({"a": ""})["lines"].equals(LINES.schema.empty_table())


def test_two_episodes_with_the_same_people_share_no_names(tables):
    spoken = (
        ("Somebody ought to turn that off.", "Nobody wants to hear about it.", "Where did you leave the keys?",
         "I told you, by the door.", "The cat was there this morning.", "Then it has gone with them."),
        ("Everybody wants to come along.", "Nothing here was ever ours.", "When did you last call her?",
         "She told me on the stairs.", "The rain is worse this morning.", "Then we had better stay home."),
    )  # fmt: skip
    heading = "INT. KITCHEN - DAY\n\n"
    one, two = (
        heading + "\n\n".join(f"{who}\n{text}" for who, text in zip(("ANNA", "BEN") * 3, each, strict=True))
        for each in spoken
    )
    table = tables({"one": one, "two": two})["lines"]
    names = [{line for line, _ in named(table, asset)} for asset in ("one", "two")]
    assert len(names[0] & names[1]) <= 1  # the heading, which is the same
