"""Skops files: scikit-learn's estimators as files that hold no code; one that names anything else is refused unread.

Pickle and joblib run whatever stands in a file; they are never used. A skops file is a zip of one description and
arrays. Before anything of it is made, every type and function that the description names is looked up in the list here,
which holds what this product's own candidates need and nothing else.

Source: skops.dev, "Secure persistence with skops", 2022; CVE-2025-54412, CVE-2025-54413, CVE-2025-54886 (skops < 0.12).
"""

import importlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from kinoeye.errors import ModelError, UseError

MOST_BYTES = 1 << 30
_SCHEMA = "schema.json"
_RATIO = 400  # times that a part may grow as it is unpacked

TRUSTED = frozenset({
    "builtins.dict", "builtins.float", "builtins.int", "builtins.list", "builtins.str", "builtins.tuple",
    "numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64", "numpy.ndarray",
    "numpy.random._generator.Generator",
    "numpy.uint64", "sklearn._loss._loss.CyHalfBinomialLoss", "sklearn._loss._loss.CyHalfMultinomialLoss",
    "sklearn._loss._loss.CyHalfSquaredError", "sklearn._loss.link.IdentityLink", "sklearn._loss.link.Interval",
    "sklearn._loss.link.LogitLink", "sklearn._loss.link.MultinomialLogit", "sklearn._loss.loss.HalfBinomialLoss",
    "sklearn._loss.loss.HalfMultinomialLoss", "sklearn._loss.loss.HalfSquaredError",
    "sklearn.cluster._kmeans.KMeans", "sklearn.ensemble._forest.RandomForestClassifier",
    "sklearn.ensemble._forest.RandomForestRegressor", "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier",
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingRegressor",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.linear_model._logistic.LogisticRegression", "sklearn.linear_model._ridge.Ridge",
    "sklearn.metrics._dist_metrics.EuclideanDistance32", "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.mixture._gaussian_mixture.GaussianMixture", "sklearn.naive_bayes.ComplementNB",
    "sklearn.naive_bayes.GaussianNB", "sklearn.neighbors._classification.KNeighborsClassifier",
    "sklearn.neighbors._kd_tree.KDTree", "sklearn.neighbors._kd_tree.KDTree32", "sklearn.neighbors._kd_tree.KDTree64",
    "sklearn.neighbors._regression.KNeighborsRegressor", "sklearn.preprocessing._label.LabelEncoder",
    "sklearn.svm._classes.LinearSVC", "sklearn.svm._classes.LinearSVR", "sklearn.svm._classes.SVC",
    "sklearn.svm._classes.SVR", "sklearn.tree._classes.DecisionTreeClassifier",
    "sklearn.tree._classes.DecisionTreeRegressor", "sklearn.tree._tree.Tree",
})  # fmt: skip
# The ways in which skops makes parts again; those that call a function by its name are not among them.
_LOADERS = frozenset({"CachedNode", "DictNode", "JsonNode", "ListNode", "LossNode", "NdArrayNode", "ObjectNode",
                      "RandomGeneratorNode", "TreeNode", "TupleNode", "TypeNode"})  # fmt: skip


def dumped(value: Any) -> bytes:
    """Return estimators as a skops file.

    Raises
    ------
    UseError
        If skops is not installed.
    """
    data: bytes = _skops().dumps(value, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
    strange = named_in(data) - TRUSTED
    assert not strange, f"a candidate needs types that are not listed: {sorted(strange)}"
    return data


def loaded(data: bytes) -> Any:
    """Return the estimators of a skops file.

    Raises
    ------
    ModelError
        If it names a type or function that is not listed, is damaged, or is far larger than it looks.
    """
    strange = named_in(data) - TRUSTED
    if strange:
        raise ModelError(f"learn: a model must hold estimators only, got {', '.join(sorted(strange)[:3])}",
                         remedy="Do not use this file: it was changed, or made by another program")  # fmt: skip
    skops = _skops()
    try:
        return skops.loads(data, trusted=sorted(set(skops.get_untrusted_types(data=data)) & TRUSTED))
    except Exception as error:
        raise ModelError(f"learn: a model must be whole, got {type(error).__name__}",
                         remedy="Train it again, or fetch it again") from error  # fmt: skip


def named_in(data: bytes) -> set[str]:
    """Return every type and function that a skops file names.

    Raises
    ------
    ModelError
        If it is no skops file, or unpacks to more than it may.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(each.file_size for each in archive.infolist())
            if size > MOST_BYTES or size > _RATIO * max(len(data), 1 << 16):
                raise ModelError(f"learn: a model must unpack to at most {MOST_BYTES >> 20} MB, got {size >> 20}",
                                 remedy="Do not use this file")  # fmt: skip
            names = {each.filename for each in archive.infolist()}
            strange = [name for name in names if name != _SCHEMA and not name.endswith((".npy", ".npz"))]
            if strange or _SCHEMA not in names:
                raise ModelError(f"learn: a model must hold a description and arrays, got {sorted(strange)[:3]}",
                                 remedy="Do not use this file")  # fmt: skip
            schema = json.loads(archive.read(_SCHEMA))
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, RecursionError, NotImplementedError) as error:
        raise ModelError("learn: a model must be a whole skops file, got something else",
                         remedy="Train it again, or fetch it again") from error  # fmt: skip
    return set(_names(schema))


def _names(node: Any) -> Iterator[str]:
    """Yield what any part of a description names: types, functions, and what it would load them by."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            loader = node.get("__loader__")
            module, name = node.get("__module__", node.get("module_path")), node.get("__class__", node.get("function"))
            if isinstance(name, str):
                yield f"{module}.{name}"
            if loader is not None and loader not in _LOADERS:
                yield f"{loader} of {module}.{name}"
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _skops() -> Any:
    try:
        return importlib.import_module("skops.io")
    except ImportError as error:
        raise UseError("learn: skops must be installed to save and load models, got none",
                       remedy="Install it with: pip install skops") from error  # fmt: skip
