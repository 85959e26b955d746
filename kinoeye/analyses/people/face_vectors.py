"""Face vectors: what tells one person's face from another's, for every track; only with a purpose.

Of each stretch of a track the face that shows most is taken: large, sharp, turned to the camera. Every second one is
mirrored, a lone one is taken both ways, and their mean, weighted by how much each shows, is the track's vector. This is
biometric data: without a purpose in kinoeye.toml nothing is computed.

Source: the net as kinoeye.models.identity names it.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models import identity
from kinoeye.signals.coverage import View, views
from kinoeye.streams import Stills
from kinoeye.tables import Table, Typed, score

FACE_VECTORS = Table(
    "face_vectors",
    "One row for every track with a face good enough to tell people apart by; biometric, made only with a purpose.",
    (
        ("track", pa.int32(), "number of the track in `face_tracks`"),
        ("faces", pa.int32(), "how many of its faces were used"),
        (
            "vector",
            Typed(pa.list_(pa.float32(), identity.LENGTH), "a length"),
            "near (below 0.5, Euclidean) for one person, far (above 0.6) for two; mean of the faces used, length 1.48",
        ),
        ("quality", score(), "how much the faces used show of the person"),
    ),
)

_CHEEKS = (234, 454)  # of the mesh
_FACE = ["face", "frame", "yaw", "pitch", "sharpness", "presence"]

Vector = npt.NDArray[np.float32]


@analysis(FACE_VECTORS, version=2, models=identity.MODELS, asks=("purpose",))
def face_vectors(
    faces: pa.Table,
    face_tracks: pa.Table,
    stills: Stills,
    full_rate: Stills | None = None,
    *,
    purpose: str = "",
    most_faces: int = 6,
    least_quality: float = 0.08,
) -> pa.Table:
    """Say what each track's face has of its own.

    Parameters
    ----------
    faces, face_tracks, stills : tables and stream
    full_rate : Stills or None
    purpose : text
        What people are told apart for; nothing is computed without it.
    most_faces : 1..100
        So many faces of a track are looked at.
    least_quality : 0..1
        Faces that show less of a person are not used.

    Raises
    ------
    SettingError
        If a setting is outside its range, or there are faces and no purpose.
    """
    if not 1 <= most_faces <= 100:
        raise SettingError(f"face_vectors: most_faces must lie in 1..100, got {most_faces}")
    if not 0 <= least_quality <= 1:
        raise SettingError(f"face_vectors: least_quality must lie in 0..1, got {least_quality}")
    if not face_tracks.num_rows:
        return FACE_VECTORS.empty()
    if not purpose.strip():
        raise SettingError("face_vectors: purpose must say what people are told apart for, got none")
    every = {view.frame: view for view in views(stills, full_rate)}
    worths = _worths(faces, every)
    chosen = {
        track: _chosen([number for number in numbers if worths.get(number, 0) > least_quality], worths, most_faces)
        for track, numbers in zip(face_tracks["track"].to_pylist(), face_tracks["faces"].to_pylist(), strict=True)
    }
    sides = {(number, side) for numbers in chosen.values() for number, side in _sides(numbers)}
    vectors = _vectors(faces, every, sorted(sides))
    return FACE_VECTORS.from_rows(
        {"track": track, "faces": len(numbers)} | _mean(_sides(numbers), worths, vectors)
        for track, numbers in chosen.items()
        if numbers
    )


def face_quality(width_px: float, sharpness: float, yaw: float, pitch: float, presence: float) -> float:
    """Return how much a face shows of a person, 0..1.

    Parameters
    ----------
    width_px : pixels
        From cheek to cheek.
    sharpness, presence : 0..1
    yaw, pitch : degrees

    Returns
    -------
    float
        1 for a sharp face of 40 pixels, turned less than 20 degrees away; 0 for one of 10 pixels, or in profile.
    """
    size = (width_px - 10) / 30
    detail = (sharpness - 0.05) / 0.25
    aside = 1 - (abs(yaw) - 20) / 50
    tilted = 1 - (abs(pitch) - 20) / 40
    return float(np.prod([min(1.0, max(0.0, part)) for part in (size, detail, aside, tilted, presence)]))


def _worths(faces: pa.Table, every: Mapping[int, View]) -> dict[int, float]:
    """Return the quality of every face that has a mesh, by its number."""
    known = faces.filter(pc.is_valid(faces["mesh"]))
    one, other = (
        np.stack([pc.list_element(known["mesh"], 3 * point + axis).to_numpy() for axis in range(2)], axis=1)
        for point in _CHEEKS
    )
    sizes: dict[int, tuple[int, int]] = {}
    worths = {}
    rows = known.select(_FACE).to_pylist()
    for row, apart in zip(rows, one - other, strict=True):
        view = every[row["frame"]]
        if id(view.stream) not in sizes:  # all pictures of a stream are of one size
            height, width = view.picture().shape[:2]
            sizes[id(view.stream)] = (width, height)
        across = float(np.linalg.norm(apart * sizes[id(view.stream)]))
        worths[row["face"]] = face_quality(across, row["sharpness"], row["yaw"], row["pitch"], row["presence"])
    return worths


def _chosen(numbers: Sequence[int], worths: Mapping[int, float], most: int) -> list[int]:
    """Return the best face of each of so many stretches of a track, so that they show it at different moments."""
    edges = np.linspace(0, len(numbers), min(most, len(numbers)) + 1).astype(int)
    stretches = [numbers[first:last] for first, last in pairwise(edges)]
    return [max(stretch, key=lambda number: worths[number]) for stretch in stretches]


def _sides(numbers: Sequence[int]) -> list[tuple[int, bool]]:
    """Return the faces to look at, and whether mirrored: every second one, a lone one both ways."""
    if len(numbers) == 1:
        return [(numbers[0], False), (numbers[0], True)]
    return [(number, place % 2 == 1) for place, number in enumerate(numbers)]


def _vectors(
    faces: pa.Table, every: Mapping[int, View], sides: Sequence[tuple[int, bool]]
) -> dict[tuple[int, bool], Vector]:
    """Return the vectors of faces, in blocks; faces of one picture are neighbours, so that it is opened once."""
    rows = {number: row for row, number in enumerate(faces["face"].to_pylist())}
    vectors: dict[tuple[int, bool], Vector] = {}
    frame, picture = -1, np.zeros((1, 1, 3), np.uint8)
    for first in range(0, len(sides), identity.BATCH):
        block, chips = sides[first : first + identity.BATCH], []
        for number, is_mirrored in block:
            row = rows[number]
            if faces["frame"][row].as_py() != frame:
                frame = faces["frame"][row].as_py()
                picture = every[frame].picture()
            mesh = np.asarray(faces["mesh"][row].values, np.float32).reshape(-1, 3)[:, :2]
            chip = identity.chip(picture, mesh * picture.shape[1::-1])
            chips.append(identity.mirrored(chip) if is_mirrored else chip)
        vectors |= dict(zip(block, identity.vectors(chips), strict=True))
    return vectors


def _mean(
    sides: Sequence[tuple[int, bool]], worths: Mapping[int, float], vectors: Mapping[tuple[int, bool], Vector]
) -> dict[str, Any]:
    """Return the mean of a track's faces; a face that shows twice as much counts twice."""
    weights = np.array([worths[number] for number, _ in sides])
    weights /= weights.sum()
    vector = np.tensordot(weights, np.stack([vectors[side] for side in sides]), 1)
    quality = float(sum(weight * worths[number] for weight, (number, _) in zip(weights, sides, strict=True)))
    return {"vector": identity.evened(vector), "quality": quality}
