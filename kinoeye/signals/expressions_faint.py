"""Faint actions of a face: what moves a little, but more than the measurement itself trembles.

Of each action unit it is asked how much of it explains a face best, whatever the lids and the eyes do, and how much
more that is than in the same person's pictures at rest. A trace begins where that leaves what pictures of one and
the same expression differ by; the more a head is turned away from where it was at rest, and the worse the points are
explained, the later it begins. Of somebody seen once nothing is known of rest, so no trace is told.

Source: intensities A (trace) to E (maximum) of Ekman, Friesen & Hager, "Facial action coding system", 2002.
"""

from bisect import bisect_right

import numpy as np
import numpy.typing as npt

from kinoeye.signals.expressions import Reading
from kinoeye.signals.expressions_units import EMOTIONS, NEUTRAL, unit_pattern, without_eyes
from kinoeye.timecode import FLICKS_PER_SECOND

Array = npt.NDArray[np.float64]

# How far amounts lie apart, 99 times of 100, between two pictures of one face that were only recoded, scaled, rolled,
# lit or blurred a little: measured on photographs as bench/face_basis_train/trembling.py does; other random looks give
# values that differ by up to 0.011 (the smile's: 0.072).
TREMBLING = {
    1: 0.101, 2: 0.093, 4: 0.076, 5: 0.102, 6: 0.068, 7: 0.095, 9: 0.067, 10: 0.077, 12: 0.077, 14: 0.065,
    15: 0.076, 16: 0.057, 17: 0.095, 18: 0.092, 20: 0.067, 22: 0.072, 23: 0.073, 26: 0.043, 28: 0.073,
}  # fmt: skip
FAINT = tuple(TREMBLING)  # all units but the blink, which is never faint
# Degrees between a head and the same at rest that add the trembling once more, and where that ends: as rendered neutral
# heads were seen by the same program (twice the trembling at 12 degrees, four times from 40 on).
_TURN, _FARTHEST = 12.0, 40.0
_LEAST_TRUST = 0.25  # a face explained worse than that, a profile or a blur, shows nothing faint
_LASTING = FLICKS_PER_SECOND // 4  # an action shorter than that is a microexpression or an error, and mostly an error
_SMILE = FAINT.index(12)
_BESIDE = (6, 7, 10, 12, 14)  # units that a smile brings along or is taken for
_RIVALS = [place for place, unit in enumerate(FAINT) if unit not in _BESIDE]


def traces(
    reading: Reading, times: npt.NDArray[np.int64], turns: Array, *, calm: npt.NDArray[np.int64], doubt: float
) -> Array:
    """Return how far each action unit is above the person's rest, float64 [t, units]; 1 or more: a trace at least.

    Only units are told that explain the face about as well as the best of them; the others may be its shadow.

    Parameters
    ----------
    reading : Reading
        Of one appearance.
    times : int64 [t], flicks
        Rising.
    turns : float64 [t, 2], degrees
        Yaw and pitch of the head.
    calm, doubt
        Which faces are at rest, and how little is known of it: see `expressions_neutral.Rest`.
    """
    if doubt == 1:
        return np.zeros((len(reading.asked), len(FAINT)))
    found, costs = amounts(reading)
    found = found - np.median(found[calm], axis=0)
    apart = np.minimum(np.linalg.norm(turns - np.median(turns[calm], axis=0), axis=1), _FARTHEST)
    least = np.array(list(TREMBLING.values())) * ((1 + apart / _TURN) / np.sqrt(reading.trust))[:, None]
    gains = np.maximum(found, 0) ** 2 * costs
    best = gains.max(1, keepdims=True)
    is_shadow = (gains < best / 2) | (reading.trust < _LEAST_TRUST)[:, None]
    is_shadow[:, _SMILE] = (gains[:, _SMILE] < gains[:, _RIVALS].max(1)) | (reading.trust < _LEAST_TRUST)
    return lasting(np.where(is_shadow, 0, np.maximum(found / least, 0)), times)


def lasting(values: Array, times: npt.NDArray[np.int64]) -> Array:
    """Return of values what stays for a quarter of a second; looks further apart than that stand each for itself.

    Parameters
    ----------
    values : float64 [t, k]
    times : int64 [t], flicks
        Rising.
    """
    answer = np.full_like(values, -np.inf)
    listed, done = times.tolist(), 0
    for first, begin in enumerate(listed):
        after = bisect_right(listed, begin + _LASTING)
        if after > done:  # a window within the one before it proves nothing
            answer[first:after] = np.maximum(answer[first:after], values[first:after].min(0))
            done = after
    return answer


def tipped(felt: Array, found: Array) -> Array:
    """Let a smile that is only a trace speak where nothing else does.

    What is left to neutral goes to happiness with the smile's distance above rest: half of it at a trace, nearly all
    at thrice that. Other feelings keep what they have.

    Parameters
    ----------
    felt : float64 [t, 8], sums 1
        Scores of the emotions.
    found : float64 [t, units]
        As `traces` gives them.
    """
    happy = EMOTIONS.index("happiness")
    smile = found[:, _SMILE] ** 2
    both = felt[:, happy] + felt[:, NEUTRAL]
    answer = felt.copy()
    answer[:, happy] = np.maximum(felt[:, happy], both * smile / (1 + smile))
    answer[:, NEUTRAL] = both - answer[:, happy]
    return answer


def amounts(reading: Reading) -> tuple[Array, Array]:
    """Return how much of each unit alone explains each face best, float64 [t, units], and each unit's cost [units]."""
    asked, gram = without_eyes(reading)
    patterns = np.array([unit_pattern(unit) for unit in FAINT])
    costs = np.einsum("ui,ij,uj->u", patterns, gram, patterns)
    return asked @ patterns.T / costs, costs
