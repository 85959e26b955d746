"""Render: the pictures of a file of the sample, one by one, from its plan.

A standing camera's background is painted once; figures are drawn anew in every picture. The same plan and mouths
give the same pictures to the last bit.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.sample.brush import Picture, lay_over
from kinoeye.sample.captions import draw_caption, draw_timecode
from kinoeye.sample.plan import Film, Moment, Shot
from kinoeye.sample.sets import Layer, Set, View, compose, paint_layers
from kinoeye.sample.stages import draw_slate
from kinoeye.timecode import Timecode

_UNIT_LIGHT = 128  # light 1.0 in eight bits, so that a lamp can double what it falls on
_GRAIN_TILES, _GRAIN_MARGIN, _GRAIN_SIZE = 3, 48, 2.4
_FLASH = (0.86, 0.72, 0.3)  # white over three pictures: the sun in a window that is opened
_LAMP_PICTURES = 4  # a bulb cools in a sixth of a second
_CLOSE = 2.25  # from this zoom on what stands behind the figures lies out of focus


def pictures(film: Film, mouths: Mapping[str, npt.NDArray[np.float32]]) -> Iterator[npt.NDArray[np.uint8]]:
    """Go through a file's pictures.

    Parameters
    ----------
    film : Film
    mouths : mapping of name to float32 [n], 0..1
        How far a character's mouth is open in each picture of the file.

    Yields
    ------
    picture : uint8 [height, width, 3], RGB
    """
    camera = _Camera(film, mouths)
    grain = _Grain(film.width, film.height)
    start = Timecode.parse(film.timecode, film.rate) if film.timecode else None
    for number in range(film.starts[-1]):
        picture = _edited(camera, film, number)
        grain.over(picture, number)
        if film.is_burnt_in and start is not None:
            label = Timecode(start.frame + number, film.rate, start.is_drop_frame)
            draw_timecode(View().pen(picture), str(label))
        yield np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGBA2RGB), np.uint8)


def _edited(camera: "_Camera", film: Film, number: int) -> Picture:
    shot = int(np.searchsorted(film.starts, number, side="right")) - 1
    for incoming in (shot, shot + 1):
        if incoming < len(film.shots) and film.shots[incoming].over:
            first, last = film.gradual(incoming)
            if first <= number <= last:
                share = (number - first + 1) / (last - first + 2)
                return _mixed(camera, incoming, number, share)
    return camera.picture(shot, number)


def _mixed(camera: "_Camera", incoming: int, number: int, share: float) -> Picture:
    kind = camera.film.shots[incoming].begins
    if kind == "fade":
        shot, left = (incoming - 1, 1 - 2 * share) if share < 0.5 else (incoming, 2 * share - 1)
        return np.asarray(cv2.convertScaleAbs(camera.picture(shot, number), alpha=abs(left)), np.uint8)
    one, other = camera.picture(incoming - 1, number), camera.picture(incoming, number)
    if kind == "dissolve":
        return np.asarray(cv2.addWeighted(one, 1 - share, other, share, 0), np.uint8)
    edge = round(share * one.shape[1])
    one[:, :edge] = other[:, :edge]
    rim = max(2, one.shape[1] // 160)
    one[:, max(0, edge - rim) : edge] = (255, 243, 220, 255)
    return one


class _Camera:
    """Makes the picture of one shot at one moment; keeps the last background for a camera that stands."""

    def __init__(self, film: Film, mouths: Mapping[str, npt.NDArray[np.float32]]) -> None:
        self.film = film
        self.mouths = mouths
        self.kept: dict[tuple[int, str], tuple[View, Picture]] = {}

    def picture(self, index: int, number: int) -> Picture:
        """Return shot `index` as it looks at picture `number` of the file."""
        shot, local = self.film.shots[index], number - self.film.starts[index]
        view = shot.move.view(local, shot.length)
        if not any(key[0] == index for key in self.kept):
            self.kept = {key: value for key, value in self.kept.items() if key[0] >= index - 1}
        picture = self._layers(index, shot, view, front=False).copy()
        moment = Moment(local, local / float(self.film.rate), lambda name: self._mouth(name, number))
        pen = view.pen(picture)
        if shot.place.moving:
            shot.place.moving(pen, moment.seconds)
        if shot.stage:
            shot.stage(pen, moment)
        if shot.place.front:
            lay_over(picture, self._layers(index, shot, view, front=True))
        if shot.slate:
            draw_slate(View(500, 300, 2.0).pen(picture), shot.slate, local)
        self._light(index, shot, view, picture, local)
        if view.blur > 2:
            width = round(view.blur * picture.shape[1] / 960)
            cv2.blur(picture, (width | 1, 1), dst=picture)
        if shot.flash is not None and 0 <= local - shot.flash < len(_FLASH):
            white = np.full_like(picture, 255)
            share = _FLASH[local - shot.flash]
            cv2.addWeighted(picture, 1 - share, white, share, 0, dst=picture)
        for caption in shot.captions:
            draw_caption(View().pen(picture), caption, local)
        return picture

    def _mouth(self, name: str, number: int) -> float:
        track = self.mouths.get(name)
        return 0.0 if track is None or not 0 <= number < len(track) else float(track[number])

    def _layers(self, index: int, shot: Shot, view: View, *, front: bool) -> Picture:
        def paint() -> Picture:
            zooms = (shot.move.start.zoom, shot.move.end.zoom if shot.move.kind in {"zoom", "pan", "tilt"} else 1.0)
            blur = (0.9 if front else 1.8) if max(zooms) >= _CLOSE else 0.0
            sharpness = 1.0 if blur else max(1.0, min(max(zooms), 2.0))
            layers = paint_layers(shot.place, scale=sharpness * self.film.width / 960, blur=blur, front=front)
            return compose(layers, view, self.film.width, self.film.height)

        return self._once((index, "front" if front else "back"), view, paint)

    def _light(self, index: int, shot: Shot, view: View, picture: Picture, local: int) -> None:
        if shot.place.light is None:
            return
        fall = 0.0 if shot.lamp_out is None else float(np.clip((local - shot.lamp_out) / _LAMP_PICTURES, 0, 1))
        size = (picture.shape[1], picture.shape[0])

        def lit() -> Picture:
            return _lighting(shot.place, fall).seen(view, *size)

        light = self._once((index, f"light {fall:.3f}"), view, lit)
        cv2.multiply(picture, light, dst=picture, scale=1 / _UNIT_LIGHT)

    def _once(self, key: tuple[int, str], view: View, make: Callable[[], Picture]) -> Picture:
        if key not in self.kept or self.kept[key][0] != view:
            self.kept[key] = (view, make())
        return self.kept[key][1]


@lru_cache(maxsize=32)
def _lighting(place: Set, fall: float) -> Layer:
    assert place.light is not None
    light = place.light()
    if fall and place.dark is not None:
        light = light * (1 - fall) + place.dark() * fall
    eight = np.full((*light.shape[:2], 4), _UNIT_LIGHT, np.uint8)
    eight[..., :3] = np.clip(light * _UNIT_LIGHT, 0, 255)
    return Layer(eight, 1.0, place.bounds[0], place.bounds[1], 0.25)


class _Grain:
    """Film grain: a few tiles of noise, shifted anew in each picture, and the lens' darker corners."""

    def __init__(self, width: int, height: int) -> None:
        rng = np.random.default_rng(1895)
        tall, wide = height + _GRAIN_MARGIN, width + _GRAIN_MARGIN
        self.tiles = []
        for _ in range(_GRAIN_TILES):
            noise = cv2.GaussianBlur(rng.normal(size=(tall, wide)).astype(np.float32), (0, 0), 0.7)
            noise *= _GRAIN_SIZE / float(noise.std())
            layers = [np.rint(np.maximum(sign * noise, 0)).astype(np.uint8) for sign in (1, -1)]
            self.tiles.append([np.asarray(cv2.merge((layer, layer, layer, layer))) for layer in layers])
        across, down = np.linspace(-1, 1, width) ** 2, np.linspace(-1, 1, height)[:, None] ** 2
        corners = np.rint(255 * (1 - 0.2 * np.clip((across + down) / 2 - 0.15, 0, 1))).astype(np.uint8)
        self.corners = np.asarray(cv2.merge((corners, corners, corners, np.full_like(corners, 255))))
        self.shifts = rng.integers(0, _GRAIN_MARGIN, (997, 2))

    def over(self, picture: Picture, number: int) -> None:
        """Lay grain and darker corners over a picture, in place."""
        height, width = picture.shape[:2]
        x, y = self.shifts[number % len(self.shifts)]
        lighter, darker = (tile[y : y + height, x : x + width] for tile in self.tiles[number % _GRAIN_TILES])
        cv2.multiply(picture, self.corners, dst=picture, scale=1 / 255)
        cv2.add(picture, lighter, dst=picture)
        cv2.subtract(picture, darker, dst=picture)
