import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.learn.ease import ease
from kinoeye.learn.sparse_answers import sparse_answers
from tests.learn.tastes import tastes

GIVEN = tastes()[0]
WEIGHTS = ease(GIVEN.matrix(), ridge=5)


def test_all_weights_answer_as_the_matrix_does() -> None:
    quick = sparse_answers(WEIGHTS, kept=60)
    history, values = np.array([3, 6, 10]), np.array([1, 0.5, 1])
    assert np.allclose(quick.scores(history, values), values @ WEIGHTS[history], atol=1e-5)


def test_few_weights_answer_nearly_alike_and_never_what_is_seen() -> None:
    quick = sparse_answers(WEIGHTS, kept=20)
    history = np.array([0, 3, 6, 9])
    best = quick.best(history, np.ones(4), 5)
    assert not set(best) & set(history)
    assert (best % 3 == 0).mean() >= 0.8
    assert len(quick.weights) <= 60 * 20


def test_no_history_and_all_of_it() -> None:
    quick = sparse_answers(WEIGHTS, kept=5)
    assert len(quick.best(np.zeros(0, np.int64), np.zeros(0), 3)) == 3
    assert len(quick.best(np.arange(60), np.ones(60), 3)) == 0


def test_none_kept_is_wrong_use() -> None:
    with pytest.raises(SettingError, match="kept must be 1 or more"):
        sparse_answers(WEIGHTS, kept=0)
