"""Terms: how running text becomes what the index compares, and where it stands in the text.

Latin script: lower case, accents folded, English stems. Chinese: words by jieba, and every sign by itself so that a
part of a word is found too.

Source: Porter, "Snowball: a language for stemming algorithms", 2001 (English); jieba, github.com/fxsjy/jieba.
"""

import functools
import logging
import re
import warnings
from contextlib import suppress
from typing import Any

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from kinoeye.models import cache

LONGEST_TERM = 64  # bytes; longer ones are noise (base64, rulers), not words

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_HAN_SIGN = re.compile(f"([{_HAN}])")


@functools.cache
def analyser() -> TextAnalyzer:
    """Return the analyser of the field `words`."""
    return _builder().filter(Filter.stemmer("english")).build()


@functools.cache
def plain_analyser() -> TextAnalyzer:
    """Return the analyser without stems, for beginnings of words."""
    return _builder().build()


def has_han(text: str) -> bool:
    """Tell whether there is a Chinese sign in it."""
    return not text.isascii() and _HAN_RUN.search(text) is not None


def segmented(text: str) -> str:
    """Return the text with spaces between Chinese words, overlapping ones included; other text as it is."""
    if not has_han(text):
        return text
    return _HAN_RUN.sub(lambda run: f" {' '.join(_jieba().cut_for_search(run.group()))} ", text)


def spaced(text: str) -> str:
    """Return the text with a space around every Chinese sign."""
    return _HAN_SIGN.sub(r" \1 ", text)


def terms(text: str) -> list[str]:
    """Return the terms of running text in their order."""
    return list(analyser().analyze(segmented(text)))


def signs(text: str) -> list[str]:
    """Return the terms of running text with every Chinese sign by itself."""
    return list(analyser().analyze(spaced(text)))


def folded(text: str) -> str:
    """Return a tag's value as it is compared: lower case, without accents, words apart by one space."""
    return " ".join(plain_analyser().analyze(text)) or text.strip().lower()


def places(text: str, wanted: set[str], beginnings: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    """Return where wanted terms stand in the text.

    Parameters
    ----------
    text : str
    wanted : set of str
        Terms, as `terms` and `signs` give them.
    beginnings : tuple of str
        Beginnings of words, as `plain_analyser` gives them.

    Returns
    -------
    list of (first character, one past the last), in order, without overlap
    """
    found = [
        (token.char_offset_from, token.char_offset_to)
        for token in analyser().pre_tokenize(text).tokens
        if token.text in wanted
    ]
    if beginnings:
        found += [
            (token.char_offset_from, token.char_offset_to)
            for token in plain_analyser().pre_tokenize(text).tokens
            if token.text.startswith(beginnings)
        ]
    for run in _HAN_RUN.finditer(text):
        found += [
            (run.start() + at, run.start() + at + len(term))
            for term in wanted
            for at in _occurrences(term, run.group())
        ]
    return _joined(found)


def _occurrences(term: str, text: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(term), text)]


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if joined and begin <= joined[-1][1] and begin < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def _builder() -> TextAnalyzerBuilder:
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(LONGEST_TERM))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
    )


@functools.cache
def _jieba() -> Any:
    with warnings.catch_warnings():
        # Its regular expressions have invalid escapes, and it asks for pkg_resources: both only warn.
        warnings.simplefilter("ignore")
        import jieba  # half a second, and only where there is Chinese
    # It keeps its dictionary as marshalled bytes, in the temporary folder that all users share: not there.
    jieba.dt.tmp_dir = str(cache.folder())
    with suppress(OSError):
        cache.folder().mkdir(parents=True, exist_ok=True)
    jieba.setLogLevel(logging.CRITICAL + 1)  # a folder that cannot be written costs it half a second, no more
    jieba.initialize()
    return jieba
