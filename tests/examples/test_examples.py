import csv
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kinoeye.sample.film import FILMS
from kinoeye.sample.make import make

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A take with its slate, cut to two seconds, and the city, small."""
    take, city = FILMS[2], FILMS[4]
    shot = replace(take.shots[0], length=48, lines=())
    views = tuple(replace(shot, length=30) for shot in city.shots)
    films = [replace(take, shots=(shot,)), replace(city, width=160, height=90, shots=views)]
    return make(tmp_path_factory.mktemp("examples") / "film", films=films)


def said_by(example: str, production: Path) -> str:
    command = [sys.executable, str(EXAMPLES / example), str(production)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_shot_lengths(production: Path) -> None:
    said = said_by("shot_lengths.py", production)
    assert "2.00 s       1      0   rushes/A002_SC1_TK2.mov" in said
    assert "1.00 s       2      1   rushes/C001 city.mov" in said
    assert "2.00 s   from 0:00:00.000 in rushes/A002_SC1_TK2.mov, shot 0" in said


def test_slates(production: Path) -> None:
    assert "scene 1, take 2: rushes/A002_SC1_TK2.mov at 0:00:00.000" in said_by("slates.py", production)
    with (production / "out" / "slates.csv").open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["scene"], row["take"], row["file"]) == ("1", "2", "rushes/A002_SC1_TK2.mov")
    assert list((production / "out").glob("*.otio"))


def test_notebook(production: Path) -> None:
    said = said_by("notebook.py", production)
    assert "first picture" in said
    assert "{'transition': 'cut', 'shots': 1}" in said
    assert "static" in said
    assert "dBFS at" in said


def test_every_example_is_tested() -> None:
    tested = {"shot_lengths.py", "slates.py", "notebook.py"}
    assert {path.name for path in EXAMPLES.glob("*.py")} == tested
