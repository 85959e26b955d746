"""TFLite nets are loaded once, checked, and asked what they can answer."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import ModelError, UseError
from kinoeye.models import cache, registry
from kinoeye.models.litert import lite_net


@pytest.fixture(autouse=True)
def weights() -> Iterator[None]:
    """The cache that the set-up has filled, instead of the empty one that other tests of models get."""
    lite_net.cache_clear()
    yield
    lite_net.cache_clear()


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that only this test knows."""
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(cache, "_known", {})
    return tmp_path


def test_a_net_answers_by_the_names_of_its_outputs() -> None:
    net = lite_net("faces-short")
    assert net.shape == (1, 128, 128, 3)
    answers = net.run(np.zeros(net.shape, np.float32))
    assert {name: array.shape for name, array in answers.items()} == {
        "regressors": (1, 896, 16),
        "classificators": (1, 896, 1),
    }
    assert all(np.isfinite(array).all() for array in answers.values())


def test_an_answer_depends_on_what_is_asked_and_on_nothing_else() -> None:
    net = lite_net("faces-short")
    grey, noise = np.zeros(net.shape, np.float32), np.random.default_rng(0).uniform(-1, 1, net.shape).astype(np.float32)
    first = net.run(grey)["classificators"]
    other = net.run(noise)["classificators"]
    again = net.run(grey)["classificators"]
    assert not np.array_equal(first, other)
    assert np.array_equal(first, again)


def test_an_answer_is_a_copy() -> None:
    net = lite_net("faces-short")
    first = net.run(np.zeros(net.shape, np.float32))["classificators"]
    before = first.copy()
    net.run(np.ones(net.shape, np.float32))
    assert np.array_equal(first, before)


def test_a_net_is_loaded_once() -> None:
    assert lite_net("faces-short") is lite_net("faces-short")


@pytest.mark.parametrize(
    ("array", "came"),
    [
        (np.zeros((1, 128, 128, 3)), r"float64 \[1, 128, 128, 3\]"),
        (np.zeros((128, 128, 3), np.float32), r"float32 \[128, 128, 3\]"),
        (np.zeros((1, 64, 64, 3), np.float32), r"float32 \[1, 64, 64, 3\]"),
        (np.zeros((1, 128, 128, 3), np.uint8), r"uint8 \[1, 128, 128, 3\]"),
    ],
)
def test_wrong_inputs_are_refused(array: np.ndarray, came: str) -> None:
    with pytest.raises(ModelError, match=rf"faces-short: input must be float32 \[1, 128, 128, 3\], got {came}"):
        lite_net("faces-short").run(array)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UseError, match="must be one of"):
        lite_net("nothing")


def test_missing_weights_are_refused_with_what_to_do(empty: Path) -> None:
    with pytest.raises(ModelError, match=r"got no file\. Fetch it with: kinoeye models pull faces-short"):
        lite_net("faces-short")


def test_damaged_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    good = registry.path("faces-short").read_bytes()
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path))
    monkeypatch.setattr(cache, "_known", {})
    file = registry.cached_file(registry.model("faces-short"))
    file.parent.mkdir(parents=True)
    file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(ModelError, match="another SHA-256"):
        lite_net("faces-short")


@pytest.mark.parametrize("content", [b"", b"no net", b"\x1c\x00\x00\x00TFL3" + bytes(40)])
def test_what_is_no_net_is_refused(empty: Path, content: bytes) -> None:
    folder = empty / registry.OWN_FILES
    folder.mkdir()
    (folder / "mine.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"mine: mine\.onnx must be a TFLite net of one input, got"):
        lite_net("mine")
