"""Segments: viewers of like habits, grouped and named in words: when they watch, how long, how far, what.

How many groups there are is chosen by how clearly viewers that were held out fall into groups learnt from others; where
that is no clearer than with habits that were shuffled, all viewers are one segment. A name says by what a segment
differs most from all viewers.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.clusters import groups_in
from kinoeye.learn.features import Encoder, framed
from kinoeye.learn.problems import LEAST_ROWS, Problem
from kinoeye.learn.said import said
from kinoeye.learn.table_columns import Column
from kinoeye.signals.viewer_habits import Sittings, sittings_of, usual
from kinoeye.tables import Stored, Table, Typed, score

SEGMENTS = Table("segments", "One row a viewer with a session.", (
    ("viewer", pa.int64(), "who, as in `events`"),
    ("segment", pa.int32(), "number of the segment, the largest is 1; 0 where viewers fall into none"),
    ("name", pa.string(), "by what it differs from all viewers, in words"),
    ("clearness", score(), "mean silhouette of held-out viewers; the same for all"),
    ("sessions_a_week", pa.float64(), "how often"),
    ("session_minutes", Typed(pa.float64(), "minutes"), "how long a session is"),
    ("weekend", Typed(pa.float64(), "0..1"), "share of sessions on Saturdays and Sundays (UTC)"),
    ("morning", Typed(pa.float64(), "0..1"), "share that begins from 5 to 11 (UTC)"),
    ("evening", Typed(pa.float64(), "0..1"), "share that begins from 17 to 23 (UTC)"),
    ("night", Typed(pa.float64(), "0..1"), "share that begins from 23 to 5 (UTC)"),
    ("titles_a_session", pa.float64(), "how many titles"),
    ("completion", Typed(pa.float64(), "0..1"), "mean share of a title that was seen; null if not known"),
    ("genre", pa.string(), "genre of most titles; null if none is known"),
))  # fmt: skip

Floats = npt.NDArray[np.float64]

_WORDS: Mapping[str, tuple[str, str]] = {
    "sessions_a_week": ("often", "seldom"), "session_minutes": ("long sessions", "short sessions"),
    "weekend": ("at weekends", "on working days"), "morning": ("in the morning", ""), "evening": ("in the evening", ""),
    "night": ("at night", ""), "titles_a_session": ("many titles at once", "one title at a time"),
    "completion": ("to the end", "leave early"),
}  # fmt: skip
_TELLING = 0.5  # standard deviations by which a segment differs
_NAMED = 3  # differences in a name
_GENRES = 8  # the commonest ones that count
_LEARNT = 20_000  # viewers from whom groups are learnt
_EVERYBODY = "all viewers"


@analysis(SEGMENTS, version=1, scope="production", purpose="profiles")
def segments(sessions: Stored, watched: Stored, titles: pa.Table | None = None, *, genres: int = _GENRES) -> pa.Table:
    """Group viewers by their habits.

    Parameters
    ----------
    sessions : table `sessions`
    watched : table `watched`
    titles : table `titles`, optional
        For genres.
    genres : int
        How many of the commonest genres count.

    Raises
    ------
    SettingError
        If `genres` is below 0.
    """
    if genres < 0:
        raise SettingError(f"segments: genres must be 0 or more, got {genres}")
    own = sittings_of(sessions)
    if not len(own):
        return SEGMENTS.empty()
    habits = usual(own)
    completion = _completion(watched, own)
    shares, names = _genres(own, titles, genres)
    features = {**habits, **({"completion": completion} if np.isfinite(completion).any() else {}), **shares}
    told = {name: values for name, values in features.items() if np.nanstd(values) > 0}
    segment, clearness = _grouped(told, len(own.viewers))
    favourite = _favourite(shares, names, len(own.viewers))
    titled = _named(told, segment)
    return SEGMENTS.from_columns(
        viewer=own.viewers, segment=segment, name=[titled[each] for each in segment.tolist()],
        clearness=np.full(len(segment), clearness), completion=pa.array(completion, from_pandas=True),
        genre=pa.array(favourite, pa.string()), **habits,
    )  # fmt: skip


def _completion(watched: Stored, own: Sittings) -> Floats:
    total, count = np.zeros(len(own.viewers)), np.zeros(len(own.viewers))
    for batch in watched.batches(["viewer", "share"]):
        share = batch["share"].to_numpy(zero_copy_only=False)
        viewer = np.asarray(batch["viewer"])
        place = np.searchsorted(own.viewers, viewer).clip(max=len(own.viewers) - 1)
        here = np.isfinite(share) & (own.viewers[place] == viewer)
        total += np.bincount(place[here], share[here], len(total))
        count += np.bincount(place[here], minlength=len(total))
    with np.errstate(invalid="ignore"):
        return total / count


def _genres(own: Sittings, titles: pa.Table | None, most: int) -> tuple[dict[str, Floats], list[str]]:
    """Return each viewer's share of the commonest genres."""
    if titles is None or not most:
        return {}, []
    of: dict[str, list[str]] = {}
    for row in titles.select(["source_id", "title", "genres"]).to_pylist():
        for name in {row["source_id"], row["title"]} - {None}:
            of.setdefault(name, row["genres"] or [])
    sets = [of.get(each, []) for each in own.titles]
    often = np.bincount(own.title, minlength=len(own.titles))
    weight: dict[str, int] = {}
    for own_genres, count in zip(sets, often.tolist(), strict=True):
        for each in own_genres:
            weight[each] = weight.get(each, 0) + count
    names = sorted(weight, key=lambda each: (-weight[each], each))[:most]
    seen = np.maximum(1, np.bincount(own.viewer, minlength=len(own.viewers)))
    shares = {}
    for name in names:
        has = np.array([name in each for each in sets])
        shares[f"genre {name}"] = np.bincount(own.viewer, has[own.title], len(own.viewers)) / seen
    return shares, names


