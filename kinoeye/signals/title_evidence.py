"""Title evidence: everything that two rows of catalogues say for and against being one film, in nats of log-odds.

The weights are what was found on films of the development part of bench/works.py, rounded. Some things are decided:
two ids of one kind that differ, two years more than one apart (unless an id says otherwise), a film beside an episode,
a series or a game, and what people said. What a row does not say speaks neither for nor against.

Source: Fellegi & Sunter, "A theory for record linkage", JASA 64, 1969.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import exp
from typing import Any, NamedTuple

from kinoeye.signals.person_spellings import Person, person, same_name
from kinoeye.signals.title_blocks import NO_YEAR
from kinoeye.signals.title_chances import Chances
from kinoeye.signals.title_likeness import PART, SAME, SLIP, Likeness, by_sound, likeness
from kinoeye.signals.title_names import Name, name, names_in, sound_of
from kinoeye.timecode import FLICKS_PER_SECOND

_OTHER_NAME = -0.3  # that it is not the first name of either
_SAME_ID = {"imdb": 14.0, "tmdb": 14.0, "own": 7.0}  # a catalogue's own may be another column taken for one
_YEARS_APART = -1.0, -6.0  # for each beyond one, of rows with one id
_SAME_SAID = 20.0
_NO_NAME = -8.0  # two scripts, and no name in common
_SHARED_PEOPLE = 2.5, 2.0, 9.0  # at all, for each, at most
_OF_SERIES = 0.35  # of what shared people say: films of a series share them, and the front of their names
_NEXT_OF_SERIES = -2.0  # a year apart
_NOBODY_SHARED = -3.0, -6.5  # where one of the two names one person, where both name several
_SAME_DIRECTOR, _OTHER_DIRECTOR = 4.0, -5.0
_RUNTIMES = ((0.03, 1.2), (0.1, 0.2), (0.25, -1.0), (10.0, -3.0))  # up to this difference, so much
_GENRES = 0.5, -0.8
_LANGUAGES = 0.3, -1.5
_COUNTRIES = 0.3, -0.7
_SAME_DAY = 2.5
_LENGTHS = -1.5  # a short beside a film
_GROUPS = {"series": "series", "episode": "episode", "game": "game"}
_MOST_CAST = 12  # names: the first of a long list


@dataclass(frozen=True)
class Facts:
    """What a row says of a film.

    Parameters
    ----------
    row : int
    catalogue : int
    names : tuple of Name
        The first is its own; others are what it is called as well.
    sounds : tuple of str
        Pinyin of those that are Chinese.
    year : int
        `NO_YEAR` where it is not said.
    ids : mapping of str to str
        By kind: imdb, tmdb, and the catalogue's own.
    """

    row: int
    catalogue: int
    names: tuple[Name, ...]
    sounds: tuple[str, ...] = ()
    year: int = NO_YEAR
    kind: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)
    directors: tuple[Person, ...] = ()
    players: tuple[str, ...] = ()
    runtime: float = 0.0
    genres: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    released: Any = None
    said: str = ""

    @cached_property
    def cast(self) -> tuple[Person, ...]:
        """The first of the cast, taken apart."""
        return _people(self.players)

    @property
    def bounds(self) -> "Bounds":
        """What no other row of the same film may contradict."""
        return Bounds(self.year, _GROUPS.get(self.kind, "film") if self.kind else "", self.ids, self.said)


class Bounds(NamedTuple):
    """What no other row of the same film may contradict.

    Parameters
    ----------
    year : int
    group : str
        Whether it is a film, a series, an episode or a game; empty where it is not said.
    ids : mapping of str to str
    said : str
        The work that someone said.
    """

    year: int
    group: str
    ids: Mapping[str, str]
    said: str


@dataclass(frozen=True)
class Verdict:
    """Whether two rows are one film.

    Parameters
    ----------
    nats : float
        Log-odds.
    how : str
        said, id, name, misspelling, subtitle, other_title, translation.
    why : tuple of str
        What speaks for it and against it, the strongest first, such as ``cast+3`` and ``year+1``.
    """

    nats: float
    how: str
    why: tuple[str, ...]

    @property
    def score(self) -> float:
        """How likely it is, 0..1."""
        return 1 / (1 + exp(-max(-40.0, min(40.0, self.nats))))


def facts(row: int, catalogue: int, given: Mapping[str, Any]) -> Facts:
    """Return what a row of `titles` says, as it is compared.

    Parameters
    ----------
    row, catalogue : int
    given : mapping
        By the columns of `titles`; what lacks is not said.
    """
    written = dict.fromkeys(
        text for cell in (given.get("title"), given.get("original_title"), *(given.get("other_titles") or ()))
        if cell for text in names_in(cell)
    )  # fmt: skip
    names = tuple(dict.fromkeys(each for each in map(name, written) if each.joined))
    ids = {kind: str(given[kind]) for kind in ("imdb", "tmdb") if given.get(kind)}
    if given.get("source_id"):
        ids[f"own {catalogue}"] = str(given["source_id"])
    return Facts(
        row, catalogue, names,
        sounds=tuple(dict.fromkeys(sound for sound in map(sound_of, written) if sound)),
        year=given.get("year") or NO_YEAR,
        kind=given.get("kind") or "",
        ids=ids,
        directors=_people(given.get("directors")),
        players=tuple(given.get("cast") or ())[:_MOST_CAST],
        runtime=(given.get("runtime") or 0) / FLICKS_PER_SECOND,
        **{key: frozenset(each.casefold() for each in given.get(key) or () if each)
           for key in ("genres", "languages", "countries")},
        released=given.get("released"),
        said=given.get("work") or "",
    )  # fmt: skip


def clash(one: Bounds, other: Bounds) -> str:
    """Return why two rows cannot be one film whatever else they say; empty where they can.

    >>> film = facts(0, 0, {"title": "King Kong", "year": 1933})
    >>> clash(film.bounds, facts(1, 0, {"title": "King Kong", "year": 1976}).bounds)
    'year'
    """
    if one.said and other.said:
        return "said" if one.said != other.said else ""
    if any(one.ids[kind] != other.ids[kind] for kind in ("imdb", "tmdb") if kind in one.ids and kind in other.ids):
        return "id"
    if one.group and other.group and one.group != other.group:
        return "kind"
    if NO_YEAR not in (one.year, other.year) and abs(one.year - other.year) > 1 and not _shared_id(one, other):
        return "year"
    return ""


def weighed(
    one: Facts, other: Facts, chance: Chances, others: Callable[[], int], rarity: Callable[[Sequence[str]], float],
    count: Callable[[str], int],
) -> Verdict | None:  # fmt: skip
    """Weigh what two rows say; None where their names are two, and nothing else speaks for one film.

    Parameters
    ----------
    one, other : Facts
        That do not clash.
    chance : Chances
    others : callable
        Films of these names in other years; asked where it matters.
    rarity : callable
        By how many nats a name of these words is rarer than others.
    count : callable
        In how many names a word stands.
    """
    said = one.said and one.said == other.said
    alike, how = _named(one, other, count)
    people = _people_nats(one, other)
    is_same_id = _shared_id(one, other)
    nats: dict[str, float] = dict(people)
    if said:
        nats["said"] = _SAME_SAID
    if is_same_id:
        nats[f"id {is_same_id}"] = _SAME_ID[is_same_id]
    if alike is None:
        is_other_script = one.names and other.names and one.names[0].is_han != other.names[0].is_han
        if not (said or is_same_id or (is_other_script and people)):
            return None
        nats["no name"], how = _NO_NAME, "translation"
    else:
        nats[how] = alike.nats
    is_part = alike is not None and alike.how == PART and not said and not is_same_id
    if is_part:
        nats |= {each: _OF_SERIES * worth if worth > 0 else worth for each, worth in people.items()}
    apart = None if NO_YEAR in (one.year, other.year) else min(1, abs(one.year - other.year))
    words = min((one.names or (Name((), ()),))[0].words, (other.names or (Name((), ()),))[0].words, key=len)
    is_within, rareness = one.catalogue == other.catalogue, rarity(words)
    if alike is not None and alike.how == SLIP:
        odds = chance.slip_odds(is_within=is_within, is_word=alike.is_word, apart=apart, rareness=rareness)
    else:
        odds = chance.odds(is_within=is_within, apart=apart, others=others() if alike else 0, rareness=rareness)
        odds += _NEXT_OF_SERIES if is_part and apart else 0.0
    nats |= {"year missing" if apart is None else f"year{apart:+d}": odds}
    if apart and abs(one.year - other.year) > 1:
        each, most = _YEARS_APART
        nats["years apart"] = max(most, each * (abs(one.year - other.year) - 1))
    nats |= _rest(one, other)
    how = "said" if said else "id" if is_same_id else how
    why = sorted(nats, key=lambda each: -abs(nats[each]))
    return Verdict(sum(nats.values()), how, tuple(why))


def _named(one: Facts, other: Facts, count: Callable[[str], int]) -> tuple[Likeness | None, str]:
    """Return how the best of the names agree, and what that is called."""
    best: tuple[float, Likeness, str] | None = None
    for first, mine in enumerate(one.names):
        for second, theirs in enumerate(other.names):
            found = likeness(mine, theirs, count)
            if found is None:
                continue
            own = 0.0 if first == second == 0 else _OTHER_NAME
            how = found.how if own == 0 or found.how != SAME else "other_title"
            if best is None or found.nats + own > best[0]:
                best = found.nats + own, replace(found, nats=found.nats + own), how
            if best[0] == 0:
                return best[1], best[2]
    for here, there in ((one, other), (other, one)):
        for sound in here.sounds:
            for theirs in there.names:
                heard = by_sound(sound, theirs)
                if heard and (best is None or heard.nats > best[0]):
                    best = heard.nats, heard, "translation"
    return (best[1], best[2]) if best else (None, "")


def _shared_id(one: Facts | Bounds, other: Facts | Bounds) -> str:
    return next((kind.split()[0] for kind in one.ids if other.ids.get(kind) == one.ids[kind]), "")


def _people(given: Collection[str] | None) -> tuple[Person, ...]:
    return tuple(dict.fromkeys(person(text) for text in list(given or ())[:_MOST_CAST] if text and text.strip()))


def _people_nats(one: Facts, other: Facts) -> dict[str, float]:
    """Return what the directors and the cast say; people of another script are nobody else."""
    nats = {}
    if (directors := _shared(one.directors, other.directors)) is not None:
        nats["directors" if directors else "other directors"] = _SAME_DIRECTOR if directors else _OTHER_DIRECTOR
    if (cast := _shared(one.cast, other.cast)) is not None:
        if cast:
            least, each, most = _SHARED_PEOPLE
            nats[f"cast+{cast}"] = min(most, least + each * cast)
        else:
            nats["other cast"] = _NOBODY_SHARED[min(len(one.cast), len(other.cast)) > 1]
    return nats


def _shared(one: Sequence[Person], other: Sequence[Person]) -> int | None:
    """Return how many people two lists share; None where they cannot be compared."""
    if not one or not other:
        return None
    full, loose = {each.full for each in other}, {each.loose for each in other}
    sure = sum(each.full in full or each.loose in loose for each in one)
    if sure:
        return sure
    if any(same_name(mine, theirs) for mine in one for theirs in other):
        return 1
    return 0 if any(mine.is_han == theirs.is_han for mine in one for theirs in other) else None


def _rest(one: Facts, other: Facts) -> dict[str, float]:
    """Return what length, genres, languages, countries and the day of showing say."""
    nats = {}
    if one.runtime and other.runtime:
        apart = abs(one.runtime - other.runtime) / max(one.runtime, other.runtime)
        worth = next(worth for most, worth in _RUNTIMES if apart <= most)
        nats["runtime" if worth > 0 else "other runtime"] = worth
    for key, (agree, differ) in (("genres", _GENRES), ("languages", _LANGUAGES), ("countries", _COUNTRIES)):
        mine, theirs = getattr(one, key), getattr(other, key)
        if mine and theirs:
            nats[key if mine & theirs else f"other {key}"] = agree if mine & theirs else differ
    if one.released is not None and one.released == other.released:
        nats["same day"] = _SAME_DAY
    if one.kind and other.kind and (one.kind == "short") != (other.kind == "short"):
        nats["other kind"] = _LENGTHS
    return nats
