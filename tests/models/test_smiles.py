"""Smiles: the crop shows the lower face upright, and the net is asked about it and its mirror image."""

import cv2
import numpy as np
import pytest

from kinoeye.models import smiles


def face(turn: float, scale: float, shift: tuple[float, float] = (0, 0)) -> tuple[np.ndarray, np.ndarray]:
    """A dark mouth on grey 0.8 distances below the irises, and the points; all turned clockwise and sized."""
    drawn = np.full((400, 400), 90, np.uint8)
    middle, (sine, cosine) = np.array([200.0, 180.0]) + shift, (np.sin(np.radians(turn)), np.cos(np.radians(turn)))
    across, down = np.array([cosine, sine]), np.array([-sine, cosine])
    points = np.tile(middle, (478, 1)).astype(np.float32)
    points[468], points[473] = middle - across * 30 * scale, middle + across * 30 * scale
    mouth = middle + down * 0.8 * 60 * scale
    cv2.circle(drawn, tuple(round(each) for each in mouth), max(2, int(7 * scale)), 10, -1)
    return drawn, points


@pytest.mark.parametrize("turn", [0, 25, -40])
@pytest.mark.parametrize("scale", [0.4, 1, 2])
def test_the_mouth_stands_in_the_middle_at_one_size(turn: float, scale: float) -> None:
    cut = smiles.crop(*face(turn, scale)).astype(float)
    assert cut.shape == (48, 48)
    dark = np.argwhere(cut < 60)
    assert np.abs(dark.mean(0) - 23.5).max() < 1.5
    assert 2 < np.ptp(dark[:, 0]) < 9


@pytest.mark.parametrize("shift", [(-250, 0), (250, 0), (0, 300), (-900, -900)])
def test_a_face_over_the_edge_is_cut_all_the_same(shift: tuple[float, float]) -> None:
    assert smiles.crop(*face(0, 1, shift)).shape == (48, 48)


def test_irises_in_one_place_are_no_fault() -> None:
    assert smiles.crop(np.zeros((50, 50), np.uint8), np.full((478, 2), 25, np.float32)).shape == (48, 48)


class LeftHalf:
    """A net that says how bright the left half is."""

    def run(self, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
        pictures = inputs["pictures"]
        assert pictures.dtype == np.float32 and pictures.shape[1:] == (48, 48)
        return [pictures[:, :, :24].mean((1, 2))]


def test_a_face_and_its_mirror_image_count_alike_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smiles, "net", lambda name: LeftHalf())
    half = np.zeros((48, 48), np.uint8)
    half[:, 24:] = 200
    found = smiles.odds([half, half[:, ::-1], *(np.full((48, 48), tone, np.uint8) for tone in range(100))])
    assert found == pytest.approx([100, 100, *range(100)])
    assert smiles.odds([]).shape == (0,)


def test_drawn_lips_that_curve_up_smile_more_than_lips_that_curve_down() -> None:
    points = face(0, 1)[1]
    seen = []
    for up in (1, -1):
        drawn = np.full((400, 400), 150, np.uint8)
        for eye in (points[468], points[473]):
            cv2.circle(drawn, tuple(round(float(each)) for each in eye), 6, 30, -1)
        cv2.ellipse(drawn, (200, 180 + 62 - 8 * up), (26, 10), 0, *((0, 180) if up > 0 else (180, 360)), 60, 3)
        seen.append(smiles.crop(drawn, points))
    smiling, sad = smiles.odds(seen)
    assert smiling > sad
