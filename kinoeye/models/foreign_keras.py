"""Look at the description of a Keras model before anything is made of it.

A description names classes and functions that Keras would import and call. So it is held against a list of what is
known to compute and nothing else: Keras' own layers, initializers, regularizers and activations. Whatever stands
outside of it (Lambda, layers that load other files, functions, registered or custom objects, other modules) is refused
by its name and where it stands.

Source: Keras 3, serialization of objects (module, class_name, config, registered_name); CVE-2024-3660, CVE-2025-1550,
CVE-2025-8747, CVE-2025-9905, CVE-2025-9906, CVE-2025-12058, CVE-2025-49655, CVE-2026-1462, CVE-2026-12481.
"""

from pathlib import Path
from typing import Any

from kinoeye.errors import InputError

_MODELS = "Functional Model Sequential"
_LAYERS = """
InputLayer Dense EinsumDense Embedding Activation ReLU LeakyReLU PReLU ELU Softmax Masking Identity
Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D AlphaDropout GaussianDropout GaussianNoise
ActivityRegularization Flatten Reshape Permute RepeatVector Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose
Conv3DTranspose DepthwiseConv1D DepthwiseConv2D SeparableConv1D SeparableConv2D MaxPooling1D MaxPooling2D MaxPooling3D
AveragePooling1D AveragePooling2D AveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D BatchNormalization LayerNormalization
GroupNormalization UnitNormalization SpectralNormalization Add Subtract Multiply Average Maximum Minimum Concatenate
Dot ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D UpSampling1D UpSampling2D UpSampling3D
Rescaling Normalization CenterCrop Resizing LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell RNN StackedRNNCells
Bidirectional TimeDistributed Attention AdditiveAttention MultiHeadAttention GroupQueryAttention
"""
_PARTS = """
Zeros Ones Constant RandomNormal RandomUniform TruncatedNormal VarianceScaling GlorotNormal GlorotUniform HeNormal
HeUniform LecunNormal LecunUniform Orthogonal OrthogonalInitializer Identity IdentityInitializer L1 L2 L1L2
OrthogonalRegularizer MaxNorm NonNeg UnitNorm MinMaxNorm DTypePolicy Policy FloatDTypePolicy __keras_tensor__
"""
KNOWN = frozenset(_MODELS.split()) | frozenset(_LAYERS.split()) | frozenset(_PARTS.split())
_ACTIVATIONS = """
linear relu relu6 sigmoid tanh softmax softplus softsign elu selu gelu swish silu exponential hard_sigmoid leaky_relu
mish log_softmax hard_swish hard_silu hard_tanh hard_shrink soft_shrink tanh_shrink squareplus sparse_plus threshold glu
celu log_sigmoid sparsemax
"""
_KNOWN_ACTIVATIONS = frozenset(_ACTIVATIONS.split())
_MODULES = (
    "keras", "keras.layers", "keras.models", "keras.initializers", "keras.regularizers", "keras.constraints",
    "keras.dtype_policies", "keras.src.models.functional", "keras.src.models.sequential", "keras.src.models.model",
    "keras.engine.functional", "keras.engine.sequential", "keras.src.engine.functional",
    "keras.src.engine.sequential", "tf_keras.layers", "tf_keras.src.engine.functional", "builtins",
)  # fmt: skip
_WHY = {
    "Lambda": "the layer Lambda, which is somebody's Python code",
    "TFSMLayer": "the layer TFSMLayer, which loads a TensorFlow program from another place",
    "TorchModuleWrapper": "the layer TorchModuleWrapper, which unpickles PyTorch code",
    "JaxLayer": "the layer JaxLayer, which is somebody's Python code",
    "FlaxLayer": "the layer FlaxLayer, which is somebody's Python code",
    "function": "a function that Keras would import and call",
    "__lambda__": "somebody's Python code",
}
_READ_FILES = frozenset({"StringLookup", "IntegerLookup", "TextVectorization", "Discretization", "Hashing"})
_DEEPEST = 64
_LONGEST = 1024  # of a text: what is longer is code or bytes, not a setting


