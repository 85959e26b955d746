"""Bidi: text that reads from the right, in the order in which it is seen, for writers that only set from the left.

Each line is one paragraph. Numbers and Latin words within it stay as they read; brackets are mirrored; Arabic letters
take the form that their neighbours ask for. Explicit embeddings are not obeyed.

Source: Unicode Standard Annex #9 (rules P2, W, N1, N2, L2, L4, in this order); The Unicode Standard, 9.2 (joining): the
forms are those that the character database maps back to a letter.
"""

import unicodedata
from functools import cache, partial
from itertools import groupby

_RIGHT = frozenset({"R", "AL"})
_NUMBERS = frozenset({"EN", "AN"})
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def in_sight(line: str) -> tuple[str, bool]:
    """Return a line as it is seen from left to right, and whether it reads from the right.

    Examples
    --------
    >>> in_sight("abc (1)")
    ('abc (1)', False)
    >>> in_sight("שלום 12")
    ('12 םולש', True)
    """
    if line.isascii():
        return line, False
    kinds = [unicodedata.bidirectional(each) for each in line]
    if not _RIGHT & set(kinds):
        return line, False
    strong = next(kind for kind in kinds if kind in _RIGHT or kind == "L")
    base = int(strong in _RIGHT)
    return _turned(_joined(line), _levels(kinds, base)).translate(_MARKS), bool(base)


def _levels(kinds: list[str], base: int) -> list[int]:
    """Return how deep each character stands: odd from the right, even from the left."""
    seen = ["R" if kind in _RIGHT else "L" if kind == "L" else "N" if kind in _NUMBERS else "" for kind in kinds]
    outside = "R" if base else "L"
    for at, kind in enumerate(kinds):  # marks on a letter, and a point or a sign at a number, are as what they stand at
        if kind == "NSM" and at:
            seen[at] = seen[at - 1]
        is_between = 0 < at < len(kinds) - 1 and seen[at - 1] == "N" == seen[at + 1]
        if kind in ("CS", "ES") and is_between:
            seen[at] = "N"
    strong = outside
    for at, kind in enumerate(seen):  # a number in text from the left is as that text
        strong = kind if kind in ("L", "R") else strong
        seen[at] = "L" if kind == "N" and strong == "L" else kind
    levels = []
    for at, kind in enumerate(seen):
        if not kind:
            before = next((each for each in reversed(seen[:at]) if each), outside)
            after = next((each for each in seen[at + 1 :] if each), outside)
            sides = {"R" if each == "N" else each for each in (before, after)}
            kind = sides.pop() if len(sides) == 1 else outside
        levels.append({"R": 1, "L": 2 * base, "N": 2}[kind])
    return levels


def _turned(line: str, levels: list[int]) -> str:
    """Turn every run round, the deepest first."""
    letters = [each.translate(_MIRRORED) if level % 2 else each for each, level in zip(line, levels, strict=True)]
    pairs = list(zip(letters, levels, strict=True))
    for level in (2, 1):
        turned: list[tuple[str, int]] = []
        for is_deep, members in groupby(pairs, partial(_is_deep, level)):
            run = list(members)
            turned += run[::-1] if is_deep else run
        pairs = turned
    return "".join(letter for letter, _ in pairs)


def _is_deep(level: int, pair: tuple[str, int]) -> bool:
    return pair[1] >= level


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Return the forms of Arabic letters: isolated, initial, medial, final."""
    found: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFDD0), *range(0xFE70, 0xFEFD)):
        kind, _, letter = unicodedata.decomposition(chr(code)).partition(" ")
        if kind in ("<isolated>", "<initial>", "<medial>", "<final>") and len(letter) == 4:
            found.setdefault(chr(int(letter, 16)), {}).setdefault(kind[1:-1], chr(code))
    return found


def _joined(line: str) -> str:
    """Give Arabic letters the form that joins them to their neighbours; how many there are stays the same."""
    forms = _forms()
    plain = [at for at, each in enumerate(line) if unicodedata.bidirectional(each) != "NSM"]
    letters = list(line)
    for place, at in enumerate(plain):
        mine = forms.get(line[at])
        if mine is None:
            continue
        before = line[plain[place - 1]] if place else ""
        after = line[plain[place + 1]] if place + 1 < len(plain) else ""
        is_after_one = "initial" in forms.get(before, {}) or before == "\u0640"
        is_before_one = "initial" in mine and ("final" in forms.get(after, {}) or after == "\u0640")
        is_after_one = is_after_one and "final" in mine
        wanted = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get(
            (is_after_one, is_before_one), "isolated"
        )
        letters[at] = mine.get(wanted, line[at])
    return "".join(letters)