def _favourite(shares: Mapping[str, Floats], names: Sequence[str], count: int) -> list[str | None]:
    if not names:
        return [None] * count
    stacked = np.stack([shares[f"genre {name}"] for name in names])
    best, most = stacked.argmax(axis=0).tolist(), stacked.max(axis=0).tolist()
    return [names[place] if share > 0 else None for place, share in zip(best, most, strict=True)]


def _grouped(told: Mapping[str, Floats], count: int) -> tuple[npt.NDArray[np.int64], float]:
    """Return each viewer's segment, the largest is 1; 0 for all where there are no clear ones."""
    if not told or count < 2 * LEAST_ROWS:
        return np.zeros(count, np.int64), 0.0
    even = {name: np.log1p(values) if name.endswith(("week", "minutes", "session")) else values
            for name, values in told.items()}  # fmt: skip
    columns = [Column(name, "number") for name in even]
    frame = framed(columns, {name: [each if np.isfinite(each) else None for each in values.tolist()]
                             for name, values in even.items()})  # fmt: skip
    choice, candidate = groups_in(frame, count, "segment")
    clearness = choice.score.score
    if not choice.picked:
        return np.zeros(count, np.int64), clearness
    some = np.random.default_rng(1).permutation(count)[:_LEARNT]
    encoder = Encoder(frame.take(some))
    estimator = candidate.make("clustering", choice.setting, 1)
    empty = Problem("clustering", said("kind_groups", label="segment"), (), np.zeros(0), np.zeros(0, np.int64))
    estimator.fit(encoder.narrow(frame.take(some)), empty)
    group = estimator.scores(encoder.narrow(frame)).argmax(axis=1)
    sizes = np.bincount(group)
    rank = np.empty(len(sizes), np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes)) + 1
    return rank[group], clearness


def _named(told: Mapping[str, Floats], segment: npt.NDArray[np.int64]) -> dict[int, str]:
    """Name each segment by what is unlike all viewers."""
    names: dict[int, str] = {}
    for number in np.unique(segment).tolist():
        if number == 0:
            return {0: _EVERYBODY}
        apart = {
            name: float((np.nanmean(values[segment == number]) - np.nanmean(values)) / np.nanstd(values))
            for name, values in told.items()
        }
        words: list[str] = []
        for name in sorted(apart, key=lambda each: -abs(apart[each])):
            more, less = (name.removeprefix("genre "), "") if name.startswith("genre ") else _WORDS[name]
            word = more if apart[name] > 0 else less
            if word and abs(apart[name]) >= _TELLING and len(words) < _NAMED:
                words.append(word)
        name = ", ".join(words) or "like all viewers"
        names[number] = name if name not in names.values() else f"{name} ({number})"
    return names
