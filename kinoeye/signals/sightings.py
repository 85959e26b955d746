"""Sightings: which pictures of one film are which of another, exact to the picture, though each was coded anew.

Every few pictures of the new film the most alike of the old one are found. What lies on a line (the same speed, or the
speed of a change of rate) is tried picture by picture as far as it holds; what no line explains is tried as a change of
speed. Then the cheapest row of lines is taken over all pictures, where to change the line costs as much as a few
pictures that do not agree, so that a still picture changes nowhere and a moving one exactly where it was cut.

Source: Viterbi, IEEE Trans. Information Theory 13(2), 1967; lines by agreement of few after Fischler & Bolles, CACM
24(6), 1981.
"""

import itertools
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kinoeye.signals.prints import Prints

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

STEP = 6  # pictures between two that are looked for: a quarter of a second
WINDOW = 4  # of those that must lie on one line

_NEAREST = 6
_LEAST = 0.75  # cosine of two pictures that may be the same one
_BLOCK, _COLUMNS = 512, 16_384
_PROJECTED = 64
_MOST_COST = 40.0
_PLAIN = 0.05  # of its distance counts where neither picture tells anything
_SWITCH = 30.0
_FITS = 0.1  # squared distance of a window's pictures below which they may be copies
_NOISES = (0.0002, 0.02)  # squared distance of copies: what codecs leave at best, and the worst that is believed
_CHANCE = 0.6  # squared distance of pictures that have nothing in common, at least
_GROWN = 64  # pictures that a line is tried on at once
_GIVEN_UP = 12  # pictures in a row that do not agree end a line
_AS_GOOD = 1.6  # times the cost: another line says the same
_NICE = (0.25, 1 / 3, 0.5, 2 / 3, 0.75, 0.8, 1.25, 4 / 3, 1.5, 2.0, 3.0, 4.0, -1.0, -0.5, -2.0)
_SHORTEST_RETIMED = 12  # pictures


@dataclass(frozen=True)
class Line:
    """Time in the old film for a time in the new: `slope` times it and `offset`, flicks."""

    slope: float
    offset: float


@dataclass
class Sighting:
    """Pictures `first` to `end` of the new film, and all lines that explain them as well."""

    first: int
    end: int
    lines: list[Line]


@dataclass
class _Costs:
    """What a line costs, picture by picture, where it was tried."""

    line: Line
    first: int
    costs: Floats = field(repr=False)

    @property
    def end(self) -> int:
        return self.first + len(self.costs)


@dataclass(frozen=True)
class Copy:
    """A film to be seen: its prints and the beginning of each picture and end of the last, flicks from nought."""

    prints: Prints
    times: Ints


def sightings(old: Copy, new: Copy, slopes: tuple[float, ...] = (1.0,)) -> list[Sighting]:
    """Return what of a new film is seen in an old one, in running order.

    Parameters
    ----------
    old, new : Copy
    slopes : tuple of float
        Speeds of the old film in the new one that are tried everywhere.
    """
    if not len(old.prints.vectors) or not len(new.prints.vectors):
        return []
    votes = _votes(old, new)
    least: dict[int, float] = {}
    seeds = [line for slope in slopes for line in _lines(votes, old, new, slope, least)]
    noise = _noise(least)
    tried = _tried(old, new, seeds, noise)
    found = _path(tried, len(new.prints.vectors), noise)
    more = _tried(old, new, _retimed(found, old, new), noise)
    if more:
        found = _path([*tried, *more], len(new.prints.vectors), noise)
    return [Sighting(first, end, _as_good([*tried, *more], line, first, end)) for first, end, line in found]


def index_at(copy: Copy, times: npt.NDArray[np.float64]) -> Ints:
    """Return which picture shows at each time; -1 before and behind the film."""
    number = np.searchsorted(copy.times, times, side="right") - 1
    number[(times < copy.times[0]) | (times >= copy.times[-1])] = -1
    return number.astype(np.int64)


