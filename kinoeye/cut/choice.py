"""Choice: which time through a line goes into the cut.

Each time that a take goes through a line costs something for what is wrong with it: words that are not as written, a
soft or shaken picture, a voice from off, clipped sound. To stay in a take costs nothing, to leave it something, to come
back to the same set-up most, because that jumps. The cheapest way through all lines is the cut, and what each choice
cost is its reason.

Source: Viterbi, IEEE Trans. Information Theory 13(2), 1967.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STATUS = {"covered": 0.0, "changed": 0.1, "partial": 1.2, "unheard": 0.3}
ANGLE = 0.1  # another camera of the same moment: what is done goes on, but the eye has to find itself again
LEAVE = 0.2  # another set-up
JUMP = 0.6  # another take of the same set-up, or the same take again: heads jump
TALK = 0.2  # to stay in a take through what nobody wrote
_TRIFLE = 0.03  # what breaks a tie is no reason
LEFT_OUT = 4.0  # a line that has takes is left out only where every one of them is hardly there


@dataclass(frozen=True)
class Candidate:
    """One time that a take goes through a line.

    Parameters
    ----------
    asset : str
    take_order, run : int
    setup : str
        What tells its set-up apart; two of one set-up jump.
    line : str
    start, end : int, flicks
    status : str
        Of `STATUS`.
    kept : 0..1
    usable : 0..1
        How good the picture is.
    off_camera : 0..1
        How sure it is that who speaks is not seen.
    faults : int
        Faults of sound meanwhile.
    take : int
        Number of the take as slated, 0 if unknown: of equals the later one is what the director went on for.
    is_seen : bool
        Whether the recording has pictures.
    doubt : 0..1
        How much less surely its words are heard than they can be.
    clear : 0..1
        How far its sound stands above the noise.
    aside : 0..1
        How far the shot's size lies from what is wished here.
    is_slated : bool
        Whether its board says the line's own scene, or nothing.
    has_talk : bool
        Whether something else is said between the line before in its take and this one.
    performance : str
        What cameras of the same moment have in common; empty where there is but one.
    since, until : int, flicks
        Its start and end on the clock that these share.
    """

    asset: str
    take_order: int
    run: int
    setup: str
    line: str
    start: int
    end: int
    status: str
    kept: float
    usable: float = 1.0
    off_camera: float = 0.0
    faults: int = 0
    take: int = 0
    is_seen: bool = True
    doubt: float = 0.0
    clear: float = 1.0
    aside: float = 0.0
    is_slated: bool = True
    has_talk: bool = False
    performance: str = ""
    since: int = 0
    until: int = 0

    @property
    def pass_key(self) -> tuple[str, int, int]:
        """Which time through which take."""
        return self.asset, self.take_order, self.run


@dataclass(frozen=True)
class Chosen:
    """A candidate, and what it cost."""

    candidate: Candidate
    costs: tuple[tuple[str, float], ...]

    @property
    def why(self) -> str:
        """The reason in words."""
        told = [f"{name} {cost:.2f}" for name, cost in self.costs if cost > _TRIFLE]
        return ", ".join(told) or "whole, clear and in one take"


def costs(each: Candidate) -> tuple[tuple[str, float], ...]:
    """Return what is wrong with a candidate, each with its cost."""
    return (
        (each.status, STATUS[each.status]),
        ("words not as written", 0.4 * (1 - each.kept)),
        ("heard less surely than elsewhere", 0.8 * each.doubt),
        ("picture", 1.2 * (1 - each.usable)),
        ("off camera", 1.2 * each.off_camera),
        ("no picture", 0.8 * (not each.is_seen)),
        ("fault of sound", 1.0 * min(1, each.faults)),
        ("noisy", 1.0 * (1 - each.clear)),
        ("size of the shot", 0.45 * each.aside),
        ("another scene's board", 1.0 * (not each.is_slated)),
        ("earlier take", 0.02 / (1 + each.take)),
    )


def leaving(before: Candidate, after: Candidate) -> float:
    """Return what it costs to go from one candidate to the next."""
    if before.pass_key == after.pass_key and before.end <= after.start:
        return TALK if after.has_talk else 0.0
    if is_other_angle(before, after):
        return ANGLE + (TALK if after.has_talk else 0.0)
    return JUMP if before.setup == after.setup else LEAVE


def is_other_angle(before: Candidate, after: Candidate) -> bool:
    """Say whether a candidate goes on from another one as another camera saw the same performance."""
    is_same = bool(before.performance) and before.performance == after.performance
    return is_same and before.asset != after.asset and before.until <= after.since


def best(lines: Sequence[Sequence[Candidate]]) -> list[Chosen | None]:
    """Choose one candidate for each line; None where there is none."""
    ways: list[tuple[float, list[Chosen | None], Candidate | None]] = [(0.0, [], None)]
    for options in lines:
        further: list[tuple[float, list[Chosen | None], Candidate | None]] = []
        for each in options:
            told = costs(each)
            worth = sum(cost for _, cost in told)
            cost, way, before = min(ways, key=lambda known: known[0] + (leaving(known[2], each) if known[2] else 0.0))
            step = leaving(before, each) if before else 0.0
            name = "another camera" if before and is_other_angle(before, each) else "a cut"
            further.append((cost + worth + step, [*way, Chosen(each, (*told, (name, step)))], each))
        cost, way, before = min(ways, key=lambda known: known[0])
        further.append((cost + (LEFT_OUT if options else 0.0), [*way, None], before))
        ways = further
    return min(ways, key=lambda known: known[0])[1]
