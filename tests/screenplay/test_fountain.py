"""Fountain is read as the standard says, and written back without loss."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.screenplay import fountain, fountain_write
from kinoeye.screenplay.elements import Note, Run, Screenplay, Title, blocks, cue, from_json, to_json

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "screenplays"

WHOLE = """Title:
    _**LAST ROOF**_
Credit: written by
Author: Nobody

FADE IN:

# Act one

= They meet.

1. INT. KITCHEN - DAY #12A#

The *kettle* sings. [[Which kettle?]] Nobody hears it.
It **boils** over.

ANNA (V.O.)
(to the kettle)
Hush.
~la la la

BEN ^
Who?

.POV OF A FLY

!THE FLY
IS LARGE

> THE END <

===

/* cut:

INT. NOWHERE

*/

@McCoy
  I said
  {two}
  no.

CUT TO:
""".replace("{two}", "")


def told(text):
    return [(each.kind, each.text) for each in fountain.read(text).elements]


def test_every_element_is_told():
    assert told(WHOLE) == [
        ("transition", "FADE IN:"),
        ("section", "Act one"),
        ("synopsis", "They meet."),
        ("heading", "1. INT. KITCHEN - DAY"),
        ("action", "The kettle sings.  Nobody hears it.\nIt boils over."),
        ("character", "ANNA (V.O.)"),
        ("parenthetical", "to the kettle"),
        ("dialogue", "Hush."),
        ("lyric", "la la la"),
        ("character", "BEN"),
        ("dialogue", "Who?"),
        ("heading", "POV OF A FLY"),
        ("action", "THE FLY\nIS LARGE"),
        ("centered", "THE END"),
        ("page_break", ""),
        ("boneyard", " cut:\n\nINT. NOWHERE"),
        ("character", "McCoy"),
        ("dialogue", "I said\n\nno."),
        ("transition", "CUT TO:"),
    ]


def test_what_stands_beside_the_words_is_kept():
    script = fountain.read(WHOLE)
    assert script.titles == (
        Title("Title", ("_**LAST ROOF**_",)),
        Title("Credit", ("written by",)),
        Title("Author", ("Nobody",)),
    )
    assert script.title("AUTHOR") == "Nobody"
    heading, action = script.elements[3:5]
    assert heading.number == "12A"
    assert (heading.line, heading.end_line) == (12, 13)
    assert action.runs == (Run(4, 10, ("italic",)), Run(39, 44, ("bold",)))
    assert action.notes == (Note(18, "Which kettle?"),)
    assert [each.is_dual for each in script.elements if each.kind == "character"] == [False, True, False]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_nothing_of_the_source_is_lost(ends):
    text = WHOLE.replace("\n", ends)
    script = fountain.read(text)
    assert fountain_write.write(script) == text
    assert from_json(to_json(script)) == script
    assert script.without_source() == fountain.read(WHOLE).without_source()


def test_what_is_written_anew_is_read_as_the_same():
    script = fountain.read(WHOLE)
    assert fountain.read(fountain_write.write(script, is_fresh=True)).without_source() == script.without_source()


def test_what_was_changed_is_written_anew_between_what_was_not():
    script = fountain.read("INT. HALL\n\nANNA\nOne.\n\nBEN\nTwo.\n")
    changed = replace(script.elements[2], text="Three.", source="")
    elements = (*script.elements[:2], changed, *script.elements[3:])
    again = fountain.read(fountain_write.write(replace(script, elements=elements)))
    assert [each.text for each in again.elements] == ["INT. HALL", "ANNA", "Three.", "BEN", "Two."]
    assert [each.kind for each in again.elements] == [each.kind for each in script.elements]


SIGNS = st.sampled_from(
    (
        *("INT. HALL - DAY", "ANNA", "Words.", "", "", "(softly)", "CUT TO:", "> x <", "~la", "# s", "= y", "[[n]]"),
        *("/* b */", "!A", ".B", "@c", "*i* **b** _u_", "***x_ y*", "\\*z", "[[m", "]]", "/*", "*/", "===", "  "),
        *("内景 厨房 日", "小明", "a [[n]] b", "\ta", "NORA ^", "12", "TO:", "__", "****"),
    )
)


@given(st.lists(SIGNS, max_size=14))
def test_any_lines_are_read_without_loss(lines):
    text = "\n".join(lines)
    script = fountain.read(text)
    assert fountain_write.write(script) == text
    assert from_json(to_json(script)) == script


@given(st.text(max_size=200))
def test_any_text_is_read_without_loss(text):
    assert fountain_write.write(fountain.read(text)) == text


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("INT. HOUSE - DAY\nEXT. HOUSE - DAY", ["heading", "action"]),
        ("ESTABLISHING", ["action"]),
        ("... not a heading", ["action"]),
        ("int. house - day", ["heading"]),
        ("I./E. CAR - DAWN", ["heading"]),
        ("内景 厨房 日\n\n小明\n早。", ["heading", "character", "dialogue"]),
        ("23 (O.S.)\nA name has a letter", ["action"]),
        ("ANNA\n\nNobody under the name", ["action", "action"]),
        ("ANNA ^ (low)\nA mark for dual stands last", ["action"]),
        ("FADE TO BLACK.\n\nGO TO:\nGO", ["transition", "action"]),
        ("CUT TO: \n\nx", ["transition", "action"]),
    ],
)
def test_rules_of_the_standard(text, kinds):
    assert [each.kind for each in fountain.read(text).elements] == kinds


@pytest.mark.parametrize(
    ("line", "number"),
    [("INT. A #1-B.2#", "1-B.2"), ("INT. A #第三场#", "第三场"), ("INT. A #!#", ""), ("INT. A ##", "")],
)
def test_scene_numbers(line, number):
    assert fountain.read(line).elements[0].number == number


def test_a_note_over_lines_needs_two_spaces_for_an_empty_one():
    kept = fountain.read("Dark.[[One\n  \ntwo.]] Light.").elements
    assert [(each.text, [note.text for note in each.notes]) for each in kept] == [("Dark. Light.", ["One\n  \ntwo."])]
    broken = fountain.read("Dark.[[One\n\ntwo.]] Light.").elements
    assert [each.text for each in broken] == ["Dark.[[One", "two.]] Light."]


def test_marks_reach_over_each_other():
    (action,) = fountain.read("_under **both** under_ \\*plain\\* *not closed").elements
    assert action.text == "under both under *plain* *not closed"
    assert action.runs == (
        Run(0, 6, ("underline",)), Run(6, 10, ("bold", "underline")), Run(10, 16, ("underline",)),
    )  # fmt: skip


def test_names_and_what_stands_behind_them():
    told = cue("DR. O'NEIL (V.O.) (CONT'D)")
    assert (told.name, told.extensions) == ("DR. O'NEIL", ("V.O.", "CONT'D"))
    assert cue("小明（画外音）").extensions == ("画外音",)


def test_speech_is_gathered_under_its_name():
    found = [
        (each.text, [one.text for one in under]) for each, under in blocks(fountain.read("A\nb\n\nDo.\n\nC\n(d)\ne"))
    ]
    assert found == [("A", ["b"]), ("Do.", []), ("C", ["d", "e"])]


def test_an_empty_text_is_an_empty_screenplay():
    assert fountain.read("") == Screenplay((), ())
    assert fountain.read("\n\n").elements == ()


@pytest.mark.realdata
@pytest.mark.skipif(not REFERENCE.is_dir(), reason="the shared material is not there")
def test_the_reference_texts_lose_nothing():
    files = [*REFERENCE.glob("*/*.fountain"), REFERENCE / "fountain_reference" / "Brick_And_Steel.txt"]
    assert len(files) > 40
    for file in files:
        text = file.read_bytes().decode()
        script = fountain.read(text)
        assert fountain_write.write(script) == text
        assert fountain.read(fountain_write.write(script, is_fresh=True)).without_source() == script.without_source()
