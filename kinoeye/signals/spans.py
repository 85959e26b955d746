"""Spans: from a score for each frame to the parts of a sound in which something is heard.

A span begins where a score is high and lasts while it is not low (two thresholds, so that a score that hovers about one
does not flicker), short pauses are bridged, and what is too short is dropped.
"""

import numpy as np
import numpy.typing as npt

Spans = npt.NDArray[np.int64]


def runs(flags: npt.NDArray[np.bool_]) -> Spans:
    """Return the runs of set flags, int64 [m, 2]: first, and one past the last.

    >>> runs(np.array([False, True, True, False, True])).tolist()
    [[1, 3], [4, 5]]
    """
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    return np.asarray(np.flatnonzero(edges).reshape(-1, 2), np.int64)


def held(score: npt.NDArray[np.floating], enter: float, leave: float) -> Spans:
    """Return the spans in which a score does not fall below `leave` and is at least `enter` somewhere.

    >>> held(np.array([0.4, 0.6, 0.4, 0.1, 0.4]), 0.5, 0.3).tolist()
    [[0, 3]]
    """
    spans = runs(score >= leave)
    tops = [float(score[first:end].max()) >= enter for first, end in spans]
    kept: Spans = spans[np.array(tops, bool)]
    return kept


def bridged(spans: Spans, gap: float) -> Spans:
    """Join spans that lie nearer to each other than `gap`.

    >>> bridged(np.array([[0, 2], [3, 5], [9, 12]]), 2).tolist()
    [[0, 5], [9, 12]]
    """
    if not len(spans):
        return spans
    apart = spans[1:, 0] - spans[:-1, 1] >= gap
    return np.column_stack([spans[np.append(True, apart), 0], spans[np.append(apart, True), 1]])


def lasting(spans: Spans, least: float) -> Spans:
    """Keep the spans that are at least `least` long."""
    return spans[spans[:, 1] - spans[:, 0] >= least]


def widened(spans: Spans, pad: int, length: int) -> Spans:
    """Give spans `pad` more on both sides, within 0..`length`, and at most up to the middle of a gap.

    >>> widened(np.array([[4, 6], [8, 9]]), 3, 10).tolist()
    [[1, 7], [7, 10]]
    """
    if not len(spans):
        return spans
    middles = (spans[:-1, 1] + spans[1:, 0]) // 2
    first = np.maximum(spans[:, 0] - pad, np.append(0, middles))
    end = np.minimum(spans[:, 1] + pad, np.append(middles, length))
    return np.column_stack([first, end])


def flags(spans: Spans, count: int) -> npt.NDArray[np.bool_]:
    """Return for each of so many frames whether it lies in a span.

    >>> flags(np.array([[1, 3]]), 4).tolist()
    [False, True, True, False]
    """
    inside = np.zeros(count, bool)
    for first, end in spans:
        inside[first:end] = True
    return inside


def smoothed(values: npt.NDArray[np.float32], frames: int) -> npt.NDArray[np.float32]:
    """Return the mean around each value, over so many; fewer at the edges.

    >>> smoothed(np.array([0, 3, 0, 0], np.float32), 3).tolist()
    [1.5, 1.0, 1.0, 0.0]
    """
    if not len(values):
        return values
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=float)])
    first = np.maximum(np.arange(len(values)) - frames // 2, 0)
    end = np.minimum(np.arange(len(values)) + frames - frames // 2, len(values))
    return np.asarray((sums[end] - sums[first]) / (end - first), np.float32)
