"""Recommender parts: several plain recommenders on the same histories, as features of each viewer and title.

Each looks at histories in its own way: what is liked and what is only watched, by neighbours among titles and among
viewers, by vectors, by what was watched at the viewer's own time, by kinds and years. A part learns from the histories
that it is given and nothing else; who asks is folded in, never learnt from.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.ease import ease
from kinoeye.learn.histories import Histories
from kinoeye.learn.ials import Ials, ials
from kinoeye.learn.neighbours import by_viewers, popularity_near, title_likeness

Features = npt.NDArray[np.float32]

_SHRUNK = 5.0  # viewers of average liking that every title is given
_SHRUNK_KINDS = 4.0  # titles of average liking that every viewer is given of each kind
_OUT = 0.5  # years: a title may be seen before its year is out, at a festival or by another calendar

# In the order in which they stand; those of a viewer's own spread first.
SPREAD = ("ease", "ease_watched", "ease_liked", "ials", "viewers", "titles", "near", "around")
PLAIN = ("liked", "watched", "liking", "age", "unreleased", "kinds_liked", "kinds_watched", "years_apart", "length",
         "own_liking")  # fmt: skip
FEATURES = (*SPREAD, *PLAIN)


@dataclass(frozen=True)
class Sides:
    """What is known of titles beside who watches them.

    Parameters
    ----------
    kinds : float32 [titles, kinds]
        Which genres each title has, 0 or 1.
    years : float64 [titles]
        When each came out; NaN where it is not known.
    vectors : float32 [titles, n]
        What each title is about, as rows that can be compared by cosine; n may be 0.
    """

    kinds: Features
    years: npt.NDArray[np.float64]
    vectors: Features


@dataclass(frozen=True)
class Regularisation:
    """How smooth the parts are; more says less of any one viewer.

    Parameters
    ----------
    ridge : float
        Of EASE, in viewers.
    disliked : 0..1
        What a title counts that was watched and not liked.
    least_pair : int
        Viewers who must share two titles.
    factors : int
    penalty : float
        Of iALS.
    nearest : int
        Viewers looked at for each who asks.
    """

    ridge: float = 200.0
    disliked: float = 0.5
    least_pair: int = 1
    factors: int = 32
    penalty: float = 0.01
    nearest: int = 60


@dataclass(frozen=True)
class Parts:
    """What was learnt from histories.

    Parameters
    ----------
    weights, weights_watched, weights_liked : float32 [titles, titles]
        EASE's on liking more than watching, on watching, on liking alone.
    likeness : float32 [titles, titles]
    vectors : Ials
    learnt : Histories
    sides : Sides
    smooth : Regularisation
    """

    weights: Features
    weights_watched: Features
    weights_liked: Features
    likeness: Features
    vectors: Ials
    learnt: Histories
    sides: Sides
    smooth: Regularisation

    def features(self, asked: Histories) -> Features:
        """Return what the parts say of each viewer and title, float32 [viewers, titles, features], as `FEATURES`.

        Parameters
        ----------
        asked : Histories
            Of viewers who need not have been learnt from; titles numbered alike.
        """
        spread = self._spread(asked)
        plain = self._plain(asked)
        found = np.empty((asked.viewers, asked.titles, len(FEATURES)), np.float32)
        for place, values in enumerate(spread):
            values -= values.mean(axis=1, keepdims=True)
            values /= values.std(axis=1, keepdims=True) + 1e-9
            found[:, :, place] = values
        for place, values in enumerate(plain, len(spread)):
            found[:, :, place] = values
        return found

    def _spread(self, asked: Histories) -> list[Features]:
        own, watched, liked = (asked.matrix(disliked=each) for each in (self.smooth.disliked, 1.0, 0.0))
        fans = self.learnt.matrix(disliked=0)
        middles, at = self.learnt.middle, asked.middle
        return [
            own @ self.weights, watched @ self.weights_watched, liked @ self.weights_liked, self.vectors.scores(own),
            by_viewers(watched, self.learnt.matrix(), fans, nearest=self.smooth.nearest), watched @ self.likeness,
            *(np.log1p(100 * popularity_near(fans, middles, at, width=width)) for width in (1.0, 3.0)),
        ]  # fmt: skip

    def _plain(self, asked: Histories) -> list[Any]:
        kinds, years = self.sides.kinds, self.sides.years
        audiences = self.learnt.audiences
        fans = np.bincount(self.learnt.title[self.learnt.liked], minlength=self.learnt.titles)
        usual = fans.sum() / max(1, audiences.sum())
        watched, liked = asked.matrix(), asked.matrix(disliked=0)
        count = np.asarray(watched.sum(axis=1)).ravel()[:, None]
        own_liking = (np.asarray(liked.sum(axis=1)).ravel()[:, None] + 1) / (count + 2)
        many = np.maximum(1, kinds.sum(axis=1))
        kinds_watched = np.asarray(watched @ kinds)
        by_kind = (np.asarray(liked @ kinds) + _SHRUNK_KINDS * own_liking) / (kinds_watched + _SHRUNK_KINDS)
        share = kinds_watched / np.maximum(1, count)
        usual_share = (audiences @ kinds) / max(1, audiences.sum())
        age = np.nan_to_num(asked.last[:, None] - years[None, :], nan=0.0)
        return [
            np.log1p(fans)[None, :], np.log1p(audiences)[None, :],
            ((fans + _SHRUNK * usual) / (audiences + _SHRUNK))[None, :], np.clip(age, -1, 60), age < -_OUT,
            by_kind @ kinds.T / many, np.log((share + 0.02) / (usual_share + 0.02)) @ kinds.T / many,
            _years_apart(watched, years), np.log1p(count), own_liking,
        ]  # fmt: skip


def parts(learnt: Histories, sides: Sides, smooth: Regularisation = Regularisation()) -> Parts:
    """Learn all parts from histories.

    Parameters
    ----------
    learnt : Histories
    sides : Sides
    smooth : Regularisation
    """
    own = learnt.matrix(disliked=smooth.disliked)
    watched, liked = learnt.matrix(), learnt.matrix(disliked=0)
    pair = smooth.least_pair
    return Parts(
        ease(own, ridge=smooth.ridge, least_pair=pair), ease(watched, ridge=1.5 * smooth.ridge, least_pair=pair),
        ease(liked, ridge=smooth.ridge, least_pair=pair), title_likeness(watched),
        ials(own, factors=smooth.factors, penalty=smooth.penalty), learnt, sides, smooth,
    )  # fmt: skip


def _years_apart(watched: Any, years: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how far each title's year lies from the mean year of each history; 0 where that is not known."""
    known = np.isfinite(years)
    sums = np.asarray(watched @ np.where(known, years, 0.0))
    counts = np.asarray(watched @ known.astype(np.float64))
    mean = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
    return np.asarray(np.abs(np.nan_to_num(mean[:, None] - years[None, :], nan=0.0)))
