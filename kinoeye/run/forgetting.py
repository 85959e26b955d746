"""Forgetting: what stands in the index about one person, gathered before anything is taken away.

What was gathered is kept in the index as a task until all is done, so that a killed forgetting is finished by saying it
again, and proves the same.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.types as pt
from blake3 import blake3

from kinoeye.errors import StoreError
from kinoeye.run.forgetting_voices import Heard, heard_of
from kinoeye.run.veiling import key_of, veils_of
from kinoeye.store import people, traces
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

FOLDER = "forgetting"

# Streams that show faces, that in which voices are heard, and tables that speak of people.
SHOWN = ("thumbs", "stills", "full_rate")
HEARD = "mono_16k"
PEOPLE = frozenset({"persons", "appearances", "companions", "faces", "face_tracks", "face_vectors", "expressions",
                    "moods", "poses", "actions", "framing", "speaker_vectors", "voices", "lips"})  # fmt: skip

_HOLD = FLICKS_PER_SECOND  # a veil goes on so long where no find holds it
_PICTURES = 24  # so many pictures, vectors and meshes are looked for afterwards; the rest went with the same files
_LONGEST = 4096  # bytes of a picture that are looked for
_MCU = 16  # rows of a JPEG that are coded together
_QUALITY = 88  # of the stills, nearly


@dataclass
class Task:
    """What is to be forgotten, as it is kept until it is done.

    Parameters
    ----------
    person : str
    names : list of str
    assets : list of str
        In which the person is seen or heard.
    veils, mutes : list of dict
        Keys of decisions.
    voices : list of str
        Ids of the person's.
    analyses : list of str
        Whose tables stood there, to be made anew.
    decisions, silenced : list of [number, hash]
        Those about the person, and those that only mention the name.
    needles : list of [kind, hex]
    counts : dict
        Of what is taken away, by kind.
    """

    person: str
    names: list[str]
    assets: list[str]
    veils: list[dict[str, Any]] = field(default_factory=list)
    analyses: list[str] = field(default_factory=list)
    decisions: list[list[Any]] = field(default_factory=list)
    silenced: list[list[Any]] = field(default_factory=list)
    needles: list[list[Any]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    mutes: list[dict[str, Any]] = field(default_factory=list)
    voices: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Return where the task is kept in the index."""
        return f"{FOLDER}/{blake3(self.person.encode()).hexdigest(length=8)}.json"


def task_of(index: Index, said: str) -> Task:
    """Return the task that was begun for a person, or gather it.

    Raises
    ------
    UseError
        If the person is unknown or named twice.
    """
    begun = pending(index)
    for task in begun:
        if said == task.person or said.casefold() in {name.casefold() for name in task.names}:
            return task
    return _gathered(index, people.person(index, said))


def pending(index: Index) -> list[Task]:
    """Return the tasks that were begun and not finished."""
    tasks = []
    for name in index.files.listing(FOLDER):
        try:
            tasks.append(Task(**json.loads(index.files.read_bytes(f"{FOLDER}/{name}"))))
        except (StoreError, ValueError, TypeError):
            continue  # not one of ours
    return tasks


def keep(index: Index, task: Task) -> None:
    """Keep a task until it is done."""
    index.files.write(task.place, json.dumps(asdict(task)).encode())


