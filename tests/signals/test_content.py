import numpy as np

from kinoeye.sample.viewers_content import made_up
from kinoeye.sample.viewers_reasons import Reason, holds
from kinoeye.signals.content import Content, content_of, for_a_while
from kinoeye.signals.reasons import features, pieces, reasons


def bare(**measures: list[float]) -> Content:
    arrays = {name: np.array(values, float) for name, values in measures.items()}
    return Content(len(next(iter(arrays.values()))), arrays)


def test_rows_become_arrays() -> None:
    content = content_of({"speech": np.array([0.0, 1.0])}, {"people": [["A"], None], "sounds": [[], ["bell"]]})
    assert content.people["A"].tolist() == [True, False]
    assert content.sounds["bell"].tolist() == [False, True]
    assert content.moods == {}


def test_what_never_was_is_not_for_a_while_either() -> None:
    assert not for_a_while(np.zeros(4, bool), 9).any()


def test_each_planted_reason_is_one_that_is_looked_for() -> None:
    film = made_up(45, 2)
    found = reasons(film)
    for kind in ("long_shot", "no_dialogue", "loud_burst", "quiet", "person_left", "sad_face", "music_alone", "dark",
                 "text", "credits"):  # fmt: skip
        both = np.corrcoef(holds(film, Reason(kind, 0.2)).astype(float), found[kind].astype(float))[0, 1]
        assert both > 0.6, kind


def test_what_is_not_known_holds_nowhere() -> None:
    assert not any(flags.any() for flags in reasons(Content(50, {})).values())


def test_a_reason_that_says_nothing_is_left_out() -> None:
    dark = bare(brightness=[0.05] * 40)
    held = features({"one": dark})["one"]
    assert "dark" not in held.names
    partly = bare(brightness=[0.05] * 20 + [0.6] * 20)
    assert features({"one": partly})["one"].names == ("dark",)


def test_features_are_the_same_for_all_films() -> None:
    held = features({"one": bare(brightness=[0.05] * 20 + [0.6] * 20), "two": bare(text=[1.0] * 9 + [0.0] * 30)})
    assert held["one"].names == held["two"].names == ("dark", "text")
    assert held["one"].features[:, 1].sum() == 0
    assert 0 <= held["two"].features.min() <= held["two"].features.max() <= 1


def test_who_minds_needs_a_moment_to_leave() -> None:
    held = features({"one": bare(brightness=[0.6] * 20 + [0.05] * 20 + [0.6] * 20)})["one"].features[:, 0]
    assert held[19] == 0 < held[23] < held[35]
    assert held[41] > 0


def test_pieces_are_counted() -> None:
    assert pieces(np.array([0, 1, 1, 0, 0.2, 0, 1.0])) == 2
    assert pieces(np.zeros(4)) == 0
