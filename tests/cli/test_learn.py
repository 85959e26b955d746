"""``kinoeye learn``: from a file of labels to a model, and to answers for other rows."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from kinoeye.cli.main import main

Films = Callable[..., pa.Table]


def _file(films: Films, path: Path, count: int = 80, seed: int = 0, **more: list[str]) -> Path:
    rows = films(count, seed).to_pylist()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], *more])
        writer.writeheader()
        for number, row in enumerate(rows):
            writer.writerow(row | {name: values[number] for name, values in more.items()})
    return path


@pytest.fixture
def model(tmp_path: Path, quick: None, capsys: pytest.CaptureFixture[str], films: Films) -> Path:
    main(
        [
            "learn",
            "mood",
            str(_file(films, tmp_path / "films.csv")),
            "--from",
            "plot",
            "--out",
            str(tmp_path / "model"),
            "--json",
        ]
    )
    said = json.loads(capsys.readouterr().out)
    assert said["picked"] and "one of two" in said["why_words"]["en"] and "二选一" in said["why_words"]["zh"]
    return tmp_path / "model"


def test_a_model_is_written_with_its_card_and_page(model: Path, tmp_path: Path) -> None:
    assert {each.name for each in model.iterdir()} == {
        "model.skops", "columns.json", "columns.npz", "card.json", "card.md", "report.html",
    }  # fmt: skip
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    card = json.loads((model / "card.json").read_text())
    assert card["data_sha256"] and card["versions"]["scikit-learn"] and card["score"]["score"] > 0.8
    page = (model / "report.html").read_text(encoding="utf-8")
    assert "<svg" in page and "最能说明问题的" in page and "://" not in page


def test_its_use_on_other_rows(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], films: Films) -> None:
    other = _file(films, tmp_path / "other.csv", 20, 9)
    main(["learn", "use", str(model), str(other), "--json", "--explain"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    right = [each["mood"] for each in films(20, 9).to_pylist()]
    assert [each["row"] for each in rows] == list(range(20))
    assert sum(row["mood"] == each for row, each in zip(rows, right, strict=True)) >= 16
    assert all(abs(sum(row["chances"].values()) - 1) < 1e-3 and row["why"] for row in rows)


def test_answers_as_a_sheet_that_runs_nothing(model: Path, tmp_path: Path, films: Films) -> None:
    other = _file(films, tmp_path / "other.csv", 20, 9, note=["=HYPERLINK(1)"] * 20)
    main(["learn", "use", str(model), str(other), "--write", str(tmp_path / "answers.csv")])
    with (tmp_path / "answers.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["note"] == "'=HYPERLINK(1)" and rows[0]["mood (learnt)"] in {"tense", "calm"}
    with pytest.raises(SystemExit) as stopped:
        main(["learn", "use", str(model), str(other), "--write", str(tmp_path / "answers.csv")])
    assert stopped.value.code == 2


def test_a_dry_training_keeps_nothing(tmp_path: Path, quick: None, capsys: pytest.CaptureFixture[str],
                                      monkeypatch: pytest.MonkeyPatch, films: Films) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    path = _file(films, tmp_path / "films.csv", 60)
    main(["learn", "mood", str(path), "--from", "plot", "--language", "zh", "--dry"])
    assert "二选一" in capsys.readouterr().out
    assert [each.name for each in tmp_path.iterdir()] == ["films.csv"]


def test_the_model_is_kept_beside_and_never_over_another(tmp_path: Path, quick: None, films: Films,
                                                         capsys: pytest.CaptureFixture[str],
                                                         monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    path = _file(films, tmp_path / "films.csv", 60)
    main(["learn", "mood", str(path), "--from", "plot"])
    assert (tmp_path / "mood-model" / "card.md").is_file()
    with pytest.raises(SystemExit) as stopped:
        main(["learn", "mood", str(path), "--from", "plot"])
    assert stopped.value.code == 2 and "must not be there yet" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "code", "match"), [
    (["mood", "none.csv"], 2, "TABLE must be a file"),
    (["moood", "films.csv"], 2, "label must be a column"),
    (["mood", "films.csv", "--kind", "guess"], 2, "kind must be auto"),
    (["mood", "films.csv", "--out", "films.csv"], 2, "must not be there yet"),
    (["mood", "films.csv", "--language", "fr"], 2, "language must be one of"),
    (["title", "films.csv"], 3, "two classes of 5"),
    (["mood", "three.csv"], 3, "at least 12 labels, got 3"),
    (["use", "none", "films.csv"], 2, "must be the folder of a model"),
    (["label", "films.csv"], 2, "a production's table"),
])  # fmt: skip
def test_bad_use_is_one_plain_line(
    arguments: list[str],
    code: int,
    match: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    films: Films,
) -> None:
    monkeypatch.chdir(tmp_path)
    _file(films, tmp_path / "films.csv", 30)
    _file(films, tmp_path / "three.csv", 3)
    with pytest.raises(SystemExit) as stopped:
        main(["learn", *arguments])
    said = capsys.readouterr().err
    assert stopped.value.code == code and match in said and said.count("\n") == 1


def test_columns_that_lack_are_said(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bare.csv").write_text("title\nA\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["learn", "use", str(model), str(tmp_path / "bare.csv")])
    assert "got none of plot" in capsys.readouterr().err


def test_labels_said_one_by_one_are_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "film").mkdir()
    place = f"{tmp_path / 'film'}:shots"
    main(["learn", "label", place, "asset=aa,shot=4", "mood=tense", "--json"])
    main(["learn", "label", place, "--json"])
    out = capsys.readouterr().out
    assert '"mood": "tense"' in out and '"shot": 4' in out
