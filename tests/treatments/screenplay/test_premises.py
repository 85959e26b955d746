"""Loglines and beats say what is known of a story, and nothing where nothing is."""

import numpy as np
import pytest

from kinoeye.treatments.screenplay.premises import Story, beats, loglines


def _scene(order, place, *people):
    return {"scene_order": order, "set": place, "heading": f"INT. {place}", "characters": list(people)}


def _person(name, first, words=10):
    return {"character": name, "aliases": [], "words": words, "scenes": 2, "first_scene": first}


def _arc(order, valence):
    return {"scene_order": order, "smooth_valence": valence}


def _story(**other):
    values = {
        "scenes": [_scene(1, "BAR", "ANNA", "BEN"), _scene(2, "ROOF", "ANNA"), _scene(3, "ROOF", "ANNA", "CARL"),
                   _scene(4, "ROOF", "ANNA"), _scene(5, "ROOF", "ANNA", "BEN")],
        "characters": [_person("ANNA", 1, 90), _person("BEN", 1), _person("CARL", 3)],
        "conversations": [{"one": "BEN", "other": "ANNA", "exchanges": 7}],
        "arcs": [_arc(1, 0.0), _arc(2, 0.01), _arc(3, -0.3), _arc(4, -0.35), _arc(5, -0.4)],
        "topics": [{"scene_order": 1, "topic": 0, "share": 0.9, "words": ["money", "debt", "rent", "cash"]}],
        "consistency_notes": [{"kind": "prop_lost", "subject": "revolver", "scene_order": 1}],
    }  # fmt: skip
    return Story(**(values | other))


def _random(seed=1):
    return np.random.default_rng(seed)


def _texts(made):
    return {each.text for each in made}


def test_two_who_talk_are_a_logline_where_no_more_is_known():
    short = _story(scenes=[_scene(1, "BAR", "ANNA", "BEN")], arcs=[], topics=[])
    assert _texts(loglines(short, _random(), 5)) == {"In BAR, ANNA and BEN have to settle what is between them."}


def test_loglines_say_who_where_and_what_turns():
    made = loglines(_story(), _random(), 99)
    assert "ANNA wants what BEN will not give; ROOF turns it for the worse." in _texts(made)
    assert "A story of money, debt, rent: ANNA, BEN, and what happens at ROOF." in _texts(made)
    facts = {fact for each in made for fact in each.based_on}
    assert "conversations: ANNA and BEN answer each other 7 times" in facts
    assert "scenes: ROOF is where 4 of 5 scenes play" in facts
    assert "arcs: from scene 2 to scene 3 the feeling changes most (-0.31)" in facts


def test_a_change_of_feeling_that_is_chance_is_no_turn():
    made = loglines(_story(arcs=[_arc(order, order / 100) for order in range(1, 6)]), _random(), 99)
    assert _texts(made) == {"ANNA and BEN, in ROOF: a story of money, debt, rent.",
                            "ANNA, in ROOF: a story of money, debt, rent."}  # fmt: skip


def test_beats_are_what_the_story_left_open():
    story = _story()
    made = _texts(beats(story, 4, _random(), 99))
    assert "BEN and CARL speak with each other for the first time, in ROOF." in made
    assert "ANNA and CARL speak with each other for the first time, in ROOF." in made
    assert "BEN comes back, whom nobody has seen since scene 1." in made
    assert "The revolver of scene 1 comes into play: so far it is never seen again." in made
    assert "What scene 1 was about comes up again: money, debt, rent." in made
    assert any(each.startswith("Back in BAR, where the story has not been since scene 1, ") for each in made)
    assert "Something goes right for ANNA: three scenes in a row have grown darker." in _texts(
        beats(story, 5, _random(), 99)
    )


def test_beats_look_only_at_the_scenes_so_far():
    made = _texts(beats(_story(), 1, _random(), 99))
    assert made == {"The revolver of scene 1 comes into play: so far it is never seen again."}
    assert beats(_story(), 0, _random(), 99) == []


@pytest.mark.parametrize("made_by", [loglines, lambda story, *rest: beats(story, 5, *rest)])
def test_the_same_seed_gives_the_same(made_by):
    assert made_by(_story(), _random(3), 2) == made_by(_story(), _random(3), 2)
    assert len(made_by(_story(), _random(3), 2)) == 2
    several = [made_by(_story(), _random(seed), 2) for seed in range(9)]
    assert any(each != several[0] for each in several)


def test_of_nothing_known_nothing_is_made():
    assert loglines(_story(characters=[]), _random(), 5) == []
    assert loglines(_story(scenes=[]), _random(), 5) == []
    assert beats(_story(characters=[]), 5, _random(), 5) == []
    alone = _story(conversations=[], topics=[], arcs=[])
    assert _texts(loglines(alone, _random(), 5)) == {"ANNA is in ROOF, and nobody else has a line yet."}


def test_a_chinese_story_is_told_in_chinese():
    story = _story(language="zh")
    assert "ANNA想要的，BEN不肯给；ROOF让一切恶化。" in _texts(loglines(story, _random(), 99))
    assert "BEN和CARL第一次交谈，在ROOF。" in _texts(beats(story, 4, _random(), 99))
    words = [{"scene_order": 1, "topic": 0, "share": 0.9, "words": ["债", "房租"]}]
    assert any("债、房租" in each for each in _texts(loglines(_story(language="zh", topics=words), _random(), 99)))
