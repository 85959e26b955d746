"""Viewers' playback: what happens while a title plays: rebuffering, quality, pauses, seeks, and when the viewer leaves.

Leaving is a race against the clock: each second adds to a viewer's account as often as viewers leave in it, by what is
shown, by the viewer's own patience, and more after a rebuffering or in poor quality; a viewer leaves when the account
reaches a number drawn at the start. So what is planted is exactly what happens, whatever else does.

Rebuffering comes oftener where pictures are hard to send (motion, cuts), as in real networks: who forgets it takes fast
cutting for a reason to leave. That is the trap.

Source: Cox & Oakes, "Analysis of Survival Data", 1984 (time to an event from its hazard); Krishnan & Sitaraman, "Video
stream quality impacts viewer behavior", IMC 2012 (those who rebuffer leave sooner).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.signals.content import Content, Floats

Ints = npt.NDArray[np.int64]

LADDER_KBPS = (300, 700, 1500, 3000, 6000, 12_000)
NETWORKS = ("fibre", "cable", "mobile", "poor")
DEVICES = ("tv", "phone", "tablet", "computer")
NETWORK_SHARES = (0.4, 0.3, 0.2, 0.1)
_REBUFFERS_A_MINUTE = np.array([0.004, 0.012, 0.03, 0.09])
_USUAL_LEVEL = np.array([5, 4, 3, 1])
_TOP_LEVEL = np.array([5, 3, 4, 5])  # by device: a phone asks for less
_SWITCHES_A_MINUTE = np.array([0.01, 0.03, 0.08, 0.2])
_PAUSES, _SEEKS = 0.18, 0.12  # of plays

# The order in which things stand that happen at the same place.
START, QUALITY, REBUFFER, CALMED, PAUSE, END = range(6)


@dataclass(frozen=True)
class Faults:
    """How faults of playback move viewers.

    Parameters
    ----------
    rebuffered : float
        How many times as often viewers leave after a rebuffering.
    for_s : int
        For so many seconds after it.
    poor : float
        How many times as often they leave in each of the two lowest qualities.
    often : float
        How many times as often as usual it rebuffers.
    """

    rebuffered: float = 4.0
    for_s: int = 15
    poor: float = 1.35
    often: float = 1.0


@dataclass(frozen=True)
class Happenings:
    """What happened in some plays of a title, in order.

    Parameters
    ----------
    play : int64 [n]
    kind : int64 [n]
        START to END; of a leg, which a seek ends.
    position : float64 [n], seconds in the title
    value : float64 [n]
        Of START and QUALITY the ladder's step, of REBUFFER and PAUSE seconds.
    clock : float64 [n], seconds since the play began
    left : float64 [plays]
        Position in the title at which each play ended.
    has_finished : bool [plays]
    """

    play: Ints
    kind: Ints
    position: Floats
    value: Floats
    clock: Floats
    left: Floats
    has_finished: npt.NDArray[np.bool_]


def playback(
    content: Content,
    rate: Floats,
    patience: Floats,
    network: Ints,
    device: Ints,
    faults: Faults,
    random: np.random.Generator,
) -> Happenings:
    """Play a title for some viewers.

    Parameters
    ----------
    content : Content
    rate : float64 [seconds]
        How often viewers leave in each second, before anything of their own.
    patience : float64 [plays]
        1 of a usual viewer; at 2 they leave half as often.
    network, device : int64 [plays]
        Places in `NETWORKS` and `DEVICES`.
    faults : Faults
    random : numpy Generator
    """
    owed = np.concatenate([[0.0], np.cumsum(rate)])
    legs = _legs(len(patience), content.seconds, random)
    rows = _rows(content, legs, network, device, faults, random)
    play, leg, position, kind, value = rows
    last = np.append((play[1:] != play[:-1]) | (leg[1:] != leg[:-1]), True)
    end = np.where(last, position, np.append(position[1:], 0.0))
    level = _carried(value, (kind == START) | (kind == QUALITY))
    disturbed = np.cumsum((kind == REBUFFER).astype(np.int64) - (kind == CALMED)) > 0
    times = np.where(disturbed, faults.rebuffered, 1.0) * np.where(level <= 1, faults.poor, 1.0) / patience[play]
    debt = times * (_at(owed, end) - _at(owed, position))
    before = _before(debt, play)
    account = random.exponential(size=len(patience))[play]
    leaves = (before + debt >= account) & (debt > 0)
    here = np.flatnonzero(leaves)
    first = here[np.unique(play[here], return_index=True)[1]]
    left, finished = np.full(len(patience), float(content.seconds)), np.ones(len(patience), bool)
    target = _at(owed, position[first]) + (account[first] - before[first]) / times[first]
    left[play[first]] = np.interp(target, owed, np.arange(content.seconds + 1, dtype=np.float64))
    finished[play[first]] = False
    stop = np.full(len(patience), len(play), np.int64)
    stop[play[first]] = first
    kept = np.arange(len(play)) <= stop[play]
    length = np.where(np.arange(len(play)) == stop[play], left[play] - position, end - position)
    waits = np.where(kind == PAUSE, value, 0.0) + np.where(kind == REBUFFER, value, 0.0)
    clock = _before(length + waits, play)
    return Happenings(play[kept], kind[kept], position[kept], value[kept], clock[kept], left, finished)


def _at(owed: Floats, position: Floats) -> Floats:
    whole = np.minimum(position.astype(np.int64), len(owed) - 2)
    return np.asarray(owed[whole] + (position - whole) * (owed[whole + 1] - owed[whole]), np.float64)


def _before(values: Floats, play: Ints) -> Floats:
    """Return the sum of what came before in the same play."""
    sums = np.cumsum(values) - values
    first = np.append(True, play[1:] != play[:-1])
    return np.asarray(sums - _carried(sums, first), np.float64)


def _carried(values: Floats, is_told: npt.NDArray[np.bool_]) -> Floats:
    """Return for each row the value of the last one that told it; the first row tells it."""
    return np.asarray(values[np.maximum.accumulate(np.where(is_told, np.arange(len(values)), 0))], np.float64)


def _legs(plays: int, seconds: int, random: np.random.Generator) -> tuple[Ints, Ints, Floats, Floats]:
    """Return the parts of the title that would be played without leaving: play, number, begin, end."""
    start = np.where(random.random(plays) < 0.06, random.uniform(0, 0.7 * seconds, plays), 0.0)
    seeks = np.flatnonzero(random.random(plays) < _SEEKS)
    at = start[seeks] + random.random(len(seeks)) * (seconds - start[seeks])
    jump = np.where(random.random(len(seeks)) < 0.45, -random.uniform(5, 60, len(seeks)),
                    random.uniform(10, 240, len(seeks)))  # fmt: skip
    target = np.clip(at + jump, 0, seconds - 1)
    end = np.full(plays, float(seconds))
    end[seeks] = at
    play = np.concatenate([np.arange(plays), seeks])
    number = np.concatenate([np.zeros(plays, np.int64), np.ones(len(seeks), np.int64)])
    return play, number, np.concatenate([start, target]), np.concatenate([end, np.full(len(seeks), float(seconds))])


def _rows(
    content: Content,
    legs: tuple[Ints, Ints, Floats, Floats],
    network: Ints,
    device: Ints,
    faults: Faults,
    random: np.random.Generator,
) -> tuple[Ints, Ints, Floats, Ints, Floats]:
    """Return what may happen: play, leg, position, kind, value, in order."""
    play, number, begin, end = legs
    level = np.minimum(_USUAL_LEVEL[network], _TOP_LEVEL[device])[play]
    parts = [(play, number, begin, np.full(len(play), START), level.astype(np.float64))]
    parts.append((play, number, end, np.full(len(play), END), np.zeros(len(play))))
    minutes = (end - begin) / 60
    hard = _hard(content)
    for kind, often, weight in ((REBUFFER, faults.often * _REBUFFERS_A_MINUTE[network][play], hard), (
        QUALITY, _SWITCHES_A_MINUTE[network][play], np.ones(content.seconds))):  # fmt: skip
        counts = random.poisson(often * content.seconds / 60)
        owner = np.repeat(np.arange(len(play)), counts)
        at = random.choice(content.seconds, len(owner), p=weight / weight.sum()) + random.random(len(owner))
        inside = (at > begin[owner]) & (at < end[owner] - 0.1)
        owner, at = owner[inside], at[inside]
        if kind == REBUFFER:
            length = random.gamma(1.6, 2.5, len(owner))
            parts.append((play[owner], number[owner], at, np.full(len(owner), REBUFFER), length))
            calm = np.minimum(at + faults.for_s, end[owner])
            parts.append((play[owner], number[owner], calm, np.full(len(owner), CALMED), length))
        else:
            step = np.clip(level[owner] + random.integers(-3, 2, len(owner)), 0, len(LADDER_KBPS) - 1)
            parts.append((play[owner], number[owner], at, np.full(len(owner), QUALITY), step.astype(np.float64)))
    pausing = np.flatnonzero(random.random(len(play)) < _PAUSES * np.minimum(1, minutes / 20))
    at = begin[pausing] + random.random(len(pausing)) * (end - begin)[pausing] * 0.99
    parts.append((play[pausing], number[pausing], at, np.full(len(at), PAUSE), random.lognormal(4.2, 1.0, len(at))))
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    order = np.lexsort((columns[3], columns[2], columns[1], columns[0]))
    play_, leg, position, kind_, value = (column[order] for column in columns)
    return play_.astype(np.int64), leg.astype(np.int64), position, kind_.astype(np.int64), value


def _hard(content: Content) -> Floats:
    """Return how hard the pictures of each second are to send; 1 on average where nothing is known."""
    motion = np.nan_to_num(content.measures.get("motion", np.zeros(content.seconds)))
    cuts = np.nan_to_num(content.measures.get("cuts", np.zeros(content.seconds)))
    return np.asarray(0.4 + 3.0 * np.minimum(motion, 1) + 0.8 * np.minimum(cuts, 2), np.float64)
