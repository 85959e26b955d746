import numpy as np
import pytest
import scipy.sparse

from kinoeye.learn import rank_measures
from kinoeye.learn.metrics import ndcg as usual_ndcg

SCORES = np.array([[0.9, 0.1, 0.5, 0.3], [0.2, 0.2, 0.8, 0.2]], np.float32)
WANTED = scipy.sparse.csr_matrix(np.array([[0, 0, 1, 1], [1, 0, 0, 0]]))


def test_the_best_come_first_and_ties_by_number() -> None:
    assert rank_measures.top(SCORES, 3).tolist() == [[0, 2, 3], [2, 0, 1]]


def test_what_is_seen_is_never_shown() -> None:
    seen = scipy.sparse.csr_matrix(np.array([[1, 0, 0, 0], [1, 1, 1, 0]]))
    assert rank_measures.top(rank_measures.without(SCORES, seen), 3).tolist() == [[2, 3, 1], [3, -1, -1]]


def test_gains_by_hand() -> None:
    lists = rank_measures.top(SCORES, 4)
    first = (1 / np.log2(3) + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert rank_measures.ndcg(lists, WANTED) == pytest.approx([first, 1 / np.log2(3)])
    assert rank_measures.recall(lists, WANTED, at=2).tolist() == [0.5, 1]
    assert rank_measures.reciprocal_rank(lists, WANTED).tolist() == [0.5, 0.5]


def test_gains_are_those_of_the_other_measure_where_nothing_ties() -> None:
    random = np.random.default_rng(1)
    scores = random.random((6, 30)).astype(np.float32)
    wanted = scipy.sparse.csr_matrix(random.random((6, 30)) < 0.2)
    own = rank_measures.ndcg(rank_measures.top(scores, 10), wanted)
    queries = np.repeat(np.arange(6), 30)
    told = usual_ndcg(wanted.toarray().astype(float).ravel(), scores.ravel(), queries, at=10)
    assert np.nanmean(own) == pytest.approx(told)


def test_who_wanted_nothing_has_no_figure() -> None:
    lists = rank_measures.top(SCORES, 2)
    nothing = scipy.sparse.csr_matrix((2, 4))
    assert np.isnan(rank_measures.ndcg(lists, nothing)).all()
    assert np.isnan(rank_measures.paired(rank_measures.ndcg(lists, nothing), np.ones(2))[0])


def test_what_lists_do_besides() -> None:
    lists = np.array([[0, 1], [0, 1]])
    assert rank_measures.coverage(lists, 4) == 0.5
    assert rank_measures.gini(lists, 4) == pytest.approx(0.5)
    assert rank_measures.gini(np.array([[0, 1], [2, 3]]), 4) == 0
    assert rank_measures.mean_popularity(lists, np.array([4, 2, 1, 1])).tolist() == [3, 3]
    assert rank_measures.novelty(lists, np.array([7, 1, 1, 1]), 7)[0] == pytest.approx(1.0)


def test_lists_of_one_kind_are_not_diverse_and_of_two_are() -> None:
    kinds = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    assert rank_measures.diversity(np.array([[0, 1], [0, 2], [0, -1]]), kinds)[:2].tolist() == [0, 1]
    assert np.isnan(rank_measures.diversity(np.array([[0, -1]]), kinds)[0])


def test_a_list_with_the_shares_of_its_history_is_calibrated() -> None:
    kinds = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], np.float32)
    history = scipy.sparse.csr_matrix(np.array([[1, 1, 0, 0], [1, 1, 0, 0]]))
    found = rank_measures.miscalibration(np.array([[2, 3], [2, 0]]), history, kinds)
    assert found[0] == pytest.approx(0, abs=1e-6)
    assert found[1] > 1


def test_exposure_is_shared_out_with_an_interval() -> None:
    history = scipy.sparse.csr_matrix(np.ones((40, 4)))
    lists = np.tile(np.array([[0, 1, 2]]), (40, 1))
    lists[::2] = [0, 1, 3]
    found = rank_measures.exposure(lists, history, ["a", "a", "b", ""])
    assert [each.group for each in found] == ["a", "b"]
    assert found[1].least < found[1].share < found[1].most
    assert found[0].watched == 0.5


def test_a_difference_has_an_interval() -> None:
    one = np.random.default_rng(1).random(200)
    apart, low, high = rank_measures.paired(one + 0.1, one)
    assert low <= apart <= high
    assert apart == pytest.approx(0.1)


def test_nobody_is_no_trouble() -> None:
    lists = rank_measures.top(np.zeros((0, 3), np.float32), 2)
    assert lists.shape == (0, 2)
    assert rank_measures.coverage(lists, 0) == 0
    assert rank_measures.gini(lists, 0) == 0
