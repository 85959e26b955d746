"""A worker may fail, die or overstay; the run learns of it and goes on."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import MediaError
from kinoeye.run.pool import Outcome, Pool, Task


def add(a: int, b: int) -> int:
    """Answer."""
    return a + b


def refuse(path: str) -> None:
    """Say no in our own words."""
    raise MediaError(f"probe: {path} must be a film, got a poem", remedy="Read it aloud")


def defect() -> None:
    """Fail as a defect does."""
    raise ZeroDivisionError("one by none")


def die() -> None:
    """Die as a decoder does."""
    os.kill(os.getpid(), signal.SIGSEGV)


def sleep() -> None:
    """Overstay."""
    time.sleep(60)


def eat(megabytes: int) -> int:
    """Take memory and touch it."""
    return int(np.ones(megabytes << 20, np.uint8)[:: 1 << 20].sum())


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    root = str(Path(__file__).resolve().parents[2])
    with pytest.MonkeyPatch.context() as patch, Pool(2, 3072) as made:
        patch.setenv("PYTHONPATH", root)  # so that a worker finds this file's functions
        yield made


def _do(pool: Pool, function: object, *arguments: object, limit_s: float = 30.0) -> Outcome:
    pool.submit(Task("key", function, arguments, limit_s))  # type: ignore[arg-type]
    while True:
        for outcome in pool.wait():
            return outcome


def test_answers_come_back_with_their_cost(pool: Pool) -> None:
    outcome = _do(pool, add, 2, 3)
    assert (outcome.value, outcome.failure) == (5, None)
    assert outcome.cpu_seconds >= 0
    assert outcome.peak_mb > 10


def test_our_errors_keep_message_and_remedy(pool: Pool) -> None:
    failure = _do(pool, refuse, "x.mp4").failure
    assert failure is not None
    assert (failure.message, failure.remedy, failure.kind) == (
        "probe: x.mp4 must be a film, got a poem", "Read it aloud", "MediaError")  # fmt: skip


def test_defects_say_where(pool: Pool) -> None:
    failure = _do(pool, defect).failure
    assert failure is not None
    assert "ZeroDivisionError: one by none" in failure.message
    assert "test_pool.py" in failure.detail
    assert "report" in failure.remedy


def test_a_death_is_an_answer_and_the_next_task_runs(pool: Pool) -> None:
    failure = _do(pool, die).failure
    assert failure is not None
    assert failure.kind == "Died"
    assert "SIGSEGV" in failure.message
    assert _do(pool, add, 1, 1).value == 2


def test_overtime_is_ended(pool: Pool) -> None:
    begin = time.monotonic()
    failure = _do(pool, sleep, limit_s=0.5).failure
    assert failure is not None
    assert failure.kind == "Overtime"
    assert time.monotonic() - begin < 30


def test_memory_is_limited(pool: Pool) -> None:
    failure = _do(pool, eat, 6000).failure
    assert failure is not None
    assert failure.kind == "MemoryError"
    assert _do(pool, add, 1, 1).value == 2


def test_peak_memory_is_of_the_task_alone(pool: Pool) -> None:
    big = _do(pool, eat, 400).peak_mb
    small = _do(pool, add, 1, 1).peak_mb
    assert big > small + 300


def test_tasks_run_side_by_side(pool: Pool) -> None:
    for number in range(2):
        assert pool.has_room
        pool.submit(Task(number, add, (number, 1), 30.0))
    assert not pool.has_room
    answers = {}
    while len(answers) < 2:
        answers.update({outcome.task.key: outcome.value for outcome in pool.wait()})
    assert answers == {0: 1, 1: 2}
