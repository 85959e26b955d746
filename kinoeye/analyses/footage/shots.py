"""Shots: the parts of a film between two cuts, and how each begins.

A small net of our own looks at every thumb: how well each part of a picture is found again in the pictures before it,
how far apart pictures up to 64 to either side are, and what that looks like over time. It answers, per picture,
how likely a new shot begins just here by a cut, and how likely the picture lies inside a dissolve, a fade or a wipe.
Flashes and whip pans are part of a shot; a cut hidden in a whip pan is a cut. A fade at the very beginning or end of
the film joins no two shots and is none. What looks like a dissolve but leads to the place it came from is a title that
appeared or a lamp put out, and is none either; so a dissolve between two pictures of one framing (an empty room, then
the same room full) is not told. What falls short: of dissolves while both cameras pan by a tenth of the picture's width
a second some are missed, and more the faster they pan; under a camera that moves, other light may still pass for one.

Source: the idea of a net over thumbs of 48x27 is Soucek & Lokoc, "TransNet V2: An effective deep network architecture
for fast shot transition detection", arXiv:2008.04838; this net, its training data and its weights are our own
(bench/shots_train).
"""

from bisect import bisect
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import MediaError, SettingError
from kinoeye.models.nets import net
from kinoeye.signals.pictures import peaks, runs, spread
from kinoeye.signals.places import found_again
from kinoeye.streams import Pictures
from kinoeye.tables import Table, flicks, pictures, score
from kinoeye.timecode import FLICKS_PER_SECOND

BLOCK = 4096  # pictures answered at once: 16 MB of thumbs, 12 MB of facts
BATCH = 64  # pictures looked at at once: measured fastest, what is made of them stays in the cache
PAST = 4  # pictures that the look at one compares it with
REACH = 128  # pictures to either side that can change an answer
KINDS = ("dissolve", "fade", "wipe")
INSIDE = 0.15  # a gradual reaches as far as this much of the chance is not "none"; its middle decides whether it is one
SURE = 5  # pictures over which that middle is averaged
BRIDGE = 3  # pictures within one gradual that the net may doubt
SHORTEST_GRADUAL = 3  # pictures; what is shorter is seen as a cut
PLAIN = 0.02  # spread of a black or coloured field between fading out and in
LONGEST_PLAIN = 1.5  # seconds of it that still belong to one fade
SAME_PLACE = 0.4  # of the detail found again: of pairs of different held-out places one in 200 comes so far
ASIDE = (1, 4)  # pictures before and after a gradual that are compared; the farther ones are surely not mixed

SHOTS = Table(
    "shots",
    "One row a shot, in running order, without gap or overlap.",
    (
        ("shot", pa.int32(), "number of the shot, from 0"),
        ("start", flicks(), "first picture; of a gradual transition its middle picture"),
        ("end", flicks(), "one past the last picture"),
        ("first_frame", pictures(), "number of the first picture"),
        ("end_frame", pictures(), "number of the picture after the last"),
        ("transition", pa.string(), "how the shot begins: start, cut, dissolve, fade or wipe"),
        ("transition_start", flicks(), "where the transition into the shot begins; `start` for a cut"),
        ("score", score(), "how sure the transition is; 1 for the first shot"),
    ),
)

Chances = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Transition:
    """How one shot becomes the next.

    Parameters
    ----------
    kind : cut, dissolve, fade or wipe
    first, end : int, pictures
        Of the mixed pictures; the same number, the new shot's first picture, for a cut.
    score : 0..1
    """

    kind: str
    first: int
    end: int
    score: float

    @property
    def boundary(self) -> int:
        """Number of the new shot's first picture: the middle one."""
        return (self.first + self.end) // 2


@analysis(SHOTS, version=2, models=("shots-look", "shots"))
def shots(thumbs: Pictures, *, threshold: float = 0.5, shortest: float = 0.1) -> pa.Table:
    """Split a film into shots.

    Parameters
    ----------
    thumbs : uint8 [n, 27, 48, 3], RGB
    threshold : 0..1
        Least score of a transition.
    shortest : seconds
        Of two transitions nearer than this the less sure one is dropped.

    Raises
    ------
    SettingError
        If `threshold` is outside 0..1 or `shortest` below 0.
    MediaError
        If there are no pictures.
    ModelError
        If the weights are missing or damaged.
    """
    if not 0 <= threshold <= 1:
        raise SettingError(f"shots: threshold must lie in 0..1, got {threshold}")
    if shortest < 0:
        raise SettingError(f"shots: shortest must be at least 0 seconds, got {shortest}")
    if not len(thumbs):
        raise MediaError("shots: a film must have pictures, got none")
    found = [one for one in transitions(thumbs, chances(thumbs)) if one.score >= threshold]
    return _table(_apart(found, thumbs, round(shortest * FLICKS_PER_SECOND)), thumbs)


