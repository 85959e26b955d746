"""Lettering: pictures with text look like it, and the same text is known again."""

import cv2
import numpy as np
import pytest

from kinoeye.signals.lettering import (
    LEAST_LIKENESS,
    common,
    cut_out,
    edges,
    is_new,
    likeness,
    moved,
    overlap,
    sameness,
)

BOX = (0.1, 0.75, 0.8, 0.12)


def picture(text: str = "", *, seed: int = 0, at: tuple[int, int] = (70, 300), scale: float = 1.2) -> np.ndarray:
    """A soft moving background, with text."""
    rng = np.random.default_rng(seed)
    background = cv2.resize(rng.uniform(40, 150, (5, 8)).astype(np.float32), (640, 360), interpolation=cv2.INTER_CUBIC)
    drawn = np.clip(background, 0, 255).astype(np.uint8)
    if text:
        cv2.putText(drawn, text, at, cv2.FONT_HERSHEY_DUPLEX, scale, 255, 2, cv2.LINE_AA)
    return drawn


@pytest.mark.parametrize("scale", [0.6, 1.2, 3.0])
def test_text_looks_like_text(scale: float) -> None:
    assert likeness(edges(picture("We leave now", at=(20, 200), scale=scale))) >= LEAST_LIKENESS
    assert likeness(edges(picture())) < LEAST_LIKENESS


def test_text_that_appears_is_new_until_it_is_known() -> None:
    empty, now, later = (
        edges(picture(text, seed=seed)) for seed, text in enumerate(["", "We leave now", "We leave now"])
    )
    assert is_new(now, later, empty, [])
    assert not is_new(now, later, empty, [BOX])
    assert not is_new(now, later, now, [])
    assert not is_new(empty, empty, now, [])


def test_a_picture_that_moves_is_not_new_text() -> None:
    rng = np.random.default_rng(5)
    leaves = [cv2.GaussianBlur(rng.integers(0, 255, (360, 640), np.uint8), (5, 5), 0) for _ in range(3)]
    now, later, before = (edges(luma) for luma in leaves)
    assert likeness(now) >= LEAST_LIKENESS
    assert not is_new(now, later, before, [])


def test_the_same_text_is_known_on_another_background() -> None:
    first, again = edges(picture("We leave now", seed=1)), edges(picture("We leave now", seed=2))
    assert sameness(first, again, BOX) > 0.8
    assert sameness(first, edges(picture("Why not stay", seed=2)), BOX) < 0.7
    assert sameness(first, edges(picture(seed=2)), BOX) < 0.1
    assert sameness(edges(picture()), first, BOX) == 0


def test_text_that_moves_is_found_again() -> None:
    box = (0.08, 0.7, 0.6, 0.16)
    patch = cut_out(picture("We leave now", seed=1), box)
    place, fit = moved(patch, picture("We leave now", seed=1, at=(80, 275)), box)
    assert fit > 0.7
    assert place[0] == pytest.approx(box[0] + 10 / 640, abs=1 / 320)
    assert place[1] == pytest.approx(box[1] - 25 / 360, abs=1 / 180)
    assert moved(patch, picture(seed=3), box)[1] < 0.7


def test_areas_of_boxes() -> None:
    whole, half, apart = (0.0, 0.0, 0.4, 0.2), (0.0, 0.0, 0.2, 0.2), (0.5, 0.5, 0.1, 0.1)
    assert overlap(whole, half) == pytest.approx(0.5)
    assert common(whole, half) == pytest.approx(1.0)
    assert overlap(whole, apart) == common(whole, apart) == 0
