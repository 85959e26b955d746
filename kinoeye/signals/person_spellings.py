"""Person spellings: names of film people as they are compared, and how two spellings may be of one person.

"Spielberg, Steven", "STEVEN SPIELBERG" and "S. Spielberg" are taken apart into given names, family name and what comes
behind (junior, the number that IMDb gives namesakes). Chinese names are the same with and without the point between
their parts, and meet those in Latin letters by pinyin, where the family name stands first or last.
"""

import importlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import OSA

from kinoeye.signals.title_names import plain

_SUFFIXES = {
    "jr": "jr", "junior": "jr", "fils": "jr", "filho": "jr", "sr": "sr", "senior": "sr", "pere": "sr",
    "ii": "2", "iii": "3", "iv": "4",
}  # fmt: skip
_PARTICLES = frozenset(
    ("von", "van", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "ten", "ter", "bin",
     "ibn", "al", "el", "zu", "af", "av", "st", "saint", "san")
)  # fmt: skip
_TITLES = frozenset(("sir", "dame", "dr", "mr", "mrs", "ms", "lord", "lady"))
_NUMBER = re.compile(r"\(([ivx]{1,5}|\d{1,2})\)", re.I)  # IMDb's "John Smith (II)"
_NOTE = re.compile(r"[(（\[][^)）\]]*[)）\]]")
_NICKNAME = re.compile(r"(?<!\w)[\"“”'‘]([^\"“”'‘’]{2,})[\"“”'’](?!\w)")
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHE = re.compile(r"['’`´ʻ]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_DOUBLE = frozenset(
    (
        "欧阳",
        "司马",
        "诸葛",
        "上官",
        "司徒",
        "夏侯",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "长孙",
        "宇文",
        "端木",
        "东方",
        "南宫",
    )
)
_LONGEST_HAN = 4  # signs: a longer name without point is a foreign one as it sounds
_SLIP_LETTERS = 7  # a shorter family name and first name together are another name where a letter differs


@dataclass(frozen=True)
class Person:
    """A person's name, taken apart.

    Parameters
    ----------
    given : tuple of str
        Given names and initials, in order.
    family : str
        With its particles; all of a name that has one word.
    suffix : str
        jr, sr, or a number; empty for most.
    """

    given: tuple[str, ...]
    family: str
    suffix: str = ""

    @cached_property
    def full(self) -> str:
        """All of it, in an order that does not depend on which part stands first."""
        return " ".join([*sorted((*self.given, *self.family.split())), self.suffix]).strip()

    @cached_property
    def loose(self) -> str:
        """The family name and the first initial."""
        return f"{self.family} {self.given[0][0]}" if self.given else self.family

    @cached_property
    def is_han(self) -> bool:
        """Whether it is written in Chinese signs."""
        return bool(_HAN.search(self.family))


@lru_cache(maxsize=300_000)
def person(text: str) -> Person:
    """Take a name apart.

    Examples
    --------
    >>> person("Spielberg, Steven") == person("STEVEN SPIELBERG"), person("J.J. Abrams").given
    (True, ('j', 'j'))
    >>> person("Efrem Zimbalist, Jr."), person("Lars von Trier").family
    (Person(given=('efrem',), family='zimbalist', suffix='jr'), 'von trier')
    >>> person("史蒂文·斯皮尔伯格").full == person("史蒂文斯皮尔伯格").full, person("張藝謀")
    (True, Person(given=('艺谋',), family='张', suffix=''))
    """
    number = _NUMBER.search(text)
    bare = _NICKNAME.sub(" ", _NOTE.sub(" ", text))
    small = _APOSTROPHE.sub("", plain(bare))
    if _HAN.search(small):
        return _chinese(small)
    front, comma, back = small.partition(",")
    words, behind = _WORD.findall(front), _WORD.findall(back)
    suffix = ""
    if comma and behind and all(word in _SUFFIXES for word in behind):
        suffix, behind = _SUFFIXES[behind[-1]], []
    elif behind and behind[-1] in _SUFFIXES and len(behind) > 1:
        suffix = _SUFFIXES[behind.pop()]
    if not behind and len(words) > 2 and words[-1] in _SUFFIXES:
        suffix = _SUFFIXES[words.pop()]
    suffix = plain(number.group(1)) if number and not suffix else suffix
    while len(words) > 2 and words[0] in _TITLES:
        words = words[1:]
    if behind:
        return Person(tuple(_initials(behind)), " ".join(words), suffix)
    begin = max(len(words) - 1, 0)
    while begin > 1 and words[begin - 1] in _PARTICLES:
        begin -= 1
    return Person(tuple(_initials(words[:begin])), " ".join(words[begin:]) or small.strip(), suffix)


