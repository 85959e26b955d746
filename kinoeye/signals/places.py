"""Places: whether two pictures show the same place, whatever was written over it and however it is lit.

Around every pixel the two pictures are correlated: that does not change with the light, and letters spoil it only where
they stand. The camera may have moved on between the two by a quarter of the picture's width.

Source: normalised cross-correlation over a window, J. P. Lewis, "Fast normalized cross-correlation", Vision
Interface 1995.
"""

import cv2
import numpy as np
import numpy.typing as npt

WINDOW = 7  # pixels of a thumb that are correlated at once
NOISE = 9.0  # variance, of three colours together, of one level or two: what lies below says nothing
DETAIL = 60.0  # variance at which a window begins to count: clear sky is found again anywhere
ALIKE = 0.6  # correlation from which a window is found again
FAR_UP, FAR_ASIDE = 4, 12  # pixels of a thumb that the camera may have moved
INSIDE = np.s_[WINDOW // 2 : -(WINDOW // 2), WINDOW // 2 : -(WINDOW // 2)]  # windows that do not reach over the edge
DARK = 48  # level of no pixel of a black bar, noise and all

Values = npt.NDArray[np.float32]
_Known = tuple[Values, Values, Values]


def found_again(before: npt.NDArray[np.uint8], after: npt.NDArray[np.uint8]) -> float:
    """Tell how much of a picture is found again in another, the camera's move taken out.

    Parameters
    ----------
    before, after : uint8 [27, 48, 3], RGB

    Returns
    -------
    float, 0..1
        Share of the detail between black bars, at the shift that suits best; 0 if neither picture has any.
    """
    rows, columns = _between_bars(np.maximum(before, after))
    if rows.stop - rows.start < WINDOW + 2 * FAR_UP or columns.stop - columns.start < WINDOW + 2 * FAR_ASIDE:
        return 0.0
    one, two = before[rows, columns], after[rows, columns]
    known = [_known(one), _known(two)]
    up, aside = _likeliest(one, two)
    shifts = {(y + dy, x + dx) for y, x in ((0, 0), (up, aside)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)}
    return max(_share(known[0], known[1], *shift) for shift in shifts)


def _likeliest(one: npt.NDArray[np.uint8], two: npt.NDArray[np.uint8]) -> tuple[int, int]:
    """Shift at which the middle of the second picture suits the first best."""
    likeness = cv2.matchTemplate(one, two[FAR_UP:-FAR_UP, FAR_ASIDE:-FAR_ASIDE], cv2.TM_CCOEFF_NORMED)
    up, aside = np.unravel_index(int(likeness.argmax()), likeness.shape)
    return int(up) - FAR_UP, int(aside) - FAR_ASIDE


def _between_bars(brightest: npt.NDArray[np.uint8]) -> tuple[slice, slice]:
    """Rows and columns between black bars, whose edges are found again in every picture of a film."""
    seen = brightest.max(axis=2) > DARK
    slices = []
    for axis in (1, 0):
        lit, size = np.flatnonzero(seen.any(axis=axis)), seen.shape[1 - axis]
        first, last = (int(lit[0]), int(lit[-1])) if len(lit) else (size, 0)
        slices.append(slice(first + (first > 0), last + (last == size - 1)))
    return slices[0], slices[1]


def _known(picture: npt.NDArray[np.uint8]) -> _Known:
    """The picture, and mean (a colour each) and variance (of all colours) of the window around every pixel."""
    values = picture.astype(np.float32)
    mean = _mean(values)
    return values, mean, np.maximum((_mean(values * values) - mean * mean).sum(axis=2), 0)


def _mean(values: Values) -> Values:
    return np.asarray(cv2.boxFilter(values, -1, (WINDOW, WINDOW), borderType=cv2.BORDER_REPLICATE))


def _share(one: _Known, two: _Known, up: int, aside: int) -> float:
    """Share of the detail found again if the second picture is laid over the first with this shift."""
    height, width = one[2].shape
    here = np.s_[max(0, up) : height + min(0, up), max(0, aside) : width + min(0, aside)]
    there = np.s_[max(0, -up) : height - max(0, up), max(0, -aside) : width - max(0, aside)]
    (values, mean, variance), (values_two, mean_two, variance_two) = [x[here] for x in one], [x[there] for x in two]
    common = (_mean(values * values_two) - mean * mean_two).sum(axis=2)
    alike = common > ALIKE * np.sqrt((variance + NOISE) * (variance_two + NOISE))
    most = np.maximum(variance, variance_two)
    weight = (most / (most + DETAIL))[INSIDE]
    return float(weight[alike[INSIDE]].sum() / (weight.sum() + 1e-6))