def distances(old: Copy, new: Copy, line: Line, first: int, end: int) -> Floats:
    """Return the squared distance of each picture of the new film to that of the old one on a line; large outside."""
    middles = (new.times[first:end] + new.times[first + 1 : end + 1]) / 2
    numbers = index_at(old, line.slope * middles + line.offset)
    apart = old.prints.vectors[np.maximum(numbers, 0)] - new.prints.vectors[first:end]
    found: Floats = np.einsum("nd,nd->n", apart, apart).astype(np.float32)
    # Two black pictures differ by their noise alone.
    found[~(new.prints.speaks[first:end] | old.prints.speaks[np.maximum(numbers, 0)])] *= _PLAIN
    found[numbers < 0] = 4.0
    return found


@dataclass(frozen=True)
class _Votes:
    """Pictures that look alike: number in the new film, in the old one."""

    new: Ints
    old: Ints


def _votes(old: Copy, new: Copy, wanted: Ints | None = None) -> _Votes:
    """Find for every few pictures of the new film the most alike of the old one."""
    probes = np.flatnonzero(new.prints.speaks[::STEP]) * STEP if wanted is None else wanted
    basis = _basis(old.prints.vectors)
    theirs = old.prints.vectors @ basis
    found_new, found_old = [], []
    for begin in range(0, len(probes), _BLOCK):
        rows = probes[begin : begin + _BLOCK]
        best = _best(new.prints.vectors[rows] @ basis, theirs)
        exact = np.einsum("nd,nkd->nk", new.prints.vectors[rows], old.prints.vectors[best])
        keep = exact >= _LEAST
        found_new.append(np.repeat(rows[:, None], best.shape[1], 1)[keep])
        found_old.append(best[keep])
    if not found_new:
        return _Votes(np.empty(0, np.int64), np.empty(0, np.int64))
    return _Votes(np.concatenate(found_new), np.concatenate(found_old))


