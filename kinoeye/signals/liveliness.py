"""Liveliness: whether a face moves its features, or is a picture of one.

A poster or a photograph may pass through the frame, grow and be seen from the side, and so its points move by a plane
map. A living face blinks, speaks and turns, which no plane map explains.
"""

import numpy as np
import numpy.typing as npt

# Of the distance between the eyes' outer corners. Measured: the mesh trembles by up to 0.008 on a photograph that the
# camera passes; people who listen quietly for two seconds stir by 0.015 and more.
LIFELESS = 0.011

_CORNERS = (33, 263)
# Lids, lips, brows and nose: what moves when a face lives, and what stands out when it turns.
_FEATURES = np.array(
    (33, 133, 159, 145, 263, 362, 386, 374, 61, 291, 0, 17, 13, 14, 105, 334, 1, 4, 168, 152, 234, 454, 468, 473)
)


def stirring(meshes: npt.NDArray[np.floating]) -> float:
    """Return how much a face's features move, in distances between the eyes' outer corners; 0 of fewer than two.

    The root of the mean squared distance from where a plane map of the middle shape would put them.

    Parameters
    ----------
    meshes : float [n, 478, 2 or more], one unit across and down
    """
    if len(meshes) < 2:
        return 0.0
    shapes = np.asarray(meshes, np.float64)[:, _FEATURES, :2]
    eyes = np.asarray(meshes, np.float64)[:, _CORNERS, :2]
    sizes = np.maximum(np.linalg.norm(eyes[:, 0] - eyes[:, 1], axis=1), 1e-6)
    shapes = (shapes - shapes.mean(axis=1, keepdims=True)) / sizes[:, None, None]
    middle = np.median(shapes, axis=0)
    mapped = [np.linalg.lstsq(shape, middle, rcond=None)[0] for shape in shapes]
    apart = [((shape @ to - middle) ** 2).sum(axis=1).mean() for shape, to in zip(shapes, mapped, strict=True)]
    return float(np.sqrt(np.mean(apart)))
