"""Training gets better, is stopped and gone on with without a change, and loses nothing; only where torch is."""

import random
import sys

import numpy as np
import pytest

from kinoeye.errors import ModelError, StoppedError, StoreError, UseError
from kinoeye.learn import transformer as learning
from kinoeye.learn.language import Row
from kinoeye.learn.transformer import WINDOW, encoded, logits_of, marks_of, train
from kinoeye.models import transformer


@pytest.fixture
def torch(monkeypatch):
    found = pytest.importorskip("torch", reason="the extra train is not installed")
    monkeypatch.setattr(learning, "_BATCH", 4)
    monkeypatch.setattr(learning, "_LOOK_EVERY", 10)
    monkeypatch.setattr(learning, "_WARM", 10)
    return found


def _texts(rows=300, seed=1):
    chance = random.Random(seed)
    pairs = {"rain": "falls", "wind": "blows", "snow": "melts"}
    found = []
    for _ in range(rows):
        one = chance.choice(sorted(pairs))
        found.append(Row(("the", one, pairs[one], chance.choice(("here", "there"))), ("action",)))
    return [found]


def test_rows_become_numbers_and_marks_are_not_told():
    rows = [Row(("go", "home"), ("dialogue", "dialogue ANNA")), Row(("rain",))]
    words = ("<begin>", "<end>", "<unknown>", "<dialogue>", "<dialogue ANNA>", "<nobody>", "go", "rain")
    ((numbers, told),) = encoded([rows], words)
    assert numbers == [3, 4, 6, 2, 1, 2, 5, 7, 1]
    assert told == [False, False, True, True, True, False, False, True, True]
    assert marks_of(()) == ("<row>", "<nobody>")


def test_without_torch_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UseError, match="torch must be installed, got none") as error:
        train(_texts(), tmp_path / "a.npz", seconds=1)
    assert "kinoeye[train]" in error.value.remedy


def test_it_learns_and_the_net_tells_the_same(torch, tmp_path):
    file = tmp_path / "learnt" / "ideas.npz"
    looks = []
    trained = train(_texts(), file, seconds=600, steps=70, on_progress=lambda *told: looks.append(told[:2]))
    assert (trained.step, trained.is_done) == (70, False)
    assert [step for step, _ in looks] == [0, 10, 20, 30, 40, 50, 60]
    assert trained.perplexity < 3 < looks[0][1]
    learnt = transformer.learnt(file)
    numbers = learnt.numbers(["<action>", "<nobody>", "the", "rain"])
    chances = learnt.following(numbers)
    assert learnt.vocabulary[int(np.argmax(chances))] == "falls"
    with np.load(file) as arrays:
        weights = {name[5:]: torch.tensor(arrays[name]) for name in arrays.files if name.startswith("best.")}
    told = logits_of(torch, weights, torch.tensor([[0, *numbers]]))[0, -1].numpy()
    assert learnt.logits(numbers) == pytest.approx(told, abs=1e-3)


def test_stopping_changes_nothing(torch, tmp_path):
    del torch
    train(_texts(), tmp_path / "once.npz", seconds=600, steps=15)
    train(_texts(), tmp_path / "twice.npz", seconds=600, steps=7)
    train(_texts(), tmp_path / "twice.npz", seconds=600, steps=15)
    with np.load(tmp_path / "once.npz") as once, np.load(tmp_path / "twice.npz") as twice:
        assert once.files == twice.files
        for name in once.files:
            assert twice[name] == pytest.approx(once[name], abs=1e-5), name


def test_a_stop_keeps_what_was_learnt(torch, tmp_path):
    del torch

    def stop(step, *_):
        if step == 10:
            raise KeyboardInterrupt

    with pytest.raises(StoppedError, match="stopped at step 10"):
        train(_texts(), tmp_path / "a.npz", seconds=600, on_progress=stop)
    assert train(_texts(), tmp_path / "a.npz", seconds=0).step == 10
    assert train(_texts(seed=2), tmp_path / "a.npz", seconds=0).step == 0  # other texts begin anew


def test_bad_files_and_few_texts_are_told(torch, tmp_path):
    del torch
    (tmp_path / "bad.npz").write_bytes(b"hello")
    with pytest.raises(ModelError, match="must be what was learnt before"):
        train(_texts(), tmp_path / "bad.npz", seconds=1)
    assert (tmp_path / "bad.npz").read_bytes() == b"hello"
    for texts in ([], [[Row(("one", "line"))]]):
        with pytest.raises(UseError, match=f"must have {10 * WINDOW} words or more"):
            train(texts, tmp_path / "few.npz", seconds=1)
    with pytest.raises(StoreError, match="must be writable"):
        train(_texts(), tmp_path / "bad.npz" / "a.npz", seconds=0)
