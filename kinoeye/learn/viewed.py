"""Viewed: what people did with what, as histories and rows of numbers that a recommender learns from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.learn.cold_titles import content_rows
from kinoeye.learn.histories import Histories, histories
from kinoeye.learn.recommender_parts import Sides
from kinoeye.learn.text_features import text_features

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Viewed:
    """Histories with the names behind their numbers.

    Parameters
    ----------
    given : Histories
    viewers : int64 [viewers]
        Who each number is.
    titles : tuple of str
        What each number is.
    """

    given: Histories
    viewers: npt.NDArray[np.int64]
    titles: tuple[str, ...]


def viewed(
    viewer: npt.NDArray[np.int64], title: Sequence[str], rating: Floats, share: Floats, years: Floats, *,
    liked_rating: float, liked_share: float, most_titles: int, others: Sequence[str] = (),
) -> Viewed:  # fmt: skip
    """Return histories from what was given, watched and rated.

    What has a rating is liked if it is high enough; what has none if enough of it was watched, or if that is not known.

    Parameters
    ----------
    viewer : int64 [n]
    title : sequence of n str
    rating : float64 [n]
        NaN where nothing was given.
    share : float64 [n], 0..1
        NaN where it is not known.
    years : float64 [n]
        When; NaN where it is not known.
    liked_rating : float
    liked_share : 0..1
    most_titles : int
        Those with the most viewers are kept.
    others : sequence of str
        Titles that nobody need have watched; they stand behind the rest.
    """
    who, viewer_number = np.unique(viewer, return_inverse=True)
    names, title_number = np.unique(np.asarray(title, object).astype(str), return_inverse=True)
    counts = np.bincount(title_number, minlength=len(names))
    kept = np.sort(np.argsort(-counts, kind="stable")[:most_titles])
    places = np.full(len(names), -1, np.int64)
    places[kept] = np.arange(len(kept))
    is_kept = places[title_number] >= 0 if len(names) else np.zeros(0, bool)
    is_rated = np.isfinite(rating)
    liked = np.where(is_rated, rating >= liked_rating, ~(share < liked_share))
    own = [str(names[each]) for each in kept]
    known = set(own)
    all_names = (*own, *(each for each in dict.fromkeys(others) if each not in known))
    given = histories(
        viewer_number[is_kept], places[title_number[is_kept]], liked[is_kept], years[is_kept],
        viewers=len(who), titles=len(all_names),
    )  # fmt: skip
    return Viewed(given, who.astype(np.int64), all_names)


def sides(kinds: Sequence[Sequence[str]], years: Floats, texts: Sequence[str]) -> Sides:
    """Return what is known of titles as rows of numbers.

    Parameters
    ----------
    kinds : sequence of sequences of str
        Genres of each title.
    years : float64 [titles]
        NaN where not known.
    texts : sequence of str
        Plot, people, or nothing.
    """
    names = sorted({kind for each in kinds for kind in each})
    numbers = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(kinds), len(names)), np.float32)
    for row, each in enumerate(kinds):
        table[row, [numbers[kind] for kind in each]] = 1
    words = text_features(texts)[1] if any(texts) else None
    return Sides(table, years, content_rows(table, years, words))


def only_titles(given: Histories, kept: npt.NDArray[np.int64]) -> Histories:
    """Return the entries of some titles, which get the numbers of their places."""
    places = np.full(given.titles, -1, np.int64)
    places[kept] = np.arange(len(kept))
    own = given.only(places[given.title] >= 0)
    return Histories(own.viewer, places[own.title], own.liked, own.time, given.viewers, len(kept))
