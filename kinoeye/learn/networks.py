"""Networks: a convolutional one on texts, one on pictures, and a head on embeddings; trained in Keras, kept as ONNX.

Training needs the extra `networks`. What is kept is an ONNX file with a card in it, and the card beside it as JSON, so
that whoever has Kinoeye can use a network with onnxruntime alone. An export that does not answer as Keras does is an
error.
"""

import functools
import importlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, ModelError, SettingError, StoreError
from kinoeye.learn import networks_onnx
from kinoeye.learn.networks_fit import KINDS, Told, Training, trained
from kinoeye.learn.networks_plan import HeadPlan, PicturePlan, Plan, TextPlan
from kinoeye.learn.networks_words import numbered, vocabulary

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

NEAR = 1e-4  # an export may differ from Keras by so much, of scores about 1
_LEAST_ROWS = 12
_ROWS_AT_ONCE = 256
_CHECKED = 64  # rows


@dataclass(frozen=True)
class Network:
    """A trained network.

    Parameters
    ----------
    content : bytes
        ONNX, with the card in it.
    card : dict
        input (texts, pictures or embeddings), kind, classes, plan, vocabulary (of texts), opset, agreement (the largest
        difference from Keras), losses by epoch, rows, parameters, seed.
    """

    content: bytes
    card: Mapping[str, Any]

    def scores(self, given: Any) -> Floats:
        """Return scores, the higher the likelier: [n] of two classes and of numbers, [n, classes] of more.

        Parameters
        ----------
        given : sequence of str, uint8 [n, height, width, 3] or float32 [n, size]
            As the network was trained on.

        Raises
        ------
        InputError
            If it is something else.
        """
        rows = _inputs(self.card, given)
        session = _session(self.content)
        parts = [
            session.run(None, {"inputs": rows[at : at + _ROWS_AT_ONCE]})[0] for at in range(0, len(rows), _ROWS_AT_ONCE)
        ]
        answers = len(self.card["classes"]) if self.card["kind"] in ("multi-class", "multi-label") else 1
        found: Floats = np.concatenate(parts).astype(np.float64) if parts else np.zeros((0, answers))
        found = found * self.card["scale"] + self.card["offset"]
        one: Floats = found[:, 0] if answers == 1 else found
        return one

    def save(self, file: Path) -> None:
        """Write ``NAME.onnx`` and ``NAME.json``; what stood there is replaced whole or not at all.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        text = json.dumps(self.card, ensure_ascii=False, indent=1, sort_keys=True)
        for path, content in ((file.with_suffix(".json"), text.encode()), (file.with_suffix(".onnx"), self.content)):
            _write(path, content)


def load(content: bytes) -> Network:
    """Return the network whose ONNX this is; no code in it is run.

    Raises
    ------
    ModelError
        If it is none that was made here.
    """
    onnx = importlib.import_module("onnx")
    try:
        model = onnx.load_model_from_string(content)
        (card,) = [json.loads(each.value) for each in model.metadata_props if each.key == networks_onnx.CARD]
        wanted = {"input", "kind", "classes", "plan", "scale", "offset"}
        if not isinstance(card, dict) or not wanted <= set(card) or card["kind"] not in KINDS:
            raise ValueError("another card")
    except Exception as error:
        raise ModelError(f"learn: a network must be ONNX with its card in it, got {type(error).__name__}",
                         remedy="Train it again") from error  # fmt: skip
    return Network(content, card)


def fit_texts(
    texts: Sequence[str], targets: Array, *, kind: str, classes: Sequence[str] = (), length: int = 100,
    most_words: int = 20_000, training: Training | None = None, told: Told | None = None, **plan: Any,
) -> Network:  # fmt: skip
    """Train a convolutional network on texts.

    Parameters
    ----------
    texts : sequence of str
    targets : int64 [n], int8 [n, classes] or float64 [n]
    kind : binary, multi-class, multi-label or regression
    classes : sequence of str
        Names, in the order of the targets; the second of a binary one is what is looked for.
    length : int
        Words of a text that are looked at.
    most_words : int
        Of the vocabulary.
    training : Training, optional
    told : callable, optional
        Hears of progress.
    plan : settings of `TextPlan`

    Raises
    ------
    SettingError, InputError, ModelError
        If the kind is unknown, rows and targets do not fit, or Keras is not installed.
    """
    training = training or Training()
    _check(len(texts), targets, kind, classes)
    words = vocabulary(texts, most_words)
    rows = numbered(texts, _places(words), length)
    planned = TextPlan(len(words) + 2, length, _answers(kind, classes), **plan)
    return _network("texts", planned, rows, targets, kind, classes, training, told, {"vocabulary": words})


def fit_pictures(
    pictures: npt.NDArray[np.uint8], targets: Array, *, kind: str, classes: Sequence[str] = (),
    training: Training | None = None, told: Told | None = None, **plan: Any,
) -> Network:  # fmt: skip
    """Train a small convolutional network on pictures, uint8 [n, height, width, 3] in RGB; the rest as `fit_texts`.

    Raises
    ------
    SettingError, InputError, ModelError
        As `fit_texts`; a side must have at least 16 pixels.
    """
    training = training or Training(batch=32)
    _check(len(pictures), targets, kind, classes)
    if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3 or min(pictures.shape[1:3]) < 16:
        raise InputError(
            f"learn: pictures must be uint8 [n, height, width, 3] of at least 16 pixels a side, got {pictures.dtype} "
            f"{list(pictures.shape)}"
        )
    planned = PicturePlan(pictures.shape[1], pictures.shape[2], _answers(kind, classes), **plan)
    rows = pictures.astype(np.float32)
    return _network("pictures", planned, rows, targets, kind, classes, training, told, {})


def fit_head(
    embeddings: npt.NDArray[np.float32], targets: Array, *, kind: str, classes: Sequence[str] = (),
    training: Training | None = None, told: Told | None = None, **plan: Any,
) -> Network:  # fmt: skip
    """Train a head on embeddings that another network made, float32 [n, size]; the rest as `fit_texts`.

    Raises
    ------
    SettingError, InputError, ModelError
        As `fit_texts`.
    """
    training = training or Training()
    _check(len(embeddings), targets, kind, classes)
    if embeddings.ndim != 2 or not np.isfinite(embeddings).all():
        raise InputError(f"learn: embeddings must be finite numbers [n, size], got {list(embeddings.shape)}")
    planned = HeadPlan(embeddings.shape[1], _answers(kind, classes), **plan)
    rows = embeddings.astype(np.float32)
    return _network("embeddings", planned, rows, targets, kind, classes, training, told, {})


def _network(
    given: str, plan: Plan, rows: Array, targets: Array, kind: str, classes: Sequence[str], training: Training,
    told: Told | None, more: Mapping[str, Any],
) -> Network:  # fmt: skip
    mean, spread = np.zeros(1, np.float32), np.ones(1, np.float32)
    if isinstance(plan, HeadPlan):
        mean, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
    # Numbers are learnt about nought with a spread of one, whatever their unit.
    scale, offset = (float(np.std(targets)) or 1.0, float(np.mean(targets))) if kind == "regression" else (1.0, 0.0)
    wanted = (np.asarray(targets, np.float64) - offset) / scale if kind == "regression" else targets
    done = trained(plan, rows, wanted, kind, training, told, mean, spread)
    content = networks_onnx.written(plan, done.arrays, mean, spread)
    card = {
        "input": given, "kind": kind, "classes": list(classes), "plan": asdict(plan), "scale": scale, "offset": offset,
        "opset": networks_onnx.OPSET, "agreement": _agreement(content, done.answer, rows[:_CHECKED]),
        "losses": [round(each, 6) for each in done.losses], "rows": len(rows), "seed": training.seed,
        "parameters": int(sum(each.size for arrays in done.arrays.values() for each in arrays)), **more,
    }  # fmt: skip
    return Network(networks_onnx.with_card(content, card), card)


def _agreement(content: bytes, answer: Any, rows: Array) -> float:
    """Return by how much an export differs from Keras at most.

    Raises
    ------
    ModelError
        If that is more than `NEAR`.
    """
    wanted, got = answer(rows), _session(content).run(None, {"inputs": rows})[0]
    apart = float(np.abs(wanted - got).max() / max(1.0, float(np.abs(wanted).max())))
    if not apart <= NEAR:
        raise ModelError(f"learn: an exported network must answer as Keras does within {NEAR}, got {apart:.2g} apart",
                         remedy="Train it again with a lower rate; if that does not help, report it")  # fmt: skip
    return apart


def _check(rows: int, targets: Array, kind: str, classes: Sequence[str]) -> None:
    if kind not in KINDS:
        raise SettingError(f"learn: a network's kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if rows != len(targets):
        raise InputError(f"learn: each row must have a target, got {rows} rows and {len(targets)} targets")
    if rows < _LEAST_ROWS:
        raise InputError(f"learn: a network must have at least {_LEAST_ROWS} rows, got {rows}",
                         remedy="Label more, or take a linear model")  # fmt: skip
    if kind == "regression" and not np.isfinite(np.asarray(targets, np.float64)).all():
        raise InputError("learn: targets must be finite numbers, got others")
    if kind == "multi-label" and (targets.ndim != 2 or targets.shape[1] != len(classes)):
        raise InputError(f"learn: targets must be [n, {len(classes)}], got {list(targets.shape)}")
    if kind in ("binary", "multi-class"):
        highest = 1 if kind == "binary" else len(classes) - 1
        found = np.unique(targets)
        if len(found) < 2 or found.min() < 0 or found.max() > highest:
            raise InputError(
                f"learn: targets must be at least two of the classes 0 to {highest}, got {found.tolist()[:8]}"
            )


def _answers(kind: str, classes: Sequence[str]) -> int:
    return len(classes) if kind in ("multi-class", "multi-label") else 1


def _inputs(card: Mapping[str, Any], given: Any) -> Array:
    """Return what a network is given, in the form it was trained on."""
    plan = card["plan"]
    if card["input"] == "texts":
        if isinstance(given, str):
            raise InputError("learn: texts must be a list, got one text")
        return numbered([str(each) for each in given], _places(card["vocabulary"]), int(plan["length"]))
    rows: Array = np.asarray(given)
    shape = (plan["height"], plan["width"], 3) if card["input"] == "pictures" else (plan["size"],)
    if rows.shape[1:] != shape or rows.dtype.kind not in "uif":
        raise InputError(f"learn: {card['input']} must be [n, {', '.join(map(str, shape))}], got {list(rows.shape)}")
    return rows.astype(np.float32)


def _places(words: Sequence[str]) -> dict[str, int]:
    return {word: number for number, word in enumerate(words, 2)}


@functools.lru_cache(maxsize=8)
def _session(content: bytes) -> Any:
    onnxruntime = importlib.import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def _write(file: Path, content: bytes) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        try:
            with os.fdopen(handle, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            Path(name).replace(file)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"learn: {file} must be writable, got {error.strerror or error}") from error