def _basis(vectors: Floats) -> Floats:
    """Return the few directions in which pictures of a film differ most: a tenth of the multiplications."""
    sampled = vectors[:: max(1, len(vectors) // 1500)]
    _, _, directions = np.linalg.svd(sampled, full_matrices=False)
    return np.ascontiguousarray(directions[:_PROJECTED].T)


def _best(rows: Floats, theirs: Floats) -> Ints:
    """Return the old pictures most alike to each, none next to another: one for each place that looks so."""
    scores = np.concatenate([_peaks(rows @ theirs[at : at + _COLUMNS].T) for at in range(0, len(theirs), _COLUMNS)], 1)
    count = min(_NEAREST, scores.shape[1])
    return np.argpartition(-scores, count - 1, axis=1)[:, :count].astype(np.int64)


def _peaks(scores: Floats) -> Floats:
    """Lower whatever is no peak among its neighbours in time."""
    before = np.pad(scores[:, :-1], ((0, 0), (1, 0)), constant_values=-2)
    after = np.pad(scores[:, 1:], ((0, 0), (0, 1)), constant_values=-2)
    return np.where((scores >= before) & (scores >= after), scores, scores - 2)


def _lines(votes: _Votes, old: Copy, new: Copy, slope: float, least: dict[int, float]) -> list[tuple[int, Line]]:
    """Return lines that several neighbouring pictures vote for, each refined over its window: a picture on it, line.

    The least distance of each window is put into `least`.
    """
    if not len(votes.new):
        return []
    one = float(np.median(np.diff(old.times)))
    offsets = old.times[votes.old] - slope * new.times[votes.new]
    found: dict[tuple[int, int], tuple[int, Line]] = {}
    span = STEP * WINDOW
    for begin in range(0, len(new.prints.vectors), span // 2):
        low, high = np.searchsorted(votes.new, (begin, begin + span))
        mine = offsets[low:high]
        if not len(mine):
            continue
        for coarse in _clusters(mine, 8 * one):
            end = min(begin + span, len(new.prints.vectors))
            line = _refined(old, new, Line(slope, coarse), begin, end, one)
            apart = float(np.median(distances(old, new, line, begin, end)))
            least[begin] = min(least.get(begin, 4.0), apart)
            key = (round(line.offset / one * 4), begin // (20 * span))
            found.setdefault(key, (begin + (end - begin) // 2, line))
    return list(found.values())


def _clusters(offsets: npt.NDArray[np.float64], width: float) -> list[float]:
    """Return the middles of the fullest bins of offsets, a few at most."""
    bins = np.round(offsets / width).astype(np.int64)
    values, counts = np.unique(bins, return_counts=True)
    order = np.argsort(-counts, kind="stable")[:4]
    return [float(np.median(offsets[bins == values[place]])) for place in order]


def _refined(old: Copy, new: Copy, line: Line, first: int, end: int, one: float) -> Line:
    """Return the line near this one on which a stretch agrees best, with offsets of whole pictures of the old film.

    Where an edit lies in the stretch, the better half counts.
    """
    shifts = [line.offset + step * one for step in range(-12, 13)]
    tried = np.stack([distances(old, new, Line(line.slope, shift), first, end) for shift in shifts])
    half = max(1, (end - first) // 2)
    means = np.minimum(tried[:, :half].mean(1), tried[:, -half:].mean(1)) + 0.25 * tried.mean(1)
    offset = shifts[int(means.argmin())]
    middle = (first + end) // 2
    number = index_at(old, np.array([line.slope * (new.times[middle] + new.times[middle + 1]) / 2 + offset]))[0]
    if number >= 0 and _is_picture_for_picture(old, new, line.slope):
        return Line(line.slope, float(old.times[number] - line.slope * new.times[middle]))
    return _between_pictures(old, new, Line(line.slope, offset), first, end, one)


def _is_picture_for_picture(old: Copy, new: Copy, slope: float) -> bool:
    """Say whether every picture of the new film is one of the old one at a speed: then it begins as that does."""
    one, other = (float(np.median(np.diff(each.times))) for each in (old, new))
    return abs(one - slope * other) < 1e-4 * one


def _between_pictures(old: Copy, new: Copy, line: Line, first: int, end: int, one: float) -> Line:
    """Return the middle of the offsets that agree as well as any, an eighth of a picture apart."""
    tried = [Line(line.slope, line.offset + step * one / 8) for step in range(-10, 11)]
    costs = np.array([float(distances(old, new, each, first, end).mean()) for each in tried])
    near = np.flatnonzero(costs <= costs.min() * 1.02 + 1e-5)
    return tried[int(near[len(near) // 2])]


def _noise(least: dict[int, float]) -> float:
    """Return the squared distance that copies of one picture have here: the usual one of windows that fit anywhere."""
    good = [value for value in least.values() if value < _FITS]
    return float(np.clip(np.median(good) if good else _NOISES[1], *_NOISES))


def _tried(old: Copy, new: Copy, seeds: list[tuple[int, Line]], noise: float) -> list[_Costs]:
    """Return what each line costs, as far as it holds in both directions from where it was found."""
    found: dict[tuple[float, float], list[_Costs]] = {}
    for at, line in seeds:
        key = (line.slope, round(line.offset))
        if any(each.first <= at < each.end for each in found.get(key, ())):
            continue
        first, end = _reach(old, new, line, at, noise)
        costs = np.minimum(distances(old, new, line, first, end) / noise, _MOST_COST)
        found.setdefault(key, []).append(_Costs(line, first, costs.astype(np.float32)))
    return [each for group in found.values() for each in group]


def _reach(old: Copy, new: Copy, line: Line, at: int, noise: float) -> tuple[int, int]:
    """Return how far a line holds around a picture, and some pictures more."""
    limit = _limit(noise)
    count = len(new.prints.vectors)
    end = at
    while end < count:
        stop = min(count, end + _GROWN)
        bad = distances(old, new, line, end, stop) > limit
        end = stop
        if bad[-_GIVEN_UP:].all():
            break
    first = at
    while first > 0:
        stop = max(0, first - _GROWN)
        bad = distances(old, new, line, stop, first) > limit
        first = stop
        if bad[:_GIVEN_UP].all():
            break
    return first, end


def _limit(noise: float) -> float:
    """Return the squared distance from which two pictures are none: between copies and chance."""
    return float(np.clip(np.sqrt(noise * _CHANCE), 4 * noise, 0.15))


def _path(tried: list[_Costs], count: int, noise: float) -> list[tuple[int, int, Line]]:
    """Return the cheapest row of lines over all pictures; where none fits, nothing."""
    nothing = min(_limit(noise) / noise, _MOST_COST * 0.6)
    begins: dict[int, list[int]] = {}
    for number, each in enumerate(tried):
        begins.setdefault(each.first, []).append(number)
    active: list[int] = []
    costs: dict[int, float] = {-1: 0.0}
    steps: list[tuple[int, set[int]]] = []
    for picture in range(count):
        active = [number for number in active if tried[number].end > picture] + begins.get(picture, [])
        cheapest = min(costs, key=lambda number: costs[number])
        change = costs[cheapest] + _SWITCH
        now, changed = {}, set()
        for number in (-1, *active):
            stay = costs.get(number, np.inf)
            if change < stay:
                stay = change
                changed.add(number)
            own = nothing if number < 0 else float(tried[number].costs[picture - tried[number].first])
            now[number] = stay + own
        costs = now
        steps.append((cheapest, changed))
    state = min(costs, key=lambda number: costs[number])
    row = np.empty(count, np.int64)
    for picture in range(count - 1, -1, -1):
        row[picture] = state
        cheapest, changed = steps[picture]
        if state in changed:
            state = cheapest
    borders = [0, *(np.flatnonzero(np.diff(row)) + 1), count]
    return [(int(first), int(end), tried[row[first]].line) for first, end in itertools.pairwise(borders)
            if end > first and row[first] >= 0]  # fmt: skip


def _as_good(tried: list[_Costs], line: Line, first: int, end: int) -> list[Line]:
    """Return a line and others, far from it, that explain the same pictures as well: material that was used twice."""
    best = next(each for each in tried if each.line == line and each.first <= first and each.end >= end)
    limit = max(_AS_GOOD * float(best.costs[first - best.first : end - best.first].mean()), 2.0)
    lines = [line]
    for each in tried:
        if each.first <= first and each.end >= end and each.line.slope == line.slope:
            cost = float(each.costs[first - each.first : end - each.first].mean())
            if cost <= limit and all(abs(each.line.offset - other.offset) > 705_600_000 / 4 for other in lines):
                lines.append(each.line)
    return lines


def _retimed(found: list[tuple[int, int, Line]], old: Copy, new: Copy) -> list[tuple[int, Line]]:
    """Return lines of other speeds for what no line explains yet."""
    lines: list[tuple[int, Line]] = []
    at = 0
    for first, end, _ in [*found, (len(new.prints.vectors), 0, Line(1, 0))]:
        if first - at >= _SHORTEST_RETIMED:
            line = _fitted(old, new, at, first)
            if line is not None:
                lines.append(((at + first) // 2, line))
        at = max(at, end)
    return lines


def _fitted(old: Copy, new: Copy, first: int, end: int) -> Line | None:
    """Return the line of any speed on which most pictures of a stretch lie; None if there is none."""
    wanted = np.arange(first, end, max(1, (end - first) // 40))
    votes = _votes(old, new, wanted[new.prints.speaks[wanted]])
    if len(votes.new) < 6:
        return None
    one = float(np.median(np.diff(old.times)))
    x, y = new.times[votes.new].astype(np.float64), old.times[votes.old].astype(np.float64)
    best, most = None, max(5, len(np.unique(votes.new)) // 2)
    for number in range(len(x)):
        for other in range(number + 1, len(x)):
            if x[other] - x[number] < (x[-1] - x[0]) / 3:
                continue
            slope = (y[other] - y[number]) / (x[other] - x[number])
            if not 0.1 <= abs(slope) <= 10:
                continue
            inliers = np.abs(slope * x + (y[number] - slope * x[number]) - y) < 2 * one
            if (count := len(np.unique(votes.new[inliers]))) > most:
                fit = np.polyfit(x[inliers], y[inliers], 1)
                best, most = Line(float(fit[0]), float(fit[1])), count
    return None if best is None else _exact(old, new, best, first, end)


def _exact(old: Copy, new: Copy, line: Line, first: int, end: int) -> Line:
    """Return a line with the nicest speed that agrees best, and its offset to a quarter of a picture."""
    one = float(np.median(np.diff(old.times)))
    middle = float(new.times[(first + end) // 2])
    at = line.slope * middle + line.offset
    slopes = [each for each in _NICE if abs(each - line.slope) < 0.04 * abs(each)] or [line.slope]
    tried = [Line(slope, at - slope * middle + step * one / 4) for slope in slopes for step in range(-16, 17)]
    inner = first + (end - first) // 8, end - (end - first) // 8
    costs = np.array([float(distances(old, new, each, *inner).mean()) for each in tried])
    near = np.flatnonzero(costs <= costs.min() * 1.02 + 1e-5)
    return tried[int(near[len(near) // 2])]
