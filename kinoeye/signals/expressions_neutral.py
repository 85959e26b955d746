"""A person's neutral face, from the pictures of one appearance.

The pictures that show least are compared with the mean face. What the movements explain there is left out, unless it is
weak and always there: that is how the person is made. Few pictures prove little, so the less was seen, the nearer the
answer stays to the mean face.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.signals.expressions import PRIORS, Basis, Priors, read
from kinoeye.signals.expressions_units import activity

Array = npt.NDArray[np.float64]

_CALM = 1 / 3  # of the pictures
_ALWAYS = 0.1  # a movement weaker than this share of pictures shows is always there
_WEAK = 0.3  # a strength above it is meant, even if it never goes
_TRUST = 0.25  # pictures that the mean face is worth
_ENOUGH = 600  # pictures, evenly over the appearance: more tell nothing new
_ROUNDS = 2  # a better neutral face shows better which pictures are calm


@dataclass(frozen=True)
class Rest:
    """How a person looks at rest.

    Parameters
    ----------
    neutral : float64 [n, 3]
        The neutral face.
    doubt : 0..1
        How little is known of it, as `expressions.read` takes it; 1 for a single picture, which tells nothing of rest.
    calm : int [k]
        The pictures that it was taken from.
    """

    neutral: Array
    doubt: float
    calm: npt.NDArray[np.int64]


def calibrated(points: Array, basis: Basis, *, priors: Priors = PRIORS) -> Rest:
    """Return how a person looks at rest.

    Parameters
    ----------
    points : float64 [t, n, 3]
        All faces of one person's appearance, as `expressions.places` gives them.
    basis : Basis
    priors : Priors
    """
    neutral, doubt, calm = basis.mean, 1.0, np.arange(len(points))
    if len(points) < 2:
        return Rest(neutral, doubt, calm)
    chosen = np.unique(np.linspace(0, len(points) - 1, min(len(points), _ENOUGH)).astype(np.int64))
    points = points[chosen]
    for _ in range(_ROUNDS):
        reading = read(points, basis, neutral=neutral, doubt=doubt, priors=priors)
        count = max(1, int(len(points) * _CALM))
        calm = np.argsort(activity(reading), kind="stable")[:count]
        always = np.quantile(reading.strengths, _ALWAYS, axis=0)
        always[always > _WEAK] = 0
        meant = np.maximum(reading.strengths[calm] - always, 0)
        rest = reading.laid[calm] - np.tensordot(meant, basis.shapes, 1)
        neutral = basis.mean + count / (count + _TRUST) * (np.median(rest, axis=0) - basis.mean)
        doubt = _TRUST / (count + _TRUST)
    return Rest(np.asarray(neutral), doubt, chosen[calm])
