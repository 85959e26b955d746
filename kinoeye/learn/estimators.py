"""Estimators: scikit-learn's ways of learning under one form, for every kind of problem.

Several labels are learnt one by one where an estimator knows but one answer. A label that all rows have, or none, gets
a score that never changes.
"""

import importlib
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.candidates import Setting
from kinoeye.learn.problems import Problem
from kinoeye.learn.skops_files import dumped, loaded

Floats = npt.NDArray[np.float64]

_LEAST_CHANCE = 1e-6
_NEVER = -20.0  # score of a class that no row had
_PAIRS = 8  # of each row with others of its question
_CLASSES: dict[str, tuple[str, str]] = {
    "linear SVM": ("sklearn.svm:LinearSVC", "sklearn.svm:LinearSVR"),
    "curved SVM": ("sklearn.svm:SVC", "sklearn.svm:SVR"),
    "logistic regression": ("sklearn.linear_model:LogisticRegression", ""),
    "linear regression": ("", "sklearn.linear_model:Ridge"),
    "random forest": ("sklearn.ensemble:RandomForestClassifier", "sklearn.ensemble:RandomForestRegressor"),
    "gradient boosting": (
        "sklearn.ensemble:HistGradientBoostingClassifier", "sklearn.ensemble:HistGradientBoostingRegressor",
    ),
    "naive Bayes": ("sklearn.naive_bayes:ComplementNB", ""),
    "naive Bayes of numbers": ("sklearn.naive_bayes:GaussianNB", ""),
    "nearest neighbours": ("sklearn.neighbors:KNeighborsClassifier", "sklearn.neighbors:KNeighborsRegressor"),
}  # fmt: skip
_AT_ONCE = frozenset({"random forest", "nearest neighbours"})  # learn several labels together
_SEEDED = frozenset({"linear SVM", "random forest", "gradient boosting"})


