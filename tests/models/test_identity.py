"""Identity: faces laid upright for the net, whatever their size, place and tilt."""

from typing import Any

import cv2
import numpy as np
import pytest

from kinoeye.errors import ModelError
from kinoeye.models import identity

POINTS = {263: (128, 57), 362: (107, 59), 33: (62, 57), 133: (83, 59), 2: (99, 98)}


def _mesh(scale: float = 1.0, degrees: float = 0.0, shift: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """A mesh whose five points lie as in a face 100 pixels wide, moved."""
    mesh = np.zeros((478, 3), np.float32)
    turn = np.radians(degrees)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    for point, place in POINTS.items():
        mesh[point, :2] = matrix @ np.array(place) + shift
    return mesh


def _picture(scale: float, degrees: float, shift: tuple[float, float], size: int) -> np.ndarray:
    """Soft colours around those points, moved alike."""
    field = np.random.default_rng(3).uniform(40, 220, (12, 12, 3)).astype(np.float32)
    large = cv2.resize(field, (200, 200), interpolation=cv2.INTER_CUBIC)
    turn = np.radians(degrees)
    matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    lay = np.column_stack([matrix, shift]).astype(np.float64)
    return cv2.warpAffine(large, lay, (size, size), flags=cv2.INTER_AREA).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("scale", "degrees", "shift"), [(1.0, 25.0, (120, 40)), (3.0, 0.0, (60, 30)), (2.0, -30.0, (40, 300))]
)
def test_a_face_is_laid_alike_whatever_its_size_place_and_tilt(
    scale: float, degrees: float, shift: tuple[float, float]
) -> None:
    plain = identity.chip(_picture(1.0, 0.0, (0, 0), 220), _mesh())
    moved = identity.chip(_picture(scale, degrees, shift, 760), _mesh(scale, degrees, shift))
    inner = (slice(20, 130), slice(20, 130))
    assert np.abs(plain[inner].astype(int) - moved[inner]).mean() < 2.5
    assert plain.shape == (identity.CHIP, identity.CHIP, 3)


def test_a_large_face_is_made_smaller_without_false_detail() -> None:
    """Stripes finer than the chip can show become grey, not wide stripes."""
    stripes = np.tile((np.arange(1500) % 3 == 0).astype(np.uint8)[None, :, None] * 240, (1500, 1, 3))
    chip = identity.chip(stripes, _mesh(7.0, 0.0, (100, 100)))
    assert chip[20:130, 20:130].std() < 6


def test_a_face_at_the_edge_or_outside_is_no_trouble() -> None:
    picture = np.full((60, 80, 3), 90, np.uint8)
    for shift in [(-60.0, -30.0), (500.0, 500.0), (-900.0, 0.0)]:
        assert (identity.chip(picture, _mesh(3.0, 10.0, shift)) == 90).all()
    assert identity.chip(picture, np.zeros((478, 3), np.float32)).shape == (150, 150, 3)


def test_a_mirror_image_twice_is_the_face() -> None:
    chip = identity.chip(_picture(1.0, 0.0, (0, 0), 220), _mesh())
    assert not np.array_equal(identity.mirrored(chip), chip)
    assert np.array_equal(identity.mirrored(identity.mirrored(chip)), chip)


def test_vectors_come_in_order_over_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    class Means:
        def run(self, inputs: dict[str, Any]) -> list[Any]:
            block = inputs["chip"]
            assert block.dtype == np.float32
            assert block.shape[1:] == (3, 150, 150)
            return [np.repeat(block.mean(axis=(1, 2, 3))[:, None], identity.LENGTH, axis=1)]

    monkeypatch.setattr(identity, "net", lambda _name: Means())
    chips = [np.full((150, 150, 3), value, np.uint8) for value in range(2 * identity.BATCH + 3)]
    assert identity.vectors(chips)[:, 5].tolist() == list(range(len(chips)))
    assert identity.vectors([]).shape == (0, identity.LENGTH)


def test_vectors_are_evened_without_turning() -> None:
    given = np.random.default_rng(0).normal(size=(3, 2, identity.LENGTH)) * [[[0.1], [30.0]]]
    evened = identity.evened(given)
    assert np.allclose(np.linalg.norm(evened, axis=-1), identity.EVEN, atol=1e-5)
    assert np.allclose(evened / identity.EVEN, given / np.linalg.norm(given, axis=-1, keepdims=True), atol=1e-6)
    assert not identity.evened(np.zeros(identity.LENGTH)).any()


def test_missing_weights_are_said() -> None:
    with pytest.raises(ModelError, match="kinoeye models pull face-identity"):
        identity.vectors([np.zeros((150, 150, 3), np.uint8)])
