"""Breakdown: which words of a screenplay's action name something that a department has to bring.

A lexicon of ours and a regression of ours over what stands around a word; both are one file.

Source: own weights, made by bench/elements_train; Cox, "The regression analysis of binary sequences", J. Royal
Statistical Society B 20, 1958, with one answer of many.
"""

import functools
import json
import lzma
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kinoeye.models import registry
from kinoeye.models.tagging import (
    CATEGORIES,
    DETERMINERS,
    FUNCTION,
    NONE,
    NUMBERS,
    VERBS,
    Lexicon,
    count_before,
    features,
)
from kinoeye.models.tokens import Token, is_chinese, tokens

MODELS = ("elements",)
EVENTS = frozenset({"stunts", "sfx", "vfx", "sound"})
_UNSURE = 0.5  # least score of a word of the lexicon that has another use
_UNKNOWN = 0.9  # least score of a word that is not in the lexicon
_NEVER = 2.0
_MOST_BEFORE = 4  # words of a phrase before its head


@dataclass(frozen=True)
class Named:
    """Something that a text names.

    Parameters
    ----------
    start, end : int, characters
        The phrase.
    element : str
        Its head in the singular, or the phrase that the lexicon has.
    category : str
        Of `CATEGORIES`.
    count : int or None
        How many, where it is said.
    score : 0..1
    how : str
        lexicon or learned.
    evidence : tuple of str
        What spoke most for it.
    """

    start: int
    end: int
    element: str
    category: str
    count: int | None
    score: float
    how: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Weights:
    """A lexicon and the weights of features in a language: `classes` by feature."""

    lexicon: Lexicon
    classes: tuple[str, ...]
    weights: Mapping[str, Sequence[float]]


def named(text: str, *, least: float = 0.2) -> list[Named]:
    """Return what a text names, in order.

    Parameters
    ----------
    text : str
        A paragraph of action, English or Chinese.
    least : 0..1
        Least score.
    """
    return found(text, loaded()["zh" if is_chinese(text) else "en"], least=least)


def found(text: str, model: Weights, *, least: float = 0.2) -> list[Named]:
    """Return what a text names by a model."""
    words = tokens(text)
    answers: list[Named | None] = [_answer(words, at, model, least) for at in range(len(words))]
    kept = []
    for at, answer in enumerate(answers):
        follows = answers[at + 1] if at + 1 < len(answers) else None
        if answer and not (follows and _is_part(answer, follows, text)):
            kept.append(answer)
    return kept


def _is_part(answer: Named, follows: Named, text: str) -> bool:
    """Say whether what stands before something is a part of its name, as the screen of a screen door.

    What is written in capitals and what is not are two: a SCREEN DOOR slides.
    """
    is_alike = text[answer.end - 1].isupper() == text[follows.end - 1].isupper()
    return follows.start <= answer.start and follows.category not in EVENTS and is_alike


def odds(names: Sequence[str], model: Weights) -> list[float]:
    """Return how likely each class is by the features of a word."""
    sums = [0.0] * len(model.classes)
    for name in names:
        for number, weight in enumerate(model.weights.get(name, ())):
            sums[number] += weight
    most = max(sums)
    powers = [math.exp(each - most) for each in sums]
    return [each / sum(powers) for each in powers]


def _answer(words: Sequence[Token], at: int, model: Weights, least: float) -> Named | None:
    word = words[at]
    if not word.text[:1].isalpha() or word.text.lower() in FUNCTION or word.text.lower() in NUMBERS:
        return None
    names = features(words, at, model.lexicon)
    chances = odds(names, model)
    none = model.classes.index(NONE)
    phrase, kinds, begin = model.lexicon.phrase(words, at)
    element, kinds = (phrase, kinds) if phrase else model.lexicon.known(word)
    known = [model.classes.index(each) for each in kinds if each in CATEGORIES]
    # A word of the lexicon belongs to one of its departments; which one, and whether it is meant, is learnt.
    best = max(known or (each for each in range(len(chances)) if each != none), key=lambda each: chances[each])
    # A word that names something is worth a row even where its department is not sure.
    score = 1 - chances[none]
    if score < _needed(names, kinds, least, is_known=bool(known)):
        return None
    category = model.classes[best]
    first = begin if category in EVENTS and word.kind == "" else _first(words, begin, model.lexicon)
    told = sorted(names, key=lambda name: -(model.weights.get(name) or [0.0] * len(chances))[best])[:3]
    return Named(
        words[first].start, word.end, element, category, _count(words, first, at), score,
        "lexicon" if known else "learned", tuple(each for each in told if each != "bias"),
    )  # fmt: skip


def _needed(names: Sequence[str], kinds: Sequence[str], least: float, *, is_known: bool) -> float:
    """Return the score that a word needs: more where the lexicon has another use of it, or has not got it."""
    if is_known:
        return max(least, _UNSURE) if {NONE, *VERBS} & {*kinds} else least
    # An unknown word counts only where somebody holds, wears or drives it. In Chinese it does not: what is gained there
    # is less than what is wrong.
    is_thing = any(each.startswith(tuple(f"verb {kind}" for kind in VERBS)) for each in names)
    return max(least, _UNKNOWN) if is_thing and "shape small" in names and not kinds else _NEVER


def _count(words: Sequence[Token], first: int, at: int) -> int | None:
    """Return how many are told; a number before a singular is a name: Mark 4 scope."""
    count = count_before(words, first)
    is_one = words[at].text.isascii() and not words[at].text.lower().endswith(("s", "en", "ople", "ice", "eet"))
    return None if count and count > 1 and is_one else count


def _first(words: Sequence[Token], at: int, lexicon: Lexicon) -> int:
    """Return where a phrase begins: at the adjectives and nouns before its head."""
    first = at
    while first > 0 and at - first < _MOST_BEFORE:
        before = words[first - 1]
        text = before.text.lower()
        if not text[:1].isalpha() or text in FUNCTION or text in NUMBERS or before.end < words[first].start - 1:
            break
        if before.text[:1] >= "\u3400" or set(lexicon.known(before)[1]) & {*VERBS, *EVENTS, NONE}:
            break
        first -= 1
    # Without a determiner or a sign before it, what stands before a head is rather a verb.
    ahead = words[first - 1].text.lower() if first else ""
    is_begun = ahead in DETERMINERS or ahead in NUMBERS or not ahead.isalpha()
    return first if first == at or not first or is_begun else at


@functools.cache
def loaded() -> Mapping[str, Weights]:
    """Return the models by language: en and zh."""
    facts = json.loads(lzma.decompress(registry.path(MODELS[0]).read_bytes()))
    return {language: parsed(each) for language, each in facts.items()}


def parsed(facts: Mapping[str, object]) -> Weights:
    """Return a model as its file says it."""
    lexicon, classes, weights = facts["lexicon"], facts["classes"], facts["weights"]
    assert isinstance(lexicon, dict) and isinstance(classes, list) and isinstance(weights, dict)
    assert {*classes} <= {*CATEGORIES, NONE}
    return Weights(
        Lexicon({word: tuple(kinds) for word, kinds in lexicon.items()}),
        tuple(classes),
        {name: [value / 100 for value in values] for name, values in weights.items()},
    )
