"""Whisper: what is said in a sound, in which language, and when each word begins, without a text.

Several stretches are heard at once. The language is that of the first half minute of speech, for the whole sound. The
times of words come from where the model listens while it writes them, in steps of 20 ms. Nothing is fetched.

Source: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022; faster-whisper 1.2.1
(CTranslate2), without its own search for speech.
"""

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.analysis import first_there
from kinoeye.errors import ModelError
from kinoeye.models import registry

MODELS = ("whisper", "whisper-small", "whisper-base", "whisper-tiny")
LONGEST = 28  # seconds; the model hears half a minute at once
FRAME = 160  # samples at 16 kHz

_RATE_HZ = 16_000
_TOGETHER = 8  # stretches; more costs memory and is hardly quicker on a processor
_MOST_TOKENS = 224  # of a stretch, as the model was taught; a loop of the same word ends there
_SILENT, _UNSURE = 0.6, -1.0  # chance of silence and log likelihood of a token at which Whisper itself drops a stretch

Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class Heard:
    """A word.

    Parameters
    ----------
    text : str
        As the model writes it, with its signs.
    start, end : int, frames of 10 ms
        From the beginning of the stretch.
    score : 0..1
    """

    text: str
    start: int
    end: int
    score: float


def placed() -> str:
    """Return the name of the Whisper that would hear; empty if there is none that can be used."""
    return next(iter(first_there(MODELS, registry.identity)), "")


def heard(name: str, stretches: Sequence[Samples]) -> tuple[str, list[list[Heard]]]:
    """Return the language, as ISO 639 writes it, and the words of each stretch in running order.

    Parameters
    ----------
    name : str
        One of `MODELS`.
    stretches : sequence of int16 [n], 16 kHz
        Each of at most `LONGEST` seconds; at least one.

    Raises
    ------
    ModelError
        If the model is missing, or cannot be loaded.
    MemoryError
        If it does not fit into what this process may have.
    """
    return hear(_loaded(registry.path(name).parent, registry.identity(name)), stretches)


def hear(model: Any, stretches: Sequence[Samples]) -> tuple[str, list[list[Heard]]]:
    """Do what `heard` does, with a model that `load` gave."""
    language: str | None = None
    words: list[list[Heard]] = []
    with _memory_said():
        for first in range(0, len(stretches), _TOGETHER):
            language, found = _together(model, stretches[first : first + _TOGETHER], language)
            words += found
    assert language is not None
    return language, words


def _together(model: Any, stretches: Sequence[Samples], language: str | None) -> tuple[str, list[list[Heard]]]:
    """Hear stretches laid one behind the other, each from a whole second on, by which its words are known again."""
    begins, at = [], 0
    for part in stretches:
        begins.append(at)
        at += -(-len(part) // _RATE_HZ)
    sound = np.zeros(at * _RATE_HZ, np.float32)
    for begin, part in zip(begins, stretches, strict=True):
        sound[begin * _RATE_HZ : begin * _RATE_HZ + len(part)] = part / np.float32(32_768)
    clips = [
        {"start": begin, "end": begin + len(part) / _RATE_HZ} for begin, part in zip(begins, stretches, strict=True)
    ]
    segments, told = model.transcribe(
        sound, language=language, clip_timestamps=clips, vad_filter=False, word_timestamps=True,
        max_new_tokens=_MOST_TOKENS, batch_size=_TOGETHER,
    )  # fmt: skip
    found: dict[int, list[Any]] = {begin: [] for begin in begins}
    for segment in segments:
        if not (segment.no_speech_prob > _SILENT and segment.avg_logprob < _UNSURE):
            found[segment.seek // 100] += segment.words
    return told.language, [
        _in_order(found[begin], begin, len(part) // FRAME) for begin, part in zip(begins, stretches, strict=True)
    ]


def _in_order(words: Sequence[Any], begin: int, frames: int) -> list[Heard]:
    """Return words that follow one another within their stretch, each at least a frame long.

    The library's own mending of times pushes some over others or out of the stretch. Words that have no room left are
    dropped from the end.
    """
    words = words[:frames]
    starts, ends = [], []
    last = 0
    for word in words:
        starts.append(max(last, round((word.start - begin) * 100)))
        last = max(starts[-1] + 1, round((word.end - begin) * 100))
        ends.append(last)
    limit = frames
    for place in reversed(range(len(words))):
        ends[place] = min(ends[place], limit)
        limit = starts[place] = min(starts[place], ends[place] - 1)
    return [
        Heard(word.word.strip(), start, end, min(1.0, float(word.probability)))
        for word, start, end in zip(words, starts, ends, strict=True)
    ]


@functools.lru_cache(maxsize=1)
def _loaded(folder: Path, _digest: str) -> Any:
    """Load a model; again when its files are others."""
    return load(folder)


def load(folder: Path) -> Any:
    """Return the Whisper of a folder, for one thread.

    Raises
    ------
    ModelError
        If it cannot be loaded.
    """
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    try:
        with _memory_said():
            model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"models: {folder} must be a Whisper that can be loaded, got {' '.join(str(error).split())}",
            remedy="Place or fetch it again",
        ) from error
    return BatchedInferencePipeline(model)


@contextmanager
def _memory_said() -> Iterator[None]:
    """Call by its name what the library's arithmetic reports as an error like any other."""
    try:
        yield
    except RuntimeError as error:
        if "failed to allocate memory" in str(error):
            raise MemoryError(str(error)) from error
        raise
