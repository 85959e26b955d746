"""Faces: every face in every still, with its points, its mesh and which way it is turned.

Where ranges of a film are there at full rate, every picture of them is looked at. Two nets find faces; a third lays a
mesh of 468 points on each that is large enough, a fourth puts lids and irises right. Who a face belongs to is not
asked here.

Source: the nets as kinoeye.models.faces and kinoeye.models.face_mesh name them; turns as kinoeye.signals.heads finds
them.
"""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models import face_mesh
from kinoeye.models import faces as finder
from kinoeye.signals import heads
from kinoeye.signals.coverage import views
from kinoeye.signals.sharpness import sharpness
from kinoeye.streams import Stills
from kinoeye.tables import Table, Typed, degrees, flicks, pictures, score

# Of the mesh net's presence. Turned far, blurred or covered faces have little, too little for a mesh to mean anything;
# where even the finding is not sure, it was no face.
_LEAST_PRESENCE = 0.3
_NO_FACE = 0.1
_SURE = 0.65
_SHARP_AT = 96  # pixels: a small face made large is soft, as it shows little

FACES = Table(
    "faces",
    "One row for every face in every still, and in every picture of the ranges that are there at full rate.",
    (
        ("face", pa.int32(), "number of the face, from 0, in running order"),
        ("frame", pictures(), "picture that shows it"),
        ("time", flicks(), "start of that picture"),
        ("x", pa.float32(), "left edge, 0..1 of the picture's width; may lie outside"),
        ("y", pa.float32(), "upper edge, 0..1 of the picture's height; may lie outside"),
        ("w", pa.float32(), "width, 0..1 of the picture's width"),
        ("h", pa.float32(), "height, 0..1 of the picture's height"),
        ("score", score(), "how sure the finding is; of a doubtful one the mean of two looks"),
        ("detector", pa.string(), "net that was surer: full (far faces) or short (near faces)"),
        (
            "points",
            pa.list_(pa.float32(), 12),
            "right eye, left eye (the person's), nose tip, mouth, right ear, left ear: x, y of each, 0..1",
        ),
        (
            "mesh",
            pa.list_(pa.float32(), 1434),
            "478 points: x (0..1 of the width), y (0..1 of the height), z (unit of x, smaller is nearer); 468..472 the "
            "right iris, its centre first, 473..477 the left; null where the face is too small",
        ),
        ("presence", score(), "how sure the mesh net is that there is a face; null where it was too small to ask"),
        ("yaw", degrees(), "turned to the picture's right, above 0, or left, below"),
        ("pitch", degrees(), "turned up, above 0, or down, below"),
        ("roll", degrees(), "tilted clockwise as seen, above 0, or against the clock, below"),
        ("sharpness", Typed(pa.float32(), "0..1"), "how much of its detail a blur would take away"),
        ("aspect", pa.float32(), "width of the picture over its height"),
        ("shot", pa.int32(), "shot that it stands in"),
        ("full_rate", pa.bool_(), "whether it was seen in a range at full rate"),
    ),
)


@analysis(FACES, version=3, models=(*finder.MODELS, *face_mesh.MODELS))
def faces(
    stills: Stills,
    shots: pa.Table,
    full_rate: Stills | None = None,
    *,
    least_score: float = 0.5,
    least_mesh_px: int = 24,
) -> pa.Table:
    """Find the faces of a film.

    Parameters
    ----------
    stills : Stills
    shots : Table
    full_rate : Stills or None
        Every picture of the ranges chosen; a picture that both show is taken from here.
    least_score : 0..1
        Faces found less surely are dropped.
    least_mesh_px : pixels
        Faces of a shorter longer side get no mesh; at 24 its points lie within some 6 % of the distance between the
        eyes' outer corners, at 64 within 1 %.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 0 < least_score <= 1:
        raise SettingError(f"faces: least_score must lie above 0 and up to 1, got {least_score}")
    if least_mesh_px < 8:
        raise SettingError(f"faces: least_mesh_px must be 8 or more, got {least_mesh_px}")
    rows: list[dict[str, Any]] = []
    ends = shots["end_frame"].to_numpy()
    for view in views(stills, full_rate):
        shot = int(np.searchsorted(ends, view.frame, side="right"))
        common: dict[str, Any] = {"frame": view.frame, "time": view.time, "full_rate": view.is_full_rate}
        common["shot"] = shots["shot"][shot].as_py() if shot < len(ends) else None
        for row in seen_in(view.picture(), least_score=least_score, least_mesh_px=least_mesh_px):
            rows.append({"face": len(rows)} | common | row)
    return FACES.from_rows(rows)


def seen_in(picture: npt.NDArray[np.uint8], *, least_score: float, least_mesh_px: int) -> list[dict[str, Any]]:
    """Return the faces of one picture, from left to right: the columns of the table that the picture alone tells.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    least_score, least_mesh_px
        As of `faces`.
    """
    bright = finder.brightened(picture)
    found = sorted(finder.find(bright, least_score=least_score), key=lambda face: tuple(face.box))
    rows = [_row(bright, face, least_mesh_px) for face in found]
    return [row for row in rows if row["presence"] is None or row["presence"] >= _NO_FACE or row["score"] >= _SURE]


def _row(picture: npt.NDArray[np.uint8], face: finder.Find, least_mesh_px: int) -> dict[str, Any]:
    height, width = picture.shape[:2]
    left, upper, right, lower = (float(edge) for edge in face.box)
    row: dict[str, Any] = {
        "x": left / width,
        "y": upper / height,
        "w": (right - left) / width,
        "h": (lower - upper) / height,
        "score": face.score,
        "detector": face.detector,
        "points": (face.points / (width, height)).astype(np.float32).ravel(),
        "mesh": None,
        "presence": None,
        "sharpness": _sharpness(picture, face.box),
        "aspect": width / height,
    }
    turn = heads.turn_of_points(face.points)
    if max(right - left, lower - upper) >= least_mesh_px:
        mesh = face_mesh.look(picture, face.box, face.points)
        row["presence"] = mesh.presence
        if mesh.presence >= _LEAST_PRESENCE:
            row["mesh"] = (mesh.points / (width, height, width)).astype(np.float32).ravel()
            turn = heads.turn_of_mesh(mesh.points)
            if np.dot(mesh.six[1] - mesh.six[0], face.points[1] - face.points[0]) <= 0:  # told upright, but it hangs
                row["points"] = (mesh.six / (width, height)).astype(np.float32).ravel()
    return row | dict(zip(("yaw", "pitch", "roll"), turn, strict=True))


def _sharpness(picture: npt.NDArray[np.uint8], box: npt.NDArray[np.float32]) -> float:
    height, width = picture.shape[:2]
    left, upper = (max(0, int(edge)) for edge in box[:2])
    right, lower = min(width, int(np.ceil(box[2]))), min(height, int(np.ceil(box[3])))
    if right - left < 2 or lower - upper < 2:
        return 0.0
    luma = cv2.cvtColor(picture[upper:lower, left:right], cv2.COLOR_RGB2GRAY)
    kind = cv2.INTER_AREA if lower - upper > _SHARP_AT else cv2.INTER_LINEAR
    return sharpness(np.asarray(cv2.resize(luma, (_SHARP_AT, _SHARP_AT), interpolation=kind), np.uint8))
