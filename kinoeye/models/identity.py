"""Identity: a face as 128 numbers, near for one person and far for two.

The face is laid upright by its eye corners and the root of its nose, as the net learned it, and made smaller without
aliasing. A face and its mirror image are one person: the mean of both tells people apart better than either. Vectors
are compared by Euclidean distance once they are of one length: one person's faces lie mostly nearer than 0.5, two
people's mostly farther than 0.6. As the net gives them, they are shorter for dark skin, and two such people then seem
nearer to each other than they are.

Source: dlib 19.4, dnn_face_recognition_ex.cpp and get_face_chip_details (the places of the five points); the net as the
registry names it. Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE
PAMI 13(4), 1991.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.models.nets import net

MODELS = ("face-identity",)
LENGTH = 128
CHIP = 150  # pixels, the side of what the net sees
BATCH = 8  # chips at once: 2 MB, and more are no quicker

EVEN = 1.48  # the mean length of portraits' vectors, so that dlib's limits still mean what they did

# Of the mesh: the left eye's outer and inner corner, the right eye's, and where the nose meets the lip; and where dlib
# puts them, 0..1 of a face without its margin of a quarter.
_POINTS = (263, 362, 33, 133, 2)
_PLACES = np.array(
    [
        [0.8595674595992, 0.2134981538014],
        [0.6460604764104, 0.2289674387677],
        [0.1205750620789, 0.2137274526848],
        [0.3340850613712, 0.2290642403242],
        [0.4901123135679, 0.6277975316475],
    ]
)
_MARGIN = 0.25

_SOFT = 0.4  # a blur of so many pixels of the chip before a face is made smaller: no aliasing, no detail lost
_LARGER = 0.8  # of its size: faces that are made less small need no blur

Picture = npt.NDArray[np.uint8]


def chip(picture: Picture, mesh: npt.NDArray[np.floating]) -> Picture:
    """Lay a face upright for the net.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    mesh : float [468 or more, 2 or more], pixels
        The face's points.

    Returns
    -------
    uint8 [150, 150, 3], RGB
    """
    places = (_PLACES + _MARGIN) / (2 * _MARGIN + 1) * CHIP
    lay = _similarity(np.asarray(mesh, np.float64)[list(_POINTS), :2], places)
    scale = float(np.sqrt(abs(np.linalg.det(lay[:, :2]))))
    if scale < _LARGER:
        picture, lay = _softened(picture, lay, scale)
    kind = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC
    laid = cv2.warpAffine(picture, lay, (CHIP, CHIP), flags=kind, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, np.uint8)


def mirrored(face: Picture) -> Picture:
    """Return the mirror image of a chip."""
    return np.ascontiguousarray(face[:, ::-1])


def vectors(chips: Sequence[Picture]) -> npt.NDArray[np.float32]:
    """Return the vectors of faces.

    Parameters
    ----------
    chips : sequence of uint8 [150, 150, 3], RGB
        As `chip` lays them.

    Returns
    -------
    float32 [n, 128]

    Raises
    ------
    ModelError
        If the weights are missing.
    """
    if not chips:
        return np.zeros((0, LENGTH), np.float32)
    answers = []
    for first in range(0, len(chips), BATCH):
        block = np.stack(chips[first : first + BATCH]).transpose(0, 3, 1, 2)
        answers.append(net("face-identity").run({"chip": np.ascontiguousarray(block, np.float32)})[0])
    return np.concatenate(answers).astype(np.float32)


def evened(vector: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Return vectors at the length at which they are compared.

    Parameters
    ----------
    vector : float [..., 128]
    """
    length = np.linalg.norm(vector, axis=-1, keepdims=True)
    return np.asarray(vector * (EVEN / np.maximum(length, 1e-9)), np.float32)


def _similarity(source: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the turn, scale and shift, float64 [2, 3], that lays `source` onto `target` with the least squares."""
    middles = source.mean(axis=0), target.mean(axis=0)
    one, other = source - middles[0], target - middles[1]
    left, strengths, right = np.linalg.svd(other.T @ one / len(source))
    sides = np.array([1.0, np.sign(np.linalg.det(left @ right)) or 1.0])
    spread = float((one**2).sum() / len(source))
    if spread < 1e-6:  # points that have all fallen together lay nothing
        return np.column_stack([np.eye(2), middles[1] - middles[0]])
    turn = (left * sides) @ right * float((strengths * sides).sum()) / spread
    return np.column_stack([turn, middles[1] - turn @ middles[0]])


def _softened(picture: Picture, lay: npt.NDArray[np.float64], scale: float) -> tuple[Picture, npt.NDArray[np.float64]]:
    """Cut out what the chip shows, softened so that making it smaller leaves no false detail."""
    height, width = picture.shape[:2]
    back = np.linalg.inv(lay[:, :2])
    corners = (np.array([[0, 0], [CHIP, 0], [0, CHIP], [CHIP, CHIP]]) - lay[:, 2]) @ back.T
    reach = 3 * _SOFT / scale
    low = np.clip(np.floor(corners.min(axis=0) - reach), 0, (width - 1, height - 1)).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0) + reach), low + 1, (width, height)).astype(int)
    part = cv2.GaussianBlur(picture[low[1] : high[1], low[0] : high[0]], (0, 0), _SOFT / scale)
    moved = lay.copy()
    moved[:, 2] += lay[:, :2] @ low
    return np.asarray(part, np.uint8), moved
