"""Naming: names for characters and places that fit those of a screenplay and are not taken for one of them.

Names are made letter by letter, as the names of the user's own texts are, Chinese ones of the commonest signs in their
form; places are made of the words of its headings.
A name that is easily confused with one that is there is left, and so is one that anybody has already.

Source: how names are confused: `kinoeye.signals.confusable`.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import OSA

from kinoeye.learn.kneser_ney import BEGIN, END, UNKNOWN, KneserNey
from kinoeye.models.tokens import is_chinese, tokens
from kinoeye.screenplay.headings import parted
from kinoeye.signals.confusable import confused

_ORDER = 3  # letters that are looked at
_LEAST, _MOST = 4, 9  # letters of a name
_TRIES = 400
_FEWEST = 3  # names without which nothing can be told
_ONSET = re.compile(
    r"[^AEIOUYÄÖÜÉÈÁÍÓÚ]?[AEIOUYÄÖÜÉÈÁÍÓÚ]|[BCDFGKPTV][LR]|[CGPST]H|S[CKLMNPTW]"
)  # of a name that can be said
_FAMILIAR = "小老阿大"
_FAMILIARITY = 0.5  # share of familiar names where there are such: as they begin alike, few of them can be told apart
# A few names say nothing of which signs names are made of; these are the commonest of those in use.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红建国志海春梅秀珍云莲文斌波辉宁欣悦雪晨阳宇浩然佳琪思远"
_VOWELS = frozenset("AEIOUYÄÖÜÉÈÁÍÓÚ")


@dataclass(frozen=True)
class Name:
    """A name that was made, the nearest that is there, and in how many letters they differ."""

    name: str
    nearest: str
    apart: int


def names(
    taken: Sequence[str],
    known: Sequence[str],
    random: np.random.Generator,
    count: int,
    sounds: Callable[[Sequence[str]], Sequence[str]] | None = None,
) -> list[Name]:
    """Return new names for characters; fewer where the texts have too few to learn from.

    Parameters
    ----------
    taken : sequence of str
        Names of the screenplay.
    known : sequence of str
        Names of all texts, from which is learnt how names are.
    random : np.random.Generator
    count : int
    sounds : callable or None
        How names are pronounced; of Chinese names those that sound alike are left.
    """  # fmt: skip
    learnt = [each for each in dict.fromkeys([*known, *taken]) if _is_name(each)]
    if len(learnt) < _FEWEST:
        return []
    has_signs = sum(map(is_chinese, taken or learnt)) * 2 > len(taken or learnt)
    pool = [each for each in learnt if is_chinese(each) == has_signs]
    made = _signs(pool, random) if has_signs else _letters(pool, random)
    found: list[Name] = []
    for name in made:
        others = [*taken, *(each.name for each in found)]
        if name in learnt or name in others or any(confused(name, each) for each in others):
            continue
        if sounds is not None and has_signs and _sounds_like(name, others, sounds):
            continue
        nearest = min(taken or pool, key=lambda each: (OSA.distance(name, each), each))
        found.append(Name(name, nearest, OSA.distance(name, nearest)))
        if len(found) == count:
            break
    return found


def places(headings: Sequence[str], random: np.random.Generator, count: int) -> list[tuple[str, tuple[str, ...]]]:
    """Return new headings, each with those that its parts are from.

    Parameters
    ----------
    headings : sequence of str
        Of the screenplay and the user's other ones.
    random : np.random.Generator
    count : int
    """
    sets = {parted(each).set.upper() for each in headings}
    # What is headed without inside or outside (titles, a point of view) is no place.
    parts = [(each, _words(parted(each).set)) for each in dict.fromkeys(headings) if parted(each).place]
    made: dict[str, tuple[str, ...]] = {}
    for _ in range(_TRIES):
        if len(made) == count or len(parts) < 2:
            break
        one, other, frame = (parts[int(random.integers(len(parts)))] for _ in range(3))
        if len(one[1]) < 1 or len(other[1]) < 1 or one[1] == other[1]:
            continue
        glue = "" if is_chinese(one[0]) else " "
        if not glue and len(one[1]) == len(other[1]) == 1:
            continue
        place = glue.join([*one[1][: max(1, len(one[1]) - 1)], other[1][-1]])
        name = parted(frame[0]).set
        heading = frame[0].replace(name, place, 1) if name else ""
        if heading and place.upper() not in sets and len(set(place.split())) == len(place.split()):
            made.setdefault(heading, tuple(dict.fromkeys((one[0], other[0], frame[0]))))
            sets.add(place.upper())
    return list(made.items())


def _words(place: str) -> list[str]:
    return [each.text for each in tokens(place)] if is_chinese(place) else place.split()


def _is_name(text: str) -> bool:
    letters = text.replace(" ", "").replace(".", "").replace("'", "")
    return letters.isalpha() and not any(map(str.isdigit, text))


def _letters(pool: Sequence[str], random: np.random.Generator) -> Iterator[str]:
    """Yield names made letter by letter; only the first word of a name is learnt from."""
    first = [word.upper() for each in pool for word in each.split() if word.isalpha() and len(word) >= _LEAST]
    signs = sorted(set("".join(first)))
    number = {sign: at + 3 for at, sign in enumerate(signs)}
    model = KneserNey([[number[sign] for sign in name] for name in first], len(signs) + 3, _ORDER)
    made: dict[str, float] = {}
    for _ in range(_TRIES):
        name, told = list[int](), 0.0
        while len(name) <= _MOST:
            chances = model.chances(name)
            chances[[BEGIN, UNKNOWN]] = 0
            if len(name) < _LEAST:
                chances[END] = 0
            letter = int(random.choice(len(chances), p=chances / chances.sum()))
            told += math.log(chances[letter])
            if letter == END:
                break
            name.append(letter)
        text = "".join(signs[each - 3] for each in name)
        if len(text) <= _MOST and _can_be_said(text):
            made[text] = told / (len(text) + 1)
    # Those that are most as names are come first.
    yield from sorted(made, key=lambda each: (-made[each], each))


def _can_be_said(name: str) -> bool:
    """Say whether a name has vowels, and no more than two or three letters of either kind in a row."""
    kinds = "".join("v" if each in _VOWELS else "c" for each in name)
    return (
        "v" in kinds
        and _ONSET.match(name) is not None
        and "ccc" not in kinds
        and "vvv" not in kinds
        and not any(name[at] == name[at + 1] == name[at + 2] for at in range(len(name) - 2))
    )


def _signs(pool: Sequence[str], random: np.random.Generator) -> Iterator[str]:
    """Yield Chinese names as long as those that are there; familiar ones (小, 老, 阿) too where there are such."""
    for _ in range(_TRIES):
        form = pool[int(random.integers(len(pool)))]
        first = _FAMILIAR if form[0] in _FAMILIAR and random.random() < _FAMILIARITY else _SURNAMES
        rest = _SURNAMES + _GIVEN if first == _FAMILIAR else _GIVEN
        yield "".join(_one(signs, random) for signs in (first, *[rest] * (min(len(form), 3) - 1)))


def _one(signs: str, random: np.random.Generator) -> str:
    return signs[int(random.integers(len(signs)))]


def _sounds_like(name: str, others: Sequence[str], sounds: Callable[[Sequence[str]], Sequence[str]]) -> bool:
    own, *theirs = sounds([name, *others])
    return own in theirs
