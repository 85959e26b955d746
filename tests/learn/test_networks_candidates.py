"""Networks enter the choice by one form: they fit, score, and are what they were when they are read again."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kinoeye.learn import networks, networks_candidates
from kinoeye.learn.networks_candidates import HEAD, LEAST_ROWS, PICTURES, TEXTS, Learning


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What training is asked for; nothing is trained."""
    asked: dict[str, Any] = {}

    def fit(given: Any, targets: Any, **settings: Any) -> Any:
        asked.update(given=given, targets=targets, **settings)
        return SimpleNamespace(content=b"onnx", scores=lambda rows: np.arange(len(rows)))

    for name in ("fit_texts", "fit_pictures", "fit_head"):
        monkeypatch.setattr(networks, name, fit)
    return asked


PROBLEM = SimpleNamespace(targets=np.array([0, 1]), classes=("no", "yes"))


def test_texts_of_several_columns_are_one(seen: dict[str, Any]) -> None:
    frame = SimpleNamespace(
        texts={"title": np.array(["Alien", "Up"], object), "plot": np.array(["In space", ""], object)}
    )
    learning = Learning(TEXTS, "binary", {"filters": 8, "rate": 0.1, "epochs": 3}, 5)
    learning.fit(frame, PROBLEM)
    assert seen["given"] == ["In space . Alien", "Up"]
    assert (seen["kind"], seen["classes"], seen["filters"]) == ("binary", ("no", "yes"), 8)
    assert (seen["training"].seed, seen["training"].rate, seen["training"].epochs) == (5, 0.1, 3)
    assert learning.scores(frame).tolist() == [0, 1]
    assert learning.dump() == b"onnx"


def test_pictures_are_decoded_to_one_size(seen: dict[str, Any]) -> None:
    import cv2

    encoded = cv2.imencode(".png", np.full((30, 40, 3), (255, 0, 0), np.uint8))[1].tobytes()
    frame = SimpleNamespace(columns=(SimpleNamespace(name="still", kind="picture"),),
                            cells={"still": np.array([encoded, encoded], object)})  # fmt: skip
    Learning(PICTURES, "binary", {}, 1).fit(frame, PROBLEM)
    assert seen["given"].shape == (2, 64, 64, 3)
    assert seen["given"][0, 0, 0].tolist() == [0, 0, 255]
    frame.cells["still"] = np.array([b"none", "/nowhere.png"], object)
    with pytest.raises(Exception, match="a picture must be PNG or JPEG"):
        Learning(PICTURES, "binary", {}, 1).fit(frame, PROBLEM)


def test_numbers_go_as_they_are(seen: dict[str, Any]) -> None:
    Learning(HEAD, "binary", {"hidden": 4}, 1).fit(np.zeros((2, 3)), PROBLEM)
    assert seen["given"].dtype == np.float32
    assert seen["hidden"] == 4


def test_the_rules_let_in_what_has_rows_enough() -> None:
    pytest.importorskip("kinoeye.learn.candidates")
    from kinoeye.learn.candidates import Situation

    listed = {each.name: each for each in networks_candidates.candidates()}
    assert set(listed) == {TEXTS, PICTURES, HEAD}
    for name, texts, numbers, pictures in ((TEXTS, 1, 0, 0), (HEAD, 0, 3, 0), (PICTURES, 0, 0, 1)):
        for rows in (LEAST_ROWS[name] - 1, LEAST_ROWS[name]):
            situation = Situation("binary", rows, 2, texts, numbers, pictures, 0.5)
            entered = {each for each, candidate in listed.items() if candidate.rule(situation)[0]}
            assert entered == ({name} if rows == LEAST_ROWS[name] else set())
