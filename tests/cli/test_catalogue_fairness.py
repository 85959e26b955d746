"""``kinoeye catalogue fairness`` and ``kinoeye learn --fairness``: groups are scored, and nothing is written over."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinoeye.cli.main import main

WESTERN = "A cowboy rides along the trail to the ranch, where the sheriff of the frontier town waits for the outlaws."
HORROR = "A vampire haunts the old house, and one after another the teenagers are killed by the monster at night."


@pytest.fixture
def titles(tmp_path: Path) -> Path:
    """Two hundred titles of two genres, half of each genre in either group."""
    rows = [
        {"title": f"Film {n}", "year": 1950 + 10 * (n // 2 % 2), "plot": HORROR if n % 2 else WESTERN,
         "genres": ["Horror"] if n % 2 else ["Western", "Opera"], "lead": "f" if n % 4 < 2 else "m"}
        for n in range(200)
    ]  # fmt: skip
    path = tmp_path / "titles.json"
    path.write_text(json.dumps(rows))
    return path


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    main([*arguments, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_groups_that_are_declared_are_scored(titles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = titles.parent / "card.md"
    found = _json(capsys, "catalogue", "fairness", str(titles), "--by", "decade,lead", "--write", str(out))
    scores = {(each["column"], each["group"]): each for each in found["scores"]}
    assert set(scores) == {("", ""), ("decade", "1950s"), ("decade", "1960s"), ("lead", "f"), ("lead", "m")}
    assert scores["lead", "f"]["rows"] == 100
    assert found["unknown"] == ["Opera"]
    assert "| lead | f | 100 |" in out.read_text()
    assert {each["group"] for each in found["reweighted"]} == {"1950s", "1960s", "f", "m"}


def test_nothing_is_written_over(titles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = titles.parent / "card.md"
    out.write_text("mine")
    with pytest.raises(SystemExit):
        main(["catalogue", "fairness", str(titles), "--write", str(out)])
    assert out.read_text() == "mine"
    assert "card.md" in capsys.readouterr().err


@pytest.mark.parametrize(("by", "said"), [("shoe_size", "a column of the file"), ("title", "200 groups at most")])
def test_a_column_must_be_one_of_groups(
    titles: Path, capsys: pytest.CaptureFixture[str], by: str, said: str
) -> None:  # fmt: skip
    if by == "title":
        rows = json.loads(titles.read_text())
        titles.write_text(json.dumps([{**rows[n % 200], "title": f"Film {n}"} for n in range(300)]))
    with pytest.raises(SystemExit):
        main(["catalogue", "fairness", str(titles), "--by", by])
    assert said in capsys.readouterr().err


def test_few_titles_are_too_few(titles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    titles.write_text(json.dumps(json.loads(titles.read_text())[:20]))
    with pytest.raises(SystemExit):
        main(["catalogue", "fairness", str(titles)])
    assert "must have 100 titles or more" in capsys.readouterr().err


def test_what_was_learnt_is_scored_by_group(tmp_path: Path, capsys: pytest.CaptureFixture[str], quick: None) -> None:
    draw = np.random.default_rng(2)
    lines = ["size,lead,mood"]
    for number in range(240):
        mood = "calm" if number % 2 else "wild"
        lines.append(f"{draw.normal(3 if mood == 'calm' else 0):.3f},{'f' if number % 4 < 2 else 'm'},{mood}")
    table = tmp_path / "shots.csv"
    table.write_text("\n".join(lines))
    out = tmp_path / "model"
    wished = ("--fairness", "lead", "--out", str(out))
    found = _json(capsys, "learn", "mood", str(table), *wished)
    assert [(each["group"], each["rows"]) for each in found["fairness"]] == [("", 240), ("f", 120), ("m", 120)]
    assert "| lead | f | 120 |" in (out / "card.md").read_text()
    assert "lead" not in json.loads((out / "columns.json").read_text()).__str__()


def test_fairness_must_name_a_column(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "shots.csv"
    table.write_text("size,mood\n1,calm\n")
    with pytest.raises(SystemExit):
        main(["learn", "mood", str(table), "--fairness", "lead"])
    assert "--fairness must name columns of the table, got 'lead'" in capsys.readouterr().err
