"""Expressions: what every face with a mesh shows: 52 movements, seven emotions and neutral, and what speaks for them.

The points of a face are set against a face that can move, calibrated to how the person looks at rest in the same
appearance; a net that sees the picture is asked too, and one that knows smiles alone. All are joined, and smoothed
where every picture was looked at.

Source: movements as kinoeye.signals.expressions solves them; emotions as kinoeye.signals.expressions_units weighs them,
joined with kinoeye.models.emotions and kinoeye.models.smiles.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models import emotions, smiles
from kinoeye.models.nets import net
from kinoeye.signals.coverage import views
from kinoeye.signals.expressions import NAMES, Basis, places, read
from kinoeye.signals.expressions_faint import FAINT, tipped, traces
from kinoeye.signals.expressions_neutral import calibrated
from kinoeye.signals.expressions_smooth import smoothed
from kinoeye.signals.expressions_units import (
    AROUSAL,
    EMOTIONS,
    VALENCE,
    Weighing,
    evidence,
    fused,
    named_units,
    scores,
    smiling,
)
from kinoeye.streams import Stills
from kinoeye.tables import Table, Typed, flicks, pictures, score

Array = npt.NDArray[np.float64]
Crops = list[npt.NDArray[np.uint8]]

_RIGHT_IRIS, _LEFT_IRIS = 468, 473
_FACE = ["face", "frame", "time", "mesh", "aspect", "yaw", "pitch"]

EXPRESSIONS = Table(
    "expressions",
    "One row for every face with a mesh: what it shows.",
    (
        ("face", pa.int32(), "number of the face"),
        ("track", pa.int32(), "face track that it belongs to; null if none"),
        ("frame", pictures(), "picture that shows it"),
        ("time", flicks(), "start of that picture"),
        (
            "coefficients",
            pa.list_(pa.float32(), 52),
            "how strongly each movement is seen, 0..1, in ARKit's order: " + ", ".join(NAMES)
            + "; tongueOut is 0 always: the points do not show it",
        ),
        ("emotion", pa.string(), "what the face most likely shows, by name of its score"),
        *((name, score(), f"how likely it shows {name}; the eight sum to 1") for name in EMOTIONS),
        (
            "units",
            pa.string(),
            "action units (FACS) that are seen, the strongest first, with intensity, A (trace) to E (maximum); L or "
            "R: on one side",
        ),
        ("valence", Typed(pa.float32(), "-1..1"), "from unpleasant to pleasant"),
        ("arousal", Typed(pa.float32(), "0..1"), "from calm to excited"),
    ),
)  # fmt: skip


@analysis(EXPRESSIONS, version=4, models=("face-basis", *emotions.MODELS, *smiles.MODELS))
def expressions(
    faces: pa.Table,
    face_tracks: pa.Table,
    stills: Stills,
    full_rate: Stills | None = None,
    *,
    net_share: float = 0.5,
) -> pa.Table:
    """Tell what faces express.

    Parameters
    ----------
    faces, face_tracks : Table
    stills : Stills
    full_rate : Stills or None
        Every picture of the ranges chosen.
    net_share : 0..1
        How much the nets that see the picture count beside what the points say.

    Raises
    ------
    SettingError
        If `net_share` is outside 0..1.
    """
    if not 0 <= net_share <= 1:
        raise SettingError(f"expressions: net_share must lie in 0..1, got {net_share}")
    found = _with_mesh(faces)
    if not found:
        return EXPRESSIONS.empty()
    tracks = {face: row["track"] for row in face_tracks.select(["track", "faces"]).to_pylist() for face in row["faces"]}
    crops, mouths = _crops(found, stills, full_rate)
    seen, odds = _as_emotions(emotions.seen(crops)), smiles.odds(mouths).astype(np.float64)
    face = _face()
    rows: list[dict[str, Any]] = []
    for track, members in _by_track(found, tracks):
        rows += _rows([found[each] for each in members], seen[members], odds[members], track, net_share, face)
    rows.sort(key=lambda row: row["face"])
    return EXPRESSIONS.from_rows(rows)


def _with_mesh(faces: pa.Table) -> list[dict[str, Any]]:
    """Return the faces that have one, the mesh as an array: as lists those of a long film fill half a gigabyte."""
    seen = faces.select(_FACE).filter(pc.is_valid(faces["mesh"]))
    rows = seen.drop_columns(["mesh"]).to_pylist()
    return [row | {"mesh": np.asarray(mesh.values, np.float32)} for row, mesh in zip(rows, seen["mesh"], strict=True)]


def _by_track(found: list[dict[str, Any]], tracks: dict[int, int]) -> list[tuple[int | None, list[int]]]:
    """Return the places of each track's faces; a face without track stands alone."""
    groups: dict[tuple[int, int], list[int]] = {}
    for place, row in enumerate(found):
        track = tracks.get(row["face"])
        groups.setdefault((0, track) if track is not None else (1, place), []).append(place)
    return [(key if kind == 0 else None, members) for (kind, key), members in groups.items()]


