"""Dress: the colours above and below a face, hair or hat and clothes.

They tell people apart within a shot without saying who they are: nothing of the face itself is looked at.
"""

import cv2
import numpy as np
import numpy.typing as npt

BINS = 64  # four steps of lightness, four of each colour axis

# Left, upper, right and lower edge, in widths and heights of the face's box, from its upper left corner.
_PARTS = ((-0.1, -0.5, 1.1, 0.1), (-0.5, 1.25, 1.5, 2.25))
_LEAST_SEEN = 0.3  # of a part inside the picture, or it says too little
_AT = 32  # pixels of the longer side at which colours are counted
# Steps of CIELAB as OpenCV has it in bytes: few pictures reach far from grey, so the middle is finer.
_STEPS = (np.array([64, 112, 160]), np.array([120, 128, 140]), np.array([118, 130, 142]))


def dress(picture: npt.NDArray[np.uint8], box: tuple[float, float, float, float]) -> npt.NDArray[np.float32]:
    """Return histograms of the colours above and below a face, float32 [2, 64].

    Each adds up to 1, or is all 0 where too little of that part lies in the picture.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    box : left edge, upper edge, width and height, pixels
    """
    left, upper, wide, high = box
    answer = np.zeros((len(_PARTS), BINS), np.float32)
    height, width = picture.shape[:2]
    for number, part in enumerate(_PARTS):
        edges = np.array([left, upper, left, upper]) + np.array(part) * (wide, high, wide, high)
        inside = np.clip(np.rint(edges), 0, (width, height, width, height)).astype(int)
        area = float((edges[2] - edges[0]) * (edges[3] - edges[1]))
        if (inside[2] - inside[0]) * (inside[3] - inside[1]) > max(_LEAST_SEEN * area, 4):
            answer[number] = _colours(picture[inside[1] : inside[3], inside[0] : inside[2]])
    return answer


def _colours(part: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    scale = _AT / max(part.shape[:2])
    if scale < 1:
        size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
    lab = cv2.cvtColor(part, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    steps = [np.searchsorted(edges, lab[:, axis], side="right") for axis, edges in enumerate(_STEPS)]
    counts = np.bincount(steps[0] * 16 + steps[1] * 4 + steps[2], minlength=BINS)
    return np.asarray(counts / counts.sum(), np.float32)
