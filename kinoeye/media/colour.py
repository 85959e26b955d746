"""Colour: what the tags of a stream mean, as matrices, and high dynamic range made fit for a plain screen.

Only for looking at pictures small: no gamut mapping, one fixed tone curve, the same for every picture, so that nothing
flickers. Grading and delivery do their own colour.

Source: ITU-T H.273 (code points of matrix, transfer and range); ITU-R BT.601-7, BT.709-6, BT.2020-2 (matrices);
BT.2100-2 (PQ, HLG); BT.2408-7 (203 cd/m2 diffuse white); Reinhard et al., "Photographic tone reproduction for digital
images", SIGGRAPH 2002, eq. 4.
"""

from functools import cache

import numpy as np
import numpy.typing as npt

# H.273 table 4: matrix code point to the luma weights of red and blue.
_WEIGHTS = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
TRANSFER_PQ = 16
TRANSFER_HLG = 18
FULL_RANGE = 2
_PRIMARIES_2020 = 9
PRIMARIES = {1: "bt709", 4: "bt470m", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "film", 9: "bt2020",
             10: "smpte428", 11: "smpte431", 12: "smpte432", 22: "ebu3213"}  # fmt: skip
TRANSFERS = {1: "bt709", 4: "gamma22", 5: "gamma28", 6: "smpte170m", 7: "smpte240m", 8: "linear",
             11: "iec61966-2-4", 12: "bt1361e", 13: "iec61966-2-1", 14: "bt2020-10", 15: "bt2020-12",
             TRANSFER_PQ: "smpte2084", 17: "smpte428", TRANSFER_HLG: "arib-std-b67"}  # fmt: skip
MATRICES = {0: "gbr", 1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 8: "ycgco", 9: "bt2020nc",
            10: "bt2020c", 14: "ictcp"}  # fmt: skip
RANGES = {1: "tv", FULL_RANGE: "pc"}
_SDR_WHITE_NITS = 203.0  # BT.2408: diffuse white of HDR programmes
_PEAK_NITS = 1000.0  # what the curve brings to white; the usual mastering peak
SCENE_WHITE = _PEAK_NITS / _SDR_WHITE_NITS  # of scene light, 1 = a white wall
_LIFT = 1.25  # brings diffuse white from 0.52 to 0.65 of the light, 0.82 of the signal
_BT2020_TO_BT709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]], np.float32
)


@cache
def rgb_matrix(matrix: int, is_full_range: bool, height: int, depth: int) -> npt.NDArray[np.float64]:
    """Return what turns stored Y, Cb, Cr of `depth` bits into full-range RGB, 0..255.

    Parameters
    ----------
    matrix : int
        Code point of H.273; where it says nothing, BT.709 from 720 lines up and BT.601 below, as players do.
    height : pixels

    Returns
    -------
    float64 [3, 4]
        The last column is added.
    """
    red, blue = _WEIGHTS.get(matrix, _WEIGHTS[1 if height >= 720 else 6])
    green = 1 - red - blue
    scale = float(1 << (depth - 8))
    luma = 255 / (255 if is_full_range else 219) / scale
    chroma = 255 / (255 if is_full_range else 224) / scale
    if is_full_range and depth > 8:
        luma = chroma = 255 / ((1 << depth) - 1)
    from_cr, from_cb = 2 * (1 - red) * chroma, 2 * (1 - blue) * chroma
    weights = np.array(
        [
            [luma, 0, from_cr],
            [luma, -from_cb * blue / green, -from_cr * red / green],
            [luma, from_cb, 0],
        ]
    )
    zero = np.array([0 if is_full_range else 16 * scale, 128 * scale, 128 * scale])
    return np.column_stack([weights, -weights @ zero])


def is_high_dynamic_range(transfer: int) -> bool:
    """Say whether the transfer is PQ or HLG."""
    return transfer in {TRANSFER_PQ, TRANSFER_HLG}


def tone_mapped(rgb: npt.NDArray[np.float32], transfer: int, primaries: int) -> npt.NDArray[np.uint8]:
    """Bring PQ or HLG pictures to a plain screen.

    Diffuse white (203 cd/m2) comes to about four fifths of white, 1,000 cd/m2 to white, mid tones keep their order.

    Parameters
    ----------
    rgb : float32 [..., 3]
        Signal as stored, 0..1.
    transfer, primaries : int
        Code points of H.273.

    Returns
    -------
    uint8 [..., 3], RGB
    """
    signal = np.clip(rgb, 0, 1)
    nits = _pq_nits(signal) if transfer == TRANSFER_PQ else _hlg_nits(signal)
    if primaries == _PRIMARIES_2020:
        nits = np.maximum(nits @ _BT2020_TO_BT709.T, 0)
    return screen(nits / _SDR_WHITE_NITS, white=SCENE_WHITE)


def screen(linear: npt.NDArray[np.float32], *, white: float) -> npt.NDArray[np.uint8]:
    """Bring linear light to a plain screen by one fixed curve on the brightest channel, so that hues stay.

    Parameters
    ----------
    linear : float32 [..., 3]
        Light, 1 = diffuse white; not below 0.
    white : float
        What comes to full white.

    Returns
    -------
    uint8 [..., 3], RGB
    """
    brightest = linear.max(axis=-1, keepdims=True)
    gain = (1 + brightest / white**2) / (1 + brightest) * _LIFT
    shown = np.clip(linear * gain, 0, 1) ** np.float32(1 / 2.2)
    return np.asarray(shown * 255 + 0.5, np.uint8)


def _pq_nits(signal: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    power = signal ** np.float32(1 / 78.84375)
    ratio = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
    return np.asarray(10_000 * ratio ** np.float32(1 / 0.1593017578125), np.float32)


def _hlg_nits(signal: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - 0.55991073) / 0.17883277) + 0.28466892) / 12)
    luma = scene @ np.array([0.2627, 0.6780, 0.0593], np.float32)
    return np.asarray(_PEAK_NITS * scene * luma[..., None] ** np.float32(0.2), np.float32)
