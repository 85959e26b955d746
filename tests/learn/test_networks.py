"""Networks: trained in Keras elsewhere, they answer here by onnxruntime alone, as Keras did."""

import importlib.util
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kinoeye.errors import InputError, ModelError, SettingError, StoreError
from kinoeye.learn import networks, networks_fit, networks_onnx
from kinoeye.learn.networks_plan import HeadPlan, PicturePlan, TextPlan
from kinoeye.learn.networks_words import numbered, vocabulary, words_of

MAKER = Path(__file__).with_name("networks_training.py")
made = SimpleNamespace(**runpy.run_path(str(MAKER)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("keras") is None or importlib.util.find_spec("jax") is None:
        pytest.skip("the extra networks is not installed")
    into = tmp_path_factory.mktemp("networks")
    subprocess.run([sys.executable, str(MAKER), str(into)], check=True, timeout=600, capture_output=True,
                   env={**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"})  # fmt: skip
    return into


def loaded(folder: Path, name: str) -> networks.Network:
    return networks.load((folder / f"{name}.onnx").read_bytes())


def test_a_network_on_texts_learns_what_was_put_there(folder: Path) -> None:
    texts, kinds = made.texts()
    network = loaded(folder, "texts")
    scores = network.scores(texts)
    assert scores.shape == (240, 3)
    assert (scores.argmax(axis=1) == kinds).mean() > 0.95
    assert network.scores(["key1 of a text that it has not seen"]).argmax() == 1
    assert network.scores([]).shape == (0, 3)


def test_a_network_on_pictures_learns_what_was_put_there(folder: Path) -> None:
    pictures, kinds = made.pictures()
    scores = loaded(folder, "pictures").scores(pictures)
    assert scores.shape == (96,)
    assert ((scores > 0) == kinds).mean() > 0.9


def test_a_head_learns_numbers_and_several_labels(folder: Path) -> None:
    rows = made.numbers()
    wanted = rows[:, 0] * 2 + rows[:, 1] + 500
    scores = loaded(folder, "numbers").scores(rows)
    assert np.corrcoef(scores, wanted)[0, 1] > 0.97
    assert abs(np.mean(scores) - np.mean(wanted)) < 5
    labels = np.stack([rows[:, 2] > 3, rows[:, 3] > 20], 1)
    assert ((loaded(folder, "labels").scores(rows) > 0) == labels).mean() > 0.85


def test_an_export_says_how_near_it_is_and_how_it_was_trained(folder: Path) -> None:
    told = json.loads((folder / "told.json").read_text("utf-8"))
    assert told["heard"] == list(range(1, len(told["heard"]) + 1))
    assert told["same"], "the same seed must learn the same twice"
    for name in ("texts", "pictures", "numbers", "labels"):
        card = json.loads((folder / f"{name}.json").read_text("utf-8"))
        assert card == loaded(folder, name).card
        assert 0 <= card["agreement"] <= networks.NEAR
        assert (card["opset"], card["seed"]) == (networks_onnx.OPSET, 1)
        assert card["parameters"] * 4 < (folder / f"{name}.onnx").stat().st_size
    assert "key1" in loaded(folder, "texts").card["vocabulary"]


def test_wrong_inputs_are_refused(folder: Path) -> None:
    with pytest.raises(InputError, match="texts must be a list, got one text"):
        loaded(folder, "texts").scores("a text")
    with pytest.raises(InputError, match=r"pictures must be \[n, 16, 24, 3\], got \[2, 24, 24, 3\]"):
        loaded(folder, "pictures").scores(np.zeros((2, 24, 24, 3), np.uint8))
    with pytest.raises(InputError, match=r"embeddings must be \[n, 6\], got \[6\]"):
        loaded(folder, "numbers").scores(np.zeros(6))


def arrays(*shapes: tuple[int, ...]) -> list[np.ndarray]:
    random = np.random.default_rng(3)
    return [random.normal(0, 0.5, shape).astype(np.float32) for shape in shapes]


def network(**card: Any) -> networks.Network:
    """A head of two inputs and one answer, written without Keras."""
    plan = HeadPlan(2, 1, hidden=0)
    weights = {"answers": [np.array([[1.0], [2.0]], np.float32), np.array([0.5], np.float32)]}
    content = networks_onnx.written(plan, weights, np.zeros(2, np.float32), np.ones(2, np.float32))
    full = {"input": "embeddings", "kind": "binary", "classes": ["no", "yes"], "plan": {"size": 2}, "scale": 1.0,
            "offset": 0.0, **card}  # fmt: skip
    return networks.Network(networks_onnx.with_card(content, full), full)


def test_a_network_is_what_it_was_when_it_is_loaded_again(tmp_path: Path) -> None:
    before = network()
    before.save(tmp_path / "net.onnx")
    after = networks.load((tmp_path / "net.onnx").read_bytes())
    assert after.card == before.card
    assert np.allclose(after.scores(np.array([[1.0, 2.0], [0, 0]])), [5.5, 0.5])
    assert sorted(each.name for each in tmp_path.iterdir()) == ["net.json", "net.onnx"]


def test_what_is_written_answers_as_the_plan_says() -> None:
    import onnxruntime

    def run(content: bytes, given: np.ndarray) -> np.ndarray:
        session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        return session.run(None, {"inputs": given})[0]

    one = np.ones(1, np.float32)
    words, kernel, bias, last, more = arrays((4, 3), (2, 3, 5), (5,), (5, 2), (2,))
    plan = TextPlan(4, 3, 2, size=3, widths=(2,), filters=5)
    weights = {"words": [words], "width2": [kernel, bias], "answers": [last, more]}
    got = run(networks_onnx.written(plan, weights, one, one), np.array([[1, 2, 3]], np.int32))
    at = np.vstack([words[[1, 2, 3]], np.zeros((1, 3), np.float32)])
    found = np.maximum([np.tensordot(at[step : step + 2], kernel, 2) + bias for step in range(3)], 0).max(axis=0)
    assert np.allclose(got, found @ last + more, atol=1e-5)
    weights = {"block0": arrays((3, 3, 3, 4), (4,)), "answers": arrays((4, 1), (1,))}
    got = run(networks_onnx.written(PicturePlan(16, 16, 1, filters=(4,)), weights, one, one),
              np.full((2, 16, 16, 3), 127.5, np.float32))  # fmt: skip
    assert np.allclose(
        got, np.maximum(weights["block0"][1], 0) @ weights["answers"][0] + weights["answers"][1], atol=1e-5
    )


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"nothing of it"])
def test_what_is_no_network_is_refused(content: bytes) -> None:
    with pytest.raises(ModelError, match="must be ONNX with its card in it"):
        networks.load(content)


def test_a_card_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelError, match="with its card in it"):
        networks.load(network(kind="clustering").content)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="must be writable"):
        network().save(tmp_path / "nowhere" / "net.onnx")


