"""Histories: who had to do with what, how much they liked it and when, as arrays.

Viewers and titles are numbers here. Each pair stands once; what is liked is what a recommender is to find again, what
was only watched still says what someone chooses.
"""

import importlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Years = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Histories:
    """What viewers did with titles, one entry a pair.

    Parameters
    ----------
    viewer, title : int64 [n]
        Numbers from 0; a pair stands once.
    liked : bool [n]
        Whether it is what a recommender should have shown.
    time : float64 [n], years
        When; NaN where it is not known.
    viewers, titles : int
        How many there are of each, with or without entries.
    """

    viewer: Ints
    title: Ints
    liked: Flags
    time: Years
    viewers: int
    titles: int

    def __len__(self) -> int:
        return len(self.viewer)

    def matrix(self, *, disliked: float = 1.0) -> Any:
        """Return a sparse matrix, CSR float32 [viewers, titles]: 1 where liked.

        Parameters
        ----------
        disliked : 0..1
            What a title counts that was watched and not liked; 0 leaves it out.
        """
        sparse = importlib.import_module("scipy.sparse")
        kept = self if disliked else self.only(self.liked)
        values = np.where(kept.liked, 1, disliked).astype(np.float32)
        return sparse.csr_matrix((values, (kept.viewer, kept.title)), shape=(self.viewers, self.titles))

    def only(self, mask: Flags) -> "Histories":
        """Return some entries; viewers and titles keep their numbers."""
        return replace(self, viewer=self.viewer[mask], title=self.title[mask], liked=self.liked[mask],
                       time=self.time[mask])  # fmt: skip

    def of(self, viewers: Ints) -> "Histories":
        """Return the entries of some viewers, who get the numbers of their places."""
        places = np.full(self.viewers, -1, np.int64)
        places[viewers] = np.arange(len(viewers))
        own = self.only(places[self.viewer] >= 0)
        return replace(own, viewer=places[own.viewer], viewers=len(viewers))

    @cached_property
    def lengths(self) -> Ints:
        """How many titles each viewer has, int64 [viewers]."""
        return np.bincount(self.viewer, minlength=self.viewers)

    @cached_property
    def audiences(self) -> Ints:
        """How many viewers each title has, int64 [titles]."""
        return np.bincount(self.title, minlength=self.titles)

    @cached_property
    def middle(self) -> Years:
        """The mean time of each viewer's entries, NaN where none is known, float64 [viewers]."""
        known = np.isfinite(self.time)
        sums = np.bincount(self.viewer[known], self.time[known], self.viewers)
        counts = np.bincount(self.viewer[known], minlength=self.viewers)
        return np.asarray(np.divide(sums, counts, out=np.full(self.viewers, np.nan), where=counts > 0))

    @cached_property
    def last(self) -> Years:
        """The time of each viewer's last entry, NaN where none is known, float64 [viewers]."""
        found = np.full(self.viewers, -np.inf)
        known = np.isfinite(self.time)
        np.maximum.at(found, self.viewer[known], self.time[known])
        return np.where(np.isfinite(found), found, np.nan)


def histories(
    viewer: Ints, title: Ints, liked: Flags, time: Years, *, viewers: int | None = None, titles: int | None = None
) -> Histories:
    """Return histories of entries in any order; of a pair that stands several times the latest counts.

    Parameters
    ----------
    viewer, title : int64 [n]
        Numbers from 0.
    liked : bool [n]
    time : float64 [n], years
    viewers, titles : int or None
        One more than the largest number if None.

    Raises
    ------
    InputError
        If a number is negative or too large.
    """
    viewers = int(viewer.max(initial=-1)) + 1 if viewers is None else viewers
    titles = int(title.max(initial=-1)) + 1 if titles is None else titles
    for name, numbers, most in (("viewers", viewer, viewers), ("titles", title, titles)):
        if len(numbers) and not (numbers.min() >= 0 and numbers.max() < most):
            raise InputError(f"histories: {name} must lie in 0..{most - 1}, got {numbers.min()}..{numbers.max()}")
    order = np.lexsort((np.where(np.isfinite(time), time, -np.inf), title, viewer))
    keys = viewer[order] * max(1, titles) + title[order]
    kept = order[np.append(keys[1:] != keys[:-1], True)] if len(order) else order
    return Histories(viewer[kept], title[kept], liked[kept], time[kept], viewers, titles)


def well_filled(given: Histories, *, least_liked: int = 5, least_fans: int = 3) -> tuple[Histories, Ints, Ints]:
    """Return the histories of viewers and titles with enough that is liked, renumbered, and their old numbers.

    Parameters
    ----------
    least_liked : int
        Liked titles a viewer must have, of the titles that are kept.
    least_fans : int
        Viewers who must like a title.
    """
    fans = np.bincount(given.title[given.liked], minlength=given.titles)
    titles = np.flatnonzero(fans >= least_fans)
    kept = given.only(fans[given.title] >= least_fans)
    liking = np.bincount(kept.viewer[kept.liked], minlength=given.viewers)
    viewers = np.flatnonzero(liking >= least_liked)
    kept = kept.of(viewers)
    places = np.full(given.titles, -1, np.int64)
    places[titles] = np.arange(len(titles))
    return replace(kept, title=places[kept.title], titles=len(titles)), viewers, titles
