"""Settings are checked at the door, and the nearest right word is named."""

from pathlib import Path

import pytest

from kinoeye.errors import SettingError
from kinoeye.run.list import ANALYSES
from kinoeye.run.settings import FILE, read


def _read(folder: Path, text: str) -> object:
    (folder / FILE).write_text(text, encoding="utf-8")
    return read(folder, ANALYSES)


def test_without_a_file_all_defaults_hold(tmp_path: Path) -> None:
    settings = read(tmp_path, ANALYSES)
    assert settings.analyses["shots"] == next(each.settings for each in ANALYSES if each.name == "shots")


def test_given_values_replace_defaults(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[run]\njobs = 3\n[shots]\nthreshold = 1\n")
    settings = read(tmp_path, ANALYSES)
    assert settings.run.jobs == 3
    assert settings.run.workers() == 3
    assert settings.analyses["shots"]["threshold"] == 1.0


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[shot]\nthreshold=1", r"got \[shot\]. Did you mean \[shots\]\?"),
        ("[shots]\ntreshold=1", "no setting 'treshold'. Did you mean threshold"),
        ("[shots]\nthreshold='high'", "threshold must be a number, got 'high'"),
        ("[shots]\nthreshold=true", "threshold must be a number, got True"),
        ("[run]\njobs=1.5", "jobs must be a whole number, got 1.5"),
        ("[run]\njobs=-1", "jobs must be above 0, got -1"),
        ("[media]\nfull_rate='a.mp4 1-2'", "full_rate must be a list of texts"),
        ("[media]\nfull_rate=[1]", "full_rate must be texts in quotes"),
        ("[media]\nstills_per_second=0", "stills_per_second must be above 0"),
        ("shots = 3", r"shots must be a section \[shots\], got 3"),
        ("[shots", "must be TOML"),
        ("[qwertyuiop]\na=1", "There are: "),
    ],
)
def test_wrong_ones_are_said(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(SettingError, match=match):
        _read(tmp_path, text)


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SettingError, match="must be TOML"):
        read(tmp_path, ANALYSES)
