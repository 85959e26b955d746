"""Pictures for the bench of faces: people cut out of portraits and set into streets without people.

Where each face is, is known from landmarks set by hand (the London portraits) or from the mesh of the portrait at full
size (the Canada portraits, for trying things out). Heads are turned by moving the portrait's points as a solid head
and painting its triangles anew: fair to some 60 degrees, beyond it the cheek that no portrait shows is stretched.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.models import face_mesh
from kinoeye.models import faces as finder
from kinoeye.signals import heads

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
WIDTH, HEIGHT = 640, 360
WORKED_AT = 450  # pixels of a portrait's longer side
FACE_OVER_PUPILS = 2.3  # width of a face over the distance between its pupils
_QUALITY = 88  # of the stills' JPEG
# Streets in which someone walks are left out.
_STREETS = {"london": (*range(11, 21), *range(25, 30)), "canada": range(2, 11)}

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Truth:
    """A face that was set in: its middle and its width, ear to ear as seen from the front, in pixels."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Portrait:
    """A person before a plain background.

    Parameters
    ----------
    picture : uint8 [h, w, 3], BGR
    truth : Truth
    mesh : float [468, 3], pixels
    """

    picture: Picture
    truth: Truth
    mesh: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Change:
    """How a portrait is changed before it is set in.

    Parameters
    ----------
    yaw, pitch, roll : degrees
    light : 0..1, of the whole picture, with the noise of a dark recording
    blur : of the face's width, standard deviation
    cover : eyes, mouth, side or empty
    """

    size: float = 60
    yaw: float = 0
    pitch: float = 0
    roll: float = 0
    light: float = 1
    blur: float = 0
    cover: str = ""


def portraits(people: str, expression: str = "neutral") -> list[Path]:
    """Return the files of one set: london or canada."""
    folder = SHARED / "faces" / people
    return sorted((folder / expression if people == "london" else folder).glob("*.jpg"))


def streets(people: str) -> list[Picture]:
    """Return backgrounds without people, other ones for each set, uint8 [360, 640, 3], BGR."""
    folder = SHARED / "vfx" / "photogrammetry" / "lund" / "images"
    pictures = []
    for number in _STREETS[people]:
        whole = cv2.imread(str(folder / f"{number:02}.jpg"))
        small = cv2.resize(whole, (WIDTH, whole.shape[0] * WIDTH // whole.shape[1]), interpolation=cv2.INTER_AREA)
        top = (small.shape[0] - HEIGHT) // 2
        pictures.append(np.asarray(small[top : top + HEIGHT], np.uint8))
    return pictures


def composites(
    people: str, change: Change, count: int, *, faces: int = 3, seed: int = 0
) -> Iterator[tuple[Picture, list[Truth]]]:
    """Set `faces` people each into `count` pictures, without overlap: uint8 RGB, as a still's JPEG gives them."""
    random = np.random.default_rng((seed, faces, round(change.size)))
    files, backgrounds = portraits(people), streets(people)
    order = random.permutation(len(files))
    for number in range(count):
        picture = backgrounds[number % len(backgrounds)].copy()
        truths: list[Truth] = []
        for place in range(faces):
            portrait = portrait_of(files[order[(number * faces + place) % len(files)]])
            spot = _free(random, truths, change.size)
            if spot is not None:
                truths.append(Truth(*spot, change.size))
                _set_in(picture, portrait, change, truths[-1])
        yield as_still(_darkened(picture, change.light, random)), truths


def as_still(picture: Picture) -> Picture:
    """Return a picture as it comes out of the stream of stills: BGR in, RGB out."""
    jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR_RGB), np.uint8)


