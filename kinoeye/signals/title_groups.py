"""Title groups: rows that are one film, out of pairs that likely are, without chains.

The surest pair is joined first. Two groups become one only if no row of the one clashes with any of the other (ids,
years more than one apart, what people said) or is surely another film, and if all that was weighed between them speaks
for it together. A row that could as well be either of two films is joined with neither.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

Pair = tuple[int, int]

_RIVAL = 1.5  # nats: less between the best and the second, and nobody can tell which of two films is meant
_ANOTHER = -2.0  # nats: less, and two rows are two films, whatever lies between them
_ASKED = 16  # rows of a group with which those of another are weighed


def grouped(
    count: int,
    pairs: Mapping[Pair, float],
    *,
    clashes: Callable[[int, int], bool],
    weigh: Callable[[int, int], float],
    least: float,
) -> list[int]:
    """Return the group of each row: the number of its first row.

    Parameters
    ----------
    count : int
        Rows.
    pairs : mapping of (row, row) to nats
    clashes : callable
        Whether two rows can never be one.
    weigh : callable
        Nats for two rows that were not weighed before.
    least : float
        Nats below which two rows are not joined.

    Examples
    --------
    >>> def never(*_): return False
    >>> settings = dict(clashes=never, weigh=lambda *_: -1.0, least=0.0)
    >>> grouped(4, {(0, 1): 5.0, (1, 2): 1.0, (2, 3): 2.0}, **settings)
    [0, 0, 2, 2]
    """
    known = dict(pairs)

    def weighed(one: int, other: int) -> float:
        pair = min(one, other), max(one, other)
        if pair not in known:
            known[pair] = weigh(*pair)
        return known[pair]

    rivals = _undecided(pairs, lambda one, other: clashes(one, other) or weighed(one, other) < _ANOTHER, least)
    group = list(range(count))
    members: dict[int, list[int]] = {}
    for (one, other), nats in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        if nats < least:
            break
        if (one, other) in rivals or group[one] == group[other]:
            continue
        here, there = (members.get(group[each], [each]) for each in (one, other))
        if any(clashes(mine, theirs) for mine in here for theirs in there):
            continue
        if len(here) + len(there) > 2 and not _is_one(here, there, weighed, least):
            continue
        joined = sorted((*here, *there))
        for each in joined:
            group[each] = joined[0]
        members[joined[0]] = joined
    return group


def _is_one(here: list[int], there: list[int], weighed: Callable[[int, int], float], least: float) -> bool:
    """Return whether what is weighed between the rows of two groups speaks for one film."""
    nats = [weighed(mine, theirs) for mine in here[:_ASKED] for theirs in there[:_ASKED]]
    return min(nats) >= _ANOTHER and sum(nats) / len(nats) >= least


def _undecided(pairs: Mapping[Pair, float], is_apart: Callable[[int, int], bool], least: float) -> set[Pair]:
    """Return pairs of which one row is nearly as likely, or likelier, one with another film."""
    likely: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (one, other), nats in pairs.items():
        if nats >= least - _RIVAL:
            likely[one].append((nats, other))
            likely[other].append((nats, one))
    found: set[Pair] = set()
    for row, those in likely.items():
        for nats, other in those if len(those) > 1 else ():
            rivals = (another for rival, another in those if another != other and rival > nats - _RIVAL)
            if any(is_apart(other, another) for another in rivals):
                found.add((min(row, other), max(row, other)))
    return found
