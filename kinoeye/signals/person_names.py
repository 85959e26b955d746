"""Person names: one form for each, so that the same name is the same text.

Given name first, as on a poster; Chinese, Japanese and Korean names in their own signs stay as they are. What stands
in brackets behind a name (a part, a job) is no part of it.
"""

import re
import unicodedata
from collections.abc import Sequence

_BRACKETS = re.compile(r"\s*[(（\[][^)）\]]*[)）\]]")
_AS = re.compile(r"\s+(?:as|\.\.\.|…|饰)\s+.*$")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTICLES = frozenset(
    {"de", "van", "von", "der", "den", "da", "di", "del", "della", "la", "le", "du", "dos", "bin", "al", "el", "ten"}
)
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|phd|md)\.?$", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def person_of(text: str) -> str:
    """Return a person's name in its one form.

    Examples
    --------
    >>> person_of("Spielberg, Steven"), person_of("  Tom   HANKS "), person_of("张艺谋"), person_of("TOM HANKS")
    ('Steven Spielberg', 'Tom HANKS', '张艺谋', 'Tom Hanks')
    >>> person_of("Downey, Robert, Jr."), person_of("Robert Downey, Jr."), person_of("Mario Puzo (novel)")
    ('Robert Downey Jr.', 'Robert Downey Jr.', 'Mario Puzo')
    """
    text = " ".join(unicodedata.normalize("NFC", _AS.sub("", _BRACKETS.sub("", text))).split()).strip(" ,;|/·-")
    if _HAN.search(text):
        return text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) == 2 and _SUFFIX.match(parts[1]):
        text = " ".join(parts)
    elif len(parts) == 2 or (len(parts) == 3 and _SUFFIX.match(parts[2])):
        text = " ".join([parts[1], parts[0], *parts[2:]])
    if " " in text and text.isupper():
        text = " ".join(_capital(word) for word in text.split())
    return text


def is_inverted(cells: Sequence[str]) -> bool:
    """Say whether a column's cells hold one name each, the family's first: two parts, the second a given name.

    Examples
    --------
    >>> is_inverted(["Spielberg, Steven", "Scott, Ridley"]), is_inverted(["Tom Hanks, Tim Allen"])
    (True, False)
    """
    paired = [cell.split(",") for cell in cells if "," in cell]
    if not paired:
        return False
    inverted = sum(
        len(parts) == 2 and len(parts[1].split()) <= 2 and all(p.strip() for p in parts)
        and (len([w for w in parts[0].split() if w.lower() not in _PARTICLES]) == 1)
        for parts in paired
    )  # fmt: skip
    return inverted * 2 > len(paired)


def _capital(word: str) -> str:
    return _WORD.sub(lambda found: found[0][0] + found[0][1:].lower() if len(found[0]) > 2 else found[0], word)
