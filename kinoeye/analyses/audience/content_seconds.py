"""Content seconds: what a film shows and lets hear in each second, gathered from all that is known of it.

Nothing is found here that is not in another table; what was not looked for is null, and what was looked for and not
found is 0 or an empty list.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.content import MEASURES, Floats
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

_SHARE = Typed(pa.float32(), "0..1")
_SECONDS = Typed(pa.float32(), "seconds")

CONTENT_SECONDS = Table("content_seconds", "One row a second of a film: what is seen and heard in it.", (
    ("second", Typed(pa.int32(), "seconds"), "from the film's first picture, from 0"),
    ("start", flicks(), "where it begins"),
    ("shot", pa.int32(), "the shot that is on at its end"),
    ("shot_so_far", _SECONDS, "how long that shot has been on"),
    ("cuts", pa.float32(), "shots that begin in it"),
    ("words", pa.float32(), "words that begin in it"),
    ("speech", _SHARE, "how much of it somebody speaks"),
    ("faces", pa.float32(), "faces that are seen"),
    ("sadness", _SHARE, "of the face that shows most of it; null where no face is seen"),
    ("happiness", _SHARE, "of the face that shows most of it"),
    ("anger", _SHARE, "of the face that shows most of it"),
    ("fear", _SHARE, "of the face that shows most of it"),
    ("loudness", Typed(pa.float32(), "LUFS"), "mean momentary loudness"),
    ("music", _SHARE, "how much of it there is music"),
    ("brightness", _SHARE, "mean lightness of its pictures"),
    ("motion", Typed(pa.float32(), "picture widths a second"), "how fast the view travels"),
    ("text", _SHARE, "how much of it words are read on the screen"),
    ("credits", _SHARE, "how much of it credits are read"),
    ("people", pa.list_(pa.string()), "who is on screen, by their ids in `persons`"),
    ("sounds", pa.list_(pa.string()), "which sounds are heard"),
    ("moods", pa.list_(pa.string()), "how its shot is likely to feel"),
))  # fmt: skip

_FEELINGS = ("sadness", "happiness", "anger", "fear")
_NO_SOUND = frozenset(("silence", "unknown", "speech", "music"))
_PLAIN_MOODS = frozenset(("neutral", ""))


@analysis(CONTENT_SECONDS, version=1)
def content_seconds(
    shots: pa.Table,
    words: pa.Table | None = None,
    speech: pa.Table | None = None,
    face_tracks: pa.Table | None = None,
    appearances: pa.Table | None = None,
    expressions: pa.Table | None = None,
    loudness: pa.Table | None = None,
    music: pa.Table | None = None,
    sounds: pa.Table | None = None,
    colours: pa.Table | None = None,
    camera: pa.Table | None = None,
    texts: pa.Table | None = None,
    shot_moods: pa.Table | None = None,
) -> pa.Table:
    """Gather what a film shows and lets hear, second by second.

    Parameters
    ----------
    shots, words, speech, face_tracks, appearances, expressions, loudness, music, sounds, colours, camera, texts,
    shot_moods : tables
    """
    rows = shots.select(["shot", "start", "end"]).to_pylist()
    if not rows:
        return CONTENT_SECONDS.empty()
    grid = _Grid(rows)
    columns: dict[str, Any] = dict.fromkeys(MEASURES)
    columns |= grid.shots(rows)
    if words is not None:
        columns["words"] = grid.counts(words)
    for name, table in (("speech", speech), ("music", music), ("text", texts)):
        columns[name] = None if table is None else grid.share(_spans(table))
    if texts is not None:
        columns["credits"] = grid.share([row for row in texts.to_pylist() if row["kind"] == "credit"])
    for name, table, column in (("brightness", colours, "brightness"), ("motion", camera, "speed")):
        columns[name] = None if table is None else grid.mean(table, column)
    columns["loudness"] = None if loudness is None else grid.mean(loudness, "momentary_lufs")
    if face_tracks is not None:
        columns["faces"] = np.round(sum(grid.share([row]) > 0.25 for row in _spans(face_tracks)) + np.zeros(grid.count))
    if expressions is not None:
        columns |= grid.feelings(expressions)
    lists = {
        "people": grid.names(appearances, "person"), "sounds": grid.names(sounds, "kind", _NO_SOUND),
        "moods": grid.names(shot_moods, "mood", _PLAIN_MOODS),
    }  # fmt: skip
    told = {name: None if values is None else pa.array(values, from_pandas=True) for name, values in columns.items()}
    nothing = pa.nulls(grid.count)
    return CONTENT_SECONDS.from_columns(
        second=np.arange(grid.count), start=grid.edges[:-1],
        **{name: nothing if values is None else values for name, values in told.items()}, **lists,
    )  # fmt: skip


def _spans(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.select(["start", "end"]).to_pylist()
    return rows


class _Grid:
    """The seconds of a film."""

    def __init__(self, shots: Sequence[Mapping[str, Any]]) -> None:
        self.start, end = shots[0]["start"], shots[-1]["end"]
        self.count = max(1, -(-(end - self.start) // FLICKS_PER_SECOND))
        self.edges = self.start + np.arange(self.count + 1, dtype=np.int64) * FLICKS_PER_SECOND

    def shots(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Return the shot of each second, how long it has been on, and how many begin."""
        starts = np.array([row["start"] for row in rows], np.int64)
        place = np.searchsorted(starts, self.edges[1:] - 1, side="right") - 1
        begun = np.bincount(self.seconds(starts[1:]), minlength=self.count)
        ends = np.minimum(self.edges[1:], rows[-1]["end"])
        return {"shot": np.array([row["shot"] for row in rows])[place],
                "shot_so_far": (ends - starts[place]) / FLICKS_PER_SECOND, "cuts": begun[: self.count]}  # fmt: skip

    def seconds(self, times: Any) -> Any:
        """Return the seconds in which times lie."""
        return np.clip((np.asarray(times, np.int64) - self.start) // FLICKS_PER_SECOND, 0, self.count - 1)

    def counts(self, table: pa.Table) -> Floats:
        """Return how many rows begin in each second."""
        return np.bincount(self.seconds(table["start"].to_numpy()), minlength=self.count).astype(np.float64)

    def covered(self, row: Mapping[str, Any]) -> tuple[int, Floats]:
        """Return the first second that a span touches, and how much it covers of it and of those that follow."""
        low, high = (int(self.seconds([at])[0]) for at in (row["start"], max(row["start"], row["end"] - 1)))
        edges = self.edges[low : high + 2]
        both = np.minimum(edges[1:], row["end"]) - np.maximum(edges[:-1], row["start"])
        return low, np.clip(both, 0, None) / FLICKS_PER_SECOND

    def share(self, rows: Iterable[Mapping[str, Any]]) -> Floats:
        """Return how much of each second spans cover."""
        out = np.zeros(self.count)
        for row in rows:
            low, covered = self.covered(row)
            out[low : low + len(covered)] += covered
        return np.minimum(out, 1.0)

    def mean(self, table: pa.Table, column: str) -> Floats:
        """Return the mean of what spans say in each second, weighed by how much they cover; NaN where none does."""
        sums, weights = np.zeros(self.count), np.zeros(self.count)
        for row in table.select(["start", "end", column]).to_pylist():
            if row[column] is not None and np.isfinite(row[column]):
                low, covered = self.covered(row)
                sums[low : low + len(covered)] += covered * row[column]
                weights[low : low + len(covered)] += covered
        return np.divide(sums, weights, out=np.full(self.count, np.nan), where=weights > 1e-6)

    def feelings(self, table: pa.Table) -> dict[str, Floats]:
        """Return how much of each feeling the face shows that shows most of it."""
        found = {}
        places = self.seconds(table["time"].to_numpy())
        for name in _FEELINGS:
            out = np.full(self.count, -np.inf)
            np.maximum.at(out, places, np.nan_to_num(table[name].to_numpy().astype(np.float64), nan=-np.inf))
            found[name] = np.where(np.isfinite(out), out, np.nan)
        return found

    def names(self, table: pa.Table | None, column: str, without: frozenset[str] = frozenset()) -> Any:
        """Return which names spans say in each second; null where it was not looked for."""
        if table is None:
            return pa.nulls(self.count, pa.list_(pa.string()))
        found: list[set[str]] = [set() for _ in range(self.count)]
        for row in table.select(["start", "end", column]).to_pylist():
            if row[column] is not None and row[column] not in without:
                low, covered = self.covered(row)
                for place in np.flatnonzero(covered > 0.25):
                    found[low + int(place)].add(row[column])
        return pa.array([sorted(each) for each in found], pa.list_(pa.string()))
