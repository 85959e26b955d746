import numpy as np
import pytest
import scipy.sparse

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.ease import ease, inverted, shared
from tests.learn.tastes import tastes

MATRIX = tastes()[0].matrix()


def usual(matrix: scipy.sparse.csr_matrix, ridge: float) -> np.ndarray:
    gram = (matrix.T @ matrix).toarray().astype(np.float64) + ridge * np.eye(matrix.shape[1])
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


@pytest.mark.parametrize("ridge", [0.001, 1, 200])
def test_it_is_the_usual_answer(ridge: float) -> None:
    assert np.allclose(ease(MATRIX, ridge=ridge), usual(MATRIX, ridge), atol=2e-5)


def test_more_titles_than_a_block_are_mirrored() -> None:
    random = np.random.default_rng(2)
    wide = scipy.sparse.csr_matrix((random.random((50, 1100)) < 0.05).astype(np.float32))
    assert np.allclose(ease(wide, ridge=10), usual(wide, 10), atol=1e-5)


def test_a_title_says_nothing_of_itself() -> None:
    assert not np.diag(ease(MATRIX)).any()


def test_pairs_of_too_few_count_nothing() -> None:
    counts = shared(MATRIX)
    kept = shared(MATRIX, least_pair=5)
    assert (kept[(counts < 5) & ~np.eye(len(counts), dtype=bool)] == 0).all()
    assert (kept[counts >= 5] == counts[counts >= 5]).all()
    assert np.isfinite(ease(MATRIX, ridge=1, least_pair=5)).all()


def test_a_matrix_that_is_not_positive_gets_a_larger_ridge() -> None:
    given = np.array([[1, 5, 0], [5, 1, 5], [0, 5, 1]], np.float32)
    found = inverted(given.copy(), 0.5)
    assert (np.linalg.eigvalsh(found) > 0).all()
    own = np.linalg.inv(found) - given
    assert np.allclose(own, own[0, 0] * np.eye(3), atol=1e-4)


@pytest.mark.parametrize(("setting", "said"), [({"ridge": 0}, "ridge must be above 0"), ({"ridge": np.nan}, "got nan"),
                                               ({"least_pair": 0}, "least_pair must be 1 or more")])  # fmt: skip
def test_settings_out_of_range_are_named(setting: dict[str, float], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        ease(MATRIX, **setting)  # type: ignore[arg-type]


def test_what_cannot_be_learnt_from_is_named() -> None:
    with pytest.raises(InputError, match="there must be a title, got none"):
        ease(scipy.sparse.csr_matrix((3, 0)))
    with pytest.raises(InputError, match="values must be finite"):
        ease(scipy.sparse.csr_matrix(np.array([[np.nan]])))


def test_one_viewer_and_one_title() -> None:
    assert ease(scipy.sparse.csr_matrix(np.ones((1, 1), np.float32))).tolist() == [[0]]
