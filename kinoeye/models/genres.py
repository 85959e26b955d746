"""Genres: the weights by which titles are told their genres; what they mean is for whoever asks.

Source: own weights, made by bench/genres_train from the words of Wikipedia's articles on 29,024 American films.
"""

import functools
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models import registry

MODELS = ("genres",)

_MOST_BYTES = 200_000_000


@functools.cache
def arrays() -> Mapping[str, Mapping[str, npt.NDArray[Any]]]:
    """Return the arrays of each part: `plot`, `story`, `title` and `naming`.

    Raises
    ------
    MissingError
        If the weights are not there.
    ModelError
        If they are not what they should be.
    """
    file = registry.path(MODELS[0])
    try:
        with zipfile.ZipFile(file) as whole:
            if sum(each.file_size for each in whole.infolist()) > _MOST_BYTES:
                raise ModelError(f"genres: weights must be {_MOST_BYTES} bytes at most, got more in {file}")
        found: dict[str, dict[str, npt.NDArray[Any]]] = {}
        with np.load(file, allow_pickle=False) as stored:
            for name in stored.files:
                part, _, own = name.partition(".")
                found.setdefault(part, {})[own] = stored[name]
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise ModelError(f"genres: weights must be arrays, got {error} in {file}") from error
    if missing := {"plot", "story", "title", "naming"} - found.keys():
        raise ModelError(
            f"genres: weights must have the parts plot, story, title and naming, got no {', '.join(sorted(missing))}"
        )
    return found
