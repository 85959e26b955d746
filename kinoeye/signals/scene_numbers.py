"""Scene numbers: which ones stand twice, and which are left out.

A number may have an episode before it (3-12) and letters around it (A12, 12A), for scenes put in later; those need no
neighbours. Numbers that begin again (acts, episodes) are counted anew. Omitted scenes keep their numbers.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from kinoeye.signals.notices import Notice

_NUMBER = re.compile(r"(?:(?P<part>\d+)[-.·])?(?P<before>[A-Z]*)(?P<count>\d+)(?P<behind>[A-Z]*)")
_OMITTED = re.compile(r"OMIT|删除|取消", re.I)
_RANGE = re.compile(r"(\d+)\s*(?:-|–|TO|THROUGH|至|到)\s*(\d+)", re.I)
_MOSTLY = 0.8  # of the scenes must be numbered before one without a number is told


def number_notices(headings: Sequence[tuple[int, str, str]]) -> Iterator[Notice]:
    """Yield what is wrong with the numbers of scenes.

    Parameters
    ----------
    headings : sequence of (line, number, text)
        Every heading in order; the number is empty where it has none.
    """
    numbered = [each for each in headings if each[1]]
    if len(numbered) < 2:
        return
    for run in _runs(numbered):
        yield from _doubled(run)
        yield from _missing(run)
    if len(numbered) >= _MOSTLY * len(headings):
        for line, number, text in headings:
            if not number:
                yield Notice("number_missing", "", line, None, "", text, "", 0.7)


def _runs(headings: Sequence[tuple[int, str, str]]) -> Iterator[list[tuple[int, str, str]]]:
    """Part the headings where their numbers begin again."""
    run: list[tuple[int, str, str]] = []
    part = None
    for each in headings:
        found = _NUMBER.fullmatch(each[1].upper())
        now = found["part"] if found else part
        again = found is not None and int(found["count"]) <= 1 and not found["behind"] and len(run) > 1
        if run and (now != part or (again and run[-1][1] != each[1])):
            yield run
            run = []
        run.append(each)
        part = now
    if run:
        yield run


def _doubled(run: Sequence[tuple[int, str, str]]) -> Iterator[Notice]:
    first: dict[str, tuple[int, str, str]] = {}
    for line, number, text in run:
        if number.upper() in first:
            other = first[number.upper()]
            yield Notice("number_doubled", number, line, other[0], number, text, other[2], 0.95)
        else:
            first[number.upper()] = line, number, text


def _missing(run: Sequence[tuple[int, str, str]]) -> Iterator[Notice]:
    counts: dict[int, int] = {}
    for line, number, text in run:
        if _OMITTED.search(text) and (span := _RANGE.search(text)):
            counts.update(dict.fromkeys(range(int(span[1]), int(span[2]) + 1), line))
        if found := _NUMBER.fullmatch(number.upper()):
            counts.setdefault(int(found["count"]), line)
    known = sorted(counts)
    texts = {line: text for line, _, text in run}
    for one, other in pairwise(known):
        if other - one > 1:
            left_out = str(one + 1) if other - one == 2 else f"{one + 1}–{other - 1}"
            # Many at once are rather a part of a longer screenplay than forgotten.
            score = 0.85 if other - one <= 4 else 0.55
            yield Notice("number_missing", left_out, counts[other], counts[one], str(one), texts.get(counts[other], ""),
                         texts.get(counts[one], ""), score)  # fmt: skip
