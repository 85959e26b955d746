"""Persons: how long everyone is seen, where first and last."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.people.appearances import APPEARANCES
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.persons import persons
from kinoeye.timecode import FLICKS_PER_SECOND

ASSETS = pa.table({"asset": ["a", "b"], "path": ["2.mp4", "1.mp4"]})


def known(*shown: tuple[Any, ...], assets: pa.Table | None = ASSETS) -> list[dict[str, Any]]:
    """The rows for tracks (asset, person, start and end in seconds, height, more columns)."""
    rows, tracks = [], []
    for number, (asset, person, start, end, high, *more) in enumerate(shown):
        row = {"asset": asset, "track": number, "start": start * FLICKS_PER_SECOND, "end": end * FLICKS_PER_SECOND}
        rows.append(row | {"person": person, "score": 0.9 if person else None, "shot": 0})
        tracks.append({"asset": asset, "track": number, "h": high, "is_still": False} | dict(*more))
    return persons(
        APPEARANCES.from_rows(rows), pa.Table.from_pylist(tracks, schema=FACE_TRACKS.stored_schema), assets
    ).to_pylist()  # fmt: skip


def test_screen_time_counts_each_moment_once_and_no_poster() -> None:
    ann, bob = known(
        ("a", "p1", 0, 4, 0.1), ("a", "p1", 2, 5, 0.3), ("b", "p1", 2, 3, 0.1), ("a", "p2", 0, 1, 0.1),
        ("a", "p2", 5, 90, 0.1, {"is_still": True}), ("a", None, 0, 50, 0.5),
    )  # fmt: skip
    assert (ann["person"], ann["seconds"], ann["appearances"], ann["assets"]) == ("p1", pytest.approx(6), 3, 2)
    assert (bob["person"], bob["seconds"], bob["appearances"], bob["name"]) == ("p2", pytest.approx(1), 2, None)


def test_first_and_last_go_by_the_assets_paths() -> None:
    shown = (("a", "p1", 0, 4, 0.1), ("b", "p1", 7, 8, 0.1), ("b", "p1", 2, 9, 0.1))
    (row,) = known(*shown)
    assert (row["first_asset"], row["first_time"]) == ("b", 2 * FLICKS_PER_SECOND)
    assert (row["last_asset"], row["last_time"]) == ("a", 4 * FLICKS_PER_SECOND)
    (row,) = known(*shown, assets=None)
    assert (row["first_asset"], row["last_asset"], row["last_time"]) == ("a", "b", 9 * FLICKS_PER_SECOND)


def test_the_track_to_show_is_large_and_lives() -> None:
    (row,) = known(
        ("a", "p1", 0, 4, 0.1), ("b", "p1", 0, 1, 0.3), ("b", "p1", 2, 3, 0.31, {"is_still": True}),
    )  # fmt: skip
    assert (row["best_asset"], row["best_track"]) == ("b", 1)


def test_nobody() -> None:
    assert known() == [] and known(("a", None, 0, 1, 0.1)) == []
