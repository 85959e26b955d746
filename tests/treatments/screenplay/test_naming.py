"""Names are new, can be said and are not taken for one that is there; places are made of places."""

import numpy as np
import pytest

from kinoeye.signals.confusable import confused
from kinoeye.treatments.screenplay.naming import names, places

TAKEN = ["NORA", "VIKTOR", "HAMID"]
KNOWN = [*TAKEN, "LEONARD", "MARIANNE", "SEBASTIAN", "THERESA", "GABRIEL", "ISABEL", "DOROTHEA"]
CHINESE = ["周满", "李秀兰", "许三多"]


def _random(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(("taken", "known"), [(TAKEN, KNOWN), (CHINESE, CHINESE), (["小满", "老周", "阿兰"], [])])
def test_names_are_new_and_not_confused(taken, known):
    found = names(taken, known, _random(), 5)
    assert len(found) == 5
    made = [each.name for each in found]
    assert not set(made) & {*taken, *known}
    for at, name in enumerate(made):
        assert not any(confused(name, other) for other in [*taken, *made[:at]])
        assert found[at].nearest in taken
        assert found[at].apart >= 1
    assert names(taken, known, _random(), 5) == found
    assert names(taken, known, _random(2), 5) != found


def test_english_names_can_be_said_and_are_spelt_like_those_known():
    for each in names(TAKEN, KNOWN, _random(), 5):
        assert set(each.name) <= set("".join(KNOWN))
        assert 4 <= len(each.name) <= 9
        assert set(each.name) & set("AEIOUY")


def test_chinese_names_have_the_form_of_those_known():
    assert {len(each.name) for each in names(CHINESE, CHINESE, _random(), 8)} <= {2, 3}
    made = [each.name[0] for each in names(["小满", "老周"], ["小梅"], _random(), 8)]
    assert {"阿", "大"} & set(made)
    assert not {"小", "老"} & set(made)  # begin as one that is there


def test_chinese_names_that_sound_like_one_are_left():
    heard = []

    def sounds(asked):
        heard.extend(asked)
        return ["same" for _ in asked]

    assert names(CHINESE, CHINESE, _random(), 5, sounds) == []
    assert set(CHINESE) <= set(heard)


@pytest.mark.parametrize("taken", [[], ["NORA"], ["R2D2", "C3PO", "HAL 9000"]])
def test_of_too_few_names_none_is_made(taken):
    assert names(taken, [], _random(), 5) == []


def test_places_are_new_and_made_of_two():
    headings = ["INT. OLD HARBOUR - DAY", "EXT. RED KITCHEN - NIGHT", "INT. NIGHT TRAM - DAY"]
    found = places(headings, _random(), 4)
    assert len(found) == 4
    words = {word for each in headings for word in each.split()}
    for text, parts in found:
        assert text not in headings
        assert text.startswith(("INT. ", "EXT. "))
        assert set(text.split()) <= words
        assert set(parts) <= set(headings)
    assert places(headings, _random(), 4) == found


def test_what_is_no_place_makes_none():
    assert places([], _random(), 3) == []
    assert places(["INT. BAR - DAY"], _random(), 3) == []
    assert places(["OPENING TITLES", "SNIPER SCOPE POV", "LATER"], _random(), 3) == []


def test_chinese_places_are_one_word():
    made = [text for text, _ in places(["外景 西边胡同 白天", "外景 河边码头 白天"], _random(), 2)]
    assert sorted(made) == ["外景 河边胡同 白天", "外景 西边码头 白天"]