def _crops(found: list[dict[str, Any]], stills: Stills, full_rate: Stills | None) -> tuple[Crops, Crops]:
    """Cut all faces out, as either net wants them; every picture that shows one is opened once."""
    by_frame = {view.frame: view for view in views(stills, full_rate)}
    crops: Crops = []
    mouths: Crops = []
    for frame, rows in groupby(found, key=lambda row: int(row["frame"])):
        picture = by_frame[frame].picture()
        luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        size = np.array(luma.shape[::-1], np.float32)
        for row in rows:
            mesh = np.array(row["mesh"], np.float32).reshape(-1, 3)[:, :2] * size
            crops.append(emotions.crop(luma, mesh[_RIGHT_IRIS], mesh[_LEFT_IRIS]))
            mouths.append(smiles.crop(luma, mesh))
    return crops, mouths


def _as_emotions(seen: npt.NDArray[np.float32]) -> Array:
    """Put the net's scores in our order; it knows no contempt, so that one neither gains nor loses."""
    scored = np.full((len(seen), len(EMOTIONS)), 1 / len(EMOTIONS))
    for place, name in enumerate(emotions.SEEN):
        scored[:, EMOTIONS.index(name)] = seen[:, place] * len(emotions.SEEN) / len(EMOTIONS)
    return scored


def _rows(
    faces: list[dict[str, Any]], seen: Array, odds: Array, track: int | None, net_share: float, face: "_Face"
) -> list[dict[str, Any]]:
    """Return the rows of one appearance."""
    basis = face.basis
    meshes = np.array([row["mesh"] for row in faces], np.float64).reshape(len(faces), -1, 3)
    points = places(meshes, np.array([row["aspect"] for row in faces], np.float64))
    rest = calibrated(points, basis)
    reading = read(points, basis, neutral=rest.neutral, doubt=rest.doubt)
    times = np.array([row["time"] for row in faces], np.int64)
    strengths = smoothed(reading.strengths * reading.trust[:, None], times)  # turned far or blurred, a face says little
    rules = scores(evidence(reading), face.alone if len(faces) == 1 else face.together, reading.trust)
    turns = np.array([(row["yaw"], row["pitch"]) for row in faces], np.float64)
    faint = traces(reading, times, turns, calm=rest.calm, doubt=rest.doubt)
    felt = fused(rules, seen, net_share, calm=rest.calm, doubt=rest.doubt)
    felt = smiling(felt, odds, net_share * reading.trust, calm=rest.calm, doubt=rest.doubt)
    felt = smoothed(tipped(felt, faint), times)
    felt /= felt.sum(1, keepdims=True)
    known = [{unit for unit, amount in zip(FAINT, each, strict=True) if amount >= 1} for each in faint]
    return [
        {"face": row["face"], "track": track, "frame": row["frame"], "time": row["time"]}
        | {"coefficients": moved.astype(np.float32), "units": named_units(moved, known_now)}
        | {"emotion": EMOTIONS[int(felt_now.argmax())], **dict(zip(EMOTIONS, felt_now, strict=True))}
        | {"valence": float(felt_now @ VALENCE), "arousal": float(felt_now @ AROUSAL)}
        for row, moved, felt_now, known_now in zip(faces, strengths, felt, known, strict=True)
    ]


@dataclass(frozen=True)
class _Face:
    """A face that can move, and how evidence is weighed for one seen once and for one seen more often."""

    basis: Basis
    alone: Weighing
    together: Weighing


def _face() -> _Face:
    arrays = [np.asarray(array, np.float64) for array in net("face-basis").run({})]
    mean, shapes, spread, errors, people, usual, scale, bias = arrays
    alone, together = (Weighing(*each) for each in zip(scale, bias, strict=True))
    return _Face(Basis(mean, shapes, spread, errors, people, float(usual)), alone, together)
