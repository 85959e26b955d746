"""Replays: the moments of a title that viewers went back to most."""

import numpy as np
import pyarrow as pa

from kinoeye.timecode import FLICKS_PER_SECOND

WINDOW_S = 20
_LEAST = 5  # times that a second was played again: fewer would tell of one or two viewers
_STANDS_OUT = 2.0  # times what is usual in the title


def replayed_moments(retention: pa.Table | None, *, most: int = 2) -> dict[str, list[tuple[int, int]]]:
    """Return the stretches of each title that were played again far more than the rest, in flicks, the most first.

    Parameters
    ----------
    retention : table `retention` or None
    most : int
        Stretches of one title.
    """
    found: dict[str, list[tuple[int, int]]] = {}
    if retention is None or not retention.num_rows:
        return found
    titles = retention["title"].combine_chunks().dictionary_encode()
    of = np.asarray(titles.indices)
    second, again = (np.asarray(retention[name], np.int64) for name in ("second", "replayed"))
    for number, title in enumerate(titles.dictionary.to_pylist()):
        own = of == number
        counts = np.zeros(int(second[own].max()) + 1)
        counts[second[own]] = again[own]
        stretches = _peaks(counts, most)
        if stretches:
            found[title] = [(begin * FLICKS_PER_SECOND, end * FLICKS_PER_SECOND) for begin, end in stretches]
    return found


def _peaks(counts: np.ndarray[tuple[int], np.dtype[np.float64]], most: int) -> list[tuple[int, int]]:
    """Return the windows that stand out, in seconds, none over another."""
    window = min(WINDOW_S, len(counts))
    sums = np.convolve(counts, np.ones(window), "valid") / window
    usual = float(counts.mean())
    found: list[tuple[int, int]] = []
    for begin in np.argsort(-sums, kind="stable"):
        if len(found) == most or sums[begin] < max(_LEAST, _STANDS_OUT * usual):
            break
        if all(begin + window <= other or begin >= end for other, end in found):
            found.append((int(begin), int(begin) + window))
    return found
