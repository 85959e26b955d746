"""Voices: which speakers of a production's files are one voice.

Speakers are grouped by their vectors as faces are, and for the same reasons: anew whenever there is something new, the
last answer serving only to keep ids. Two speakers of one file are two voices unless they are said to be one. Speakers
whom someone has given one name (a person's, or else a character's) are one voice; of two names, two.

Source: grouping as kinoeye.signals.clusters does it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.clusters import NOBODY, clusters
from kinoeye.signals.ids import carried, fresh
from kinoeye.tables import Table, Typed, flicks, score
from kinoeye.timecode import to_seconds

VOICES = Table(
    "voices",
    "One row for every speaker of every asset, and the voice that it is across the production.",
    (
        ("asset", pa.string(), "the asset's content hash, 32 hex digits"),
        ("speaker", pa.int32(), "number of the speaker in its asset"),
        ("voice", pa.string(), "the voice's id; null where too little is said to tell and nobody has named it"),
        ("score", score(), "how sure it is that it is this voice, 1 where someone said so; null without voice"),
        ("start", flicks(), "where the speaker first speaks"),
        ("seconds", Typed(pa.float64(), "seconds"), "how long the speaker speaks"),
    ),
)

_SURE_WITHIN = 0.05  # of distance: so far within its limit the score rises from a half to three quarters
_FULL = 10.0  # seconds of speech after which more adds no worth

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]


@analysis(VOICES, version=1, scope="production")
def voices(
    speakers: pa.Table, speaker_vectors: pa.Table, previous: pa.Table, *, nearness: float = 0.8, least: float = 5.0
) -> pa.Table:
    """Group the speakers of a production's files into voices.

    Parameters
    ----------
    speakers, speaker_vectors : tables of all assets
    previous : this table, as it was
    nearness : 0..2
        Groups of speakers nearer than this are one voice; lower parts voices that are alike, higher joins what is one.
    least : 0..60, seconds
        A speaker of whom less was heard founds no voice, and only joins one.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value, most in (("nearness", nearness, 2), ("least", least, 60)):
        if not 0 <= value <= most:
            raise SettingError(f"voices: {name} must lie in 0..{most}, got {value}")
    rows = _speakers(speakers)
    vectors, worths = _vectors(speaker_vectors, {(row["asset"], row["speaker"]): n for n, row in enumerate(rows)})
    groups = clusters(
        vectors, worths, _apart(rows), [row["said"] for row in rows],
        nearness=nearness, late_nearness=nearness, least_worth=max(least / _FULL, 1e-6),
    )  # fmt: skip
    ids = _ids(rows, groups, previous)
    return VOICES.from_rows(
        {name: row[name] for name in ("asset", "speaker", "start", "seconds")}
        | {"voice": ids.get(int(group)), "score": _score(place, groups, rows, vectors, worths, nearness)}
        for place, (row, group) in enumerate(zip(rows, groups, strict=True))
    )


def _speakers(speakers: pa.Table) -> list[Row]:
    """Return each speaker of each asset once, with the name that was said of most of their time."""
    turns: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in speakers.to_pylist():
        turns[row["asset"], row["speaker"]].append(row)
    rows = []
    for (asset, number), own in sorted(turns.items()):
        named: Counter[str] = Counter()
        for row in own:
            if name := row["said_person"] or row["said"]:
                named[" ".join(name.casefold().split())] += row["end"] - row["start"]
        rows.append(
            {
                "asset": asset,
                "speaker": number,
                "start": min(row["start"] for row in own),
                "seconds": to_seconds(sum(row["end"] - row["start"] for row in own)),
                "said": max(sorted(named), key=lambda name: named[name]) if named else None,
            }
        )
    return rows


def _vectors(speaker_vectors: pa.Table, places: Mapping[tuple[str, int], int]) -> tuple[Floats, Floats]:
    """Return the vector and the worth of each speaker; worth 0 for one without."""
    length = speaker_vectors.schema.field("vector").type.list_size
    vectors, worths = np.zeros((len(places), length)), np.zeros(len(places))
    for row in speaker_vectors.to_pylist():
        if (place := places.get((row["asset"], row["speaker"]))) is not None:
            vectors[place], worths[place] = row["vector"], min(1.0, row["seconds"] / _FULL)
    return vectors, worths


def _apart(rows: Sequence[Row]) -> list[tuple[int, int]]:
    by_asset: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_asset[row["asset"]].append(place)
    return [pair for places in by_asset.values() for pair in combinations(places, 2)]


def _ids(rows: Sequence[Row], groups: npt.NDArray[np.int64], previous: pa.Table) -> dict[int, str]:
    """Return the id of each group: that of the voice with whom it shares most speech, else after its first speaker."""
    before: dict[str, list[Row]] = defaultdict(list)
    for row in previous.to_pylist():
        if row["voice"] is not None:
            before[row["asset"]].append(row)
    shared: Counter[tuple[int, str]] = Counter()
    for row, group in zip(rows, groups.tolist(), strict=True):
        for other in before[row["asset"]]:
            # A speaker's number may change with a new run, where they first speak hardly.
            if group != NOBODY and other["start"] == row["start"]:
                shared[group, other["voice"]] += max(1, round(1000 * row["seconds"]))
    ids = carried(shared, {})
    for row, group in zip(rows, groups.tolist(), strict=True):
        if group != NOBODY and group not in ids:
            ids[group] = fresh("v", f"{row['asset']} {row['start']}", ids.values())
    return ids


def _score(
    place: int, groups: npt.NDArray[np.int64], rows: Sequence[Row], vectors: Floats, worths: Floats, nearness: float
) -> float | None:
    """Return how sure a speaker's voice is, by how far within the limit the mean distance to its others lies."""
    if groups[place] == NOBODY:
        return None
    if rows[place]["said"] is not None:
        return 1.0
    others = [n for n in np.flatnonzero(groups == groups[place]).tolist() if n != place and worths[n] > 0]
    if not others:
        return 1.0 if worths[place] >= 1 else 0.5 + 0.5 * float(worths[place])
    squares = ((vectors[others] - vectors[place]) ** 2).sum(axis=1)
    away = float(np.sqrt(np.average(squares, weights=worths[others])))
    return float(1 / (1 + np.exp((away - nearness) / _SURE_WITHIN)))
