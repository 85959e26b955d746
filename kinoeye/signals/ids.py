"""Ids: who keeps which name from one grouping to the next, so that what is known of somebody is not lost."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping


def carried(shared: Mapping[tuple[int, str], int], said: Mapping[int, str]) -> dict[int, str]:
    """Return the id of each group: as said, else that with which it shares most; no id twice.

    >>> carried({(0, "a"): 3, (1, "a"): 2, (1, "b"): 1}, {})
    {0: 'a', 1: 'b'}
    """
    ids, taken = dict(said), set(said.values())
    for (group, name), _ in sorted(Counter(shared).items(), key=lambda item: (-item[1], item[0])):
        if group not in ids and name not in taken:
            ids[group] = name
            taken.add(name)
    return ids


def fresh(letter: str, anchor: str, taken: Collection[str], *, size: int = 4) -> str:
    """Return an id made of where somebody is first met, that nobody has.

    Parameters
    ----------
    letter, anchor : str
    taken : collection of str
    size : int
        Bytes of the hash in it: 4 are enough for some thousands.

    >>> fresh("v", "a 0", ()) != fresh("v", "a 0", {fresh("v", "a 0", ())})
    True
    """
    while (name := letter + hashlib.blake2b(anchor.encode(), digest_size=size).hexdigest()) in taken:
        anchor += "+"
    return name
