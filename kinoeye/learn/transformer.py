"""Transformer: a small one that learns how rows of words follow one another, from the user's own texts alone.

Before each row stand its kind and who speaks, as marks of their own; the rows before it are looked at, as far as the
window reaches. Training is stopped and gone on with at will: everything stands in one file of plain arrays, written
beside and renamed, never a pickle. It ends when rows that are held out are no longer told better, or time is up; the
weights that told them best are kept.

The file (.npz) holds: `w.NAME` and `best.NAME` (weights now and at best), `m.NAME`, `v.NAME` (Adam's moments), `words`
(the vocabulary, UTF-8, a line each), `sizes` (window, width, heads, layers), `losses` (held-out loss at each look),
`step`, and `texts` (hash of what is learnt from). `kinoeye.models.transformer` runs it.

Source: Vaswani et al., "Attention is all you need", NIPS 2017; Radford et al., "Language models are unsupervised
multitask learners", 2019 (norms before the blocks); Press & Wolf, EACL 2017 (the same weights in and out); Loshchilov &
Hutter, "Decoupled weight decay regularization", ICLR 2019.
"""

import hashlib
import importlib
import math
import os
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError, StoppedError, StoreError, UseError
from kinoeye.learn.language import Row

WINDOW, WIDTH, HEADS, LAYERS = 128, 128, 4, 2
MARKS = ("<begin>", "<end>", "<unknown>")
_BEGIN, _END, _UNKNOWN = range(3)
_MOST_WORDS = 8000
_LEAST = 2  # times that a word must stand
_BATCH, _RATE, _WARM, _DECAY, _DROPPED = 16, 1e-3, 50, 0.1, 0.2
_LOOK_EVERY, _PATIENCE = 50, 6  # steps; looks without getting better
_HELD_OUT = 10  # every so manieth block
_SAVE_EVERY_S = 15.0  # what a killed training loses at most

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True)
class Trained:
    """How far training is.

    Parameters
    ----------
    step : int
    perplexity : float
        Of the rows that were held out, at best; their ends count as words.
    seconds : float
        Of this training.
    is_done : bool
        Whether it gets no better; else time was up.
    """

    step: int
    perplexity: float
    seconds: float
    is_done: bool


def encoded(texts: Sequence[Sequence[Row]], words: Sequence[str]) -> list[tuple[list[int], list[bool]]]:
    """Return each text as numbers, and which of them are to be told: words and ends, not marks."""
    numbers = {word: number for number, word in enumerate(words)}
    found = []
    for rows in texts:
        ids, told = list[int](), list[bool]()
        for row in rows:
            marks = marks_of(row.groups)
            ids += [*(numbers.get(each, _UNKNOWN) for each in (*marks, *row.words)), _END]
            told += [*(False for _ in marks), *(True for _ in row.words), True]
        found.append((ids, told))
    return found


def marks_of(groups: Sequence[str]) -> tuple[str, str]:
    """Return the two marks before a row: its kind, and who speaks."""
    kind = groups[0] if groups else "row"
    return f"<{kind}>", f"<{groups[1]}>" if len(groups) > 1 else "<nobody>"


def train(
    texts: Sequence[Sequence[Row]], file: Path, *, seconds: float, seed: int = 1, steps: int = 20_000,
    on_progress: Callable[[int, float, float], None] = lambda *_: None,
) -> Trained:  # fmt: skip
    """Learn from texts, or go on learning where a file says how far that is.

    Parameters
    ----------
    texts : sequence of sequence of Row
        The rows of each text in order.
    file : Path
        Where it is kept. What was learnt from other texts is begun anew.
    seconds : float
        Time to spend now.
    seed : int
    steps : int
        At most, all trainings together.
    on_progress : callable
        Told the step, the held-out perplexity at the last look, and the seconds spent.

    Raises
    ------
    UseError
        If torch is not installed, or the texts are too few to hold any out.
    ModelError
        If the file is damaged.
    StoreError
        If it cannot be written.
    StoppedError
        If the user stops it; what was learnt stays.
    """
    torch = _torch()
    words = _vocabulary(texts)
    blocks, told = _blocks(encoded(texts, words))
    held = np.arange(len(blocks)) % _HELD_OUT == _HELD_OUT - 1
    if not held.any():
        raise UseError(f"learn: texts must have {WINDOW * _HELD_OUT} words or more, got {len(blocks) * WINDOW}",
                       remedy="Add texts with --corpus")  # fmt: skip
    texts_hash = hashlib.blake2b(blocks.tobytes() + "\n".join(words).encode(), digest_size=16).digest()
    state = _State(torch, words, texts_hash, file, seed)
    began = time.monotonic()
    try:
        while state.step < steps and time.monotonic() - began < seconds:
            if state.step % _LOOK_EVERY == 0:
                state.look(blocks[held], told[held])
                on_progress(state.step, state.perplexity, time.monotonic() - began)
            if state.is_done:
                break
            state.learn(blocks[~held], told[~held])
    except KeyboardInterrupt:
        if state.is_whole:
            state.save()
        raise StoppedError(f"learn: stopped at step {state.step}", remedy="Run it again to go on") from None
    state.save()
    return Trained(state.step, state.perplexity, time.monotonic() - began, state.is_done)


