"""Known: the candidates of scikit-learn, the settings of each, and when each is worth trying."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from kinoeye.learn.candidates import Candidate, Estimator, Setting, Situation
from kinoeye.learn.estimators import Learnt, load
from kinoeye.learn.problems import CLASSED
from kinoeye.learn.said import Said, said

_NUMBERED = frozenset({"regression", "ranking"})
_CURVED_ROWS = 4000  # its time grows with their square
_NEIGHBOUR_ROWS = 50_000
_BOOSTED_CLASSES = 12  # a row of trees for each
_FOREST_CLASSES = 100
_LEAST_BOOSTED = 60
_UNEVEN = 0.4  # of what the rarest class would have if all had as much
# The first of each is what usually does well; the others are tried where it does not fall behind.
_FOREST: tuple[Setting, ...] = (
    {"min_samples_leaf": 1, "max_features": "sqrt"}, {"min_samples_leaf": 3, "max_features": 0.4},
)  # fmt: skip
_BOOSTING: tuple[Setting, ...] = (
    {"learning_rate": 0.1, "max_leaf_nodes": 15}, {"learning_rate": 0.05, "max_leaf_nodes": 6},
)  # fmt: skip

Rule = Callable[[Situation], tuple[bool, Said]]


def known(situation: Situation) -> list[Candidate]:
    """Return the candidates of scikit-learn with the settings that fit a situation."""
    uneven: Sequence[Any] = ("balanced", None) if situation.kind in {"binary", "multi-class"} and (
        situation.rarest * situation.classes < _UNEVEN) else (None,)  # fmt: skip
    is_classed = situation.kind in CLASSED
    svm = {"C": (0.2, 0.03, 1.0, 5.0), "class_weight": uneven} if is_classed or situation.kind == "ranking" else {
        "C": (0.1, 0.01, 1.0), "epsilon": (0.0,)}  # fmt: skip
    solver = ("lbfgs",) if situation.kind == "multi-class" else ("liblinear",)
    return [
        _candidate("linear SVM", "wide", _grid(**svm), _linear_svm),
        _candidate("logistic regression", "wide",
                   _grid(C=(1.0, 0.1, 10.0, 100.0), class_weight=uneven, solver=solver, max_iter=(300,)), _logistic),
        _candidate("linear regression", "wide", _grid(alpha=(1.0, 0.01, 10.0, 100.0)), _linear),
        _candidate("naive Bayes", "wide", _grid(alpha=(0.3, 0.03, 1.0)), _bayes),
        _candidate("naive Bayes of numbers", "narrow", _grid(var_smoothing=(1e-9, 1e-3)), _bayes_numbers),
        _candidate("nearest neighbours", "narrow",
                   _grid(n_neighbors=(9, 3, 25), weights=("distance",)), _neighbours),
        _candidate("curved SVM", "narrow", _grid(C=(1.0, 10.0), gamma=("scale",)), _curved),
        _candidate("random forest", "narrow",
                   tuple({"n_estimators": 60, **each} for each in _FOREST), _forest),
        _candidate("gradient boosting", "narrow",
                   tuple({"max_iter": 100, **each} for each in _BOOSTING), _boosting),
    ]  # fmt: skip


def _candidate(name: str, view: str, settings: tuple[Setting, ...], rule: Rule) -> Candidate:
    def make(kind: str, setting: Setting, seed: int) -> Estimator:
        return Learnt(name, kind, setting, seed)

    return Candidate(name, view, settings, rule, make, load)


def _grid(**places: Sequence[Any]) -> tuple[Setting, ...]:
    return tuple(dict(zip(places, each, strict=True)) for each in product(*places.values()))


def _linear_svm(now: Situation) -> tuple[bool, Said]:
    return True, said("in_pairs" if now.kind == "ranking" else "in_linear_svm")


def _logistic(now: Situation) -> tuple[bool, Said]:
    if now.kind not in CLASSED:
        return False, said("out_classes_only")
    return True, said("in_logistic")


def _linear(now: Situation) -> tuple[bool, Said]:
    if now.kind not in _NUMBERED:
        return False, said("out_numbers_only")
    return True, said("in_linear")


def _bayes(now: Situation) -> tuple[bool, Said]:
    if now.kind not in CLASSED:
        return False, said("out_classes_only")
    if not now.texts:
        return False, said("out_no_texts")
    return True, said("in_bayes")


def _bayes_numbers(now: Situation) -> tuple[bool, Said]:
    if now.kind not in CLASSED:
        return False, said("out_classes_only")
    if now.texts or not now.numbers:
        return False, said("out_not_numbers_alone")
    return True, said("in_bayes_numbers")


def _neighbours(now: Situation) -> tuple[bool, Said]:
    if now.rows > _NEIGHBOUR_ROWS:
        return False, said("out_many_rows", most=_NEIGHBOUR_ROWS, rows=now.rows)
    return True, said("in_neighbours")


def _forest(now: Situation) -> tuple[bool, Said]:
    if now.classes > _FOREST_CLASSES:
        return False, said("out_many_classes", most=_FOREST_CLASSES, classes=now.classes)
    return True, said("in_forest")


def _boosting(now: Situation) -> tuple[bool, Said]:
    if now.classes > _BOOSTED_CLASSES:
        return False, said("out_many_classes", most=_BOOSTED_CLASSES, classes=now.classes)
    if now.rows < _LEAST_BOOSTED:
        return False, said("out_few_rows", least=_LEAST_BOOSTED, rows=now.rows)
    return True, said("in_boosting")


def _curved(now: Situation) -> tuple[bool, Said]:
    if now.rows > _CURVED_ROWS:
        return False, said("out_many_rows", most=_CURVED_ROWS, rows=now.rows)
    if now.texts and not now.numbers:
        return False, said("out_texts_alone")
    return True, said("in_curved")
