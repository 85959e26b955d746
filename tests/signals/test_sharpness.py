"""Sharpness: the more a picture is blurred, the lower."""

import cv2
import numpy as np
import pytest

from kinoeye.signals.sharpness import sharpness


def test_blur_lowers_it() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    answers = [sharpness(noise)] + [sharpness(cv2.GaussianBlur(noise, (0, 0), sigma)) for sigma in (1, 2, 4)]
    assert answers == sorted(answers, reverse=True)
    assert 0.7 < answers[0] <= 1 and 0 <= answers[-1] < 0.35


def test_blur_in_one_direction_is_blur() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    assert sharpness(cv2.GaussianBlur(noise, (15, 1), 4)) < sharpness(noise) / 2


@pytest.mark.parametrize("shape", [(0, 0), (1, 9), (9, 1), (2, 2), (40, 40)])
def test_a_plain_or_tiny_picture_has_none(shape: tuple[int, int]) -> None:
    assert sharpness(np.full(shape, 90, np.uint8)) == 0
