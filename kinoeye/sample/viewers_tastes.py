"""Viewers' tastes and habits: who likes what, who watches when, how much in one evening, on which device.

Each genre and each maker or actor has a place in a space of tastes, and so has each viewer; a title lies where its
genres and people do. How well a title fits a viewer decides whether it is picked, how patiently it is watched, and how
it is rated; a title is also known more or less widely, whatever anyone likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.sample.viewers_playback import DEVICES, NETWORK_SHARES

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DIMENSIONS = 8
HABITS = ("morning", "evening", "night")
_HOURS = np.array([8.5, 20.5, 23.5])
_HABIT_SHARES = (0.15, 0.6, 0.25)
_DEVICE_SHARES = (0.45, 0.3, 0.1, 0.15)
_DAY_S = 86_400


@dataclass(frozen=True)
class Title:
    """A title that may be watched.

    Parameters
    ----------
    key : str
        What a log calls it.
    seconds : int
    genres, people : sequence of str
    known : float
        How much wider known than others: at 2 nearly everyone plays it.
    """

    key: str
    seconds: int
    genres: Sequence[str] = ()
    people: Sequence[str] = ()
    known: float = 0.0


@dataclass(frozen=True)
class Tastes:
    """Who likes what.

    Parameters
    ----------
    viewers : float64 [viewers, dimensions]
    titles : float64 [titles, dimensions]
    known : float64 [titles]
        How widely a title is known, on the scale of how well it fits.
    habit, device, network : int64 [viewers]
    often : float64 [viewers]
        Titles a week.
    binges : float64 [viewers], 0..1
        How likely another title follows at once.
    """

    viewers: Floats
    titles: Floats
    known: Floats
    habit: Ints
    device: Ints
    network: Ints
    often: Floats
    binges: Floats

    def fit(self, viewer: Ints, title: Ints) -> Floats:
        """Return how well titles fit viewers: 0 on average, about 1 apart."""
        return np.asarray((self.viewers[viewer] * self.titles[title]).sum(1) / np.sqrt(DIMENSIONS), np.float64)


@dataclass(frozen=True)
class Plays:
    """Who plays what, when: all int64 [plays]; `start` in seconds since 1970."""

    viewer: Ints
    title: Ints
    start: Ints


def tastes(titles: Sequence[Title], viewers: int, random: np.random.Generator) -> Tastes:
    """Draw tastes and habits."""
    names = sorted({name for title in titles for name in (*title.genres, *title.people)})
    places = {name: random.normal(0, 1, DIMENSIONS) for name in names}
    of_titles = np.stack([
        random.normal(0, 0.35, DIMENSIONS)
        + (np.mean([places[name] for name in (*title.genres, *title.people)], axis=0)
           if (*title.genres, *title.people) else 0.0)
        for title in titles
    ])  # fmt: skip
    of_titles /= max(1e-9, float(of_titles.std()))
    liking = random.normal(0, 1, (viewers, DIMENSIONS))
    known = random.normal(0, 0.8, len(titles)) + np.array([title.known for title in titles])
    return Tastes(
        liking, of_titles, known,
        random.choice(len(HABITS), viewers, p=_HABIT_SHARES), random.choice(len(DEVICES), viewers, p=_DEVICE_SHARES),
        random.choice(len(NETWORK_SHARES), viewers, p=NETWORK_SHARES), random.gamma(2.0, 1.0, viewers),
        random.beta(2, 5, viewers),
    )  # fmt: skip


def plays(
    titles: Sequence[Title], liked: Tastes, *, a_viewer: float, days: int, since: int, random: np.random.Generator
) -> Plays:
    """Draw who plays what, when; nobody begins a title twice.

    Parameters
    ----------
    a_viewer : float
        Titles that a viewer plays, on average.
    days : int
    since : seconds since 1970, at midnight
    """
    viewers = len(liked.often)
    counts = np.minimum(len(titles), np.maximum(1, random.poisson(a_viewer * liked.often / liked.often.mean())))
    viewer, title = [], []
    for first in range(0, viewers, 20_000):
        some = np.arange(first, min(viewers, first + 20_000))
        worth = liked.viewers[some] @ liked.titles.T / np.sqrt(DIMENSIONS) + liked.known + random.gumbel(
            size=(len(some), len(titles)))  # fmt: skip
        order = np.argsort(-worth, axis=1)
        taken = np.arange(len(titles))[None, :] < counts[some][:, None]
        viewer.append(np.repeat(some, counts[some]))
        title.append(order[taken])
    who, what = np.concatenate(viewer), np.concatenate(title)
    return Plays(who, what, _starts(who, what, titles, liked, days, since, random))


def _starts(
    who: Ints, what: Ints, titles: Sequence[Title], liked: Tastes, days: int, since: int, random: np.random.Generator
) -> Ints:
    """Return when each play begins: in an evening of its own, or right after the one before."""
    hour = _HOURS[liked.habit[who]] + random.normal(0, 1.4, len(who))
    own = since + random.integers(0, days, len(who)) * _DAY_S + (hour * 3600).astype(np.int64)
    follows = (random.random(len(who)) < liked.binges[who]) & np.append(False, who[1:] == who[:-1])
    lengths = np.array([title.seconds for title in titles], np.int64)[what] + 900
    before = np.where(follows, np.append(0, lengths[:-1]), 0)
    sums = np.cumsum(before)
    head = np.maximum.accumulate(np.where(~follows, np.arange(len(who)), 0))
    return np.asarray(own[head] + sums - sums[head] + random.integers(0, 240, len(who)), np.int64)
