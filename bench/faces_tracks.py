"""Tracks of faces on real clips, beside what was counted by eye; part of the bench of faces.

Every appearance of a face inside a shot was noted by eye with one or two places on its way (picture, x and y of the
face's middle, 0..1). A track is right if it passes there. A face counts from about 20 pixels of a picture of 640, if
its nose and at least one eye can be seen; who leaves the picture or hides for more than two seconds appears anew.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from faces_pictures import SHARED

from kinoeye.analyses.people.face_tracks import face_tracks
from kinoeye.analyses.people.faces import faces
from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.media.seeing import Seeing
from kinoeye.streams import Stills

NEAR = 0.08  # of the picture: as far as a track may pass from the place noted
Place = tuple[int, float, float]


@dataclass(frozen=True)
class ByEye:
    """What was seen in a stretch of a clip.

    Parameters
    ----------
    first, end : int, pictures
    appearances : places on the way of each face
    """

    first: int
    end: int
    appearances: tuple[tuple[Place, ...], ...]


BY_EYE = {
    "tears_of_steel_battle_70s.webm": (
        ByEye(288, 768, (
            ((360, 0.43, 0.57), (612, 0.29, 0.42)),  # the man in white
            ((492, 0.86, 0.64),),  # who passes behind him
            ((654, 0.75, 0.80),),  # the old man at the lower right
            ((696, 0.24, 0.67), (712, 0.22, 0.64)),  # the man in white again, three seconds later
            ((708, 0.42, 0.66),),  # goggles
        )),
        ByEye(864, 1344, (
            ((876, 0.29, 0.34), (898, 0.36, 0.51)),  # the man in white
            ((888, 0.52, 0.41),),  # the old man behind him
            ((1130, 0.37, 0.48),),  # turned down, in the evening's light
            ((1212, 0.47, 0.35),),
            ((1248, 0.54, 0.46), (1272, 0.67, 0.47)),
        )),
    ),
    "his_girl_friday_1940_6s.mp4": (
        ByEye(0, 186, (
            ((30, 0.67, 0.24), (180, 0.67, 0.22)),
            ((75, 0.42, 0.53), (180, 0.42, 0.54)),
            ((165, 0.11, 0.38),),  # the man with the cap, far behind
        )),
    ),
    "intel_face-demographics-walking-and-pause.gif": (
        ByEye(0, 99, (
            ((0, 0.24, 0.46), (36, 0.17, 0.44)),
            ((0, 0.47, 0.41), (36, 0.47, 0.39)),
            ((0, 0.68, 0.49), (36, 0.78, 0.51)),
        )),
    ),
    "intel_face-demographics-walking.gif": (
        ByEye(0, 99, (((6, 0.53, 0.47), (30, 0.39, 0.49)), ((6, 0.67, 0.42), (30, 0.62, 0.41)))),
    ),
    "intel_head-pose-face-detection-female-and-male.gif": (
        ByEye(0, 99, (((0, 0.22, 0.42), (54, 0.14, 0.47)), ((0, 0.75, 0.38), (54, 0.70, 0.43)))),
    ),
    "intel_head-pose-face-detection-male.gif": (ByEye(0, 99, (((0, 0.51, 0.38), (60, 0.52, 0.36)),)),),
    "intel_head-pose-face-detection-female.gif": (ByEye(0, 99, (((0, 0.45, 0.41), (18, 0.49, 0.42)),)),),
}  # fmt: skip


def report(clips: Path) -> None:
    """Print the table, at two pictures a second and at full rate."""
    print("\n| clip (pictures) | by eye | rate | found | in one piece | mixed up | more tracks | CPU ms a picture |")
    print("|---|---|---|---|---|---|---|---|")
    for name, stretches in BY_EYE.items():
        every = pictures_of(clips / name)
        for seen in stretches:
            for rate in (2, 0):
                print(line(clips / name, every, seen, rate), flush=True)


def line(clip: Path, every: Stills, seen: ByEye, rate: int) -> str:
    """Return the table's line for a stretch at `rate` pictures a second; 0 is all of them."""
    seconds = (every.times[-1] - every.times[0]) / 705_600_000
    step = max(1, round(len(every) / seconds / rate)) if rate else 1
    stills = part(every, [n for n in range(0, len(every), step) if seen.first <= n < seen.end])
    cuts = shots_of(clip, every)
    begin = time.process_time()
    found = faces(stills, cuts)
    tracks = face_tracks(found, stills, cuts)
    spent = (time.process_time() - begin) / len(stills) * 1000
    holders = [[holding(tracks, found, place, step) for place in places] for places in seen.appearances]
    is_found = [any(each) for each in holders]
    is_whole = [bool(set.intersection(*each)) for each in holders]
    owners: dict[int, set[int]] = {}
    for number, each in enumerate(holders):
        for track in set.union(*each):
            owners.setdefault(track, set()).add(number)
    mixed = sum(len(owned) > 1 for owned in owners.values())
    more = tracks.num_rows - len(owners)
    stretch = f"{seen.first}..{min(seen.end, len(every)) - 1}"
    return (
        f"| {clip.name} ({stretch}) | {len(seen.appearances)} | {rate or 'all'} | {sum(is_found)} | {sum(is_whole)} "
        f"| {mixed} | {more} | {spent:.0f} |"
    )


def holding(tracks: pa.Table, found: pa.Table, place: Place, step: int) -> set[int]:
    """Return the tracks that pass a place."""
    frame, x, y = place
    rows = found.select(["frame", "x", "y", "w", "h"]).to_pylist()
    holders = set()
    for track in tracks.select(["track", "faces"]).to_pylist():
        nearest = min((rows[face] for face in track["faces"]), key=lambda row: abs(row["frame"] - frame))
        apart = np.hypot(nearest["x"] + nearest["w"] / 2 - x, nearest["y"] + nearest["h"] / 2 - y)
        if abs(nearest["frame"] - frame) <= step and apart < NEAR + nearest["w"] / 2:
            holders.add(int(track["track"]))
    return holders


def pictures_of(clip: Path) -> Stills:
    """Return every picture of a clip, as the stream of stills would have it."""
    jpegs: list[bytes] = []
    frames: list[int] = []
    times: list[int] = []
    for block in read(clip, probe(clip), want=("stills",), seeing=Seeing(stills_per_second=1000)):
        for still in block.stills:
            jpegs.append(still.jpeg)
            frames.append(still.frame)
            times.append(still.time)
    return Stills(jpegs, np.array(frames, np.int64), np.array(times, np.int64))


def part(every: Stills, numbers: list[int]) -> Stills:
    """Return some of the pictures."""
    return Stills([every.jpegs[n] for n in numbers], every.frames[numbers], every.times[numbers])


def shots_of(clip: Path, every: Stills) -> pa.Table:
    """Return the shots as they were cut by eye."""
    known: dict[str, Any] = json.loads((SHARED / "film_clips" / "shot_boundaries_by_eye.json").read_text("utf-8"))
    cuts = [0, *known.get(clip.name, {}).get("cuts", []), len(every)]
    last = int(2 * every.times[-1] - every.times[-2])
    times = [int(every.times[cut]) if cut < len(every) else last for cut in cuts]
    numbers = pa.array(range(len(cuts) - 1), pa.int32())
    columns = {"first_frame": cuts[:-1], "end_frame": cuts[1:], "start": times[:-1], "end": times[1:]}
    return pa.table({"shot": numbers} | columns)
