"""Kills, full disks and two runs at once leave whole tables and the same answer."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kinoeye.production import Production

ONLY = ["shots", "levels", "paragraphs", "likenesses", "twins"]
KILLS = 100

MakeFilm = Callable[..., Path]


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory, make_film: MakeFilm) -> Path:
    folder = tmp_path_factory.mktemp("robust")
    make_film(folder / "a.mp4", (14, 16), size=64)
    make_film(folder / "b.mkv", (12, 10, 11), seed=4, size=64)
    (folder / "script.fountain").write_text("INT. ROOM - DAY\n\nA door.\n\nANNA\nClose it.\n")
    (folder / "broken.mp4").write_bytes((folder / "b.mkv").read_bytes()[:400])
    return folder


@pytest.fixture(scope="module")
def expected(material: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pa.Table]:
    store = tmp_path_factory.mktemp("undisturbed")
    assert _end(_start(material, store)) == (1, "")
    return _tables(material, store)


LIMITED = "import os, resource, sys; n = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_FSIZE, (n, n)); \
os.execv(sys.argv[2], sys.argv[2:])"


def _start(folder: Path, store: Path, limit: int | None = None) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "kinoeye", "run", str(folder), "--store", str(store), "--only", ",".join(ONLY)]
    if limit is not None:
        command = [sys.executable, "-c", LIMITED, str(limit), *command]
    return subprocess.Popen(
        [*command, "--json"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )


def _end(process: "subprocess.Popen[bytes]") -> tuple[int, str]:
    said = process.communicate()[1].decode()
    return process.returncode, said


def _tables(folder: Path, store: Path) -> dict[str, pa.Table]:
    film = Production(folder, store=store)
    tables = {name: film.read(name) for name in film.tables()}
    return {name: table.sort_by([(table.schema.names[0], "ascending")]) for name, table in tables.items()}


def _check_whole(store: Path) -> None:
    """No file under a final name is broken."""
    for path in store.rglob("*.parquet"):
        if not path.name.startswith("."):
            pq.ParquetFile(path).read()


def test_killed_at_a_hundred_moments(material: Path, expected: dict[str, pa.Table], tmp_path: Path) -> None:
    """Each round begins with what the last kill left, or with nothing; after each tenth the run is let finish."""
    chance = random.Random(11)
    begin = time.monotonic()
    assert _end(_start(material, tmp_path / "clock")) == (1, "")
    whole = time.monotonic() - begin
    store = tmp_path / "index"
    for number in range(KILLS):
        if chance.random() < 0.4:
            shutil.rmtree(store, ignore_errors=True)
        process = _start(material, store)
        time.sleep(chance.random() * whole)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        _check_whole(store)
        if number % 10 == 9:
            assert _end(_start(material, store)) == (1, "")
            assert _tables(material, store) == expected
    film = Production(material, store=store)
    film.clean()
    assert [path for path in store.rglob("*.part") if time.time() - path.stat().st_mtime > 3600] == []
    assert _tables(material, store) == expected


def test_two_runs_at_once(material: Path, expected: dict[str, pa.Table], tmp_path: Path) -> None:
    for number in range(3):
        store = tmp_path / f"index {number}"
        processes = [_start(material, store) for _ in range(2)]
        for process in processes:
            assert _end(process) == (1, "")
        _check_whole(store)
        assert _tables(material, store) == expected


@pytest.mark.parametrize("limit", [300, 20_000, 60_000])
def test_full_disk(material: Path, expected: dict[str, pa.Table], tmp_path: Path, limit: int) -> None:
    """A file that cannot grow stands for a disk that is full; when there is room again, the run goes on."""
    store = tmp_path / "index"
    code, said = _end(_start(material, store, limit))
    assert code == 4
    assert said.count("\n") == 1
    assert "free some space" in said
    _check_whole(store)
    assert _end(_start(material, store)) == (1, "")
    assert _tables(material, store) == expected


def test_stopped_by_the_user(material: Path, expected: dict[str, pa.Table], tmp_path: Path) -> None:
    process = _start(material, tmp_path / "index")
    while not (tmp_path / "index").exists():  # it has begun
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    code, said = _end(process)
    assert code in {130, 1}
    assert "Traceback" not in said
    assert _end(_start(material, tmp_path / "index")) == (1, "")
    assert _tables(material, tmp_path / "index") == expected


def test_a_folder_that_must_not_be_written_to(material: Path, expected: dict[str, pa.Table], tmp_path: Path) -> None:
    folder = tmp_path / "read only"
    shutil.copytree(material, folder)
    before = sorted(folder.rglob("*"))
    folder.chmod(0o555)
    try:
        assert _end(_start(folder, tmp_path / "index")) == (1, "")
        assert sorted(folder.rglob("*")) == before
        assert _tables(folder, tmp_path / "index") == expected
        if os.geteuid() != 0:
            process = subprocess.run(
                [sys.executable, "-m", "kinoeye", "run", str(folder)], capture_output=True, check=False
            )
            assert process.returncode == 4
            assert b"--store" in process.stderr
    finally:
        folder.chmod(0o755)
