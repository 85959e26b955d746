"""Title blocks: which rows of catalogues are worth comparing at all, of millions, in bounded time and memory.

Rows meet that share a key. A strong key (a whole name, a name less one letter, an id) finds its rows however many have
it: they are sorted by year and each is compared with the next few within a year. A weak key (a name less one word, half
a name, two leading actors) holds its year too, and is passed over where too many share it.

All hashes of a name less one letter come from sums over its letters, without making the strings; they are sorted in
parts, so that a million names need some hundred megabytes.

Source: Garbe, "1000x faster spelling correction algorithm", 2012 (a name less one letter meets every name that is one
slip away); Hernández & Stolfo, "The merge/purge problem", SIGMOD 1995 (sorted neighbourhoods).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

NO_YEAR = 0
WINDOW = 40  # rows of a strong key with which a row is compared, at most
CROWD = 24  # rows that share a weak key and a year: more of them, and the key says nothing
_SHORTEST, _LONGEST = 3, 60  # letters of a name that may have a slip
_LONGEST_OF_TWO = 15  # letters: a longer name with two slips still has an end or two words that are whole
PARTS = 8
_AT_ONCE = 6_000_000  # keys that are sorted at once
_CHUNK = 200_000
_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE_TWICE = np.uint64(pow(int(_BASE), -2, 1 << 64))
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))


def met(keys: Keys, rows: Ints, years: Ints, *, window: int = WINDOW) -> Ints:
    """Return pairs of rows that share a strong key, no more than a year apart, or one without year.

    Parameters
    ----------
    keys : uint64 [n]
    rows : int64 [n]
        Whose key it is.
    years : int64 [rows]
        Of every row; `NO_YEAR` where it is not known.
    window : int
        So many rows behind it in the order of years are met at most.

    Returns
    -------
    int64 [pairs, 2]
        The lower row first, none twice.

    Examples
    --------
    >>> met(np.array([7, 7, 7, 8], np.uint64), np.array([0, 1, 2, 3]), np.array([1990, 1991, 1999, 1990])).tolist()
    [[0, 1]]
    """
    order = np.lexsort((rows, years[rows], keys))
    keys, rows = keys[order], rows[order]
    mine = years[rows]
    starts = np.arange(len(keys))
    found: list[Ints] = []
    for step in range(1, window + 1):
        starts = starts[starts + step < len(keys)]
        ends = starts + step
        near = (mine[ends] - mine[starts] <= 1) | (mine[starts] == NO_YEAR)
        starts = starts[near & (keys[ends] == keys[starts])]
        if not len(starts):
            break
        found.append(_pairs(rows[starts], rows[starts + step]))
    return distinct(found)


def met_in_year(
    keys: Keys, rows: Ints, years: Ints, *, crowd: int = CROWD, within: tuple[int, int] | None = None
) -> Ints:
    """Return pairs of rows that share a weak key and whose years are no more than one apart.

    Parameters
    ----------
    keys, rows, years : as of `met`
        A row without year meets nobody.
    crowd : int
        A key that more rows share in a year and the one before is passed over.
    within : (first, last), optional
        Only years with the one before them that lie so are looked at; all if it is not given.

    Examples
    --------
    >>> met_in_year(np.array([7, 7, 7], np.uint64), np.array([0, 1, 2]), np.array([1990, 1991, 0])).tolist()
    [[0, 1]]
    """
    dated = years[rows] != NO_YEAR
    keys, rows = keys[dated], rows[dated]
    mine = years[rows]
    ends = np.concatenate([mine, mine + 1])
    both = _mixed(np.concatenate([keys, keys]), ends.astype(np.uint64))
    rows = np.concatenate([rows, rows])
    if within is not None:
        here = (ends >= within[0]) & (ends <= within[1])
        both, rows = both[here], rows[here]
    order = np.lexsort((rows, both))
    both, rows = both[order], rows[order]
    edges = np.flatnonzero(np.r_[True, both[1:] != both[:-1], True]) if len(both) else np.zeros(1, np.int64)
    sizes = np.diff(edges)
    left = np.repeat(np.where(sizes <= crowd, sizes, 0), sizes) - (np.arange(len(both)) - np.repeat(edges[:-1], sizes))
    found = []
    for step in range(1, crowd):
        starts = np.flatnonzero(left > step)
        if not len(starts):
            break
        found.append(_pairs(rows[starts], rows[starts + step]))
    return distinct(found)


def slips(names: Sequence[str], rows: Ints, years: Ints, *, share: int = PARTS) -> Ints:
    """Return pairs of rows whose names are one slip apart: a letter more, less or other, or two that are turned.

    Parameters
    ----------
    names : sequence of str
        Without spaces.
    rows : int64 [names]
    years : int64 [rows]
    share : 1..8
        Eighths of the keys that are looked at, or all: a name less one letter is looked at or not, wherever it comes
        from.

    Examples
    --------
    >>> slips(["casablanca", "casablnaca", "casanova"], np.arange(3), np.array([1942, 1942, 1942])).tolist()
    [[0, 1]]
    """
    keys = sum(map(len, names)) + len(names)
    parts = PARTS if share < PARTS else 1 + keys // _AT_ONCE
    return distinct([
        met(*_of_part(names, rows, (_shortened,), part, parts), years) for part in range(min(share, parts))
    ])  # fmt: skip


def two_slips(names: Sequence[str], rows: Ints, years: Ints) -> Ints:
    """Return pairs of rows whose names are short and up to two slips apart, no more than a year apart.

    >>> two_slips(["moby dick", "moyb dicjk", "moby dock"], np.arange(3), np.array([1956, 1957, 1970])).tolist()
    [[0, 1]]
    """
    short = [at for at, name in enumerate(names) if _SHORTEST < len(name) <= _LONGEST_OF_TWO and years[rows[at]]]
    short.sort(key=lambda at: int(years[rows[at]]))
    names, rows = [names[at] for at in short], rows[short]
    mine = years[rows]
    lengths = np.fromiter(map(len, names), np.int64, len(names))
    found = []
    for first, last in _spans(mine, lengths * (lengths + 1) // 2 + 1):
        begin, end = np.searchsorted(mine, (first - 1, last + 1)).tolist()
        own = _of_part(names[begin:end], rows[begin:end], (_shortened, _shortened_twice))
        found.append(met_in_year(*own, years, within=(first, last)))
    return distinct(found)


def _spans(years: Ints, counts: Ints) -> Iterator[tuple[int, int]]:
    """Yield first and last of years that lie beside each other, as many as have few enough keys together.

    Parameters
    ----------
    years : int64 [n]
        Sorted.
    counts : int64 [n]
        Keys.
    """
    if not len(years):
        return
    every = np.unique(np.concatenate([years, years + 1]))
    of = np.searchsorted(every, years)
    sums = np.bincount(of, counts, len(every)) + np.bincount(of + 1, counts, len(every) + 1)[: len(every)]
    number = (np.cumsum(sums) // _AT_ONCE).astype(np.int64)
    for each in np.unique(number).tolist():
        own = every[number == each]
        yield int(own[0]), int(own[-1])


def _of_part(
    names: Sequence[str], rows: Ints, ways: Iterable[Callable[[Sequence[str], Ints], Iterator[tuple[Keys, Ints]]]],
    part: int = 0, parts: int = 1,
) -> tuple[Keys, Ints]:  # fmt: skip
    """Return the keys that shortened names have in one of several parts, and whose they are."""
    keys, owners = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for way in ways:
        for own, owner in way(names, rows):
            here = slice(None) if parts == 1 else own % np.uint64(parts) == part
            keys.append(own[here])
            owners.append(owner[here])
    return np.concatenate(keys), np.concatenate(owners)


def hashed(texts: Iterable[str], kind: str) -> Keys:
    """Return keys of texts; those of another kind are others. They hold within one process."""
    return np.array([hash_of(text, kind) for text in texts], np.uint64)


def hash_of(text: str, kind: str) -> int:
    """Return the key of one text, as `hashed`."""
    return hash((kind, text)) & 0xFFFFFFFFFFFFFFFF


def distinct(pairs: Sequence[Ints]) -> Ints:
    """Return pairs once each, in order; of a row with itself none."""
    together = np.concatenate([np.zeros((0, 2), np.int64), *pairs])
    every: Ints = together[together[:, 0] != together[:, 1]]
    if not len(every):
        return every
    span = int(every.max()) + 1
    joined = np.unique(every[:, 0] * span + every[:, 1])
    unlike: Ints = np.stack([joined // span, joined % span], axis=1)
    return unlike


def _pairs(one: Ints, other: Ints) -> Ints:
    pairs: Ints = np.stack([np.minimum(one, other), np.maximum(one, other)], axis=1)
    return pairs


def _mixed(keys: Keys, more: Keys) -> Keys:
    mixed: Keys = (keys ^ (more * _BASE)) * _BASE
    return mixed


def _shortened(names: Sequence[str], rows: Ints) -> Iterator[tuple[Keys, Ints]]:
    """Yield hashes of names and of each name less one letter, with whose they are, some names at a time."""
    for begin in range(0, len(names), _CHUNK):
        some = names[begin : begin + _CHUNK]
        lengths = np.fromiter(map(len, some), np.int64, len(some))
        fits = (lengths >= _SHORTEST) & (lengths <= _LONGEST)
        text = "".join(name for name, fit in zip(some, fits.tolist(), strict=True) if fit)
        owners, lengths = rows[begin : begin + _CHUNK][fits], lengths[fits]
        if not len(lengths):
            continue
        letters = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
        firsts = np.cumsum(lengths) - lengths
        of = np.repeat(np.arange(len(lengths)), lengths)
        places = np.arange(len(letters)) - firsts[of]
        worth = _mixed(letters, np.full(len(letters), 17, np.uint64)) * _powers(_LONGEST)[places]
        sums = np.cumsum(worth)
        before = sums - worth
        base = before[firsts]
        whole = sums[firsts + lengths - 1] - base
        left = (before - base[of]) + (whole[of] - (sums - base[of])) * _INVERSE
        yield np.concatenate([whole, left]), np.concatenate([owners, owners[of]])


def _shortened_twice(names: Sequence[str], rows: Ints) -> Iterator[tuple[Keys, Ints]]:
    """Yield hashes of each name less two letters, with whose they are, those of one length at a time."""
    lengths = np.fromiter(map(len, names), np.int64, len(names))
    for length in np.unique(lengths).tolist():
        mine = np.flatnonzero(lengths == length)
        for begin in range(0, len(mine), _CHUNK // 8):
            some = mine[begin : begin + _CHUNK // 8]
            text = "".join(names[at] for at in some.tolist()).encode("utf-32-le")
            letters = np.frombuffer(text, np.uint32).astype(np.uint64).reshape(len(some), length)
            worth = _mixed(letters, np.full_like(letters, 17)) * _powers(_LONGEST)[:length]
            sums = np.concatenate([np.zeros((len(some), 1), np.uint64), np.cumsum(worth, axis=1)], axis=1)
            one, other = np.triu_indices(length, 1)
            left = sums[:, one] + (sums[:, other] - sums[:, one + 1]) * _INVERSE
            left += (sums[:, -1:] - sums[:, other + 1]) * _INVERSE_TWICE
            yield left.ravel(), np.repeat(rows[some], len(one))


def _powers(count: int) -> Keys:
    powers = np.ones(count, np.uint64)
    powers[1:] = np.cumprod(np.full(count - 1, _BASE))
    return powers
