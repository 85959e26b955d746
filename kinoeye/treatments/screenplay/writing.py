"""Writing: how a production's own texts go on from a place, line by line, as a model of words has learnt them.

Headings, action and dialogue are different languages, and so is what each character says: every line is written as one
of its kind, and by who speaks. What comes next (who answers, when there is action) is learnt as well. No other texts
are behind it than the user's.

Source: Shannon, "A mathematical theory of communication", 1948, section 3 (writing by a model); Holtzman et al., "The
curious case of neural text degeneration", ICLR 2020 (only the likeliest words that make up most of the chances).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kinoeye.learn.language import Language, Row
from kinoeye.learn.transformer import marks_of
from kinoeye.models.tokens import joined, tokens
from kinoeye.signals.copying import GRAM, Passages, Runs, plain

ORDER = 4  # words that are looked at
_BEGIN, _END, _UNKNOWN = range(3)
_NUCLEUS = 0.9  # of the chances, by the likeliest words
_SHARPEN = 1.6  # power of the chances: of few texts, rare words are given more than they should have
_LONGEST = 40  # words of a line
_LEAST_LEFT = 0.3  # of the chances, after words that would copy too much are taken out: else there is no good way on
_HISTORY = 6  # forms of lines that are looked at
_TRIES = 8
_UNWRITTEN = frozenset('"“”«»`()[]{}*_') | {"``", "''"}  # signs that come in pairs, which no model of words closes
_SPOKEN = "dialogue"


@dataclass(frozen=True)
class Passage:
    """A line or a paragraph of the user's texts.

    Parameters
    ----------
    source : str
        The path of its text.
    scene : int or None
        Its scene's place in the screenplay, from 1; None of other texts.
    page : int or None
    line : str
        As `lines` names it; of other texts empty.
    kind : str
        heading, action, dialogue, centered or prose.
    who : str
        Who speaks; empty where nobody does.
    text : str
    """

    source: str
    scene: int | None
    page: int | None
    line: str
    kind: str
    who: str
    text: str


@dataclass(frozen=True)
class Written:
    """A line that was written: its kind, who speaks, and its words."""

    kind: str
    who: str
    words: tuple[str, ...]

    @property
    def text(self) -> str:
        """The line as it is read."""
        return joined(self.words)


class Model(Protocol):
    """What tells the chances of the next word."""

    @property
    def vocabulary(self) -> Sequence[str]:
        """Its words."""

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return words as numbers of the vocabulary."""

    def chances(self, before: Sequence[int], groups: Sequence[str], history: Sequence[Row]) -> npt.NDArray[np.float64]:
        """Return the chance of each word of the vocabulary after those of a row, and after other rows."""