def _gathered(index: Index, row: Mapping[str, Any]) -> Task:
    who = str(row["person"])
    shown = people.appearances_of(index, [who])
    task = Task(who, [row["name"]] if row["name"] else [], sorted({each["asset"] for each in shown}))
    tracks = {asset: [each["track"] for each in shown if each["asset"] == asset] for asset in task.assets}
    needles = [*traces.of_text("id", who), *(n for name in task.names for n in traces.of_text("name", name))]
    needles += _needles_of_rows(index.read("appearances"), shown)
    needles += _numbers([dict(row)])
    task.counts = {"appearances": len(shown), "persons": 1}
    seen: dict[str, list[dict[str, Any]]] = {}
    for asset, numbers in tracks.items():
        appearances = people.picked(index, "face_tracks", asset, "track", numbers)
        members = sorted({face for each in appearances for face in each["faces"]})
        faces = seen[asset] = people.picked(index, "faces", asset, "face", members)
        some = people.picked(index, "faces", asset, "face", [each["face"] for each in _few(faces)], besides=())
        task.veils += _veils(index, asset, appearances, faces)
        vectors = people.picked(index, "face_vectors", asset, "track", numbers)
        needles += _numbers(vectors) + _numbers(some) + _pictures(index, asset, some)
        for kind, found in (("face_tracks", appearances), ("faces", faces), ("face_vectors", vectors)):
            task.counts[kind] = task.counts.get(kind, 0) + len(found)
    heard = heard_of(index, who, task.names)
    _add_voices(task, heard)
    needles += heard.needles
    task.decisions, task.silenced = _decisions(index, task, tracks, seen, heard)
    task.needles = traces.plain(dict.fromkeys(needles))
    task.analyses = sorted(
        {name for name in index.results.names() for asset in (*task.assets, PRODUCTION) if _has(index, name, asset)}
    )
    return task


def _add_voices(task: Task, heard: Heard) -> None:
    """Take up where the person is heard."""
    task.voices = sorted(heard.voices)
    task.mutes = [
        {"asset": asset, "start": start, "end": end} for asset, turns in sorted(heard.turns.items())
        for start, end in turns
    ]  # fmt: skip
    task.assets = sorted({*task.assets, *heard.turns})
    task.counts |= {"turns of speech": len(task.mutes), "speaker_vectors": heard.rows}


