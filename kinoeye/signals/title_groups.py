"""Title groups: rows that are one film, out of pairs that likely are, without chains.

The surest pair is joined first. Two groups become one only if no row of the one clashes with any of the other (ids,
years more than one apart, what people said), and if all that was weighed between them speaks for it together. A row
without year, or whose name is another than theirs, that could as well be a second film is joined with neither.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping

Pair = tuple[int, int]

_RIVAL = 1.5  # nats: less between the best and the second, and nobody can tell which of two films is meant
_ASKED = 16  # rows of a group with which those of another are weighed


def grouped(
    count: int,
    pairs: Mapping[Pair, float],
    *,
    clashes: Callable[[int, int], bool],
    weigh: Callable[[int, int], float],
    is_open: Callable[[int, int], bool],
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
    is_open : callable
        Whether a pair is of the kind that could as well be with another film.
    least : float
        Nats below which two rows are not joined.

    Examples
    --------
    >>> def never(*_): return False
    >>> settings = dict(clashes=never, weigh=lambda *_: -9.0, is_open=never, least=0.0)
    >>> grouped(4, {(0, 1): 5.0, (1, 2): 1.0, (2, 3): 2.0}, **settings)
    [0, 0, 2, 2]
    """
    rivals = _undecided(pairs, clashes, is_open, least)
    group = list(range(count))
    members: dict[int, list[int]] = {}
    known = dict(pairs)
    for (one, other), nats in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        if nats < least:
            break
        if (one, other) in rivals or group[one] == group[other]:
            continue
        here, there = (members.get(group[each], [each]) for each in (one, other))
        if any(clashes(mine, theirs) for mine in here for theirs in there):
            continue
        if len(here) + len(there) > 2 and _together(here, there, known, weigh) < least:
            continue
        joined = sorted((*here, *there))
        for each in joined:
            group[each] = joined[0]
        members[joined[0]] = joined
    return group


def _together(here: list[int], there: list[int], known: dict[Pair, float], weigh: Callable[[int, int], float]) -> float:
    """Return the mean of what is weighed between the rows of two groups."""
    total = 0.0
    asked = [(mine, theirs) for mine in here[:_ASKED] for theirs in there[:_ASKED]]
    for mine, theirs in asked:
        pair = min(mine, theirs), max(mine, theirs)
        if pair not in known:
            known[pair] = weigh(*pair)
        total += known[pair]
    return total / len(asked)


def _undecided(
    pairs: Mapping[Pair, float],
    clashes: Callable[[int, int], bool],
    is_open: Callable[[int, int], bool],
    least: float,
) -> set[Pair]:
    """Return the open pairs of rows that are nearly as likely one with another film."""
    likely: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (one, other), nats in pairs.items():
        if nats >= least - _RIVAL and is_open(one, other):
            likely[one].append((nats, other))
            likely[other].append((nats, one))
    found: set[Pair] = set()
    for row, those in likely.items():
        those.sort(key=lambda each: (-each[0], each[1]))
        for nats, other in those:
            if any(
                abs(nats - rival) < _RIVAL or rival > nats
                for rival, another in those if another != other and clashes(other, another)
            ):  # fmt: skip
                found.add((min(row, other), max(row, other)))
    return found
