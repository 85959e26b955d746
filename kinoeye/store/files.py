"""Files: one folder of the index, on this machine's disk or on any file system that fsspec knows.

A name is a path inside that folder, with ``/``. A file appears under its name whole or not at all: it is written
beside, synced, renamed, and the folder synced, so that neither a kill nor a full disk leaves a broken file behind.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from kinoeye.errors import StoreError

# Everything unfinished ends so; readers and listings pass over it, `clean` takes it away.
UNFINISHED = ".part"

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Stamp:
    """When a file was written and how large it is: enough to know that it is still the same.

    Parameters
    ----------
    size : int, bytes
    modified : int
        Nanoseconds on disk; elsewhere whatever the file system gives, as a whole number.
    """

    size: int
    modified: int


class Files:
    """A folder that files are read from and written into as a whole.

    Parameters
    ----------
    url : str or Path
        A path, or an address that fsspec knows (``s3://…``, ``webhdfs://…``, ``memory://…``).
    """

    def __init__(self, url: str | Path) -> None:
        self.url = str(url)

    def __repr__(self) -> str:
        return f"Files({self.url!r})"

    @cached_property
    def is_local(self) -> bool:
        """Whether the folder lies on this machine's disk, so that files can be mapped into memory."""
        return "://" not in self.url or self.url.startswith("file://")

    @cached_property
    def root(self) -> Path:
        """The folder, if it is local."""
        return Path(self.url.removeprefix("file://")).absolute()

    def read_bytes(self, name: str) -> bytes:
        """Return what stands in a file.

        Raises
        ------
        StoreError
            If there is no such file or it cannot be read.
        """
        with in_words(self, name, "read"):
            if self.is_local:
                return (self.root / name).read_bytes()
            return bytes(self._remote.cat_file(self._at(name)))

    def write(self, name: str, data: bytes) -> None:
        """Write a file whole, replacing what stood under its name.

        Raises
        ------
        StoreError
            If it cannot be written; what stood there before still does.
        """
        with self.new_file(name) as file:
            file.write(data)

    @contextlib.contextmanager
    def new_file(self, name: str) -> Iterator[IO[bytes]]:
        """Give an empty file to fill, little by little; it stands under `name` when the block ends without an error.

        Raises
        ------
        StoreError
            If it cannot be written; what stood there before still does.
        """
        with in_words(self, name, "written"):
            if not self.is_local:
                with tempfile.TemporaryFile(prefix="kinoeye-") as file:
                    yield file
                    file.seek(0)
                    self._write_remote(name, file)
                return
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.{unique()}{UNFINISHED}")
            try:
                with beside.open("wb") as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                beside.replace(target)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
            sync_folder(target.parent)

    def listing(self, folder: str) -> dict[str, Stamp]:
        """Return the files right inside `folder`, by name without it; empty where there is no such folder."""
        if not self.is_local:
            return self._listing_remote(folder)
        found = {}
        try:
            with os.scandir(self.root / folder) as entries:
                for entry in entries:
                    if not entry.name.startswith(".") and entry.is_file():
                        stat = entry.stat()
                        found[entry.name] = Stamp(stat.st_size, stat.st_mtime_ns)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StoreError(f"store: {self.root / folder} must be readable, got {error.strerror}") from error
        return found

    def folders(self, folder: str) -> list[str]:
        """Return the folders right inside `folder`, sorted, by name without it."""
        if self.is_local:
            try:
                with os.scandir(self.root / folder) as entries:
                    return sorted(e.name for e in entries if e.is_dir() and not e.name.startswith("."))
            except FileNotFoundError:
                return []
        try:
            rows = self._remote.ls(self._at(folder), detail=True)
        except FileNotFoundError:
            return []
        return sorted(Path(row["name"]).name for row in rows if row["type"] == "directory")

    def exists(self, name: str) -> bool:
        """Return whether there is a file or folder of this name."""
        return (self.root / name).exists() if self.is_local else bool(self._remote.exists(self._at(name)))

    def remove(self, name: str) -> None:
        """Take away a file or a whole folder; nothing happens if it is not there."""
        with in_words(self, name, "removed"):
            if not self.is_local:
                if self._remote.exists(self._at(name)):
                    self._remote.rm(self._at(name), recursive=True)
                return
            target = self.root / name
            if target.is_dir() and not target.is_symlink():
                gone = target.with_name(f".{target.name}.{unique()}{UNFINISHED}")
                with contextlib.suppress(FileNotFoundError):
                    target.rename(gone)
                    shutil.rmtree(gone, ignore_errors=True)
            else:
                target.unlink(missing_ok=True)

    @contextlib.contextmanager
    def new_folder(self, name: str, is_same: Callable[[], bool] = lambda: False) -> Iterator[Path]:
        """Give an empty local folder to fill; it appears under `name` whole when the block ends without an error.

        Parameters
        ----------
        name : str
        is_same : callable
            Asked where a folder stands under the name already: if true, it stays and this one is dropped, so that a
            reader never misses it.
        """
        with in_words(self, name, "written"):
            if not self.is_local:
                with tempfile.TemporaryDirectory(prefix="kinoeye-") as staging:
                    yield Path(staging)
                    self._remote.put(f"{staging}/", self._at(name) + "/", recursive=True)
                return
            target = self.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            beside = target.with_name(f".{target.name}.{unique()}{UNFINISHED}")
            beside.mkdir()
            try:
                yield beside
                sync_tree(beside)
                if not renamed(beside, target) and not is_same():
                    self.remove(name)
                    renamed(beside, target)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
            sync_folder(target.parent)

    def local(self, name: str) -> Path:
        """Return a path on this machine's disk that holds the file; elsewhere a copy in a cache of this user."""
        if self.is_local:
            return self.root / name
        with in_words(self, name, "read"):
            key = hashlib.sha256(f"{self._at(name)} {self._remote.info(self._at(name))}".encode()).hexdigest()
            copy = Path(tempfile.gettempdir()) / f"kinoeye-cache-{os.getuid()}" / key
            if not copy.exists():
                copy.parent.mkdir(mode=0o700, exist_ok=True)
                beside = copy.with_name(copy.name + unique())
                self._remote.get_file(self._at(name), str(beside))
                beside.replace(copy)
            return copy

    def remove_unfinished(self, folder: str, older_than_s: float) -> int:
        """Take away what unfinished writers left in `folder` and below; return how many."""
        if not self.is_local:
            return 0
        count = 0
        for path in list((self.root / folder).rglob(f".*{UNFINISHED}")):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime >= older_than_s:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
                    count += 1
        return count

    @cached_property
    def _remote(self) -> Any:
        try:
            return self._opened[0]
        except (ImportError, ValueError) as error:
            raise StoreError(
                f"store: {self.url} must be an address that fsspec can open, got {error}",
                remedy="Install the fsspec package that it names",
            ) from error

    def _at(self, name: str) -> str:
        return f"{self._opened[1].rstrip('/')}/{name}".rstrip("/")

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        import fsspec  # only where an index lies elsewhere; a twentieth of a second

        system, root = fsspec.core.url_to_fs(self.url)
        return system, str(root)

    def _write_remote(self, name: str, data: IO[bytes]) -> None:
        self._remote.makedirs(self._at(str(Path(name).parent)), exist_ok=True)
        beside = f"{self._at(name)}.{unique()}{UNFINISHED}"
        with self._remote.open(beside, "wb") as file:
            shutil.copyfileobj(data, file)
        if self._remote.exists(self._at(name)):
            self._remote.rm_file(self._at(name))
        self._remote.mv(beside, self._at(name))

    def _listing_remote(self, folder: str) -> dict[str, Stamp]:
        try:
            rows = self._remote.ls(self._at(folder), detail=True)
        except FileNotFoundError:
            return {}
        stamps = {}
        for row in rows:
            name = Path(row["name"]).name
            if row["type"] == "file" and not name.startswith(".") and not name.endswith(UNFINISHED):
                when = row.get("mtime") or row.get("modified") or row.get("LastModified") or row.get("created")
                stamps[name] = Stamp(int(row["size"]), zlib.crc32(str(when).encode()))
        return stamps


def unique() -> str:
    """Return a name that no other writer has."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Make every file of a folder durable, and then the names."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def renamed(source: Path, target: Path) -> bool:
    """Give a folder its name; False if another folder has it."""
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST}:
            return False
        raise
    return True


@contextlib.contextmanager
def in_words(files: Files, name: str, done: str) -> Iterator[None]:
    """Turn the system's errors into ours, saying which file and what to do."""
    try:
        yield
    except OSError as error:
        where = files.root / name if files.is_local else f"{files.url}/{name}"
        remedy = ""
        if error.errno in _FULL:
            remedy = "The disk is full: free some space and run again; what was finished stays"
        elif error.errno in {errno.EACCES, errno.EROFS, errno.EPERM}:
            remedy = "Give the right to write there, or name another place for the index with --store"
        reason = error.strerror or type(error).__name__
        raise StoreError(f"store: {where} must be {done}, got {reason}", remedy=remedy) from error