def chances(thumbs: Pictures, *, block: int = BLOCK) -> Chances:
    """Ask the net about every picture.

    Parameters
    ----------
    thumbs : uint8 [n, 27, 48, 3], RGB
    block : pictures
        How many are held in memory at once; the answer does not depend on it.

    Returns
    -------
    float32 [n, 5]
        Chance of a cut just before the picture; and of lying in no gradual, a dissolve, a fade, a wipe (sum 1).
    """
    look, time = net("shots-look"), net("shots")
    answers: list[Chances] = []
    for first, frames in thumbs.blocks(block, REACH + PAST):
        frames = np.concatenate([np.repeat(frames[:1], PAST, axis=0), frames])
        parts = [
            look.run({"thumbs": frames[begin : begin + PAST + BATCH]})[0][PAST:]
            for begin in range(0, len(frames) - PAST, BATCH)
        ]
        own = len(answers) * block - first
        answers.append(time.run({"facts": np.concatenate(parts)})[0][own : own + block])
    return np.concatenate(answers)


def transitions(thumbs: Pictures, chance: Chances) -> list[Transition]:
    """Read the transitions off the chances, in running order, however unsure.

    A gradual and a cut that overlap are one thing seen in two ways: the surer one stays.
    """
    cut, inside = chance[:, 0], 1 - chance[:, 1]
    cuts = [Transition("cut", int(at), int(at), float(cut[at])) for at in peaks(cut, reach=2) if at > 0]
    graduals = []
    for first, end in _graduals(thumbs, inside > INSIDE):
        within = [one for one in cuts if first <= one.boundary <= end]
        sure = _sure(inside[first:end])
        if within and max(one.score for one in within) > sure:
            continue
        cuts = [one for one in cuts if one not in within]
        if _is_one_place(thumbs, first, end):
            continue
        kind = KINDS[int(chance[first:end, 2:].sum(axis=0).argmax())]
        graduals.append(Transition(kind, first, end, sure))
    return sorted([*cuts, *graduals], key=lambda one: one.boundary)


def _graduals(thumbs: Pictures, inside: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and end of each gradual that has a shot on both sides."""
    found: list[tuple[int, int]] = []
    for first, end in runs(inside, bridge=BRIDGE).tolist():
        if found and _is_plain(thumbs, found[-1][1], first):
            first = found.pop()[0]
        found.append((first, end))
    last = len(inside) - 1
    return [(a, b) for a, b in found if b - a >= SHORTEST_GRADUAL and a > 1 and b < last]


def _is_one_place(thumbs: Pictures, first: int, end: int) -> bool:
    """Tell whether the picture shows one place before, within and after: only letters or light have changed."""
    within = thumbs.frames[first:end]
    if spread(within).min() < PLAIN:
        return False
    middle, last = within[len(within) // 2], len(thumbs) - 1
    for aside in ASIDE:
        before, after = thumbs.frames[max(0, first - aside)], thumbs.frames[min(last, end + aside - 1)]
        if found_again(before, after) > SAME_PLACE and found_again(before, middle) > SAME_PLACE:
            return True
    return False


def _sure(inside: Chances) -> float:
    """Highest mean over a few pictures."""
    padded = np.pad(inside, SURE // 2, mode="edge")
    return float(np.convolve(padded, np.full(SURE, 1 / SURE), "valid").max())


def _is_plain(thumbs: Pictures, first: int, end: int) -> bool:
    if thumbs.times[end] - thumbs.times[first] > LONGEST_PLAIN * FLICKS_PER_SECOND:
        return False
    return bool(spread(thumbs.frames[first:end]).max(initial=0) < PLAIN)


def _apart(found: list[Transition], thumbs: Pictures, least: int) -> list[Transition]:
    """Keep the surest of transitions that lie nearer than `least` flicks."""
    times: list[int] = []
    kept: list[Transition] = []
    for one in sorted(found, key=lambda one: (-one.score, one.boundary)):
        time = int(thumbs.times[one.boundary])
        place = bisect(times, time)
        if all(abs(time - near) >= least for near in times[max(0, place - 1) : place + 1]):
            times.insert(place, time)
            kept.insert(place, one)
    return kept


def _table(found: list[Transition], thumbs: Pictures) -> pa.Table:
    bounds = np.array([0, *(one.boundary for one in found), len(thumbs)])
    starts = thumbs.times[bounds[:-1]]
    return SHOTS.from_columns(
        shot=np.arange(len(starts)),
        start=starts,
        end=thumbs.times[bounds[1:]],
        first_frame=bounds[:-1],
        end_frame=bounds[1:],
        transition=["start", *(one.kind for one in found)],
        transition_start=[int(starts[0]), *(int(thumbs.times[one.first]) for one in found)],
        score=[1.0, *(one.score for one in found)],
    )
