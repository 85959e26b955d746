"""Lips: whose lips move while somebody speaks.

Every face that is seen during a turn is looked at: does its mouth move, and with the sound? Nothing is said of whose
face it is. Two pictures a second, as stills are, tell little; ranges at full rate tell more. A voice from outside the
picture moves no lips, so that even the best of the faces may have odds against it.

Source: as kinoeye.signals.lips weighs it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals import lips as signs_of
from kinoeye.streams import Sound
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND, to_seconds

LIPS = Table(
    "lips",
    "One row for every appearance of a face during a turn of speech: what its lips say of who speaks.",
    (
        ("track", pa.int32(), "number of the track in `face_tracks`"),
        ("speaker", pa.int32(), "number of the speaker whose turn it is"),
        ("start", flicks(), "first moment of the turn at which the face is seen"),
        ("end", flicks(), "end of the turn or of the face's appearance"),
        ("pictures", pa.int32(), "how many pictures of it were looked at"),
        ("moves", Typed(pa.float32(), "heights of the face"), "how much its lips open and close"),
        ("together", Typed(pa.float32(), "standard deviations"), "how surely they do so with the sound's level"),
        ("evidence", Typed(pa.float32(), "nats"), "log-odds that this face speaks: above 0 for it, below 0 against it"),
    ),
)

_FACE = ["face", "time", "mesh", "aspect", "yaw"]
_TURNED = 50.0  # degrees; the lips of a face in profile are not told apart

Row = dict[str, Any]


@analysis(LIPS, version=1)
def lips(
    mono_16k: Sound, speakers: pa.Table, faces: pa.Table, face_tracks: pa.Table, *, shortest: float = 0.8
) -> pa.Table:
    """Say whose lips move with what is said.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    speakers, faces, face_tracks : tables
    shortest : 0..60, seconds
        A face that is seen for less than this of a turn is left out.

    Raises
    ------
    SettingError
        If `shortest` is outside its range.
    """
    if not 0 <= shortest <= 60:
        raise SettingError(f"lips: shortest must lie in 0..60, got {shortest}")
    known = faces.filter(pc.is_valid(faces["mesh"])).select(_FACE)
    if not (known.num_rows and speakers.num_rows and len(mono_16k)):
        return LIPS.empty()
    places = {face: place for place, face in enumerate(known["face"].to_pylist())}
    loud = signs_of.levels(mono_16k.samples, mono_16k.rate_hz)
    turns = speakers.select(["start", "end", "speaker"]).to_pylist()
    rows = [
        row
        for track in face_tracks.select(["track", "start", "end", "faces", "is_still"]).to_pylist()
        if not track["is_still"]
        for row in _rows(track, _seen(track, known, places), turns, loud, mono_16k.start, shortest)
    ]
    return LIPS.from_rows(sorted(rows, key=lambda row: (row["start"], row["track"])))


def _seen(track: Row, known: pa.Table, places: Mapping[int, int]) -> tuple[npt.NDArray[np.int64], Any]:
    """Return times and openings of a track's mouth, where it can be seen."""
    own = known.take(pa.array([places[face] for face in track["faces"] if face in places], pa.int64()))
    own = own.filter(pc.less_equal(pc.abs(own["yaw"]), _TURNED))
    if not own.num_rows:
        return np.zeros(0, np.int64), np.zeros(0)
    meshes = np.asarray(own["mesh"].combine_chunks().flatten(), np.float64).reshape(own.num_rows, -1, 3)
    return own["time"].to_numpy(), signs_of.openings(meshes, own["aspect"][0].as_py())


def _rows(
    track: Row,
    seen: tuple[npt.NDArray[np.int64], Any],
    turns: Sequence[Row],
    loud: npt.NDArray[np.float64],
    begin: int,
    shortest: float,
) -> Iterator[Row]:
    times, opened = seen
    steps = begin + (np.arange(len(loud)) + 0.5) * signs_of.HOP_S * FLICKS_PER_SECOND
    for turn in turns:
        start, end = max(turn["start"], track["start"]), min(turn["end"], track["end"])
        if end - start < max(1, shortest * FLICKS_PER_SECOND):
            continue
        within = (times >= start) & (times < end)
        count = int(within.sum())
        if count < signs_of.LEAST or not len(loud):
            continue
        seconds = to_seconds(int(times[within][-1] - times[within][0]))
        moves, together = signs_of.signs(opened[within], np.interp(times[within], steps, loud), seconds)
        yield {
            "track": track["track"], "speaker": turn["speaker"], "start": start, "end": end, "pictures": count,
            "moves": moves, "together": together, "evidence": signs_of.odds(moves, together),
        }  # fmt: skip
