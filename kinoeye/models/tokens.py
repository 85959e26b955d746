"""Tokens: the words of a screenplay's text, each with where it stands.

English is parted by NLTK's rules, Chinese by jieba with its parts of speech. A text is Chinese where Chinese signs are
more than a third of its letters.

Source: Bird, Loper & Klein, "Natural Language Processing with Python", 2009 (NLTK); jieba, github.com/fxsjy/jieba.
"""

import functools
import importlib
import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from kinoeye.models import cache

_SENTENCE = re.compile(r"[^.!?…。！？]*(?:[.!?…。！？]+[\"'”’)]*|$)")
_QUOTES = str.maketrans(dict.fromkeys('"“”„«»`', ",") | {"\n": " ", "’": "'", "‘": "'", "*": " ", "_": " "})
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_HAN_SIGN = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_GLUED = re.compile(r"[.,!?;:%)\]…。，！？；：、]|n't$|'(?:s|ll|re|ve|m|d|S)?$|na$")
_BEGINS = re.compile(r"(?:^|[.!?]\s+)[a-z]")
_LETTER = re.compile(r"[^\W\d_]")
_IRREGULAR = {
    "men": "man", "women": "woman", "children": "child", "feet": "foot", "teeth": "tooth", "mice": "mouse",
    "geese": "goose", "oxen": "ox", "people": "people", "policemen": "policeman", "firemen": "fireman",
    "thrown": "throw", "threw": "throw", "flew": "fly", "flown": "fly", "fell": "fall", "hid": "hide", "lit": "light",
    "wore": "wear", "worn": "wear", "held": "hold", "took": "take", "drove": "drive", "rode": "ride", "shot": "shot",
    "shook": "shake", "drew": "draw", "fought": "fight", "sang": "sing", "burnt": "burn", "bound": "bind",
}  # fmt: skip


@dataclass(frozen=True)
class Token:
    """A word or sign.

    Parameters
    ----------
    text : str
        As written.
    start, end : int, characters
    kind : str
        Part of speech of a Chinese word, as jieba names it; empty of others.
    """

    text: str
    start: int
    end: int
    kind: str = ""


def is_chinese(text: str) -> bool:
    """Say whether a text is to be read as Chinese."""
    return 3 * len(_HAN.findall(text)) > len(_LETTER.findall(text))


def tokens(text: str) -> list[Token]:
    """Return the words and signs of a text in order.

    Parameters
    ----------
    text : str
        In English or Chinese; its line feeds count as spaces.
    """
    return _chinese(text) if is_chinese(text) else list(_english(text))


def joined(words: Iterable[str]) -> str:
    """Return words and signs as a text, parted as a language writes them; a sentence begins with a capital letter.

    >>> joined(["do", "n't", "go", ",", "Nora", "!"]), joined(["老周", "不", "接", "。"])
    ("Don't go, Nora!", '老周不接。')
    """
    text = ""
    for word in words:
        glued = not text or _GLUED.match(word) or text.endswith(("(", "[", "$", "#", "-")) or word.startswith("-")
        if not glued and not (_HAN_SIGN.match(word) and _HAN_SIGN.match(text[-1])):
            text += " "
        text += word
    return _BEGINS.sub(lambda found: found[0].upper(), text)


def is_chinese_word(word: str) -> bool:
    """Say whether jieba's dictionary has a word.

    >>> is_chinese_word("黎明"), is_chinese_word("小慢")
    (True, False)
    """
    dictionary = _jieba().tokenizer
    dictionary.initialize()
    return bool(dictionary.FREQ.get(word))


def lemmas(word: str) -> Iterator[str]:
    """Yield what an English word may be a form of, the likeliest first, the word itself last.

    >>> next(lemmas("Knives")), list(lemmas("slammed"))
    ('knife', ['slam', 'slamm', 'slamme', 'slammed'])
    """
    word = word.lower()
    if word in _IRREGULAR:
        yield _IRREGULAR[word]
    elif len(word) > 3:
        yield from _forms(word)
    yield word


def _forms(word: str) -> Iterator[str]:
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("ves"):
        yield from (word[:-3] + "fe", word[:-3] + "f", word[:-1])
    elif word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        yield from (word[:-2], word[:-1])
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        yield word[:-1]
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2:
            if stem[-1] == stem[-2]:
                yield stem[:-1]
            if stem.endswith("i"):
                yield stem[:-1] + "y"
            yield from (stem, stem + "e")


def _english(text: str) -> Iterator[Token]:
    plain = text.translate(_QUOTES)
    for sentence in _SENTENCE.finditer(plain):
        for start, end in _tokenizer().span_tokenize(sentence[0]):
            begin = sentence.start() + start
            yield Token(text[begin : begin + end - start], begin, begin + end - start)


def _chinese(text: str) -> list[Token]:
    found, at = [], 0
    for word, kind in _parted(text.translate({ord("\n"): " "})):
        found.append(Token(text[at : at + len(word)], at, at + len(word), kind))
        at += len(word)
    return [each for each in found if each.text.strip()]


@functools.cache
def _tokenizer() -> Any:
    # NLTK takes seconds to import, and only texts in English need it.
    return importlib.import_module("nltk.tokenize.destructive").NLTKWordTokenizer()


def _parted(text: str) -> list[tuple[str, str]]:
    return [(each.word, each.flag) for each in _jieba().cut(text)]


@functools.cache
def _jieba() -> Any:
    with warnings.catch_warnings():
        # Its regular expressions have invalid escapes, and it asks for pkg_resources: both only warn.
        warnings.simplefilter("ignore")
        jieba = importlib.import_module(
            "jieba"
        )  # two seconds with its parts of speech, and only where there is Chinese
        speech = importlib.import_module("jieba.posseg")
    dictionary = jieba.Tokenizer()
    # It keeps its dictionary as marshalled bytes, in the temporary folder that all users share: not there.
    dictionary.tmp_dir = str(cache.folder())
    with suppress(OSError):
        cache.folder().mkdir(parents=True, exist_ok=True)
    jieba.setLogLevel(logging.CRITICAL + 1)  # a folder that cannot be written costs it half a second, no more
    return speech.POSTokenizer(dictionary)
