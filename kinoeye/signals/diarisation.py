"""Diarisation: which of many short stretches of speech are of one voice, how many voices there are not known before.

Each stretch names the stretches most like it. The graph of these names falls apart into nearly separate parts, one a
voice, and how many there are stands in the widest gap between its first eigenvalues. Because the gap does not tell one
voice from many, it is asked first whether all stretches are alike. At last the voices are followed in running order, a
change of speaker having its price, so that a single odd stretch is no turn.

Source: von Luxburg, "A tutorial on spectral clustering", Statistics and Computing 17(4), 2007; Park et al.,
"Auto-tuning spectral clustering for speaker diarization using normalized maximum eigengap", IEEE Signal Processing
Letters 27, 2020 (rows pruned to their greatest, then made equal).
"""

import numpy as np
import numpy.typing as npt
from scipy.linalg import eigh

MOST_SPEAKERS = 10

# Chosen on speakers for development: confusion changes by less than 0.3 points where the share lies between 0.09 and
# 0.2, the sharpness between 30 and 60.
_SHARE = 0.12  # of all stretches, that each names as like it
_LEAST_NAMED = 18  # with fewer, a sound of less than half a minute falls into too many parts
_FEWEST = 10  # stretches that can be of two voices
_SHARPNESS, _PRICE = 30.0, 8.0  # of likeness, and of a change of speaker, in nats
_ALIKE, _HALVES = 0.68, 0.83  # mean likeness of one voice's stretches 0.70 or more, of its halves 0.84 or more
_MOST_NAMING = 1200  # stretches, spread evenly: time grows with the cube
_ROUNDS = 30
_BLOCK = 8192  # stretches in work at once

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]


def voices(vectors: npt.NDArray[np.floating]) -> tuple[Labels, Floats]:
    """Tell voices apart.

    Parameters
    ----------
    vectors : float [n, length], each of length one
        What tells a voice apart, of stretches of equal length in running order.

    Returns
    -------
    int64 [n]
        Number of each stretch's voice, in order of first words.
    float64 [n], 0..1
        How much more like its voice than like the others each stretch is; 1 where there is only one voice.
    """
    if not len(vectors):
        return np.zeros(0, np.int64), np.zeros(0)
    picked = np.unique(np.linspace(0, len(vectors) - 1, min(len(vectors), _MOST_NAMING)).round().astype(int))
    some: Floats = np.asarray(vectors[picked], np.float64)
    means = _means(some, _parts(some))
    for _ in range(3):
        labels = _followed(_SHARPNESS * _likeness(vectors, means))
        means = _means(vectors, labels)
    # The last round may have left a voice without a stretch: shares are among those that are heard.
    _, first, numbers = np.unique(labels, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first))
    shares = np.exp(_SHARPNESS * (_likeness(vectors, means) - 1))
    shares /= shares.sum(axis=1, keepdims=True)
    return np.asarray(order[numbers], np.int64), shares[np.arange(len(vectors)), numbers]


def _likeness(vectors: npt.NDArray[np.floating], means: Floats) -> Floats:
    """Return how like each mean every stretch is, float64 [n, k]; block by block, for those of hours are many."""
    blocks = range(0, len(vectors), _BLOCK)
    return np.concatenate([vectors[at : at + _BLOCK].astype(np.float64) @ means.T for at in blocks])


def _parts(rows: Floats) -> Labels:
    """Say of each row in which part of the graph it stands."""
    named = max(_LEAST_NAMED, int(_SHARE * len(rows)))
    if len(rows) < _FEWEST or _is_one(rows):
        return np.zeros(len(rows), np.int64)
    if len(rows) <= 2 * named:
        return _grouped(rows, 2)
    likeness = rows @ rows.T
    graph = np.zeros_like(likeness)
    np.put_along_axis(graph, np.argsort(-likeness, axis=1, kind="stable")[:, :named], 1.0, axis=1)
    graph = (graph + graph.T) / 2
    last = min(MOST_SPEAKERS, len(rows) - 1)
    values, places = eigh(np.diag(graph.sum(axis=1)) - graph, subset_by_index=(0, last))
    count = int(np.diff(values).argmax()) + 1
    return _grouped(_unit(places[:, :count] + 1e-12), count)


def _is_one(rows: Floats) -> bool:
    """Say whether all is one voice: alike on the whole, and its two halves alike, so that a rare voice counts too."""
    halves = _means(rows, _grouped(rows, 2))
    return float((rows.mean(axis=0) ** 2).sum()) >= _ALIKE and float(halves[0] @ halves[-1]) >= _HALVES


def _grouped(rows: Floats, count: int) -> Labels:
    """Group rows about so many means, which begin far apart: int64 [n]."""
    centres = rows[:1]
    while len(centres) < count:
        far = _squares(rows, centres).min(axis=1).argmax()
        centres = np.vstack([centres, rows[far]])
    labels = _squares(rows, centres).argmin(axis=1)
    for _ in range(_ROUNDS):
        centres = np.stack([rows[labels == each].mean(axis=0) for each in np.unique(labels)])
        before, labels = labels, _squares(rows, centres).argmin(axis=1)
        if np.array_equal(before, labels):
            break
    return np.asarray(labels, np.int64)


def _squares(rows: Floats, centres: Floats) -> Floats:
    return np.asarray((centres**2).sum(axis=1) - 2 * rows @ centres.T)  # less the row's own, which changes no order


def _means(rows: npt.NDArray[np.floating], labels: Labels) -> Floats:
    names, places = np.unique(labels, return_inverse=True)
    sums = np.zeros((len(names), rows.shape[1]))
    for at in range(0, len(rows), _BLOCK):
        belongs = np.arange(len(names))[:, None] == places[at : at + _BLOCK]
        sums += belongs.astype(np.float64) @ rows[at : at + _BLOCK].astype(np.float64)
    return _unit(sums / np.bincount(places)[:, None])


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def _followed(likeness: Floats) -> Labels:
    """Return the likeliest course of speakers (Viterbi), int64 [n]."""
    price = _PRICE * (1 - np.eye(likeness.shape[1]))
    best, origins = likeness[0], np.zeros(likeness.shape, np.int64)
    for number in range(1, len(likeness)):
        ways = best[:, None] - price
        origins[number] = ways.argmax(axis=0)
        best = ways.max(axis=0) + likeness[number]
    course = np.zeros(len(likeness), np.int64)
    course[-1] = best.argmax()
    for number in range(len(likeness) - 1, 0, -1):
        course[number - 1] = origins[number, course[number]]
    return course
