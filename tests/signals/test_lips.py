"""A mouth that opens with the sound speaks for its face, one that stands still against it."""

import numpy as np
import pytest

from kinoeye.signals.lips import levels, odds, openings, signs


def faces(gaps, aspect=1.0, scale=1.0):
    meshes = np.zeros((len(gaps), 478, 3))
    meshes[:, 10, 1], meshes[:, 152, 1] = 0.0, 0.4 * scale * aspect
    meshes[:, 13, 1] = 0.3 * scale * aspect
    meshes[:, 14, 1] = (0.3 + np.asarray(gaps)) * scale * aspect
    return meshes


def test_openings_are_told_in_heights_of_the_face_at_any_distance_and_shape_of_picture():
    for aspect, scale in ((1.0, 1.0), (1.78, 0.5), (0.56, 2.0)):
        assert openings(faces([0.0, 0.04], aspect, scale), aspect) == pytest.approx([0.0, 0.1])


def test_levels_follow_the_sound_and_silence_is_flat():
    tone = (8000 * np.sin(np.arange(32_000) / 5)).astype(np.int16)
    tone[:16_000] //= 20
    loud = levels(tone, 16_000)
    assert len(loud) == 200
    assert loud[150] - loud[50] == pytest.approx(20 * np.log10(20), abs=0.5)
    assert levels(np.zeros(16_000, np.int16), 16_000).std() == 0
    assert len(levels(np.zeros(10, np.int16), 16_000)) == 0


def test_a_mouth_that_moves_with_the_sound_is_likelier_than_one_against_it_or_still():
    loud = 20 + 10 * np.sin(np.arange(50) / 3)
    noise = np.random.default_rng(1).normal(0, 0.002, 50)
    with_it, against, still = 0.002 * loud + noise, 0.06 - 0.002 * loud + noise, 0.02 + noise
    found = [odds(*signs(each, loud, 5.0)) for each in (with_it, against, still)]
    assert found[0] > 0 > max(found[1:])


def test_few_pictures_say_less_and_nothing_that_stands_still_says_together():
    loud = np.array([0.0, 10.0, 0.0, 10.0, 0.0, 10.0, 0.0, 10.0])
    opened = loud / 200
    assert signs(opened, loud, 0.3)[1] == 0.0
    assert signs(opened, loud, 4.0)[1] > 1
    assert signs(np.full(8, 0.1), loud, 4.0) == pytest.approx((0.0, 0.0))
    assert signs(opened, np.full(8, 3.0), 4.0)[1] == 0.0
