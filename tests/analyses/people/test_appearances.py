"""Appearances: tracks become people, ids stay, and what someone said holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.people.appearances import APPEARANCES, appearances
from kinoeye.analyses.people.face_tracks import FACE_TRACKS, face_tracks
from kinoeye.analyses.people.face_vectors import FACE_VECTORS, face_vectors
from kinoeye.analyses.people.faces import faces
from kinoeye.errors import SettingError
from kinoeye.streams import Stills
from kinoeye.tables import with_asset

ANN, BOB, CAT = range(3)


def look(person: int, track: int, spread: float = 0.25) -> list[float]:
    """A vector of a person: people lie about 0.85 apart, one's tracks 0.35."""
    middle, own = np.random.default_rng(person), np.random.default_rng(1000 * person + track)
    vector = middle.normal(size=128)
    vector *= 0.6 / np.linalg.norm(vector)
    return (vector + own.normal(size=128) * spread / np.sqrt(128)).tolist()


def material(*shown: tuple[Any, ...]) -> tuple[pa.Table, pa.Table]:
    """Tables of tracks (asset, first picture, person, more columns), each a hundred pictures long."""
    tracks, vectors, counts = [], [], {}
    for asset, first, person, *more in shown:
        number = counts[asset] = counts.get(asset, -1) + 1
        extra = dict(more[0]) if more else {}
        row = {"track": number, "shot": first // 100, "first_frame": first, "end_frame": first + 100, "start": first,
               "end": first + 100, "x": 0.1 * person, "y": 0.2, "w": 0.1, "h": 0.2, "is_still": False}  # fmt: skip
        quality = extra.pop("quality", 1.0)
        tracks.append({"asset": asset} | row | extra)
        if quality:
            vectors.append({"asset": asset, "track": number, "vector": look(person, len(tracks)), "quality": quality})
    return (
        pa.Table.from_pylist(tracks, schema=FACE_TRACKS.stored_schema),
        pa.Table.from_pylist(vectors, schema=FACE_VECTORS.stored_schema),
    )


def known(*given: Any, previous: pa.Table | None = None, **settings: Any) -> dict[tuple[str, int], str | None]:
    rows = appearances(*given, previous if previous is not None else APPEARANCES.empty(), **settings)
    return {(row["asset"], row["track"]): row["person"] for row in rows.to_pylist()}


FILM = (("a", 0, ANN), ("a", 0, BOB), ("a", 100, ANN), ("b", 0, BOB), ("b", 100, CAT), ("b", 200, ANN))


def test_each_person_has_one_id_over_all_assets() -> None:
    ids = known(*material(*FILM))
    assert ids["a", 0] == ids["a", 2] == ids["b", 2]
    assert ids["a", 1] == ids["b", 0]
    assert len(set(ids.values())) == 3 and all(str(each).startswith("p") for each in ids.values())


def test_the_order_of_the_rows_does_not_matter() -> None:
    tracks, vectors = material(*FILM)
    turned = tracks.take(list(range(tracks.num_rows))[::-1]), vectors.take([3, 1, 5, 0, 2, 4])
    assert appearances(*turned, APPEARANCES.empty()).equals(appearances(tracks, vectors, APPEARANCES.empty()))


def test_two_faces_in_one_picture_are_two_people_but_a_poster_may_hang_there() -> None:
    twin = (("a", 0, ANN), ("a", 50, ANN))
    assert len(set(known(*material(*twin)).values())) == 2
    poster = (("a", 0, ANN), ("a", 50, ANN, {"is_still": True}))
    assert len(set(known(*material(*poster)).values())) == 1
    after = (("a", 0, ANN), ("a", 100, ANN))
    assert len(set(known(*material(*after)).values())) == 1


def test_ids_stay_and_new_material_joins_known_people() -> None:
    before = appearances(*material(*FILM[:4]), APPEARANCES.empty())
    old = {(row["asset"], row["track"]): row["person"] for row in before.to_pylist()}
    earlier = (("0", 0, ANN), ("0", 100, CAT))  # stands before all others, and would name Ann anew
    ids = known(*material(*earlier, *FILM), previous=before)
    assert ids["0", 0] == old["a", 0] and ids["b", 0] == old["a", 1]
    assert ids["0", 1] == ids["b", 1] and ids["0", 1] not in old.values()
    assert known(*material(*earlier, *FILM))["0", 0] != old["a", 0]


def test_the_largest_share_keeps_the_id() -> None:
    tracks, vectors = material(*[("a", 100 * n, ANN) for n in range(3)], *[("a", 300 + 100 * n, BOB) for n in range(2)])
    rows = appearances(tracks, vectors, APPEARANCES.empty()).to_pylist()
    mixed = APPEARANCES.from_rows(row | {"person": "p1"} for row in rows)
    ids = known(tracks, vectors, previous=mixed)
    assert ids["a", 0] == "p1" and ids["a", 3] not in {"p1", None}


