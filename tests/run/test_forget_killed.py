"""A forgetting that is killed, wherever it is, is finished by saying it again; the others lose nothing."""

import importlib.util
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kinoeye.errors import UseError
from kinoeye.production import Production

HERE = Path(__file__).with_name("test_forget.py")
KILLS = 8

# The command as a process of its own, that kills itself before the n-th thing it does to a disk or to the database.
PROGRAM = """
import os, signal, sys
from importlib.util import module_from_spec, spec_from_file_location

limit, log, peopled = int(sys.argv[1]), sys.argv[2], sys.argv[3]
spec = spec_from_file_location("peopled", peopled)
told = module_from_spec(spec)
spec.loader.exec_module(told)

from sqlalchemy import Engine, event
from kinoeye import production
from kinoeye.run import forget

count, is_begun = 0, False

def tick():
    global count
    count += is_begun
    if is_begun and count == limit:
        os.kill(os.getpid(), signal.SIGKILL)

def heard(name, arguments):
    is_write = name == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    if is_write or name in {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}:
        tick()

def done(self, said):
    global is_begun
    self.index.schemas = told._SCHEMAS | dict(self.index.schemas)
    is_begun = True
    proof = whole(self, said)
    is_begun = False
    open(log, "w").write(str(count))
    return proof

whole = forget.Forgetting.do
forget.Forgetting.do = done
forget.ready = lambda analyses, *_: ([each for each in analyses if each.name in {"shots", "camera"}], {})
sys.addaudithook(heard)
event.listen(Engine, "before_cursor_execute", lambda *_: tick())

from kinoeye.cli.main import main
sys.exit(main(sys.argv[4:]))
"""


@pytest.fixture(scope="module")
def told() -> Any:
    """What the tests of forgetting make and look with."""
    spec = importlib.util.spec_from_file_location("peopled", HERE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, told: Any, make_film: Callable[..., Path]) -> Path:
    """A production with traces of the one to be forgotten everywhere, and with things of the other beside them."""
    folder = tmp_path_factory.mktemp("killed") / "my film"
    film: Production = told.make_peopled(folder, make_film)
    told._plant(film)
    film.consents.give("Ben", ["index"], folder / "release.pdf", date(2026, 1, 1), date(2026, 12, 31))
    for path in ("a.mp4", "b.mp4"):
        part = film.index.files.root / "covering" / film.asset(path) / "part.mp4"
        part.parent.mkdir(parents=True)
        part.write_bytes(told.vector_of(told.CANARY if path == "a.mp4" else told.OTHER).tobytes())
    (folder / "out" / ".a.anonymised.mp4.0123abcd.part").write_bytes(told.vector_of(told.CANARY).tobytes())
    return folder


def _forget(folder: Path, told: Any, limit: int) -> tuple[int, str]:
    arguments = [str(limit), str(folder.with_name("count")), str(HERE)]
    command = [sys.executable, "-c", PROGRAM, *arguments, "forget", str(folder), told.NAME, "--yes", "--jobs", "1"]
    process = subprocess.Popen(
        [*command, "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    said = process.communicate()[1].decode()
    return process.returncode, said


def _check(folder: Path, told: Any, before: dict[str, str]) -> None:
    film = told._opened(folder)
    asset = film.asset("a.mp4")
    assert told._residue(folder / ".kinoeye") == []
    assert not (folder / ".kinoeye" / "covering" / asset).exists()
    assert not list((folder / "out").glob(".*.part"))
    assert not list((folder / ".kinoeye" / "forgetting").glob("*"))
    assert film.index.decisions.all("veils")
    # Nobody else lost anything.
    assert told._hashes(folder) == before
    assert (folder / "out" / "notes.txt").read_text() == "mine"
    assert (folder / ".kinoeye" / "covering" / film.asset("b.mp4") / "part.mp4").is_file()
    said = [(each.what, dict(each.value)) for each in film.index.decisions.all() if each.what not in {"veils"}]
    assert ("persons", {"name": "Ben"}) in said
    assert ("face_tracks", {"said": told.OTHER}) in said
    assert ("shots", {"transition": "cut"}) in said
    assert [what for what, _ in said].count("consents") == 1
    assert len(said) == 4
    people = film.index.results.read("appearances", "production")["person"].to_pylist()
    assert set(people) == {told.OTHER}


def test_killed_anywhere_it_is_finished_by_saying_it_again(template: Path, told: Any, tmp_path: Path) -> None:
    before = told._hashes(template)
    folder = tmp_path / "whole" / "my film"
    shutil.copytree(template, folder)
    assert _forget(folder, told, 0) == (0, "")
    _check(folder, told, before)
    steps = int(folder.with_name("count").read_text())
    assert steps > 5 * KILLS
    for number in range(KILLS):
        folder = tmp_path / str(number) / "my film"
        shutil.copytree(template, folder)
        limit = 1 + (steps - 1) * number // (KILLS - 1)
        assert _forget(folder, told, limit)[0] == -signal.SIGKILL, limit
        code, said = _forget(folder, told, 0)
        if limit == steps:  # the task itself had gone: nobody of that name is left
            assert code == 2 and "nobody" in said
        else:
            assert (code, said) == (0, ""), limit
        _check(folder, told, before)
        shutil.rmtree(folder)


def test_killed_twice_in_a_row(template: Path, told: Any, tmp_path: Path) -> None:
    before = told._hashes(template)
    folder = tmp_path / "my film"
    shutil.copytree(template, folder)
    for limit in (12, 5, 40, 60):
        assert _forget(folder, told, limit)[0] == -signal.SIGKILL
    assert _forget(folder, told, 0) == (0, "")
    _check(folder, told, before)
    with pytest.raises(UseError, match="nobody"):
        told._opened(folder).forget(told.NAME)
