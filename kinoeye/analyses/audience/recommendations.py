"""Recommendations: what to show each viewer next, why, and by which way of telling.

Learnt from what viewers watched and gave, the way chosen on viewers held apart (kinoeye/learn/recommender.py). Nobody
is answered by a model that has learnt from them: viewers are dealt into parts, and each part is answered by what the
others did. A title that too few people have watched is told by what is known of it alone, and gets a share of the
places. What a viewer has watched is not shown again. What someone is not interested in is a decision on this table.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.apart import dealt
from kinoeye.learn.cold_titles import cold_titles
from kinoeye.learn.histories import Histories
from kinoeye.learn.rank_measures import top, without
from kinoeye.learn.recommender import Recommender, recommender, taught
from kinoeye.learn.recommender_parts import Sides
from kinoeye.learn.viewed import Viewed, only_titles, sides, viewed
from kinoeye.signals.replays import replayed_moments
from kinoeye.signals.title_rows import title_rows
from kinoeye.tables import Table, score

_MOMENT = pa.struct([("start", pa.int64()), ("end", pa.int64())])
_BECAUSE = pa.list_(pa.struct([
    ("title", pa.string()), ("name", pa.string()), ("share", pa.float32()), ("moments", pa.list_(_MOMENT)),
]))  # fmt: skip

RECOMMENDATIONS = Table("recommendations", "One row a viewer and a title to show, the best first.", (
    ("viewer", pa.int64(), "who, as in `watched`"),
    ("rank", pa.int32(), "from 1"),
    ("title", pa.string(), "as in `watched`; of what nobody watched its id in the catalogue, else its name"),
    ("name", pa.string(), "as people write it; null where no catalogue has the title"),
    ("score", score(), "how well it suits, between the worst and the best of this viewer's"),
    ("because", _BECAUSE, "titles of the viewer's own that speak for it, the share each has in that, and the moments "
                          "of it (start, end in flicks) that viewers watched again most, where that is known"),
    ("way", pa.string(), "which way of telling was chosen: liked, titles, ials, ease, blend, trees"),
    ("cold", pa.bool_(), "whether too few have watched it, and it is told by what is known of it"),
))  # fmt: skip

_REASONS = 3
_SECONDS_A_YEAR = 31_556_952.0


@analysis(RECOMMENDATIONS, version=1, scope="production", purpose="recommend")
def recommendations(
    watched: pa.Table, titles: pa.Table | None = None, retention: pa.Table | None = None, *, count: int = 20,
    liked_rating: float = 8.0, liked_share: float = 0.7, least_viewers: int = 5, most_titles: int = 4000,
    cold: float = 0.1, parts: int = 10, viewers: tuple[int, ...] = (),
) -> pa.Table:  # fmt: skip
    """Say what to show each viewer next.

    Parameters
    ----------
    watched : table `watched`
    titles : table `titles`, optional
    retention : table `retention`, optional
        By which moments are told that were watched again.
    count : int
        Titles for each viewer.
    liked_rating : 0..10
        What a viewer gives to what they like.
    liked_share : 0..1
        How much of a title is seen that is liked, where nothing was given.
    least_viewers : int
        Viewers a title must have to be learnt from.
    most_titles : int
        Those with most viewers are learnt from.
    cold : 0..1
        Share of the places for titles that too few have watched; 0 shows none.
    parts : int
        Into which viewers are dealt; 1 lets everyone be answered by what learnt from them too.
    viewers : tuple of int
        Only these; all if empty.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    _check(count=(count, 1, 1000), liked_rating=(liked_rating, 0, 10), liked_share=(liked_share, 0, 1),
           least_viewers=(least_viewers, 1, 10**6), most_titles=(most_titles, 1, 20_000), cold=(cold, 0, 1),
           parts=(parts, 1, 100))  # fmt: skip
    if not watched.num_rows:
        return RECOMMENDATIONS.empty()
    known = viewed(
        *_columns(watched), liked_rating=liked_rating, liked_share=liked_share, most_titles=most_titles,
        others=_catalogue_names(titles),
    )  # fmt: skip
    lists = _Lists(known, titles, least_viewers, replayed_moments(retention))
    if not lists.can_learn:
        return RECOMMENDATIONS.empty()
    wanted = np.isin(known.viewers, viewers) if viewers else np.ones(len(known.viewers), bool)
    rows = sorted(lists.rows(np.flatnonzero(wanted), count, cold, parts), key=lambda each: each["viewer"])
    return RECOMMENDATIONS.from_rows(rows)


