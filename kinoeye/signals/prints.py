"""Prints: every picture of a film as a small grey picture without its bars, alike in all copies of it.

Copies are coded again, made brighter, smaller, or lie between black bars; what is left is the middle of the picture in
12 soft rows of 20, without its mean brightness, of length one.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.signals.brightness import LUMA
from kinoeye.streams import Pictures

Floats = npt.NDArray[np.float32]

ROWS, COLUMNS = 12, 20
SIZE = ROWS * COLUMNS

_BLOCK = 512
_BLACK = 20.0  # grey levels a bar has at most: compression lifts it
_PICTURE = 2.0  # times as bright as a bar is what is no bar
_FAINTEST = 60.0  # length of a print below which a picture tells nothing and noise shall not be blown up
_MOST_BARS = 0.3  # of the picture, on each side
_FINE = 16  # parts of a row that are weighed
_SAMPLED = 400  # pictures in which bars are looked for


@dataclass(frozen=True)
class Prints:
    """The prints of a film.

    Parameters
    ----------
    vectors : float32 [n, 240], of length 1 where they tell something
    speaks : bool [n]
        Whether there is more in a picture than one shade.
    """

    vectors: Floats
    speaks: npt.NDArray[np.bool_]


def prints(pictures: Pictures) -> Prints:
    """Return the prints of all pictures of a film."""
    rows, columns = _inside(pictures)
    down, across = _averaging(27, rows, ROWS), _averaging(48, columns, COLUMNS)
    vectors = np.empty((len(pictures), SIZE), np.float32)
    for first, frames in pictures.blocks(_BLOCK):
        grey = frames.astype(np.float32) @ LUMA
        small = np.einsum("rh,nhw,cw->nrc", down, grey, across, optimize=True).reshape(len(grey), SIZE)
        vectors[first : first + len(grey)] = small - small.mean(1, keepdims=True)
    lengths = np.linalg.norm(vectors, axis=1)
    vectors /= np.hypot(lengths, _FAINTEST)[:, None]
    return Prints(vectors, lengths > _FAINTEST)


def _inside(pictures: Pictures) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return where the picture lies between its bars: first row and end, first column and end, with parts of rows."""
    step = max(1, len(pictures) // _SAMPLED)
    sampled = pictures.frames[::step].astype(np.float32) @ LUMA
    return _between(sampled.mean(2)), _between(sampled.mean(1))


def _between(means: Floats) -> tuple[float, float]:
    """Return between which rows (or columns) the picture lies; bars are as wide on both sides."""
    brightest = np.quantile(means, 0.98, axis=0)
    edges = [_bar(brightest), _bar(brightest[::-1])]
    for side, values in ((0, brightest), (1, brightest[::-1])):
        other = edges[1 - side]
        # A picture that is dark at one side hides where its bar ends; the other side's tells.
        if not edges[side] and other and values[: int(other)].max(initial=0.0) < _BLACK:
            edges[side] = other
    return edges[0], len(brightest) - edges[1]


def _bar(brightest: Floats) -> float:
    """Return how many rows of a side are a bar, with the part of a row; 0 where it cannot be told."""
    count = len(brightest)
    dark = int(np.argmax(brightest > _BLACK)) if (brightest > _BLACK).any() else 0
    inner = float(brightest[min(count - 1, dark + 1)])
    if not dark or dark > _MOST_BARS * count or inner < _PICTURE * _BLACK:
        return 0.0
    bar = float(brightest[dark - 1])
    # The row at the edge is part bar, part picture.
    return dark + 1 - min(1.0, max(0.0, (float(brightest[dark]) - bar) / max(1.0, inner - bar)))


def _averaging(count: int, span: tuple[float, float], wanted: int) -> Floats:
    """Return the matrix that averages `count` rows between two edges to `wanted`.

    Each is as wide as two and falls off to both sides: so it does not matter where a copy's own rows lie.
    """
    edges = np.linspace(*span, wanted + 1)
    middles, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    fine = (np.arange(count * _FINE) + 0.5) / _FINE
    weights = np.maximum(0.0, 1 - np.abs(fine[None] - middles[:, None]) / width)
    # A row that is part bar is darker than the picture there.
    weights[:, (fine < np.ceil(span[0])) | (fine > np.floor(span[1]))] = 0
    weights = weights.reshape(wanted, count, _FINE).sum(2)
    return np.asarray(weights / weights.sum(1, keepdims=True), np.float32)
