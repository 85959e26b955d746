"""Looking: every face that can be found in one full-size picture, small ones too.

Every other picture is looked at in a mirror: what one look misses another finds, and following does the rest. A large
picture is now and then looked at in quarters as well, since the nets see it small.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kinoeye.models import faces

MODELS = faces.MODELS

_LARGE = 1280  # pixels of the longer side from which quarters are worth a look of their own
_QUARTER = 0.6  # of width and height: they overlap, so that a face at the border of one stands whole in another
_SAME = 0.3  # intersection over union above which two finds are one face
_CUT = 0.02  # of a quarter: a find so near to its inner edge may be half a face

Picture = npt.NDArray[np.uint8]
Found = tuple[tuple[float, float, float, float], float]


def look(picture: Picture, *, is_close: bool, is_mirrored: bool, least_score: float = 0.4) -> list[Found]:
    """Find faces: box (left, upper, right, lower edge, 0..1 of the picture) and score, the surest first.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    is_close : bool
        Whether to look at its quarters too, if it is large.
    is_mirrored : bool
        Whether to look at it in a mirror.
    least_score : 0..1
    """
    height, width = picture.shape[:2]
    seen = faces.brightened(np.ascontiguousarray(picture[:, ::-1]) if is_mirrored else picture)
    found = [(find.box, find.score) for find in faces.find(seen, least_score=least_score)]
    if is_close and max(width, height) >= _LARGE:
        found += _in_quarters(seen, least_score)
    kept: list[tuple[npt.NDArray[np.float32], float]] = []
    for box, score in sorted(found, key=lambda each: -each[1]):
        if not kept or faces.overlaps(box, np.stack([other for other, _ in kept])).max() <= _SAME:
            kept.append((box, score))
    return [(_plain(box, width, height, is_mirrored), score) for box, score in kept]


def _in_quarters(picture: Picture, least_score: float) -> Iterator[tuple[npt.NDArray[np.float32], float]]:
    """Find faces in the four quarters; those that an inner edge may cut are left to the neighbour."""
    height, width = picture.shape[:2]
    wide, high = round(_QUARTER * width), round(_QUARTER * height)
    for left in (0, width - wide):
        for upper in (0, height - high):
            part = np.ascontiguousarray(picture[upper : upper + high, left : left + wide])
            for find in faces.find(part, least_score=least_score):
                is_whole = [
                    left == 0 or find.box[0] > _CUT * wide,
                    upper == 0 or find.box[1] > _CUT * high,
                    left > 0 or find.box[2] < (1 - _CUT) * wide,
                    upper > 0 or find.box[3] < (1 - _CUT) * high,
                ]
                if all(is_whole):
                    yield find.box + np.array([left, upper, left, upper], np.float32), find.score


def _plain(
    box: npt.NDArray[np.float32], width: int, height: int, is_mirrored: bool
) -> tuple[float, float, float, float]:
    left, upper, right, lower = (float(edge) for edge in box)
    if is_mirrored:
        left, right = width - right, width - left
    return left / width, upper / height, right / width, lower / height
