"""Misspellings: words that are nearly a name of a screenplay, and stand once or twice where the name stands often.

A word is suspected if it is written as names are, is no word that the screenplay uses otherwise and none of a lexicon,
begins like the name (or has its first two letters turned), and differs by one letter, in long names by two. A name of
Chinese signs is suspected for the same sound by one other sign. Two people whose names are alike are not: who speaks
often, or is introduced with an age, is somebody.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from kinoeye.signals.notices import Line, Notice

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SHORTEST, _LONG = 5, 8  # letters of a name that may be misspelt by one letter, by two
_RARE = 2  # times that a misspelling may stand
_OFTENER = 3  # times as often the name stands, at least
_STARTS = re.compile(r"(?:^|[.!?:\"“”\n—-]\s*)$")
_INTRODUCED = re.compile(
    r"\s*(?:,\s*|\()(?:\d|(?:early|mid|late|in h)|(?:twen|thir|for|fif|six|seven|eigh|nine)t|teen)", re.I
)


@dataclass(frozen=True)
class _Use:
    """Where a word is written as a name."""

    line: int
    start: int
    written: str


def misspelt_names(lines: Sequence[Line], names: Collection[str], lexicon: Collection[str]) -> Iterator[Notice]:
    """Yield words in action and headings that are nearly a name.

    Parameters
    ----------
    lines : sequence of Line
    names : collection of str
        Names of characters, as written.
    lexicon : collection of str
        Words that are no names, in small letters.
    """
    uses, small = _uses(lines)
    counts = Counter({word: len(each) for word, each in uses.items()})
    for line in lines:
        counts.update(word.upper() for word in _WORD.findall(line.who))
    parts = {word.upper() for name in names if not _HAN.search(name) for word in _WORD.findall(name)}
    known = {word for word in parts if len(word) >= _SHORTEST and counts[word] >= _OFTENER}
    for word, places in sorted(uses.items()):
        if word in parts or word.lower() in small or counts[word] > _RARE or _is_word(word, lexicon):
            continue
        near = [name for name in known if _is_near(word, name) and counts[name] >= _OFTENER * counts[word]]
        if len(near) != 1 or any(
            _INTRODUCED.match(lines[each.line].text, each.start + len(each.written)) for each in places
        ):
            continue
        other = next(number for number, line in enumerate(lines) if _has(line, near[0]))
        score = 0.85 if OSA.distance(word, near[0]) == 1 else 0.65
        for each in places:
            yield Notice("name_spelling", each.written, each.line, other, near[0], each.written, near[0], score)


def misspelt_cues(lines: Sequence[Line], written: Sequence[str], aliases: Mapping[str, str]) -> Iterator[Notice]:
    """Yield cues whose name is a misspelling.

    Parameters
    ----------
    lines : sequence of Line
    written : sequence of str
        Who speaks each line, as written.
    aliases : mapping of str to str
        Names known to be misspelt, each with the name that it stands for.
    """
    acted = " ".join(line.text for line in lines if line.kind == "action").upper()
    counts = Counter(name for name in written if name)
    uses = {
        name: count + len(re.findall(rf"(?<!\w){re.escape(name.upper())}(?!\w)", acted))
        for name, count in counts.items()
    }
    for name in sorted(counts):
        right = aliases.get(name, "")
        if not right and uses[name] == counts[name] <= _RARE:  # whom no action names may be nobody
            near = [each for each in counts if uses[each] >= _OFTENER * uses[name] and _is_same_name(name, each)]
            right = near[0] if len(near) == 1 else ""
        if right:
            other = next((at for at, each in enumerate(written) if each == right), None)
            for number, each in enumerate(written):
                if each == name:
                    yield Notice("name_spelling", name, number, other, right, name, right, 0.9)


def misspelt_places(headings: Sequence[tuple[int, str]]) -> Iterator[Notice]:
    """Yield headings whose place is nearly one that stands oftener.

    Parameters
    ----------
    headings : sequence of (line, place)
        Every heading with its place as written.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for line, place in headings:
        if place:
            places[" ".join(place.upper().split())].append(line)
    for place, own in sorted(places.items(), key=lambda each: each[1]):
        for other, theirs in places.items():
            if place == other or (len(own), -own[0]) > (len(theirs), -theirs[0]):
                continue
            if _bare(place) == _bare(other):
                score = 0.8
            elif len(own) <= _RARE < len(theirs) and _is_same_place(place, other):
                score = 0.6
            else:
                continue
            for line in own:
                yield Notice("place_spelling", place, line, theirs[0], other, place, other, score)


