"""Scenes about the same things share a topic."""

import pytest

from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.topics import TOPICS, topics
from kinoeye.errors import SettingError

KITCHEN = ("The soup boils on the stove. Onions, salt, spoons.", "She tastes the soup and reaches for salt.",
           "Onions burn on the stove. A spoon falls.")  # fmt: skip
SEA = ("Waves beat the boat. Sails, ropes, wind.", "The wind tears at the sail. A rope snaps.",
       "The boat climbs the waves without a sail.")  # fmt: skip
CHINESE = ("厨房里飘着蛋糕的香味，母亲打开烤箱。", "船长看着暴风雨，甲板上没有人。",
           "母亲从烤箱里取出蛋糕，厨房很热。", "暴风雨来了，船长倒在甲板上。")  # fmt: skip


def _rows(tables, scenes, **settings):
    text = "".join(f"INT. ROOM {number} - DAY\n\n{scene}\n\n" for number, scene in enumerate(scenes))
    lines = tables({"a": text})["lines"]
    return topics(lines, characters(lines), **settings)


def test_scenes_of_two_worlds_have_two_topics(tables):
    mixed = [scene for pair in zip(KITCHEN, SEA, strict=True) for scene in pair]
    chief = {}
    for row in _rows(tables, mixed, most=2).to_pylist():
        chief.setdefault(row["scene_order"], row)
    assert len({chief[order]["topic"] for order in (1, 3, 5)}) == 1
    assert len({chief[order]["topic"] for order in (2, 4, 6)}) == 1
    assert chief[1]["topic"] != chief[2]["topic"]
    assert {"soup", "onion"} & set(chief[1]["words"])
    assert {"boat", "sail", "wave"} & set(chief[2]["words"])


def test_chinese_scenes_too(tables):
    rows = {row["scene_order"]: row["topic"] for row in reversed(_rows(tables, CHINESE, most=2).to_pylist())}
    assert rows[1] == rows[3] != rows[2] == rows[4]


def test_few_scenes_have_no_topics(tables):
    assert _rows(tables, KITCHEN).equals(TOPICS.schema.empty_table())


def test_settings_have_limits(tables):
    with pytest.raises(SettingError, match=r"most must lie in 0\.\.100, got -1"):
        _rows(tables, KITCHEN, most=-1)
