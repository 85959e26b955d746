"""Apart: everyone is answered by a model that has not learnt from them, so that an answer tells nothing of who was.

Viewers are dealt into parts, and one model is learnt without each part. Who asks is answered without the part of the
viewer whose history is nearest to what is asked with: of someone who was learnt from that is their own, however many
titles are left out; of anyone else it is whoever is most like them. The price is what a model loses by a few viewers
less, and as many models as there are parts.

Source: Tang, Mahloujifar, Song, Shejwalkar, Nasr, Houmansadr & Mittal, "Mitigating membership inference attacks by
self-distillation through a novel ensemble architecture", USENIX Security 2022 (the ensemble).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError
from kinoeye.learn.histories import Histories

Scores = npt.NDArray[np.float32]
Score = Callable[[Histories], Scores]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Apart:
    """Models that each know all viewers but those of one part.

    Parameters
    ----------
    part : int64 [viewers]
        In which part each viewer is who was learnt from.
    models : sequence of callables
        The one of a part has not learnt from its viewers.
    learnt : CSR [viewers, titles]
        Whose histories asked ones are compared with.
    """

    part: Places
    models: Sequence[Score]
    learnt: Any

    def __call__(self, asked: Histories) -> Scores:
        """Return scores of titles for each viewer, float32 [viewers, titles]."""
        part = self.part_of(asked)
        found = np.zeros((asked.viewers, asked.titles), np.float32)
        for number, model in enumerate(self.models):
            own = np.flatnonzero(part == number)
            if len(own):
                found[own] = model(asked.of(own))
        return found

    def part_of(self, asked: Histories) -> Places:
        """Return the part of the viewer who is nearest to each who asks, int64 [viewers]."""
        return self.part[nearest(asked.matrix(), self.learnt)] if len(self.part) else np.zeros(asked.viewers, np.int64)


def apart(learnt: Histories, teach: Callable[[Histories], Score], *, parts: int = 10, seed: int = 1) -> Apart:
    """Learn one model without each part of the viewers.

    Parameters
    ----------
    learnt : Histories
    teach : callable
        Learns from histories and returns what scores others.
    parts : int
        At least 2; with more each model knows more, and there are more to learn.
    seed : int

    Raises
    ------
    SettingError
        If there are fewer than two parts.
    """
    if parts < 2:
        raise SettingError(f"apart: parts must be 2 or more, got {parts}")
    part = dealt(learnt.viewers, parts, seed)
    return Apart(part, [teach(learnt.of(np.flatnonzero(part != each))) for each in range(parts)], learnt.matrix())


def dealt(viewers: int, parts: int, seed: int) -> Places:
    """Return a part for each viewer, all nearly as large, int64 [viewers]."""
    return np.random.default_rng(seed).permutation(viewers).astype(np.int64) % parts


def nearest(asked: Any, learnt: Any) -> Places:
    """Return the viewer who has most of what each asks with; of several the one who has least besides.

    Parameters
    ----------
    asked, learnt : CSR [viewers, titles], 1 where watched
    """
    lengths = np.asarray(learnt.sum(axis=1)).ravel()
    shared = np.asarray((asked @ learnt.T).toarray())
    return np.asarray(np.argmax(shared - lengths[None, :] / (lengths.max(initial=0) + 1), axis=1), np.int64)
