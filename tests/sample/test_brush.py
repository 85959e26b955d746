import numpy as np
import pytest

from kinoeye.sample.brush import Pen, gradient, lay_over, lettering, mixed, textured


def paper(colour: tuple[int, int, int, int] = (0, 0, 0, 255)) -> np.ndarray:
    return np.full((60, 80, 4), colour, np.uint8)


def test_a_shape_lands_where_the_pen_says() -> None:
    picture = paper()
    Pen(picture, 2.0, 10.0, 5.0).moved(20, 10, 0.5).box(0, 0, 10, 10, "ff8000")
    ys, xs = np.nonzero(picture[..., 0] > 250)
    # World 20..25 and 10..15, the corner at 10 and 5, two pixels a unit; OpenCV's shapes own their rim.
    assert (xs.min(), ys.min(), xs.max(), ys.max()) == pytest.approx((20, 10, 30, 20), abs=1)


@pytest.mark.parametrize("draw", ["oval", "ball"])
def test_ovals_fill_their_area(draw: str) -> None:
    picture = paper((0, 0, 0, 0))
    getattr(Pen(picture, 1.0, 0.0, 0.0), draw)(40, 30, 20, 10, "ffffff")
    assert float((picture[..., 3] > 127).sum()) == pytest.approx(np.pi * 20.5 * 10.5, rel=0.04)
    assert not picture[0].any()


def test_a_spot_fades_from_its_middle() -> None:
    picture = paper()
    Pen(picture, 1.0, 0.0, 0.0).soft(40, 30, 20, 20, "ffffff", strength=0.5)
    row = picture[30, 40:62, 0].astype(int)
    assert 120 <= row[0] <= 130
    assert (np.diff(row) <= 0).all()
    assert row[-1] == 0


def test_what_is_laid_over_hides_by_its_alpha() -> None:
    below = paper((200, 100, 0, 255))
    layer = paper((0, 0, 0, 0))
    layer[:30] = (0, 0, 255, 255)
    layer[30:40] = (0, 0, 128, 128)
    lay_over(below, layer)
    np.testing.assert_array_equal(below[0, 0], (0, 0, 255, 255))
    np.testing.assert_allclose(below[35, 0].astype(int), (100, 50, 128, 255), atol=1)
    np.testing.assert_array_equal(below[50, 0], (200, 100, 0, 255))


def test_outside_of_the_picture_nothing_is_drawn() -> None:
    picture = paper()
    pen = Pen(picture, 1.0, 0.0, 0.0)
    pen.soft(-100, -100, 20, 20, "ffffff", strength=1.0)
    pen.write("OUT", 400, 30, 20, "ffffff")
    pen.limb([(-90, -90), (-50, -50)], 5, "ffffff")
    assert not picture[..., :3].any()


def test_letters_are_as_high_as_asked_and_blend() -> None:
    sprite = lettering("HH", 40, "ff0000")
    rows = np.flatnonzero(sprite[..., 3].max(1) > 127)
    assert 24 <= len(rows) <= 32
    assert rows.mean() == pytest.approx((len(sprite) - 1) / 2, abs=1)
    assert len(lettering("gyp", 40, "ff0000")) == len(sprite), "one line is as high as another"
    assert (sprite[..., 0] <= sprite[..., 3]).all(), "premultiplied"
    assert sprite[..., 3].max() == 255


def test_colours_mix_and_run() -> None:
    assert mixed("000000", "ff8040", 0.5) == "804020"
    runs = gradient(3, 2, [(0.0, "000000"), (1.0, "ff0000")])
    np.testing.assert_array_equal(runs[:, 0, 0], (0, 128, 255))
    flat = paper((100, 100, 100, 255))
    np.testing.assert_array_equal(textured(flat, seed=1), textured(flat, seed=1))
    assert textured(flat, seed=1)[..., 0].std() > 0.5