@dataclass(frozen=True)
class NGrams:
    """The default model: n-grams, which look at a line alone."""

    language: Language

    @property
    def vocabulary(self) -> Sequence[str]:
        """Its words."""
        return self.language.vocabulary

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return words as numbers of the vocabulary."""
        return self.language.numbers(words)

    def chances(self, before: Sequence[int], groups: Sequence[str], history: Sequence[Row]) -> npt.NDArray[np.float64]:
        """Return the chance of each word of the vocabulary; the history says nothing."""
        del history
        return self.language.chances(before, groups)


class Transformer(Protocol):
    """A net that tells the chances of the next word after all before it."""

    vocabulary: tuple[str, ...]

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return words as numbers of the vocabulary."""

    def following(self, numbers: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return the chance of each word of the vocabulary to come next."""


@dataclass(frozen=True)
class Reader:
    """A transformer as a model: it reads the lines before, too."""

    net: Transformer

    @property
    def vocabulary(self) -> Sequence[str]:
        """Its words."""
        return self.net.vocabulary

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return words as numbers of the vocabulary."""
        return self.net.numbers(words)

    def chances(self, before: Sequence[int], groups: Sequence[str], history: Sequence[Row]) -> npt.NDArray[np.float64]:
        """Return the chance of each word of the vocabulary."""
        numbers = [each for row in history for each in (*self.numbers([*marks_of(row.groups), *row.words]), _END)]
        return self.net.following([*numbers, *self.numbers(marks_of(groups)), *before])


@dataclass
class Writer:
    """Texts and what was learnt of them.

    Parameters
    ----------
    passages : sequence of Passage
        The user's texts, those of a text in order.
    order : int
        Words that the n-grams look at.
    """

    passages: Sequence[Passage]
    order: int = ORDER
    rows: list[Row] = field(init=False)
    sources: Passages = field(init=False)

    def __post_init__(self) -> None:
        worded = [written_words(each.text) for each in self.passages]
        small = _mostly_small(worded)
        self.rows = [
            Row(tuple(_without_capital(words, small)), groups(each.kind, each.who))
            for each, words in zip(self.passages, worded, strict=True)
        ]
        self.sources = Passages((each.source, row.words) for each, row in zip(self.passages, self.rows, strict=True))
        self._whole = {own for row in self.rows if len(own := tuple(plain(row.words))) >= GRAM}
        self._pairs = {pair for row in self.rows for pair in pairwise(("", *row.words, ""))}
        self._forms = Language([Row(tuple(form)) for form in self._scenes()], order=_HISTORY)

    def n_grams(self) -> NGrams:
        """Return the default model, learnt from the texts."""
        return NGrams(Language([row for row in self.rows if row.words], order=self.order))

    def go_on(
        self,
        model: Model,
        place: int,
        random: np.random.Generator,
        *,
        lines: int = 4,
        who: str = "",
        most_copied: int | None = None,
    ) -> list[Written]:
        """Write some lines behind a passage.

        Parameters
        ----------
        model : Model
        place : int
            The passage's number.
        random : np.random.Generator
        lines : int
            How many, at most.
        who : str
            Who speaks first; whoever comes if empty.
        most_copied : int or None, words
            The longest run that may stand in the texts just so, nor may a whole line of three words or more; None for
            no limit. Where every way on is longer, a line is begun anew.
        """  # fmt: skip
        begin = place
        while begin > 0 and self.passages[begin].kind != "heading" and self._goes_on(begin):
            begin -= 1
        history = self.rows[begin : place + 1]
        forms = [_form(each) for each in self.passages[begin : place + 1]]
        runs: Runs = {}
        found: list[Written] = []
        forced = who
        for _ in range(lines * _TRIES):
            if len(found) == lines:
                break
            form = self._next_form(forms, forced, random)
            kind, _, speaker = form.partition(" ")
            words, after = self._line(model, kind, speaker, history, runs, random, most_copied)
            own = tuple(plain(words))
            if not own or any(each.words == tuple(words) for each in found):
                continue
            if most_copied is not None and own in self._whole:
                continue
            runs, forced = after, ""
            found.append(Written(kind, speaker, tuple(words)))
            history = [*history, Row(tuple(words), groups(kind, speaker))]
            forms.append(form)
        return found

    def _goes_on(self, number: int) -> bool:
        return self.passages[number - 1].source == self.passages[number].source

    def _scenes(self) -> Iterator[list[str]]:
        scenes: dict[tuple[str, int], list[str]] = defaultdict(list)
        for each in self.passages:
            if each.scene and each.kind in ("action", _SPOKEN):
                scenes[each.source, each.scene].append(_form(each))
        yield from scenes.values()

    def _next_form(self, forms: Sequence[str], who: str, random: np.random.Generator) -> str:
        """Return what comes next: action, or whose line; the scene does not end here."""
        if who:
            return f"{_SPOKEN} {who}"
        known = [each for each in forms if each == "action" or each.startswith(_SPOKEN)]
        chances = self._forms.chances(self._forms.numbers(known), ())
        chances[[_BEGIN, _END, _UNKNOWN]] = 0
        if not chances.sum():
            return "action"
        return self._forms.vocabulary[_drawn(chances, random)]

    def _line(
        self, model: Model, kind: str, who: str, history: Sequence[Row], runs: Runs, random: np.random.Generator,
        most_copied: int | None,
    ) -> tuple[list[str], Runs]:  # fmt: skip
        """Write one line word by word; one that finds no end or no way on is begun again, and in the end left."""
        own = groups(kind, who)
        words, now = list[str](), runs
        for _ in range(_TRIES):
            words, now = [], runs
            while len(words) < _LONGEST:
                chances = model.chances(model.numbers(words), own, history)
                word, now = self._next(model, chances, words[-1] if words else "", now, random, most_copied)
                if word is None:
                    break
                if word == "":
                    return words, now
                words.append(word)
        return [], runs

    def _next(
        self, model: Model, chances: npt.NDArray[np.float64], last: str, runs: Runs, random: np.random.Generator,
        most_copied: int | None,
    ) -> tuple[str | None, Runs]:  # fmt: skip
        """Draw the next word that makes no run too long; empty for the end, None where there is none."""
        chances[[_BEGIN, _UNKNOWN]] = 0
        least = _LEAST_LEFT * chances.sum()
        while chances.sum() > least:
            number = _drawn(chances, random)
            word, after = "" if number == _END else model.vocabulary[number], runs
            own = plain([word])
            if own:
                after = self.sources.runs(own[0], runs)
            # A smoothed model gives every pair of words some chance; of small texts those never seen are mostly wrong.
            if (last, word) in self._pairs and (most_copied is None or _longest(after) <= most_copied):
                return word, after
            chances[number] = 0
        return None, runs


def _longest(runs: Runs) -> int:
    return max(runs.values(), default=0)


def groups(kind: str, who: str) -> tuple[str, ...]:
    """Return the groups of a line, the wider first."""
    return (kind, f"{kind} {who}") if who else (kind,)


def written_words(text: str) -> list[str]:
    """Return the words and signs of a text that a model learns."""
    return [each.text for each in tokens(text) if each.text not in _UNWRITTEN]


def _form(passage: Passage) -> str:
    return f"{passage.kind} {passage.who}".strip()


def _drawn(chances: npt.NDArray[np.float64], random: np.random.Generator) -> int:
    """Draw among the likeliest that make up most of the chances."""
    order = np.argsort(-chances, kind="stable")
    sums = np.cumsum(chances[order] ** _SHARPEN)
    kept = int(np.searchsorted(sums, _NUCLEUS * sums[-1])) + 1
    return int(order[np.searchsorted(sums[:kept], random.random() * sums[kept - 1])])


def _mostly_small(texts: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the words that within sentences stand in small letters more often than not."""
    counts: Counter[str] = Counter()
    for words in texts:
        counts.update(word for before, word in pairwise(words) if before[-1:] not in ".!?")
    return frozenset(word for word, count in counts.items() if word.islower() and count >= counts[word.capitalize()])


def _without_capital(words: Sequence[str], small: frozenset[str]) -> Iterator[str]:
    """Yield words, without the capital letter that only says that a sentence begins."""
    begins = True
    for word in words:
        yield word.lower() if begins and word.istitle() and word.lower() in small else word
        begins = word[-1:] in ".!?"
