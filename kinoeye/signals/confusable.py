"""Confusable: whether two names are easily taken for one another, by letters, by their first letter and by sound.

Readers tell characters apart by the beginning of their names; two that begin alike, differ by one or two letters, or
sound alike are mixed up.

Source: Soundex: Russell, US patent 1,261,167, 1918, as Knuth, TAOCP 3, section 6.4, has it.
"""

import re

from rapidfuzz.distance import OSA

_CODES = {letter: code for code, letters in
          (("1", "bfpv"), ("2", "cgjkqsxz"), ("3", "dt"), ("4", "l"), ("5", "mn"), ("6", "r"))
          for letter in letters}  # fmt: skip
_LEAST_SHARE = 0.5  # of the letters of the shorter name must differ


def soundex(name: str) -> str:
    """Return how an English name sounds, roughly.

    >>> soundex("Robert"), soundex("Rupert"), soundex("Ashcraft"), soundex("Tymczak")
    ('R163', 'R163', 'A261', 'T522')
    """
    letters = re.sub(r"[^a-z]", "", name.lower())
    if not letters:
        return ""
    found, last = letters[0].upper(), _CODES.get(letters[0], "")
    for letter in letters[1:]:
        code = _CODES.get(letter, "")
        if code and code != last:
            found += code
        if letter not in "hw":
            last = code
    return (found + "000")[:4]


def confused(name: str, other: str) -> str:
    """Return why two names are easily confused: letters, first or sound; empty where they are not.

    >>> confused("MARIA", "MARIO"), confused("ANNA", "ALBERT"), confused("KARL", "CARL"), confused("NORA", "JUNE")
    ('letters', 'first', 'letters', '')
    """
    one, two = name.upper(), other.upper()
    shorter = min(len(one), len(two))
    if one in two or two in one or OSA.distance(one, two) <= _LEAST_SHARE * shorter:
        return "letters"
    if not one.isascii() or not two.isascii():
        return "letters" if set(one[1:]) & set(two[1:]) else ""
    if soundex(one)[1:] == soundex(two)[1:] != "000":
        return "sound"
    return "first" if one[:1] == two[:1] else ""