def test_who_is_forgotten_leaves_no_trace_in_the_others() -> None:
    everyone = appearances(*material(*FILM), APPEARANCES.empty())
    tracks, vectors = material(*FILM)
    stay = [number for number, (_, _, person, *_) in enumerate(FILM) if person != BOB]
    left = tracks.take(stay), vectors.take(stay)
    kept = APPEARANCES.from_rows(
        row for row in everyone.to_pylist() if (row["asset"], row["track"]) in set(known(*left))
    )
    assert known(*left, previous=kept) == known(*left) == known(*left, previous=everyone)


def test_what_is_said_joins_parts_and_names() -> None:
    said = [*FILM]
    said[0] = ("a", 0, ANN, {"said": "ann"})
    said[4] = ("b", 100, CAT, {"said": "ann"})
    ids = known(*material(*said))
    assert {ids["a", 0], ids["a", 2], ids["b", 2], ids["b", 1]} == {"ann"}
    said = [*FILM]
    said[0], said[2] = ("a", 0, ANN, {"said": "ann"}), ("a", 100, ANN, {"said": "eve"})
    ids = known(*material(*said))
    assert (ids["a", 0], ids["a", 2]) == ("ann", "eve") and ids["b", 2] in {"ann", "eve"}


def test_what_is_said_of_a_face_without_vector_holds() -> None:
    said = (("a", 0, ANN), ("a", 100, BOB, {"quality": 0.0, "said": "bob"}), ("a", 200, BOB, {"quality": 0.0}))
    assert list(known(*material(*said)).values())[1:] == ["bob", None]


def test_a_poor_face_joins_a_known_person_and_makes_none() -> None:
    poor = (("a", 0, ANN), ("a", 100, ANN, {"quality": 0.1}), ("a", 200, BOB, {"quality": 0.1}))
    rows = appearances(*material(*poor), APPEARANCES.empty()).to_pylist()
    assert rows[0]["person"] == rows[1]["person"] is not None
    assert (rows[2]["person"], rows[2]["score"]) == (None, None)


def test_scores_tell_sure_from_doubtful() -> None:
    tracks, vectors = material(*[("a", 100 * n, ANN) for n in range(6)], ("b", 0, ANN, {"said": "ann"}))
    rows = vectors.to_pylist()
    rows[3]["vector"] = (np.array(rows[3]["vector"]) + 0.022).tolist()
    scores = [row["score"] for row in appearances(
        tracks, pa.Table.from_pylist(rows, schema=FACE_VECTORS.stored_schema), APPEARANCES.empty(), nearness=0.6,
    ).to_pylist()]  # fmt: skip
    assert min(scores) == scores[3] and scores[-1] == 1 and all(0 <= score <= 1 for score in scores)


def test_a_lower_limit_never_makes_fewer_people() -> None:
    given = material(*FILM)
    counts = [len(set(known(*given, nearness=limit).values())) for limit in (0.1, 0.5, 1.5)]
    assert counts == sorted(counts, reverse=True)


def test_sixty_faces_in_one_picture_are_sixty_people() -> None:
    crowd = [("a", 0, person) for person in range(30)] * 2
    ids = known(*material(*crowd))
    assert len(set(ids.values())) == 60
    later = [("a", 100, person) for person in range(30)]
    ids = known(*material(*crowd[:30], *later))
    assert [ids["a", n] for n in range(30)] == [ids["a", n] for n in range(30, 60)] and len(set(ids.values())) == 30


def test_no_faces_no_people() -> None:
    assert appearances(*material(), APPEARANCES.empty()).num_rows == 0


@pytest.mark.parametrize("name", ["nearness", "late_nearness", "least_quality"])
def test_settings_are_checked(name: str) -> None:
    with pytest.raises(SettingError, match=f"{name} must lie in 0"):
        appearances(*material(), APPEARANCES.empty(), **{name: -0.1})


@pytest.mark.realdata
def test_people_are_known_again_when_they_smile(
    shared_data: Path, stills_of: Callable[..., Stills], cuts_at: Callable[..., pa.Table]
) -> None:
    """Four people, each neutral and then smiling, one portrait a shot."""
    portraits = [
        cv2.imread(str(shared_data / "faces" / "london" / kind / f"{who}_{number}.jpg"))[..., ::-1]
        for who in ("001", "010", "018", "141")
        for kind, number in (("neutral", "03"), ("smiling", "08"))
    ]
    stills = stills_of([cv2.resize(each, (480, 480), interpolation=cv2.INTER_AREA) for each in portraits])
    shots = cuts_at(*range(12, 12 * len(portraits) + 1, 12))
    found = faces(stills, shots)
    tracks = face_tracks(found, stills, shots)
    vectors = face_vectors(found, tracks, stills, purpose="test")
    ids = known(with_asset(tracks, "a"), with_asset(vectors, "a"))
    people = [ids["a", track] for track in range(len(portraits))]
    assert people[::2] == people[1::2] and len(set(people)) == 4
