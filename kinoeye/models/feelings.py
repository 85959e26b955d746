"""Feelings: how the words of a text feel, by a list of ours: pleasant or not, and how stirred.

A word after a negation feels the other way, and less so; after "very" more so. What words do not say (irony, a look)
is not heard.

Source: own list; Russell, "A circumplex model of affect", J. Personality and Social Psychology 39(6), 1980.
"""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from kinoeye.models import registry
from kinoeye.models.tokens import lemmas, tokens

MODELS = ("feelings",)

_NOT = frozenset({"not", "n't", "never", "no", "without", "hardly", "不", "没", "没有", "别", "不会", "无"})
_VERY = frozenset({"very", "so", "really", "extremely", "utterly", "很", "非常", "太", "特别", "极"})
_REACH = 3  # words behind a negation that it turns
_TURNED, _STRONGER = -0.5, 1.3
_STRONGEST = 3.0


@dataclass(frozen=True)
class Feeling:
    """How a text feels.

    Parameters
    ----------
    valence : float, -1..1
        Sum over its words that the list knows.
    arousal : float, 0..1
        The same.
    words : int
        How many of them the list knows.
    """

    valence: float
    arousal: float
    words: int


def feeling(text: str) -> Feeling:
    """Return how a text feels, summed over the words that are known."""
    known, valence, arousal, count = _known(), 0.0, 0.0, 0
    before: list[str] = []
    for word in tokens(text):
        small = word.text.lower()
        found = next((known[form] for form in (small, *lemmas(small)) if form in known), None)
        if found is not None and not (small in _NOT and small != "no"):
            times = _TURNED if _NOT & {*before[-_REACH:]} else 1.0
            times *= _STRONGER if before and before[-1] in _VERY else 1.0
            valence += max(-_STRONGEST, min(_STRONGEST, times * found[0])) / _STRONGEST
            arousal += min(_STRONGEST, abs(times) * found[1]) / _STRONGEST
            count += 1
        # A sign ends what a negation turns: no, good.
        before = [*before, small] if small[0].isalnum() or small == "n't" else []
    return Feeling(valence, arousal, count)


@functools.cache
def _known() -> Mapping[str, tuple[int, int]]:
    rows = (line.split("\t") for line in registry.path(MODELS[0]).read_text("utf-8").splitlines() if line[:1] != "#")
    return {word: (int(valence), int(arousal)) for word, valence, arousal in rows}
