"""Viewers: what a viewer of a log is called here, so that nobody who has the index knows who it is.

A log's own names and numbers of viewers are hashed with a key before anything is kept. The key lies outside the index,
in the user's configuration folder, readable by its owner alone; an index says only what its key is called, and a check
by which a wrong key is known. Whoever has the key and a viewer's own number finds that viewer; nobody else does, and
without the key even the list of all numbers tells nothing.

Source: BLAKE3 keyed hash; GDPR article 4 (5) and recital 26: additional information that is kept separately.
"""

import os
import re
import secrets
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
from blake3 import blake3

from kinoeye.errors import InputError

KEY_VARIABLE = "KINOEYE_VIEWER_KEY"

_BITS = 53  # whole numbers that JSON, Excel and JavaScript keep as they are
_KEY_BYTES = 32
_NAME = re.compile(r"[0-9a-f]{16}")
_MOST_REMEMBERED = 1 << 20


@dataclass(frozen=True)
class Key:
    """A secret that turns a viewer's own name into a number.

    Parameters
    ----------
    secret : bytes
        32 of them.
    """

    secret: bytes = field(repr=False)
    _known: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def number(self, name: str) -> int:
        """Return what a viewer is called here: 1 .. 2**53 - 1.

        Examples
        --------
        >>> Key(bytes(32)).number("anna@example.org") == Key(bytes(32)).number(" anna@example.org ")
        True
        """
        name = name.strip()
        found = self._known.get(name)
        if found is None:
            digest = blake3(name.encode("utf-8", "surrogatepass"), key=self.secret).digest(length=8)
            found = int.from_bytes(digest, "little") >> (64 - _BITS) or 1
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[name] = found
        return found

    def numbers(self, names: Sequence[str | None]) -> npt.NDArray[np.int64]:
        """Return what viewers are called here, int64 [n]; 0 where there is no name."""
        return np.fromiter((self.number(each) if each else 0 for each in names), np.int64, len(names))

    def mark(self, number: int) -> str:
        """Return by what a forgotten viewer is known at the door; whoever has it and no key knows nothing."""
        return blake3(b"forgotten" + number.to_bytes(8, "little"), key=self.secret).hexdigest(length=16)

    def check(self) -> str:
        """Return 16 hex digits by which this key is told from another; they say nothing of it."""
        return blake3(b"kinoeye viewers", key=self.secret).hexdigest(length=8)


def new_name() -> str:
    """Return what a new key is called."""
    return secrets.token_hex(8)


def make(name: str) -> Key:
    """Make a key and keep it for its owner alone; one that another process made at once is taken.

    Raises
    ------
    InputError
        If it cannot be kept.
    """
    path = path_of(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read(name)
    except OSError as error:
        raise InputError(
            f"viewers: the key must be kept in {path}, the system says: {error.strerror}",
            remedy=f"Name a file that can be written in {KEY_VARIABLE}",
        ) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return read(name)


def read(name: str) -> Key:
    """Return a key.

    Raises
    ------
    InputError
        If it is lost, can be read by others, or is none.
    """
    path = path_of(name)
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        said = "nothing" if isinstance(error, FileNotFoundError) else "a file that cannot be read"
        raise InputError(
            f"viewers: the key of this production must be in {path}, got {said}",
            remedy="Put it back from a backup. If it is lost, viewers of a log that is read from now on cannot be told "
            "to be those known already: delete viewers.json in the index, and all logs are read again with a new key",
        ) from error
    if sys.platform != "win32" and stat.S_IMODE(mode) & 0o077:
        raise InputError(
            f"viewers: the key {path} must be readable by its owner alone (600), got {stat.S_IMODE(mode):o}",
            remedy=f"chmod 600 {path}",
        )
    if not re.fullmatch(rf"[0-9a-f]{{{2 * _KEY_BYTES}}}", text):
        raise InputError(
            f"viewers: the key {path} must be {2 * _KEY_BYTES} hex digits, got something else",
            remedy="Put the right file back, or name it in " + KEY_VARIABLE,
        )
    return Key(bytes.fromhex(text))


def path_of(name: str) -> Path:
    """Return where a key lies: $KINOEYE_VIEWER_KEY, or a file of its name in the user's configuration folder."""
    if chosen := os.environ.get(KEY_VARIABLE):
        return Path(chosen).expanduser()
    if not _NAME.fullmatch(name):
        raise InputError("viewers: the name of a key must be 16 hex digits, got something else")
    return _folder() / f"{name}.key"


def _folder() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "kinoeye" / "viewers"
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming") / "kinoeye" / "viewers"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "kinoeye" / "viewers"
