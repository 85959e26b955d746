"""Topics: what texts are about, as parts that many of them share, each told by its words.

Source: Lee & Seung, "Learning the parts of objects by non-negative matrix factorization", Nature 401, 1999; Salton &
Buckley, "Term-weighting approaches in automatic text retrieval", 1988.
"""

import importlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_ITERATIONS = 400


@dataclass(frozen=True)
class Topics:
    """What texts are about.

    Parameters
    ----------
    shares : float64 [texts, topics], 0..1
        Of each text; a row adds up to one, or is nothing where a text shares no word with another.
    words : tuple of tuple of str
        The words of each topic, those that tell most first.
    """

    shares: npt.NDArray[np.float64]
    words: tuple[tuple[str, ...], ...]


def topics(texts: Sequence[Sequence[str]], count: int, *, label: int = 6) -> Topics:
    """Return the topics of texts.

    Parameters
    ----------
    texts : sequence of sequence of str
        The words of each.
    count : int
        How many topics; fewer where there is too little to tell them apart.
    label : int
        Words that tell a topic.
    """
    # scikit-learn takes seconds to import, and few runs need it.
    features = importlib.import_module("sklearn.feature_extraction.text")
    parts = importlib.import_module("sklearn.decomposition")
    shared = {word for word, often in _spread(texts).items() if often > 1}
    if len(texts) < 2 or len(shared) < 2 or count < 1:
        return Topics(np.zeros((len(texts), 0)), ())
    weigher = features.TfidfVectorizer(analyzer=list, vocabulary=sorted(shared), sublinear_tf=True)
    matrix = weigher.fit_transform(texts)
    count = min(count, len(texts) - 1, len(shared) - 1)
    model = parts.NMF(count, init="nndsvda", max_iter=_ITERATIONS, tol=1e-3, random_state=1)
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        # An exact answer leaves an error of a little less than nothing, of which it takes the root. Of few texts the
        # last steps only go on making weights smaller that are next to nothing.
        warnings.simplefilter("ignore", importlib.import_module("sklearn.exceptions").ConvergenceWarning)
        # NumPy's own threads change the last bits; what is told of a text does not hang on them.
        weights = np.round(model.fit_transform(matrix), 6)
    sums = weights.sum(axis=1, keepdims=True)
    names = weigher.get_feature_names_out()
    told = tuple(
        tuple(str(names[number]) for number in np.argsort(-row, kind="stable")[:label] if row[number] > 0)
        for row in model.components_
    )
    return Topics(np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0), told)


def _spread(texts: Sequence[Sequence[str]]) -> dict[str, int]:
    """Return in how many texts each word stands."""
    found: dict[str, int] = {}
    for text in texts:
        for word in set(text):
            found[word] = found.get(word, 0) + 1
    return found