class _State:
    """Weights, moments and how well held-out rows were told."""

    def __init__(self, torch: Any, words: Sequence[str], texts: bytes, file: Path, seed: int) -> None:
        self._torch, self._words, self._texts, self._file, self._seed = torch, words, texts, file, seed
        self.step, self.losses, self.is_whole = 0, list[float](), True
        self._saved = time.monotonic()
        weights = _first(len(words), seed)
        known = _read(file) if file.is_file() else {}
        if known and known["texts"].tobytes() == texts:
            weights = {name: known[f"w.{name}"] for name in weights}
            self._best = {name: known[f"best.{name}"] for name in weights}
            self._moments = [{name: torch.tensor(known[f"{key}.{name}"]) for name in weights} for key in "mv"]
            self.step, self.losses = int(known["step"]), [float(each) for each in known["losses"]]
        else:
            self._best = weights
            self._moments = [{name: torch.zeros(array.shape) for name, array in weights.items()} for _ in "mv"]
        self._weights = {name: torch.tensor(array, requires_grad=True) for name, array in weights.items()}

    @property
    def perplexity(self) -> float:
        """Of the rows that are held out, at best."""
        return math.exp(min(self.losses)) if self.losses else math.inf

    @property
    def is_done(self) -> bool:
        """Whether the last looks were no better than one before them."""
        return len(self.losses) - 1 - int(np.argmin(self.losses or [0])) >= _PATIENCE

    def look(self, blocks: npt.NDArray[np.int64], told: npt.NDArray[np.bool_]) -> None:
        """See how well held-out rows are told, and keep the weights if never better."""
        if len(self.losses) > self.step // _LOOK_EVERY:
            return  # looked at before it was stopped
        with self._torch.no_grad():
            sums = [
                self._loss(blocks[at : at + _BATCH], told[at : at + _BATCH], 0.0)
                for at in range(0, len(blocks), _BATCH)
            ]
        loss = sum(float(total) for total, _ in sums) / max(1, sum(count for _, count in sums))
        if not self.losses or loss < min(self.losses):
            self._best = {name: each.detach().numpy().copy() for name, each in self._weights.items()}
        self.losses.append(loss)
        if time.monotonic() - self._saved > _SAVE_EVERY_S:
            self.save()

    def learn(self, blocks: npt.NDArray[np.int64], told: npt.NDArray[np.bool_]) -> None:
        """Take a step; which blocks and what is dropped hang on the step alone, so that stopping changes nothing."""
        torch = self._torch
        torch.manual_seed(self._seed * 1_000_003 + self.step)
        chosen = np.random.default_rng((self._seed, self.step)).integers(len(blocks), size=_BATCH)
        total, count = self._loss(blocks[chosen], told[chosen], _DROPPED)
        (total / max(1, count)).backward()
        self.is_whole = False
        self.step += 1
        rate = _RATE * min(1.0, self.step / _WARM)
        with torch.no_grad():
            norm = math.sqrt(sum(float((each.grad**2).sum()) for each in self._weights.values()))
            for name, weight in self._weights.items():
                slope = weight.grad * min(1.0, 1.0 / max(norm, 1e-9))
                first, second = (moments[name] for moments in self._moments)
                first.mul_(0.9).add_(slope, alpha=0.1)
                second.mul_(0.99).addcmul_(slope, slope, value=0.01)
                if weight.ndim > 1:
                    weight.mul_(1 - rate * _DECAY)
                step = first / (1 - 0.9**self.step) / ((second / (1 - 0.99**self.step)).sqrt() + 1e-8)
                weight.sub_(step, alpha=rate)
                weight.grad = None
        self.is_whole = True

    def save(self) -> None:
        """Write everything beside its place, then rename."""
        now = {name: each.detach().numpy() for name, each in self._weights.items()}
        arrays: Arrays = {
            "words": np.frombuffer("\n".join(self._words).encode(), np.uint8),
            "texts": np.frombuffer(self._texts, np.uint8), "step": np.asarray(self.step),
            "losses": np.asarray(self.losses), "sizes": np.asarray((WINDOW, WIDTH, HEADS, LAYERS)),
        }  # fmt: skip
        for key, group in (("w", now), ("best", self._best), *zip("mv", self._moments, strict=True)):
            arrays |= {f"{key}.{name}": np.asarray(each) for name, each in group.items()}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f".{self._file.name}.")
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, **arrays)  # type: ignore[arg-type]
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._file)
                self._saved = time.monotonic()
            finally:
                Path(name).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"learn: {self._file} must be writable, got {error.strerror or error}") from error

    def _loss(self, blocks: npt.NDArray[np.int64], told: npt.NDArray[np.bool_], dropped: float) -> tuple[Any, int]:
        torch = self._torch
        ids, wanted = torch.tensor(blocks[:, :-1]), torch.tensor(blocks[:, 1:])
        counts = torch.tensor(told[:, 1:])
        logits = logits_of(torch, self._weights, ids, dropped)
        losses = torch.nn.functional.cross_entropy(logits[counts], wanted[counts], reduction="sum")
        return losses, int(counts.sum())


