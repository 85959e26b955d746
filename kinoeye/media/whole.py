"""Whole: a file that appears under its final name only when all of it is on the disk."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from kinoeye.errors import MediaError

_LEFTOVER = re.compile(r"\..+\.(\d+-)?[0-9a-f]{8}\.part")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file beside `path` for writing; on success flush it to the disk and rename it, on failure remove it.

    Raises
    ------
    MediaError
        If the folder is missing or may not be written, or the disk is full; a file that stood there before is kept.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise MediaError(
            f"{path}: must be written whole, the system says: {error.strerror or error}",
            remedy="Free some space or choose another folder, then write again",
        ) from error
    finally:
        part.unlink(missing_ok=True)


def leftovers(folder: Path) -> list[Path]:
    """Return what killed writers left in a folder and below: files, and folders of files."""
    return [path for path in sorted(folder.rglob(".*.part")) if _LEFTOVER.fullmatch(path.name)]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
