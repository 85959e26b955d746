"""Keras models read without Keras answer as Keras does: each layer in both forms of file."""

import importlib.util
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import onnxruntime
import pytest

from kinoeye.errors import ModelError
from kinoeye.models.keras_reader import to_onnx
from kinoeye.models.keras_weights import ArchiveWeights, LegacyWeights, legacy_config

NEAR = 2e-5


@pytest.fixture(scope="module")
def keras() -> Any:
    if importlib.util.find_spec("keras") is None:
        pytest.skip("the extra networks is not installed")
    os.environ.setdefault("KERAS_BACKEND", "numpy")  # JAX would compile every shape first
    found = importlib.import_module("keras")
    found.utils.set_random_seed(3)
    return found


def rows(keras: Any) -> dict[str, tuple[tuple[int, ...], list[Any]]]:
    of = keras.layers
    return {
        "dense": ((5,), [of.Dense(4, activation="tanh"), of.Dense(3, activation="softmax", use_bias=False)]),
        "activations": ((5,), [of.Dense(6, activation=name) for name in (
            "relu", "sigmoid", "softplus", "softsign", "elu", "selu", "gelu", "swish", "mish", "hard_sigmoid",
            "relu6", "leaky_relu", "exponential", "log_softmax", "linear")]),
        "activation layers": ((4, 3), [of.ReLU(max_value=2.0, negative_slope=0.1), of.LeakyReLU(negative_slope=0.2),
                                       of.PReLU(alpha_initializer="ones", shared_axes=[1]), of.ELU(0.7), of.Softmax()]),
        "pictures": ((9, 8, 3), [
            of.Rescaling(1 / 127.5, offset=-1), of.ZeroPadding2D(((1, 0), (2, 1))),
            of.Conv2D(4, 3, padding="same", activation="relu"), of.BatchNormalization(), of.MaxPooling2D(2),
            of.SeparableConv2D(6, 3, padding="same", strides=2),
            of.DepthwiseConv2D(3, depth_multiplier=2, padding="same"), of.Dropout(0.5),
            of.UpSampling2D((2, 3)),
            of.Cropping2D(((1, 0), (0, 1))), of.GlobalAveragePooling2D()]),
        "strides": ((11, 10, 4), [of.Conv2D(4, 4, strides=(2, 3), padding="same"), of.AveragePooling2D(3, 2, "same"),
                                  of.Conv2D(6, 1, groups=2), of.Flatten()]),
        "gaps": ((12, 12, 2), [of.Conv2D(3, 3, dilation_rate=2, padding="same"), of.Conv2D(3, 2, dilation_rate=3)]),
        "back": ((5, 6, 2), [of.Conv2DTranspose(3, 3, strides=2, padding="same"), of.Conv2DTranspose(2, 2, strides=3),
                             of.Conv2DTranspose(2, 4, strides=2, padding="same")]),
        "steps": ((12, 4), [of.Conv1D(5, 3, padding="causal", dilation_rate=2),
                            of.SeparableConv1D(4, 3, padding="same"), of.MaxPooling1D(2), of.ZeroPadding1D(1),
                            of.Cropping1D((1, 0)), of.UpSampling1D(2),
                            of.LayerNormalization(), of.TimeDistributed(of.Dense(3)), of.GlobalMaxPooling1D()]),
        "shapes": ((6, 4), [of.Permute((2, 1)), of.Reshape((3, -1)), of.Flatten(), of.RepeatVector(3),
                            of.GlobalAveragePooling1D(keepdims=True)]),
        "lstm": ((7, 3), [of.LSTM(5, return_sequences=True), of.LSTM(4)]),
        "gru": ((7, 3), [of.GRU(5, return_sequences=True), of.GRU(4, reset_after=False), of.Dense(2)]),
        "both ways": ((7, 3), [of.Bidirectional(of.LSTM(4, return_sequences=True)),
                               of.Bidirectional(of.GRU(3), merge_mode="sum")]),
        "simple": ((7, 3), [of.SimpleRNN(4, return_sequences=True), of.Bidirectional(of.SimpleRNN(3))]),
    }  # fmt: skip


NAMES = ("dense", "activations", "activation layers", "pictures", "strides", "gaps", "back", "steps", "shapes", "lstm",
         "gru", "both ways", "simple")  # fmt: skip


