"""Networks among the candidates of `choose`: a convolutional network on texts, one on pictures, a head on numbers.

They are asked only where Keras is installed, and enter only where there are rows enough: on 1,800 plots the network was
far behind a linear SVM at thirty times its cost (bench/networks.py).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError
from kinoeye.learn import networks
from kinoeye.learn.candidates import Candidate
from kinoeye.learn.networks import Network
from kinoeye.learn.networks_fit import KINDS, Training
from kinoeye.learn.said import said

Floats = npt.NDArray[np.float64]
Setting = Mapping[str, Any]

TEXTS, PICTURES, HEAD = "network on texts", "network on pictures", "network on numbers"
LEAST_ROWS = {TEXTS: 5000, PICTURES: 600, HEAD: 600}
_SIDE = 64  # pixels that pictures are brought to
_EPOCHS = {"epochs", "rate", "batch", "patience"}


class Learning:
    """A network as `choose` takes it: it fits, scores, and writes itself as ONNX.

    Parameters
    ----------
    name : TEXTS, PICTURES or HEAD
    kind : of problems
    setting : mapping
        Of the training (epochs, rate, batch, patience) and of the plan.
    seed : int
    """

    def __init__(self, name: str, kind: str, setting: Setting, seed: int, network: Network | None = None) -> None:
        self.name = name
        self._kind, self._setting, self._seed, self._network = kind, dict(setting), seed, network

    def fit(self, features: Any, problem: Any) -> None:
        """Learn from rows, features as `choose` gives them (a frame, or numbers) and a problem."""
        training = Training(seed=self._seed, **{key: self._setting[key] for key in _EPOCHS & set(self._setting)})
        plan = {key: value for key, value in self._setting.items() if key not in _EPOCHS}
        ways: dict[str, Callable[..., Network]] = {
            TEXTS: networks.fit_texts, PICTURES: networks.fit_pictures, HEAD: networks.fit_head,
        }  # fmt: skip
        self._network = ways[self.name](
            self._given(features), problem.targets, kind=self._kind, classes=problem.classes, training=training, **plan
        )

    def scores(self, features: Any) -> Floats:
        """Return scores, [n] or [n, classes]."""
        assert self._network is not None
        return self._network.scores(self._given(features))

    def dump(self) -> bytes:
        """Return the network as ONNX, with its card in it."""
        assert self._network is not None
        return self._network.content

    def _given(self, features: Any) -> Any:
        if self.name == TEXTS:
            columns = [np.asarray(features.texts[name], object) for name in sorted(features.texts)]
            return [" . ".join(str(cell) for cell in row if cell) for row in zip(*columns, strict=True)]
        if self.name == PICTURES:
            (column,) = [each.name for each in features.columns if each.kind == "picture"]
            return np.stack([_picture(cell) for cell in features.cells[column]])
        return np.asarray(features, np.float32)


def candidates() -> Sequence[Candidate]:
    """Return the networks as `choose` takes them."""

    def rule(wanted: str) -> Any:
        def chosen(situation: Any) -> tuple[bool, Any]:
            there = {TEXTS: situation.texts, PICTURES: situation.pictures == 1, HEAD: situation.numbers}[wanted]
            if situation.kind not in KINDS or not there:
                return False, said("out_network_other")
            if situation.rows < LEAST_ROWS[wanted]:
                return False, said("out_network_rows", rows=situation.rows, least=LEAST_ROWS[wanted])
            return True, said("in_network", rows=situation.rows)

        return chosen

    def made(name: str) -> Any:
        return lambda kind, setting, seed: Learning(name, kind, setting, seed)

    def loaded(name: str) -> Any:
        return lambda kind, data: Learning(name, kind, {}, 0, networks.load(data))

    settings: dict[str, tuple[str, tuple[Setting, ...]]] = {
        TEXTS: ("raw", ({"filters": 64, "rate": 1e-3}, {"filters": 128, "rate": 2e-3})),
        PICTURES: ("raw", ({"rate": 1e-3, "batch": 32},)),
        # Without a hidden layer it would be logistic regression, at forty times the time.
        HEAD: ("narrow", ({"hidden": 128, "rate": 1e-3},)),
    }
    return [
        Candidate(name, view, listed, rule(name), made(name), loaded(name)) for name, (view, listed) in settings.items()
    ]


def _picture(cell: Any) -> npt.NDArray[np.uint8]:
    """Return a picture, encoded or as its path, as uint8 [64, 64, 3], RGB.

    Raises
    ------
    InputError
        If it is none.
    """
    import cv2

    content = np.frombuffer(cell, np.uint8) if isinstance(cell, bytes) else None
    decoded = (
        cv2.imdecode(content, cv2.IMREAD_COLOR) if content is not None else cv2.imread(str(cell), cv2.IMREAD_COLOR)
    )
    if decoded is None:
        raise InputError(f"learn: a picture must be PNG or JPEG, got {str(cell)[:80]!r}")
    return np.asarray(
        cv2.cvtColor(cv2.resize(decoded, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    )
