"""Private counts: how many viewers, with noise that hides whether any one of them is among them.

A count is made differentially private by OpenDP's discrete Laplace noise, whose integers have no rounding to be
attacked by. Each viewer counts for at most so many groups: who watched more is counted for some of them, chosen by
chance. Which groups there are must be known beforehand (a catalogue's titles, the hours of the day); where only the
rows themselves say it, a group is named only if it lies clear of a threshold, which costs a small chance `delta`.

Source: Dwork, McSherry, Nissim & Smith, "Calibrating noise to sensitivity in private data analysis", TCC 2006; Ghosh,
Roughgarden & Sundararajan, "Universally utility-maximizing privacy mechanisms", STOC 2009; Rogers, "A unifying privacy
analysis framework for unknown domain algorithms in differential privacy", arXiv 2309.09170.
"""

import importlib
import math
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError, UseError

SURE = 0.95
_SEARCHED = 1e-6  # how exactly the noise is found

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Noise:
    """How counts were made private.

    Parameters
    ----------
    epsilon : float
        What any one viewer's being there can change: odds by at most e to the power of it.
    delta : 0..1
        Chance that it does not hold; 0 where the groups were known.
    most : int
        Groups that a viewer counts for.
    scale : float
        Of the noise, in viewers.
    off : float
        A count is no further from the truth than this, by noise alone, in 95 of 100.
    threshold : int
        Least noisy count that is named; 0 where the groups were known.
    """

    epsilon: float
    delta: float
    most: int
    scale: float
    off: float
    threshold: int = 0


def bounded(viewers: Ints, groups: Ints, most: int, *, seed: int | None = None) -> tuple[Ints, Ints]:
    """Return each viewer's groups once each, and no more of them than `most`, chosen by chance.

    Parameters
    ----------
    viewers, groups : int64 [n]
    most : 1..
    seed : int
        For tests alone; chance that no one can foresee, if not given.
    """
    pairs = np.unique(np.column_stack([viewers, groups]), axis=0) if len(viewers) else np.empty((0, 2), np.int64)
    draw = np.random.default_rng(secrets.randbits(128) if seed is None else seed)
    pairs = pairs[draw.permutation(len(pairs))]
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    starts = np.searchsorted(pairs[:, 0], pairs[:, 0], side="left")
    kept = pairs[np.arange(len(pairs)) - starts < most]
    return kept[:, 0], kept[:, 1]


def counted(
    viewers: Ints, groups: Ints, known: Sequence[int] | None, *, epsilon: float, most: int = 1, delta: float = 0.0
) -> tuple[dict[int, int], Noise]:
    """Count viewers by group, privately.

    Parameters
    ----------
    viewers, groups : int64 [n]
    known : sequence of int
        The groups there are; None where only the rows say it.
    epsilon : float
        Above 0; smaller hides better.
    most : 1..
        Groups that one viewer counts for; more of them, more noise.
    delta : 0..1
        Only where the groups are not known: much smaller than one by the number of viewers.

    Returns
    -------
    dict of int to int, Noise
        Viewers of each group; never below 0.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    UseError
        If OpenDP is not installed.
    """
    if not 0 < epsilon <= 20:
        raise SettingError(f"counts: epsilon must lie above 0, at most 20, got {epsilon}")
    if most < 1:
        raise SettingError(f"counts: most must be 1 or more, got {most}")
    if known is None and not 0 < delta < 0.01:
        raise SettingError(f"counts: delta must lie above 0, below 0.01, where the groups are not known, got {delta}",
                           remedy="Name the groups, or allow a chance such as 1e-8")  # fmt: skip
    _, chosen = bounded(viewers, groups, most)
    found, sizes = np.unique(chosen, return_counts=True)
    exact = dict(zip(found.tolist(), sizes.tolist(), strict=True))
    if known is None:
        return _clear(exact, epsilon, delta, most)
    names = list(dict.fromkeys(known))
    measurement, scale = _laplace(epsilon, most)
    noisy = measurement([exact.get(each, 0) for each in names]) if names else []
    counts = {name: max(0, int(count)) for name, count in zip(names, noisy, strict=True)}
    return counts, Noise(epsilon, 0.0, most, scale, _off(_opendp(), scale))


@lru_cache(maxsize=8)
def _laplace(epsilon: float, most: int) -> tuple[Any, float]:
    """Return what puts noise on counts, and how wide it is."""
    dp = _opendp()
    space = dp.vector_domain(dp.atom_domain(T="i64")), dp.l1_distance(T="i64")
    scale = _scale(lambda width: dp.m.make_laplace(*space, scale=width).map(most), epsilon, most)
    return dp.m.make_laplace(*space, scale=scale), scale


def _clear(exact: dict[int, int], epsilon: float, delta: float, most: int) -> tuple[dict[int, int], Noise]:
    """Count groups that only the rows name: those whose noisy count lies clear of a threshold."""
    dp = _opendp()
    domain = dp.map_domain(dp.atom_domain(T="i64"), dp.atom_domain(T="i64"))
    space = (domain, dp.l01inf_distance(dp.absolute_distance(T="i64")))

    def made(width: float, threshold: int) -> Any:
        return dp.m.make_laplace_threshold(*space, scale=width, threshold=threshold)

    far = (most, most, 1)  # one viewer changes so many groups, so much in all, so much in each
    scale = _scale(lambda width: made(width, 1 << 40).map(far)[0], epsilon, most)
    low, high = 1, 1 << 40
    while low < high:
        middle = (low + high) // 2
        if made(scale, middle).map(far)[1] <= delta:
            high = middle
        else:
            low = middle + 1
    noisy = made(scale, high)(exact)
    counts = {int(name): int(count) for name, count in sorted(noisy.items())}
    return counts, Noise(epsilon, delta, most, scale, _off(dp, scale), high)


def _scale(spent: Callable[[float], float], epsilon: float, most: int) -> float:
    """Return the least noise that spends no more than `epsilon`, by what OpenDP itself says that it spends."""
    low, high = most / epsilon / 2, most / epsilon * 2
    while high - low > _SEARCHED * high:
        middle = (low + high) / 2
        low, high = (low, middle) if spent(middle) <= epsilon else (middle, high)
    return float(high)


def _off(dp: Any, scale: float) -> float:
    return math.ceil(float(dp.discrete_laplacian_scale_to_accuracy(scale=scale, alpha=1 - SURE)))


def _opendp() -> Any:
    try:
        dp = importlib.import_module("opendp.prelude")
    except ImportError as error:
        raise UseError(f"counts: OpenDP must be installed, got {error}",
                       remedy="pip install 'kinoeye[privacy]'") from error  # fmt: skip
    dp.enable_features("contrib")
    return dp
