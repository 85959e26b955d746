"""Hazards: how often something ends in each second, by what holds in it: a discrete-time hazard, in aggregated form.

Of each second only counts are needed: how many were there and how many left, in each state (of playback) and each group
of viewers; so millions of viewers cost no more than a thousand. The logarithm of the hazard is a smooth curve over each
film's length, plus one number for each state, plus one for each feature that holds: a discrete-time proportional
hazards model with the likelihood of Poisson, which is that of the logistic where few leave in one second.

Source: Prentice & Gloeckler, Biometrics 34, 1978 (grouped data); Holford, Biometrics 36, 1980 (hazards as Poisson);
Rubin, Annals of Statistics 9(1), 1981 (bootstrap by exponential weights).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.learn.splines import knots_of, natural

Floats = npt.NDArray[np.float64]

_ROUNDS = 40
_CLOSE = 1e-6
_RIDGE = 1e-3  # leavings' worth: so that a feature that never varies has no effect rather than any


@dataclass(frozen=True)
class Exposed:
    """Who was there and who left in each second of a film.

    Parameters
    ----------
    there, left : float64 [seconds, states, groups]
    features : float64 [seconds, features], 0..1
        What holds.
    """

    there: Floats
    left: Floats
    features: Floats

    def __len__(self) -> int:
        return len(self.there)


@dataclass(frozen=True)
class Fit:
    """A fitted hazard.

    Parameters
    ----------
    effects : float64 [features], log
    states : float64 [states], log
        Against the first, which is 0.
    base : list of float64 [seconds]
        Of each film the smooth curve, log.
    features : float64 [all seconds, features]
    curves : float64 [all seconds, columns]
        What the smooth curves are made of.
    expected : float64 [all seconds]
        Leavings by the fit.
    left : float64 [all seconds]
    cross : float64 [features + columns, features + columns]
        Information, states profiled out.
    """

    effects: Floats
    states: Floats
    base: list[Floats]
    features: Floats
    curves: Floats
    expected: Floats
    left: Floats
    cross: Floats

    @property
    def errors(self) -> Floats:
        """Standard errors of the effects, if leavings were chance alone: float64 [features]."""
        return np.sqrt(np.maximum(0.0, np.diag(np.linalg.inv(self.cross))[: len(self.effects)]))


def fit(films: Sequence[Exposed], *, has_states: bool = True, start: Fit | None = None) -> Fit:
    """Fit a hazard to some films at once: each its own curve, states and features shared.

    Parameters
    ----------
    films : sequence of Exposed
    has_states : bool
        Whether states may differ; without, what playback does is put down to what is shown.
    start : Fit or None
        Where to begin: another fit of the same films.
    """
    there = np.concatenate([film.there.sum(2) for film in films])
    left = np.concatenate([film.left.sum(2) for film in films])
    if not has_states:
        there, left = there.sum(1, keepdims=True), left.sum(1, keepdims=True)
    features = np.concatenate([film.features for film in films])
    curves = _curves([len(film) for film in films])
    columns = np.hstack([features, curves])
    total = left.sum(1)
    states = np.zeros(there.shape[1])
    level = np.log(max(1e-12, total.sum()) / max(1e-12, there.sum()))
    if start is not None and len(start.states) == len(states) and len(start.effects) == features.shape[1]:
        states = start.states.copy()
    line = np.full(len(total), level)
    weights = np.linalg.lstsq(curves, line, rcond=None)[0]
    weights = np.concatenate([np.zeros(features.shape[1]), weights])
    mend = _RIDGE * np.eye(columns.shape[1])
    for _ in range(_ROUNDS):
        before = weights
        exposed = there @ np.exp(states)
        expected = exposed * np.exp(np.clip(columns @ weights, -40, 3))
        step = np.linalg.solve(columns.T @ (columns * expected[:, None]) + mend, columns.T @ (total - expected))
        weights = weights + step * min(1.0, 2.0 / max(1e-12, float(np.abs(columns @ step).max())))
        rate = np.exp(np.clip(columns @ weights, -40, 3))
        if len(states) > 1:
            states = np.log((left.sum(0) + 0.5) / np.maximum(1e-12, (there * rate[:, None]).sum(0) + 0.5))
            states = states - states[0]
        if float(np.abs(weights - before).max()) < _CLOSE:
            break
    rate = np.exp(np.clip(columns @ weights, -40, 3))
    by_state = there * np.exp(states) * rate[:, None]
    cross = columns.T @ (columns * by_state.sum(1)[:, None]) + mend
    for number in range(1, len(states)):
        with_state = columns.T @ by_state[:, number]
        cross -= np.outer(with_state, with_state) / max(1e-9, float(by_state[:, number].sum()))
    ends = np.cumsum([len(film) for film in films])[:-1]
    smooth = curves @ weights[features.shape[1] :]
    return Fit(weights[: features.shape[1]], states, np.split(smooth, ends), features, curves, by_state.sum(1), total,
               cross)  # fmt: skip


def _curves(lengths: Sequence[int]) -> Floats:
    """Return the columns of each film's own smooth curve."""
    blocks = [natural(np.arange(length, dtype=np.float64) + 0.5, knots_of(length)) for length in lengths]
    out = np.zeros((sum(lengths), sum(block.shape[1] for block in blocks)))
    row = column = 0
    for block in blocks:
        out[row : row + len(block), column : column + block.shape[1]] = block
        row, column = row + len(block), column + block.shape[1]
    return out


def resampled(
    films: Sequence[Exposed], found: Fit, *, block_s: int, draws: int, random: np.random.Generator
) -> tuple[Floats, Floats]:
    """Return effects as they would be of other stretches of film, and of other viewers: float64 [draws, features] each.

    Blocks of seconds, or groups of viewers, are weighed anew by exponential weights, and one step of the fit is taken
    from where it stands.

    Parameters
    ----------
    films : sequence of Exposed
    found : Fit
        Of these films.
    block_s : seconds
        How long a block is: longer than what holds together.
    draws : int
    random : numpy Generator
    """
    count = found.features.shape[1]
    inner = found.cross[count:, count:]
    own = found.features - found.curves @ np.linalg.solve(inner, found.cross[count:, :count])
    scores, row = [], 0
    for number, film in enumerate(films):
        part = slice(row, row + len(film))
        rate = np.exp(found.base[number] + film.features @ found.effects)
        states = np.exp(found.states) if len(found.states) == film.there.shape[1] else np.ones(film.there.shape[1])
        rest = film.left.sum(1) - np.einsum("tkg,k->tg", film.there, states) * rate[:, None]
        edges = np.arange(0, len(film), block_s)
        products = own[part][:, None, :] * rest[:, :, None]
        scores.append(np.add.reduceat(products, edges, axis=0))
        row += len(film)
    by_block = np.concatenate(scores)
    outer = np.linalg.inv(own.T @ (own * found.expected[:, None]) + _RIDGE * np.eye(count))
    drawn = []
    for part in (by_block.sum(1), by_block.sum(0)):
        weights = random.exponential(size=(draws, len(part))) - 1
        drawn.append(np.asarray(found.effects + weights @ (part - part.mean(0)) @ outer, np.float64))
    return drawn[0], drawn[1]