@cache
def portrait_of(file: Path) -> Portrait:
    """Read a portrait, find its face."""
    whole = cv2.imread(str(file))
    scale = WORKED_AT / max(whole.shape[:2])
    picture = np.asarray(cv2.resize(whole, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    rgb = np.ascontiguousarray(picture[..., ::-1])
    face = finder.find(rgb)[0]
    mesh = face_mesh.look(rgb, face.box, face.points)
    marks = file.parents[1] / "landmarks_189_at_1350px" / (file.stem + ".tem")
    if marks.is_file():
        lines = marks.read_text().split("\n")[1:3]
        pupils = np.array([[float(value) for value in line.split()] for line in lines]) / 2 * scale
    else:
        pupils = mesh.points[[468, 473], :2]
    apart = float(np.linalg.norm(pupils[0] - pupils[1]))
    middle = pupils.mean(axis=0)
    truth = Truth(float(middle[0]), float(middle[1] + 0.5 * apart), apart * FACE_OVER_PUPILS)
    return Portrait(picture, truth, mesh.points[:468].astype(np.float64))


def _free(random: np.random.Generator, taken: list[Truth], size: float) -> tuple[float, float] | None:
    for _ in range(200):
        x, y = random.uniform(size, WIDTH - size), random.uniform(min(size * 1.1, HEIGHT / 2), max(HEIGHT - size, 181))
        if all(max(abs(x - other.x) / 1.5, abs(y - other.y) / 2) > size for other in taken):
            return float(x), float(y)
    return None


def _set_in(picture: Picture, portrait: Portrait, change: Change, truth: Truth) -> None:
    """Paste a person's head and shoulders, changed, with a soft border."""
    layers, middle = turned(portrait, change.yaw, change.pitch)
    body, cover = layers[..., :3].astype(np.float32), layers[..., 3].astype(np.float32) / 255
    if change.cover:
        _hide(body, change.cover, middle, portrait.truth.size)
    scale = truth.size / portrait.truth.size
    if scale < 1:  # as a lens and a sensor would: no pixels skipped
        body = cv2.GaussianBlur(body, (0, 0), 0.45 / scale)
    if change.blur:
        body = cv2.GaussianBlur(body, (0, 0), change.blur * portrait.truth.size)
    to = cv2.getRotationMatrix2D(middle, -change.roll, scale)
    to[:, 2] += np.array([truth.x, truth.y]) - middle
    frame = (picture.shape[1], picture.shape[0])
    over = cv2.warpAffine(cover, to, frame)[..., None]
    pasted = cv2.warpAffine(body, to, frame, borderMode=cv2.BORDER_REPLICATE)
    picture[:] = (picture * (1 - over) + pasted * over).round().astype(np.uint8)


def _layers(portrait: Portrait) -> Picture:
    """Return the portrait and how much of each pixel belongs to the person, near enough; uint8 [h, w, 4]."""
    truth, size = portrait.truth, portrait.truth.size
    cover = np.zeros(portrait.picture.shape[:2], np.uint8)
    head = (round(truth.x), round(truth.y - 0.12 * size))
    cv2.ellipse(cover, head, (round(0.58 * size), round(0.88 * size)), 0, 0, 360, 255, -1)
    shoulders = (round(truth.x), round(truth.y + 1.35 * size))
    cv2.ellipse(cover, shoulders, (round(0.9 * size), round(0.6 * size)), 0, 0, 360, 255, -1)
    cover = cv2.GaussianBlur(cover, (0, 0), 0.05 * size)
    return np.dstack([portrait.picture, cover])


def _hide(body: npt.NDArray[np.float32], cover: str, middle: tuple[float, float], size: float) -> None:
    """Cover a part of a face: dark glasses, a mask, or an edge before one half."""
    x, y = middle
    if cover == "eyes":
        upper, lower, left, right = y - 0.36 * size, y - 0.08 * size, x - 0.48 * size, x + 0.48 * size
        colour = (25, 25, 28)
    elif cover == "mouth":
        upper, lower, left, right = y + 0.0 * size, y + 0.62 * size, x - 0.5 * size, x + 0.5 * size
        colour = (205, 190, 170)
    else:
        upper, lower, left, right = y - 1.2 * size, y + 2 * size, x, x + 1.2 * size
        colour = (70, 80, 90)
    body[max(0, round(upper)) : round(lower), max(0, round(left)) : round(right)] = colour


def turned(portrait: Portrait, yaw: float, pitch: float) -> tuple[Picture, tuple[float, float]]:
    """Turn a portrait's head: BGR and cover, uint8 [h, w, 4], and where the middle of the face is now."""
    truth, source = portrait.truth, _layers(portrait)
    if not yaw and not pitch:
        return source, (truth.x, truth.y)
    points = np.concatenate([portrait.mesh, _around(portrait)])
    centre = np.array([truth.x, truth.y + 0.1 * truth.size, portrait.mesh[[127, 356], 2].mean() + 0.15 * truth.size])
    moved = (points - centre) @ heads.matrix(yaw, pitch, 0).T + centre
    height, width = portrait.picture.shape[:2]
    plane = cv2.Subdiv2D((0, 0, width, height))
    known: dict[tuple[float, float], int] = {}
    for number, (x, y, _) in enumerate(points):
        if 0 <= x < width - 1 and 0 <= y < height - 1:
            known.setdefault((float(np.float32(x)), float(np.float32(y))), number)
    plane.insert([*known])
    triangles = [[known.get((float(t[n]), float(t[n + 1]))) for n in (0, 2, 4)] for t in plane.getTriangleList()]
    whole = [triangle for triangle in triangles if None not in triangle]
    whole.sort(key=lambda triangle: -moved[triangle, 2].mean())  # the farthest first
    canvas = np.zeros_like(source)
    for triangle in whole:
        _painted(canvas, source, points[triangle, :2], moved[triangle, :2])
    eyes = moved[[33, 263, 4], :2].mean(axis=0)
    return canvas, (float(eyes[0]), float(eyes[1]))


def _around(portrait: Portrait) -> npt.NDArray[np.float64]:
    """Return points of hair, neck and shoulders: on a ball behind the face, then on a plane."""
    truth, rows = portrait.truth, []
    depth = portrait.mesh[[127, 356], 2].mean()
    for ring, back in ((0.62, 0.05), (0.8, 0.3), (1.05, 0.6)):
        for angle in np.linspace(0, 2 * np.pi, 28, endpoint=False):
            x, y = truth.x + np.cos(angle) * ring * truth.size, truth.y + np.sin(angle) * ring * 1.3 * truth.size
            rows.append((x, y - 0.1 * truth.size, depth + back * truth.size))
    return np.array(rows)


def _painted(canvas: Picture, source: Picture, before: npt.NDArray[np.float64], after: npt.NDArray[np.float64]) -> None:
    """Paint one triangle of `source` where it has moved to."""
    low = np.floor(after.min(axis=0)).astype(int) - 1
    high = np.ceil(after.max(axis=0)).astype(int) + 2
    low, high = np.maximum(low, 0), np.minimum(high, (canvas.shape[1], canvas.shape[0]))
    if (high - low < 1).any():
        return
    to = cv2.getAffineTransform(before.astype(np.float32), (after - low).astype(np.float32))
    size = tuple(int(length) for length in high - low)
    patch = cv2.warpAffine(source, to, size, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros(size[::-1], np.uint8)
    cv2.fillConvexPoly(mask, np.rint((after - low) * 16).astype(np.int32), 1, shift=4)
    part = canvas[low[1] : high[1], low[0] : high[0]]
    part[mask > 0] = patch[mask > 0]


def _darkened(picture: Picture, light: float, random: np.random.Generator) -> Picture:
    """Return the picture at a share of its light (in display values), with a dark recording's noise."""
    if light == 1:
        return picture
    dark = picture * light + random.normal(0, 2.0, picture.shape)
    return np.asarray(np.clip(dark, 0, 255).round(), np.uint8)