def logits_of(torch: Any, weights: dict[str, Any], ids: Any, dropped: float = 0.0) -> Any:
    """Return for each place of rows of numbers how likely each word is to come next, before the softmax.

    Parameters
    ----------
    torch : module
    weights : dict of name to tensor
    ids : int64 tensor [rows, places], at most `WINDOW` places
    dropped : 0..1
        Share that is dropped while learning.
    """
    functional = torch.nn.functional

    def drop(values: Any) -> Any:
        return functional.dropout(values, dropped) if dropped else values

    rows, places = ids.shape
    x = drop(weights["words"][ids] + weights["places"][:places])
    for layer in range(LAYERS):
        w = {name.partition(".")[2]: each for name, each in weights.items() if name.startswith(f"{layer}.")}
        h = functional.layer_norm(x, (WIDTH,), w["norm1"], w["bias1"])
        q, k, v = (each.view(rows, places, HEADS, -1).transpose(1, 2) for each in (h @ w["qkv"]).split(WIDTH, -1))
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + drop(mixed.transpose(1, 2).reshape(rows, places, WIDTH) @ w["out"])
        h = functional.layer_norm(x, (WIDTH,), w["norm2"], w["bias2"])
        x = x + drop(functional.gelu(h @ w["up"] + w["upbias"]) @ w["down"])
    return functional.layer_norm(x, (WIDTH,), weights["norm"], weights["bias"]) @ weights["words"].T


def _first(size: int, seed: int) -> Arrays:
    random = np.random.default_rng(seed)

    def made(*shape: int, scale: float = 0.02) -> npt.NDArray[np.float32]:
        return (random.standard_normal(shape) * scale).astype(np.float32)

    weights: Arrays = {"words": made(size, WIDTH), "places": made(WINDOW, WIDTH), "norm": np.ones(WIDTH, np.float32),
                       "bias": np.zeros(WIDTH, np.float32)}  # fmt: skip
    for layer in range(LAYERS):
        own = {
            "norm1": np.ones(WIDTH, np.float32), "bias1": np.zeros(WIDTH, np.float32), "qkv": made(WIDTH, 3 * WIDTH),
            "out": made(WIDTH, WIDTH, scale=0.02 / math.sqrt(2 * LAYERS)), "norm2": np.ones(WIDTH, np.float32),
            "bias2": np.zeros(WIDTH, np.float32), "up": made(WIDTH, 4 * WIDTH),
            "upbias": np.zeros(4 * WIDTH, np.float32),
            "down": made(4 * WIDTH, WIDTH, scale=0.02 / math.sqrt(2 * LAYERS)),
        }  # fmt: skip
        weights |= {f"{layer}.{name}": each for name, each in own.items()}
    return weights


def _vocabulary(texts: Sequence[Sequence[Row]]) -> tuple[str, ...]:
    counts = Counter(word for rows in texts for row in rows for word in row.words)
    marks = sorted({mark for rows in texts for row in rows for mark in marks_of(row.groups)})
    common = [word for word, count in counts.most_common(_MOST_WORDS) if count >= _LEAST]
    return (*MARKS, *marks, *sorted(set(common) - set(marks)))


def _blocks(texts: Sequence[tuple[list[int], list[bool]]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Return texts as blocks that follow one another, the last of each text filled up with what is not told."""
    ids, told = list[list[int]](), list[list[bool]]()
    for text, wanted in texts:
        for at in range(0, len(text), WINDOW):
            own, mine = [_BEGIN, *text[at : at + WINDOW]], [False, *wanted[at : at + WINDOW]]
            ids.append(own + [_BEGIN] * (WINDOW + 1 - len(own)))
            told.append(mine + [False] * (WINDOW + 1 - len(mine)))
    return np.asarray(ids, np.int64).reshape(-1, WINDOW + 1), np.asarray(told, bool).reshape(-1, WINDOW + 1)


def _read(file: Path) -> Arrays:
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise ModelError(f"learn: {file} must be what was learnt before, got something else",
                         remedy="Delete it; it is learnt anew then") from error  # fmt: skip


def _torch() -> Any:
    try:
        return importlib.import_module("torch")
    except ImportError as error:
        raise UseError("learn: torch must be installed, got none",
                       remedy="Install it with: pip install 'kinoeye[train]'") from error  # fmt: skip
