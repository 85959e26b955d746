"""Scan: which assets lie in a production's folder.

An asset is named by its content (BLAKE3, 128 bits), so that a renamed or moved file stays the same asset, and two
copies are one. What was found is kept in the cache by path, size, time and inode, so that a second scan reads no file.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from blake3 import blake3

from kinoeye.errors import KinoeyeError, StoreError, UseError
from kinoeye.media import kinds, sequences
from kinoeye.run.faults import Fault
from kinoeye.run.settings import FILE
from kinoeye.store.files import Files

# Up by one when a file's kind may be told otherwise than before.
VERSION = 3

# What Kinoeye itself puts into a production's folder.
OWN = frozenset({".kinoeye", "out", FILE})

_CACHE = "cache/files.json"

_PIECE = 16 << 20  # bytes read at once


@dataclass(frozen=True)
class Found:
    """One asset of a production.

    Parameters
    ----------
    asset : str
        32 hex digits.
    kind : str
    paths : tuple of str
        Where it lies, in the production's folder, sorted; of a sequence, its first picture.
    size_bytes : int
    members : tuple of str
        The pictures of a sequence, in order; empty otherwise.
    """

    asset: str
    kind: str
    paths: tuple[str, ...]
    size_bytes: int
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scan:
    """What a scan found.

    Parameters
    ----------
    assets : tuple of Found
        In the order of paths.
    faults : tuple of Fault
        Files that could not be read, or are not what their name says.
    ignored : int
        Files of kinds that Kinoeye does not know.
    """

    assets: tuple[Found, ...]
    faults: tuple[Fault, ...]
    ignored: int


@dataclass
class _Known:
    """What is known of one file as long as its stamp stays the same."""

    stamp: list[int]
    asset: str
    kind: str | None
    message: str = ""
    remedy: str = ""
    fresh: bool = field(default=False, compare=False)


def scan(folder: Path, files: Files, on_bytes: Callable[[int, int], None] | None = None) -> Scan:
    """Find the assets of a production.

    Parameters
    ----------
    folder : Path
    files : Files
        The index, for the cache.
    on_bytes : callable, optional
        Told how many bytes of how many are read while new files are hashed.

    Raises
    ------
    UseError
        If the folder is missing, no folder, or must not be read.
    """
    _check(folder)
    cache = _cached(files)
    stats, faults = _walk(folder)
    fresh = [path for path, stat in stats.items() if cache.get(path) is None or cache[path].stamp != _stamp(stat)]
    total, done = sum(stats[path].st_size for path in fresh), 0
    known = {path: cache[path] for path in stats if path not in set(fresh)}
    for path in fresh:
        known[path] = _look(folder, path, stats[path])
        done += stats[path].st_size
        if on_bytes is not None:
            on_bytes(done, total)
    if known != cache:
        rows = {path: {k: v for k, v in asdict(each).items() if k != "fresh"} for path, each in known.items()}
        files.write(_CACHE, json.dumps({"version": VERSION, "files": rows}).encode("utf-8", "surrogatepass"))
    for path, each in known.items():
        if each.message:
            faults.append(Fault(each.asset, shown(path), "scan", each.message, each.remedy))
    assets = _assets(known, {path: stat.st_size for path, stat in stats.items()})
    ignored = sum(each.kind is None and not each.message for each in known.values())
    return Scan(tuple(assets), tuple(faults), ignored)


def shown(path: str) -> str:
    """Return a path that can be printed and stored, whatever bytes its name has."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _check(folder: Path) -> None:
    if not folder.exists():
        raise UseError(f"production: folder must exist, got {folder}")
    if not folder.is_dir():
        raise UseError(f"production: must be a folder, got the file {folder}", remedy=f"Name {folder.parent}")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise UseError(f"production: folder must be readable, got no permission for {folder}")


def _walk(folder: Path) -> tuple[dict[str, os.stat_result], list[Fault]]:
    """Return every file's stat by its path in the folder, in order; hidden files and our own are passed over."""
    stats: dict[str, os.stat_result] = {}
    faults: list[Fault] = []

    def blocked(error: OSError) -> None:
        path = os.path.relpath(str(error.filename), folder)
        faults.append(_unreadable(path, error))

    for root, folders, names in os.walk(folder, onerror=blocked):
        at_top = Path(root) == folder
        folders[:] = sorted(n for n in folders if not n.startswith(".") and not (at_top and n in OWN))
        for name in sorted(names):
            if name.startswith(".") or (at_top and name in OWN):
                continue
            full = Path(root) / name
            path = os.path.relpath(full, folder)
            try:
                stat = full.stat()
            except OSError as error:
                faults.append(_unreadable(path, error))
                continue
            if os.path.isfile(full):  # noqa: PTH113 - pipes and devices are no material
                stats[path] = stat
    return dict(sorted(stats.items())), faults


def _look(folder: Path, path: str, stat: os.stat_result) -> _Known:
    full = folder / path
    try:
        asset = _hash(full)
        if not stat.st_size:
            return _Known(_stamp(stat), _nameless(path), None, "scan: a file must hold something, got 0 bytes",
                          "Copy the file again")  # fmt: skip
        try:
            return _Known(_stamp(stat), asset, kinds.recognise(full))
        except KinoeyeError as error:
            return _Known(_stamp(stat), asset, None, error.message, error.remedy)
    except OSError as error:
        fault = _unreadable(path, error)
        return _Known([0, 0, 0], fault.asset, None, fault.message, fault.remedy)


def _hash(path: Path) -> str:
    """Name a file by its content; read, not mapped, so that a film does not count as this process' memory."""
    hasher = blake3(max_threads=blake3.AUTO)
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.hexdigest(length=16)


def _assets(known: dict[str, _Known], sizes: dict[str, int]) -> Iterator[Found]:
    pictures = [Path(path) for path, each in known.items() if each.kind == "picture"]
    members: set[str] = set()
    found: list[Found] = []
    for group in sequences.find(pictures):
        paths = tuple(str(path) for path in group)
        members.update(paths)
        asset = blake3("".join(known[path].asset for path in paths).encode()).hexdigest(length=16)
        found.append(Found(asset, "sequence", (paths[0],), sum(sizes[path] for path in paths), paths))
    by_asset: dict[str, list[str]] = {}
    for path, each in known.items():
        if each.kind is not None and path not in members:
            by_asset.setdefault(each.asset, []).append(path)
    for asset, paths_of in by_asset.items():
        kind = known[paths_of[0]].kind
        assert kind is not None
        found.append(Found(asset, kind, tuple(paths_of), sizes[paths_of[0]]))
    return iter(sorted(found, key=lambda each: each.paths[0]))


def _cached(files: Files) -> dict[str, _Known]:
    try:
        data = json.loads(files.read_bytes(_CACHE))
        if data["version"] != VERSION:
            return {}
        return {path: _Known(**row) for path, row in data["files"].items()}
    except (StoreError, ValueError, KeyError, TypeError):
        return {}


def _unreadable(path: str, error: OSError) -> Fault:
    return Fault(_nameless(path), shown(path), "scan", f"scan: a file must be readable, got {error.strerror}",
                 "Give the right to read it")  # fmt: skip


def _nameless(path: str) -> str:
    """Return the name of an asset whose content cannot name it."""
    return blake3(b"path:" + os.fsencode(path)).hexdigest(length=16)


def _stamp(stat: os.stat_result) -> list[int]:
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]
