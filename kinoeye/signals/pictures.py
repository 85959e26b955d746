"""Pictures: small sums on thumbs and on curves that have one number a picture."""

import cv2
import numpy as np
import numpy.typing as npt

Curve = npt.NDArray[np.floating]


def runs(mask: npt.NDArray[np.bool_], *, bridge: int = 0) -> npt.NDArray[np.int64]:
    """Find the stretches where a mask holds.

    Parameters
    ----------
    mask : bool [n]
    bridge : pictures
        Gaps of at most so many are counted as held.

    Returns
    -------
    int64 [k, 2]
        First and one past the last of each stretch, in running order.
    """
    steps = np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    if bridge and len(begins):
        parted = begins[1:] - ends[:-1] > bridge
        begins, ends = begins[np.concatenate([[True], parted])], ends[np.concatenate([parted, [True]])]
    return np.stack([begins, ends], axis=1).astype(np.int64)


def peaks(curve: Curve, *, reach: int) -> npt.NDArray[np.int64]:
    """Find where a curve is highest within `reach` pictures on both sides; the first of equals.

    Parameters
    ----------
    curve : float [n]
    reach : pictures

    Returns
    -------
    int64 [k], rising
    """
    if not len(curve):
        return np.empty(0, np.int64)
    padded = np.pad(curve, reach, constant_values=-np.inf)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    return np.flatnonzero(around.argmax(axis=1) == reach).astype(np.int64)


def spread(frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Tell how much the pixels of each picture differ from one another: 0 for a plain field.

    Parameters
    ----------
    frames : uint8 [n, height, width, 3], RGB

    Returns
    -------
    float32 [n], 0..1
        Mean over the channels of the deviation, 0.5 at most.
    """
    deviations = [cv2.meanStdDev(frame)[1].mean() for frame in frames]
    return np.asarray(deviations, np.float32) / np.float32(255)
