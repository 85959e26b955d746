"""``kinoeye models``: a model of the user's own is added, listed with its state, and tried."""

import json
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from kinoeye.cli.main import main
from kinoeye.models import cache

files = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "models" / "foreign_files.py")))


@pytest.fixture(autouse=True)
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(tmp_path / "weights"))
    monkeypatch.setattr(cache, "_known", {})
    return tmp_path / "weights"


def said(capsys: Any, *arguments: Any) -> Any:
    main(["models", *map(str, arguments), "--json"])
    return json.loads(capsys.readouterr().out)


def refused(capsys: Any, status: int, *arguments: Any) -> str:
    with pytest.raises(SystemExit) as caught:
        main(["models", *map(str, arguments)])
    assert caught.value.code == status
    error: str = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "Traceback" not in error
    return error


def test_a_model_is_added_listed_tried_and_seen_to_change(tmp_path: Path, capsys: Any) -> None:
    files.archive(tmp_path / "mine.keras")
    path = Path(said(capsys, "add", tmp_path / "mine.keras")["path"])
    assert path.name == "mine.keras"
    row = next(row for row in said(capsys) if row["name"] == "mine")
    assert (row["source"], row["state"]) == ("file", "ready")
    (tmp_path / "row.csv").write_text("a,title,b,c\n0,x,1,2\n3,y,4,5\n", "utf-8")
    answer = said(capsys, "try", "mine", tmp_path / "row.csv", "--row", 2, "--out", tmp_path / "answer.npz")
    assert answer["kind"] == "keras"
    assert answer["answers"][0]["shape"] == [1, 2]
    with np.load(tmp_path / "answer.npz") as kept:
        assert np.allclose(next(iter(kept.values())), files.answer()[1:])
    assert "must be a file" not in refused(
        capsys, 2, "try", "mine", tmp_path / "row.csv", "--out", tmp_path / "answer.npz"
    )
    path.write_bytes(path.read_bytes() + b"x")
    assert next(row for row in said(capsys) if row["name"] == "mine")["state"] == "damaged"
    assert "another SHA-256" in refused(capsys, 4, "try", "mine")


def test_a_model_is_tried_without_being_added(tmp_path: Path, capsys: Any) -> None:
    files.lite(tmp_path / "net.tflite")
    main(["models", "try", str(tmp_path / "net.tflite")])
    text = capsys.readouterr().out
    assert "run by LiteRT" in text
    assert "takes given: float32 [2, 3]" in text
    assert "layers: 1 RELU" in text
    assert "walls: memory; CPU time" in text
    np.save(tmp_path / "given.npy", files.given() - 2)
    main(["models", "try", str(tmp_path / "net.tflite"), str(tmp_path / "given.npy"), "--most", "1"])
    assert "scores [2, 3]: 5: 3.0" in capsys.readouterr().out


def test_a_picture_is_tried(tmp_path: Path, capsys: Any) -> None:
    from onnx import TensorProto, helper

    begin = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 8, 8, 3])
    end = helper.make_tensor_value_info("mean", TensorProto.FLOAT, ["n", 3])
    node = helper.make_node("ReduceMean", ["picture"], ["mean"], axes=[1, 2], keepdims=0)
    model = helper.make_model(helper.make_graph([node], "net", [begin], [end]), ir_version=8,
                              opset_imports=[helper.make_opsetid("", 17)])  # fmt: skip
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    cv2.imwrite(str(tmp_path / "blue.png"), np.full((20, 20, 3), (255, 0, 0), np.uint8))
    answer = said(capsys, "try", tmp_path / "net.onnx", tmp_path / "blue.png")
    assert (answer["opset"], answer["answers"][0]["highest"][0]) == (17, [2, 1.0])


def test_what_is_hostile_or_wrong_is_one_line(tmp_path: Path, capsys: Any) -> None:
    hostile = files.archive(tmp_path / "net.keras", files.description(files.layer("Lambda", "boom", function="x")))
    for doing in ("try", "add"):
        error = refused(capsys, 3, doing, hostile)
        assert "the layer Lambda, which is somebody's Python code" in error
        assert "Ask its maker for ONNX" in error
    net = files.net(tmp_path / "net.onnx")
    (tmp_path / "note.txt").write_text("x", "utf-8")
    assert "an input must be one of .png" in refused(capsys, 2, "try", net, tmp_path / "note.txt")
    assert "a model must be one of" in refused(capsys, 2, "try", "nothing-of-that-name")
    assert "must be a file, got nothing" in refused(capsys, 3, "try", tmp_path / "no.onnx")


def test_one_name_is_one_model(tmp_path: Path, capsys: Any) -> None:
    files.net(tmp_path / "mine.onnx")
    files.lite(tmp_path / "mine.tflite")
    said(capsys, "add", tmp_path / "mine.onnx")
    assert "the name mine is taken by your mine.onnx" in refused(capsys, 2, "add", tmp_path / "mine.tflite")
