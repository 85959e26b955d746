"""Made: what Kinoeye itself has written into ``out``, so that it can prove later that a file is its own.

For each file its place, size and hash are kept in the index. A file that was changed since is no longer Kinoeye's.
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from blake3 import blake3

from kinoeye.errors import StoreError, UseError
from kinoeye.store.files import UNFINISHED, Files, in_words, sync_folder, sync_tree, unique

_FOLDER = "made"
_PIECE = 1 << 20


@dataclass(frozen=True)
class MadeFile:
    """One file that was written.

    Parameters
    ----------
    path : str
        In the production's folder; absolute if it lies elsewhere.
    size_bytes : int
    blake3 : str
    assets : tuple of str
        Whose pictures or rows it may show.
    """

    path: str
    size_bytes: int
    blake3: str
    assets: tuple[str, ...]


class Made:
    """What was made of one production.

    Parameters
    ----------
    files : Files
        The index.
    folder : Path
        The production's.
    """

    def __init__(self, files: Files, folder: Path) -> None:
        self._files, self._folder = files, folder

    def put(self, whole: Path, target: Path, assets: Iterable[str]) -> None:
        """Give a made file or folder its place, and keep that it is Kinoeye's; what Kinoeye had made there goes.

        It is kept before it is there: a kill leaves either nothing in that place, or something known.

        Raises
        ------
        UseError
            If a file stands there that is neither as Kinoeye wrote it nor the same as the new one.
        StoreError
            If it cannot be written there.
        """
        shown = tuple(sorted(assets))
        if not _is_same(whole, target):
            self.check_free("out", [target])
        with in_words(Files(target.parent), target.name, "written"):
            target.parent.mkdir(parents=True, exist_ok=True)
            self._clear(target, whole.parent)
            for path in _inside(whole):
                self._keep(path, target / path.relative_to(whole), shown)
            if whole.stat().st_dev != target.parent.stat().st_dev:
                whole = _beside(whole, target)
            whole.replace(target)
            sync_folder(target.parent)

    @contextmanager
    def making(self, targets: Sequence[Path], assets: Iterable[str]) -> Iterator[list[Path]]:
        """Give places to write files of one folder to; once all are whole, they come to their own, as by `put`.

        What is stopped or fails leaves nothing, and what stood there before stays.

        Raises
        ------
        UseError, StoreError
            As of `put`.
        """
        folder = targets[0].parent
        with in_words(Files(folder), targets[0].name, "written"):
            folder.mkdir(parents=True, exist_ok=True)
            aside = folder / f".{targets[0].name}.{unique()}{UNFINISHED}"
            aside.mkdir()
        try:
            yield [aside / each.name for each in targets]
            for each in targets:
                self.put(aside / each.name, each, assets)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def all(self) -> list[MadeFile]:
        """Return everything that was written, in the order of paths."""
        rows = [self._row(f"{_FOLDER}/{name}") for name in self._files.listing(_FOLDER)]
        return sorted((row for row in rows if row is not None), key=lambda row: row.path)

    def is_ours(self, path: Path) -> bool:
        """Say whether a file, or everything in a folder, is as Kinoeye wrote it."""
        return all(self._is_ours(each) for each in _inside(path))

    def check_free(self, where: str, paths: Iterable[Path]) -> None:
        """Make sure that writing to these paths replaces nothing of the user's.

        Raises
        ------
        UseError
            If a file that is not as Kinoeye wrote it stands there.
        """
        for path in paths:
            if os.path.lexists(path) and not self.is_ours(path):
                raise UseError(
                    f"{where}: {path} must be free or made by Kinoeye, got another file", remedy="Move it away"
                )

    def remove(self, path: Path) -> None:
        """Take a file away, and what is known of it."""
        path.unlink(missing_ok=True)
        self._files.remove(self._place(self._named(path)))

    def _clear(self, target: Path, aside: Path) -> None:
        """Take away what Kinoeye had made in a place; a folder goes at one stroke, so no half of it ever stands."""
        there = _inside(target)
        if target.is_dir():
            is_near = aside.stat().st_dev == target.parent.stat().st_dev
            gone = (aside if is_near else target.parent) / f".{target.name}.{unique()}{UNFINISHED}"
            target.rename(gone)
            shutil.rmtree(gone)
        for path in there:
            self.remove(path)

    def _is_ours(self, path: Path) -> bool:
        row = self._row(self._place(self._named(path)))
        return (
            row is not None
            and path.is_file()
            and not path.is_symlink()
            and path.stat().st_size == row.size_bytes
            and _hash(path) == row.blake3
        )

    def _keep(self, path: Path, place: Path, assets: tuple[str, ...]) -> None:
        """Keep what a file is that lies, or will lie, in a place."""
        row = MadeFile(self._named(place), path.stat().st_size, _hash(path), assets)
        self._files.write(self._place(row.path), json.dumps(asdict(row)).encode())

    def _row(self, place: str) -> MadeFile | None:
        try:
            row = json.loads(self._files.read_bytes(place)) if self._files.exists(place) else {}
            return MadeFile(row["path"], row["size_bytes"], row["blake3"], tuple(row["assets"]))
        except (StoreError, ValueError, KeyError, TypeError):
            return None  # not one of ours: it proves nothing

    def _named(self, path: Path) -> str:
        path = path.absolute()
        return path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else str(path)

    @staticmethod
    def _place(name: str) -> str:
        return f"{_FOLDER}/{blake3(name.encode()).hexdigest(length=16)}.json"


def _inside(path: Path) -> list[Path]:
    """Return a file, or all that lie in a folder."""
    return sorted(each for each in path.rglob("*") if not each.is_dir()) if path.is_dir() else [path]


def _beside(whole: Path, target: Path) -> Path:
    """Copy what lies on another disk to beside its place, durably."""
    beside = target.with_name(f".{target.name}.{unique()}{UNFINISHED}")
    if whole.is_dir():
        shutil.copytree(whole, beside)
        sync_tree(beside)
    else:
        shutil.copyfile(whole, beside)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
    return beside


def _is_same(whole: Path, target: Path) -> bool:
    """Say whether a file holds what stands in its place already, so that nothing of it is lost."""
    is_file = whole.is_file() and target.is_file() and not target.is_symlink()
    return is_file and whole.stat().st_size == target.stat().st_size and _hash(whole) == _hash(target)


def name_of(path: str) -> str:
    """Return how what is made of a file is called: by its folders and its name, without its ending.

    >>> name_of("day 1/A001.mov")
    'day 1-A001'
    """
    source = Path(path)
    return "-".join((*source.parts[:-1], source.stem))


def record(path: Path, facts: Mapping[str, Any]) -> None:
    """Write beside a made thing what was done and by what, as JSON.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    try:
        path.write_text(json.dumps(facts, ensure_ascii=False, indent=2, default=str) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"made: {path} must be writable, got {error.strerror}") from error


def _hash(path: Path) -> str:
    hasher = blake3()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.hexdigest()
