"""N-grams: a language model of a text, as a recogniser reads it.

Trigrams with absolute discounting; what a context has not been seen with falls back to the shorter context. Filler
words get a fixed chance each at the bottom, so that what is not in the text is heard as that rather than as text.

Source: Ney, Essen & Kneser, "On structuring probabilistic dependences in stochastic language modelling", Computer
Speech and Language 8(1), 1994; the ARPA format as Doug Paul's, MIT Lincoln Laboratory.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kinoeye.errors import UseError

DISCOUNT = 0.5
BEGIN, END = "<s>", "</s>"
ORDER = 3
_NEVER = -99.0  # what the format writes for a chance of nothing

Gram = tuple[str, ...]


def arpa(lines: Iterable[Sequence[str]], fillers: Mapping[str, float]) -> str:
    """Return the language model of a text, in the ARPA format.

    Parameters
    ----------
    lines : iterable of sequence of str
        Words, line by line.
    fillers : mapping of str to 0..1
        Chance of each filler word where nothing is known; together less than 1.

    Raises
    ------
    UseError
        If the fillers leave no chance for words.
    """
    chances = model(lines, fillers)
    parts = ["\\data\\", *(f"ngram {n + 1}={len(each[0])}" for n, each in enumerate(chances)), ""]
    for number, (chance, back) in enumerate(chances, 1):
        parts.append(f"\\{number}-grams:")
        for gram in sorted(chance):
            weight = f" {math.log10(back[gram]):.4f}" if gram in back else ""
            value = math.log10(chance[gram]) if chance[gram] > 0 else _NEVER
            parts.append(f"{value:.4f} {' '.join(gram)}{weight}")
        parts.append("")
    return "\n".join([*parts, "\\end\\", ""])


def model(
    lines: Iterable[Sequence[str]], fillers: Mapping[str, float]
) -> list[tuple[dict[Gram, float], dict[Gram, float]]]:
    """Return chances and back-off weights of each order, as `arpa` writes them.

    Raises
    ------
    UseError
        If the fillers leave no chance for words.
    """
    if sum(fillers.values()) >= 1:
        raise UseError(f"ngrams: fillers must leave a chance for words, got {sum(fillers.values()):.3f} together")
    counts = _counted(lines)
    total = sum(counts[0].values()) or 1
    share = 1 - sum(fillers.values())
    lowest: dict[Gram, float] = {gram: share * count / total for gram, count in counts[0].items()}
    lowest |= {(word,): chance for word, chance in fillers.items()}
    chances: list[dict[Gram, float]] = [{(BEGIN,): 0.0, **lowest}]
    weights: list[dict[Gram, float]] = []
    for order in range(1, ORDER):
        after: dict[Gram, dict[str, int]] = defaultdict(dict)
        for gram, count in counts[order].items():
            after[gram[:-1]][gram[-1]] = count
        mine: dict[Gram, float] = {}
        back: dict[Gram, float] = {}
        for context, follow in after.items():
            seen = sum(follow.values())
            below = sum(_chance((*context[1:], word), chances, weights) for word in follow)
            back[context] = max(DISCOUNT * len(follow) / seen / max(1 - below, 1e-6), 1e-6)
            mine |= {(*context, word): (count - DISCOUNT) / seen for word, count in follow.items()}
        chances.append(mine)
        weights.append(back)
    return list(zip(chances, [*weights, {}], strict=True))


def _counted(lines: Iterable[Sequence[str]]) -> list[Counter[Gram]]:
    counts: list[Counter[Gram]] = [Counter() for _ in range(ORDER)]
    for line in lines:
        words = (BEGIN, *line, END)
        for order in range(ORDER):
            counts[order].update(words[place : place + order + 1] for place in range(len(words) - order))
    counts[0].pop((BEGIN,), None)
    return counts


def _chance(gram: Gram, chances: Sequence[Mapping[Gram, float]], weights: Sequence[Mapping[Gram, float]]) -> float:
    """Return the chance of the last word after the others."""
    order = len(gram) - 1
    if gram in chances[order]:
        return chances[order][gram]
    return weights[order - 1].get(gram[:-1], 1.0) * _chance(gram[1:], chances, weights)
