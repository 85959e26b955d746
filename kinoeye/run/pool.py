"""Worker processes: each task in a child that may die without taking the run along.

A worker is started as ``python -m kinoeye.run.worker``, not forked and not by multiprocessing, so that a user's script
needs no ``if __name__ == "__main__"`` and no thread or lock is inherited; ``-P`` keeps modules that lie in a user's
folder out. It has a memory limit; the time of a task is
watched from here, and a worker that overstays or dies is replaced.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from typing import Any


@dataclass(frozen=True)
class Task:
    """Something for a worker to do.

    Parameters
    ----------
    key : hashable
        The caller's own name for it.
    function : callable
        At the top of an importable module.
    arguments : tuple
        Picklable.
    limit_s : float
        Seconds it may take.
    """

    key: Any
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    limit_s: float


@dataclass(frozen=True)
class Failure:
    """Why a task gave no answer.

    Parameters
    ----------
    message, remedy : str
    detail : str
        Place in the code, for an error that is none of ours.
    kind : str
        Class of the error; `Died` or `Overtime` if the process is gone.
    """

    message: str
    remedy: str = ""
    detail: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of a task.

    Parameters
    ----------
    task : Task
    value : object
        The answer, if there is no failure.
    failure : Failure or None
    cpu_seconds, peak_mb : float
        What the worker spent on it; 0 if it died.
    """

    task: Task
    value: Any = None
    failure: Failure | None = None
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    connection: Connection
    task: Task | None = None
    deadline: float = 0.0
    done: int = 0
    log: list[str] = field(default_factory=list)


class Pool:
    """A few worker processes.

    Parameters
    ----------
    jobs : int
    memory_mb : int
        Address space of one worker.
    """

    # A worker that ran this many tasks is replaced, so that what a library leaks stays small.
    TASKS_A_WORKER = 2_000

    def __init__(self, jobs: int, memory_mb: int) -> None:
        self.jobs = jobs
        self._memory_mb = memory_mb
        self._workers: list[_Worker] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def busy(self) -> int:
        """How many tasks are in work."""
        return sum(worker.task is not None for worker in self._workers)

    @property
    def has_room(self) -> bool:
        """Whether a task given now starts at once."""
        return self.busy < self.jobs

    def submit(self, task: Task) -> None:
        """Start a task; there must be room."""
        assert self.has_room
        worker = next((each for each in self._workers if each.task is None), None)
        if worker is not None and worker.done >= self.TASKS_A_WORKER:
            self._end(worker)
            worker = None
        if worker is None:
            worker = self._start()
        worker.task, worker.deadline = task, time.monotonic() + task.limit_s
        # A worker that is gone shows in `wait`, which says so.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            worker.connection.send((task.function, task.arguments))

    def wait(self, timeout_s: float = 1.0) -> list[Outcome]:
        """Wait until a task is done or the time is up, and return what came of those that are."""
        busy = {worker.connection: worker for worker in self._workers if worker.task is not None}
        nearest = min((worker.deadline for worker in busy.values()), default=0.0) - time.monotonic()
        outcomes = []
        ready = wait(list(busy), max(0.0, min(timeout_s, nearest)))
        for connection, worker in busy.items():
            if connection in ready:
                outcomes.append(self._received(worker))
            elif time.monotonic() >= worker.deadline:
                assert worker.task is not None
                outcomes.append(self._lost(worker, "Overtime", f"must finish within {worker.task.limit_s:.0f} s"))
        return outcomes

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        for worker in list(self._workers):
            self._end(worker)

    def _start(self) -> _Worker:
        ours, theirs = socket.socketpair()
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no user's words
            [sys.executable, "-P", "-m", "kinoeye.run.worker", str(theirs.fileno()), str(self._memory_mb)],
            pass_fds=(theirs.fileno(),), env=environment, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        theirs.close()
        worker = _Worker(process, Connection(ours.detach()))
        self._workers.append(worker)
        return worker

    def _received(self, worker: _Worker) -> Outcome:
        task = worker.task
        assert task is not None
        try:
            value, failure, cpu_seconds, peak_mb = worker.connection.recv()
        except (EOFError, ConnectionResetError):
            return self._lost(worker, "Died", "must not end its process")
        worker.task = None
        worker.done += 1
        return Outcome(task, value, Failure(*failure) if failure else None, cpu_seconds, peak_mb)

    def _lost(self, worker: _Worker, kind: str, must: str) -> Outcome:
        task = worker.task
        assert task is not None
        code = self._end(worker)
        got = "ran longer" if kind == "Overtime" else f"{_signal_name(code)}"
        remedy = "Raise time_limit in [run] if the material is sound" if kind == "Overtime" else (
            "The file is damaged or too large for memory_mb in [run]"
        )  # fmt: skip
        return Outcome(task, failure=Failure(f"{must}, got {got}", remedy, "", kind))

    def _end(self, worker: _Worker) -> int:
        if worker in self._workers:
            self._workers.remove(worker)
        worker.connection.close()
        try:
            code = worker.process.wait(0.05 if worker.task is None else 0.0)
        except subprocess.TimeoutExpired:
            worker.process.kill()
            code = worker.process.wait()
        return code


def _signal_name(code: int) -> str:
    if code >= 0:
        return f"exit status {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
