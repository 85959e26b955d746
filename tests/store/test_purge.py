"""What is purged leaves no byte in the database's files: not in free pages, not in the log."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kinoeye.errors import StoreError
from kinoeye.store.decisions import Decision, Decisions

CANARY = "Zerbinetta Quux"


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[tuple[Decisions, Path]]:
    yield Decisions(f"sqlite:///{tmp_path}/decisions.db"), tmp_path


def _bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_no_byte_of_what_was_purged_stays(kept: tuple[Decisions, Path]) -> None:
    decisions, folder = kept
    for number in range(200):
        decisions.add(Decision("persons", {"person": f"p{number}"}, {"name": f"{CANARY} {number}" * 20}))
    decisions.add(Decision("shots", {"shot": 1}, {"score": 0.5}, why=f"seen by {CANARY}"))
    assert CANARY.encode() in _bytes(folder)
    decisions.purge(range(1, 201), [201])
    assert CANARY.encode() not in _bytes(folder)
    assert [(each.id, each.value, each.why) for each in decisions.all()] == [(201, {"score": 0.5}, "")]


def test_a_plain_removal_does_leave_bytes_so_the_look_is_worth_something(kept: tuple[Decisions, Path]) -> None:
    decisions, folder = kept
    number = decisions.add(Decision("persons", {"person": "p"}, {"name": CANARY}))
    decisions.remove(number)
    assert CANARY.encode() in _bytes(folder)


def test_another_program_that_reads_is_said(kept: tuple[Decisions, Path]) -> None:
    decisions, folder = kept
    number = decisions.add(Decision("persons", {"person": "p"}, {"name": CANARY}))
    other = sqlite3.connect(folder / "decisions.db", isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM decisions").fetchall()
    with decisions._database._engine.connect() as mine:
        mine.exec_driver_sql("PRAGMA busy_timeout=100")
    with pytest.raises(StoreError, match="free to be written anew, got another program"):
        decisions.purge([number])
    other.close()
    decisions.purge([number])
    assert CANARY.encode() not in _bytes(folder)


def test_many_are_kept_together(kept: tuple[Decisions, Path]) -> None:
    decisions, _ = kept
    decisions.add_all([Decision("veils", {"asset": "a", "start": n}, {"veiled": True}) for n in range(3)])
    assert [each.key["start"] for each in decisions.all("veils")] == [0, 1, 2]