class Learnt:
    """One of scikit-learn's estimators, or one for each label.

    Parameters
    ----------
    name : of the candidates
    kind : of problems
    setting : mapping
        Its own settings.
    seed : int
    parts : sequence of estimators, optional
        What was learnt before; a number stands for a score that never changes.
    """

    def __init__(
        self, name: str, kind: str, setting: Setting, seed: int, parts: Sequence[Any] = (), classes: int = 0
    ) -> None:
        self.name, self.kind, self._setting, self._seed = name, kind, dict(setting), seed
        self.parts: list[Any] = list(parts)
        self.classes = classes

    def fit(self, features: Any, problem: Problem) -> None:
        """Learn from rows."""
        self.classes = len(problem.classes)
        with warnings.catch_warnings():
            # It is told by its score whether one has learnt enough; the rest are of no use to anybody.
            warnings.simplefilter("ignore")
            if problem.kind == "multi-label" and self.name not in _AT_ONCE:
                self.parts = [self._of_label(features, problem.targets[:, place]) for place in range(self.classes)]
            elif problem.kind == "ranking" and self.name == "linear SVM":
                self.parts = [self._of_pairs(features, problem)]
            elif problem.is_classed and problem.targets.ndim == 1 and np.ptp(problem.targets) == 0:
                self.parts = [self._of_one(int(problem.targets[0]))]
            else:
                self.parts = [self._fitted(features, problem.targets)]

    def scores(self, features: Any) -> Floats:
        """Return scores."""
        features = self._shown(features)
        if self.kind == "multi-label" and self.name not in _AT_ONCE:
            found = [self._of_part(part, features) for part in self.parts]
            return np.column_stack(found)
        part = self.parts[0]
        if self.kind == "multi-label":
            return np.column_stack([_log_odds(_chance_of(part, place, features)) for place in range(self.classes)])
        if isinstance(part, float):
            return self._unmoved(part, features.shape[0])
        if self.kind in {"regression", "ranking"}:
            told = part.decision_function(features) if hasattr(part, "decision_function") else part.predict(features)
            return np.asarray(told, np.float64)
        if self.kind == "binary":
            return self._of_part(part, features)
        return self._of_classes(part, features)

    def dump(self) -> bytes:
        """Return what was learnt as a skops file."""
        return dumped({"name": self.name, "kind": self.kind, "classes": self.classes, "parts": self.parts})

    def weights(self) -> Floats | None:
        """Return how much each place of the view speaks for each answer, [answers, places]; None if it has none."""
        rows: list[Floats | None] = []
        for part in self.parts:
            if isinstance(part, float):
                rows.append(None)
            elif hasattr(part, "coef_") and getattr(part, "kernel", "linear") == "linear":
                rows.append(np.atleast_2d(np.asarray(part.coef_, np.float64)))
            elif self.name == "naive Bayes":
                rows.append(_of_bayes(part))
            else:
                return None
        width = next((each.shape[1] for each in rows if each is not None), 0)
        return np.vstack([np.zeros((1, width)) if each is None else each for each in rows]) if width else None

    def _estimator(self) -> Any:
        place = _CLASSES[self.name][self.kind in {"regression", "ranking"}]
        if self.kind == "ranking" and self.name == "linear SVM":
            place = _CLASSES[self.name][0]
        module, _, name = place.partition(":")
        extra = {"random_state": self._seed} if self.name in _SEEDED else {}
        return getattr(importlib.import_module(module), name)(**self._setting, **extra)

    def _fitted(self, features: Any, targets: npt.NDArray[Any]) -> Any:
        estimator = self._estimator()
        if "n_neighbors" in self._setting:
            estimator.set_params(n_neighbors=min(self._setting["n_neighbors"], len(targets)))
        estimator.fit(self._shown(features), targets)
        if hasattr(estimator, "coef_") and not hasattr(estimator, "support_vectors_"):
            estimator.coef_ = estimator.coef_.astype(np.float32)  # half the file, and the same answers
        return estimator

    def _shown(self, features: Any) -> Any:
        """Return features as the estimator takes them: counts of names cannot lie below nothing."""
        if self.name != "naive Bayes":
            return features
        shown = features.copy()
        shown.data = np.maximum(shown.data, 0)
        return shown

    def _of_label(self, features: Any, targets: npt.NDArray[Any]) -> Any:
        share = float(targets.mean())
        return (_NEVER if share < 0.5 else -_NEVER) if share in {0.0, 1.0} else self._fitted(features, targets)

    def _of_one(self, only: int) -> float:
        """Return what stands for an estimator where all rows have one class: its number, or of two the score."""
        if self.kind == "multi-class":
            return float(only)
        return -_NEVER if only else _NEVER

    def _unmoved(self, part: float, rows: int) -> Floats:
        """Return the scores where one answer is known only."""
        if self.kind != "multi-class":
            return np.full(rows, part)
        found = np.full((rows, self.classes), _NEVER)
        found[:, int(part)] = 0.0
        return found

    def _of_pairs(self, features: Any, problem: Problem) -> Any:
        """Learn which of two rows of one question stands above the other."""
        assert problem.queries is not None
        chance = np.random.default_rng(self._seed)
        ones, others = [], []
        for query in np.unique(problem.queries):
            own = np.flatnonzero(problem.queries == query)
            for _ in range(_PAIRS):
                ones.append(own)
                others.append(chance.permutation(own))
        one, other = np.concatenate(ones), np.concatenate(others)
        apart = problem.targets[one] != problem.targets[other]
        one, other = one[apart], other[apart]
        order = (problem.targets[one] > problem.targets[other]).astype(np.int64)
        if len(np.unique(order)) < 2:
            return 0.0
        estimator = self._estimator()
        estimator.set_params(fit_intercept=False)
        return estimator.fit(features[one] - features[other], order)

    def _of_part(self, part: Any, features: Any) -> Floats:
        """Return the scores of one part that knows two classes."""
        if isinstance(part, float):
            return np.full(features.shape[0], part)
        if hasattr(part, "decision_function"):
            return np.asarray(part.decision_function(features), np.float64)
        return _log_odds(np.asarray(part.predict_proba(features)[:, 1], np.float64))

    def _of_classes(self, part: Any, features: Any) -> Floats:
        if hasattr(part, "decision_function"):
            told = np.asarray(part.decision_function(features), np.float64)
        else:
            told = np.log(np.maximum(part.predict_proba(features), _LEAST_CHANCE))
        found = np.full((told.shape[0], self.classes), _NEVER)
        if told.ndim == 1:
            told = np.column_stack([-told, told])
        found[:, np.asarray(part.classes_, np.int64)] = told
        return found


def load(kind: str, data: bytes) -> Learnt:
    """Return what `Learnt.dump` wrote.

    Raises
    ------
    ModelError
        If anything but what was learnt stands in it.
    """
    held = loaded(data)
    return Learnt(held["name"], kind, {}, 0, held["parts"], held["classes"])


def _chance_of(part: Any, label: int, features: Any) -> Floats:
    chances, classes = part.predict_proba(features)[label], part.classes_[label]
    if len(classes) == 1:
        return np.full(features.shape[0], float(classes[0]))
    return np.asarray(chances[:, 1], np.float64)


def _log_odds(chances: Floats) -> Floats:
    held = np.clip(chances, _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    return np.asarray(np.log(held / (1 - held)), np.float64)


def _of_bayes(part: Any) -> Floats:
    """Return the weights of naive Bayes: of two classes the second against the first."""
    logs = np.asarray(part.feature_log_prob_, np.float64)
    return logs[1:] - logs[:1] if len(logs) == 2 else logs - logs.mean(axis=0)
