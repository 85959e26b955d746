"""The user's cache of weights: where it lies, how files come into it, how hashes are remembered.

Everything in it can be deleted and fetched again. Nothing here knows which models exist.
"""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kinoeye.errors import ModelError

FOLDER_VARIABLE = "KINOEYE_MODELS"

_HASHES = "hashes.json"
_BLOCK = 1 << 20

_known: dict[str, tuple[int, int, str]] = {}


def folder() -> Path:
    """Return the cache folder: $KINOEYE_MODELS, or the platform's own place for caches."""
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "kinoeye" / "models"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "kinoeye" / "models"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kinoeye" / "models"


@contextmanager
def written(target: Path) -> Iterator[IO[bytes]]:
    """Write `target` beside itself and put it in place whole, or not at all.

    Raises
    ------
    ModelError
        If the folder cannot be written.
    """
    temporary = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise ModelError(
            f"models: {target} must be writable, got {error.strerror or error}",
            remedy=f"Set {FOLDER_VARIABLE} to a folder with room",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def sha256(path: Path) -> str:
    """Return a file's SHA-256, 64 hex digits; hashed again only when its size or time of change is another.

    Raises
    ------
    ModelError
        If the file cannot be read.
    """
    try:
        standing = path.stat()
        key, stamp = str(path.resolve()), (standing.st_size, standing.st_mtime_ns)
        if not _known:
            _known.update(_remembered())
        if (known := _known.get(key)) is None or known[:2] != stamp:
            _known[key] = known = (*stamp, hash_of(path))
            _remember()
    except OSError as error:
        raise ModelError(f"models: {path} must be readable, got {error.strerror or error}") from error
    return known[2]


def hash_of(path: Path) -> str:
    """Return a file's SHA-256 without asking the memory."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _remembered() -> dict[str, tuple[int, int, str]]:
    try:
        entries = json.loads((folder() / _HASHES).read_text("utf-8"))
        return {path: (int(size), int(time), str(digest)) for path, (size, time, digest) in entries.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # not there yet, or damaged: hashes are made again


def _remember() -> None:
    # A cache that cannot be written only costs the time of hashing again.
    with suppress(ModelError), written(folder() / _HASHES) as file:
        file.write(json.dumps(_known).encode())
