"""Emotions: the crop shows the face upright, and the net is asked about it and its mirror image."""

import cv2
import numpy as np
import pytest

from kinoeye.models import emotions


def picture(turn: float, scale: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two bright eyes and a mouth on grey, turned clockwise and sized; also where the eyes are."""
    drawn = np.full((400, 400), 90, np.uint8)
    middle, (sine, cosine) = np.array([200.0, 180.0]), (np.sin(np.radians(turn)), np.cos(np.radians(turn)))
    across, down = np.array([cosine, sine]), np.array([-sine, cosine])
    right, left = middle - across * 30 * scale, middle + across * 30 * scale
    for place, tone in ((right, 255), (left, 255), (middle + down * 60 * scale, 10)):
        cv2.circle(drawn, tuple(round(each) for each in place), int(7 * scale), tone, -1)
    return drawn, right, left


@pytest.mark.parametrize("turn", [0, 25, -40])
@pytest.mark.parametrize("scale", [0.4, 1, 2])
def test_the_face_stands_upright_and_at_one_size(turn: float, scale: float) -> None:
    cut = emotions.crop(*picture(turn, scale)).astype(float)
    assert cut.shape == (64, 64)
    down, across = np.unravel_index(cut.argmin(), cut.shape)
    assert abs(across - 31.5) < 4 and abs(down - (32 + (1 - 0.3) * 64 / 2.9)) < 4
    bright = np.argwhere(cut > 200)
    assert abs(bright[:, 0].mean() - (32 - 0.3 * 64 / 2.9)) < 2 and abs(bright[:, 1].mean() - 31.5) < 2
    assert bright[:, 1].max() - bright[:, 1].min() > 18


def test_a_face_over_the_edge_is_cut_all_the_same() -> None:
    drawn, _, _ = picture(0, 1)
    assert emotions.crop(drawn, np.array([-20.0, 5.0]), np.array([10.0, 5.0])).shape == (64, 64)


class LeftHalf:
    """A net that says how bright the left half is, and what range it was given."""

    def run(self, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        pictures = inputs["picture"]
        assert pictures.dtype == np.float32 and pictures.shape[1:] == (64, 64, 1)
        assert pictures.min() >= -1 and pictures.max() <= 1
        return [np.repeat(pictures[:, :, :32].mean((1, 2)), 7, axis=1)]


def test_a_face_and_its_mirror_image_count_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emotions, "net", lambda name: LeftHalf())
    dark_left = np.zeros((64, 64), np.uint8)
    dark_left[:, 32:] = 255
    found = emotions.seen([dark_left, dark_left[:, ::-1], np.zeros((64, 64), np.uint8)])
    assert found.shape == (3, 7)
    assert found[:, 0] == pytest.approx([0, 0, -1], abs=1e-6)


def test_many_faces_are_answered_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emotions, "net", lambda name: LeftHalf())
    found = emotions.seen([np.full((64, 64), tone, np.uint8) for tone in range(150)])
    assert found[:, 0] == pytest.approx(np.arange(150) / 127.5 - 1, abs=1e-5)


def test_no_crops_no_scores() -> None:
    assert emotions.seen([]).shape == (0, 7)
