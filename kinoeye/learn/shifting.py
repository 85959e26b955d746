"""Shifting: how often a feature would seem to matter if it stood somewhere else in the film: the placebo of time.

What holds for long stretches has few independent pieces, and goes with anything now and then. So each feature is
shifted in a circle against what viewers did, by the same way round for the whole film, as often as it can be: how it
seems to matter then is what chance alone makes of a feature of its kind, with its own lengths and gaps. All shifts are
reckoned at once as correlations (FFT), adjusted for the curves and for the other features, exactly as the fit does.

Source: Theiler et al., Physica D 58, 1992 (surrogates); Freedman & Lane, J. Business & Economic Statistics 1(4), 1983
(what is left of the full fit is what is moved).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.learn.hazards import Fit

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Shifted:
    """What chance makes of features.

    Parameters
    ----------
    spread : float64 [features]
        Deviation of the score of a shifted feature; 1 if leavings were chance alone, more where films have a will of
        their own.
    chance : float64 [features]
        How often a shifted feature seems to matter as much as the real one, 0..1; NaN where films are too short to say.
    """

    spread: Floats
    chance: Floats


def shifted(found: Fit, lengths: Sequence[int], *, draws: int, least_s: int, random: np.random.Generator) -> Shifted:
    """Shift each feature in a circle, each film by a way of its own.

    Parameters
    ----------
    found : Fit
    lengths : sequence of int, seconds
        Of the films, in their order.
    draws : int
    least_s : seconds
        No film is shifted by less, either way round.
    random : numpy Generator
    """
    ways = np.stack([_ways(length, least_s, draws, random) for length in lengths])
    rest = found.left - found.expected
    columns = np.hstack([found.features, found.curves])
    count = found.features.shape[1]
    z = found.effects / np.maximum(found.errors, 1e-12)
    spread, chance = np.ones(count), np.full(count, np.nan)
    parts = _parts(lengths)
    turned = [np.fft.rfft(columns[part] * found.expected[part, None], axis=0) for part in parts]
    left = [np.fft.rfft(rest[part]) for part in parts]
    weight = [np.fft.rfft(found.expected[part]) for part in parts]
    for feature in range(count):
        others = np.delete(np.arange(columns.shape[1]), feature)
        inner = np.linalg.inv(found.cross[np.ix_(others, others)])
        score, own = np.zeros(draws), np.zeros(draws)
        along = np.zeros((draws, len(others)))
        for number, (part, length) in enumerate(zip(parts, lengths, strict=True)):
            values = found.features[part, feature]
            if not values.any():
                continue
            mine = np.conj(np.fft.rfft(values))
            score += np.fft.irfft(left[number] * mine, length)[ways[number]]
            own += np.fft.irfft(weight[number] * np.conj(np.fft.rfft(values**2)), length)[ways[number]]
            every = np.fft.irfft(turned[number][:, others] * mine[:, None], length, axis=0)
            along += every[ways[number]]
        variance = own - np.einsum("di,ij,dj->d", along, inner, along, optimize=True)
        usable = variance > 0.02 * max(1e-12, float(np.median(variance)))
        if usable.sum() < 5:
            continue
        scores = score[usable] / np.sqrt(variance[usable])
        spread[feature] = float(np.sqrt((scores**2).mean()))
        chance[feature] = (1 + float((np.abs(scores) >= abs(z[feature])).sum())) / (1 + len(scores))
    return Shifted(spread, chance)


def turned(features: Sequence[Floats], *, least_s: int, random: np.random.Generator) -> list[Floats]:
    """Return the features of films, all of one film shifted together: what viewers saw, at a wrong time."""
    return [
        np.roll(each, int(_ways(len(each), least_s, 1, random)[0]), axis=0) if len(each) > 2 else each
        for each in features
    ]  # fmt: skip


def _ways(length: int, least_s: int, draws: int, random: np.random.Generator) -> npt.NDArray[np.int64]:
    least = min(least_s, max(1, length // 4))
    return random.integers(least, max(least + 1, length - least), draws)


def _parts(lengths: Sequence[int]) -> list[slice]:
    ends = np.cumsum(lengths)
    return [slice(int(end - length), int(end)) for end, length in zip(ends, lengths, strict=True)]
