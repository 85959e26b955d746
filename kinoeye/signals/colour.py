"""Colour: palettes, and what light and colour say of the place a picture was taken in.

Source: CIE 15:2004 (CIELAB, D65, as OpenCV converts sRGB); Lloyd, "Least squares quantization in PCM", 1982 (k-means),
begun at the farthest points so that the same pictures always give the same palette.
"""

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

SMALL = (96, 54)  # pixels: enough for sky, walls and leaves
ROUNDS = 12  # of k-means; later ones move no colour by a just noticeable difference
SCENE_FEATURES = (
    "lightness",
    "highlights",
    "shadows",
    "top_lighter",
    "top_smooth_light",
    "top_blue",
    "warmth",
    "warm_lights",
    "chroma",
    "green",
    "fine_detail",
    "straight_lines",
)


def small_lab(picture: Picture) -> Floats:
    """Return a picture in CIELAB, small and without its black bars.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB

    Returns
    -------
    float32 [54, 96, 3]: lightness 0..100, a (green to magenta), b (blue to yellow)
    """
    small = cv2.resize(_without_bars(picture), SMALL, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def palette(pixels: Floats, count: int) -> tuple[Floats, Floats]:
    """Find the main colours.

    Parameters
    ----------
    pixels : float32 [n, 3], CIELAB
    count : most colours

    Returns
    -------
    colours : float32 [k, 3], CIELAB
        The largest first; fewer than `count` where the pixels have fewer.
    shares : float32 [k], 0..1
    """
    centres = _farthest(pixels, count)
    nearest = np.zeros(len(pixels), np.int64)
    for _ in range(ROUNDS):
        nearest = ((centres**2).sum(axis=1) - 2 * (pixels @ centres.T)).argmin(axis=1)
        sizes = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, pixels[:, axis], len(centres)) for axis in range(3)], axis=1)
        centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres).astype(np.float32)
    shares = np.bincount(nearest, minlength=len(centres)) / len(pixels)
    order = np.argsort(-shares, kind="stable")
    order = order[shares[order] > 0]
    return centres[order], shares[order].astype(np.float32)


def hex_codes(colours: Floats) -> list[str]:
    """Name CIELAB colours [k, 3] as sRGB, ``#rrggbb``; what sRGB cannot show is clipped."""
    rgb = cv2.cvtColor(colours[None].astype(np.float32), cv2.COLOR_LAB2RGB)[0]
    return ["#" + "".join(f"{value:02x}" for value in row) for row in np.clip(rgb * 255 + 0.5, 0, 255).astype(int)]


def scene_features(lab: Floats) -> Floats:
    """Measure what tells day from night and indoors from outdoors.

    Parameters
    ----------
    lab : float32 [54, 96, 3], CIELAB

    Returns
    -------
    float32 [12], in the order of `SCENE_FEATURES`
        Mean lightness; share of highlights; share of shadows; how much lighter the upper third is than the lower half;
        share of the upper third that is smooth and light, as sky is; blueness of the upper third; mean yellowness;
        yellowness of the lights, as lamps have; mean chroma; share of leaf green; share of pixels with fine detail;
        share of the edges that lie in long straight lines.
    """
    light, green_red, blue_yellow = (lab[:, :, channel] for channel in range(3))
    chroma = np.hypot(green_red, blue_yellow)
    slope = np.hypot(cv2.Sobel(light, cv2.CV_32F, 1, 0), cv2.Sobel(light, cv2.CV_32F, 0, 1)) / 8
    top, bottom = slice(0, SMALL[1] // 3), slice(SMALL[1] // 2, None)
    sky = (slope[top] < 1.5) & (light[top] > 55) & ((chroma[top] < 12) | (blue_yellow[top] < -4))
    lights = light >= np.quantile(light, 0.9)
    return np.array(
        [
            light.mean() / 100,
            (light > 85).mean(),
            (light < 15).mean(),
            (light[top].mean() - light[bottom].mean()) / 100,
            sky.mean(),
            np.clip(-blue_yellow[top], 0, None).mean() / 30,
            blue_yellow.mean() / 30,
            blue_yellow[lights].mean() / 30,
            chroma.mean() / 50,
            ((green_red < -5) & (blue_yellow > 5)).mean(),
            (slope > 4).mean(),
            _straight(light),
        ],
        np.float32,
    )


def _straight(light: Floats) -> float:
    """Return the share of edge pixels in runs of 8 and more along a row or a column."""
    edges = []
    for dx, dy, kernel in ((1, 0, (1, 8)), (0, 1, (8, 1))):
        strong = (np.abs(cv2.Sobel(light, cv2.CV_32F, dx, dy)) / 8 > 3).astype(np.uint8)
        edges.append((cv2.morphologyEx(strong, cv2.MORPH_OPEN, np.ones(kernel[::-1], np.uint8)).sum(), strong.sum()))
    return float(sum(run for run, _ in edges) / max(1.0, float(sum(whole for _, whole in edges))))


def _without_bars(picture: Picture) -> Picture:
    """Cut off black bars, which are as wide on one side as on the other; a picture that is black all over stays."""
    red, green, blue = (picture[::4, ::4, channel] for channel in range(3))
    light = np.maximum(np.maximum(red, green), blue) > 24
    cuts = []
    for axis in (0, 1):
        lit = np.flatnonzero(light.mean(axis=1 - axis) > 0.05)
        bar = min(int(lit[0]), light.shape[axis] - 1 - int(lit[-1])) if len(lit) else 0
        # One step more than was seen: the edge of a bar is soft.
        cut = 4 * (bar + 1) if 0 < bar < light.shape[axis] // 3 else 0
        cuts.append(slice(cut, picture.shape[axis] - cut))
    return picture[cuts[0], cuts[1]]


def _farthest(pixels: Floats, count: int) -> Floats:
    """Return up to `count` pixels to begin with: the one nearest the mean, then always the farthest from all before."""
    first = int(((pixels - pixels.mean(axis=0)) ** 2).sum(axis=1).argmin())
    chosen = [first]
    away = ((pixels - pixels[first]) ** 2).sum(axis=1)
    for _ in range(count - 1):
        following = int(away.argmax())
        if away[following] < 1.0:
            break
        chosen.append(following)
        away = np.minimum(away, ((pixels - pixels[following]) ** 2).sum(axis=1))
    return pixels[chosen]
