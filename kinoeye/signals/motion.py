"""Motion: how the whole picture moves from one thumb to the next.

The move of the camera is what most of the picture, and its border more than its middle, agrees on: a shift, a change
of size and a turn. It is found by phase correlation (whole pixels, however fast the pan) and then by weighted least
squares on the brightness gradient (hundredths of a pixel), where what moves otherwise, a subject, loses its weight.
Flow per pixel and depth are not here, so that a travelling camera and a zoom look alike.

Source: Odobez & Bouthemy, "Robust multiresolution estimation of parametric motion models", J. Visual Communication and
Image Representation 6(4), 1995; Kuglin & Hines, "The phase correlation image alignment method", 1975; shake as what
smoothing the path takes away: Matsushita et al., "Full-frame video stabilization", CVPR 2005.
"""

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.streams import THUMB_HEIGHT, THUMB_WIDTH, Pictures

Floats = npt.NDArray[np.float32]

BLOCK = 64  # pairs in work at once: 2 MB of derivatives, which stay in the second-level cache
ROUNDS = 5  # the fourth still moves the answer by a hundredth of a pixel on fast zooms, the sixth nothing
OUTSIDE = -1e4  # brightness beyond the edge: so far off that the weight there is nought
LEAST_SCALE = 1.5  # grey levels: the codec's own noise on a thumb
LEAST_SLOPE = 0.8  # grey levels a pixel: flatter parts show no motion
LEAST_CELL = 0.04  # part of a field that must have a slope: four pixels, an edge
MIDDLE = 0.35  # weight of the picture's middle, where subjects stand, against 1 at its border
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def camera_motions(thumbs: Pictures, *, aspect: float = 16 / 9) -> Floats:
    """Find how the camera moves between each picture and the one before it.

    Parameters
    ----------
    thumbs : Pictures
    aspect : width over height of the picture as displayed

    Returns
    -------
    float32 [n, 6]
        For each picture, since the one before it: right and down (picture widths the view travels), in (natural
        logarithm of the size), roll (radians, the camera clockwise), agreement (0..1: weight of the picture that moves
        like this), and detail (0..1: how many of 12 fields show anything that could move). The first row is nought.
    """
    motions = np.zeros((len(thumbs), 6), np.float32)
    for begin in range(1, len(thumbs), BLOCK):
        end = min(len(thumbs), begin + BLOCK)
        motions[begin:end] = _motions(_brightness(thumbs.part(begin - 1, end)), aspect)
    return motions


def smoothed(values: Floats, weights: Floats, size: float) -> npt.NDArray[np.float64]:
    """Return the weighted mean of the rows around each row.

    Parameters
    ----------
    values : float32 [n, k]
    weights : float32 [n], 0 and above
    size : rows that are taken together; rounded to the next odd number
    """
    half = _half(size, len(values))
    weights = weights[:, None] + np.float32(1e-6)
    return _sums(values * weights, half) / _sums(weights, half)


def shakes(steps: Floats, size: float) -> npt.NDArray[np.float64]:
    """Return how far each picture lies from the smooth path.

    Parameters
    ----------
    steps : float32 [n, 2]
        What each picture adds to the path.
    size : pictures over which the path is smoothed; rounded to the next odd number

    Returns
    -------
    float64 [n], in the unit of `steps`
    """
    path = np.cumsum(steps, axis=0, dtype=np.float64)
    half = _half(size, len(steps))
    if half:
        # Turned about the ends, so that a steady pan goes straight on there.
        back, forth = path[half:0:-1], path[-2 : -half - 2 : -1]
        path = np.concatenate([2 * path[0] - back, path, 2 * path[-1] - forth])
    smooth = _sums(path, half)[half : len(path) - half] / (2 * half + 1)
    return np.asarray(np.linalg.norm(path[half : len(path) - half] - smooth, axis=1), np.float64)


def _half(size: float, count: int) -> int:
    return min(round(size), max(count - 1, 0)) // 2


