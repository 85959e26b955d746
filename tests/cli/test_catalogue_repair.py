"""``kinoeye catalogue repair`` and ``kinoeye catalogue statistics``."""

import importlib.util
import json
from pathlib import Path

import pytest

from kinoeye.cli.main import main

_made = importlib.util.spec_from_file_location(
    "catalogue_made", Path(__file__).parents[1] / "run" / "catalogue_made.py"
)
catalogue_made = importlib.util.module_from_spec(_made)
_made.loader.exec_module(catalogue_made)


@pytest.fixture
def titles(tmp_path):
    path = tmp_path / "titles.csv"
    catalogue_made.catalogue(path, 120)
    return path


def test_gaps_are_filled_and_told(titles, tmp_path, capsys):
    out = tmp_path / "repaired.csv"
    before = titles.read_bytes()
    main(["catalogue", "repair", str(titles), str(out), "--how", "median", "--column", "languages=group", "--json"])
    told = json.loads(capsys.readouterr().out)
    ways = {each["column"]: each["method"] for each in told["columns"]}
    assert (ways["runtime"], ways["languages"], ways["genres"], ways["title"]) == ("median", "group", "leave", "leave")
    assert told["imputed"] > 0
    assert [Path(each).name for each in told["paths"]] == ["repaired.csv", "repaired.repair.html"]
    assert "runtime_imputed" in out.read_text(encoding="utf-8").splitlines()[0]
    assert titles.read_bytes() == before


def test_people_are_told_in_their_language(titles, tmp_path, capsys):
    main(["catalogue", "repair", str(titles), str(tmp_path / "a.csv"), "--how", "median", "--language", "zh"])
    assert "中位数" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["out.csv", "--how", "mice"], 2, "--how: must be one of auto, leave"),
        (["out.csv", "--column", "budget"], 2, "--column must be NAME=WAY, got 'budget'"),
        (["out.csv", "--column", "title=mode"], 2, "title must be left as it is"),
        (["out.csv", "--column", "budgte=mode"], 2, "Did you mean budget?"),
        (["out.xlsx"], 2, "must end in .csv"),
        (["titles.csv"], 2, "must not be there yet"),
        (["out.csv", "--language", "fr"], 2, "must be one of en, zh"),
    ],
)
def test_what_cannot_be_is_said_at_once(titles, tmp_path, capsys, arguments, status, said):
    with pytest.raises(SystemExit) as stopped:
        main(["catalogue", "repair", str(titles), str(tmp_path / arguments[0]), *arguments[1:]])
    assert stopped.value.code == status
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert [each.name for each in tmp_path.iterdir()] == ["titles.csv"]


def test_a_file_that_is_not_there_is_said(tmp_path, capsys):
    for verb in (["repair", "no.csv", str(tmp_path / "out.csv")], ["statistics", "no.csv"]):
        with pytest.raises(SystemExit) as stopped:
            main(["catalogue", *verb])
        assert stopped.value.code == 3
        assert "no.csv" in capsys.readouterr().err


def test_statistics_are_told_and_written(titles, tmp_path, capsys):
    main(["catalogue", "statistics", str(titles), "--by", "language,decade", "--of", "runtime", "--write", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert {row["by"] for row in told["figures"] if row["measure"] == "groups"} == {"languages", "decade"}
    assert {row["of"] for row in told["figures"] if row["measure"] == "mean"} == {"runtime"}
    names = [Path(each).name for each in told["paths"]]
    assert names == ["statistics.html", "statistics.csv"]
    assert (tmp_path / "titles-statistics" / "statistics.html").is_file()
    with pytest.raises(SystemExit) as stopped:
        main(["catalogue", "statistics", str(titles), "--write"])
    assert stopped.value.code == 2
    assert "must not be there yet" in capsys.readouterr().err


def test_statistics_are_told_to_people(titles, capsys):
    main(["catalogue", "statistics", str(titles), "--of", "runtime"])
    told = capsys.readouterr().out
    assert "120 titles" in told
    assert "runtime changes by" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by", "shelf"], "by must be of genres"),
        (["--of", "plot"], "of must be of runtime"),
        (["--by", ","], "between commas"),
    ],
)
def test_columns_that_cannot_be_asked_for_are_said(titles, capsys, arguments, said):
    with pytest.raises(SystemExit) as stopped:
        main(["catalogue", "statistics", str(titles), *arguments])
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_statistics_of_a_production(titles, capsys):
    main(["run", str(titles.parent), "--jobs", "1", "--only", "title_statistics"])
    capsys.readouterr()
    main(["catalogue", "statistics", str(titles.parent), "--of", "runtime", "--write", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert next(row["value"] for row in told["figures"] if row["measure"] == "count") == 120
    assert all("out/statistics" in each for each in told["paths"])
    main(["catalogue", "statistics", str(titles.parent), "--of", "runtime", "--write", "--json"])
