"""Title likeness: how two names of films may be one name, and how much weaker that is than the same name.

A slip of the hand makes a word that is none ("Casablnaca"), while two films whose names are one letter apart have two
words ("The Ring", "The King"): words that stand in other names too are taken for words. "Rocky II" is not "Rocky III",
nor "Rocky": numbers must agree, but for a last "1".
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from kinoeye.signals.title_names import Name, says_something

SAME, SLIP, PART, SOUND = "name", "misspelling", "subtitle", "sound"

_SMALL = frozenset(
    ("the", "a", "an", "of", "and", "or", "in", "on", "at", "to", "for", "from", "by", "with", "is", "but", "le", "la",
     "les", "de", "du", "des", "el", "los", "der", "die", "das")
)  # fmt: skip
_OTHER_ORDER = -0.7
_SLIPS = (0.0, 0.0, -1.5, -3.0)  # by the number of slips
_ROOM = ((16, 3), (7, 2), (4, 1))  # letters of the longer name, and how many slips it may have
MOST_SLIPS = _ROOM[0][1]
_SHORTEST = 3  # letters; of two signs that differ by one, nothing is left
_SHORT = ((4, -3.0), (6, -1.0))  # up to so many letters: most of their neighbours are words
_FIRST_LETTER = -1.0  # fingers and eyes rarely miss it
_OFTEN = 3  # names: a word that stands in so many is one
_FRONT, _BACK = -2.5, -3.5  # before a colon, behind one
_SMALL_WORD, _WORD, _WORD_OF_FEW = -1.0, -3.0, -4.0
_MOST_LEFT_OUT = 2
_BY_SOUND = -1.5


@dataclass(frozen=True)
class Likeness:
    """How two names are alike.

    Parameters
    ----------
    how : name, misspelling, subtitle or sound
    nats : ..0
        How much weaker it is than the same name; of a slip, than one slip.
    is_word : bool
        Of a slip: what differs is a word on both sides.
    """

    how: str
    nats: float
    is_word: bool = False


def likeness(one: Name, other: Name, count: Callable[[str], int]) -> Likeness | None:
    """Return how two names may be one; None where they are two.

    Parameters
    ----------
    one, other : Name
    count : callable
        In how many names a word stands.

    Examples
    --------
    >>> from kinoeye.signals.title_names import name
    >>> def how(one, other, count=lambda word: 1):
    ...     found = likeness(name(one), name(other), count)
    ...     return found and (found.how, found.nats)
    >>> how("Alien 3", "Alien III"), how("Rocky II", "Rocky III"), how("Casablanca", "Casablnaca")
    (('name', 0.0), None, ('misspelling', 0.0))
    >>> how("The Ring", "The King", lambda word: 20), how("Dune: Part One", "Dune"), how("Birdman or", "Birdman")
    (('misspelling', -4.0), ('name', 0.0), ('subtitle', -1.0))
    """
    if not one.joined or not other.joined:
        return None
    if one.numbers != other.numbers:
        return _slip_in_number(one, other, count)
    if _bare(one) == _bare(other) or one.spelled == other.spelled:
        return Likeness(SAME, 0.0)
    if len(one.words) > 1 and sorted(one.words) == sorted(other.words):
        return Likeness(SAME, _OTHER_ORDER)
    found = [
        each for each in (_slipped(one.words, other.words, count), _part(one, other), _left_out(one, other)) if each
    ]
    return max(found, key=lambda each: each.nats, default=None)


def by_sound(one: str, other: Name) -> Likeness | None:
    """Return whether a name is the pinyin of a Chinese one.

    Parameters
    ----------
    one : str
        The pinyin, without spaces.
    other : Name
    """
    return Likeness(SOUND, _BY_SOUND) if one and one == other.joined else None


def room(letters: int) -> int:
    """Return how many slips a name of so many letters may have."""
    return next((slips for least, slips in _ROOM if letters >= least), 0)


def _bare(name: Name) -> str:
    """Return a name without the "1" of a first part."""
    is_first = len(name.words) > 1 and name.words[-1] == "1"
    return name.joined[:-1] if is_first else name.joined


def _slipped(one: tuple[str, ...], other: tuple[str, ...], count: Callable[[str], int]) -> Likeness | None:
    whole, theirs = "".join(one), "".join(other)
    most = room(max(len(whole), len(theirs)))
    slips = OSA.distance(whole, theirs, score_cutoff=most) if most else 1
    if slips > most or min(len(whole), len(theirs)) < _SHORTEST:
        return None
    nats = _SLIPS[slips] + (_FIRST_LETTER if whole[0] != theirs[0] else 0.0)
    nats += next((worth for most, worth in _SHORT if max(len(whole), len(theirs)) <= most), 0.0)
    mine, yours = Counter(one) - Counter(other), Counter(other) - Counter(one)
    counts = [count(word) for word in (*mine, *yours)] if len(mine) == len(yours) else []
    is_small = {*mine, *yours} <= _SMALL
    return Likeness(SLIP, nats, is_word=bool(counts) and not is_small and min(counts) >= max(_OFTEN, max(counts) // 50))


def _slip_in_number(one: Name, other: Name, count: Callable[[str], int]) -> Likeness | None:
    """Return a slip in a number that is written as a word; "Rocky" and "Rocky II" have none."""
    mine, theirs = Counter(one.numbers) - Counter(other.numbers), Counter(other.numbers) - Counter(one.numbers)
    if mine and theirs:
        return None
    more, less = (one, other) if mine else (other, one)
    is_in_words = not any(word in more.said for word in (mine or theirs)) and len(more.said) == len(less.said)
    if not is_in_words or one.is_han or other.is_han:
        return None
    found = _slipped(one.said, other.said, count)
    return found if found and len(min(set(more.said) - set(less.said), key=len, default="")) > 2 else None


def _part(one: Name, other: Name) -> Likeness | None:
    """Return whether one is what stands before or behind a break in the other."""
    for whole, part in ((one, other), (other, one)):
        if part.joined in whole.parts:
            return Likeness(PART, _FRONT if part.joined == whole.parts[0] else _BACK)
    return None


def _left_out(one: Name, other: Name) -> Likeness | None:
    """Return whether one is the other less a word or two, or begins it."""
    short, long = sorted((one, other), key=lambda each: len(each.words))
    rest = Counter(long.words) - Counter(short.words)
    count = sum(rest.values())
    if not count or len(short.words) + count != len(long.words) or not says_something(short.joined):
        return None
    content = _WORD if len(short.words) > 2 else _WORD_OF_FEW
    nats = sum(_SMALL_WORD if word in _SMALL else content for word in rest.elements())
    if count <= _MOST_LEFT_OUT and (len(short.words) > 1 or nats > _WORD):
        return Likeness(PART, nats)
    begins = len(short.words) > 1 and long.words[: len(short.words)] == short.words
    return Likeness(PART, _FRONT + content) if begins else None