def _veils(
    index: Index, asset: str, appearances: Sequence[Mapping[str, Any]], faces: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return what veils a person in one film."""
    by_number = {face["face"]: face for face in faces}
    shots = {row["shot"]: row for row in people.rows(index, "shots", asset)}
    veils = []
    for each in appearances:
        shot = shots.get(each.get("shot"), {"start": each["start"] - _HOLD, "end": each["end"] + _HOLD})
        own = [by_number[number] for number in each["faces"] if number in by_number]
        veils += [key_of(asset, veil) for veil in veils_of(own, shot["start"], shot["end"], _HOLD)]
    return veils


def _decisions(
    index: Index,
    task: Task,
    tracks: Mapping[str, Sequence[int]],
    faces: Mapping[str, Sequence[Mapping[str, Any]]],
    heard: Heard,
) -> tuple[list[list[Any]], list[list[Any]]]:
    """Return the marks of the decisions about a person, and of those that only mention the name."""
    members = {asset: {face["face"] for face in found} for asset, found in faces.items()}
    moments = {
        asset: [(row["start"], row["end"]) for row in people.picked(index, "face_tracks", asset, "track", numbers)]
        for asset, numbers in tracks.items()
    }
    gone, silenced = [], []
    for each in index.decisions.all():
        if heard.covers(each) or _is_about(index, each, task, tracks, members, moments):
            gone.append(mark_of(each))
        elif any(_says(name, f"{each.why}\n{each.who}") for name in task.names):
            silenced.append(mark_of(each))
    return gone, silenced


def mark_of(decision: Decision) -> list[Any]:
    """Return what tells a decision from a later one that has got its number."""
    said = [decision.what, dict(decision.key), dict(decision.value), str(decision.at)]
    return [decision.id, blake3(json.dumps(said, sort_keys=True).encode()).hexdigest(length=16)]


def _is_about(
    index: Index,
    decision: Decision,
    task: Task,
    tracks: Mapping[str, Sequence[int]],
    members: Mapping[str, set[int]],
    moments: Mapping[str, Sequence[tuple[int, int]]],
) -> bool:
    said = json.dumps([dict(decision.key), dict(decision.value)], ensure_ascii=False)
    if _says(task.person, said) or any(_says(name, said) for name in task.names):
        return True
    if (anchors := people.anchors_in(decision)) and people.person_at(index, anchors) == task.person:
        return True
    asset = str(decision.key.get("asset"))
    if decision.what not in PEOPLE or asset not in tracks:
        return False
    if "track" in decision.key or "face" in decision.key:
        return decision.key.get("track") in tracks[asset] or decision.key.get("face") in members[asset]
    at = decision.key.get("at")
    if at is None or not any(start <= at < end for start, end in moments[asset]):
        return False
    if "x" in decision.key:  # said of one face among those of that moment
        return people.person_at(index, [people.Anchor(asset, at, decision.key["x"], decision.key["y"])]) == task.person
    return "said" not in decision.value


def _says(word: str, text: str) -> bool:
    """Say whether a text has a name or an id as a whole word, in capitals or not."""
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) is not None


def _needles_of_rows(table: pa.Table, shown: Sequence[Mapping[str, Any]]) -> list[traces.Needle]:
    """Return the vectors that stand in rows of a person."""
    names = [each.name for each in table.schema if pt.is_list(each.type) or pt.is_fixed_size_list(each.type)]
    return _numbers([{name: row[name] for name in names} for row in shown])


def _numbers(found: Iterable[Mapping[str, Any]]) -> list[traces.Needle]:
    needles = []
    for row in found:
        for value in row.values():
            if isinstance(value, list) and len(value) >= 8 and all(isinstance(each, float) for each in value):
                needles += traces.of_numbers(value)
    return needles


def _few(faces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return so many of the faces, spread evenly."""
    return [faces[n] for n in sorted({int(n) for n in np.linspace(0, len(faces) - 1, min(_PICTURES, len(faces)))})]


def _pictures(index: Index, asset: str, faces: Sequence[Mapping[str, Any]]) -> list[traces.Needle]:
    """Return parts of the pictures, as they lie in the streams, that cannot stand there without the face."""
    needles = []
    for stream in ("stills", "full_rate"):
        if index.streams.manifest(asset, stream) is None:
            continue
        stills: Stills = index.streams.read(asset, stream)
        places = {int(frame): number for number, frame in enumerate(stills.frames)}
        for face in faces:
            if face["frame"] in places:
                needles += _part_of_jpeg(stills.jpegs[places[face["frame"]]], face)
    if index.streams.manifest(asset, "thumbs") is not None:
        thumbs = index.thumbs(asset).frames
        for face in faces:
            if face["frame"] < len(thumbs):
                needles += _part_of_thumb(np.asarray(thumbs[face["frame"]]), face)
    return needles


def _part_of_jpeg(jpeg: bytes, face: Mapping[str, Any]) -> list[traces.Needle]:
    """Return the bytes of the rows through the middle of a face: a JPEG is coded row by row."""
    picture = np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)
    height = picture.shape[0]
    rows = [int((face["y"] + share * face["h"]) * height) // _MCU * _MCU for share in (0.3, 0.7)]
    begin, end = min(max(rows[0], _MCU), height - _MCU), min(max(rows[1], rows[0] + _MCU), height)
    if not 0 < begin < end:
        return []
    sizes = [len(cv2.imencode(".jpg", picture[:row], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1]) for row in (begin, end)]
    data = jpeg[sizes[0] : sizes[1]][:_LONGEST]
    return [traces.Needle("picture", data)] if len(data) >= 2 * _MCU else []


def _part_of_thumb(thumb: Any, face: Mapping[str, Any]) -> list[traces.Needle]:
    """Return the rows of a thumb that show a face, where it is large enough to be one."""
    high, wide = thumb.shape[:2]
    top, bottom = int((face["y"] + 0.2 * face["h"]) * high), int((face["y"] + 0.8 * face["h"]) * high) + 1
    left, right = int(face["x"] * wide), int((face["x"] + face["w"]) * wide) + 1
    place = thumb[max(0, top) : bottom, max(0, left) : right]
    if min(place.shape[:2]) < 3 or place.std() < 8:
        return []
    return [traces.Needle("picture", thumb[max(0, top) : bottom].tobytes())]


def _has(index: Index, table: str, asset: str) -> bool:
    return index.files.exists(index.results.path(table, asset))
