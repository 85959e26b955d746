"""Decisions on a PostgreSQL server: kept, laid over, and gone from its table when a person is forgotten."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kinoeye.errors import StoreError
from kinoeye.production import Production
from kinoeye.run import forget
from kinoeye.store.database import Database

pytest.importorskip("psycopg", reason="the extra team is not installed")
SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not SERVERS, reason="no PostgreSQL server is installed")

# A server refuses to run as root.
AS = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []


@pytest.fixture(scope="module")
def server() -> Iterator[Path]:
    """Start a server that listens on a socket in its own folder alone."""
    home = Path(tempfile.mkdtemp(prefix="kinoeye-"))
    if AS:
        shutil.chown(home, "nobody")
    tools, data = SERVERS[-1].parent, home / "data"
    try:
        _do(tools / "initdb", "-D", data, "-U", "kinoeye", "-A", "trust", "--no-sync", "-E", "UTF8")
        _do(tools / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", f"-c listen_addresses='' -k {home}", "start")
        yield home
    finally:
        _do(tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home)


def _do(*command: Any) -> None:
    subprocess.run([*AS, *map(str, command)], check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="module")
def told() -> Any:
    """What the tests of forgetting make and look with."""
    spec = importlib.util.spec_from_file_location("peopled", Path(__file__).with_name("test_forget.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _in_files(server: Path, word: bytes) -> list[str]:
    """Return the files of the server's tables that hold a word; its log ahead of writing is not of them."""
    connection = Database(f"postgresql://kinoeye@/postgres?host={server}")._engine.connect()
    with connection:
        connection.exec_driver_sql("CHECKPOINT")
    return [path.name for path in (server / "data" / "base").rglob("*") if path.is_file() and word in path.read_bytes()]


def test_a_person_is_named_consents_and_is_forgotten(
    server: Path, told: Any, tmp_path: Path, make_film: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        forget, "ready", lambda analyses, *_: ([a for a in analyses if a.name in {"shots", "camera"}], {})
    )
    folder = tmp_path / "my film"
    folder.mkdir()
    (folder / "kinoeye.toml").write_text(f'[store]\ndecisions = "postgresql://kinoeye@/postgres?host={server}"\n')
    film: Production = told.make_peopled(folder, make_film)
    names = {told.CANARY: told.NAME, told.OTHER: "Ben"}
    assert {row["person"]: row["name"] for row in film.read("persons").to_pylist()} == names
    film.consents.give(told.NAME, ["index"], folder / "release.pdf", date(2026, 1, 1), date(2126, 1, 1))
    film.decide("shots", {"asset": film.asset("b.mp4"), "at": 0}, {"transition": "cut"}, why=f"as {told.NAME} said")
    film.consents.require(told.NAME, "index")
    assert not (folder / ".kinoeye" / "decisions.db").exists()
    hashed = sha256(b"signed").hexdigest().encode()
    assert _in_files(server, told.NAME.encode()) and _in_files(server, hashed)

    proof = film.forget(told.NAME, jobs=1)
    assert proof.is_done, proof.found
    assert [each.value.get("name") for each in film.index.decisions.all("persons")] == ["Ben"]
    assert film.index.decisions.all("consents") == []
    assert film.index.decisions.all("veils")
    assert [each.why for each in film.index.decisions.all("shots")] == [""]
    assert _in_files(server, told.NAME.encode()) == _in_files(server, hashed) == []
    assert _in_files(server, b"Ben")
    assert told._residue(folder / ".kinoeye") == []


def test_a_server_that_is_not_there_is_said_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"kinoeye:\*\*\*@/postgres.* must be a database to read and write") as raised:
        Database(f"postgresql://kinoeye:secret@/postgres?host={tmp_path}")
    assert "secret" not in str(raised.value)
