"""Views: the rows of one fold as every candidate takes them, made once for all of them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.costs import spent
from kinoeye.learn.features import Encoder, Frame
from kinoeye.learn.problems import Problem

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Material:
    """What is learnt from.

    Parameters
    ----------
    problem : Problem
    frame : Frame
        The problem's own rows.
    groups : int64 [n] or None
        Rows that must stay together.
    times : float64 [n] or None
    """

    problem: Problem
    frame: Frame
    groups: Places | None = None
    times: npt.NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.problem)

    def take(self, places: Places) -> "Material":
        """Return a part of the rows."""
        return Material(
            self.problem.take(places), self.frame.take(places),
            None if self.groups is None else self.groups[places],
            None if self.times is None else self.times[places],
        )  # fmt: skip


@dataclass
class Views:
    """A fold: rows to learn from, rows that are held out, and what they look like.

    Parameters
    ----------
    learnt, held : Material
    """

    learnt: Material
    held: Material
    _encoder: Encoder | None = None
    _made: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    _seconds: dict[str, tuple[float, float]] = field(default_factory=dict)

    def features(self, view: str) -> tuple[Any, Any]:
        """Return the features of the rows to learn from, and of those that are held out."""
        if view == "raw":
            return self.learnt.frame, self.held.frame
        if view not in self._made:
            with spent() as learning:
                if self._encoder is None:
                    self._encoder = Encoder(self.learnt.frame)
                make = self._encoder.wide if view == "wide" else self._encoder.narrow
                learnt = make(self.learnt.frame)
            with spent() as answering:
                held = make(self.held.frame)
            self._made[view] = learnt, held
            self._seconds[view] = learning.seconds, answering.seconds
        return self._made[view]

    def seconds(self, view: str) -> tuple[float, float]:
        """Return the CPU seconds that making a view took: of the rows to learn from, and of those held out."""
        self.features(view)
        return self._seconds.get(view, (0.0, 0.0))
