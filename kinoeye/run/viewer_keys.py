"""Viewer keys: which key an index hashes its viewers with. The index knows its name, never the key."""

import json
from collections.abc import Iterable
from contextlib import suppress

from kinoeye.errors import InputError
from kinoeye.media import viewers
from kinoeye.media.viewers import Key
from kinoeye.store.files import Files

FILE = "viewers.json"


def key_name(files: Files) -> str:
    """Return what the key of an index is called; it gets one if it has none.

    Raises
    ------
    InputError
        If a new key cannot be kept.
    """
    known = _known(files)
    if known is None:
        name = viewers.new_name()
        key = viewers.make(name)
        files.write(FILE, json.dumps({"key": name, "check": key.check()}).encode())
        return name
    return known["key"]


def name_for(files: Files, kinds: Iterable[str]) -> str:
    """Return the name of the key where there is a log; what is wrong with it, the log's reader tells."""
    if "log" in kinds:
        with suppress(InputError):
            return key_name(files)
    return ""


def key_of(files: Files) -> Key:
    """Return the key of an index.

    Raises
    ------
    InputError
        If it is lost, or is another than the one that the index was made with.
    """
    name = key_name(files)
    key = viewers.read(name)
    known = _known(files)
    if known is not None and known["check"] != key.check():
        raise InputError(
            f"viewers: the key in {viewers.path_of(name)} must be the one that this index was made with, got another",
            remedy=f"Put the right one there, or delete {FILE} in the index, and all logs are read again",
        )
    return key


def _known(files: Files) -> dict[str, str] | None:
    if not files.exists(FILE):
        return None
    try:
        told = json.loads(files.read_bytes(FILE))
        return {"key": str(told["key"]), "check": str(told["check"])}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"viewers: {FILE} in the index must name a key, got something else",
            remedy="Put it back from a backup, or delete it, and all logs are read again with a new key",
        ) from error
