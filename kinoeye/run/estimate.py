"""The estimate: how much work a run holds, so that it can say how long is left.

The weights are guesses in CPU seconds; the time left is taken from the share that is done, so only their proportion
counts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kinoeye.run.plan import Step

# CPU seconds for a minute of film, measured on 720p H.264; every step has some cost of its own.
_A_MINUTE = {"decode": 4.0, "texts": 8.0, "shots": 0.5}
_A_MINUTE_OTHER = 0.7
_A_STEP = 0.05


@dataclass
class Estimate:
    """Expected CPU seconds, done and in all."""

    done: float = 0.0
    total: float = 0.0

    def expect(self, steps: Iterable[Step], minutes: Callable[[str], float]) -> None:
        """Count what these steps will cost."""
        self.total = sum(_cost(step, minutes(step.asset)) for step in steps)

    def did(self, step: Step, minutes: float, parts: int = 1) -> None:
        """Count a step, or one of its `parts`, as done; `minutes` are the whole asset's."""
        self.done += _cost(step, minutes) / parts
        self.total = max(self.total, self.done)


def _cost(step: Step, minutes: float) -> float:
    return _A_STEP + _A_MINUTE.get(step.name, _A_MINUTE_OTHER) * minutes
