"""Person matching: which spellings of names in the credits are one person.

The same words are one person, whatever the order, case and accents, unless half a century lies between their works. A
middle name more, initials, a slip or a Chinese name in pinyin need evidence: the same film in another catalogue, the
same colleagues, the same job in the same years, and a family name that few have. Two names in one row's credits are two
people. Junior is not senior, and not the one without, unless films say so.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from math import exp, log

import numpy as np

from kinoeye.signals.person_spellings import Person, person, same_name, sounds
from kinoeye.signals.title_blocks import CROWD, slips
from kinoeye.signals.title_groups import Pair, grouped

_BASE = {"middle": 0.5, "initial": -2.0, "slip": -3.0, "sound": -0.5, "suffix": -4.5}
_MIDDLE_WORD = -1.2  # of two people more often than an initial is
_SHARED_WORK = 4.0, 1.5, 8.0  # for the first, each further, at most
_COLLEAGUES = 0.8, 3.0  # each, at most
_SAME_ROW = -12.0
_JOBS = 0.5, -0.5
_YEARS_NEAR, _YEARS_FAR = 30, -4.0  # years between two careers, and what more of them says
_FAMILY = -0.4  # for every e-fold of people with the family name
_GAP = 50  # years without a work: who comes after them has only the same name
_MOST_WORKS = 200  # of which colleagues are asked


@dataclass
class Credited:
    """Somebody in the credits: spellings that are the same words.

    Parameters
    ----------
    person : Person
    spellings : mapping of str to int
        As they are written, with how often.
    """

    person: Person
    spellings: dict[str, int] = field(default_factory=dict)
    jobs: set[str] = field(default_factory=set)
    works: "array[int]" = field(default_factory=lambda: array("q"))
    rows: "array[int]" = field(default_factory=lambda: array("q"))
    years: "array[int]" = field(default_factory=lambda: array("h"))

    @property
    def called(self) -> str:
        """The commonest spelling; of those as common the longest."""
        return max(sorted(self.spellings), key=lambda each: (self.spellings[each], len(each)))


@dataclass(frozen=True)
class Found:
    """A spelling's person.

    Parameters
    ----------
    group : int
        Number of the person.
    how : str
        same, middle, initial, slip, sound, suffix; empty for whom the person is called by.
    nats : float
    why : tuple of str
    """

    group: int
    how: str = ""
    nats: float = 0.0
    why: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        """How sure it is, 0..1."""
        return 1 / (1 + exp(-max(-40.0, min(40.0, self.nats))))


class PersonMatching:
    """Names in the credits of films.

    Parameters
    ----------
    credits : iterable of (name, job, work, row, year)
        Every name of every row; works and rows as numbers, the year 0 where it is not known.
    """

    def __init__(self, credits: Iterable[tuple[str, str, int, int, int]]) -> None:  # noqa: A002 - the trade's word
        by_words: dict[str, Credited] = {}
        for name, job, work, row, year in credits:
            one = person(name)
            if not one.family:
                continue
            known = by_words.setdefault(one.full, Credited(one))
            known.spellings[name] = known.spellings.get(name, 0) + 1
            known.jobs.add(job)
            known.works.append(work)
            known.rows.append(row)
            known.years.append(year)
        self.people = [part for each in by_words.values() for part in _careers(each)]
        self._of_work: dict[int, list[int]] = defaultdict(list)
        for number, each in enumerate(self.people):
            for work in set(each.works):
                self._of_work[work].append(number)
        self._families: dict[str, int] = defaultdict(int)
        for each in self.people:
            self._families[each.person.family] += 1
        self._said: dict[Pair, tuple[str, dict[str, float]]] = {}

    def matched(self, least: float) -> list[Found]:
        """Return the person of each of `people`."""
        pairs = {}
        for one, other in self._pairs():
            nats = self._nats(one, other)
            if self._said[one, other][0]:
                pairs[one, other] = nats
        bar = log(least / (1 - least))
        groups = grouped(len(self.people), pairs, clashes=self._clashes, weigh=self._nats, least=bar)
        best: dict[int, int] = {}
        for number, group in enumerate(groups):
            known = best.setdefault(group, number)
            if _weight(self.people[number]) > _weight(self.people[known]):
                best[group] = number
        joined: dict[int, Pair] = {}
        for pair in sorted(pairs, key=lambda each: (pairs[each], each)):
            if groups[pair[0]] == groups[pair[1]]:
                joined |= dict.fromkeys(pair, pair)
        return [self._found(number, group, best[group], pairs, joined) for number, group in enumerate(groups)]

    def _found(
        self, number: int, group: int, called: int, pairs: dict[Pair, float], joined: dict[int, Pair]
    ) -> Found:  # fmt: skip
        if number == called:
            return Found(group)
        pair = joined[number]
        how, nats = self._said[pair]
        return Found(group, how, pairs[pair], tuple(sorted(nats, key=lambda each: -abs(nats[each]))))

    def _pairs(self) -> Iterator[Pair]:
        """Yield people whose names may be one: of one family name and initial, a slip apart, of one sound."""
        blocks: dict[str, list[int]] = defaultdict(list)
        for number, each in enumerate(self.people):
            one = each.person
            keys = {one.full, one.loose, f"\n{one.loose}" if one.suffix else one.loose, *sounds(one)}
            for key in keys:
                blocks[key].append(number)
        found = {pair for each in blocks.values() if len(each) <= CROWD for pair in combinations(each, 2)}
        found |= {pair for each in blocks.values() if len(each) > CROWD for pair in self._with_works(each)}
        joined = ["".join((*each.person.given, each.person.family)).replace(" ", "") for each in self.people]
        count = len(self.people)
        near = slips(joined, np.arange(count), np.ones(count, np.int64)).tolist() if count else []
        found |= {(one, other) for one, other in near}
        yield from sorted(found)

    def _with_works(self, numbers: Sequence[int]) -> Iterator[Pair]:
        """Yield those of many people who have a work in common."""
        of_work: dict[int, list[int]] = defaultdict(list)
        for number in numbers:
            for work in set(self.people[number].works):
                of_work[work].append(number)
        for each in of_work.values():
            if len(each) <= CROWD:
                yield from combinations(sorted(each), 2)

    def _clashes(self, one: int, other: int) -> bool:
        first, second = self.people[one], self.people[other]
        suffixes = {first.person.suffix, second.person.suffix} - {""}
        return len(suffixes) > 1 or first.person.full == second.person.full

    def _nats(self, one: int, other: int) -> float:
        pair = min(one, other), max(one, other)
        if pair not in self._said:
            self._said[pair] = self._weighed(*pair)
        how, nats = self._said[pair]
        return sum(nats.values()) if how else -1.0

    def _weighed(self, one: int, other: int) -> tuple[str, dict[str, float]]:
        first, second = self.people[one], self.people[other]
        how = same_name(first.person, second.person)
        if how not in _BASE:
            return "", {}
        nats = {how: _BASE[how] + (_MIDDLE_WORD if how == "middle" and _is_by_word(first.person, second.person) else 0)}
        if set(first.rows) & set(second.rows):
            return how, nats | {"same row": _SAME_ROW}
        shared = set(first.works) & set(second.works)
        if shared:
            least, each, most = _SHARED_WORK
            nats[f"works+{len(shared)}"] = min(most, least + each * (len(shared) - 1))
        # Father and son have the same ones.
        if how != "suffix" and (
            colleagues := len(self._colleagues(first, shared) & self._colleagues(second, shared) - {one, other})
        ):
            nats[f"colleagues+{colleagues}"] = min(_COLLEAGUES[1], _COLLEAGUES[0] * colleagues)
        nats["jobs" if first.jobs & second.jobs else "other jobs"] = _JOBS[not first.jobs & second.jobs]
        if _years_between(first, second) > _YEARS_NEAR:
            nats["years far"] = _YEARS_FAR
        family = max(self._families[first.person.family], self._families[second.person.family])
        nats["family name"] = _FAMILY * log(family)
        return how, nats

    def _colleagues(self, one: Credited, besides: set[int]) -> set[int]:
        works = [work for work in one.works[:_MOST_WORKS] if work not in besides]
        return {each for work in works for each in self._of_work[work]}


def _is_by_word(one: Person, other: Person) -> bool:
    """Tell whether what one has more is a name rather than an initial."""
    more = set(one.given) ^ set(other.given)
    return any(len(word) > 1 for word in more)


def _weight(one: Credited) -> tuple[int, int]:
    return sum(one.spellings.values()), len(one.called)


def _careers(one: Credited) -> Iterator[Credited]:
    """Yield people of one name apart whose works lie half a century from each other."""
    years = sorted({year for year in one.years if year})
    edges = [later for earlier, later in pairwise(years) if later - earlier > _GAP]
    if not edges:
        yield one
        return
    for begin, end in zip([0, *edges], [*edges, 10_000], strict=True):
        # A work without year is taken for one of the first.
        places = [at for at, year in enumerate(one.years) if begin <= year < end]
        yield Credited(
            one.person, one.spellings, one.jobs,
            *(array(kind, (values[at] for at in places))
              for kind, values in (("q", one.works), ("q", one.rows), ("h", one.years))),
        )  # fmt: skip


def _years_between(one: Credited, other: Credited) -> int:
    first, second = ([year for year in each.years if year] for each in (one, other))
    if not first or not second:
        return 0
    return max(0, min(second) - max(first), min(first) - max(second))
