"""Labels of texts are learnt, sure answers are surer, and nothing hangs on how it was stored."""

import numpy as np
import pytest

from kinoeye.errors import ModelError, SettingError, UseError
from kinoeye.learn.text_features import text_features
from kinoeye.learn.text_labels import best_limits, calibrated, learn
from kinoeye.learn.text_packing import packed, unpacked

WORDS = {
    "west": "saddle ranch sheriff cattle",
    "space": "rocket orbit alien planet",
    "rare": "violin piano opera choir",
}
LABELS = tuple(WORDS)
SHARES = (0.5, 0.3, 0.06)


def _texts(count=600, seed=3):
    random = np.random.default_rng(seed)
    truth = random.random((count, len(LABELS))) < SHARES
    texts = []
    for own in truth:
        words = [f"word{number}" for number in random.integers(0, 60, 12)]
        for label, told in zip(LABELS, own, strict=True):
            if told:
                words += list(random.choice(WORDS[label].split(), 2))
        texts.append(" ".join(random.permutation(words)))
    return texts, truth


@pytest.fixture(scope="module")
def learnt():
    texts, truth = _texts()
    return learn(texts, truth, LABELS)


def _f1(picked, truth):
    return 2 * (picked & truth).sum(0) / (picked.sum(0) + truth.sum(0))


def test_labels_of_new_texts_are_told_rare_ones_too(learnt):
    texts, truth = _texts(seed=4)
    chances = learnt.chances(texts)
    assert chances.shape == truth.shape
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (_f1(learnt.picked(chances), truth) > 0.9).all()


def test_chances_are_as_frequent_as_they_say(learnt):
    texts, truth = _texts(count=2000, seed=5)
    chances = learnt.chances(texts)
    assert np.abs(chances.mean(axis=0) - truth.mean(axis=0)).max() < 0.03


def test_words_that_spoke_for_a_label_are_its_own(learnt):
    row = learnt.features.rows(["word1 word2 saddle word3 sheriff word4"])[0]
    told = learnt.telling(row, 0, 2)
    assert {word for word, _ in told} == {"saddle", "sheriff"}
    assert all(weight > 0 for _, weight in told)


def test_the_same_again_and_another_seed_nearly_so(learnt):
    texts, truth = _texts()
    again, other = learn(texts, truth, LABELS), learn(texts, truth, LABELS, seed=2)
    assert np.array_equal(learnt.weights, again.weights)
    asked, _ = _texts(100, seed=6)
    assert np.abs(learnt.chances(asked) - other.chances(asked)).max() < 0.3


def test_packed_it_says_the_same(learnt):
    texts, _ = _texts(200, seed=7)
    back = unpacked(packed(learnt))
    assert np.abs(back.chances(texts) - learnt.chances(texts)).max() < 0.02
    assert back.labels == learnt.labels


def test_fewer_features_keep_what_tells(learnt):
    texts, truth = _texts(seed=8)
    small = learnt.smaller(300)
    assert small.weights.shape == (300, 3)
    assert (_f1(small.picked(small.chances(texts)), truth) > 0.8).all()
    assert learnt.smaller(10**9) is learnt


@pytest.mark.parametrize("change", [
    lambda arrays: arrays.pop("weights"),
    lambda arrays: arrays.update(weights=arrays["weights"][:-1]),
    lambda arrays: arrays.update(keys=np.zeros_like(arrays["keys"])),
    lambda arrays: arrays.update(labels=np.array([255, 254], np.uint8)),
])  # fmt: skip
def test_damaged_arrays_are_no_model(learnt, change):
    arrays = packed(learnt)
    change(arrays)
    with pytest.raises(ModelError, match="text labels: weights must be"):
        unpacked(arrays)


def test_texts_of_nothing_that_is_known_get_the_labels_shares(learnt):
    chances = learnt.chances(["", "zzz", "山"])
    assert np.allclose(chances[0], chances[1])
    assert chances[0, 2] < 0.5


def test_marks_count_as_words_and_make_no_pairs():
    texts = ["rain falls"] * 6
    marks = [["year 1970", "decade 197"]] * 6
    features, rows = text_features(texts, marks)
    names = {features.name(number) for number in range(rows.shape[1])}
    assert names == {"rain", "falls", "rain falls", "year 1970", "decade 197"}
    assert np.allclose(rows.multiply(rows).sum(axis=1), 1)


def test_a_word_of_one_text_is_no_feature():
    features, rows = text_features(["same one", "same two", ""])
    assert [features.name(number) for number in range(rows.shape[1])] == ["same"]
    assert rows[2].nnz == 0


def test_a_label_that_no_text_has_is_never_picked():
    texts, truth = _texts()
    truth[:, 2] = False
    model = learn(texts, truth, LABELS)
    chances = model.chances(texts)
    assert np.isfinite(chances).all()
    assert not model.picked(chances)[:, 2].any()


def test_a_label_that_every_text_has_is_always_picked():
    texts, truth = _texts(100)
    truth[:, 0] = True
    model = learn(texts, truth, LABELS)
    assert model.picked(model.chances(texts))[:, 0].all()


def test_two_forms_of_a_text_are_held_back_together():
    # Labels without rhyme or reason: only who has seen the other form could tell them.
    random = np.random.default_rng(1)
    texts = [" ".join(f"word{number}" for number in random.integers(0, 4000, 30)) for _ in range(300)] * 2
    truth = np.tile(random.random((300, 1)) < 0.5, (2, 1))
    apart = learn(texts, truth, ("coin",))
    together = learn(texts, truth, ("coin",), groups=np.tile(np.arange(300), 2))
    assert apart.slopes[0] > 3 * together.slopes[0]


@pytest.mark.parametrize(("scores", "answers", "limit"), [
    ([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0], 0.55), ([0.9, 0.5, 0.5, 0.1], [1, 1, 0, 0], 0.3), ([0.2, 0.1], [0, 0], 2.0),
])  # fmt: skip
def test_a_limit_lies_between_two_chances(scores, answers, limit):
    found = best_limits(np.array(scores, np.float32)[:, None], np.array(answers, bool)[:, None])
    assert found[0] == pytest.approx(limit)


def test_a_curve_goes_up_even_where_scores_say_the_opposite():
    slopes, offsets = calibrated(np.array([[0.0], [1.0], [2.0], [3.0]] * 20, np.float32),
                                 np.array([[1], [1], [0], [0]] * 20, bool))  # fmt: skip
    assert slopes[0] == 0
    assert np.isfinite(offsets).all()


@pytest.mark.parametrize(("texts", "truth", "settings", "error", "message"), [
    (["a"] * 20, np.ones((19, 1), bool), {}, UseError, r"answers must be texts by labels, 20 by 1, got \(19, 1\)"),
    (["a"] * 3, np.ones((3, 1), bool), {}, UseError, "texts must be 10 or more to hold some back, got 3"),
    (["a"] * 20, np.ones((20, 1), bool), {"folds": 1}, SettingError, "folds must be 2 or more, got 1"),
    (["a"] * 20, np.ones((20, 1), bool), {"marks": [["x"]]}, UseError, "for every text or for none, got 1 of 20"),
])  # fmt: skip
def test_what_cannot_be_learnt_from_is_said(texts, truth, settings, error, message):
    with pytest.raises(error, match=message):
        learn(texts, truth, ("one",), **settings)
