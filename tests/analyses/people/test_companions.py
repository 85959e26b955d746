"""Companions: who is seen with whom, and for how long."""

from typing import Any

import pyarrow as pa

from kinoeye.analyses.people.appearances import APPEARANCES
from kinoeye.analyses.people.companions import companions
from kinoeye.analyses.people.face_tracks import FACE_TRACKS


def known(*shown: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The rows for tracks (asset, shot, person, first and last picture, more columns); a picture is ten flicks."""
    rows, tracks = [], []
    for number, (asset, shot, person, first, end, *more) in enumerate(shown):
        row = {"asset": asset, "track": number, "start": 10 * first, "end": 10 * end, "person": person, "shot": shot}
        rows.append(row)
        track = {"asset": asset, "track": number, "first_frame": first, "end_frame": end, "is_still": False}
        tracks.append(track | dict(*more))
    found = companions(
        APPEARANCES.from_rows(rows), pa.Table.from_pylist(tracks, schema=FACE_TRACKS.stored_schema)
    ).to_pylist()  # fmt: skip
    return [tuple(row.values()) for row in found]


def test_two_who_meet_in_two_shots() -> None:
    assert known(
        ("a", 0, "q", 0, 100), ("a", 0, "p", 50, 80), ("a", 0, "p", 70, 120), ("a", 1, "p", 120, 130),
        ("b", 1, "q", 0, 10), ("b", 1, "p", 10, 20),
    ) == [("p", "q", 2, 50, 500)]  # fmt: skip


def test_three_are_three_pairs() -> None:
    pairs = known(("a", 0, "p", 0, 10), ("a", 0, "q", 0, 10), ("a", 0, "r", 5, 20))
    assert pairs == [("p", "q", 1, 10, 100), ("p", "r", 1, 5, 50), ("q", "r", 1, 5, 50)]


def test_strangers_posters_and_people_alone_are_no_companions() -> None:
    assert known(("a", 0, "p", 0, 10), ("a", 1, "q", 0, 10), ("b", 0, "q", 0, 10)) == []
    assert known(("a", 0, "p", 0, 10), ("a", 0, None, 0, 10), ("a", 0, "q", 0, 10, {"is_still": True})) == []
    assert known() == []
