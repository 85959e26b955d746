"""Arcs rise and fall with what words feel like."""

import pytest

from kinoeye.analyses.screenplay.arcs import ARCS, arcs
from kinoeye.models.feelings import feeling

GLAD = "They laugh and dance. A wonderful day, full of love and joy."
CALM = "A warm, peaceful room. Everybody is safe and calm."
GRIM = "He screams. Blood everywhere. Somebody wants to kill her, and she is terrified."


def _script(*scenes):
    return "".join(f"INT. ROOM {number} - DAY\n\n{scene}\n\n" for number, scene in enumerate(scenes))


def test_glad_calm_and_grim_scenes_lie_apart(tables):
    glad, calm, grim = arcs(tables({"a": _script(GLAD, CALM, GRIM)})["lines"]).to_pylist()
    assert grim["valence"] < -0.3 < 0.3 < calm["valence"] < glad["valence"]
    assert calm["arousal"] < glad["arousal"] < grim["arousal"]
    assert all(row["known"] >= 3 for row in (glad, calm, grim))


def test_the_smooth_arc_lies_within_and_keeps_its_direction(tables):
    rows = arcs(tables({"a": _script(GLAD, GLAD, CALM, GRIM, GRIM)})["lines"]).to_pylist()
    smooth = [row["smooth_valence"] for row in rows]
    assert smooth == sorted(smooth, reverse=True)
    assert min(row["valence"] for row in rows) < min(smooth) < max(smooth) < max(row["valence"] for row in rows)


def test_chinese_words_feel_too(tables):
    glad, grim = arcs(
        tables({"a": _script("她很高兴，笑着拥抱朋友。", "他愤怒地尖叫，到处是血。")})["lines"]
    ).to_pylist()
    assert glad["valence"] > 0.2
    assert grim["valence"] < -0.2


@pytest.mark.parametrize(("plain", "turned"), [("I am happy.", "I am not happy."), ("我高兴。", "我不高兴。")])
def test_a_negation_turns_what_follows(plain, turned):
    assert feeling(plain).valence > 0 > feeling(turned).valence


def test_no_scenes_no_arc(tables):
    assert arcs(tables({"a": ""})["lines"]).equals(ARCS.schema.empty_table())
    plain = arcs(tables({"a": _script("Stairs.")})["lines"]).to_pylist()[0]
    assert (plain["valence"], plain["arousal"], plain["known"]) == (0, 0, 0)
