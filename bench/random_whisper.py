"""A Whisper of random weights, for tests and for measuring speed: it loads and runs like a real one and knows nothing.

    write(Path("folder"), **SHAPES["tiny"])

Needs the extra `whisper`. Every token of its vocabulary is a made-up word, so that what it tells can be read.
"""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import tokenizers
from ctranslate2.specs import whisper_spec
from faster_whisper.tokenizer import _LANGUAGE_CODES

_TEXT = 50_257  # tokens of text of the real ones
SHAPES = {
    "tiny": {"width": 384, "layers": 4, "heads": 6, "text": _TEXT},
    "base": {"width": 512, "layers": 6, "heads": 8, "text": _TEXT},
    "small": {"width": 768, "layers": 12, "heads": 12, "text": _TEXT},
}

_LANGUAGES = 99
_FRAMES, _TOKENS, _MELS = 1500, 448, 80


def write(folder: Path, *, width: int = 32, layers: int = 1, heads: int = 2, text: int = 2000, seed: int = 0) -> Path:
    """Write the folder, as the converter of CTranslate2 would, in int8."""
    random = np.random.default_rng(seed)
    spec = whisper_spec.WhisperSpec(layers, heads, layers, heads)
    words, special = _words(text), _special()
    _fill(spec, _Drawn(random, width), len(words + special))
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE({word: n for n, word in enumerate(words)}, []))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = tokenizers.decoders.ByteLevel()
    tokenizer.add_special_tokens([tokenizers.AddedToken(each, special=True) for each in special])
    spec.register_vocabulary(words + special)
    first = text + 2
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [words.index("\u0120"), text]
    spec.config.lang_ids = list(range(first, first + _LANGUAGES))
    spec.config.alignment_heads = [(layers - 1, head) for head in range(heads)]
    spec.validate()
    spec.optimize(quantization="int8")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


class _Drawn:
    """Weights of one width."""

    def __init__(self, random: np.random.Generator, width: int) -> None:
        self._random, self.width = random, width

    def draw(self, *shape: int) -> np.ndarray:
        return (self._random.standard_normal(shape) * 0.02).astype(np.float32)

    def norm(self, layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(self.width, np.float32), np.zeros(self.width, np.float32)

    def linear(self, layer: Any, rows: int, columns: int) -> None:
        layer.weight, layer.bias = self.draw(rows, columns), np.zeros(rows, np.float32)

    def attention(self, layer: Any, *rows: int) -> None:
        self.norm(layer.layer_norm)
        for part, count in zip(layer.linear, rows, strict=True):
            self.linear(part, count * self.width, self.width)

    def feed_forward(self, layer: Any) -> None:
        self.norm(layer.layer_norm)
        self.linear(layer.linear_0, 4 * self.width, self.width)
        self.linear(layer.linear_1, self.width, 4 * self.width)


def _fill(spec: Any, drawn: _Drawn, tokens: int) -> None:
    width, encoder, decoder = drawn.width, spec.encoder, spec.decoder
    for layer, inputs in ((encoder.conv1, _MELS), (encoder.conv2, width)):
        layer.weight, layer.bias = drawn.draw(width, inputs, 3), np.zeros(width, np.float32)
    encoder.position_encodings.encodings = drawn.draw(_FRAMES, width)
    decoder.position_encodings.encodings = drawn.draw(_TOKENS, width)
    decoder.embeddings.weight = drawn.draw(tokens, width)
    decoder.projection.weight = decoder.embeddings.weight
    decoder.scale_embeddings = False
    for part in (encoder, decoder):
        drawn.norm(part.layer_norm)
        for layer in part.layer:
            drawn.attention(layer.self_attention, 3, 1)
            drawn.feed_forward(layer.ffn)
    for layer in decoder.layer:
        drawn.attention(layer.attention, 1, 2, 1)


def _words(count: int) -> list[str]:
    """The 256 bytes as GPT-2 writes them, made-up words, each behind a space, and the empty one by which CTranslate2
    knows a model of many languages.
    """
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shifted = [256 + n for n in range(256 - len(plain))]
    syllables = [a + b for a, b in itertools.product("bdfgklmnprstvz", "aeiou")]
    made = (f"\u0120{''.join(each)}" for each in itertools.product(syllables, repeat=3))
    return [*map(chr, plain + shifted), *itertools.islice(made, count - 257), ""]


def _special() -> list[str]:
    languages = [f"<|{code}|>" for code in _LANGUAGE_CODES[:_LANGUAGES]]
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    times = [f"<|{n * 0.02:.2f}|>" for n in range(1501)]
    return ["<|endoftext|>", "<|startoftranscript|>", *languages, *(f"<|{task}|>" for task in tasks), *times]
