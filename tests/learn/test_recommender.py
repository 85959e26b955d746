import numpy as np
import pytest

from kinoeye.errors import InputError
from kinoeye.learn import rank_measures
from kinoeye.learn.cold_titles import cold_titles, content_rows
from kinoeye.learn.ease import ease
from kinoeye.learn.histories import Histories
from kinoeye.learn.linear_blend import linear_blend
from kinoeye.learn.rank_splits import cold_titles as hold_titles
from kinoeye.learn.rank_splits import strong
from kinoeye.learn.recommender import WAYS, Recommender, recommender
from kinoeye.learn.recommender_parts import FEATURES, Regularisation, parts
from tests.learn.tastes import tastes

GIVEN, SIDES = tastes()
SPLIT = strong(GIVEN, held=25)


@pytest.fixture(scope="module")
def learnt() -> Recommender:
    return recommender(SPLIT.learnt, SIDES, ways=WAYS)


def gain(scores: np.ndarray) -> float:
    lists = rank_measures.top(rank_measures.without(scores, SPLIT.asked.matrix()), 10)
    return float(np.nanmean(rank_measures.ndcg(lists, SPLIT.wanted.matrix())))


def test_planted_tastes_are_found(learnt: Recommender) -> None:
    scores = learnt.scores(SPLIT.asked)
    assert gain(scores) > 1.5 * gain(learnt.scores(SPLIT.asked, way="liked"))
    assert set(learnt.worth) == set(WAYS)
    assert learnt.worth[learnt.way] == max(learnt.worth.values())


@pytest.mark.parametrize("way", WAYS)
def test_every_way_scores_every_title(learnt: Recommender, way: str) -> None:
    scores = learnt.scores(SPLIT.asked, way=way)
    assert scores.shape == (25, 60)
    assert np.isfinite(scores).all()


def test_a_viewer_is_scored_alike_alone_and_among_others(learnt: Recommender) -> None:
    alone = learnt.scores(SPLIT.asked.of(np.array([4])))
    assert np.allclose(alone[0], learnt.scores(SPLIT.asked)[4], atol=1e-3)


def test_of_few_viewers_what_is_popular_is_shown() -> None:
    few = GIVEN.of(np.arange(5))
    assert recommender(few, SIDES).way == "liked"
    assert np.isfinite(recommender(few, SIDES).scores(few)).all()


def test_who_has_no_history_is_shown_something(learnt: Recommender) -> None:
    new = SPLIT.asked.only(SPLIT.asked.viewer != 0)
    assert np.isfinite(learnt.scores(new)[0]).all()


def test_times_and_years_may_be_lacking() -> None:
    timeless = Histories(GIVEN.viewer, GIVEN.title, GIVEN.liked, np.full(len(GIVEN), np.nan), 90, 60)
    found = parts(timeless, SIDES, Regularisation(factors=4)).features(timeless)
    assert found.shape == (90, 60, len(FEATURES))
    assert np.isfinite(found).all()


def test_nothing_liked_is_named() -> None:
    with pytest.raises(InputError, match="there must be a title that someone liked, got none"):
        recommender(GIVEN.only(~GIVEN.liked), SIDES)


def test_a_blend_believes_the_column_that_tells() -> None:
    random = np.random.default_rng(1)
    rows = random.standard_normal((4000, 3)).astype(np.float32)
    right = random.random(4000) < 1 / (1 + np.exp(-2 * rows[:, 1]))
    found = linear_blend(rows, right)
    assert found.weights[1] == pytest.approx(2, abs=0.2)
    assert np.abs(found.weights[[0, 2]]).max() < 0.15


def test_titles_that_nobody_watched_go_to_who_watches_their_like() -> None:
    split, cold = hold_titles(GIVEN, held=20)
    weights = ease(split.learnt.matrix(), ridge=20)
    found = cold_titles(weights, content_rows(SIDES.kinds, SIDES.years), cold)
    scores = split.asked.matrix() @ found.weights
    mine = split.viewers[:, None] % 3 == cold[None, :] % 3
    assert scores[mine].mean() > 3 * np.abs(scores[~mine]).mean()


def test_cold_titles_need_something_to_go_by() -> None:
    weights = ease(GIVEN.matrix())
    with pytest.raises(InputError, match="something must be known of titles"):
        cold_titles(weights, np.zeros((60, 0), np.float32), np.array([1]))
    with pytest.raises(InputError, match="a title must have been watched"):
        cold_titles(np.zeros((60, 60), np.float32), SIDES.kinds, np.array([1]))
