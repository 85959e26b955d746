"""Drafts: which line of a new draft is which of an old one.

A line is told by its content: the same words of the same person are the same line wherever they moved; between lines
that stayed, the most alike belong together in order; what is left and still much alike was moved and edited. A line's
number says nothing, because the next line that is put in changes it.

Source: Heckel, "A technique for isolating differences between files", CACM 21(4), 1978, for lines that occur once;
Needleman & Wunsch, J. Mol. Biol. 48, 1970, for what lies between them.
"""

import hashlib
import itertools
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

_LEAST_BETWEEN = 45.0  # likeness, 0..100, of lines between neighbours that stayed
_LEAST_MOVED = 75.0
_SAME_PERSON = 10.0  # more likeness where the same person speaks
_MOST_BETWEEN = 2_000_000  # pairs of lines looked at at once: a script written anew from page to page is none edited


class Said(NamedTuple):
    """What makes a line: its kind, who speaks, and its words."""

    kind: str
    who: str
    text: str


def aligned(old: Sequence[Said], new: Sequence[Said]) -> list[int | None]:
    """Return for each new line which old one it was; None for one that is new."""
    before, after = [_key(each) for each in old], [_key(each) for each in new]
    found = _once(before, after)
    _fill_between(found, before, after, old, new)
    _moved(found, before, after, old, new)
    return found


def is_kept(one: str, other: str) -> bool:
    """Say whether a line is hardly another one than in another draft.

    >>> is_kept("It works for crumbs.", "It works for crumbs!"), is_kept("It works for crumbs.", "The compass turns.")
    (True, False)
    """
    texts = (_key(Said("", "", each)).text for each in (one, other))
    return bool(fuzz.ratio(*texts) >= _LEAST_MOVED)


def current(rows: Iterable[Mapping[str, Any]], drafts: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of screenplays without those of drafts that another one stands for.

    Parameters
    ----------
    rows : rows with `asset`, the screenplay
    drafts : rows of the table of that name; what is not among them stays
    """
    older = {each["asset"] for each in drafts if not each["is_current"]}
    return [dict(row) for row in rows if row["asset"] not in older]


def identity(said: Said, taken: Iterable[str]) -> str:
    """Return a name for a line that has none yet, 16 hex digits: the same words get the same name in every run."""
    known = frozenset(taken)
    for turn in range(len(known) + 1):
        name = hashlib.blake2b("\x1f".join((*said, str(turn))).encode(), digest_size=8).hexdigest()
        if name not in known:
            return name
    raise AssertionError("one name more than there are taken ones must be free")


def _key(said: Said) -> Said:
    words = re.sub(r"[^\w]+", " ", said.text.lower()).strip()
    return Said(said.kind, said.who.lower(), words or said.text.strip())


def _once(before: Sequence[Said], after: Sequence[Said]) -> list[int | None]:
    """Match lines that occur once in both, and their neighbours that are the same."""
    places: dict[Said, list[int]] = defaultdict(list)
    for number, each in enumerate(before):
        places[each].append(number)
    counts: dict[Said, int] = defaultdict(int)
    for each in after:
        counts[each] += 1
    found: list[int | None] = [
        places[each][0] if counts[each] == 1 and len(places[each]) == 1 else None for each in after
    ]
    taken = {each for each in found if each is not None}
    for step in (1, -1):
        order = range(len(after)) if step == 1 else range(len(after) - 1, -1, -1)
        for number in order:
            neighbour = number - step
            if found[number] is not None or not 0 <= neighbour < len(after) or found[neighbour] is None:
                continue
            place = (found[neighbour] or 0) + step
            if 0 <= place < len(before) and place not in taken and before[place] == after[number]:
                found[number] = place
                taken.add(place)
    return found


def _fill_between(
    found: list[int | None], before: Sequence[Said], after: Sequence[Said], old: Sequence[Said], new: Sequence[Said]
) -> None:
    """Match edited lines between lines that stayed where they were."""
    stayed = rising([(number, place) for number, place in enumerate(found) if place is not None])
    edges = [(-1, -1), *stayed, (len(after), len(before))]
    taken = {each for each in found if each is not None}
    for (left, low), (right, high) in itertools.pairwise(edges):
        fresh = [number for number in range(left + 1, right) if found[number] is None]
        free = [place for place in range(low + 1, high) if place not in taken]
        if not fresh or not free or len(fresh) * len(free) > _MOST_BETWEEN:
            continue
        for row, column in _in_order(_likeness([new[n] for n in fresh], [old[p] for p in free])):
            found[fresh[row]] = free[column]


def _moved(
    found: list[int | None], before: Sequence[Said], after: Sequence[Said], old: Sequence[Said], new: Sequence[Said]
) -> None:
    """Match what is the same or much alike elsewhere, the likest first."""
    taken = {each for each in found if each is not None}
    free = [place for place in range(len(before)) if place not in taken]
    same: dict[Said, list[int]] = defaultdict(list)
    for place in reversed(free):
        same[before[place]].append(place)
    for number, each in enumerate(after):
        if found[number] is None and same[each]:
            found[number] = same[each].pop()
    taken = {each for each in found if each is not None}
    free = [place for place in free if place not in taken]
    fresh = [number for number in range(len(after)) if found[number] is None]
    if not fresh or not free or len(fresh) * len(free) > _MOST_BETWEEN:
        return
    like = _likeness([new[n] for n in fresh], [old[p] for p in free])
    rows, columns = np.nonzero(like >= _LEAST_MOVED)
    for row, column in sorted(zip(rows.tolist(), columns.tolist(), strict=True), key=lambda each: -like[each]):
        if found[fresh[row]] is None and free[column] not in taken:
            found[fresh[row]] = free[column]
            taken.add(free[column])


def _likeness(new: Sequence[Said], old: Sequence[Said]) -> npt.NDArray[np.float32]:
    """Return how alike lines are, 0..100; lines of another kind not at all."""
    texts = [[_key(each).text for each in side] for side in (new, old)]
    like = np.asarray(process.cdist(*texts, scorer=fuzz.ratio, dtype=np.float32), np.float32)
    for row, one in enumerate(new):
        for column, other in enumerate(old):
            if one.kind != other.kind:
                like[row, column] = 0
            elif one.who and one.who.lower() == other.who.lower():
                like[row, column] += _SAME_PERSON
    return like


def _in_order(like: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    """Match in order so that the sum of likeness is the highest; pairs less alike than the least do not count."""
    gain = np.where(like >= _LEAST_BETWEEN, like - _LEAST_BETWEEN + 1, 0)
    best = np.zeros((len(like) + 1, like.shape[1] + 1))
    for row in range(len(like)):
        with_pair = best[row, :-1] + gain[row]
        best[row + 1, 1:] = np.maximum.accumulate(np.maximum(with_pair, best[row, 1:]))
    pairs, row, column = list[tuple[int, int]](), len(like), like.shape[1]
    while row and column:
        if best[row, column] == best[row - 1, column]:
            row -= 1
        elif best[row, column] == best[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return pairs[::-1]


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most pairs whose places rise, of pairs in order: the lines that did not move."""
    tails, ends, links = list[int](), list[int](), list[int]()
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        links.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(place)
            ends.append(number)
        else:
            tails[at], ends[at] = place, number
    run, number = list[tuple[int, int]](), ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = links[number]
    return run[::-1]
