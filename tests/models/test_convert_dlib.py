"""The converter of dlib's face net: tensors found by their headers, the graph in the net's order."""

import numpy as np
import onnxruntime
import pytest

from kinoeye.errors import ModelError
from kinoeye.models import convert_dlib

# Inputs, outputs and size of each convolution, in the net's order; a block's two follow one another.
LAYERS = [
    (3, 32, 7),
    *[(32, 32, 3)] * 6,
    (32, 64, 3), *[(64, 64, 3)] * 7,
    (64, 128, 3), *[(128, 128, 3)] * 5,
    (128, 256, 3), *[(256, 256, 3)] * 5,
    (256, 256, 3), (256, 256, 3),
]  # fmt: skip


def _number(value: int) -> bytes:
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([size]) + value.to_bytes(size, "little")


def _tensor(values: np.ndarray, shape: tuple[int, int, int, int]) -> bytes:
    return b"\x01\x02" + b"".join(_number(each) for each in shape) + values.astype("<f4").tobytes()


@pytest.fixture(scope="module")
def tensors() -> list[bytes]:
    """A net of the right shape whose answer is known: each convolution passes on the mean of a constant picture."""
    parts = []
    for number, (inside, outside, size) in enumerate(LAYERS):
        is_first = number == 0
        weights = np.full((outside, inside, size, size), 1 / (inside * size * size) if is_first else 0.0)
        bias = np.zeros(outside)
        parts.append(_tensor(np.concatenate([weights.ravel(), bias]), (weights.size + outside, 1, 1, 1)))
        affine = np.concatenate([np.full(outside, 2.0 if is_first else 1.0), np.full(outside, 0.25 if is_first else 0)])
        parts.append(_tensor(affine, (1, 2 * outside, 1, 1)))
    parts.append(_tensor(np.eye(256, 128), (256, 128, 1, 1)))
    return parts


def test_a_net_of_its_shape_answers_as_its_weights_say(tensors: list[bytes]) -> None:
    noise = b"\x01\x02\x01\x05net_type" + b"\x07" * 40
    content = noise + noise.join(tensors)
    session = onnxruntime.InferenceSession(convert_dlib.convert(content), providers=["CPUExecutionProvider"])
    chips = np.stack([np.full((3, 150, 150), value, np.float32) for value in (150.0, 250.0)])
    answer = session.run(None, {"chip": chips})[0]
    assert answer.shape == (2, 128)
    # Shortcuts pass the first convolution's channels on; 114.694 is the mean of dlib's three.
    expected = 2 * (np.array([150.0, 250.0]) - 114.694) / 256 + 0.25
    assert answer[:, 0] == pytest.approx(expected * answer[0, 0] / expected[0], rel=1e-3)
    assert (answer[:, :32] > 0).all()
    assert (answer[:, 32:] == 0).all()  # more channels are filled with zeros


def test_a_net_that_lacks_a_layer_is_refused(tensors: list[bytes]) -> None:
    with pytest.raises(ModelError, match="must hold 59 tensors, got 58"):
        convert_dlib.convert(b"".join(tensors[:-1]))


@pytest.mark.parametrize(
    "content", [b"", b"\x01\x02" * 50, b"\x01\x02\x01\x08\x01\x08\x01\x01\x01\x01" + b"\xff" * 256]
)
def test_what_is_no_net_is_refused(content: bytes) -> None:
    with pytest.raises(ModelError, match="must hold 59 tensors, got 0"):
        convert_dlib.convert(content)
