"""Spoken: a text as the words that a voice would say, so that it can be laid over a sound.

Numbers, ordinals, years, money, times of day, percentages, abbreviations and signs are spelled out in English; Chinese
numbers and years in Chinese signs. What is not said (brackets with directions, names of speakers before a colon, notes
in square brackets) is left out. Guessing has limits: "1984" is read as a year, "St." as "saint".
"""

import re
import unicodedata
from dataclasses import dataclass

from kinoeye.signals.numerals import cardinal, digits, han_number, han_year, number_words, ordinal, year

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"

_ABBREVIATIONS = {
    "mr": "mister", "mrs": "missus", "ms": "miz", "dr": "doctor", "st": "saint", "prof": "professor", "vs": "versus",
    "etc": "et cetera", "jr": "junior", "sr": "senior", "lt": "lieutenant", "capt": "captain", "sgt": "sergeant",
    "col": "colonel", "gen": "general", "gov": "governor", "rev": "reverend", "hon": "honourable", "no": "number",
    "approx": "approximately", "dept": "department", "ft": "feet", "lb": "pounds", "lbs": "pounds", "oz": "ounces",
}  # fmt: skip
_ALWAYS = frozenset({"mr", "mrs", "dr", "vs", "etc", "sgt", "lbs"})  # also without their point
_MONEY = {"$": ("dollar", "cent"), "£": ("pound", "penny"), "€": ("euro", "cent"), "¥": ("yen", "sen")}
_SIGNS = {"&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "°": "degrees"}
_SCALE = r"(?:\s+(hundred|thousand|million|billion|trillion))?"

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|[♪♫#*_~]|（[^（）]*）|【[^【】]*】")
_HAN_YEAR = re.compile(r"(\d{4})(?=年)")
_HAN_NUMBER = re.compile(rf"(?<=[{HAN}])(\d[\d,]*(?:\.\d+)?)|(\d[\d,]*(?:\.\d+)?)(?=[{HAN}])")
_TOKEN = re.compile(
    rf"(?P<money>[$£€¥]\s?\d[\d,]*(?:\.\d+)?{_SCALE})"
    r"|(?P<clock>\d{1,2}:\d{2}(?!\d))"
    r"|(?P<ordinal>\d[\d,]*(?:st|nd|rd|th)\b)"
    r"|(?P<decade>\d{3}0'?s\b)"
    r"|(?P<number>\d[\d,]*(?:\.\d+)?)"
    rf"|(?P<han>[{HAN}]+)"
    r"|(?P<initials>(?:[^\W\d_]\.){2,})"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*'?\.?)"
    r"|(?P<sign>[&+=%@°])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Spoken:
    """One word as it is said.

    Parameters
    ----------
    word : str
        Lower case, letters and apostrophes; a Chinese run stands whole, to be parted by who knows its words.
    written : str
        As it stands in the text; empty where this word goes on what the one before began.
    """

    word: str
    written: str


def spoken(text: str) -> list[Spoken]:
    """Return a text as the words that are said.

    Parameters
    ----------
    text : str

    Examples
    --------
    >>> " ".join(each.word for each in spoken("Mr. Smith paid $5.50 on May 2nd, 1984 (laughs)."))
    'mister smith paid five dollars fifty cents on may second nineteen eighty four'
    """
    text = unicodedata.normalize("NFKC", text.replace("’", "'").replace("‘", "'").replace("％", "%"))
    text = _BRACKETS.sub(" ", text)
    text = _HAN_YEAR.sub(lambda found: han_year(found[1]), text)
    text = _HAN_NUMBER.sub(lambda found: han_number(found[1] or found[2]), text)
    words: list[Spoken] = []
    for token in _TOKEN.finditer(text):
        said = _said(token)
        written = token.group().strip()
        words += [Spoken(word, written if not number else "") for number, word in enumerate(said)]
    return words


def plain(text: str) -> list[str]:
    """Return the spoken words of a text alone."""
    return [each.word for each in spoken(text)]


def _said(token: re.Match[str]) -> list[str]:
    kind, text = str(token.lastgroup), token.group()
    if token["money"]:
        return _money(text, token[2])
    if kind == "clock":
        return _clock(text)
    if kind == "ordinal":
        return ordinal(int(text[:-2].replace(",", "")))
    if kind == "decade":
        *before, last = year(int(text[:4]))
        return [*before, f"{last[:-1]}ies" if last.endswith("y") else f"{last}s"]
    if kind == "number":
        text = text.rstrip(",")
        is_year = len(text) == 4 and text.isdigit() and 1100 <= int(text) < 2100
        return year(int(text)) if is_year else number_words(text)
    if kind == "initials":
        return list(text.lower().replace(".", ""))
    if kind == "sign":
        return [_SIGNS[text]]
    return [text] if kind == "han" else _word(text)


def _word(text: str) -> list[str]:
    bare = text.rstrip(".").strip("'").lower()
    is_short = bare in _ALWAYS or (text.endswith(".") and bare in _ABBREVIATIONS and bare != "no")
    return _ABBREVIATIONS[bare].split() if is_short else [bare]


def _money(text: str, scale: str | None) -> list[str]:
    whole, _, part = re.sub(r"[^\d.]", "", text).partition(".")
    one, hundredth = _MONEY[text[0]]
    if scale:
        return [*number_words(f"{whole}.{part}" if part else whole), scale.lower(), _plural(one, 2)]
    said = [*cardinal(int(whole)), _plural(one, int(whole))] if int(whole) or not part else []
    if part and int(part):
        cents = int(part.ljust(2, "0")[:2])
        said += [*cardinal(cents), _plural(hundredth, cents)]
    return said


def _plural(name: str, count: int) -> str:
    if count == 1 or name in {"yen", "sen"}:
        return name
    return "pence" if name == "penny" else f"{name}s"


def _clock(text: str) -> list[str]:
    hour, minute = text.split(":")
    if minute == "00":
        return [*cardinal(int(hour)), "o'clock"]
    late = ["oh", *digits(minute[1])] if minute[0] == "0" else cardinal(int(minute))
    return [*cardinal(int(hour)), *late]
