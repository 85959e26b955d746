"""Advisories: what in a line of dialogue a parent or a rating board would ask of, by a list of ours: swearing, slurs,
sex, violence, wounds, threats, weapons, drugs, drink, smoke, self-harm.

A phrase counts as far as it is usually meant so; words near it speak for or against it (a shot of whisky, to shoot a
scene), a capital letter, as of a name, or a negation against it. What is only meant and not said is not heard. Levels
follow what the British Board of Film Classification calls mild, moderate and strong; they are of the words, not of the
film.

Source: own list, English and Chinese; British Board of Film Classification, "Classification guidelines", 2024 (kinds
and levels).
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kinoeye.models import registry
from kinoeye.models.tokens import lemmas

MODELS = ("advisories",)
KINDS = (
    "language", "discrimination", "sex", "violence", "injury", "threat", "weapons", "drugs", "alcohol", "smoking",
    "self_harm",
)  # fmt: skip
LEVELS = ("mild", "moderate", "strong")

_NEAR, _NEAR_SIGNS = 5, 9  # words, and signs of Chinese, to both sides in which others speak for or against
_AGAINST, _FOR = 0.3, 0.4  # how much of what is sure, and of what is not, then stays
_NOT, _NAME = 0.6, 0.3
_NEGATIONS = frozenset(
    ["not", "never", "no", "nobody", "without", "don't", "didn't", "won't", "isn't", "wasn't", "can't"]
)
_SAID = frozenset({"language", "discrimination", "threat", "self_harm"})  # a negation takes nothing from them
_WORD = re.compile(r"[^\W_][\w'*@$!-]*[\w*$]|[^\W_]\*+|[^\W_]")
_SENTENCE = re.compile(r"[.!?…:\n]|^\W*[-–—]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LEET = str.maketrans("013457@$!", "oieastasi")
# "I will", up to three words before what will be done.
_PROMISE = re.compile(
    r"(\b(?:i'll|i will|we'll|we will|i'm going to|i'm gonna|we're going to|we're gonna|i swear i'll|i'd"
    r"|or i)(?:\s+\S+){0,3}\s+|(?:小心|当心|信不信)?(?:我|老子|老娘|我们|咱们)(?:就|要|会|来|现在就|非)?)\Z",
    re.IGNORECASE,
)
_DASHES = re.compile(r"-{2,}")
_LETTERS = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True)
class Advice:
    """A phrase that is to be told.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    level : mild, moderate or strong
    words : str
        As written.
    start, end : int, characters
    score : float, 0..1
        How likely it is meant so.
    """

    kind: str
    level: str
    words: str
    start: int
    end: int
    score: float


@dataclass(frozen=True)
class _Entry:
    phrase: tuple[str, ...]
    kind: str
    level: str
    sure: float
    against: frozenset[str]
    speaks_for: frozenset[str]


@dataclass(frozen=True)
class _Word:
    written: str  # in small letters
    forms: frozenset[str]
    start: int
    end: int
    is_capital: bool  # begins with a capital letter in a text of small ones
    begins: bool  # a sentence


def advise(text: str, *, least: float = 0.5) -> list[Advice]:
    """Return what is to be told of a text, in its order; of phrases of one kind that overlap the longest.

    Parameters
    ----------
    text : str
        A line or cue, English or Chinese.
    least : 0..1
        Least score.

    >>> [(each.kind, each.level, each.words) for each in advise("Shoot him! Now, damn it.")]
    [('violence', 'moderate', 'Shoot him'), ('language', 'mild', 'damn')]
    """
    found = [*_english(text)]
    if _HAN.search(text):
        found += _chinese(text)
    found += [_threat(each, text) for each in found if each.kind == "violence" and _PROMISE.search(text[: each.start])]
    kept: list[Advice] = []
    for each in sorted(found, key=lambda each: (each.start - each.end, -LEVELS.index(each.level), -each.score)):
        if not any(_same(each, other) for other in kept if each.start < other.end and other.start < each.end):
            kept.append(each)
    return sorted((each for each in kept if each.score >= least), key=lambda each: (each.start, each.kind))


def _same(each: Advice, other: Advice) -> bool:
    """Say whether of two phrases that overlap only one is meant: a slur is no oath, who hangs himself hangs nobody."""
    kinds = {each.kind, other.kind}
    return len(kinds) == 1 or kinds in ({"language", "discrimination"}, {"violence", "self_harm"})


def _threat(each: Advice, text: str) -> Advice:
    """Return the threat that violence is which someone says he will do."""
    begin = _PROMISE.search(text[: each.start])
    assert begin is not None
    start = begin.start(1)
    return Advice("threat", each.level, text[start : each.end], start, each.end, each.score)


def _english(text: str) -> Iterator[Advice]:
    words = _words(text)
    by_first = _list()
    for number, word in enumerate(words):
        entries = [entry for form in word.forms for entry in by_first.get(form, ())]
        masked = _DASHES.sub(lambda dashes: "*" * len(dashes[0]), text[word.start : word.end].lower())
        if "*" in masked:
            entries += _masked(masked)
        for entry in dict.fromkeys(entries):
            end = number + len(entry.phrase)
            those = words[number:end]
            if len(those) == len(entry.phrase) and all(
                want in {each.written, each.written.removesuffix("'s")}
                for want, each in zip(entry.phrase[1:], those[1:], strict=True)
            ):
                near = [*words[max(0, number - _NEAR) : number], *words[end : end + _NEAR]]
                sure = _weighed(entry, {form for each in near for form in each.forms})
                before = {form for each in words[max(0, number - 3) : number] for form in each.forms}
                if entry.kind not in _SAID and before & _NEGATIONS:
                    sure *= _NOT
                if len(those) == 1 and word.is_capital and (not word.begins or "name" in entry.against):
                    sure *= _NAME
                yield Advice(entry.kind, entry.level, text[word.start : those[-1].end], word.start, those[-1].end, sure)


def _chinese(text: str) -> Iterator[Advice]:
    for entry in _signs():
        phrase = entry.phrase[0]
        at = text.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            near = text[max(0, at - _NEAR_SIGNS) : end + _NEAR_SIGNS]
            words = {each for each in entry.against | entry.speaks_for if each in near and each != phrase}
            rest = text[max(0, at - _NEAR_SIGNS) : at] + " " + text[end : end + _NEAR_SIGNS]
            words = {each for each in words if each in entry.against or each in rest}
            yield Advice(entry.kind, entry.level, phrase, at, end, _weighed(entry, words))
            at = text.find(phrase, end)


def _weighed(entry: _Entry, near: Iterable[str]) -> float:
    """Return how sure an entry is beside these words."""
    those, sure = set(near), entry.sure
    if entry.speaks_for & those:
        sure = 1 - (1 - sure) * _FOR
    return sure * _AGAINST if entry.against & those else sure


def _words(text: str) -> list[_Word]:
    plain = text.replace("’", "'").replace("‘", "'")
    has_small = any(each.islower() for each in plain)
    found: list[_Word] = []
    last = 0
    for match in _WORD.finditer(plain):
        begins = not found or bool(_SENTENCE.search(plain[last : match.start()]))
        written = match[0]
        is_capital = has_small and written[0].isupper() and not written.isupper()
        found.append(
            _Word(written.lower(), frozenset(_forms(written.lower())), match.start(), match.end(), is_capital, begins)
        )
        last = match.end()
    return found


def _forms(word: str) -> set[str]:
    """Return what a word may be a form of, hurried and stretched spelling put right."""
    forms = {word, word.removesuffix("'s"), *lemmas(word)}
    if any(each.isdigit() or each in "@$!" for each in word) and any(each.isalpha() for each in word):
        forms |= {word.translate(_LEET)}
    if _LETTERS.search(word):
        forms |= {_LETTERS.sub(r"\1", word), _LETTERS.sub(r"\1\1", word)}
    if word.endswith("in'"):
        forms.add(word[:-1] + "g")
    return forms | {each for form in tuple(forms) for each in lemmas(form)}


def _masked(word: str) -> list[_Entry]:
    """Return the swear words that a word with asterisks may stand for: one sign a letter, else the likeliest."""
    exact = re.compile("".join("[a-z]" if each == "*" else re.escape(each) for each in word))
    loose = re.compile("".join("[a-z]+" if each == "*" else re.escape(each) for each in re.sub(r"\*+", "*", word)))
    swears = [entry for entry in _swears() if exact.fullmatch(entry.phrase[0])]
    swears = swears or [entry for entry in _swears() if loose.fullmatch(entry.phrase[0])]
    return [_Entry((word,), each.kind, each.level, 1.0, frozenset(), frozenset()) for each in swears[:1]]


@functools.cache
def _swears() -> Sequence[_Entry]:
    """Return swear words and slurs of one word, the strongest first, then the shortest."""
    those = [entry for entry in _all() if entry.kind in {"language", "discrimination"} and len(entry.phrase) == 1]
    return sorted(
        (entry for entry in those if entry.phrase[0].isalpha() and entry.phrase[0].isascii()),
        key=lambda each: (each.kind != "language", -LEVELS.index(each.level), len(each.phrase[0]), each.phrase),
    )


@functools.cache
def _list() -> dict[str, list[_Entry]]:
    by_first: dict[str, list[_Entry]] = defaultdict(list)
    for entry in _all():
        if not _HAN.search(entry.phrase[0]):
            by_first[entry.phrase[0]].append(entry)
    return by_first


@functools.cache
def _signs() -> Sequence[_Entry]:
    return [entry for entry in _all() if _HAN.search("".join(entry.phrase))]


@functools.cache
def _all() -> Sequence[_Entry]:
    entries = []
    for line in registry.path(MODELS[0]).read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, level, sure, phrases, against, speaks_for = [*line.split("\t"), "", ""][:6]
        entries += [
            _Entry(tuple(phrase.lower().split()), kind, level, float(sure), frozenset(against.split()),
                   frozenset(speaks_for.split()))
            for phrase in phrases.split(",")
        ]  # fmt: skip
    return entries
