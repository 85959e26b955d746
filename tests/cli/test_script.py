"""``kinoeye script`` says what does not agree."""

import json
from pathlib import Path

import pytest

from kinoeye.cli.main import main

SCRIPT = "INT. BAR - DAY\n\nANNA, 40, waits.\n\nANNA\nNo.\n\nEXT. FIELD - DAY\n\nANNA (30) runs.\n\nANNA\nYes.\n"


def test_notes_of_a_file(tmp_path, capsys):
    path = tmp_path / "film.fountain"
    path.write_text(SCRIPT, encoding="utf-8")
    main(["script", "notes", str(path), "--json"])
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert (note["kind"], note["here"], note["there"]) == ("age", "30", "40")
    main(["script", "notes", str(path), "--least", "0.95"])
    assert capsys.readouterr().out == "nothing was found that does not agree\n"


def test_notes_of_a_production(tmp_path, capsys):
    (tmp_path / "film.fountain").write_text(SCRIPT, encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    capsys.readouterr()
    main(["script", "notes", str(tmp_path), "--write", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [note["kind"] for note in told["notes"]] == ["age"]
    assert [Path(each).name for each in told["written"]] == [f"script notes.{end}" for end in ("html", "csv", "json")]
    main(["script", "notes", str(tmp_path)])
    assert "film.fountain, page 1, scene 2: ANNA's age is “30” here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.fountain", b"", "must have scene headings, got none"),
        ("line.fountain", b"One line.", "must have scene headings, got none"),
        ("bytes.fountain", bytes(range(256)) * 9, "must be a text"),
        ("gone.fountain", None, "must be readable"),
    ],
)
def test_what_is_no_screenplay_is_told(tmp_path, capsys, name, data, said):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SystemExit) as ended:
        main(["script", "notes", str(tmp_path / name)])
    assert ended.value.code == 3
    assert said in capsys.readouterr().err


def test_a_chinese_script_in_gbk_is_read(tmp_path, capsys):
    path = tmp_path / "film.txt"
    path.write_bytes(
        "外景 院子 白天\n\n小满（二十二岁）走进来。\n\n小满\n爷爷。\n\n外景 胡同 白天\n\n小满（三十岁）站着。\n".encode(
            "gbk"
        )
    )
    main(["script", "notes", str(path)])
    assert "小满's age is “三十岁” here" in capsys.readouterr().out


def test_drafts_of_a_production(tmp_path, capsys):
    (tmp_path / "film v1.fountain").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "film v2.fountain").write_text(SCRIPT.replace("waits", "waits for them"), encoding="utf-8")
    main(["run", str(tmp_path), "--only", "drafts", "--jobs", "1"])
    capsys.readouterr()
    main(["script", "drafts", str(tmp_path), "--json"])
    rows = json.loads(capsys.readouterr().out)
    assert [(row["path"], row["is_current"], row["evidence"]) for row in rows] == [
        ("film v1.fountain", False, ""), ("film v2.fountain", True, "name"),
    ]  # fmt: skip
    main(["script", "drafts", str(tmp_path)])
    said = capsys.readouterr().out
    assert "left out" in said
    assert "counts" in said
    with pytest.raises(SystemExit):
        main(["script", "drafts", str(tmp_path), "--use", "a", "--newest", "b"])
    assert "--use or --newest must be given, got both" in capsys.readouterr().err
