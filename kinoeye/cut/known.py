"""Known: what is known of a cut before it is rendered, from what is known of the recordings that it is made of.

Every row of a recording that lies in a clip is put where the clip has it: shots, sizes and texts by the picture that is
seen, words, voices, music and sounds by every track that is heard. What lies in handles is in no clip, and so in no
list. A clip at another speed keeps that speed; sound that runs backwards or stands still says nothing, and is noted.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from blake3 import blake3

from kinoeye.cut.known_shots import of_shots, shots_of
from kinoeye.cut.layers import Stretch, heard_tracks, seen
from kinoeye.cut.rows import Row, by_asset
from kinoeye.cut.sources import Sources, Used
from kinoeye.errors import UseError
from kinoeye.export.timeline import Timeline, label, picture
from kinoeye.streams import Stills

_HEARD = ("words", "speech", "speakers", "sounds", "music")
_OF_SHOTS = ("framing", "camera")
_WHOLE = frozenset({"words"})  # half of one is none
_SAME = {"words": ("text",), "sounds": ("kind",), "music": (), "speech": (), "speakers": ()}
_VERSION = re.compile(r" \d{3,}$")
_KEPT = ("lines", "scenes", "characters", "drafts")

StillsOf = Callable[[str], Stills | None]


@dataclass(frozen=True)
class Known:
    """What is known of a cut.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        As those of a production whose one film is the cut.
    asset : str
        By which the tables name it.
    seen : tuple of Used
        What is seen, in running order.
    notes : tuple of str
        What is not known, a sentence each.
    """

    tables: Mapping[str, pa.Table]
    asset: str
    seen: tuple[Used, ...]
    timeline: Timeline
    notes: tuple[str, ...]

    def stills(self, stills: StillsOf) -> StillsOf:
        """Return the stills of the cut, as its recordings have them, by what returns a recording's own."""
        return lambda asset: _stills(self, stills) if asset == self.asset else stills(asset)


def cut_at(cut: str | Path, folder: Path, kept: Path) -> Path:
    """Return the file of a cut: a path, or the name of a version that was kept, or of the newest of that name.

    Parameters
    ----------
    cut : str or Path
    folder : Path
        The production's, in which paths are looked for first.
    kept : Path
        Where versions are kept.

    Raises
    ------
    UseError
        If there is no such cut.
    """
    found = next((each for each in (folder / cut, Path(cut)) if each.is_file()), None)
    if found is not None:
        return found
    versions = sorted(kept.iterdir()) if kept.is_dir() else []
    versions.sort(key=lambda each: each.suffix != ".otio")  # what holds all of it, before what leaves something out
    stems = sorted({each.stem for each in versions}, reverse=True)
    stem = next((each for each in stems if each == str(cut) or _VERSION.sub("", each) == str(cut)), None)
    if stem is None:
        known = ", ".join(sorted(stems)) or "those kept"
        raise UseError(
            f"export: the cut must be a timeline's file or one of {known}, got {cut}",
            remedy="Make one: kinoeye cut DIR --by script",
        )
    return next(each for each in versions if each.stem == stem)


def known_of(timeline: Timeline, path: Path, tables: Mapping[str, pa.Table], folder: Path) -> Known:
    """Gather what is known of a cut.

    Parameters
    ----------
    timeline : Timeline
    path : Path
        Its file.
    tables : mapping of table name to pa.Table
        The production's.
    folder : Path
        The production's.

    Raises
    ------
    UseError
        If nothing in it is a recording of this production.
    """
    sources = Sources(tables["assets"].to_pylist(), folder)
    layers = seen(timeline)
    stretches = layers[0] if layers else []
    pictures = sources.used(stretches)
    sound, notes = _heard(timeline, stretches, sources)
    if not pictures and not any(sound):
        raise UseError(
            f"export: {path.name} must be cut of this production's recordings, got none of them",
            remedy="Name a cut of this folder, and run `kinoeye run` after its recordings were moved",
        )
    asset = blake3(path.read_bytes()).hexdigest(length=16)
    shots, parts = shots_of(timeline, stretches, pictures, tables, asset)
    found = {name: _placed(tables, name, sound, asset) for name in _HEARD if name in tables}
    found |= {"shots": shots, "texts": _placed(tables, "texts", [pictures], asset)}
    found |= {name: of_shots(tables, name, parts, asset) for name in _OF_SHOTS if name in tables}
    found |= _voices(tables, found.get("speakers", []), asset)
    made = {name: pa.Table.from_pylist([_bare(row) for row in rows], schema=tables[name].schema)
            for name, rows in found.items() if name in tables}  # fmt: skip
    made |= {name: tables[name] for name in _KEPT if name in tables}
    made["assets"] = _assets(tables["assets"], timeline, path, folder, asset)
    made |= {"syncs": _pairs(tables, sound, asset)} if "syncs" in tables else {}
    return Known(made, asset, tuple(pictures), timeline, (*sources.notes, *notes))


def _heard(timeline: Timeline, stretches: Sequence[Stretch], sources: Sources) -> tuple[list[list[Used]], list[str]]:
    """Return what is heard, track by track, the same part of a recording once; of a cut without sound its pictures'."""
    tracks, notes = heard_tracks(timeline), []
    if not tracks:
        tracks = [list(stretches)]
        notes.append("The timeline has no sound of its own: what its pictures' files have is taken for it.")
    taken: set[tuple[int, int, str, Any]] = set()
    found: list[list[Used]] = []
    for track in tracks:
        used = [each for each in sources.used(track) if each.row["channels"]]
        fresh = [each for each in used if (each.start, each.end, each.asset, each.source) not in taken]
        taken |= {(each.start, each.end, each.asset, each.source) for each in fresh}
        notes += [
            f"{each.row['path']} runs at {float(each.speed):g} times its speed at "
            f"{label(timeline.start + each.start, timeline.rate, timeline.is_drop_frame)}: no words are listed there."
            for each in fresh
            if each.speed <= 0
        ]
        found.append([each for each in fresh if each.speed > 0])
    return found, list(dict.fromkeys(notes))


