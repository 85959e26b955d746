"""Keras 2 to ONNX: a tiny net that the test makes answers as NumPy does; others are refused."""

import io
import json
from typing import Any

import h5py
import numpy as np
import onnxruntime
import pytest

from kinoeye.errors import ModelError
from kinoeye.models.convert_keras import convert

KERNEL = np.random.default_rng(1).normal(0, 1, (3, 3, 1, 2)).astype(np.float32)
BIAS = np.array([0.3, -0.2], np.float32)
DEPTH = np.random.default_rng(2).normal(0, 1, (3, 3, 2, 1)).astype(np.float32)
POINTS = np.random.default_rng(3).normal(0, 1, (1, 1, 2, 3)).astype(np.float32)
NORM = {"gamma": [1.5, 0.5, 1], "beta": [0.1, 0, -0.1], "moving_mean": [0.2, -0.3, 0], "moving_variance": [1, 2, 0.5]}


def layer(kind: str, name: str, source: str | None, **config: Any) -> dict[str, Any]:
    links = [[[source, 0, 0, {}]]] if source else []
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": links}


def layers() -> list[dict[str, Any]]:
    conv = {"kernel_size": [3, 3], "padding": "same", "activation": "linear"}
    return [
        layer("InputLayer", "in", None, batch_input_shape=[None, 6, 6, 1]),
        layer("Conv2D", "conv", "in", filters=2, strides=[1, 1], use_bias=True, **conv),
        layer("Activation", "act", "conv", activation="relu"),
        layer("SeparableConv2D", "sep", "act", filters=3, strides=[1, 1], use_bias=False, **conv),
        layer("BatchNormalization", "norm", "sep", epsilon=0.001),
        layer("GlobalAveragePooling2D", "pool", "norm"),
        layer("Activation", "out", "pool", activation="softmax"),
    ]


def keras(listed: list[dict[str, Any]]) -> bytes:
    weights: dict[str, dict[str, Any]] = {
        "conv": {"kernel": KERNEL, "bias": BIAS},
        "sep": {"depthwise_kernel": DEPTH, "pointwise_kernel": POINTS},
        "norm": NORM,
    }
    kept = io.BytesIO()
    with h5py.File(kept, "w") as file:
        config = {"class_name": "Model", "config": {"layers": listed, "output_layers": [[listed[-1]["name"], 0, 0]]}}
        file.attrs["model_config"] = json.dumps(config)
        for each in listed:
            group = file.create_group(f"model_weights/{each['name']}")
            own = weights.get(each["name"], {})
            group.attrs["weight_names"] = [f"{each['name']}/{name}:0".encode() for name in own]
            for name, array in own.items():
                group[f"{each['name']}/{name}:0"] = np.asarray(array, np.float32)
    return kept.getvalue()


def convolved(picture: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Slide a kernel [3, 3] over a picture, with noughts around it."""
    wide = np.pad(picture, 1)
    return sum(wide[y : y + 6, x : x + 6] * kernel[y, x] for y in range(3) for x in range(3))


def by_hand(picture: np.ndarray) -> np.ndarray:
    first = [np.maximum(convolved(picture, KERNEL[:, :, 0, each]) + BIAS[each], 0) for each in range(2)]
    each_alone = [convolved(first[each], DEPTH[:, :, each, 0]) for each in range(2)]
    joined = [sum(each_alone[each] * POINTS[0, 0, each, out] for each in range(2)) for out in range(3)]
    gamma, beta, mean, variance = (np.array(values) for values in NORM.values())
    means = np.array([layer.mean() for layer in joined])
    logits = gamma * (means - mean) / np.sqrt(variance + 0.001) + beta
    return np.exp(logits) / np.exp(logits).sum()


def test_it_answers_as_numpy_does() -> None:
    session = onnxruntime.InferenceSession(convert(keras(layers())), providers=["CPUExecutionProvider"])
    pictures = np.random.default_rng(5).normal(0, 1, (4, 6, 6, 1)).astype(np.float32)
    (answers,) = session.run(["scores"], {"picture": pictures})
    assert answers == pytest.approx(np.array([by_hand(each[..., 0]) for each in pictures]), abs=1e-5)


def test_an_unknown_layer_is_refused() -> None:
    listed = layers()
    listed[2] = layer("Lambda", "act", "conv", function="os.system")
    with pytest.raises(ModelError, match="must be one of a plain picture classifier, got Lambda"):
        convert(keras(listed))


def test_an_activation_inside_a_convolution_is_refused() -> None:
    listed = layers()
    listed[1]["config"]["activation"] = "relu"
    with pytest.raises(ModelError, match="activation must stand in a layer of its own, got relu"):
        convert(keras(listed))


@pytest.mark.parametrize("content", [b"", b"not a file", b"\x89HDF\r\n\x1a\n" + bytes(40)])
def test_what_is_no_keras_file_is_refused(content: bytes) -> None:
    with pytest.raises(ModelError, match="must be a Keras 2 picture classifier"):
        convert(content)


def test_a_cut_file_is_refused() -> None:
    with pytest.raises(ModelError, match="must be a Keras 2 picture classifier"):
        convert(keras(layers())[:3000])


def test_missing_weights_are_refused() -> None:
    listed = layers()
    listed[1]["name"] = "elsewhere"
    with pytest.raises(ModelError, match="must be a Keras 2 picture classifier"):
        convert(keras(listed))
