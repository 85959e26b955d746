"""What was learnt is written without code, and nothing that was changed is read."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.errors import ModelError
from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import situation_of
from kinoeye.learn.features import framed
from kinoeye.learn.known import known
from kinoeye.learn.model import Model, fitted
from kinoeye.learn.problems import problem_of
from kinoeye.learn.saving import CARD, opened, saved
from kinoeye.learn.skops_files import TRUSTED, loaded
from kinoeye.learn.table_columns import Column, recognised
from kinoeye.learn.views import Material

Films = Callable[..., pa.Table]


def _model(films: Films, name: str) -> tuple[Model, list[object]]:
    table = films(60)
    problem = problem_of(table["mood"].to_pylist(), "mood")
    values = {each: table[each].to_pylist() for each in ("title", "plot", "minutes")}
    columns = [each for each in (recognised(*pair) for pair in values.items()) if isinstance(each, Column)]
    material = Material(problem, framed(columns, values))
    candidates = known(situation_of(problem, [each.kind for each in columns]))
    chosen = next(each for each in candidates if each.name == name)
    return fitted("mood", material, chosen, chosen.settings[0], Calibration((1.0,), (0.0,), (0.5,))), candidates


@pytest.mark.parametrize("name", [
    "linear SVM", "logistic regression", "naive Bayes", "nearest neighbours", "random forest", "gradient boosting",
    "curved SVM",
])  # fmt: skip
def test_what_is_read_answers_as_what_was_written(name: str, films: Films) -> None:
    model, candidates = _model(films, name)
    again, card = opened(saved(model, {"note": "x"}), candidates)
    rows = films(20, 3)
    np.testing.assert_allclose(again.chances(again.frame(rows)), model.chances(model.frame(rows)), atol=1e-5)
    assert card["learnt_by"] == name and card["note"] == "x" and card["thresholds"] == {model.classes[1]: 0.5}
    assert not any(b"pickle" in data for data in saved(model, {}).values())


def test_a_changed_file_is_refused(films: Films) -> None:
    model, candidates = _model(films, "linear SVM")
    files = saved(model, {})
    for name in files:
        if name != CARD:
            with pytest.raises(ModelError, match=f"{name} of the model must be as it was saved, got another"):
                opened(files | {name: files[name] + b"x"}, candidates)
            with pytest.raises(ModelError, match="got none"):
                opened({each: data for each, data in files.items() if each != name}, candidates)


def _tampered(data: bytes, change: object) -> bytes:
    assert callable(change)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for each in given.infolist():
            text = given.read(each)
            if each.filename == "schema.json":
                schema = json.loads(text)
                change(schema)
                text = json.dumps(schema).encode()
            made.writestr(each, text)
    return out.getvalue()


def _spoilt(target: Path) -> list[object]:
    """Return changes that would write a file if anything of them ran."""
    call = {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": json.dumps(str(target)),
            "is_json": True, "__id__": 990}  # fmt: skip
    arguments = {
        "__class__": "tuple",
        "__module__": "builtins",
        "__loader__": "TupleNode",
        "content": [call],
        "__id__": 991,
    }

    def by_reduce(schema: dict[str, object]) -> None:
        schema["content"]["parts"] = {  # type: ignore[index]
            "__class__": "Path.touch", "__module__": "pathlib", "__loader__": "ReduceNode", "__id__": 992,
            "reduce": {"__reduce__": {"args": arguments, "constructor": "x"}}, "content": {},
        }  # fmt: skip

    def by_function(schema: dict[str, object]) -> None:
        schema["content"]["parts"] = {  # type: ignore[index]
            "__class__": "system", "__module__": "os", "__loader__": "FunctionNode", "content": "os.system",
            "__id__": 992,
        }  # fmt: skip

    def by_method(schema: dict[str, object]) -> None:
        schema["content"]["parts"] = {  # type: ignore[index]
            "__class__": "touch", "__module__": "pathlib", "__loader__": "MethodNode", "__id__": 992,
            "content": {"func": "touch", "obj": arguments},
        }  # fmt: skip

    def by_loader(schema: dict[str, object]) -> None:
        schema["__loader__"] = "OperatorFuncNode"

    def by_type(schema: dict[str, object]) -> None:
        schema["content"]["parts"] = {  # type: ignore[index]
            "__class__": "Popen", "__module__": "subprocess", "__loader__": "ObjectNode", "content": arguments,
            "__id__": 992,
        }  # fmt: skip

    return [by_reduce, by_function, by_method, by_loader, by_type]


@pytest.mark.parametrize("number", range(5))
def test_nothing_in_a_file_is_run(number: int, tmp_path: Path, films: Films) -> None:
    model, _ = _model(films, "linear SVM")
    canary = tmp_path / "canary"
    with pytest.raises(ModelError, match="must hold estimators only"):
        loaded(_tampered(model.estimator.dump(), _spoilt(canary)[number]))
    assert not canary.exists()


def test_a_pickle_is_no_model(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    spoilt = b"cpathlib\nPath.touch\n(cpathlib\nPath\n(V" + str(canary).encode() + b"\ntRtR."
    with pytest.raises(ModelError, match="whole skops file"):
        loaded(spoilt)
    files = io.BytesIO()
    with zipfile.ZipFile(files, "w") as archive:
        archive.writestr("schema.json", "{}")
        archive.writestr("evil.pkl", spoilt)
    with pytest.raises(ModelError, match="a description and arrays"):
        loaded(files.getvalue())
    assert not canary.exists()


def test_an_array_that_is_a_pickle_is_refused(tmp_path: Path, films: Films) -> None:
    """A file of objects instead of numbers is a pickle inside NumPy's form."""
    canary = tmp_path / "canary"
    model, _ = _model(films, "linear SVM")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(model.estimator.dump())) as given, zipfile.ZipFile(out, "w") as made:
        for each in given.infolist():
            data = given.read(each)
            if each.filename.endswith(".npy"):
                head = io.BytesIO()
                np.lib.format.write_array_header_1_0(head, {"descr": "|O", "fortran_order": False, "shape": (1,)})
                data = (
                    head.getvalue() + b"cpathlib\nPath.touch\n(cpathlib\nPath\n(V" + str(canary).encode() + b"\ntRtR."
                )
            made.writestr(each, data)
    with pytest.raises(ModelError, match="must be whole"):
        loaded(out.getvalue())
    assert not canary.exists()


def test_a_file_that_unpacks_to_far_more_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("schema.json", b" " * (80 << 20))
    with pytest.raises(ModelError, match="must unpack to at most"):
        loaded(out.getvalue())


def test_another_release_of_scikit_learn_is_refused(films: Films) -> None:
    model, candidates = _model(films, "linear SVM")
    files = saved(model, {})
    card = json.loads(files[CARD])
    card["versions"]["scikit-learn"] = "0.9.0"
    with pytest.raises(ModelError, match=r"needs scikit-learn 0\.9\.0"):
        opened(files | {CARD: json.dumps(card).encode()}, candidates)


@pytest.mark.parametrize("spoilt", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"form": 99}'])
def test_a_card_that_says_nothing_is_refused(spoilt: bytes, films: Films) -> None:
    model, candidates = _model(films, "linear SVM")
    with pytest.raises(ModelError, match=r"card.json must say what the model is"):
        opened(saved(model, {}) | {CARD: spoilt}, candidates)


def test_the_list_names_no_type_that_could_call_anything() -> None:
    assert not [each for each in TRUSTED if each.split(".")[0] not in {"builtins", "numpy", "sklearn"}]
    assert not {"builtins.eval", "builtins.exec", "builtins.getattr", "builtins.type"} & TRUSTED