def check(file: Path, config: Any) -> Any:
    """Return the description of a model without what training alone needs.

    Parameters
    ----------
    file : Path
        For what is said.
    config : any
        As JSON gives it.

    Raises
    ------
    InputError
        If anything stands in it that is not known to compute and nothing else, by its name and place.
    """
    if not isinstance(config, dict) or not isinstance(config.get("config"), dict | list):
        raise _refusal(file, "the description of a model", "another one")
    kept = {key: value for key, value in config.items() if key not in ("compile_config", "build_config")}
    if kept.get("class_name") not in _MODELS.split():
        raise _refusal(file, "a Sequential or Functional model", f"{_named(kept.get('class_name'))}")
    _Walk(file).value(kept, "model", 0)
    return kept


class _Walk:
    def __init__(self, file: Path) -> None:
        self._file = file

    def value(self, value: Any, place: str, depth: int) -> None:
        """Walk whatever JSON holds."""
        if depth > _DEEPEST:
            raise self._refused("a description of a model", f"one more than {_DEEPEST} deep at {place[:80]}")
        if isinstance(value, dict):
            self._object(value, place, depth)
        elif isinstance(value, list):
            for number, each in enumerate(value):
                self.value(each, f"{place}[{number}]", depth + 1)
        elif isinstance(value, str):
            self._text(value, place)

    def _object(self, value: dict[str, Any], place: str, depth: int) -> None:
        if "class_name" in value:
            inner = value.get("config")
            name = inner.get("name") if isinstance(inner, dict) else None
            place = f"{place} {name}" if isinstance(name, str) and len(name) < 80 else place
            self._class(value, place)
        for key, each in value.items():
            here = f"{place}.{key[:80]}"
            if (
                key in ("activation", "recurrent_activation")
                and isinstance(each, str)
                and each not in _KNOWN_ACTIVATIONS
            ):
                raise self._refused("activations of Keras' own", f"the custom activation {each[:80]!r} at {place}")
            if key in ("vocabulary", "file", "filepath", "url", "function_type", "py_obj"):
                raise self._refused("a model that reads no other file and carries no code", f"{key} at {place}")
            if key in ("safe_mode", "custom_objects", "registered_name") and each not in (
                None,
                value.get("class_name"),
            ):
                raise self._refused("a model without custom objects", f"{key} {str(each)[:80]!r} at {place}")
            self.value(each, here, depth + 1)

    def _class(self, value: dict[str, Any], place: str) -> None:
        name, module = value["class_name"], value.get("module")
        if not isinstance(name, str):
            raise self._refused("classes by their names", f"{type(name).__name__} at {place}")
        if name in _WHY:
            raise self._refused("layers that only compute", f"{_WHY[name]}, at {place}")
        if name in _READ_FILES:
            raise self._refused(
                "a model of numbers", f"the layer {name}, which may read files of its choice, at {place}"
            )
        if module is not None and module not in _MODULES:
            raise self._refused(
                "objects of Keras' own modules", f"{_named(name)} of module {_named(module)} at {place}"
            )
        if name not in KNOWN:
            raise self._refused("layers of Keras' own", f"the custom object {_named(name)} at {place}")
        if module == "builtins":
            raise self._refused("objects of Keras' own modules", f"{_named(name)} of module 'builtins' at {place}")

    def _text(self, value: str, place: str) -> None:
        if len(value) > _LONGEST:
            raise self._refused("a description of settings", f"{len(value)} letters of text (code or bytes) at {place}")
        if ".kwargs" in place and ("/" in value or "\\" in value or "://" in value):
            raise self._refused("calls without paths or addresses", f"{value[:80]!r} at {place}")

    def _refused(self, must: str, came: str) -> InputError:
        return _refusal(self._file, must, came)


def _named(value: Any) -> str:
    return repr(value)[:80]


def _refusal(file: Path, must: str, came: str) -> InputError:
    return InputError(
        f"models: {file} must have {must}, got {came}",
        remedy="Nothing of it was run. Ask its maker for ONNX, or for the model rebuilt of Keras' own layers",
    )
