"""An effect that is killed, at any moment, goes on when it is said again, and makes what it would have made."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kinoeye.media.full import read_full
from kinoeye.media.probe import probe
from kinoeye.media.write import write_picture
from kinoeye.production import Production

# The effect as a process of its own, in small parts, with a finder that needs no weights; each picture that is looked
# at, or goes to the encoder covered, is a line in a file.
PROGRAM = """
import hashlib, sys, time
from kinoeye.run import covering, ways

covering._PART, ways._STRETCH, ways._OVERLAP = 8, 20, 6
log = open(sys.argv[1], "a", buffering=1)

def look(picture, *, is_close, is_mirrored, least_score):
    log.write("look\\n")
    time.sleep(0.002)
    shade = int(picture[5, 5, 0]) % 4
    return [((0.2 + shade / 20, 0.3, 0.5, 0.7), 0.9)] if shade else []

def covered(picture, boxes, **settings):
    done = anonymise(picture, boxes, **settings)
    log.write(hashlib.md5(done.tobytes()).hexdigest() + "\\n")
    return done

anonymise = covering.anonymise
ways.look, covering.anonymise = look, covered

from kinoeye.cli.main import main
sys.exit(main(sys.argv[2:]))
"""
PICTURES = 70
# Grey levels. x264 reads memory that it has not set: the same planes on one thread are not coded the same each time. So
# it is what goes to the encoder that must be the same to the bit, and what comes out within this on average.
WOBBLE = 3.0

Expected = tuple[str, dict[str, np.ndarray], list[str]]
FILM, SEQUENCE = "a.mov", "plate/plate_0997.png"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "film"
    make_film(folder / FILM, (45, 25), rate="30000/1001", timecode="01:00:00;00")
    (folder / "plate").mkdir()
    random = np.random.default_rng(2)
    for number in range(997, 997 + PICTURES):
        picture = random.integers(0, 255, (40, 64, 3), np.uint8)
        write_picture(folder / "plate" / f"plate_{number:04d}.png", picture)
    Production(folder).run(only=["shots"], jobs=1)
    return folder


@pytest.fixture(scope="module", params=[FILM, SEQUENCE])
def expected(template: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Expected:
    """What is made in one go, and what was looked at and covered for it."""
    folder = tmp_path_factory.mktemp("undisturbed") / "film"
    shutil.copytree(template, folder)
    code, said = _end(_start(folder, request.param))
    assert (code, said) == (0, "")
    made = _made(folder)
    assert sum(len(pictures) for pictures in made.values()) == PICTURES
    assert not list((folder / ".kinoeye" / "covering").iterdir())
    return request.param, made, _lines(folder)


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    shutil.copytree(template, tmp_path / "film")
    return tmp_path / "film"


def _start(folder: Path, path: str) -> "subprocess.Popen[bytes]":
    log = folder.with_name("log")
    log.write_text("")
    command = [sys.executable, "-c", PROGRAM, str(log), "effect", str(folder), "anonymise", path, "--json"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)


def _end(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    said = process.communicate()[1].decode()
    return process.returncode, said


def _lines(folder: Path) -> list[str]:
    return folder.with_name("log").read_text().splitlines()


def _is_whole(line: str) -> bool:
    """Say whether a line was not cut by a kill."""
    return line == "look" or len(line) == 32


def _wait(process: "subprocess.Popen[bytes]", folder: Path, lines: int) -> None:
    while process.poll() is None and len(_lines(folder)) < lines:
        time.sleep(0.001)


def _made(folder: Path) -> dict[str, np.ndarray]:
    """Return the pictures of everything in ``out``, hidden files too; what is not whole cannot be read."""
    files = sorted(path for path in (folder / "out").rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): np.stack([picture for _, _, picture in read_full(path, probe(path))])
        for path in files
    }


def _same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    if one.keys() != other.keys() or any(one[name].shape != other[name].shape for name in one):
        return False
    away = [(name, np.abs(one[name].astype(int) - other[name]).mean(axis=(1, 2, 3)).max()) for name in one]
    return all(most <= (WOBBLE if name.endswith(".mov") else 0) for name, most in away)


def test_killed_again_and_again_it_comes_to_its_end(folder: Path, expected: Expected) -> None:
    path, whole, lines = expected
    spent: list[str] = []
    rounds = 0
    while True:
        process = _start(folder, path)
        _wait(process, folder, 30)
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        rounds += 1
        spent += _lines(folder)
        assert rounds < 20
        assert not list((folder / "out").rglob("*"))
    assert _end(process) == (0, "")
    assert rounds >= 3
    spent += _lines(folder)
    assert len(spent) < 2.5 * len(lines)  # at most a stretch and a part are lost each time
    assert set(filter(_is_whole, spent)) == set(lines)
    assert _same(_made(folder), whole)
    assert not list((folder / ".kinoeye" / "covering").iterdir())


@pytest.mark.parametrize("delay_s", [0.0, 0.03])
def test_killed_while_it_takes_its_place(folder: Path, expected: Expected, delay_s: float) -> None:
    path, whole, lines = expected
    for _ in range(2):  # the second time what the first made lies there
        process = _start(folder, path)
        _wait(process, folder, len(lines))
        time.sleep(delay_s)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        there = _made(folder)
        assert not there or _same(there, whole)
        assert _end(_start(folder, path)) == (0, "")  # what a kill left is known as ours, and replaced
        assert _same(_made(folder), whole)


def test_stopped_by_the_user_it_says_how_to_go_on(folder: Path) -> None:
    process = _start(folder, FILM)
    _wait(process, folder, 40)
    process.send_signal(signal.SIGINT)
    code, said = _end(process)
    assert code == 130
    assert "% is done. Say the same again: it goes on from there" in said
    assert said.count("\n") == 1