@pytest.mark.parametrize(
    ("rows", "targets", "kind", "match", "error"),
    [
        (20, np.arange(20) % 2, "ranking", "must be one of binary", SettingError),
        (20, np.arange(19) % 2, "binary", "20 rows and 19 targets", InputError),
        (5, np.arange(5) % 2, "binary", "at least 12 rows, got 5", InputError),
        (20, np.zeros(20, int), "binary", "at least two of the classes 0 to 1, got \\[0\\]", InputError),
        (20, np.arange(20), "multi-class", "classes 0 to 1", InputError),
        (20, np.zeros((20, 3)), "multi-label", r"targets must be \[n, 2\], got \[20, 3\]", InputError),
        (20, np.full(20, np.nan), "regression", "must be finite", InputError),
    ],
)
def test_bad_targets_are_refused_before_anything_is_trained(
    rows: int, targets: np.ndarray, kind: str, match: str, error: type[Exception]
) -> None:
    with pytest.raises(error, match=match):
        networks.fit_head(np.zeros((rows, 3), np.float32), targets, kind=kind, classes=["a", "b"])


def test_bad_rows_are_refused() -> None:
    kinds = np.arange(20) % 2
    with pytest.raises(InputError, match="embeddings must be finite"):
        networks.fit_head(np.full((20, 3), np.inf, np.float32), kinds, kind="binary", classes=["a", "b"])
    with pytest.raises(InputError, match="at least 16 pixels a side"):
        networks.fit_pictures(np.zeros((20, 8, 8, 3), np.uint8), kinds, kind="binary", classes=["a", "b"])


def test_without_keras_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks_fit.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="JAX must be there to train a network") as caught:
        networks.fit_head(np.zeros((20, 3), np.float32), np.arange(20) % 2, kind="binary", classes=["a", "b"])
    assert "kinoeye[networks]" in caught.value.remedy


def test_an_export_that_answers_otherwise_is_an_error() -> None:
    head = network()
    with pytest.raises(ModelError, match=r"must answer as Keras does within 0\.0001, got 0\.15 apart"):
        networks._agreement(head.content, lambda rows: head.scores(rows)[:, None] + 1, np.array([[1, 2]], np.float32))


def test_words_of_many_scripts() -> None:
    assert words_of("Café-Noir 24/7 ÜBER") == ["café", "noir", "24", "7", "über"]
    assert words_of("战争片 film") == ["战", "争", "片", "film"]
    listed = vocabulary(["a b b", "a c", "b a"], 2)
    assert listed == ["a", "b"]
    rows = numbered(["b zzz a a a", ""], {"a": 2, "b": 3}, 4)
    assert rows.tolist() == [[3, 1, 2, 2], [0, 0, 0, 0]]
