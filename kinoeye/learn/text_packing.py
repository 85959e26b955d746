"""Text packing: what was learnt of texts as plain arrays, small enough to ship, and back.

Weights are rounded to a 127th of the largest of their label. Nothing in the arrays is code: they are numbers and text.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.learn.text_features import TextFeatures
from kinoeye.learn.text_labels import TextLabels

Arrays = Mapping[str, npt.NDArray[Any]]

_STEPS = 127


def packed(model: TextLabels) -> dict[str, npt.NDArray[Any]]:
    """Return what was learnt as arrays."""
    scale = np.maximum(np.abs(model.weights).max(axis=0, initial=0), 1e-9) / _STEPS
    return {
        "labels": written(model.labels),
        "words": written(model.features.words),
        "keys": np.diff(model.features.keys, prepend=0),
        "spread": model.features.weights.astype(np.float16),
        "weights": np.round(model.weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "curves": np.stack((model.bias, model.slopes, model.offsets, model.least)).astype(np.float32),
    }


def unpacked(arrays: Arrays) -> TextLabels:
    """Return what was learnt from its arrays.

    Raises
    ------
    ModelError
        If they are not what `packed` makes.
    """
    try:
        labels, words = read(arrays["labels"]), read(arrays["words"])
        keys = np.cumsum(arrays["keys"], dtype=np.int64)
        spread, weights, scale, curves = (arrays[name] for name in ("spread", "weights", "scale", "curves"))
    except (KeyError, UnicodeDecodeError) as error:
        raise ModelError(f"text labels: weights must be whole, got none that can be read: {error}") from error
    count = len(labels)
    right = (weights.shape == (len(keys), count) and spread.shape == (len(keys),) and scale.shape == (count,)
             and curves.shape == (4, count) and (np.diff(keys) > 0).all()
             and (not len(keys) or 0 <= keys[0] <= keys[-1] < (len(words) + 1) * len(words)))  # fmt: skip
    if not right:
        raise ModelError(
            f"text labels: weights must be features by labels, {len(keys)} by {count}, got {weights.shape}"
        )
    features = TextFeatures(words, keys, spread.astype(np.float32))
    return TextLabels(labels, features, weights.astype(np.float32) * scale.astype(np.float32), *curves)


def written(texts: tuple[str, ...]) -> npt.NDArray[np.uint8]:
    """Return texts without line breaks as an array of bytes."""
    return np.frombuffer("\n".join(texts).encode(), np.uint8)


def read(letters: npt.NDArray[Any]) -> tuple[str, ...]:
    """Return the texts of an array of bytes."""
    return tuple(letters.astype(np.uint8).tobytes().decode().split("\n")) if len(letters) else ()
