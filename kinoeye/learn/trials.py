"""Trials: whether one way of showing is better than another: how many viewers it takes, and what may be said when.

A trial looked at every day finds something sooner or later if each look is judged as if it were the only one. Here the
chance that is told holds however often one looks, and so does the interval: the test is a mixture of likelihood ratios
over effects of the size that one hopes for.

Source: Fleiss, Levin & Paik, "Statistical methods for rates and proportions", 2003 (viewers needed); Johari, Koomen,
Pekelis & Walsh, "Always valid inference: continuous monitoring of A/B tests", Operations Research 70, 2022; Robbins,
"Statistical methods related to the law of the iterated logarithm", 1970.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

from kinoeye.errors import InputError, SettingError

_LEAST_VARIANCE = 1e-12


@dataclass(frozen=True)
class Arm:
    """What viewers of one arm did.

    Parameters
    ----------
    viewers : int
    total, squares : float
        Sum of what is measured over viewers, and of its squares; for a share of viewers both are how many did it.
    """

    viewers: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """What a viewer does on average."""
        return self.total / self.viewers

    @property
    def variance(self) -> float:
        """How much viewers differ."""
        return max(_LEAST_VARIANCE, self.squares / self.viewers - self.mean**2)


@dataclass(frozen=True)
class Verdict:
    """What may be said of a trial so far.

    Parameters
    ----------
    difference, least, most : float
        Of the second arm less the first, with an interval that holds at every look.
    chance : float, 0..1
        How likely so much would ever have shown if there were no difference, however often one looked.
    once_chance, once_least, once_most : float
        The same as if this were the only look ever taken.
    is_sure : bool
        Whether one may stop and say that they differ.
    share_of_viewers : float, 0..1
        How likely so uneven a split of viewers is where both arms should have as many; below 0.001 the trial is broken.
    """

    difference: float
    least: float
    most: float
    chance: float
    once_chance: float
    once_least: float
    once_most: float
    is_sure: bool
    share_of_viewers: float


def arm_of_share(viewers: int, did: int) -> Arm:
    """Return the arm of which some viewers did something.

    Raises
    ------
    InputError
        If the counts cannot be.
    """
    if viewers < 1 or not 0 <= did <= viewers:
        raise InputError(f"trial: who did it must lie in 0..viewers, of 1 viewer or more, got {did} of {viewers}")
    return Arm(viewers, float(did), float(did))


def arm_of_mean(viewers: int, mean: float, deviation: float) -> Arm:
    """Return the arm of which the mean and the standard deviation are known.

    Raises
    ------
    InputError
        If there is no viewer, or the deviation is negative or not finite.
    """
    if viewers < 2 or not (math.isfinite(mean) and math.isfinite(deviation) and deviation >= 0):
        raise InputError(
            f"trial: an arm must have 2 viewers, a mean and a deviation, got {viewers}, {mean}, {deviation}"
        )
    return Arm(viewers, mean * viewers, (deviation**2 + mean**2) * viewers)


def viewers_needed(
    usual: float, change: float, *, deviation: float | None = None, power: float = 0.8, error: float = 0.05
) -> int:
    """Return how many viewers each arm needs to find a change.

    Parameters
    ----------
    usual : float
        What a viewer does on average now: a share, 0..1, if no deviation is given.
    change : float
        What is to be found, in the same unit; not 0.
    deviation : float or None
        How much viewers differ; None for a share of viewers.
    power : 0..1
        How likely a change of that size shall be found.
    error : 0..1
        How often one may be found that is none.

    Raises
    ------
    SettingError
        If a value cannot be.
    """
    _check(power=power, error=error)
    if not change or not math.isfinite(change):
        raise SettingError(f"trial: change must be a number other than 0, got {change}")
    surely, least = NormalDist().inv_cdf(1 - error / 2), NormalDist().inv_cdf(power)
    if deviation is not None:
        if deviation <= 0:
            raise SettingError(f"trial: deviation must be above 0, got {deviation}")
        return math.ceil(2 * ((surely + least) * deviation / change) ** 2)
    after = usual + change
    if not (0 < usual < 1 and 0 < after < 1):
        raise SettingError(f"trial: shares before and after must lie between 0 and 1, got {usual} and {after:.6g}")
    both = (usual + after) / 2
    spread = surely * math.sqrt(2 * both * (1 - both)) + least * math.sqrt(usual * (1 - usual) + after * (1 - after))
    return math.ceil((spread / change) ** 2)


def power_of(
    usual: float, change: float, viewers: int, *, deviation: float | None = None, error: float = 0.05
) -> float:
    """Return how likely a change is found with so many viewers in each arm, 0..1."""
    _check(error=error)
    if viewers < 1:
        raise SettingError(f"trial: viewers must be 1 or more, got {viewers}")
    after = usual + change
    varies = 2 * deviation**2 if deviation is not None else usual * (1 - usual) + after * (1 - after)
    if varies <= 0:
        raise SettingError(f"trial: shares before and after must lie between 0 and 1, got {usual} and {after:.6g}")
    surely = NormalDist().inv_cdf(1 - error / 2)
    apart = abs(change) / math.sqrt(varies / viewers)
    return NormalDist().cdf(apart - surely) + NormalDist().cdf(-apart - surely)


def verdict(first: Arm, second: Arm, *, hoped: float | None = None, error: float = 0.05) -> Verdict:
    """Say what a trial tells so far.

    Parameters
    ----------
    first, second : Arm
        The usual way and the new one.
    hoped : float or None
        The size of change for which the trial is to be sharpest; a tenth of how much viewers differ if None. It must be
        settled before the trial begins.
    error : 0..1
        How often a difference may be told that is none.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    _check(error=error)
    if hoped is not None and not (math.isfinite(hoped) and hoped):
        raise SettingError(f"trial: hoped must be a number other than 0, got {hoped}")
    difference = second.mean - first.mean
    variance = first.variance / first.viewers + second.variance / second.viewers
    mixing = hoped**2 if hoped is not None else 0.01 * (first.variance + second.variance) / 2
    total = variance + mixing
    ratio = 0.5 * math.log(variance / total) + difference**2 * mixing / (2 * variance * total)
    width = math.sqrt(variance * total / mixing * (math.log(total / variance) - 2 * math.log(error)))
    once = NormalDist().inv_cdf(1 - error / 2) * math.sqrt(variance)
    chance = min(1.0, math.exp(min(0.0, -ratio)))
    return Verdict(
        difference, difference - width, difference + width, chance,
        2 * NormalDist().cdf(-abs(difference) / math.sqrt(variance)), difference - once, difference + once,
        chance <= error, _even(first.viewers, second.viewers),
    )  # fmt: skip


def _even(first: int, second: int) -> float:
    """Return how likely two arms are so uneven, if each viewer goes to either by the toss of a coin."""
    return 2 * NormalDist().cdf(-abs(first - second) / math.sqrt(first + second))


def _check(**shares: float) -> None:
    for name, value in shares.items():
        if not 0 < value < 1:
            raise SettingError(f"trial: {name} must lie between 0 and 1, got {value}")
