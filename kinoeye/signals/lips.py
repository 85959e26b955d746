"""Lips: whether a mouth moves as the sound does.

A mouth that speaks opens and closes, and it is open when the sound is loud; one that listens or smiles does not. How
far the lips are apart is told in heights of the face, so that it does not change with the face's distance. The two
signs are weighed together into log-odds.
"""

import numpy as np
import numpy.typing as npt

HOP_S = 0.01  # of the sound's level
LEAST = 8  # pictures, or nothing is told: of fewer a smile is no other than a word

_UPPER, _LOWER, _CHIN, _TOP = 13, 14, 152, 10  # of the mesh: inner lips, chin, forehead
_SMOOTH = 15  # steps of level: about a syllable's half
_FLOOR_DB = 45.0  # below the loudest; what is quieter counts as this
_RATE = 5.0  # independent looks a second, however many pictures there are
# Learned on made scenes for development (bench/lips.py): a mouth that moves by _MOVES heights of the face, with the
# sound no more than by chance, speaks as often as not.
_MOVES, _MOVING, _TOGETHER = 0.0256, 1.3, 1.36
_MOST = 3.0

Floats = npt.NDArray[np.float64]


def openings(meshes: npt.ArrayLike, aspect: float) -> Floats:
    """Return how far the lips are apart.

    Parameters
    ----------
    meshes : float [n, 478, 3]
        x and y as shares of the picture.
    aspect : float
        Width of the picture over its height.

    Returns
    -------
    float64 [n]
        In heights of the face.
    """
    points = np.array(meshes, np.float64).reshape(-1, 478, 3)
    points[:, :, 1] /= aspect
    lips = np.linalg.norm(points[:, _UPPER] - points[:, _LOWER], axis=1)
    return np.asarray(lips / np.maximum(np.linalg.norm(points[:, _TOP] - points[:, _CHIN], axis=1), 1e-9))


def levels(samples: npt.NDArray[np.int16], rate_hz: int) -> Floats:
    """Return how loud the sound is every 10 ms, smoothed, in dB above a floor."""
    step = int(rate_hz * HOP_S)
    count = len(samples) // step
    if not count:
        return np.zeros(0)
    squares = (samples[: count * step].reshape(count, step).astype(np.float64) ** 2).mean(axis=1)
    level = 10 * np.log10(squares + 1.0)
    window = np.hanning(_SMOOTH + 2)[1:-1]
    padded = np.pad(np.maximum(level - level.max(), -_FLOOR_DB) + _FLOOR_DB, _SMOOTH // 2, "edge")
    return np.asarray(np.convolve(padded, window / window.sum(), "valid"))


def signs(opened: Floats, loud: Floats, seconds: float) -> tuple[float, float]:
    """Return what a mouth shows while somebody speaks.

    Parameters
    ----------
    opened : float64 [n]
    loud : float64 [n]
        Level of the sound at the same moments.
    seconds : float
        From the first to the last.

    Returns
    -------
    float
        How much the opening changes, its standard deviation in heights of the face.
    float
        How surely opening and level go together, in standard deviations (Fisher's z).
    """
    moves = float(opened.std())
    if moves < 1e-6 or loud.std() < 1e-6:
        return moves, 0.0
    together = float(np.corrcoef(opened, loud)[0, 1])
    looks = min(float(len(opened)), _RATE * seconds)
    return moves, float(np.arctanh(np.clip(together, -0.99, 0.99)) * np.sqrt(max(looks - 3, 0.0)))


def odds(moves: float, together: float) -> float:
    """Return the log-odds that the mouth is the one that speaks, in nats, bounded."""
    value = _MOVING * np.log(max(moves, 1e-4) / _MOVES) + _TOGETHER * together
    return float(np.clip(value, -_MOST, _MOST))