def like_sounding(
    lines: Sequence[Line], names: Collection[str], is_word: Callable[[str], bool]
) -> dict[str, list[tuple[str, int]]]:
    """Return strings of Chinese signs that differ from a name by one sign: whether they sound alike is for others.

    Parameters
    ----------
    lines : sequence of Line
    names : collection of str
    is_word : callable
        Whether a string is a word of the language, and so no name.

    Returns
    -------
    dict of name to list of (string, line)
    """
    found: dict[str, list[tuple[str, int]]] = defaultdict(list)
    chosen = [name for name in names if len(name) > 1 and all(map(_HAN.match, name))]
    for number, line in enumerate(lines):
        if line.kind not in ("action", "dialogue"):
            continue
        text = line.text if line.kind == "action" else line.who
        for name in chosen:
            for at in range(len(text) - len(name) + 1):
                part = text[at : at + len(name)]
                if part in names or not all(map(_HAN.match, part)):
                    continue
                if sum(one != other for one, other in zip(part, name, strict=True)) == 1 and not is_word(part):
                    found[name].append((part, number))
    return dict(found)


def _uses(lines: Sequence[Line]) -> tuple[dict[str, list[_Use]], set[str]]:
    """Return words written as names by their capitals, and those that stand in small letters somewhere."""
    uses: dict[str, list[_Use]] = defaultdict(list)
    small: set[str] = set()
    for number, line in enumerate(lines):
        for found in _WORD.finditer(line.text):
            word = re.sub(r"['’]s$", "", found[0], flags=re.I)
            if word.islower():
                small.add(word)
            elif line.kind == "action" and (word.isupper() or word.istitle()) and len(word) >= _SHORTEST - 1:
                uses[word.upper()].append(_Use(number, found.start(), word))
    return uses, small


def _is_word(word: str, lexicon: Collection[str]) -> bool:
    """Say whether a word or what it is a form of is no name."""
    low = word.lower()
    stems = {low, low.removesuffix("s"), low.removesuffix("es"), low.removesuffix("ed"), low.removesuffix("ing")}
    return any(stem in lexicon or stem + "e" in lexicon for stem in stems)


def _is_near(word: str, name: str) -> bool:
    if abs(len(word) - len(name)) > 2 or {word + "S", word + "ES"} & {name} or {name + "S", name + "ES"} & {word}:
        return False
    if word[0] != name[0] and not (word[:2] == name[:2][::-1] and word[2:] == name[2:]):
        return False
    most = 2 if min(len(word), len(name)) >= _LONG else 1
    return 0 < OSA.distance(word, name) <= most


def _is_same_name(one: str, other: str) -> bool:
    """Say whether two names differ in one word only, and that by a letter."""
    words, others = one.upper().split(), other.upper().split()
    unlike = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    return (
        len(words) == len(others)
        and len(unlike) == 1
        and min(map(len, unlike[0])) >= _SHORTEST
        and _is_near(*unlike[0])
    )


def _has(line: Line, name: str) -> bool:
    return any(
        word.upper() == name for word in _WORD.findall(f"{line.who} {line.text if line.kind != 'dialogue' else ''}")
    )


def _bare(place: str) -> str:
    return re.sub(r"['’.\s-]+", "", place)


def _is_same_place(one: str, other: str) -> bool:
    """Say whether two places differ by a letter within a word of some length, and not in what counts them."""
    words, others = one.split(), other.split()
    if len(words) != len(others):
        return False
    unlike = [pair for pair in zip(words, others, strict=True) if pair[0] != pair[1]]
    return len(unlike) == 1 and unlike[0][0].isalpha() and unlike[0][1].isalpha() and _is_near_word(*unlike[0])


def _is_near_word(one: str, other: str) -> bool:
    return (
        min(len(one), len(other)) >= _SHORTEST
        and one[0] == other[0]
        and OSA.distance(one, other) == 1
        and ({one + "S", other + "S"}.isdisjoint({one, other}))
    )
