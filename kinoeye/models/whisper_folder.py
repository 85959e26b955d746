"""Check that a folder holds a Whisper for CTranslate2 before anything loads it.

Only the frame is looked at, without a runtime: the weights must name themselves a Whisper in their first bytes, which
no pickle and no PyTorch file does, and the files beside them must be what the loader reads. A folder without its
tokenizer is refused, because the loader would fetch one.

Source: ctranslate2.specs.model_spec (github.com/OpenNMT/CTranslate2): version, then the length and name of the kind.
"""

import json
import struct
from pathlib import Path

from kinoeye.errors import InputError

WEIGHTS = "model.bin"

_NEEDED = {"config.json": 1 << 20, "tokenizer.json": 64 << 20}  # most bytes; the largest known has 3 MB
_VOCABULARIES = {"vocabulary.json": 64 << 20, "vocabulary.txt": 64 << 20}  # one of them
_BEGIN = "<|startoftranscript|>"  # the token that every Whisper begins with
_KEYS = {"config.json": "alignment_heads", "tokenizer.json": "model"}  # without them no times, and no words
_MAY_BE = {"preprocessor_config.json": 1 << 20}
_MOST_WEIGHTS = 16 << 30  # bytes; large-v3 in float32 has 6
_KIND = b"WhisperSpec\0"


def check(folder: Path) -> list[Path]:
    """Return the files of a Whisper that lie in a folder, its weights last; others are none of its business.

    Raises
    ------
    InputError
        With what came instead.
    """
    try:
        there = {file.name: file for file in sorted(folder.iterdir()) if file.is_file()}
        parts = [there[name] for name in (*_NEEDED, *_VOCABULARIES, *_MAY_BE) if name in there]
        if WEIGHTS not in there:
            raise _refusal(folder, f"no {WEIGHTS} among {', '.join(there) or 'no files'}")
        _check_weights(there[WEIGHTS])
        for name in _NEEDED:
            if name not in there:
                raise _refusal(folder, f"no {name}")
        if not _VOCABULARIES.keys() & there.keys():
            raise _refusal(folder, f"neither {' nor '.join(_VOCABULARIES)}")
        for part in parts:
            _check_text(part, (_NEEDED | _VOCABULARIES | _MAY_BE)[part.name])
    except OSError as error:
        raise InputError(f"models: {folder} must be readable, got {error.strerror or error}") from error
    return [*parts, there[WEIGHTS]]


def _check_weights(file: Path) -> None:
    with file.open("rb") as opened:
        head = opened.read(6 + len(_KIND))
    if len(head) < 6 or head[6:] != _KIND or struct.unpack_from("<H", head, 4)[0] != len(_KIND):
        raise _refusal(file, "other weights: pickles and PyTorch files are never opened")
    if file.stat().st_size > _MOST_WEIGHTS:
        raise _refusal(file, f"more than {_MOST_WEIGHTS >> 30} GiB")


def _check_text(file: Path, most: int) -> None:
    if file.stat().st_size > most:
        raise _refusal(file, f"more than {most >> 20} MiB")
    try:
        text = file.read_text("utf-8")
        content = json.loads(text) if file.suffix == ".json" else text
    except (ValueError, RecursionError) as error:
        raise _refusal(file, f"damaged text: {error}") from error
    if file.name in _VOCABULARIES and _BEGIN not in content:
        raise _refusal(file, f"none with {_BEGIN}")
    key = _KEYS.get(file.name)
    if key and not (isinstance(content, dict) and content.get(key)):
        raise _refusal(file, f"none with {key}")


def _refusal(path: Path, came: str) -> InputError:
    return InputError(
        f"models: {path} must be of a Whisper for CTranslate2, got {came}",
        remedy="Make such a folder with: ct2-transformers-converter --copy_files tokenizer.json",
    )
