"""The registry of models: where the weights of the list lie, and whether they are what the list says.

Only says what there is and where it lies; `pull` fetches, `nets` loads. Imports no runtime, so that listing models and
planning a run stay quick.
"""

import functools
import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from kinoeye.errors import MissingError, ModelError, UseError
from kinoeye.models import cache
from kinoeye.models.list import MODELS, Model, Part

State = Literal["ready", "missing", "damaged"]

WEIGHTS = Path(__file__).parent / "weights"
SUMS = WEIGHTS / "SHA256SUMS"
OWN_FILES = "files"
OWN_ENDINGS = (".onnx", ".keras", ".h5", ".tflite")
OWN_SUMS = "SHA256SUMS"  # beside the user's own folder of files: what they were when they came

_LOADERS = {"whisper": "faster_whisper"}  # what an extra brings


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
    """Return the file to load; of a folder, its chief file.

    Raises
    ------
    UseError
        If there is no model of that name.
    MissingError
        If the file is missing.
    ModelError
        If it is not what the registry says, or the extra that loads it is not installed.
    """
    entry = model(name)
    state, file = _standing(entry)
    if state == "missing":
        raise MissingError(f"models: {name} must be there, got no file", remedy=_remedy(entry))
    if state == "damaged":
        came = f"other files in {file.parent}" if entry.is_folder else f"another SHA-256 at {file}"
        raise ModelError(f"models: {name} must be there, got {came}", remedy=_remedy(entry))
    if entry.extra and importlib.util.find_spec(_LOADERS[entry.extra]) is None:
        raise ModelError(
            f"models: {name} must have {_LOADERS[entry.extra]} to load it, got none",
            remedy=f"Install it with: pip install 'kinoeye[{entry.extra}]'",
        )
    return file


def identity(name: str) -> str:
    """Return the SHA-256 of the weights that would be loaded, for fingerprints; cheap when asked again.

    Of a folder it is that of its files' hashes and names.

    Raises
    ------
    UseError, MissingError, ModelError
        As `path`.
    """
    return _digest(model(name), path(name))


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


def own_folder(name: str) -> Path:
    """Return where the user's own folder of files lies, whether it does or not."""
    return cache.folder() / OWN_FILES / name


def _all() -> Iterator[Model]:
    for entry in MODELS:
        own = own_folder(entry.name)
        if entry.is_folder and own.is_dir():
            parts = tuple(Part(name, 0, digest) for name, digest in sorted(sums(own / OWN_SUMS).items()))
            yield replace(entry, licence="your own", source="file", url="", size=0, parts=parts)
        else:
            yield entry
    for file in sorted((cache.folder() / OWN_FILES).glob("*.*")):
        if file.suffix in OWN_ENDINGS and not file.name.startswith("."):
            yield Model(file.stem, "your own", "your own", "file", file.name)


def _row(entry: Model) -> dict[str, Any]:
    state, file = _standing(entry)
    there = state == "ready"
    return {
        "name": entry.name,
        "task": entry.task,
        "licence": entry.licence,
        "source": entry.source,
        "size": sum(each.stat().st_size for each in _files(entry, file)) if there else entry.size,
        "sha256": _digest(entry, file) if there else entry.sha256,
        "state": state,
        "used_by": list(entry.used_by),
        "path": str(file) if there else None,
    }


def _standing(entry: Model) -> tuple[State, Path]:
    file = _file(entry)
    if not file.is_file():
        return "missing", file
    if entry.is_folder:
        return ("ready" if _is_whole(entry, file.parent) else "damaged"), file
    if entry.source == "file" and not note_file(file).is_file():
        return "ready", file
    expected = _expected(entry, file)
    right = (not entry.size or file.stat().st_size == entry.size) and cache.sha256(file) == expected
    return ("ready" if right else "damaged"), file


def _is_whole(entry: Model, folder: Path) -> bool:
    """Tell whether just these files lie in a folder: a loader would also read one that nobody checked."""
    expected = {part.name: part.sha256 for part in entry.parts}
    there = {file.name for file in folder.iterdir() if not file.name.startswith(".")} - {OWN_SUMS}
    return there == set(expected) and all(cache.sha256(folder / name) == sha for name, sha in expected.items())


def _files(entry: Model, file: Path) -> list[Path]:
    return [file.with_name(part.name) for part in entry.parts] if entry.is_folder else [file]


def _digest(entry: Model, file: Path) -> str:
    if not entry.is_folder:
        return cache.sha256(file)
    lines = sorted(f"{cache.sha256(each)}  {each.name}\n" for each in _files(entry, file))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _file(entry: Model) -> Path:
    if entry.source == "own":
        return WEIGHTS / entry.file
    if entry.source == "file" and entry.is_folder:
        return own_folder(entry.name) / entry.file
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
    if entry.source == "file":
        return f"Place it with: kinoeye models add {'FOLDER' if entry.is_folder else 'FILE'} --name {entry.name}"
    return f"Fetch it with: kinoeye models pull {entry.name}"


@functools.cache
def _package_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)  # finds the top-level package without importing it
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))
