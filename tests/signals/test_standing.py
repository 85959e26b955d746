"""Standing: who is asked to look, and when, with a reader that the test plays."""

from dataclasses import dataclass

import cv2
import numpy as np

from kinoeye.signals.standing import lines
from kinoeye.streams import Stills

SECOND = 705_600_000


@dataclass
class Drawn:
    """A reader that knows what was drawn, and counts."""

    text: str
    corners: np.ndarray
    visible: range
    score: float = 0.99
    looks: int = 0
    readings: int = 0

    @property
    def box(self) -> tuple[float, float, float, float]:
        left, top = self.corners.min(axis=0)
        right, bottom = self.corners.max(axis=0)
        return float(left), float(top), float(right - left), float(bottom - top)

    def find(self, picture: np.ndarray) -> list["Drawn"]:
        self.looks += 1
        x, y, w, h = (int(v) for v in self.box)
        return [self] if (picture[y : y + h, x : x + w] > 220).any() else []

    def read(self, picture: np.ndarray, corners: list[np.ndarray]) -> list["Drawn"]:
        self.readings += len(corners)
        return [self for _ in corners]


def film(drawn: Drawn, count: int, seed: int = 2) -> Stills:
    rng = np.random.default_rng(seed)
    jpegs = []
    for number in range(count):
        picture = cv2.GaussianBlur(rng.integers(0, 160, (360, 640, 3), np.uint8), (0, 0), 2)
        if number in drawn.visible:
            x, y, _, h = (int(v) for v in drawn.box)
            cv2.putText(picture, drawn.text, (x + 4, y + h - 10), 2, 1.1, (255,) * 3, 2, cv2.LINE_AA)
        jpegs.append(cv2.imencode(".jpg", picture)[1].tobytes())
    return Stills(jpegs, np.arange(count) * 12, np.arange(count) * SECOND // 2)


def box(x: int, y: int, w: int, h: int) -> np.ndarray:
    return np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float32)


def test_what_stands_is_read_once() -> None:
    drawn = Drawn("We leave now", box(150, 290, 290, 45), range(12))
    found = lines(film(drawn, 12), 0, 12, drawn.find, drawn.read)
    assert [(line.text, line.first, line.last) for line in found] == [("We leave now", 0, 11)]
    assert drawn.readings == 1
    assert drawn.looks <= 3


def test_a_doubtful_reading_is_tried_again_a_few_times() -> None:
    drawn = Drawn("We leave now", box(150, 290, 290, 45), range(12), score=0.5)
    lines(film(drawn, 12), 0, 12, drawn.find, drawn.read)
    assert drawn.readings == 3


def test_what_comes_and_goes_has_its_stills() -> None:
    drawn = Drawn("We leave now", box(150, 290, 290, 45), range(4, 8))
    found = lines(film(drawn, 12), 0, 12, drawn.find, drawn.read)
    assert [(line.first, line.last) for line in found] == [(4, 7)]


def test_a_part_of_a_film_knows_nothing_of_the_rest() -> None:
    drawn = Drawn("We leave now", box(150, 290, 290, 45), range(4, 8))
    found = lines(film(drawn, 12), 6, 10, drawn.find, drawn.read)
    assert [(line.first, line.last) for line in found] == [(6, 7)]


def test_a_plain_picture_is_not_looked_at() -> None:
    drawn = Drawn("", box(0, 0, 1, 1), range(0))
    plain = cv2.imencode(".jpg", np.full((360, 640, 3), 90, np.uint8))[1].tobytes()
    stills = Stills([plain] * 5, np.arange(5), np.arange(5) * SECOND)
    assert lines(stills, 0, 5, drawn.find, drawn.read) == []
    assert drawn.looks == 0
