"""Tongues: a text of any language as the words that are laid over a sound, each with what stands for it in the text.

Numbers and abbreviations stay as they are written: how they are read is for whoever pronounces them. A Chinese sign is
a word of its own, as Chinese recognition is counted; its numbers, dates and percentages are spelled in signs first,
and the first sign carries what was written. Parting Chinese into longer words needs a dictionary of 40 MB and gives no
better times: who needs words joins signs.
"""

import re
import unicodedata

from kinoeye.signals.numerals import han_number, han_year
from kinoeye.signals.spoken import HAN, Spoken

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|[♪♫#*_~]|（[^（）]*）|【[^【】]*】")
# Letters with their marks (Indic and Arabic words have them inside), joined by apostrophes, hyphens or inner points.
_WORD = re.compile(r"\d+(?:[.,:/]\d+)*\s?[%‰€$£°]?|(?:[^\W\d_]\.){2,}|[^\W\d_][\w\u0300-\u036f\u0900-\u0dff'’]*\d*")
_CHINESE = re.compile(
    rf"(?P<year>\d{{4}})(?=年)|(?P<share>\d+(?:\.\d+)?)\s?[%％]|(?P<number>\d[\d,]*(?:\.\d+)?)|(?P<han>[{HAN}])"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
)


def worded(text: str, language: str) -> list[Spoken]:
    """Return a text as words, lower case, in the order they are said.

    Parameters
    ----------
    text : str
    language : str
        As ISO 639 writes it.

    Examples
    --------
    >>> [(each.word, each.written) for each in worded("¿Qué hora es (ríe)? Las 10:30.", "es")][2:]
    [('es', 'es'), ('las', 'Las'), ('10:30', '10:30')]
    >>> [(each.word, each.written) for each in worded("涨了50%", "zh")]
    [('涨', '涨'), ('了', '了'), ('百', '50%'), ('分', ''), ('之', ''), ('五', ''), ('十', '')]
    """
    text = _BRACKETS.sub(" ", unicodedata.normalize("NFC", text))
    if language in {"zh", "cmn", "yue"}:
        return [each for token in _CHINESE.finditer(unicodedata.normalize("NFKC", text)) for each in _chinese(token)]
    return [
        Spoken("".join(token.group().split()).replace("’", "'").lower(), token.group().strip())
        for token in _WORD.finditer(text)
    ]


def _chinese(token: re.Match[str]) -> list[Spoken]:
    kind, written = str(token.lastgroup), token.group()
    if kind in {"han", "word"}:
        return [Spoken(written.lower(), written)]
    before = "百分之" if kind == "share" else ""
    said = han_year(written) if kind == "year" else before + han_number(token[kind])
    return [Spoken(sign, "" if number else written) for number, sign in enumerate(said)]
