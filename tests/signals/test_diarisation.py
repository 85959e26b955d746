"""As many voices are told apart as there are, and turns stay whole."""

import numpy as np
import pytest

from kinoeye.signals.diarisation import voices


def stretches(turns, *, spread=0.55, seed=4):
    """Vectors of turns (voice, count): one common direction, one of each voice's own, and what varies."""
    random = np.random.default_rng(seed)
    own = np.linalg.qr(random.normal(size=(64, 9)))[0].T
    rows = []
    for voice, count in turns:
        noise = random.normal(size=(count, 64)) / 8 * spread
        rows.append(own[0] + 0.9 * own[1 + voice] + noise)
    rows = np.concatenate(rows)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), np.repeat(*zip(*turns, strict=True))


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_as_many_voices_are_found_as_speak(count):
    random = np.random.default_rng(count)
    turns = [(number % count, int(random.integers(8, 25))) for number in range(4 * count)]
    rows, truth = stretches(turns)
    labels, scores = voices(rows)
    np.testing.assert_array_equal(labels, truth)
    assert scores.min() >= 0
    assert scores.max() <= 1 + 1e-9
    assert np.all(scores == 1) == (count == 1)


def test_voices_are_numbered_in_order_of_first_words():
    rows, truth = stretches([(2, 20), (0, 20), (1, 20), (0, 20), (2, 20)])
    assert voices(rows)[0].tolist() == [{2: 0, 0: 1, 1: 2}[each] for each in truth]


def test_one_odd_stretch_is_no_turn():
    rows, _ = stretches([(0, 30), (1, 30), (0, 30)])
    whole = voices(rows)[0]
    middle = rows[15] + 0.6 * rows[45]
    rows[15] = middle / np.linalg.norm(middle)
    np.testing.assert_array_equal(voices(rows)[0], whole)


def test_a_long_sound_is_thinned_and_wholly_told(monkeypatch):
    rows, truth = stretches([(0, 150), (1, 120), (2, 130)] * 2)
    monkeypatch.setattr("kinoeye.signals.diarisation._MOST_NAMING", 200)
    np.testing.assert_array_equal(voices(rows)[0], truth)


@pytest.mark.parametrize("count", [0, 1, 2, 11])
def test_a_few_stretches_are_one_voice(count):
    rows, _ = stretches([(0, 20)])
    labels, scores = voices(rows[:count])
    assert labels.tolist() == [0] * count
    assert scores.tolist() == [1.0] * count
