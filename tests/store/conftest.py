"""An index that knows people, made of nothing but tables."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.tables import Table, flicks

ASSETS = Table("assets", "A file.", (("asset", pa.string(), "name"), ("path", pa.string(), "place")))
FACES = Table(
    "faces", "A face.",
    (("face", pa.int32(), "number"), ("time", flicks(), "moment"),
     *((name, pa.float32(), "place") for name in "xywh"), ("mesh", pa.list_(pa.float32()), "points")),
)  # fmt: skip
FACE_TRACKS = Table(
    "face_tracks", "A track.",
    (("track", pa.int32(), "number"), ("start", flicks(), "first"), ("end", flicks(), "end"),
     ("faces", pa.list_(pa.int32()), "numbers"), ("best", pa.int32(), "face")),
)  # fmt: skip
APPEARANCES = Table(
    "appearances", "An appearance.",
    (("asset", pa.string(), "name"), ("track", pa.int32(), "number"), ("person", pa.string(), "id"),
     ("start", flicks(), "first"), ("end", flicks(), "end")),
)  # fmt: skip
PERSONS = Table("persons", "A person.", (("person", pa.string(), "id"), ("name", pa.string(), "name")))

# Two people side by side in one film: track 0 on the left, track 1 on the right; the second alone in another.
SEEN = (("aa", 0, 0.1), ("aa", 1, 0.6), ("bb", 0, 0.4))


@pytest.fixture
def know(tmp_path: Path) -> Callable[..., Index]:
    """Write an index in which the three tracks are of people with these ids (none where empty), called so."""

    def make(ids: tuple[str, ...], names: dict[str, str | None]) -> Index:
        index = Index(tmp_path / "index", [ASSETS, FACES, FACE_TRACKS, APPEARANCES, PERSONS])
        faces: dict[str, list[dict[str, object]]] = {"aa": [], "bb": []}
        tracks: dict[str, list[dict[str, object]]] = {"aa": [], "bb": []}
        for asset, track, x in SEEN:
            number = len(faces[asset])
            faces[asset].append({"face": number, "time": 50, "x": x, "y": 0.2, "w": 0.2, "h": 0.3, "mesh": [1.0]})
            tracks[asset].append({"track": track, "start": 0, "end": 100, "faces": [number], "best": number})
        for asset, found in faces.items():
            provenance = Provenance("f")
            index.results.write(ASSETS, asset, ASSETS.from_rows([{"asset": asset, "path": f"{asset}.mp4"}]), provenance)
            index.results.write(FACES, asset, FACES.from_rows(found), provenance)
            index.results.write(FACE_TRACKS, asset, FACE_TRACKS.from_rows(tracks[asset]), provenance)
        shown = [{"asset": asset, "track": track, "person": who, "start": 0, "end": 100}
                 for (asset, track, _), who in zip(SEEN, ids, strict=True) if who]  # fmt: skip
        index.results.write(APPEARANCES, PRODUCTION, APPEARANCES.from_rows(shown), Provenance("f"))
        people = [{"person": who, "name": name} for who, name in names.items()]
        index.results.write(PERSONS, PRODUCTION, PERSONS.from_rows(people), Provenance("f"))
        return index

    return make