def _sums(values: npt.NDArray[np.floating], half: int) -> npt.NDArray[np.float64]:
    """Return the sums over `half` rows to both sides of each; beyond the ends there is nothing."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0, dtype=np.float64)])
    middle = np.arange(len(values))
    ahead, behind = np.minimum(middle + half + 1, len(values)), np.maximum(middle - half, 0)
    return np.asarray(total[ahead] - total[behind], np.float64)


def _brightness(frames: npt.NDArray[np.uint8]) -> Floats:
    """Return the brightness, smoothed so that its gradient holds for a pixel or so."""
    luma = np.asarray(frames, np.float32) @ LUMA
    return np.stack([cv2.GaussianBlur(picture, (7, 7), 1.2, borderType=cv2.BORDER_REPLICATE) for picture in luma])


def _motions(luma: Floats, aspect: float) -> Floats:
    """Return the motions [n - 1, 6] between neighbours of `luma` [n, 27, 48]."""
    before, after = luma[:-1], luma[1:]
    across, along = _grid()
    step_x = np.gradient(before, axis=2).reshape(len(before), -1)
    step_y = np.gradient(before, axis=1).reshape(len(before), -1)
    cells = (np.hypot(step_x, step_y) > LEAST_SLOPE).reshape(len(before), 3, THUMB_HEIGHT // 3, 4, THUMB_WIDTH // 4)
    detail = np.mean(cells.mean(axis=(2, 4)) >= LEAST_CELL, axis=(1, 2))
    # Unknowns in thumb pixels: shift x, shift y, growth, turn, gain, offset. The turn is a turn in the true picture.
    stretch = np.float32(aspect * THUMB_HEIGHT / THUMB_WIDTH)
    slopes = np.stack(
        [
            step_x,
            step_y,
            step_x * across + step_y * along,
            step_y * stretch * across - step_x * along / stretch,
            (before - before.mean(axis=(1, 2), keepdims=True)).reshape(len(before), -1),
            np.ones_like(step_x),
        ],
        axis=1,
    )
    moves = np.zeros((len(before), 6), np.float32)
    moves[:, :2] = _whole_pixel_shifts(before, after)
    prior = _prior().ravel()
    weights = np.ones_like(step_x)
    for _ in range(ROUNDS):
        left = _warped(after, moves, stretch).reshape(len(before), -1) - before.reshape(len(before), -1)
        left -= np.einsum("np,npk->nk", moves[:, 4:], slopes[:, 4:])
        weights = _weights(left)
        moves += _solved(slopes, left, weights * prior)
    informed = prior * np.hypot(step_x, step_y)
    agreement = (weights * informed).sum(axis=1) / np.maximum(informed.sum(axis=1), 1e-6)
    # What stands in the picture goes the other way than the camera.
    view = np.stack([-moves[:, 0], -moves[:, 1] / stretch, moves[:, 2], -moves[:, 3], agreement, detail], axis=1)
    view[:, :2] /= THUMB_WIDTH
    return np.asarray(view, np.float32)


def _grid() -> tuple[Floats, Floats]:
    """Return the distance of every pixel from the middle, flat, in thumb pixels."""
    along, across = np.mgrid[:THUMB_HEIGHT, :THUMB_WIDTH].astype(np.float32)
    return (across - (THUMB_WIDTH - 1) / 2).ravel(), (along - (THUMB_HEIGHT - 1) / 2).ravel()


def _prior() -> Floats:
    """Return how far each pixel is trusted before anything is known [27, 48]."""
    across, along = _grid()
    edge = np.maximum(np.abs(across) / (THUMB_WIDTH / 2), np.abs(along) / (THUMB_HEIGHT / 2))
    return np.asarray(MIDDLE + (1 - MIDDLE) * np.clip(edge / 0.8, 0, 1) ** 2, np.float32).reshape(THUMB_HEIGHT, -1)


def _whole_pixel_shifts(before: Floats, after: Floats) -> Floats:
    """Return the shift of each pair in whole pixels, or nought where nought fits better."""
    window = np.outer(np.hanning(THUMB_HEIGHT), np.hanning(THUMB_WIDTH)).astype(np.float32)
    chain = np.concatenate([before, after[-1:]])
    spectra = np.fft.rfft2((chain - chain.mean(axis=(1, 2), keepdims=True)) * window)
    crossed = spectra[1:] * np.conj(spectra[:-1])
    crossed /= np.abs(crossed) + 1.0
    peaks = np.fft.irfft2(crossed, s=(THUMB_HEIGHT, THUMB_WIDTH)).reshape(len(before), -1).argmax(axis=1)
    down, right = np.divmod(peaks, THUMB_WIDTH)
    down = np.where(down > THUMB_HEIGHT // 2, down - THUMB_HEIGHT, down)
    right = np.where(right > THUMB_WIDTH // 2, right - THUMB_WIDTH, right)
    shifts = np.zeros((len(before), 2), np.float32)
    for number in np.flatnonzero((down != 0) | (right != 0)):
        shift = (int(right[number]), int(down[number]))
        if _misfit(before[number], after[number], shift) < 0.9 * _misfit(before[number], after[number], (0, 0)):
            shifts[number] = shift
    return shifts


def _misfit(before: Floats, after: Floats, shift: tuple[int, int]) -> float:
    """Return the mean difference of the part that both pictures show, in grey levels."""
    x, y = shift
    there = after[max(0, y) : THUMB_HEIGHT + min(0, y), max(0, x) : THUMB_WIDTH + min(0, x)]
    here = before[max(0, -y) : THUMB_HEIGHT + min(0, -y), max(0, -x) : THUMB_WIDTH + min(0, -x)]
    return float(np.abs(there - here).mean())


def _warped(pictures: Floats, moves: Floats, stretch: np.float32) -> Floats:
    """Fetch each picture from where `moves` says that the one before it went."""
    middle_x, middle_y = (THUMB_WIDTH - 1) / 2, (THUMB_HEIGHT - 1) / 2
    out = np.empty_like(pictures)
    for number, (right, down, growth, turn) in enumerate(moves[:, :4].tolist()):
        size = 1 + growth
        back, forth = -turn / stretch, turn * stretch
        matrix = np.array(
            [
                [size, back, right + middle_x - size * middle_x - back * middle_y],
                [forth, size, down + middle_y - forth * middle_x - size * middle_y],
            ]
        )
        cv2.warpAffine(
            pictures[number],
            matrix,
            (THUMB_WIDTH, THUMB_HEIGHT),
            dst=out[number],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=OUTSIDE,
        )
    return out


def _weights(left: Floats) -> Floats:
    """Return Geman-McClure weights 0..1 of what is left, its scale set by the better half of the pixels."""
    sizes = np.sort(np.abs(left[:, ::4]), axis=1)
    inside = np.maximum((sizes < -OUTSIDE / 10).sum(axis=1), 2)
    scale = np.maximum(sizes[np.arange(len(sizes)), inside // 2] * 1.5, LEAST_SCALE)
    return np.asarray(1 / (1 + (left / (2 * scale[:, None])) ** 2) ** 2, np.float32)


def _solved(slopes: Floats, left: Floats, weights: Floats) -> Floats:
    """Return the step [n, 6] of one round of weighted least squares."""
    weighted = slopes * weights[:, None]
    normal = np.matmul(weighted, slopes.transpose(0, 2, 1)).astype(np.float64)
    right = np.matmul(weighted, left[:, :, None]).astype(np.float64)
    # A little of each unknown's own size: flat pictures give a step of nought instead of a division by nought.
    ridge = 1e-4 * normal[:, range(6), range(6)] + np.array([50, 50, 5e3, 5e3, 50, 1.0])
    normal[:, range(6), range(6)] += ridge
    step = np.linalg.solve(normal, -right)[:, :, 0]
    step[:, 4:] *= -1
    return np.asarray(np.clip(step, [-2, -2, -0.1, -0.1, -1, -50], [2, 2, 0.1, 0.1, 1, 50]), np.float32)
