"""A face is followed without a gap, whatever the finds leave out."""

import cv2
import numpy as np
import pytest

from kinoeye.treatments.people.following import Spot, Way, follow

COUNT, WIDE, HIGH = 60, 240, 135
TIMES = [n / 24 for n in range(COUNT)]


def _film(paths: list[np.ndarray], size: int = 24) -> list[np.ndarray]:
    """Draw textured squares that go along paths (upper left corners) over a dim ground."""
    random = np.random.default_rng(5)
    ground = cv2.GaussianBlur(random.integers(0, 120, (HIGH, WIDE), np.uint8), (0, 0), 3)
    patches = [cv2.GaussianBlur(random.integers(0, 255, (size, size), np.uint8), (0, 0), 1.5) for _ in paths]
    pictures = []
    for number in range(COUNT):
        picture = ground.copy()
        for path, patch in zip(paths, patches, strict=True):
            x, y = np.rint(path[number]).astype(int)
            picture[y : y + size, x : x + size] = patch
        pictures.append(picture)
    return pictures


def _path(start: tuple[float, float], end: tuple[float, float], bend: float = 0.0) -> np.ndarray:
    share = np.linspace(0, 1, COUNT)[:, None]
    way = np.array(start) + (np.array(end) - start) * share
    way[:, 1] += bend * np.sin(np.pi * share[:, 0])
    return way


def _spots(path: np.ndarray, places: list[int], score: float = 0.9, size: int = 24) -> list[Spot]:
    corners = path / (WIDE, HIGH), (path + size) / (WIDE, HIGH)
    return [Spot(n, (*corners[0][n].tolist(), *corners[1][n].tolist()), score) for n in places]


def _errors(way: Way, path: np.ndarray, size: int = 24) -> np.ndarray:
    middles = (way.boxes[:, :2] + way.boxes[:, 2:]) / 2 * (WIDE, HIGH)
    return np.abs(middles - (path[way.first : way.first + len(way.boxes)] + size / 2)).max(axis=1)


@pytest.mark.parametrize("places", [list(range(COUNT)), [10, 20, 30], [5, 6, 26, 27], [30]])
def test_gaps_and_ends_are_filled_by_what_the_face_looks_like(places: list[int]) -> None:
    path = _path((20, 30), (180, 60), bend=30)  # bent: the straight way alone would lose it
    (way,) = follow(_film([path]), TIMES, _spots(path, places), least_score=0.5)
    assert way.first <= max(0, places[0] - 20)
    assert way.first + len(way.boxes) >= min(COUNT, places[-1] + 20)
    assert _errors(way, path).max() < 5


def test_two_faces_that_pass_each_other_are_both_held() -> None:
    paths = [_path((20, 20), (180, 25)), _path((180, 80), (20, 75))]
    spots = sorted(_spots(paths[0], list(range(0, COUNT, 3))) + _spots(paths[1], list(range(0, COUNT, 4))),
                   key=lambda spot: spot.place)  # fmt: skip
    ways = follow(_film(paths), TIMES, spots, least_score=0.5)
    assert len(ways) == 2
    assert all(min(_errors(way, path).max() for path in paths) < 5 for way in ways)


def test_where_nothing_looks_like_it_the_cover_stays_a_while() -> None:
    path = _path((60, 40), (60, 40))
    film = _film([path])
    for number in range(30, COUNT):
        film[number][:] = 128
    (way,) = follow(film, TIMES, _spots(path, list(range(30))), least_score=0.5)
    assert 30 + 18 <= way.first + len(way.boxes) <= 30 + 21


def test_where_two_ways_disagree_both_are_held() -> None:
    path = _path((30, 30), (30, 30))
    film = _film([path])
    far = _spots(_path((34, 34), (34, 34)), [21])
    for number in range(5, 21):
        film[number][:] = 90
    (way,) = follow(film, TIMES, [*_spots(path, [0, 1, 2, 3, 4]), *far], least_score=0.5)
    assert len(way.boxes) >= 22
    assert np.isfinite(way.boxes).all()


def test_a_cover_never_shrinks_at_once() -> None:
    path = _path((60, 40), (60, 40))
    spots = _spots(path, list(range(10))) + _spots(path + 4, list(range(10, 20)), size=16)
    (way,) = follow(_film([path]), TIMES, spots, least_score=0.5)
    sizes = way.boxes[:, 2] - way.boxes[:, 0]
    assert (sizes[1:] / sizes[:-1]).min() > 0.97


def test_a_face_that_was_never_sure_is_none() -> None:
    path = _path((60, 40), (60, 40))
    spots = _spots(path, [3, 4, 5], score=0.45)
    assert follow(_film([path]), TIMES, spots, least_score=0.55) == []
    assert follow(_film([path]), TIMES, [], least_score=0.55) == []
    (way,) = follow(_film([path]), TIMES, [*spots, *_spots(path, [6], score=0.7)], least_score=0.55)
    assert way.spots == (0, 1, 2, 3)
