"""Portraits: the square around a face, cut from a still, for sheets, graphs and reports of people."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from PIL import Image, UnidentifiedImageError

from kinoeye.streams import Stills

ROOM = 1.6  # of the face's box: hair and shoulders tell a person as much as the face

_WANTED = ["asset", "face", "frame", "x", "y", "w", "h", "score", "full_rate"]


def best_face(tables: Mapping[str, pa.Table], asset: str, track: int) -> dict[str, Any] | None:
    """Return the face of an appearance that shows it best, of those that stand in stills; None if there is none."""
    if not {"face_tracks", "faces"} <= set(tables):
        return None
    tracks = tables["face_tracks"]
    mine = tracks.filter(pc.and_(pc.equal(tracks["asset"], asset), pc.equal(tracks["track"], track))).to_pylist()
    if not mine:
        return None
    faces = tables["faces"].select(_WANTED)
    numbers = pa.array(mine[0]["faces"], pa.int32())
    own = faces.filter(pc.and_(pc.equal(faces["asset"], asset), pc.is_in(faces["face"], numbers)))
    seen = [face for face in own.to_pylist() if not face["full_rate"]]
    return max(seen, key=lambda face: (face["face"] == mine[0]["best"], face["h"] * face["score"]), default=None)


def portrait(stills: Stills | None, face: Mapping[str, Any], width: int) -> Image.Image | None:
    """Cut the square around a face; what lies outside the picture is dark.

    Parameters
    ----------
    stills : Stills or None
    face : mapping
        ``frame``, and ``x``, ``y``, ``w``, ``h``: 0..1 of the picture.
    width : pixels

    Returns
    -------
    Image or None
        None where no still shows that picture, or it is damaged.
    """
    number = int(np.searchsorted(stills.frames, face["frame"])) if stills is not None else 0
    if stills is None or number == len(stills) or int(stills.frames[number]) != face["frame"]:
        return None
    try:
        picture = Image.open(io.BytesIO(stills.jpegs[number])).convert("RGB")
    except (UnidentifiedImageError, OSError):
        return None
    across, down = face["w"] * picture.width, face["h"] * picture.height
    half = max(across, down, 2.0) * ROOM / 2
    x, y = face["x"] * picture.width + across / 2, face["y"] * picture.height + down / 2
    box = (round(x - half), round(y - half), round(x + half), round(y + half))
    return picture.crop(box).resize((width, width), Image.Resampling.LANCZOS)
