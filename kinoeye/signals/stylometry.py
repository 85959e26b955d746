"""Stylometry: how differently two people talk, by their commonest words and by short strings of letters.

Burrows' delta is the mean difference of the standardised shares of the commonest words. How sure it is that two differ
is told by halves: two halves of one person's lines differ too, and the two persons' halves must differ more.

Source: Burrows, "Delta: a measure of stylistic difference", Literary and Linguistic Computing 17(3), 2002; Kešelj et
al., "N-gram-based author profiles", PACLING 2003.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?|[\u3400-\u9fff]|[^\W\d_a-z]+")
_LETTERS = 3
_FLAT = 1e-9

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Distance:
    """How differently two talk.

    Parameters
    ----------
    one, other : str
    delta : float, standard deviations
        Of the commonest words.
    strings : 0..1
        One less the cosine of their strings of three letters.
    score : 0..1
        In how many of the halvings the two differ more than each does from him- or herself.
    """

    one: str
    other: str
    delta: float
    strings: float
    score: float


def words(text: str) -> list[str]:
    """Return the words of speech in small letters; each Chinese sign is one."""
    return _WORD.findall(text.lower().replace("’", "'"))


def distances(lines: Mapping[str, Sequence[str]], *, commonest: int, halvings: int, seed: int) -> list[Distance]:
    """Return how differently each pair talks.

    Parameters
    ----------
    lines : mapping of person to what he or she says, line by line
    commonest : int
        How many words count.
    halvings : int
        How often lines are parted at random.
    seed : int
    """
    said = {name: [words(line) for line in each] for name, each in lines.items()}
    total = Counter(word for each in said.values() for line in each for word in line)
    chosen = [word for word, _ in sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))[:commonest]]
    whole = {name: _shares(each, chosen) for name, each in said.items()}
    if len(whole) < 2 or not chosen:
        return []
    table = np.stack(list(whole.values()))
    middle, spread = table.mean(axis=0), table.std(axis=0)
    counted = spread > _FLAT
    standard = {name: ((row - middle) / np.where(counted, spread, 1))[counted] for name, row in whole.items()}
    strings = {name: _strings(each) for name, each in lines.items()}
    random = np.random.default_rng(seed)
    halves = {
        name: [_halves(each, chosen, middle, spread, counted, random) for _ in range(halvings)]
        for name, each in said.items()
    }
    return [
        Distance(one, other, _delta(standard[one], standard[other]), _unlike(strings[one], strings[other]),
                 _sure(halves[one], halves[other]))
        for one, other in combinations(sorted(lines), 2)
    ]  # fmt: skip


def _shares(lines: Sequence[Sequence[str]], chosen: Sequence[str]) -> Vector:
    counts = Counter(word for line in lines for word in line)
    return np.array([counts[word] for word in chosen], float) / max(1, sum(counts.values()))


def _halves(
    lines: Sequence[Sequence[str]], chosen: Sequence[str], middle: Vector, spread: Vector,
    counted: npt.NDArray[np.bool_], random: np.random.Generator,
) -> tuple[Vector, Vector]:  # fmt: skip
    order = random.permutation(len(lines))
    parts = [[lines[number] for number in order[begin::2]] for begin in (0, 1)]
    first, second = (((_shares(part, chosen) - middle) / np.where(counted, spread, 1))[counted] for part in parts)
    return first, second


def _delta(one: Vector, other: Vector) -> float:
    return float(np.abs(one - other).mean()) if len(one) else 0.0


def _sure(one: Sequence[tuple[Vector, Vector]], other: Sequence[tuple[Vector, Vector]]) -> float:
    told = [
        min(_delta(mine[0], his[1]), _delta(mine[1], his[0])) > max(_delta(*mine), _delta(*his))
        for mine, his in zip(one, other, strict=True)
    ]
    return sum(told) / max(1, len(told))


def _strings(lines: Sequence[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for line in lines:
        text = f" {' '.join(words(line))} "
        found.update(text[at : at + _LETTERS] for at in range(len(text) - _LETTERS + 1))
    return found


def _unlike(one: Counter[str], other: Counter[str]) -> float:
    product = sum(count * other[string] for string, count in one.items())
    lengths = [sum(count * count for count in each.values()) ** 0.5 for each in (one, other)]
    return 1 - product / (lengths[0] * lengths[1]) if all(lengths) else 1.0
