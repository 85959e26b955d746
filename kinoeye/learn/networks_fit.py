"""Train a network's plan in Keras, with a part held out to know when to stop.

JAX is the backend: its CPU build is a hundred megabytes where PyTorch's is gigabytes, and it compiles a step once. Rows
are dealt and weights begun by the seed alone, so that one machine learns the same twice.

Source: Kingma & Ba, "Adam", 2015; Prechelt, "Early stopping, but when?", 1998; King & Zeng, 2001 (weights of classes).
"""

import importlib
import importlib.util
import os
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.learn.networks_plan import Plan, keras_model

Array = npt.NDArray[Any]
Told = Callable[[int, int, float], None]
"""What hears of progress: epoch, of how many at most, and the loss on the part held out."""

KINDS = ("binary", "multi-class", "multi-label", "regression")
_HEAVIEST = 10.0  # a rare class counts so many times at most: three rows must not lead
_REMEDY = "Install it with: pip install 'kinoeye[networks]'"


@dataclass(frozen=True)
class Training:
    """How a network is trained.

    Parameters
    ----------
    seed : int
    epochs : int
        At most.
    patience : int
        Epochs without a better loss before it stops.
    held : 0..1
        Part of the rows to know it by.
    batch : int
        Rows a step.
    rate : float
        Of learning.
    is_balanced : bool
        Whether rare classes weigh more.
    """

    seed: int = 1
    epochs: int = 20
    patience: int = 2
    held: float = 0.1
    batch: int = 64
    rate: float = 1e-3
    is_balanced: bool = True


@dataclass(frozen=True)
class Trained:
    """A trained network.

    Parameters
    ----------
    arrays : name of a layer to its arrays
    losses : tuple of float
        Of the part held out, by epoch.
    answer : callable
        Inputs to the scores that Keras gives.
    """

    arrays: dict[str, list[Array]]
    losses: tuple[float, ...]
    answer: Callable[[Array], Array]


def keras_module() -> Any:
    """Return Keras, on JAX unless the environment says another.

    Raises
    ------
    ModelError
        If it, or JAX and PyTorch both, are not installed.
    """
    found = [name for name in ("jax", "torch") if importlib.util.find_spec(name) is not None]
    if importlib.util.find_spec("keras") is None or not found:
        missing = "Keras" if found else "JAX"
        raise ModelError(f"learn: {missing} must be there to train a network, got none", remedy=_REMEDY)
    os.environ.setdefault("KERAS_BACKEND", found[0])
    keras = importlib.import_module("keras")
    if keras.backend.backend() not in ("jax", "torch", "tensorflow"):
        raise ModelError(f"learn: Keras must have a backend that can train, got {keras.backend.backend()}",
                         remedy="Leave KERAS_BACKEND unset, or set it to jax")  # fmt: skip
    return keras


def trained(
    plan: Plan, inputs: Array, targets: Array, kind: str, training: Training, told: Told | None = None,
    mean: Array | None = None, spread: Array | None = None,
) -> Trained:  # fmt: skip
    """Train a plan.

    Parameters
    ----------
    plan : Plan
    inputs : int32 or float32 [n, ...]
    targets : int64 [n], int8 [n, answers] or float64 [n]
        Number of each row's class; whether it has each label; or its number.
    kind : of `KINDS`
    training : Training
    told : callable, optional
    mean, spread : float32 [size]
        Of embeddings.

    Raises
    ------
    ModelError
        If Keras is not installed.
    """
    keras = keras_module()
    with _seeded(keras, training.seed), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of Keras and JAX, about what is of no use to whoever trains
        model = keras_model(keras, plan, mean, spread)
        weights = _row_weights(targets, kind) if training.is_balanced else np.ones(len(inputs), np.float32)
        model.compile(optimizer=keras.optimizers.Adam(training.rate), loss=_loss(keras, targets, kind, training))
        order = np.random.default_rng(training.seed).permutation(len(inputs))
        held = order[: max(1, round(len(order) * training.held))]
        rest = order[len(held) :] if len(order) > len(held) else order
        wanted = _wanted(targets, kind)
        stop = keras.callbacks.EarlyStopping(
            monitor="val_loss", mode="min", patience=training.patience, restore_best_weights=True
        )
        history = model.fit(
            inputs[rest], wanted[rest], sample_weight=weights[rest], batch_size=min(training.batch, len(rest)),
            validation_data=(inputs[held], wanted[held], weights[held]), epochs=training.epochs, verbose=0,
            callbacks=[stop, *([_teller(keras, told, training.epochs)] if told else [])],
        )  # fmt: skip
    arrays = {layer.name: [np.asarray(each) for each in layer.get_weights()] for layer in model.layers}

    def answer(rows: Array) -> Array:
        return np.asarray(model.predict(rows, verbose=0, batch_size=training.batch))

    return Trained(arrays, tuple(float(each) for each in history.history["val_loss"]), answer)


def _wanted(targets: Array, kind: str) -> Array:
    if kind == "multi-class":
        return np.asarray(targets, np.int32)
    wanted = np.asarray(targets, np.float32)
    return wanted if kind == "multi-label" else wanted.reshape(-1, 1)


def _loss(keras: Any, targets: Array, kind: str, training: Training) -> Any:
    if kind == "multi-class":
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    if kind == "regression":
        return keras.losses.MeanSquaredError()
    if kind == "binary" or not training.is_balanced:
        return keras.losses.BinaryCrossentropy(from_logits=True)
    shares = np.clip(np.asarray(targets, np.float64).mean(axis=0), 1e-6, 1)
    # By the root: in full, labels of a hundredth of the rows would be given to a tenth of them.
    heavy = np.clip(np.sqrt((1 - shares) / shares), 1, _HEAVIEST).astype(np.float32)

    def weighed(right: Any, scores: Any) -> Any:
        ops = keras.ops
        lost = right * heavy * ops.softplus(-scores) + (1 - right) * ops.softplus(scores)
        return ops.mean(lost, axis=-1)

    return weighed


def _row_weights(targets: Array, kind: str) -> Array:
    """Return how much each row counts: as much as its class is rarer than the others."""
    if kind not in ("binary", "multi-class"):
        return np.ones(len(targets), np.float32)
    whole = np.asarray(targets, np.int64)
    counts = np.bincount(whole)
    each = len(whole) / (max(np.count_nonzero(counts), 1) * np.maximum(counts, 1))
    weights: Array = np.clip(each, 1 / _HEAVIEST, _HEAVIEST)[whole].astype(np.float32)
    return weights


def _teller(keras: Any, told: Told, epochs: int) -> Any:
    return keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: told(epoch + 1, epochs, float((logs or {}).get("val_loss", float("nan"))))
    )


@contextmanager
def _seeded(keras: Any, seed: int) -> Iterator[None]:
    """Seed what Keras draws from, and put the generators of others back as they were."""
    kept = random.getstate(), np.random.get_state()
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])
