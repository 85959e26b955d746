"""Rank splits: which histories a recommender learns from, which it is asked with, and what it should have found.

Four ways, none of which lets through what would not be known: other viewers held out (strong generalisation), each
viewer's last titles, everything after one moment, and titles that nobody has watched yet. In each a title of an answer
stands in no history that was learnt from or asked with by the same viewer; by time, nothing learnt or asked is later
than what is to be found.

Source: Marlin, "Collaborative filtering: a machine learning perspective", 2004 (strong generalisation); Ji, Sun, Zhang
& Li, "A critical study on data leakage in recommender system offline evaluation", ACM TOIS 41, 2023.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.histories import Histories

_FEWEST = 2


@dataclass(frozen=True)
class Split:
    """What is learnt from, asked with and to be found.

    Parameters
    ----------
    learnt : Histories
    asked : Histories
        Of the viewers who are asked, renumbered.
    wanted : Histories
        What they liked, of the same viewers; liked entries alone.
    viewers : int64 [asked viewers]
        Their numbers in what was split.
    """

    learnt: Histories
    asked: Histories
    wanted: Histories
    viewers: npt.NDArray[np.int64]


def strong(given: Histories, *, held: int, share: float = 0.2, seed: int = 1) -> Split:
    """Hold viewers out whole: none of their titles is learnt from, most are asked with, some are to be found.

    Parameters
    ----------
    held : int
        Viewers who are held out.
    share : 0..1
        Of a held viewer's titles, those to be found.
    seed : int

    Raises
    ------
    SettingError
        If no viewer would be left on a side, or the share is none.
    """
    if not 0 < held < given.viewers:
        raise SettingError(f"split: held viewers must lie in 1..{given.viewers - 1}, got {held}")
    if not 0 < share < 1:
        raise SettingError(f"split: share must lie between 0 and 1, got {share}")
    random = np.random.default_rng(seed)
    order = random.permutation(given.viewers)
    is_hidden = random.random(len(given)) < share
    viewers = order[:held]
    return Split(given.of(order[held:]), given.only(~is_hidden).of(viewers),
                 given.only(is_hidden & given.liked).of(viewers), viewers)  # fmt: skip


def leave_last(given: Histories, *, last: int = 1) -> Split:
    """Hide the last titles of each viewer who has more; what other viewers did later is learnt from all the same.

    Parameters
    ----------
    last : int
        How many titles are hidden of each viewer.

    Raises
    ------
    InputError
        If no time is known, or nobody has titles enough.
    """
    _check_times(given)
    order = np.lexsort((given.time, given.viewer))
    from_end = np.empty(len(given), np.int64)
    ends = np.cumsum(given.lengths)
    from_end[order] = ends[given.viewer[order]] - np.arange(len(given))
    is_hidden = (from_end <= last) & (given.lengths[given.viewer] > last)
    viewers = np.unique(given.viewer[is_hidden & given.liked])
    if not len(viewers):
        raise InputError(f"split: a viewer must have liked one of the last {last} titles of more, got none")
    kept = given.only(~is_hidden)
    return Split(kept, kept.of(viewers), given.only(is_hidden & given.liked).of(viewers), viewers)


def at_time(given: Histories, *, share: float = 0.8) -> Split:
    """Learn from all that was before one moment; find what viewers who were there already liked after it.

    Parameters
    ----------
    share : 0..1
        Of the entries, those before the moment.

    Raises
    ------
    InputError
        If no time is known, or no viewer is there on both sides.
    """
    _check_times(given)
    if not 0 < share < 1:
        raise SettingError(f"split: share must lie between 0 and 1, got {share}")
    moment = float(np.quantile(given.time[np.isfinite(given.time)], share))
    is_before = given.time < moment
    before = given.only(is_before)
    is_after = (given.time >= moment) & given.liked
    known = before.lengths >= _FEWEST
    viewers = np.unique(given.viewer[is_after & known[given.viewer]])
    if not len(viewers):
        raise InputError("split: a viewer must have titles before and after the moment, got none")
    return Split(before, before.of(viewers), given.only(is_after).of(viewers), viewers)


def cold_titles(
    given: Histories, *, held: int, titles: float = 0.2, seed: int = 1
) -> tuple[Split, npt.NDArray[np.int64]]:
    """Hold viewers and titles out: the titles stand in no history, and are to be found for viewers who are new too.

    Parameters
    ----------
    held : int
        Viewers who are held out.
    titles : 0..1
        Share of titles that nobody has watched yet.
    seed : int

    Returns
    -------
    Split
    int64 [cold titles]
    """
    if not 0 < titles < 1:
        raise SettingError(f"split: titles must lie between 0 and 1, got {titles}")
    random = np.random.default_rng(seed)
    is_cold = np.zeros(given.titles, bool)
    is_cold[random.permutation(given.titles)[: max(1, round(titles * given.titles))]] = True
    warm = given.only(~is_cold[given.title])
    order = random.permutation(given.viewers)
    viewers = order[:held]
    wanted = given.only(is_cold[given.title] & given.liked).of(viewers)
    return Split(warm.of(order[held:]), warm.of(viewers), wanted, viewers), np.flatnonzero(is_cold)


def _check_times(given: Histories) -> None:
    if not np.isfinite(given.time).any():
        raise InputError("split: entries must have times, got none", remedy="Split by viewers instead")
