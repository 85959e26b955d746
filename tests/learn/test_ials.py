import numpy as np
import pytest
import scipy.sparse

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.ials import _solved, ials
from tests.learn.tastes import tastes

MATRIX = tastes()[0].matrix()


def test_titles_of_a_taste_score_higher() -> None:
    scores = ials(MATRIX, factors=8).scores(MATRIX)
    alike = np.arange(90)[:, None] % 3 == np.arange(60)[None, :] % 3
    assert scores[alike].mean() > 3 * scores[~alike].mean()


def test_blocks_solve_what_one_row_at_a_time_solves() -> None:
    random = np.random.default_rng(3)
    others = random.standard_normal((60, 5)).astype(np.float32)
    found = _solved(MATRIX, others, 0.1, 0.7, 0.2)
    for row in (0, 17, 89):
        own = MATRIX[row]
        near = others[own.indices].astype(np.float64)
        weight = 0.1 * (len(near) + 0.2 * 60) ** 0.7
        squares = near.T @ near + 0.2 * others.T.astype(np.float64) @ others + weight * np.eye(5)
        assert np.allclose(found[row], np.linalg.solve(squares, near.T @ own.data), atol=1e-4)


def test_who_has_watched_nothing_has_no_vector() -> None:
    learnt = ials(MATRIX, factors=4)
    assert not learnt.viewers(scipy.sparse.csr_matrix((2, 60), dtype=np.float32)).any()


def test_twice_is_the_same() -> None:
    assert np.array_equal(ials(MATRIX, factors=4).titles, ials(MATRIX, factors=4).titles)


def test_wrong_use_is_named() -> None:
    with pytest.raises(SettingError, match="penalty must be above 0"):
        ials(MATRIX, penalty=0)
    with pytest.raises(InputError, match="there must be a title"):
        ials(scipy.sparse.csr_matrix((2, 0)))