def saved(model: Any, folder: Path, ending: str) -> Path:
    file = folder / f"net{ending}"
    model.save(file)
    return file


def read(file: Path) -> bytes:
    """Read a file of either form as the child does."""
    if file.suffix == ".h5":
        with h5py.File(file, "r") as opened:
            old = not str(opened.attrs["keras_version"]).startswith("3")
            return to_onnx(legacy_config(opened), LegacyWeights(opened["model_weights"]), is_old=old)
    with zipfile.ZipFile(file) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as opened:
        return to_onnx(json.loads(archive.read("config.json")), ArchiveWeights(opened))


def answers(content: bytes, *given: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {value.name: array for value, array in zip(session.get_inputs(), given, strict=True)})


def stirred(model: Any) -> Any:
    """Give every weight a value of its own: noughts and ones would hide a mistake."""
    random = np.random.default_rng(4)
    model.set_weights([np.abs(random.normal(0, 0.5, each.shape)) + 0.05 if "variance" in name else
                       random.normal(0, 0.4, each.shape) for each, name in zip(
                           model.get_weights(), [weight.path for weight in model.weights], strict=True)])  # fmt: skip
    return model


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("name", NAMES)
def test_a_row_of_layers_answers_as_keras_does(keras: Any, tmp_path: Path, name: str, ending: str) -> None:
    shape, layers = rows(keras)[name]
    model = stirred(keras.Sequential([keras.layers.Input(shape), *layers]))
    given = np.random.default_rng(5).normal(0, 1, (3, *shape)).astype(np.float32)
    wanted = np.asarray(model(given, training=False))
    (got,) = answers(read(saved(model, tmp_path, ending)), given)
    assert got.shape == wanted.shape
    assert np.abs(got - wanted).max() <= NEAR * max(1, float(np.abs(wanted).max()))


def branching(keras: Any) -> Any:
    of = keras.layers
    words = of.Input((9,), dtype="int32", name="words")
    more = of.Input((4,), name="more")
    at = of.Embedding(20, 6)(words)
    parts = [of.GlobalMaxPooling1D()(of.Conv1D(5, width, activation="relu")(at)) for width in (2, 3, 4)]
    shared = of.Dense(5, name="shared")
    both = of.Add()([shared(of.Concatenate()(parts)), shared(of.Dense(15)(more))])
    inner_in = of.Input((5,))
    inner = keras.Model(inner_in, of.Dense(3)(of.BatchNormalization()(inner_in)), name="inner")
    row = keras.Sequential([of.Input((5,)), of.Dense(2, activation="relu"), of.Dense(3)], name="row")
    last = of.Multiply()([inner(both), row(both)])
    last = of.Subtract()([of.Maximum()([last, inner(both)]), of.Minimum()([last, row(both)])])
    return keras.Model(
        [words, more], [of.Activation("softmax", name="kinds")(last), of.Average(name="mean")([last, last])]
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_graph_with_branches_shared_layers_and_models_within(keras: Any, tmp_path: Path, ending: str) -> None:
    model = stirred(branching(keras))
    random = np.random.default_rng(6)
    words, more = random.integers(0, 20, (3, 9)).astype(np.int32), random.normal(0, 1, (3, 4)).astype(np.float32)
    wanted = [np.asarray(each) for each in model([words, more], training=False)]
    got = answers(read(saved(model, tmp_path, ending)), words, more)
    assert [each.shape for each in got] == [each.shape for each in wanted]
    assert max(np.abs(a - b).max() for a, b in zip(got, wanted, strict=True)) < NEAR


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda of: [of.Embedding(5, 3, mask_zero=True), of.LSTM(2)], "Embedding must not mask"),
        (lambda of: [of.Reshape((3, 1)), of.LSTM(2, activation="relu")], "activation of LSTM must be tanh"),
        (lambda of: [of.UnitNormalization()], "a usual one to be read without Keras, got UnitNormalization"),
        (lambda of: [of.ReLU(threshold=0.5)], "threshold of ReLU must be 0"),
    ],
)
def test_what_is_not_known_is_named(keras: Any, tmp_path: Path, make: Callable[[Any], list[Any]], match: str) -> None:
    model = keras.Sequential([keras.layers.Input((3,)), *make(keras.layers)])
    with pytest.raises(ModelError, match=match):
        read(saved(model, tmp_path, ".keras"))
