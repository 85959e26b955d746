"""kinoeye demo refuses what it would spoil."""

import json
from pathlib import Path

import pytest

from kinoeye.cli.main import main


@pytest.mark.parametrize("arguments", [("--rushes",), ("--rushes", "--seed", "3"), ()])
def test_a_folder_with_another_sample_is_left_alone(tmp_path: Path, arguments: tuple[str, ...], capsys) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({"made_by": "kinoeye sample", "version": 2, "what": "rushes 9", "paths": []}))
    with pytest.raises(SystemExit) as ended:
        raise SystemExit(main(["demo", str(tmp_path), *arguments]))
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "must be new, empty or a sample production, got something else" in said
    assert [path.name for path in tmp_path.iterdir()] == ["truth.json"]
