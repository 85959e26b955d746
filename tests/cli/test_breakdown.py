"""``kinoeye breakdown`` writes sheets of a folder with a screenplay."""

import json
from pathlib import Path

import pytest

from kinoeye.cli.main import main

SCRIPT = "INT. TAXI - NIGHT\n\nAnna holds a pistol.\n\nANNA\nGo!\n\nEXT. FIELD - DAY\n\nA dog runs by.\n"


def test_sheets_are_written(tmp_path, capsys):
    (tmp_path / "film.fountain").write_text(SCRIPT, encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    capsys.readouterr()
    main(["breakdown", str(tmp_path), "--json"])
    paths = json.loads(capsys.readouterr().out)
    names = [path.rsplit("/", 1)[1] for path in paths]
    assert names == ["breakdown.html", "breakdown.csv", "breakdown.json", "strips.csv"]
    scenes = json.loads(Path(paths[2]).read_text("utf-8"))[0]["scenes"]
    found = {(row["department"], row["element"]) for scene in scenes for row in scene["elements"]}
    assert {("cast", "ANNA"), ("props", "pistol"), ("vehicles", "taxi"), ("animals", "dog")} <= found
    assert all(scene["seconds"] > 0 for scene in scenes)


def test_a_folder_without_a_screenplay_is_told_what_to_do(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("Nothing.\n", encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    with pytest.raises(SystemExit):
        main(["breakdown", str(tmp_path)])
    assert "must have a screenplay" in capsys.readouterr().err
