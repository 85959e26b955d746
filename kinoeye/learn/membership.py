"""Membership: whether a recommender gives away who it was learnt from.

The attacker holds a person's whole history and may ask the recommender about it. A title scores higher from the rest of
the history where the person helped to teach that. How much higher it would score anyway is told by shadow models,
learnt from others of the same kind, some with that person and some without: the answer is the likelihood ratio of the
two. A recommender that cannot be told apart has an area under the curve of one half.

Two weaker attackers stand beside: one who looks at scores alone, and one who only takes off what shadows without the
person say.

Source: Carlini, Chien, Nasr, Song, Terzis & Tramer, "Membership inference attacks from first principles", S&P 2022;
Zhang et al., "Membership inference attacks against recommender systems", CCS 2021; Hanley & McNeil, "The meaning
and use of the area under a ROC curve", Radiology 143, 1982 (interval).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.histories import Histories
from kinoeye.learn.metrics import roc_auc
from kinoeye.learn.rank_measures import top, without

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float32]

# Learns from histories and returns what scores others, float32 [viewers, titles].
Teach = Callable[[Histories], Callable[[Histories], Scores]]

_FEWEST = 20
_LISTED = 100
_PARTS = 5
_SINGLES = 6  # asked with one title so many times
_SURE = 1.959964  # of the normal distribution, for 95 %


@dataclass(frozen=True)
class Attack:
    """How well members are told from others.

    Parameters
    ----------
    auc, least, most : float, 0..1
        Area under the curve of the likelihood ratio, with the interval of 95 %; 0.5 tells nothing.
    gap_auc : float
        Of what a score is above that of shadows without the person.
    plain_auc : float
        Of the scores alone.
    caught : float, 0..1
        Share of members that are named where one in a hundred others is named wrongly.
    viewers : int
        Who were told apart.
    """

    auc: float
    least: float
    most: float
    gap_auc: float
    plain_auc: float
    caught: float
    viewers: int


def attack(
    given: Histories, teach: Teach, *, sees: tuple[str, ...] = ("scores",), shadows: int = 8, most: int = 2000,
    seed: int = 1,
) -> dict[str, Attack]:  # fmt: skip
    """Attack a way of learning: teach it half of the viewers, and tell them from the other half.

    Parameters
    ----------
    given : Histories
    teach : callable
        Learns from histories with the same titles; returns what scores histories. It is called once more than there
        are shadows.
    sees : scores, lists, singles
        What the attacker is shown: the score of every title; only the list that a person is shown, in which nothing
        stands that was asked with; or the scores for one title of the history at a time. Each is an attack of its own.
    shadows : int
        At least 2; more make the attacker stronger.
    most : int
        Viewers who are told apart, drawn by lot; all are learnt from.
    seed : int

    Raises
    ------
    InputError
        If there are too few viewers with two titles.
    SettingError
        If there are too few shadows, or `sees` names something else.
    """
    if unknown := set(sees) - set(_LOOKS):
        raise SettingError(f"membership: sees must be of {', '.join(_LOOKS)}, got {', '.join(sorted(unknown))}")
    if shadows < 2:
        raise SettingError(f"membership: there must be 2 shadows or more, got {shadows}")
    own = given.of(np.flatnonzero(given.lengths >= 2))
    if own.viewers < _FEWEST:
        raise InputError(f"membership: there must be {_FEWEST} viewers with two titles, got {own.viewers}")
    random = np.random.default_rng(seed)
    is_member = _half(own.viewers, random)
    was_in = _pairs_of_halves(own.viewers, shadows, random)
    looked = np.sort(random.permutation(own.viewers)[:most])
    asked = own.of(looked)
    told: dict[str, list[Floats]] = {each: [] for each in sees}
    for members in (is_member, *was_in):
        score = teach(own.of(np.flatnonzero(members)))
        for each in sees:
            told[each].append(_LOOKS[each](asked, score))
    return {
        each: _judged(is_member[looked], was_in[:, looked], values[0], np.stack(values[1:]))
        for each, values in told.items()
    }


def _judged(is_member: Flags, was_in: Flags, told: Floats, shadow: Floats) -> Attack:
    """Return how well members are told from others by what the model and its shadows say of them."""
    with_them, without_them = _mean(shadow, was_in), _mean(shadow, ~was_in)
    ratio = _likelihood_ratio(told, shadow, was_in, with_them, without_them)
    right = is_member.astype(np.int64)
    area = roc_auc(right, ratio)
    error = _error(area, int(right.sum()), int((1 - right).sum()))
    return Attack(
        area, max(0.0, area - _SURE * error), min(1.0, area + _SURE * error), roc_auc(right, told - without_them),
        roc_auc(right, told), _caught(right, ratio), len(right),
    )  # fmt: skip


def support(given: Histories, score: Callable[[Histories], Scores]) -> Floats:
    """Return how high the titles of each history stand when it is asked with, float64 [viewers].

    A title's own entry must not speak for itself: models whose weights have nothing on the diagonal leave it out.
    Scores are taken in the spread of each viewer's own.
    """
    scores = _spread(score(given))
    sums = np.bincount(given.viewer, scores[given.viewer, given.title], given.viewers)
    return np.asarray(sums / np.maximum(1, given.lengths), np.float64)


def support_in_lists(given: Histories, score: Callable[[Histories], Scores]) -> Floats:
    """Return how high titles of each history stand in the lists that the rest of it is answered with.

    Each fifth of a history is left out once; a title counts as it does in a discounted gain, 0 if it is not listed.
    """
    order = np.lexsort((np.random.default_rng(0).random(len(given)), given.viewer))
    part = np.empty(len(given), np.int64)
    part[order] = np.arange(len(given)) % _PARTS
    sums = np.zeros(given.viewers)
    for each in range(_PARTS):
        asked, left = given.only(part != each), given.only(part == each)
        lists = top(without(score(asked), asked.matrix()), _LISTED)
        places = np.full((given.viewers, given.titles), np.inf)
        rows, columns = np.nonzero(lists >= 0)
        places[rows, lists[rows, columns]] = columns
        sums += np.bincount(left.viewer, 1 / np.log2(places[left.viewer, left.title] + 2), given.viewers)
    return np.asarray(sums / np.maximum(1, given.lengths), np.float64)


def support_in_singles(given: Histories, score: Callable[[Histories], Scores]) -> Floats:
    """Return how high the titles of each history stand when it is asked with one title at a time.

    Who asks so is like many people, and is answered by a model that may know any of them.
    """
    random = np.random.default_rng(0)
    begins = np.append(0, np.cumsum(given.lengths)[:-1])
    order = np.argsort(given.viewer, kind="stable")
    sums = np.zeros(given.viewers)
    for _ in range(_SINGLES):
        places = order[begins + random.integers(0, np.maximum(1, given.lengths))]
        is_asked = np.zeros(len(given), bool)
        is_asked[places] = True
        rest = given.only(~is_asked)
        told = _spread(score(given.only(is_asked)))
        sums += np.bincount(rest.viewer, told[rest.viewer, rest.title], given.viewers) / np.maximum(1, rest.lengths)
    return np.asarray(sums / _SINGLES, np.float64)


def _half(count: int, random: np.random.Generator) -> Flags:
    found = np.zeros(count, bool)
    found[random.permutation(count)[: count // 2]] = True
    return found


def _pairs_of_halves(count: int, shadows: int, random: np.random.Generator) -> Flags:
    """Return who each shadow learns from, bool [shadows, viewers]: halves and their rests, in turn."""
    found = []
    for _ in range((shadows + 1) // 2):
        half = _half(count, random)
        found += [half, ~half]
    return np.stack(found[: max(2, shadows)])


def _mean(values: Floats, mask: Flags) -> Floats:
    return np.asarray((values * mask).sum(axis=0) / np.maximum(1, mask.sum(axis=0)))


def _likelihood_ratio(told: Floats, shadow: Floats, was_in: Flags, with_them: Floats, without_them: Floats) -> Floats:
    """Return how much likelier each support is with the person than without; spreads are shared by all viewers."""
    within = np.sqrt(((shadow - with_them) ** 2)[was_in].mean()) + 1e-9
    without = np.sqrt(((shadow - without_them) ** 2)[~was_in].mean()) + 1e-9
    gap = (told - without_them) ** 2 / (2 * without**2) - (told - with_them) ** 2 / (2 * within**2)
    return np.asarray(gap + np.log(without / within))


def _error(area: float, members: int, others: int) -> float:
    """Return the standard error of an area under the curve."""
    first, second = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (members - 1) * (first - area**2) + (others - 1) * (second - area**2)
    return float(np.sqrt(max(0.0, spread) / max(1, members * others)))


def _caught(right: npt.NDArray[np.int64], scores: Floats) -> float:
    limit = np.quantile(scores[right == 0], 0.99)
    return float((scores[right == 1] > limit).mean())


def _spread(scores: Scores) -> Floats:
    """Return scores in the spread of each viewer's own."""
    found = np.asarray(scores, np.float64)
    found = found - found.mean(axis=1, keepdims=True)
    return np.asarray(found / (found.std(axis=1, keepdims=True) + 1e-12), np.float64)


_LOOKS = {"scores": support, "lists": support_in_lists, "singles": support_in_singles}
