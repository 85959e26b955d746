"""Title names: names of films as they are compared, so that a name is the same however a catalogue writes it.

Case, width, accents, punctuation, spaces, "&", a leading or moved article, numbers in words or Roman numerals, and
traditional or simplified signs make no difference. What stands before and behind a colon or a dash is kept apart, for
catalogues drop the one or the other.
"""

import importlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from kinoeye.signals.title_numbers import han_numbers, with_digits

_ARTICLES = frozenset(("the", "a", "an"))  # of other languages only where moved: "Die Hard" begins with none
# "The" with a slip; as a word of its own it is none.
_NEARLY_THE = frozenset(
    ("th", "te", "teh", "hte", "thr", "thw", "rhe", "yhe", "tge", "tje", "tne", "tghe", "thge", "tjhe", "thje", "tthe",
     "thhe", "rthe", "trhe", "tyhe", "ythe", "thre", "thew", "thwe", "ghe", "gthe", "thd", "ths", "ht")
)  # fmt: skip
_MOVED = re.compile(
    r"^(.+),\s*(the|an?|l[eao]s?|l['’]|un[ea]?|el|der|die|das|il|gli|i|uma?|os?|as|den|det|de|het|een|en|ett)$", re.I
)
_YEAR = re.compile(r"\s*[(（\[]\s*(?:18|19|20)\d\d\s*[)）\]]\s*$")
_BRACKET = re.compile(r"^(.+?)\s*[(（]([^()（）]+)[)）]\s*$")
_ALIAS = re.compile(r"^(?:a\.?k\.?a\.?|also known as|又名)[:：\s]+", re.I)
_BREAK = re.compile(r"\s*[:：]\s+|\s*：\s*|\s+[-–—]\s+|\s*——\s*|\s+/\s+")
_DOTTED = re.compile(r"(?<!\w)(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?")
_QUOTES = re.compile(r"[’'`´ʼʻ\"“”«»]")
_RUNS = re.compile(r"[\u3400-\u9fff]+|\d+(?:st|nd|rd|th)\b|\d+|[^\W\d_\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th", "ß": "ss", "&": " and "}
)
_OWNER = re.compile(r"^(?:[^\W\d_][\w.]*\s+){0,2}[^\W\d_]\w*(?:['’]s|s['’])\s+(?=\S+\s+\S)")  # "National Lampoon's …"
_FRACTION = re.compile(r"(?<=\d)(?=[¼½¾⅓⅔])")
_ACCENTS = re.compile(r"[\u0300-\u036f]")  # of Latin, Greek and Cyrillic letters; those of kana make other syllables
_LEAST_PART = 4  # letters, or two Chinese signs: less than this names no film by itself


