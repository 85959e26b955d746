"""Naming: which of several names is right, from many small pieces of evidence, some of them wrong.

Each piece speaks for one name, as strongly as its kind deserves: so many nats of log-odds a line or a second. Of one
kind only so much counts, since its errors come together: a cue laid wrongly once may be laid wrongly throughout. That
nobody of these is meant stands against all of them, so that a weak piece alone names nobody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp

# Nats for each whole piece, and the most pieces that count; what a person says is above all.
KINDS: Mapping[str, tuple[float, float]] = {
    "screenplay": (1.0, 8.0),
    "transcript": (1.5, 8.0),
    "lips": (1.0, 6.0),
    "title": (1.6, 2.0),
    "voice": (1.0, 3.0),
}
SAID = "said"


@dataclass(frozen=True)
class Piece:
    """Something that speaks for a name.

    Parameters
    ----------
    kind : str
        One of `KINDS`, or `SAID`.
    name : str
        As names are compared.
    weight : float
        How many whole pieces it is worth; below 0 it speaks against the name.
    seconds : 0..
        Of speech that it concerns.
    """

    kind: str
    name: str
    weight: float
    seconds: float


def judged(pieces: Iterable[Piece]) -> tuple[str | None, float]:
    """Return the likeliest name and how sure it is; None where there is none.

    Examples
    --------
    >>> judged([Piece("screenplay", "anna", 1, 2.0), Piece("screenplay", "anna", 1, 1.0)])[0]
    'anna'
    >>> judged([])
    (None, 0.0)
    """
    worth: dict[tuple[str, str], float] = {}
    said: dict[str, float] = {}
    for piece in pieces:
        if piece.kind == SAID:
            said[piece.name] = said.get(piece.name, 0.0) + piece.seconds
        else:
            worth[piece.kind, piece.name] = worth.get((piece.kind, piece.name), 0.0) + piece.weight
    if said:
        return max(sorted(said), key=lambda name: said[name]), 1.0
    odds: dict[str, float] = {}
    for kind in {kind for kind, _ in worth}:
        nats, most = KINDS[kind]
        largest = max(abs(value) for (each, _), value in worth.items() if each == kind)
        share = nats * min(1.0, most / largest) if largest else 0.0
        for (each, name), value in worth.items():
            if each == kind:
                odds[name] = odds.get(name, 0.0) + share * value
    if not odds:
        return None, 0.0
    best = max(sorted(odds), key=lambda name: odds[name])
    # Nobody has odds of 0: one whole cue alone is 0.73 sure, two are 0.88.
    return best, exp(odds[best]) / (1 + sum(exp(value) for value in odds.values()))
