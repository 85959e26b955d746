"""Plans of networks: what layers a network has, and the Keras model made of them.

One plan serves twice: Keras trains it, and `networks_onnx` writes it as ONNX from the trained arrays.

Source: Kim, "Convolutional neural networks for sentence classification", EMNLP 2014; Simonyan & Zisserman, "Very deep
convolutional networks", 2015 (blocks of 3 x 3); Srivastava et al., "Dropout", JMLR 15, 2014.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TextPlan:
    """A convolutional network on texts.

    Parameters
    ----------
    words : int
        Numbers of words, padding and unknown among them.
    length : int
        Words of a text.
    answers : int
    size : int
        Of a word's vector.
    widths : tuple of int
        Neighbouring words that a filter sees.
    filters : int
        Of each width.
    dropout : 0..1
    """

    words: int
    length: int
    answers: int
    size: int = 48
    widths: tuple[int, ...] = (1, 2, 3)
    filters: int = 64
    dropout: float = 0.5


@dataclass(frozen=True)
class PicturePlan:
    """A small convolutional network on pictures.

    Parameters
    ----------
    height, width : pixels
    answers : int
    filters : tuple of int
        Of each block of convolution and pooling.
    dropout : 0..1
    """

    height: int
    width: int
    answers: int
    filters: tuple[int, ...] = (16, 32, 64)
    dropout: float = 0.3


@dataclass(frozen=True)
class HeadPlan:
    """A head on embeddings that another network made.

    Parameters
    ----------
    size : int
        Of an embedding.
    answers : int
    hidden : int
        Of the layer between; 0 for none.
    dropout : 0..1
    """

    size: int
    answers: int
    hidden: int = 128
    dropout: float = 0.3


Plan = TextPlan | PicturePlan | HeadPlan


def keras_model(keras: Any, plan: Plan, mean: Any = None, spread: Any = None) -> Any:
    """Return the untrained Keras model of a plan; its answers are scores without a limit.

    Parameters
    ----------
    keras : module
    plan : Plan
    mean, spread : float32 [size]
        Of embeddings, which are brought to one scale by them.
    """
    of = keras.layers
    if isinstance(plan, TextPlan):
        begin = of.Input((plan.length,), dtype="int32")
        at = of.Embedding(plan.words, plan.size, name="words")(begin)
        at = of.SpatialDropout1D(plan.dropout / 2)(at)
        parts = [of.GlobalMaxPooling1D()(of.Conv1D(plan.filters, width, padding="same", activation="relu",
                                                   name=f"width{width}")(at)) for width in plan.widths]  # fmt: skip
        last = of.Concatenate()(parts) if len(parts) > 1 else parts[0]
    elif isinstance(plan, PicturePlan):
        begin = of.Input((plan.height, plan.width, 3))
        last = of.Rescaling(1 / 127.5, offset=-1)(begin)
        for number, filters in enumerate(plan.filters):
            last = of.Conv2D(filters, 3, padding="same", activation="relu", name=f"block{number}")(last)
            last = of.MaxPooling2D(2)(last)
        last = of.GlobalAveragePooling2D()(last)
    else:
        begin = of.Input((plan.size,))
        last = of.Rescaling((1 / spread).tolist(), offset=(-mean / spread).tolist())(begin)
        if plan.hidden:
            last = of.Dense(plan.hidden, activation="relu", name="hidden")(last)
    last = of.Dropout(plan.dropout)(last)
    return keras.Model(begin, of.Dense(plan.answers, name="answers")(last))
