"""Saving: a model as files that hold no code: an estimator, what columns look like, and a card with all their hashes.

A card says what the model learns, from which columns, how well, with which versions, and from which data. Loading looks
at the form, the versions and every hash before anything is made of the files.
"""

import hashlib
import importlib.metadata
import io
import json
import platform
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kinoeye.errors import ModelError
from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import Candidate
from kinoeye.learn.features import Encoder
from kinoeye.learn.model import Model
from kinoeye.learn.table_columns import Column

FORM = 1  # of the files
CARD = "card.json"
_PARTS = {"estimator": "model.skops", "columns": "columns.json", "arrays": "columns.npz"}
_PACKAGES = ("kinoeye", "numpy", "scipy", "scikit-learn", "skops")
_BOUND = "scikit-learn"  # what it writes, only the same release reads for sure
_MOST_BYTES = 1 << 30


def saved(model: Model, facts: Mapping[str, Any]) -> dict[str, bytes]:
    """Return a model as files by their names.

    Parameters
    ----------
    model : Model
    facts : mapping
        What else the card says: scores, data, reasons.
    """
    columns, arrays = _state(model.encoder)
    files = {
        _PARTS["estimator"]: model.estimator.dump(),
        _PARTS["columns"]: json.dumps(columns, ensure_ascii=False).encode(),
        _PARTS["arrays"]: arrays,
    }
    card = {
        "form": FORM, "label": model.label, "kind": model.kind, "classes": list(model.classes), "learnt_by": model.name,
        "view": model.view, "setting": dict(model.setting),
        "calibration": {"slopes": model.calibration.slopes, "shifts": model.calibration.shifts},
        "thresholds": _thresholds(model), "versions": versions(),
        "files": {name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
                  for name, data in files.items()},
        **facts,
    }  # fmt: skip
    return files | {CARD: (json.dumps(card, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()}


def opened(files: Mapping[str, bytes], candidates: Sequence[Candidate]) -> tuple[Model, dict[str, Any]]:
    """Return the model that files hold, and its card.

    Parameters
    ----------
    files : mapping of name to bytes
    candidates : sequence of Candidate
        All that are known.

    Raises
    ------
    ModelError
        If a file lacks, is not what the card says, names code, or needs other versions.
    """
    card = _card(files)
    for name, said in card["files"].items():
        if name not in files or hashlib.sha256(files[name]).hexdigest() != said["sha256"]:
            raise ModelError(f"learn: {name} of the model must be as it was saved, got "
                             f"{'another' if name in files else 'none'}",
                             remedy="Do not use it: train it again, or fetch it again")  # fmt: skip
    known = versions()
    if _release(card["versions"].get(_BOUND, "")) != _release(known[_BOUND]):
        raise ModelError(f"learn: the model needs {_BOUND} {card['versions'].get(_BOUND)}, got {known[_BOUND]}",
                         remedy="Train it again, or install that version")  # fmt: skip
    candidate = next((each for each in candidates if each.name == card["learnt_by"]), None)
    if candidate is None:
        raise ModelError(f"learn: the model must be learnt in a way that is known here, got {card['learnt_by']!r}",
                         remedy="Install kinoeye[train], or a newer Kinoeye")  # fmt: skip
    try:
        encoder = _encoder(files)
        calibration = Calibration(tuple(card["calibration"]["slopes"]), tuple(card["calibration"]["shifts"]),
                                  _in_order(card))  # fmt: skip
        estimator = candidate.load(card["kind"], files[_PARTS["estimator"]])
        model = Model(card["label"], card["kind"], tuple(card["classes"]), candidate.name, candidate.view,
                      card["setting"], encoder, estimator, calibration)  # fmt: skip
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ModelError(f"learn: a model's files must fit each other, got {type(error).__name__}",
                         remedy="Train it again, or fetch it again") from error  # fmt: skip
    return model, card


def versions() -> dict[str, str]:
    """Return the versions of what a model is made with."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = ""
    return found


def _card(files: Mapping[str, bytes]) -> dict[str, Any]:
    if CARD not in files:
        raise ModelError(f"learn: a model must have a {CARD}, got none", remedy="Give the folder that was saved")
    try:
        card: dict[str, Any] = json.loads(files[CARD])
        wanted = {"form": int, "label": str, "kind": str, "classes": list, "learnt_by": str, "setting": dict,
                  "calibration": dict, "versions": dict, "files": dict}  # fmt: skip
        if not all(isinstance(card.get(name), type_) for name, type_ in wanted.items()):
            raise ValueError
        if set(card["files"]) != set(_PARTS.values()):
            raise ValueError
    except (ValueError, AttributeError, RecursionError) as error:
        raise ModelError(f"learn: the model's {CARD} must say what the model is, got something else",
                         remedy="Train it again, or fetch it again") from error  # fmt: skip
    if card["form"] > FORM:
        raise ModelError(f"learn: the model must be of form {FORM} or older, got {card['form']}",
                         remedy="Install a newer Kinoeye")  # fmt: skip
    return card


def _state(encoder: Encoder) -> tuple[dict[str, Any], bytes]:
    """Return what columns look like: names and numbers as JSON, arrays apart."""
    arrays: dict[str, Any] = {}
    states: dict[str, dict[str, Any]] = {}
    for number, column in enumerate(encoder.columns):
        state = encoder.state.get(column.name)
        if state is not None:
            states[column.name] = {key: each for key, each in state.items() if not isinstance(each, np.ndarray)}
            arrays |= {f"{number} {key}": each for key, each in state.items() if isinstance(each, np.ndarray)}
    if "directions" in encoder.state:
        arrays["directions"] = encoder.state["directions"]
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    columns = [{"name": each.name, "kind": each.kind, "separator": each.separator, "width": each.width}
               for each in encoder.columns]  # fmt: skip
    return {"columns": columns, "states": states}, file.getvalue()


def _encoder(files: Mapping[str, bytes]) -> Encoder:
    held = json.loads(files[_PARTS["columns"]])
    columns = [Column(**each) for each in held["columns"]]
    state: dict[str, Any] = {name: dict(each) for name, each in held["states"].items()}
    with np.load(io.BytesIO(files[_PARTS["arrays"]]), allow_pickle=False) as arrays:
        if sum(info.file_size for info in arrays.zip.infolist()) > _MOST_BYTES:
            raise ValueError("arrays")
        for name in arrays.files:
            number, _, key = name.partition(" ")
            if name == "directions":
                state["directions"] = arrays[name]
            else:
                state[columns[int(number)].name][key] = arrays[name]
    return Encoder(columns=columns, state=state)


def _thresholds(model: Model) -> dict[str, float]:
    found = model.calibration.thresholds
    names = model.classes[1:] if model.kind == "binary" else model.classes
    return dict(zip(names, found, strict=True)) if found else {}


def _in_order(card: Mapping[str, Any]) -> tuple[float, ...]:
    names = card["classes"][1:] if card["kind"] == "binary" else card["classes"]
    return tuple(float(card["thresholds"][name]) for name in names) if card["thresholds"] else ()


def _release(version: str) -> tuple[str, ...]:
    return tuple(version.split(".")[:2])


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)
