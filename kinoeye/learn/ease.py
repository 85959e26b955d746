"""EASE: how much each title of a history speaks for each other, solved in closed form.

The weights are those of the ridge regression of each title on all others. One inverse gives them all, and since the
matrix is symmetric and positive it is inverted by its Cholesky factor, in single precision, in the place where it lies:
a fourth of the work and half the memory of a general inverse. Where single precision would not carry the answer it is
done in double.

Pairs that few viewers share can be left out, so that no weight rests on one or two people; and of each title only the
largest weights can be kept, so that an answer touches a hundredth of them.

Source: Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019; Steck, "Markov random fields for
collaborative filtering", NeurIPS 2019 (sparse answers).
"""

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, SettingError

Weights = npt.NDArray[np.float32]

_MOST_CONDITION = 2e5  # beyond it single precision leaves fewer than two sure digits
_BLOCK = 512  # rows mirrored at once: two blocks stay in the cache


def ease(matrix: Any, *, ridge: float = 200.0, least_pair: int = 1) -> Weights:
    """Return the weights of titles on titles, float32 [titles, titles], nothing on the diagonal.

    ``history @ weights`` are the scores of a viewer who need not have been learnt from.

    Parameters
    ----------
    matrix : sparse [viewers, titles], 0..1
        How much each viewer has of each title.
    ridge : float
        Above 0; in viewers. More is smoother, and says less of any one viewer.
    least_pair : int
        Viewers who must share two titles for the pair to count.

    Raises
    ------
    SettingError
        If the ridge is not above 0, or `least_pair` below 1.
    InputError
        If there is no title, or a value is not finite.
    """
    if not (np.isfinite(ridge) and ridge > 0):
        raise SettingError(f"ease: ridge must be above 0, got {ridge}")
    if least_pair < 1:
        raise SettingError(f"ease: least_pair must be 1 or more, got {least_pair}")
    return weights_of(shared(matrix, least_pair=least_pair), ridge)


def shared(matrix: Any, *, least_pair: int = 1) -> Weights:
    """Return how much titles are had together, float32 [titles, titles]; pairs of too few viewers count nothing.

    Raises
    ------
    InputError
        If there is no title, or a value is not finite.
    """
    if not matrix.shape[1]:
        raise InputError("ease: there must be a title, got none")
    if not np.isfinite(matrix.data).all():
        raise InputError("ease: values must be finite, got NaN or infinity")
    together = np.asarray((matrix.T @ matrix).toarray(), np.float32)
    if least_pair > 1:
        whole = matrix.copy()
        whole.data = (whole.data != 0).astype(np.float32)
        counts = (whole.T @ whole).toarray()
        own = np.diag(together).copy()
        together[counts < least_pair] = 0
        np.fill_diagonal(together, own)
    return together


def weights_of(together: Weights, ridge: float) -> Weights:
    """Return EASE's weights from how much titles are had together, which is overwritten."""
    inverse = inverted(together, ridge)
    scale = -1 / np.diag(inverse)
    inverse *= scale[None, :]
    np.fill_diagonal(inverse, 0)
    return inverse


def inverted(together: Weights, ridge: float) -> Weights:
    """Return the inverse of a symmetric matrix with a ridge on its diagonal, float32, in its place where it can be.

    Parameters
    ----------
    together : float32 [n, n], C order
        Symmetric and not negative; overwritten.
    ridge : float
        Raised where pairs that were left out have made the matrix indefinite.
    """
    lapack = importlib.import_module("scipy.linalg.lapack")
    size = len(together)
    own = np.diag(together).copy()
    is_single = (float(together.sum(axis=1).max()) + ridge) / ridge < _MOST_CONDITION
    factor, invert = (lapack.spotrf, lapack.spotri) if is_single else (lapack.dpotrf, lapack.dpotri)
    work = together if is_single else together.astype(np.float64)
    while True:
        work[np.diag_indices(size)] = own + ridge
        # The transpose of rows in C order is what LAPACK reads as columns: nothing is copied. Its lower triangle is
        # our upper; the other one stays as it was, so that a factor that failed can be tried again.
        found, failed = factor(work.T, lower=1, overwrite_a=1, clean=0)
        if not failed:
            break
        work = _mirrored(work.T).T
        ridge *= 2
    found, _ = invert(found, lower=1, overwrite_c=1)
    return np.asarray(_mirrored(found.T), np.float32)


def _mirrored(upper: Any) -> Any:
    """Copy what stands above the diagonal below it, block by block."""
    size = len(upper)
    for begin in range(0, size, _BLOCK):
        end = min(size, begin + _BLOCK)
        block = upper[begin:end, begin:end]
        block[:] = np.triu(block) + np.triu(block, 1).T
        upper[end:, begin:end] = upper[begin:end, end:].T
    return upper
