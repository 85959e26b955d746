"""Elements of a scene are found where a script names them, and only in action."""

import pytest

from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.elements import ELEMENTS, elements

ENGLISH = """INT. TAXI - NIGHT

ANNA, 30, in a red coat, holds a pistol. Two dogs bark.

ANNA
Where is my umbrella?

Anna punches the driver. The windshield shatters. (SFX: rain, broken glass)
"""
CHINESE = """内景 厨房 夜

小满（二十二岁，戴一顶草帽）从抽屉里拿出一把菜刀。音效：雷声、雨声。

小满
雨伞呢？

一只猫跳上桌子。门外停着一辆警车。
"""


@pytest.fixture
def found(tables):
    def answer(text, **settings):
        lines = tables({"a": text})["lines"]
        return elements(lines, characters(lines), **settings).to_pylist()

    return answer


def test_each_department_gets_what_it_has_to_bring(found):
    rows = found(ENGLISH)
    named = {(row["category"], row["element"]) for row in rows}
    assert {
        ("cast", "ANNA"), ("wardrobe", "coat"), ("props", "pistol"), ("animals", "dog"), ("vehicles", "taxi"),
        ("stunts", "punch"), ("extras", "driver"), ("sfx", "shatter"), ("sfx", "rain"), ("sfx", "broken glass"),
    } <= named  # fmt: skip


def test_what_is_only_talked_of_is_not_listed(found):
    assert not any("umbrella" in row["element"] or "伞" in row["element"] for row in found(ENGLISH) + found(CHINESE))


def test_a_mention_says_where_it_stands_and_why(tables, found):
    texts = {row["line"]: row["text"] for row in tables({"a": ENGLISH})["lines"].to_pylist()}
    rows = found(ENGLISH)
    for row in rows:
        if row["first"] is not None:
            assert texts[row["line"]][row["first"] : row["last"]] == row["written"]
        assert row["evidence"] and 0 < row["score"] <= 1
    dogs = next(row for row in rows if row["category"] == "animals")
    assert (dogs["written"], dogs["count"], dogs["how"]) == ("dogs", 2, "lexicon")
    rain = next(row for row in rows if row["element"] == "rain")
    assert (rain["how"], rain["score"], rain["evidence"]) == ("rule", 1.0, ["SFX:"])


def test_chinese_compounds_are_what_their_end_is(found):
    named = {(row["category"], row["element"]) for row in found(CHINESE)}
    assert {
        ("cast", "小满"), ("wardrobe", "草帽"), ("props", "菜刀"), ("sound", "雷声"), ("sound", "雨声"),
        ("animals", "猫"), ("vehicles", "警车"),
    } <= named  # fmt: skip


def test_a_higher_score_asked_for_never_finds_more(found):
    few, many = found(ENGLISH, least=0.9), found(ENGLISH, least=0.2)
    assert len(few) < len(many)
    assert {(row["line"], row["first"]) for row in few} <= {(row["line"], row["first"]) for row in many}


def test_a_name_that_is_also_a_thing_is_a_person(found):
    rows = found("EXT. YARD - DAY\n\nBrick looks up.\n\nBRICK\nWhat?\n\nBrick picks up a brick.\n")
    assert {(row["category"], row["written"]) for row in rows if "rick" in row["written"].lower()} == {
        ("cast", "BRICK"), ("cast", "Brick"), ("props", "brick")
    }  # fmt: skip


def test_no_lines_no_elements(tables):
    lines = tables({"a": ""})["lines"]
    assert elements(lines, characters(lines)).equals(ELEMENTS.schema.empty_table())
