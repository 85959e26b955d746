"""Face mesh: 468 points of a face that has been found, and ten of its irises.

The mesh net sees the face upright and square. The iris net sees each eye, a left eye mirrored, and puts the lids more
exactly than the mesh does; its lids replace the mesh's.

Source: Kartynnik et al., "Real-time facial surface geometry from monocular video on mobile GPUs", arXiv:1907.06724;
Ablavatski et al., "Real-time pupil tracking from monocular video for digital puppetry", arXiv:2006.11341; the nets of
MediaPipe 0.10.21 as the registry names them.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.models.litert import lite_net

MODELS = ("face-mesh", "irises")

POINTS = 478

_AROUND_FACE = 1.5  # of the found box: what the mesh net was trained to see
_AROUND_EYE = 2.3  # of the distance between an eye's corners
# A find may be told upright though it lies or hangs: what is seen unsurely is looked at from the other sides too.
_UPRIGHT = 0.9
_BETTER = 0.2
_TURNS = (np.pi / 2, np.pi, -np.pi / 2)
_OUTER_CORNERS = (33, 263)
_SIX = ((33, 133), (263, 362), (4,), (13, 14), (234,), (454,))
# Points of the mesh that the iris net's first sixteen are: lower lid from the outer to the inner corner, upper lid.
_LIDS = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
)

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Mesh:
    """Points of a face.

    Parameters
    ----------
    points : float32 [478, 3], pixels
        z is in the unit of x, smaller is nearer. 468..472 are the right iris (its centre first), 473..477 the left.
    presence : 0..1
        How sure the net is that it sees a face.
    """

    points: Floats
    presence: float

    @property
    def six(self) -> Floats:
        """Right eye, left eye, nose tip, mouth, right ear and left ear, float32 [6, 2], pixels."""
        return np.stack([self.points[list(places), :2].mean(axis=0) for places in _SIX])


def look(picture: Picture, box: Floats, points: Floats) -> Mesh:
    """Find the points of a face.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    box : float32 [4], pixels
        Left, upper, right and lower edge of the face.
    points : float32 [n, 2], pixels
        The right and the left eye first.
    """
    centre, side = (box[:2] + box[2:]) * np.float32(0.5), float((box[2:] - box[:2]).max()) * _AROUND_FACE
    tilt = _tilt(points[0], points[1])
    found, presence = _mesh(picture, centre, side, tilt)
    if presence < _UPRIGHT:
        turned = max((_mesh(picture, centre, side, tilt + turn) for turn in _TURNS), key=lambda answer: answer[1])
        if turned[1] > presence + _BETTER:
            found, presence = turned
    irises = [_eye(picture, found, eye) for eye in range(2)]
    return Mesh(np.concatenate([found, *irises]).astype(np.float32), presence)


def _mesh(picture: Picture, centre: Floats, side: float, tilt: float) -> tuple[Floats, float]:
    net = lite_net("face-mesh")
    crop, back = _upright(picture, centre, side, tilt, net.shape[1], is_mirrored=False)
    answers = {answer.size: answer.ravel() for answer in net.run(crop).values()}
    points = answers[468 * 3].reshape(468, 3)
    flat = points[:, :2] @ back[:, :2].T + back[:, 2]
    deep = points[:, 2:] * (side / net.shape[1])
    presence = 1 / (1 + np.exp(-float(np.clip(answers[1][0], -50, 50))))
    return np.concatenate([flat, deep], axis=1).astype(np.float32), presence


def _eye(picture: Picture, mesh: Floats, eye: int) -> Floats:
    """Return the five points of an iris, float32 [5, 3]; put the lids of `mesh` where the iris net sees them."""
    net = lite_net("irises")
    lids = list(_LIDS[eye])
    corners = mesh[[lids[0], lids[8]]]
    centre, side = corners[:, :2].mean(axis=0), float(np.linalg.norm(corners[0, :2] - corners[1, :2])) * _AROUND_EYE
    tilt = _tilt(mesh[_OUTER_CORNERS[0]], mesh[_OUTER_CORNERS[1]])
    crop, back = _upright(picture, centre, max(side, 1.0), tilt, net.shape[1], is_mirrored=eye == 1)
    answers = {answer.size: answer.ravel() for answer in net.run(crop).values()}
    seen = np.concatenate([answers[15].reshape(5, 3), answers[213].reshape(71, 3)[:16]])
    flat = (seen[:, :2] @ back[:, :2].T + back[:, 2]).astype(np.float32)
    mesh[lids, :2] = flat[5:]
    depth = np.full((5, 1), corners[:, 2].mean(), np.float32)
    return np.concatenate([flat[:5], depth], axis=1)


def _tilt(right: Floats, left: Floats) -> float:
    return float(np.arctan2(left[1] - right[1], left[0] - right[0]))


def _upright(
    picture: Picture, centre: Floats, side: float, tilt: float, size: int, *, is_mirrored: bool
) -> tuple[Floats, npt.NDArray[np.float64]]:
    """Cut a tilted square out of a picture.

    Returns
    -------
    crop : float32 [1, size, size, 3], 0..1
    back : float64 [2, 3]
        From places in the crop to places in the picture.
    """
    scale = side / size
    across = np.array([np.cos(tilt), np.sin(tilt)]) * scale
    down = np.array([-np.sin(tilt), np.cos(tilt)]) * scale
    if is_mirrored:
        across = -across
    back = np.stack([across, down, centre - (across + down) * size / 2], axis=1)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(picture, back, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return crop[None].astype(np.float32) / 255, back
