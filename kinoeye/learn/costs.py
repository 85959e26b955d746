"""Costs: what a way of learning spends: CPU seconds, memory, time to answer, room on disk.

The price by which ways are compared is what training and answering together take, for as many rows as a library of
films asks about.
"""

import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

ALIKE = 2.0  # times: prices are timings, which differ by as much on a machine that has other things to do
ASKED_ROWS = 100_000  # answers that are reckoned with beside the training


@dataclass(frozen=True)
class Cost:
    """What one way of learning spends.

    Parameters
    ----------
    train : CPU seconds
        What is learnt of the columns included.
    answer : CPU seconds a row
        Of many rows at once.
    memory : MB
        Most that training held beside what there was; 0 where it cannot be told.
    size : bytes
        Of what was learnt.
    """

    train: float
    answer: float
    memory: float = 0.0
    size: int = 0

    @property
    def price(self) -> float:
        """CPU seconds of training and of `ASKED_ROWS` answers."""
        return self.train + ASKED_ROWS * self.answer


@dataclass(frozen=True)
class Memory:
    """How the peak of a process is read: begin anew, and the most since, MB. Whoever starts learning hands it in."""

    reset: Callable[[], None] = lambda: None
    peak: Callable[[], float] = lambda: 0.0


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep numerical libraries to one thread: what they spend can be compared, and none waits for another."""
    with importlib.import_module("threadpoolctl").threadpool_limits(limits=1):
        yield


class Spent:
    """CPU seconds that a block took."""

    seconds = 0.0


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure the CPU seconds of a block, those of its threads included."""
    found = Spent()
    begin = time.process_time()
    try:
        yield found
    finally:
        found.seconds = time.process_time() - begin


def typical(costs: list[Cost]) -> Cost:
    """Return the median of costs, part by part; the greatest memory and size."""
    return Cost(
        float(np.median([each.train for each in costs])), float(np.median([each.answer for each in costs])),
        max(each.memory for each in costs), max(each.size for each in costs),
    )  # fmt: skip


def bytes_in(value: Any, depth: int = 6) -> int:
    """Return about how many bytes of numbers something that was learnt holds."""
    if isinstance(value, np.ndarray):
        if value.dtype != object:
            return value.nbytes
        return sum(bytes_in(each, depth - 1) for each in value.ravel()) if depth else 0
    if isinstance(value, str | bytes):
        return len(value)
    if depth == 0 or value is None or isinstance(value, bool | int | float):
        return 8
    if isinstance(value, dict):
        return sum(bytes_in(each, depth - 1) for each in value.values())
    if isinstance(value, list | tuple):
        return sum(bytes_in(each, depth - 1) for each in value)
    if type(value).__name__ == "Tree":
        return bytes_in(value.__getstate__(), depth)
    return bytes_in(dict(getattr(value, "__dict__", {})), depth - 1)
