"""Title numbers: numbers in the names of films as digits, however they are written.

"Part Two", "II", "2", "第二部" are one number; "twelve" is 12 and "second" 2nd. A single letter is a Roman numeral only
at the end of a name or behind a word that counts, so "V for Vendetta" and "I, Robot" keep theirs.
"""

import re
from collections.abc import Sequence

from kinoeye.signals.numerals import cardinal, ordinal

# Words that count what follows them and are no part of the name themselves.
COUNTING = frozenset(
    ("part", "pt", "vol", "volume", "chapter", "chapitre", "episode", "teil", "partie", "parte", "tome", "capitulo")
)
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_VALUES = {"i": 1, "v": 5, "x": 10}
_UNITS = {cardinal(number)[0]: number for number in range(20)}
_TENS = {cardinal(number)[0]: number for number in range(20, 100, 10)}
_LARGE = {"hundred": 100, "thousand": 1000}
_ORDINALS = {"".join(ordinal(number)): number for number in range(1, 32)}
_WRITTEN_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_HAN_DIGITS = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_PART = re.compile(r"第([零〇一二两三四五六七八九十\d]{1,4})[部季集章回卷]|之([一二三四五六七八九十])(?=\W|$)")
_HAN_LAST = re.compile(r"(?<=[\u4e00-\u9fff][\u4e00-\u9fff])\s*([一二三四五六七八九十])$")


def with_digits(words: Sequence[str]) -> list[str]:
    """Return the words of a name with its numbers as digits, and without the words that count.

    Parameters
    ----------
    words : sequence of str
        In small letters, without accents.

    Examples
    --------
    >>> with_digits(["godfather", "part", "ii"]), with_digits(["rocky", "v"]), with_digits(["v", "for", "vendetta"])
    (['godfather', '2'], ['rocky', '5'], ['v', 'for', 'vendetta'])
    >>> with_digits("one hundred and one dalmatians".split()), with_digits("twenty one grams".split())
    (['101', 'dalmatians'], ['21', 'grams'])
    >>> with_digits("friday the thirteenth".split()), with_digits("friday the 13th".split())
    (['friday', 'the', '13th'], ['friday', 'the', '13th'])
    """
    found: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        counted = place > 0 and words[place - 1] in COUNTING
        if word in COUNTING and place + 1 < len(words) and _number(words, place + 1, is_counted=True)[1]:
            place += 1
            continue
        value, length = _number(words, place, is_counted=counted)
        found.append(value if length else word)
        place += length or 1
    return found


def han_numbers(text: str) -> str:
    """Return a Chinese name with the number of its part as digits behind it.

    >>> han_numbers("黑客帝国第二部"), han_numbers("叶问三"), han_numbers("十二公民"), han_numbers("三毛")
    ('黑客帝国 2 ', '叶问 3', '十二公民', '三毛')
    """
    text = _HAN_PART.sub(lambda found: f" {_han_value(found.group(1) or found.group(2))} ", text)
    return _HAN_LAST.sub(lambda found: f" {_han_value(found.group(1))}", text)


def _number(words: Sequence[str], place: int, *, is_counted: bool) -> tuple[str, int]:
    """Return the number that begins at a word and how many words it takes; 0 where none begins."""
    word = words[place]
    if word.isdecimal():
        return word.lstrip("0") or "0", 1
    if word in _ORDINALS:
        return f"{_ORDINALS[word]}th", 1
    if written := _WRITTEN_ORDINAL.fullmatch(word):
        return f"{int(written.group(1))}th", 1
    if word in _UNITS or word in _TENS:
        return _spelled(words, place)
    is_last = 0 < place == len(words) - 1
    if _ROMAN.fullmatch(word) and word and (len(word) > 1 or is_counted or is_last):
        return str(_roman(word)), 1
    return "", 0


def _spelled(words: Sequence[str], place: int) -> tuple[str, int]:
    """Return a number in words, such as "one hundred and one", and how many words it takes."""
    total, run, end = 0, 0, place
    while end < len(words):
        word = words[end]
        if word in _UNITS and run % 10 == 0 and (run % 100 == 0 or _UNITS[word] < 10):
            run += _UNITS[word]
        elif word in _TENS and run % 100 == 0:
            run += _TENS[word]
        elif word in _LARGE and run:
            run *= _LARGE[word]
            if word == "thousand":
                total, run = total + run, 0
        elif word == "and" and end > place and words[end - 1] in _LARGE and end + 1 < len(words):
            if words[end + 1] not in _UNITS and words[end + 1] not in _TENS:
                break
        else:
            break
        end += 1
    return str(total + run), end - place


def _roman(word: str) -> int:
    values = [_VALUES[letter] for letter in word]
    return sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))


def _han_value(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.partition("十")
    if ten:
        return 10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(ones, 0)
    return int("".join(str(_HAN_DIGITS.get(sign, 0)) for sign in text))
