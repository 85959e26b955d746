"""Title matching: rows of catalogues compared, weighed and grouped, in memory that does not grow with what they say.

What a row says in full is taken apart again when it is needed, some thousands of rows at a time; what stays of each is
its keys, its year and its ids.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import log

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.signals.title_blocks import NO_YEAR, PARTS, hash_of
from kinoeye.signals.title_chances import Chances, Rarity, chances, others_of
from kinoeye.signals.title_evidence import Bounds, Facts, Verdict, clash, facts, weighed
from kinoeye.signals.title_groups import Pair, grouped
from kinoeye.signals.title_keys import WHOLE, TitleKeys
from kinoeye.signals.title_likeness import SLIP, likeness

_COLUMNS = (
    "title", "original_title", "other_titles", "kind", "year", "released", "languages", "countries", "genres",
    "directors", "cast", "runtime", "imdb", "tmdb", "source_id", "work",
)  # fmt: skip
_BATCH = 20_000  # rows, and pairs, at a time
_MANY = 100_000  # rows: of more, an eighth of the slips is enough to count by
_HELD = 120_000  # rows that stay taken apart
_HAN = "[\u3400-\u9fff]"
_FAR_SPELLINGS = -1.5
_SHOWN_CLASHES = ("id", "said")  # pairs that would be joined but for these are worth a look


@dataclass(frozen=True)
class Matched:
    """What became of the rows.

    Parameters
    ----------
    groups : list of int
        For each row the first row of its work.
    joined : mapping of int to (row, Verdict)
        For every row of a work but the first: the row that it is most surely one with.
    nearly : mapping of int to (row, Verdict)
        The likeliest row that it was not joined with.
    """

    groups: list[int]
    joined: dict[int, tuple[int, Verdict]]
    nearly: dict[int, tuple[int, Verdict]]


class TitleMatching:
    """Rows of `titles` that are to be compared.

    Parameters
    ----------
    titles : pa.Table
        With `asset`; columns that lack are not said.
    """

    def __init__(self, titles: pa.Table) -> None:
        self._titles = titles.select([name for name in _COLUMNS if name in titles.schema.names])
        assets = titles["asset"].to_pylist()
        numbers = {asset: number for number, asset in enumerate(dict.fromkeys(assets))}
        self._catalogues = [numbers[asset] for asset in assets]
        self._held: OrderedDict[int, Facts] = OrderedDict()
        self._bounds: list[Bounds] = []
        self._keys = TitleKeys(is_mixed=self._is_mixed())
        self._said: list[tuple[str, int, str, str]] = []
        self._decided: dict[int, str] = {}
        self._rarity = Rarity(self._taken_up())
        self._chances, self._others, self._mean = self._counted()

    def said(self) -> list[tuple[str, int, str, str]]:
        """Return name, year, first director and ids of each row, as they are compared."""
        return self._said

    def decided(self) -> Mapping[int, str]:
        """Return the works that someone said, by row."""
        return self._decided

    def matched(self, least: float, near: float) -> Matched:
        """Group the rows.

        Parameters
        ----------
        least, near : 0..1
            How likely a pair must be to be joined, and to be named.
        """
        bar, low = log(least / (1 - least)), log(near / (1 - near))
        verdicts = self._verdicts(min(bar, low))
        barred = {pair for pair, verdict in verdicts.items() if verdict.how.startswith("clash")}
        groups = grouped(
            len(self._catalogues),
            {pair: verdict.nats for pair, verdict in verdicts.items() if pair not in barred},
            clashes=lambda one, other: bool(clash(self._bounds[one], self._bounds[other])),
            weigh=self._nats,
            least=bar,
        )
        return Matched(groups, self._joined(groups, verdicts), _nearly(groups, verdicts, low))

    def _is_mixed(self) -> bool:
        """Return whether any title has Chinese signs."""
        for name in {"title", "original_title", "other_titles"} & set(self._titles.schema.names):
            column = self._titles[name]
            texts = pc.list_flatten(column) if pa.types.is_list(column.type) else column
            if pc.any(pc.match_substring_regex(texts, _HAN)).as_py():
                return True
        return False

    def _taken_up(self) -> Iterator[tuple[str, ...]]:
        """Take up the keys of all rows; yield the words of their names."""
        for begin in range(0, len(self._catalogues), _BATCH):
            for row, one in self._taken_apart(range(begin, min(begin + _BATCH, len(self._catalogues)))):
                self._keys.add(one)
                self._bounds.append(one.bounds)
                if row < _HELD:
                    self._held[row] = one
                own = " ".join(f"{kind} {each}" for kind, each in sorted(one.ids.items()) if not kind.startswith("own"))
                director = one.directors[0].full if one.directors else ""
                self._said.append((one.names[0].joined if one.names else "", one.year, director, own))
                if one.said:
                    self._decided[row] = one.said
                yield from {each.words for each in one.names}

    def _counted(self) -> tuple[Chances, dict[int, list[int]], float]:
        keys, rows = self._keys.of(WHOLE)
        years, catalogues = (np.array(each, np.int64) for each in (self._keys.years, self._keys.catalogues))
        names = [name for name, _, _, _ in self._said]
        mean = float(np.mean([self._rarity.of((name,)) for name in names[:_BATCH]])) if names else 0.0
        return chances(keys, rows, years, catalogues, self._slips()), others_of(keys, rows, years), mean

    def _slips(self) -> Iterator[tuple[int, int, bool]]:
        """Yield rows whose names are a slip apart, whatever their years, and whether both are words; of many some."""
        pairs = self._keys.slips(PARTS if len(self._catalogues) < _MANY else 1)
        sample = pairs[:: max(1, len(pairs) // _BATCH)]
        self._hold(np.unique(sample).tolist())
        for one, other in sample.tolist():
            mine, theirs = self._facts(one), self._facts(other)
            if mine.names and theirs.names:
                found = likeness(mine.names[0], theirs.names[0], self._rarity.count)
                if found is not None and found.how == SLIP:
                    yield one, other, found.is_word

    def _verdicts(self, low: float) -> dict[Pair, Verdict]:
        """Weigh all pairs that are worth comparing, some at a time; keep those that are not unlikely."""
        pairs = self._keys.pairs()
        # By years, so that a row is taken apart once or twice however many there are.
        years = np.array(self._keys.years, np.int64)
        pairs = pairs[np.argsort(years[pairs].max(axis=1), kind="stable")]
        found: dict[Pair, Verdict] = {}
        for begin in range(0, len(pairs), _BATCH):
            some = pairs[begin : begin + _BATCH]
            self._hold(np.unique(some).tolist())
            for one, other in some.tolist():
                barred = clash(self._bounds[one], self._bounds[other])
                if barred and barred not in _SHOWN_CLASHES:
                    continue
                verdict = self._weighed(self._facts(one), self._facts(other))
                if verdict is not None and (verdict.nats >= low or verdict.how == "said"):
                    found[one, other] = replace(verdict, how=f"clash_{barred}") if barred else verdict
        return {pair: found[pair] for pair in sorted(found)}

    def _weighed(self, one: Facts, other: Facts) -> Verdict | None:
        return weighed(
            one, other, self._chances, lambda: self._other_films(one, other),
            lambda words: self._rarity.of(words) - self._mean, self._rarity.count,
        )  # fmt: skip

    def _other_films(self, one: Facts, other: Facts) -> int:
        """Return how many films of these names there are in other years, by the years alone."""
        most = 0
        own = [year for year in (one.year, other.year) if year != NO_YEAR]
        near = {year + step for year in own for step in (-1, 0, 1)}
        for name in {each.joined for side in (one, other) for each in side.names[:1]}:
            last, films = -9, 0
            for year in self._others.get(hash_of(name, WHOLE), ()):
                if year not in near:
                    films += year - last > 1
                    last = year
            most = max(most, films if own else films - 1)
        return most

    def _nats(self, one: int, other: int) -> float:
        is_barred = clash(self._bounds[one], self._bounds[other])
        verdict = None if is_barred else self._weighed(self._facts(one), self._facts(other))
        # Two spellings far apart may both be near a third: nothing speaks against them, but little for them.
        return verdict.nats if verdict is not None else _FAR_SPELLINGS

    def _joined(self, groups: list[int], verdicts: dict[Pair, Verdict]) -> dict[int, tuple[int, Verdict]]:
        best: dict[int, tuple[int, Verdict]] = {}
        for (one, other), verdict in verdicts.items():
            if groups[one] != groups[other]:
                continue
            for row, with_ in ((one, other), (other, one)):
                if row != groups[row] and (row not in best or verdict.nats > best[row][1].nats):
                    best[row] = with_, verdict
        return best

    def _facts(self, row: int) -> Facts:
        if row not in self._held:
            self._hold([row])
        return self._held[row]

    def _hold(self, rows: list[int]) -> None:
        """Take rows apart that are not held, and let go of those not asked for the longest."""
        for row, one in self._taken_apart([row for row in rows if row not in self._held]):
            self._held[row] = one
        for row in rows:
            self._held.move_to_end(row)
        while len(self._held) > max(_HELD, len(rows)):
            self._held.popitem(last=False)

    def _taken_apart(self, rows: range | list[int]) -> Iterator[tuple[int, Facts]]:
        if isinstance(rows, range):
            some = self._titles.slice(rows.start, len(rows))
        else:
            some = self._titles.take(pa.array(rows, pa.int64()))
        for row, given in zip(rows, some.to_pylist(), strict=True):
            yield row, facts(row, self._catalogues[row], given)


def _nearly(groups: list[int], verdicts: dict[Pair, Verdict], low: float) -> dict[int, tuple[int, Verdict]]:
    best: dict[int, tuple[int, Verdict]] = {}
    for (one, other), verdict in verdicts.items():
        if groups[one] == groups[other] or verdict.nats < low:
            continue
        for row, with_ in ((one, other), (other, one)):
            if row not in best or verdict.nats > best[row][1].nats:
                best[row] = with_, verdict
    return best
