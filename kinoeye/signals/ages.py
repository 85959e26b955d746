"""Ages: how old a screenplay says that its characters are, and where it says so twice and not alike.

A bare number is an age only where ages stand: behind a name when somebody is introduced, or in `I am forty years old`.
Where years pass between two places, nothing is told.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kinoeye.signals.notices import Line, Notice
from kinoeye.signals.numerals import cardinal, han_number

_WORDS = {word: number for number in range(1, 100) for word in (" ".join(cardinal(number)), "-".join(cardinal(number)))}
_WORDS |= {f"{word[:-1]}ies": number for word, number in _WORDS.items() if number >= 20 and number % 10 == 0}
_HAN = {han_number(str(number)): number for number in range(1, 111)}
_NUMBER = r"\d{1,3}|" + "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_HAN_NUMBER = r"\d{1,3}|[一二三四五六七八九十百]{1,5}"
_AGE = re.compile(
    rf"\(?(?:(?:is|aged?|about|around|now|in (?:his|her|their))\s+)*(?P<part>early|mid|late)?[ -]*"
    rf"(?P<number>{_NUMBER})(?P<decade>'?s)?(?P<old>[ -]years?[ -]old)?(?=\s*[,.;:)–—-]|\s*$|\s+(?:and|with|in)\b)",
    re.I,
)
_AGE_HAN = re.compile(
    rf"[（(，,]?\s*(?:今年|年约|约|大约)?(?P<number>{_HAN_NUMBER})(?P<about>多|来|出头|左右)?岁?(?P<early>出头)?"
)
_SAID = re.compile(rf"\bI(?:'m| am)(?: only)? (?P<number>{_NUMBER})(?: years old)?(?=[.,!?]|$)", re.I)
_SAID_HAN = re.compile(rf"我(?:今年|已经|都|才)?(?P<number>{_HAN_NUMBER})岁")
_PASSES = re.compile(
    r"YEARS? (?:LATER|AGO|EARLIER|BEFORE)|FLASH ?(?:BACK|FORWARD)|DECADES? |MEMORY|DREAM|BIRTHDAY|\b(?:1[89]|20)\d\d\b"
    r"|年后|年前|闪回|回忆|梦|生日",
    re.I,
)
_YOUNGEST, _OLDEST = 1, 110
_DECADES = {"early": (0, 3), "mid": (4, 6), "late": (7, 9), "": (0, 9)}


@dataclass(frozen=True)
class Age:
    """How old somebody is said to be, in years, first and last included, and in which words."""

    least: int
    most: int
    line: int
    words: str
    is_said: bool


def ages(lines: Sequence[Line], names: Mapping[str, str]) -> dict[str, list[Age]]:
    """Return how old characters are said to be, in the order of the screenplay.

    Parameters
    ----------
    lines : sequence of Line
    names : mapping of str to str
        Whose name each way of writing it is.
    """
    found: dict[str, list[Age]] = defaultdict(list)
    calls = sorted(names, key=len, reverse=True)
    places = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" if each.isascii() else re.escape(each)
                                 for each in calls) or r"(?!)")  # fmt: skip
    upper = {name.upper(): whose for name, whose in names.items()}
    for number, line in enumerate(lines):
        if line.kind == "action":
            for call in re.finditer(places, line.text) if line.text else ():
                if told := _behind(line.text, call.end(), number):
                    found[names[call[0]]].append(told)
            for call, whose in _in_capitals(line.text, upper):
                if (told := _behind(line.text, call.end(), number)) and told not in found[whose]:
                    found[whose].append(told)
        elif line.kind == "dialogue" and line.who:
            for said in (*_SAID.finditer(line.text), *_SAID_HAN.finditer(line.text)):
                if told := _age(said, number, is_said=True):
                    found[line.who].append(told)
    return dict(found)


def age_notices(lines: Sequence[Line], names: Mapping[str, str]) -> Iterator[Notice]:
    """Yield where a character's age is another than before."""
    for character, told in ages(lines, names).items():
        first = told[0]
        for each in told[1:]:
            apart = max(each.least - first.most, first.least - each.most)
            if apart <= 0 or _years_pass(lines[first.line : each.line + 1]):
                continue
            score = 0.9 if apart > 1 else 0.5
            if each.is_said or first.is_said:
                score -= 0.3  # people lie about it
            yield Notice("age", character, each.line, first.line, first.words, each.words, first.words, score)


def _in_capitals(text: str, upper: Mapping[str, str]) -> Iterator[tuple[re.Match[str], str]]:
    for found in re.finditer(r"\b[A-Z][A-Z'’.]+(?: [A-Z][A-Z'’.]+)*", text):
        if found[0] in upper:
            yield found, upper[found[0]]


def _behind(text: str, at: int, line: int) -> Age | None:
    """Return the age that stands right behind a name."""
    found = re.match(r"\s*(?:,\s*|(?=\()|\s+(?=is\s+(?:\d|[a-z-]+ years old)))", text[at:])
    if found and (age := _AGE.match(text, at + found.end())):
        return _age(age, line)
    if (
        re.match(r"[（(]|，?(?=[^，。]{0,4}岁)", text[at:])
        and (age := _AGE_HAN.match(text, at))
        and "岁" in text[at : age.end() + 2]
    ):
        return _age(age, line)
    return None


def _age(found: re.Match[str], line: int, *, is_said: bool = False) -> Age | None:
    groups = found.groupdict()
    word = groups["number"].lower()
    years = int(word) if word.isdigit() else _WORDS.get(word, _HAN.get(word, 0))
    if not _YOUNGEST <= years <= _OLDEST:
        return None
    words = found[0].strip(" ,，（()")
    part = (groups.get("part") or "").lower()
    if groups.get("decade") or part or word.endswith("ies"):
        low, high = _DECADES[part]
        return Age(years + low, years + high, line, words, is_said)
    if groups.get("about") or groups.get("early"):
        low, high = (0, 9) if groups.get("about") == "多" else (-3, 5)
        return Age(years + low, years + high, line, words, is_said)
    return Age(years, years, line, words, is_said)


def _years_pass(between: Sequence[Line]) -> bool:
    return any(line.kind != "dialogue" and _PASSES.search(line.text) for line in between)