def _check(**settings: tuple[float, float, float]) -> None:
    for name, (value, least, most) in settings.items():
        if not least <= value <= most:
            raise SettingError(f"recommendations: {name} must lie in {least}..{most}, got {value}")


def _columns(watched: pa.Table) -> tuple[Any, list[str], Any, Any, Any]:
    """Return viewers, titles, ratings, shares and years of `watched`."""
    last = watched["last"].cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return (
        np.asarray(watched["viewer"], np.int64), watched["title"].to_pylist(), _numbers(watched["rating"]),
        _numbers(watched["share"]), 1970 + last / 1000 / _SECONDS_A_YEAR,
    )  # fmt: skip


def _numbers(column: Any) -> npt.NDArray[np.float64]:
    return np.asarray(column.to_numpy(zero_copy_only=False), np.float64)


def _catalogue_names(titles: pa.Table | None) -> list[str]:
    """Return what each title of a catalogue is called that a log has not named: its id, else its name."""
    if titles is None:
        return []
    named = pc.coalesce(titles["source_id"], titles["imdb"], titles["tmdb"], titles["title"])
    return [str(each) for each in named.to_pylist() if each]


class _Lists:
    """What is known of viewers and titles, and lists made of it.

    Parameters
    ----------
    known : Viewed
    titles : table `titles` or None
    least_viewers : int
    moments : mapping of title to (begin, end), flicks
    """

    def __init__(
        self, known: Viewed, titles: pa.Table | None, least_viewers: int,
        moments: Mapping[str, Sequence[tuple[int, int]]],
    ) -> None:  # fmt: skip
        self._moments = moments
        self._known = known
        rows = title_rows(titles)
        self._row = [rows.get(name) for name in known.titles]
        self.names: list[str | None] = [None] * len(known.titles)
        self._sides = self._known_of(titles)
        audiences = known.given.audiences
        taken = {row for row, size in zip(self._row, audiences, strict=True) if size and row is not None}
        self._warm = np.flatnonzero(audiences >= least_viewers)
        has_row = np.array([row is not None for row in self._row])
        # A row of the catalogue that the log names otherwise is not a second title.
        is_other = np.array([row in taken for row in self._row]) & (audiences == 0)
        self._cold = np.flatnonzero((audiences < least_viewers) & has_row & ~is_other)
        self._own = only_titles(known.given, self._warm)
        self.can_learn = bool(len(self._warm)) and bool(self._own.liked.any())

    def _known_of(self, titles: pa.Table | None) -> Sides:
        empty: list[Any] = [None] * len(self._row)
        if titles is None:
            return sides([()] * len(empty), np.full(len(empty), np.nan), [""] * len(empty))
        columns = {name: titles[name].to_pylist() for name in ("title", "genres", "year", "plot", "cast", "directors")}
        told = {name: [None if row is None else values[row] for row in self._row] for name, values in columns.items()}
        self.names = told["title"]
        people = zip(told["plot"], told["cast"], told["directors"], strict=True)
        texts = [" ".join((plot or "", *(cast or ()), *(directors or ()))) for plot, cast, directors in people]
        years = np.array([np.nan if year is None else float(year) for year in told["year"]])
        return sides([each or () for each in told["genres"]], years, texts)

    def rows(self, wanted: npt.NDArray[np.int64], count: int, cold: float, parts: int) -> Iterator[dict[str, Any]]:
        """Yield the rows of some viewers, each answered by what others did."""
        own_sides = Sides(self._sides.kinds[self._warm], self._sides.years[self._warm], self._sides.vectors[self._warm])
        chosen = recommender(self._own, own_sides)
        part = dealt(self._own.viewers, parts, 1) if parts > 1 and self._own.viewers >= 2 * parts else None
        for each in np.unique(part[wanted]) if part is not None else [0]:
            asked = wanted if part is None else wanted[part[wanted] == each]
            rest = self._own if part is None else self._own.of(np.flatnonzero(part != each))
            model = chosen if part is None or not rest.liked.any() else taught(chosen, rest)
            yield from self._of_part(model, asked, count, cold)

    def _of_part(
        self, model: Recommender, asked: npt.NDArray[np.int64], count: int, cold: float
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of viewers who are answered by one model."""
        of_cold = None
        if cold and len(self._cold) and self._sides.vectors.shape[1] > 1:
            places = np.append(self._warm, self._cold)
            wide = np.zeros((len(places), len(places)), np.float32)
            wide[: len(self._warm), : len(self._warm)] = model.parts.weights
            if np.any(model.parts.weights):
                new = np.arange(len(self._warm), len(places))
                of_cold = cold_titles(wide, self._sides.vectors[places], new).weights[: len(self._warm)]
        for begin in range(0, len(asked), 256):
            rows = asked[begin : begin + 256]
            block = self._own.of(rows)
            yield from self._of_block(model, rows, block, of_cold, count, cold)

    def _of_block(
        self, model: Recommender, rows: npt.NDArray[np.int64], block: Histories, of_cold: Any, count: int, cold: float
    ) -> Iterator[dict[str, Any]]:
        scores = without(model.scores(block), block.matrix())
        best = top(scores, count)
        history = block.matrix(disliked=model.parts.smooth.disliked)
        new = top(self._unwatched(history @ of_cold, rows), count) if of_cold is not None else None
        for row, viewer in enumerate(rows):
            reach = scores[row][np.isfinite(scores[row])]
            low, high = (float(reach.min()), float(reach.max())) if len(reach) else (0.0, 0.0)
            own = history[row]
            places = _shared_out(best[row], new[row] if new is not None else np.zeros(0, np.int64), count, cold)
            for rank, (place, is_cold) in enumerate(places, 1):
                title = int(self._cold[place] if is_cold else self._warm[place])
                weights = of_cold[own.indices, place] if is_cold else model.parts.weights[own.indices, place]
                told = 0.5 if is_cold else (float(scores[row, place]) - low) / max(high - low, 1e-12)
                yield {
                    "viewer": int(self._known.viewers[viewer]), "rank": rank, "title": self._known.titles[title],
                    "name": self.names[title], "score": told, "cold": is_cold,
                    "way": "content" if is_cold else model.way,
                    "because": self._because(own.indices, weights * own.data),
                }  # fmt: skip

    def _unwatched(self, scores: Any, rows: npt.NDArray[np.int64]) -> Any:
        """Return scores of cold titles, without those that a viewer has watched."""
        return without(scores, only_titles(self._known.given.of(rows), self._cold).matrix())

    def _because(self, history: Any, told: Any) -> list[dict[str, Any]]:
        """Return the titles of a history that speak for another, with their shares of what speaks for it."""
        total = float(told[told > 0].sum())
        found = []
        for each in np.argsort(-told, kind="stable")[:_REASONS]:
            if told[each] > 0:
                place = int(self._warm[history[each]])
                title = self._known.titles[place]
                moments = [{"start": start, "end": end} for start, end in self._moments.get(title, ())]
                share = float(told[each]) / total
                found.append({"title": title, "name": self.names[place], "share": share, "moments": moments})
        return found


def _shared_out(best: Any, new: Any, count: int, cold: float) -> list[tuple[int, bool]]:
    """Return places of a list: watched titles, and every so often one that is new."""
    warm, fresh = [int(each) for each in best if each >= 0], [int(each) for each in new if each >= 0]
    found: list[tuple[int, bool]] = []
    shown = 0
    for rank in range(1, count + 1):
        is_due = int(rank * cold + 1e-9) > shown
        if fresh and (is_due or not warm):
            found.append((fresh.pop(0), True))
            shown += 1
        elif warm:
            found.append((warm.pop(0), False))
    return found
