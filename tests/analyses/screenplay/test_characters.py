"""Who speaks is one character, however the name is written."""

from kinoeye.analyses.screenplay.characters import CHARACTERS, characters


def spoken(*lines, scene="INT. A - DAY"):
    return f"{scene}\n\n" + "".join(f"{who}\n{said}\n\n" for who, said in lines)


def gathered(tables, text):
    return {row["character"]: row for row in characters(tables({"a": text})["lines"]).to_pylist()}


def test_what_is_counted(tables):
    text = spoken(("ANNA", "One two."), ("BEN (V.O.)", "Three.")) + spoken(("ANNA", "四五"), scene="EXT. B - NIGHT")
    found = gathered(tables, text)
    assert {key: found["ANNA"][key] for key in ("lines", "words", "off_lines", "scenes", "first_scene")} == {
        "lines": 2, "words": 4, "off_lines": 0, "scenes": 2, "first_scene": 1,
    }  # fmt: skip
    assert found["BEN"]["off_lines"] == 1
    assert found["ANNA"]["partners"] == ["BEN"]


def test_a_rank_and_a_slip_are_the_same_person(tables):
    lines = [("SMITH", "Word.")] * 7 + [("DET. SMITH", "Word."), ("SMYTH", "Word.")]
    found = gathered(tables, spoken(*lines))
    assert list(found) == ["SMITH"]
    assert found["SMITH"]["aliases"] == ["DET. SMITH", "SMYTH"]
    assert found["SMITH"]["reasons"] == ["part", "spelling"]
    assert found["SMITH"]["lines"] == 9


def test_others_stay_apart(tables):
    lines = [("NORA", "Word.")] * 5 + [("YOUNG NORA", "Word."), ("MAN", "Word."), ("MAN 2", "Word."), ("DORA", "Word.")]
    assert set(gathered(tables, spoken(*lines))) == {"NORA", "YOUNG NORA", "MAN", "MAN 2", "DORA"}


def test_a_name_that_two_share_is_neither(tables):
    lines = [("ANNA BELL", "Word."), ("TOM BELL", "Word."), ("BELL", "Word.")]
    assert set(gathered(tables, spoken(*lines))) == {"ANNA BELL", "TOM BELL", "BELL"}


def test_two_who_speak_together_are_no_third(tables):
    found = gathered(tables, spoken(("ANNA", "One."), ("BEN", "Two."), ("ANNA AND BEN", "Three.")))
    assert {name: row["lines"] for name, row in found.items()} == {"ANNA": 2, "BEN": 2}


def test_nobody_speaks(tables):
    assert characters(tables({"a": "INT. A - DAY\n\nRain.\n"})["lines"]).equals(CHARACTERS.schema.empty_table())