def same_name(one: Person, other: Person) -> str:
    """Return how two names may be of one person: same, middle, initial, sound, slip; empty where they are not.

    Parameters
    ----------
    one, other : Person

    Returns
    -------
    str
        ``same``: every word; ``middle``: one has a middle name or initial more; ``initial``: given names against their
        initials; ``sound``: a Chinese name and its pinyin; ``slip``: a letter differs; ``suffix``: one lacks "Jr.".

    Examples
    --------
    >>> def how(one, other): return same_name(person(one), person(other))
    >>> how("Steven Spielberg", "S. Spielberg"), how("Ang Lee", "Lee Ang"), how("Samuel L. Jackson", "Samuel Jackson")
    ('initial', 'same', 'middle')
    >>> how("张艺谋", "Zhang Yimou"), how("Robert Downey Jr.", "Robert Downey Sr."), how("Kim Li", "Kim Lu")
    ('sound', '', '')
    >>> how("Robert Downey Jr.", "Robert Downey")
    'suffix'
    """
    if one.suffix != other.suffix:
        is_same = (one.given, one.family) == (other.given, other.family)
        return "suffix" if is_same and "" in (one.suffix, other.suffix) else ""
    if one.full == other.full:
        return "same"
    if one.is_han != other.is_han:
        han, latin = (one, other) if one.is_han else (other, one)
        return "sound" if latin.full in sounds(han) else ""
    if one.is_han:
        return ""
    if one.family == other.family and one.given and other.given:
        return _given(one.given, other.given)
    whole, theirs = "".join((*one.given, one.family)), "".join((*other.given, other.family))
    is_long = min(len(whole), len(theirs)) >= _SLIP_LETTERS
    if whole.replace(" ", "") == theirs.replace(" ", ""):
        return "same"
    return "slip" if is_long and OSA.distance(whole, theirs, score_cutoff=1) <= 1 else ""


@lru_cache(maxsize=50_000)
def sounds(one: Person) -> frozenset[str]:
    """Return a Chinese name in pinyin as `Person.full` has it; nothing where it is a foreign name as it sounds.

    >>> sorted(sounds(person("张艺谋"))), sorted(sounds(person("史蒂文·斯皮尔伯格")))
    (['mou yi zhang', 'yimou zhang'], [])
    """
    if not one.is_han or not one.given or len(one.family) > 2 or len(one.given[0]) > 2:
        return frozenset()
    lazy = importlib.import_module("pypinyin").lazy_pinyin
    family, given = "".join(lazy(one.family)), [each.replace("ü", "u") for each in lazy(one.given[0])]
    return frozenset((" ".join(sorted((family, "".join(given)))), " ".join(sorted((family, *given)))))


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    """Return how given names of the same family name agree."""
    if "".join(one) == "".join(other):
        return "same"
    short, long = sorted((one, other), key=len)
    if short[0] == long[0] and len(short[0]) > 1:
        rest = all(_agrees(each, long[place]) for place, each in enumerate(short) if place)
        return "middle" if rest else ""
    if all(_agrees(each, long[place]) for place, each in enumerate(short)):
        return "initial"
    whole, theirs = "".join(one), "".join(other)
    is_slip = len(one) == len(other) and min(len(whole), len(theirs)) >= 5
    return "slip" if is_slip and OSA.distance(whole, theirs, score_cutoff=1) <= 1 else ""


def _agrees(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _chinese(text: str) -> Person:
    parts = ["".join(_HAN.findall(part)) or part for part in re.split(r"[·・•‧.\-\s]+", text.strip()) if part]
    joined = "".join(parts)
    if len(parts) > 1 and len(joined) > _LONGEST_HAN:
        return Person((), joined)
    if len(joined) > _LONGEST_HAN or len(joined) < 2:
        return Person((), joined)
    length = 2 if joined[:2] in _DOUBLE and len(joined) > 2 else 1
    return Person((joined[length:],), joined[:length])


def _initials(words: list[str]) -> list[str]:
    """Return given names, several initials written as one word apart: "jj" has no vowel, so it is no name."""
    found: list[str] = []
    for word in words:
        is_initials = len(word) in (2, 3) and word.isascii() and not set(word) & set("aeiouy")
        found += list(word) if is_initials else [word]
    return found
