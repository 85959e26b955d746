"""The ONNX net tells what the plain arrays say, without torch: it is held against the same sums in NumPy."""

import math

import numpy as np
import pytest

from kinoeye.errors import MissingError, ModelError
from kinoeye.models import transformer

WORDS = ("<begin>", "<end>", "<unknown>", "<action>", "<nobody>", "rain", "falls", "again")
WINDOW, WIDTH, HEADS, LAYERS = 6, 8, 2, 2


def _arrays(seed=1):
    random = np.random.default_rng(seed)

    def made(*shape):
        return random.standard_normal(shape).astype(np.float32) * 0.5

    weights = {
        "words": made(len(WORDS), WIDTH),
        "places": made(WINDOW, WIDTH),
        "norm": made(WIDTH),
        "bias": made(WIDTH),
    }
    for layer in range(LAYERS):
        weights |= {f"{layer}.{name}": made(*shape) for name, shape in (
            ("norm1", (WIDTH,)), ("bias1", (WIDTH,)), ("qkv", (WIDTH, 3 * WIDTH)), ("out", (WIDTH, WIDTH)),
            ("norm2", (WIDTH,)), ("bias2", (WIDTH,)), ("up", (WIDTH, 4 * WIDTH)), ("upbias", (4 * WIDTH,)),
            ("down", (4 * WIDTH, WIDTH)),
        )}  # fmt: skip
    return {
        "words": np.frombuffer("\n".join(WORDS).encode(), np.uint8),
        "sizes": np.asarray((WINDOW, WIDTH, HEADS, LAYERS)),
        **{f"best.{name}": array for name, array in weights.items()},
    }


def _norm(x, weight, bias):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5) * weight + bias


def _logits(arrays, numbers):
    w = {name[5:]: array.astype(np.float64) for name, array in arrays.items() if name.startswith("best.")}
    x = w["words"][numbers] + w["places"][: len(numbers)]
    for at in range(LAYERS):
        q, k, v = np.split(_norm(x, w[f"{at}.norm1"], w[f"{at}.bias1"]) @ w[f"{at}.qkv"], 3, axis=1)
        heads = []
        for one, two, three in zip(*(np.split(each, HEADS, axis=1) for each in (q, k, v)), strict=True):
            scores = one @ two.T / math.sqrt(WIDTH // HEADS)
            scores[np.triu_indices(len(numbers), 1)] = -np.inf
            shares = np.exp(scores - scores.max(1, keepdims=True))
            heads.append(shares / shares.sum(1, keepdims=True) @ three)
        x = x + np.concatenate(heads, axis=1) @ w[f"{at}.out"]
        up = _norm(x, w[f"{at}.norm2"], w[f"{at}.bias2"]) @ w[f"{at}.up"] + w[f"{at}.upbias"]
        x = x + up * 0.5 * (1 + np.vectorize(math.erf)(up / math.sqrt(2))) @ w[f"{at}.down"]
    return (_norm(x, w["norm"], w["bias"]) @ w["words"].T)[-1]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "ideas.npz"
    np.savez(path, **_arrays())
    return path


@pytest.mark.parametrize("numbers", [[], [5], [5, 6, 7], [3, 4, 5, 6, 7]])
def test_the_net_tells_what_the_arrays_say(file, numbers):
    expected = _logits(_arrays(), [0, *numbers])
    assert transformer.learnt(file).logits(numbers) == pytest.approx(expected, abs=1e-4)


def test_the_last_of_a_window_are_looked_at(file):
    learnt = transformer.learnt(file)
    assert learnt.logits([5] * 20 + [7, 6, 5, 6, 7, 6]) == pytest.approx(learnt.logits([6] * 9 + [7, 6, 5, 6, 7, 6]))


def test_chances_add_up_and_marks_have_none(file):
    learnt = transformer.learnt(file)
    chances = learnt.following([3, 4])
    assert chances.sum() == pytest.approx(1)
    assert [WORDS[at] for at in np.flatnonzero(chances == 0)] == ["<begin>", "<action>", "<nobody>"]
    assert learnt.numbers(["rain", "snow"]) == [5, 2]


def test_what_is_learnt_anew_is_made_anew(file):
    before = transformer.learnt(file).logits([5])
    np.savez(file, **_arrays(2))
    after = transformer.learnt(file).logits([5])
    assert after == pytest.approx(_logits(_arrays(2), [0, 5]), abs=1e-4)
    assert np.abs(after - before).max() > 0.01


def test_no_file_and_another_file_are_told(tmp_path):
    with pytest.raises(MissingError, match="must be there, got none"):
        transformer.learnt(tmp_path / "ideas.npz")
    for number, data in enumerate((b"", b"hello", b"PK\x03\x04" + bytes(99))):
        path = tmp_path / f"{number}.npz"
        path.write_bytes(data)
        with pytest.raises(ModelError, match="must be what was learnt, got something else"):
            transformer.learnt(path)
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    with pytest.raises(ModelError, match="must be what was learnt, got something else"):
        transformer.learnt(tmp_path / "other.npz")
