"""Expressions: what drawn and made-up faces show is found, and nothing is said where nothing is seen."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.people.expressions import EXPRESSIONS, expressions
from kinoeye.analyses.people.face_tracks import FACE_TRACKS, face_tracks
from kinoeye.analyses.people.faces import FACES, faces
from kinoeye.errors import SettingError
from kinoeye.models.nets import net
from kinoeye.signals.expressions import NAMES
from kinoeye.signals.expressions_units import EMOTIONS
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

Make = Callable[..., Any]
PICTURE = FLICKS_PER_SECOND // 24


def weights(**strengths: float) -> np.ndarray:
    found = np.zeros(52)
    for name, strength in strengths.items():
        for each in (name,) if name in NAMES else (f"{name}Left", f"{name}Right"):
            found[NAMES.index(each)] = strength
    return found


REST, SMILE = weights(), weights(mouthSmile=0.9, cheekSquint=0.7, mouthUpperUp=0.3)
SURPRISE = weights(browInnerUp=1, browOuterUp=1, eyeWide=1, jawOpen=0.7)


def tables(played: list[np.ndarray], step: int = 12, tracks: int = 1) -> tuple[pa.Table, pa.Table, Stills]:
    """Faces as the shipped basis moves, in the middle of grey pictures; each track has every so many of them."""
    mean, shapes, *_ = net("face-basis").run({})
    grey = np.full((360, 640, 3), 128, np.uint8)
    rows = []
    for number, each in enumerate(played):
        points = (mean + np.tensordot(each, shapes, 1)) * (60, -60, -60) + (320, 150, 0)
        mesh = (points / (640, 360, 640)).astype(np.float32).ravel()
        row = {"face": number, "frame": number * step, "time": number * step * PICTURE, "mesh": mesh, "presence": 1.0}
        rows.append(row | {"aspect": 640 / 360, "shot": 0, "full_rate": step == 1} | {"yaw": 0.0, "pitch": 0.0})
    listed = [{"track": each, "shot": 0, "faces": list(range(each, len(played), tracks))} for each in range(tracks)]
    frames = np.arange(len(played), dtype=np.int64) * step
    return FACES.from_rows(rows), FACE_TRACKS.from_rows(listed), stills_at(frames, grey)


def stills_at(frames: np.ndarray, picture: np.ndarray) -> Stills:
    jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
    return Stills([jpeg] * len(frames), frames, frames * PICTURE)


def test_a_smile_and_a_surprise_are_told_and_explained() -> None:
    played = [REST, SMILE, REST, SURPRISE, REST, REST]
    rows = expressions(*tables(played), net_share=0).to_pylist()
    assert [row["emotion"] for row in rows] == [
        "neutral", "happiness", "neutral", "surprise", "neutral", "neutral",
    ]  # fmt: skip
    assert {"AU12E", "AU12D"} & set(rows[1]["units"].split()) and "AU26" in rows[3]["units"]
    assert rows[1]["valence"] > 0.5 > abs(rows[0]["valence"])
    assert rows[3]["arousal"] > 0.6 > rows[0]["arousal"]


def test_a_faint_smile_is_told_from_the_own_rest_and_named() -> None:
    played = [REST, weights(mouthSmile=0.25), REST, REST]
    rows = expressions(*tables(played), net_share=0).to_pylist()
    assert [row["emotion"] for row in rows] == ["neutral", "happiness", "neutral", "neutral"]
    assert "AU12" in rows[1]["units"] and not rows[0]["units"]


def test_of_a_badly_explained_face_little_is_said() -> None:
    made, tracks, stills = tables([REST, SMILE, SMILE, REST])
    meshes = np.array(made["mesh"].to_pylist(), np.float32)
    shaken = np.random.default_rng(5).normal(0, 0.0003, meshes[2].shape)
    meshes[2] += shaken.astype(np.float32)
    field = made.schema.get_field_index("mesh")
    kind = made.schema.field(field)
    worse = made.set_column(field, kind, pa.array(list(meshes), kind.type))
    found = np.array(expressions(worse, tracks, stills)["coefficients"].to_pylist())
    assert found[1, NAMES.index("mouthSmileLeft")] > 0.5
    assert found[2].max() < found[1].max() / 2


def test_every_row_holds_together() -> None:
    table = expressions(*tables([REST, SMILE, SURPRISE, REST]))
    assert table.schema.equals(EXPRESSIONS.schema)
    for row in table.to_pylist():
        assert sum(row[name] for name in EMOTIONS) == pytest.approx(1, abs=1e-5)
        assert row[row["emotion"]] == max(row[name] for name in EMOTIONS)
        assert all(0 <= each <= 1 for each in row["coefficients"])
        assert -1 <= row["valence"] <= 1 and 0 <= row["arousal"] <= 1


def test_a_blink_of_four_pictures_at_full_rate_stays() -> None:
    closed = [weights(eyeBlink=each) for each in (0.5, 1, 1, 0.5)]
    played = [REST] * 12 + closed + [REST] * 12
    found = np.array(expressions(*tables(played, step=1))["coefficients"].to_pylist())
    blink = found[:, NAMES.index("eyeBlinkLeft")]
    assert blink[12:16].max() >= 0.8
    assert blink[:10].max() < 0.2


def test_tracks_are_calibrated_each_for_itself() -> None:
    alone = expressions(*tables([REST, SMILE, REST, REST])).to_pylist()
    both = expressions(*tables([each for each in (REST, SMILE, REST, REST) for _ in range(2)], tracks=2)).to_pylist()
    assert [row["track"] for row in both] == [0, 1] * 4
    assert [row["emotion"] for row in both[::2]] == [row["emotion"] for row in alone]


def test_a_face_without_track_is_a_stranger() -> None:
    made, _, stills = tables([SMILE])
    (row,) = expressions(made, FACE_TRACKS.empty(), stills, net_share=0).to_pylist()
    assert row["track"] is None and row["emotion"] == "happiness"


def test_a_face_without_mesh_has_no_row() -> None:
    made, tracks, stills = tables([REST, SMILE])
    small = made.set_column(made.schema.get_field_index("mesh"), made.schema.field("mesh"),
                            pa.array([None, made["mesh"][1].as_py()], made.schema.field("mesh").type))  # fmt: skip
    assert expressions(small, tracks, stills)["face"].to_pylist() == [1]


def test_no_faces_no_rows() -> None:
    nothing = stills_at(np.zeros(0, np.int64), np.zeros((8, 8, 3), np.uint8))
    assert expressions(FACES.empty(), FACE_TRACKS.empty(), nothing).equals(EXPRESSIONS.empty())


def test_a_share_outside_its_range_is_refused() -> None:
    with pytest.raises(SettingError, match=r"net_share must lie in 0\.\.1, got 1.5"):
        expressions(*tables([REST]), net_share=1.5)


def test_a_drawn_mouth_opens_and_drawn_eyes_close(
    draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make
) -> None:
    drawn = []
    for settings in ({}, {}, {"mouth": 1.0}, {}, {"blink": 1.0}, {}):
        drawn.append(backdrop())
        draw_face(drawn[-1], 320, 150, 200, **settings)
    stills, shots = stills_of(drawn), cuts_at(72)
    found = faces(stills, shots)
    table = expressions(found, face_tracks(found, stills, shots), stills)
    strengths = np.array(table["coefficients"].to_pylist())
    jaw, lids = strengths[:, NAMES.index("jawOpen")], strengths[:, [NAMES.index("eyeBlinkLeft")]].max(1)
    assert jaw.argmax() == 2 and jaw[2] > 0.25 > np.delete(jaw, 2).max()
    assert lids.argmax() == 4 and lids[4] > 0.3 > np.delete(lids, 4).max()
