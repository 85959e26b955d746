"""People on a sheet and as a graph: each face stands where it should, and whoever has none is named."""

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from kinoeye.analyses.people.companions import COMPANIONS
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.faces import FACES
from kinoeye.analyses.people.persons import PERSONS
from kinoeye.errors import UseError
from kinoeye.export.people import people_graph, people_sheet
from kinoeye.export.writing import write
from kinoeye.streams import Stills

Tables = dict[str, pa.Table]
COLOURS = ((200, 40, 40), (40, 180, 60), (50, 60, 210))


def stills(asset: str) -> Stills | None:
    """Three pictures of 320 by 180, each with a square of a colour of its own; no pictures of any other asset."""
    if asset != "a":
        return None
    jpegs = []
    for number, colour in enumerate(COLOURS):
        picture = np.full((180, 320, 3), 90, np.uint8)
        picture[40:140, 20 + 90 * number : 110 + 90 * number] = colour
        jpegs.append(cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes())
    return Stills(jpegs, np.array([0, 12, 24]), np.array([0, 5, 10]))


def tables(count: int, asset: str = "a", **more: Any) -> Tables:
    people, tracks, faces = [], [], []
    for number in range(count):
        box = {"x": (20 + 90 * number) / 320, "y": 40 / 180, "w": 90 / 320, "h": 100 / 180}
        people.append({"person": f"p{number}", "name": None if number else "Ann 林", "seconds": 90.0 - number,
                       "appearances": 2, "best_asset": asset, "best_track": number})  # fmt: skip
        tracks.append({"asset": "a", "track": number, "faces": [number], "best": number, **box})
        face = {"asset": "a", "face": number, "frame": 12 * number, "score": 0.9, "full_rate": False}
        faces.append({**face, **box, **more})
    pairs = [{"person": "p0", "other": f"p{number}", "shots": number} for number in range(1, count)]
    return {
        "persons": PERSONS.from_rows(people),
        "companions": COMPANIONS.from_rows(pairs),
        "face_tracks": pa.Table.from_pylist(tracks, schema=FACE_TRACKS.stored_schema),
        "faces": pa.Table.from_pylist(faces, schema=FACES.stored_schema),
    }


def opened(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)


def shows(picture: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """Where a colour is seen, as the middles of the rows and columns; none if nowhere."""
    rows, columns = np.nonzero((np.abs(picture - colour) < 25).all(axis=2))
    return np.array([columns.mean(), rows.mean()]) if len(rows) > 50 else np.zeros(0)


def test_everyone_stands_on_the_sheet_in_order() -> None:
    picture = opened(people_sheet(tables(3), stills, columns=2, width=100))
    places = [shows(picture, colour) for colour in COLOURS]
    assert places[0][0] < places[1][0] and abs(places[0][1] - places[1][1]) < 5
    assert places[2][1] > places[0][1] and abs(places[2][0] - places[0][0]) < 5


@pytest.mark.parametrize("draw", [people_sheet, people_graph])
def test_whoever_has_no_still_is_named_alone(draw: Callable[..., bytes]) -> None:
    for made in (tables(2, asset="b"), tables(2, full_rate=True), {"persons": tables(2)["persons"]}):
        picture = opened(draw(made, stills))
        assert not any(len(shows(picture, colour)) for colour in COLOURS)
        assert (picture > 150).any()


def test_a_graph_joins_those_who_meet() -> None:
    apart, joined = tables(2), tables(2)
    apart["companions"] = apart["companions"].slice(0, 0)
    one, other = (opened(people_graph(each, stills, side=600)) for each in (apart, joined))
    changed = np.argwhere((one != other).any(axis=2))
    assert len(changed) > 100
    assert abs(changed[:, 1].mean() - 300) < 10  # the two stand above one another, the line between them


def test_many_people_fit() -> None:
    rows = [
        {"person": f"p{n}", "seconds": 1.0, "appearances": 1, "best_asset": "b", "best_track": 0} for n in range(700)
    ]
    many = {"persons": PERSONS.from_rows(rows)}
    assert opened(people_graph(many, stills, side=500)).shape == (500, 500, 3)
    assert opened(people_sheet(many, stills, width=40)).shape[0] < 20_000


@pytest.mark.parametrize("draw", [people_sheet, people_graph])
def test_nobody_is_said(draw: Callable[..., bytes]) -> None:
    for made in ({}, tables(0)):
        with pytest.raises(UseError, match="nobody is known"):
            draw(made, stills)


@pytest.mark.parametrize("name", ["people", "people-graph"])
def test_they_are_formats(name: str, tmp_path: Any) -> None:
    (path,) = write(name, tables(3), stills, tmp_path)
    assert path.name == f"{name}.png"
    assert opened(path.read_bytes()).ndim == 3
