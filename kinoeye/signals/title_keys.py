"""Title keys: by what rows of catalogues find each other: names, parts of names, ids, people.

What a row is compared with is decided by its names alone, and by ids. Only where one catalogue is written in Chinese
and another is not, people lead to each other too: the same director or actor in the same year.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kinoeye.signals.person_spellings import Person, sounds
from kinoeye.signals.title_blocks import NO_YEAR, Ints, Keys, distinct, hash_of, met, met_in_year, slips, two_slips
from kinoeye.signals.title_evidence import Facts
from kinoeye.signals.title_likeness import room
from kinoeye.signals.title_sieve import TitleSieve

_HALF = 5  # letters at either end: two slips in the other half leave them
_FEW = 3  # words: of more, two beside each other that are whole lead to the name
_LEADING = (2, 3)  # words that a name may end after
_LEADS = 5  # of the cast

WHOLE, STRONG, WEAK, PEOPLE, IDS = "whole", "strong", "weak", "people", "ids"


@dataclass
class TitleKeys:
    """The keys of all rows.

    Parameters
    ----------
    years, catalogues : array of int
        Of every row that was added.
    is_mixed : bool
        Whether some rows may be written in Chinese and others not.
    """

    is_mixed: bool = True
    years: "array[int]" = field(default_factory=lambda: array("q"))
    catalogues: "array[int]" = field(default_factory=lambda: array("q"))
    _keys: dict[str, tuple["array[int]", "array[int]"]] = field(
        default_factory=lambda: {kind: (array("Q"), array("q")) for kind in (WHOLE, STRONG, WEAK, PEOPLE, IDS)}
    )
    _spelled: tuple[list[str], "array[int]"] = field(default_factory=lambda: ([], array("q")))
    _sieve: TitleSieve = field(default_factory=TitleSieve)
    _is_han: "array[int]" = field(default_factory=lambda: array("b"))

    def add(self, one: Facts) -> None:
        """Take up the next row."""
        self.years.append(one.year)
        self.catalogues.append(one.catalogue)
        self._is_han.append(bool(one.names) and one.names[0].is_han)
        self._put(WHOLE, one.row, {each.joined for each in one.names})
        self._put(STRONG, one.row, _strong(one))
        self._put(IDS, one.row, {*(f"{kind}\n{each}" for kind, each in one.ids.items()), one.said} - {""})
        if one.year != NO_YEAR:
            self._put(WEAK, one.row, _weak(one))
            if self.is_mixed:
                self._put(PEOPLE, one.row, _people(one))
        self._sieve.add(one.names, one.sounds)
        for text in {text for each in one.names for text in (each.joined, each.spelled)}:
            self._spelled[0].append(text)
            self._spelled[1].append(one.row)

    def of(self, kind: str) -> tuple[Keys, Ints]:
        """Return the keys of a kind, and the rows that have them."""
        keys, rows = self._keys[kind]
        return np.array(keys, np.uint64), np.array(rows, np.int64)

    def pairs(self) -> Ints:
        """Return the pairs of rows that are worth comparing: int64 [n, 2], the lower row first."""
        years = np.array(self.years, np.int64)
        whole, strong = self.of(WHOLE), self.of(STRONG)
        found = [
            met(np.concatenate([whole[0], strong[0]]), np.concatenate([whole[1], strong[1]]), years),
            slips(self._spelled[0], np.array(self._spelled[1], np.int64), years),
            two_slips(self._spelled[0], np.array(self._spelled[1], np.int64), years),
            met_in_year(*self.of(WEAK), years),
        ]
        sure = [self._across_scripts(years), met(*self.of(IDS), np.full(len(years), NO_YEAR, np.int64))]
        return distinct([self._sieve.passed(distinct(found)), *sure])

    def slips(self, share: int) -> Ints:
        """Return pairs of rows with years whose names are a slip apart, whatever their years, of some eighths."""
        years = np.array(self.years, np.int64)
        rows = np.array(self._spelled[1], np.int64)
        pairs = slips(self._spelled[0], rows, np.full(len(years), 1, np.int64), share=share)
        both: Ints = pairs[(years[pairs[:, 0]] != NO_YEAR) & (years[pairs[:, 1]] != NO_YEAR)]
        return both

    def _across_scripts(self, years: Ints) -> Ints:
        is_han: npt.NDArray[np.int8] = np.array(self._is_han, np.int8)
        if not len(is_han) or is_han.all() or not is_han.any():
            return np.zeros((0, 2), np.int64)
        pairs = met_in_year(*self.of(PEOPLE), years)
        across: Ints = pairs[is_han[pairs[:, 0]] != is_han[pairs[:, 1]]]
        return across

    def _put(self, kind: str, row: int, texts: Iterable[str]) -> None:
        keys, rows = self._keys[kind]
        own = [hash_of(text, WHOLE if kind == STRONG else kind) for text in texts]
        keys.extend(own)
        rows.extend([row] * len(own))


def _strong(one: Facts) -> set[str]:
    """Return parts of names, pinyin, and the words in another order."""
    found = {part for each in one.names for part in each.parts if part} | set(one.sounds)
    found |= {"".join(sorted(each.words)) for each in one.names if len(each.words) > 1}
    found |= {each.joined[:-1] for each in one.names if len(each.words) > 1 and each.words[-1] == "1"}
    return found - {each.joined for each in one.names}


def _weak(one: Facts) -> set[str]:
    """Return names less one word, what they begin with, and both ends of long names."""
    found: set[str] = set()
    for each in one.names:
        if len(each.words) > 2:
            found.update(_less_one(each.words))
        if len(each.words) > _FEW:
            found |= {f"\t{one} {other}" for one, other in pairwise(each.words)}
        if len(each.words) > 1:
            found.add(" ".join(sorted(each.words)))
            found |= {"\r" + "".join(each.words[:count]) for count in _LEADING if count <= len(each.words)}
        if room(len(each.spelled)) > 1:
            found |= {each.spelled[:_HALF], f"\n{each.spelled[-_HALF:]}"}
    return found


def _less_one(words: tuple[str, ...]) -> Iterator[str]:
    for place in range(len(words)):
        yield " ".join(sorted(words[:place] + words[place + 1 :]))


def _people(one: Facts) -> set[str]:
    return {text for each in (*one.directors, *one.cast[:_LEADS]) for text in _written(each)}


def _written(one: Person) -> Iterable[str]:
    return (sounds(one) or ()) if one.is_han else (one.full,)