@dataclass(frozen=True)
class Name:
    """A name of a film as it is compared.

    Parameters
    ----------
    words : tuple of str
        Small letters and digits without accents, numbers as digits, without the leading article.
    said : tuple of str
        The same, numbers as they are written.
    parts : tuple of str
        What stands before the first and behind the last break, each as `joined`; empty where there is no break. Of
        "Tyler Perry's Good Deeds" nothing, and what is his.
    """

    words: tuple[str, ...]
    said: tuple[str, ...]
    parts: tuple[str, ...] = ()

    @cached_property
    def joined(self) -> str:
        """The words without spaces: "spider man" is "spiderman"."""
        return "".join(self.words)

    @cached_property
    def spelled(self) -> str:
        """What it says without spaces, numbers as they are written."""
        return "".join(self.said)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numbers in it, in their order; a last "1" is none: "Part One" is the film that has no number."""
        found = tuple(word for word in self.words if word[0].isdigit())
        return found[:-1] if len(self.words) > 1 and self.words[-1] == "1" else found

    @cached_property
    def is_han(self) -> bool:
        """Whether it is written in Chinese signs."""
        return bool(_HAN.search(self.joined))


@lru_cache(maxsize=200_000)
def name(text: str) -> Name:
    """Return a name as it is compared.

    Examples
    --------
    >>> name("Usual Suspects, The") == name("The USUAL suspects!"), name("Amélie").joined
    (True, 'amelie')
    >>> name("Spider-Man 2").joined, name("E.T. & Me").words, name("Star Wars: Episode IV - A New Hope").parts
    ('spiderman2', ('et', 'and', 'me'), ('starwars', 'newhope'))
    >>> name("臥虎藏龍") == name("卧虎藏龙"), name("ＷＡＬＬ·Ｅ").joined
    (True, 'walle')
    """
    clean = " ".join(_YEAR.sub("", unicodedata.normalize("NFKC", _FRACTION.sub(" ", text))).split())
    words, said = _worded(_moved(clean))
    parts: tuple[str, ...] = ()
    pieces = [piece for piece in _BREAK.split(clean) if piece]
    if len(pieces) > 1:
        ends = ("".join(_worded(_moved(piece))[0]) for piece in (pieces[0], pieces[-1]))
        parts = tuple(dict.fromkeys(end for end in ends if says_something(end)))
    elif owner := _OWNER.match(clean):
        parts = ("", "".join(_worded(clean[owner.end() :])[0]))
    return Name(words, said, parts)


def names_in(text: str) -> Iterator[str]:
    """Yield the names that one cell holds: the name itself, and those in brackets behind it.

    >>> list(names_in("City of Lost Children, The (Cité des enfants perdus, La) (1995)"))
    ['City of Lost Children, The', 'Cité des enfants perdus, La']
    >>> list(names_in("Seven (a.k.a. Se7en)")), list(names_in("霸王别姬 Farewell My Concubine"))
    (['Seven', 'Se7en'], ['霸王别姬', 'Farewell My Concubine'])
    """
    text = _YEAR.sub("", text.strip())
    inner: list[str] = []
    while found := _BRACKET.match(text):
        text = found.group(1)
        inner.append(_ALIAS.sub("", found.group(2)))
    scripts = re.fullmatch(r"(.*[\u3400-\u9fff][^A-Za-z]*?)[\s/]+([A-Za-z][^\u3400-\u9fff]{3,})", text)
    yield from (scripts.groups() if scripts else (text,))
    yield from reversed(inner)


def says_something(joined: str) -> bool:
    """Tell whether a part of a name is long enough to name a film."""
    return len(joined) >= (2 if _HAN.search(joined) else _LEAST_PART) and not joined.isdecimal()


def sound_of(text: str) -> str:
    """Return a Chinese name as it is written in pinyin without tones; empty where it is not all Chinese.

    >>> sound_of("卧虎藏龙"), sound_of("Tiger")
    ('wohucanglong', '')
    """
    joined = name(text).joined
    if not joined or not all(_HAN.match(sign) or sign.isdigit() for sign in joined):
        return ""
    return "".join(importlib.import_module("pypinyin").lazy_pinyin(joined)).replace("ü", "u")


def plain(text: str) -> str:
    """Return text in small letters without accents, signs simplified, width as usual.

    >>> plain("Ångström"), plain("張藝謀")
    ('angstrom', '张艺谋')
    """
    if text.isascii():
        return text.lower()
    small = unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)
    bare = unicodedata.normalize("NFC", _ACCENTS.sub("", unicodedata.normalize("NFD", small)))
    return str(_simplifier().convert(bare)) if _HAN.search(bare) else bare


@lru_cache(maxsize=1)
def _simplifier() -> Any:
    return importlib.import_module("opencc").OpenCC("t2s")


def _moved(text: str) -> str:
    """Return a name with its article in front again."""
    found = _MOVED.match(text)
    return f"{found.group(2)} {found.group(1)}" if found else text


def _worded(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words with numbers as digits, and as written."""
    text = plain(text).replace("&", " and ")
    text = _DOTTED.sub(lambda found: found.group().replace(".", ""), text)
    if _HAN.search(text):
        text = han_numbers(text.strip())
    words = _RUNS.findall(_QUOTES.sub("", text)) or text.split()
    if len(words) > 1 and (words[0] in _ARTICLES or words[0] in _NEARLY_THE):
        words = words[1:]
    return tuple(with_digits(words)), tuple(words)