def _placed(
    tables: Mapping[str, pa.Table], name: str, tracks: Iterable[Sequence[Used]], asset: str
) -> list[Row]:  # fmt: skip
    """Return the rows of a table where the cut has them; of tracks that have the same at once the first's."""
    if name not in tables:
        return []
    groups = _groups(tables) if name in _HEARD else {}
    rows = by_asset(tables[name])
    found: list[Row] = []
    for track in tracks:
        mine = [row for used in track for row in _within(rows.get(used.asset, ()), used, is_whole=name in _WHOLE)]
        if found:
            mine = [row for row in mine if not _is_there(row, found, _SAME.get(name, ()), groups)]
        found = sorted([*found, *mine], key=lambda row: (row["start"], row["end"]))
    return [row | {"asset": asset} for row in found]


def _within(rows: Sequence[Row], used: Used, *, is_whole: bool) -> Iterator[Row]:
    """Yield the rows that lie in a part of a recording, cut off at its ends and with where they are from."""
    low, high = used.span
    for row in rows:
        inside = min(row["end"], high) - max(row["start"], low)
        if is_whole and 2 * inside <= row["end"] - row["start"]:
            continue
        place = used.placed(row["start"], row["end"])
        if place is not None:
            yield row | {"start": place[0], "end": place[1], "_from": row["asset"]}


def _is_there(row: Row, found: Sequence[Row], same: Sequence[str], groups: Mapping[str, set[str]]) -> bool:
    """Say whether a row is known from another track: the same at once, or what a recorder of the same moment heard."""
    for each in found[: bisect_right([one["start"] for one in found], row["end"])]:
        common = min(each["end"], row["end"]) - max(each["start"], row["start"])
        if 2 * common > row["end"] - row["start"] and (
            groups.get(each["_from"], set()) & groups.get(row["_from"], set())
            or all(each[name] == row[name] for name in same)
        ):
            return True
    return False


def _groups(tables: Mapping[str, pa.Table]) -> dict[str, set[str]]:
    """Return the groups of synced files that each file is in."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in tables["syncs"].to_pylist() if "syncs" in tables else ():
        for asset in (row["asset"], row["other"]):
            groups[asset].add(str(row["group"]))
    return groups


def _bare(row: Row) -> Row:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _voices(tables: Mapping[str, pa.Table], turns: Sequence[Row], asset: str) -> dict[str, list[Row]]:
    """Number the voices of all recordings anew, with their names."""
    numbers: dict[tuple[str, int], int] = {}
    told = [row | {"speaker": numbers.setdefault((row["_from"], row["speaker"]), len(numbers))} for row in turns]
    names = tables["speaker_names"].to_pylist() if "speaker_names" in tables else []
    named = [
        row | {"asset": asset, "speaker": numbers[row["asset"], row["speaker"]]}
        for row in names
        if (row["asset"], row["speaker"]) in numbers
    ]
    return {"speakers": told, "speaker_names": named}


def _assets(assets: pa.Table, timeline: Timeline, path: Path, folder: Path, asset: str) -> pa.Table:
    """Return the production's files and the cut as a film among them."""
    where = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    told = {
        "asset": asset, "path": where, "paths": [where], "kind": "video", "start": 0, "end": timeline.duration,
        "pictures": picture(timeline.duration, timeline.rate), "rate_num": timeline.rate.numerator,
        "rate_den": timeline.rate.denominator, "is_variable_rate": False, "is_drop_frame": timeline.is_drop_frame,
        "timecode": label(timeline.start, timeline.rate, timeline.is_drop_frame), "tags": [],
        "width": timeline.width or None, "height": timeline.height or None,
    }  # fmt: skip
    others = [row for row in assets.to_pylist() if row["asset"] != asset]
    row = {name: told.get(name) for name in assets.schema.names}
    return pa.Table.from_pylist([*others, row], schema=pa.schema([each.with_nullable(True) for each in assets.schema]))


def _pairs(tables: Mapping[str, pa.Table], tracks: Iterable[Sequence[Used]], asset: str) -> pa.Table:
    """Return where sounds of the production lie in the cut, as pairs of files that hear the same moment."""
    schema = pa.schema([each.with_nullable(True) for each in tables["syncs"].schema])
    rows = [
        {"asset": asset, "other": used.asset, "start": used.start, "end": used.end, "offset": used.span[0] - used.start}
        for track in tracks
        for used in track
        if used.row["kind"] == "sound"
    ]
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def _stills(known: Known, stills: StillsOf) -> Stills | None:
    """Return the stills of all recordings that are seen, each where it is seen."""
    rate = known.timeline.rate
    found: list[tuple[int, bytes]] = []
    for used in known.seen:
        own = stills(used.asset)
        if own is None:
            continue
        nearest = int(np.abs(np.asarray(own.times) - float(used.source)).argmin()) if used.speed == 0 else -1
        for number in range(len(own)):
            time = used.start if number == nearest else used.moment(int(own.times[number]))
            if time is not None:
                found.append((time, own.jpegs[number]))
    found.sort(key=lambda each: each[0])
    times = np.array([time for time, _ in found], np.int64)
    frames = np.array([picture(int(time), rate) for time in times], np.int64)
    return Stills([jpeg for _, jpeg in found], frames, times) if found else None
