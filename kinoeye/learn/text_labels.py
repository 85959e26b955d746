"""Text labels: learn which labels texts have, several each, from texts whose labels are known.

All labels are learnt at once: one ridge regression with as many answers as labels, solved by block conjugate gradients
among the texts (there are fewer texts than words), a few steps of which are also a regularisation. It is learnt several
times, each time without another part of the texts, and the answer is the mean. How sure an answer is and how sure it
must be are learnt from the parts that were held back: a label's score becomes a probability by a curve fitted to them,
and it is picked from where F1 over them is best. So a rare label is picked at a lower probability than a frequent one,
which a fixed limit of a half would never pick.

Source: O'Leary, "The block conjugate gradient algorithm and related methods", 1980; Platt, "Probabilistic
outputs for support vector machines", 1999; Breiman, "Bagging predictors", Machine Learning 24, 1996; Lipton, Elkan &
Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure", ECML 2014.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError, UseError
from kinoeye.learn.text_features import Marks, TextFeatures, text_features

Scores = npt.NDArray[np.float32]
Answers = npt.NDArray[np.bool_]
Groups = npt.NDArray[np.int64]

_NEWTON_STEPS = 25
_STEADY = 1e-9


@dataclass(frozen=True)
class TextLabels:
    """What was learnt.

    Parameters
    ----------
    labels : tuple of str
    features : TextFeatures
    weights : float32 [features, labels]
    bias : float32 [labels]
    slopes, offsets : float32 [labels]
        The curve from a score to a probability.
    least : float32 [labels], 0..1
        Probability from which a label is picked.
    """

    labels: tuple[str, ...]
    features: TextFeatures
    weights: Scores
    bias: Scores
    slopes: Scores
    offsets: Scores
    least: Scores

    def chances(self, texts: Sequence[str], marks: Marks = ()) -> Scores:
        """Return how likely each text has each label: float32 [texts, labels], 0..1.

        Parameters
        ----------
        texts : sequence of str
        marks : sequence of sequences of str
            What else is known of each text, as it was learnt.
        """
        return self.chances_of(self.features.rows(texts, marks))

    def chances_of(self, rows: Any) -> Scores:
        """Return how likely texts have each label, by their rows of `features`."""
        odds = (np.asarray(rows @ self.weights) + self.bias) * self.slopes + self.offsets
        return _curve(odds)

    def picked(self, chances: Scores) -> Answers:
        """Return which labels are picked: bool [texts, labels]."""
        return chances >= self.least

    def telling(self, row: Any, label: int, count: int = 5) -> list[tuple[str, float]]:
        """Return the words of a text that spoke most for a label, each with what it added to the log-odds.

        Parameters
        ----------
        row : CSR matrix [1, features]
        label : int
            Its place in `labels`.
        count : int
            At most so many.
        """
        added = row.data * self.weights[row.indices, label] * self.slopes[label]
        best = np.argsort(-added, kind="stable")[:count]
        return [(self.features.name(row.indices[each]), float(added[each])) for each in best if added[each] > 0]

    def smaller(self, features: int) -> "TextLabels":
        """Return what was learnt with so many features only: those whose weights can add most."""
        if features >= len(self.weights):
            return self
        strength = np.linalg.norm(self.weights, axis=1) * self.features.weights
        chosen = np.sort(np.argsort(-strength, kind="stable")[:features])
        return replace(self, features=self.features.kept(chosen), weights=self.weights[chosen])


def learn(
    texts: Sequence[str], answers: Answers, labels: Sequence[str], marks: Marks = (), *,
    groups: Groups | None = None, judged: Answers | None = None, least: int = 2,
    strength: float = 1.5, steps: int = 6, folds: int = 5, seed: int = 1,
) -> TextLabels:  # fmt: skip
    """Learn which labels texts have.

    Parameters
    ----------
    texts : sequence of str
    answers : bool [texts, labels]
    labels : sequence of str
    marks : sequence of sequences of str
        What else is known of each text.
    groups : int [texts]
        Texts of one number are held back together, as two forms of one text must be; each by itself if not given.
    judged : bool [texts]
        Texts such as will be asked, from which it is learnt how sure an answer is; all if not given.
    least : int
        In how many texts a word or a pair must stand.
    strength : float
        Of the regularisation.
    steps : int
        Of the conjugate gradients.
    folds : int
        Parts of which each is held back once.
    seed : int
        Of the parts.

    Raises
    ------
    UseError
        If texts and answers do not fit, or are too few.
    SettingError
        If a setting is out of its range.
    """
    answers = np.asarray(answers, bool)
    _check(texts, answers, labels, marks, folds)
    features, rows = text_features(texts, marks, least=least)
    return learn_rows(
        features,
        rows,
        answers,
        labels,
        groups=groups,
        judged=judged,
        strength=strength,
        steps=steps,
        folds=folds,
        seed=seed,
    )


def learn_rows(
    features: TextFeatures, rows: Any, answers: Answers, labels: Sequence[str], *,
    groups: Groups | None = None, judged: Answers | None = None,
    strength: float = 1.5, steps: int = 6, folds: int = 5, seed: int = 1,
) -> TextLabels:  # fmt: skip
    """Learn which labels texts have, from their rows of features; parameters as `learn` has them."""
    own, place = np.unique(np.arange(len(answers)) if groups is None else groups, return_inverse=True)
    parts = (np.random.default_rng(seed).permutation(len(own)) % folds)[place]
    held = np.zeros(answers.shape, np.float32)
    weights, bias = np.zeros((rows.shape[1], len(labels)), np.float32), np.zeros(len(labels), np.float32)
    # One learnt from all of them would be surer than those that were held to account, and the limits would not fit it.
    for part in range(folds):
        is_out = parts == part
        part_weights, part_bias = _solved(rows[np.flatnonzero(~is_out)], answers[~is_out], strength, steps)
        held[is_out] = rows[np.flatnonzero(is_out)] @ part_weights + part_bias
        weights += part_weights / np.float32(folds)
        bias += part_bias / np.float32(folds)
    if judged is not None:
        held, answers = held[judged], answers[judged]
    slopes, offsets = calibrated(held, answers)
    least = best_limits(_curve(held * slopes + offsets), answers)
    return TextLabels(tuple(labels), features, weights, bias, slopes, offsets, least)


def calibrated(scores: Scores, answers: Answers) -> tuple[Scores, Scores]:
    """Return the slopes and offsets of the curves from scores to probabilities, one a label.

    A label that no text has, or every text, is as likely as a text more would make it, whatever the score.
    """
    count = len(answers)
    own = answers.sum(axis=0)
    # What is wished of a text is a little less than sure, by how few texts there are.
    wished = np.where(answers, (own + 1) / (own + 2), 1 / (count - own + 2))
    middle, spread = scores.mean(axis=0), scores.std(axis=0) + _STEADY
    values = (scores - middle) / spread
    slopes = np.ones(answers.shape[1])
    offsets = np.log((own + 0.5) / (count - own + 0.5))
    for _ in range(_NEWTON_STEPS):
        chances = _curve(slopes * values + offsets)
        wrong, steep = chances - wished, chances * (1 - chances) + _STEADY
        gradient = np.stack(((wrong * values).sum(axis=0) + 1e-3 * slopes, wrong.sum(axis=0)))
        along, across, down = (steep * values**2).sum(axis=0) + 1e-3, (steep * values).sum(axis=0), steep.sum(axis=0)
        whole = along * down - across**2 + _STEADY
        first = (down * gradient[0] - across * gradient[1]) / whole
        second = (along * gradient[1] - across * gradient[0]) / whole
        # A step of a curve that is hardly bent goes too far.
        slopes, offsets = slopes - np.clip(first, -2, 2), offsets - np.clip(second, -2, 2)
        if max(np.abs(first).max(initial=0), np.abs(second).max(initial=0)) < 1e-6:
            break
    slopes = np.maximum(slopes, 0)  # a higher score is never less likely
    return (slopes / spread).astype(np.float32), (offsets - slopes * middle / spread).astype(np.float32)


def best_limits(chances: Scores, answers: Answers) -> Scores:
    """Return from which probability F1 of each label is best; of a label that no text has, above one."""
    limits = np.full(answers.shape[1], 2.0, np.float32)
    ranks = np.arange(1, len(answers) + 1)
    for label in np.flatnonzero(answers.any(axis=0)):
        order = np.argsort(-chances[:, label], kind="stable")
        values, found = chances[order, label], np.cumsum(answers[order, label])
        # Only where the next is lower can a limit lie.
        is_end = np.append(values[1:] < values[:-1], True)
        measure = np.where(is_end, 2 * found / (ranks + found[-1]), -1.0)
        best = int(measure.argmax())
        limits[label] = (values[best] + values[min(best + 1, len(values) - 1)]) / 2
    return limits


def _solved(rows: Any, answers: Answers, strength: float, steps: int) -> tuple[Scores, Scores]:
    """Return the weights and the bias of the regression: block conjugate gradients, the ways of all labels together."""
    bias = answers.mean(axis=0, dtype=np.float64).astype(np.float32)
    across = rows.T.tocsr()
    rest = answers.astype(np.float32) - bias
    solution = np.zeros_like(rest)
    way = rest.copy()
    left = _products(rest, rest)
    for _ in range(steps):
        image = np.asarray(rows @ np.asarray(across @ way)) + np.float32(strength) * way
        length = _shares(_products(way, image), left)
        solution += way @ length
        rest -= image @ length
        after = _products(rest, rest)
        way = rest + way @ _shares(left, after)
        left = after
    return np.asarray(across @ solution, np.float32), bias


def _products(one: Scores, other: Scores) -> npt.NDArray[np.float64]:
    return np.asarray(one.T @ other, np.float64)


def _shares(whole: npt.NDArray[np.float64], part: npt.NDArray[np.float64]) -> Scores:
    """Return the part by the whole; a label without answers, or one like another, has no way of its own."""
    steady = max(float(np.trace(whole)) / max(len(whole), 1), 1.0) * _STEADY
    return np.asarray(np.linalg.solve(whole + steady * np.eye(len(whole)), part), np.float32)


def _curve(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))))


def _check(texts: Sequence[str], answers: Answers, labels: Sequence[str], marks: Marks, folds: int) -> None:
    if answers.shape != (len(texts), len(labels)):
        raise UseError(
            f"text labels: answers must be texts by labels, {len(texts)} by {len(labels)}, got {answers.shape}"
        )
    if len(marks) not in {0, len(texts)}:
        raise UseError(f"text labels: marks must be given for every text or for none, got {len(marks)} of {len(texts)}")
    if folds < 2:
        raise SettingError(f"text labels: folds must be 2 or more, got {folds}")
    if len(texts) < 2 * folds:
        raise UseError(f"text labels: texts must be {2 * folds} or more to hold some back, got {len(texts)}")
