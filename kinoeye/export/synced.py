"""Synced: one timeline for each group of files that heard the same moment, each file at its place.

The timeline runs by the clock of the group's reference. Pictures begin on whole pictures, half a picture away at most;
sound begins exactly, to the sample, since its source does. A file whose clock runs away by more than a quarter of a
picture along its clip gets a speed that holds it; below that its middle is right and its ends are within an eighth.

Files of one camera or recorder lie on one track, named after it, as long as none of them ran at the same time.

Final Cut Pro gets a group as a multicam clip (`kinoeye.export.fcpxml_multicam`); all others get the tracks, one over
the other. So does Final Cut Pro 7 XML, though it has a multiclip: an angle of that is one clip, all of one codec, size
and rate, tied together at one moment. A camera that stopped and went on, or whose drift is held by a speed, has no
place in it; tracks hold all of this.
"""

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export.build import conformed_rate, own_timecode, sound_media_of
from kinoeye.export.timeline import Clip, Gap, Item, Kind, Media, Timeline, Track, picture
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode, frame_to_flicks

_SEEN = {"video", "sequence"}
_DRIFT = Fraction(1, 4)  # of a picture along a clip is the most that is left as it is
_SHOWN = 0.005  # of a picture is the least that is said
_MILLION = 1_000_000
_NAMED = ("camera_name", "camera", "com.apple.quicktime.camera.identifier", "com.apple.quicktime.model", "model")
_ROLL = re.compile(r"([A-Z])\d{3}(?=[ _]|[A-Z]\d{3})")  # A001_C003, A001C003: camera A, its first roll


@dataclass(frozen=True)
class _Clock:
    """A file's clock by the reference's: `other` at `time`, from then on `1 + drift` as fast, flicks."""

    time: int
    other: int
    drift: Fraction = Fraction(0)

    def at(self, time: Fraction) -> Fraction:
        """Return what a moment of the reference is in the file."""
        return self.other + (time - self.time) * (1 + self.drift)

    def back(self, other: Fraction) -> Fraction:
        """Return what a moment of the file is in the reference."""
        return self.time + (other - self.other) / (1 + self.drift)


@dataclass(frozen=True)
class _Piece:
    """A part of a file, on the file's own clock, and how that runs beside the reference's."""

    clock: _Clock
    start: Fraction
    end: Fraction


@dataclass(frozen=True)
class _Placed:
    """From which picture of the timeline to which a piece lies, where its source begins, and its clip."""

    first: int
    last: int
    source: Fraction
    is_held: bool
    clip: Clip | None = None
    device: tuple[str, bool] = ("", False)  # its name, and whether it is a camera


def timelines(
    tables: Mapping[str, pa.Table],
    *,
    folder: Path | None = None,
    assets: Collection[str] | None = None,
    record_start: str = "01:00:00:00",
) -> list[Timeline]:
    """Return one timeline for each group of files that heard the same moment, in order of the reference's path.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets` and `syncs`.
    folder : Path or None
        The production's folder, in front of the paths; None leaves them relative.
    assets : collection of str or None
        Only these.
    record_start : HH:MM:SS:FF
        Time code of the first picture of each timeline.

    Raises
    ------
    UseError
        If no two files are known to have heard the same moment, or `record_start` is no time code.
    """
    rows = {row["asset"]: row for row in (tables["assets"].to_pylist() if "assets" in tables else [])}
    pairs = [
        pair
        for pair in (tables["syncs"].to_pylist() if "syncs" in tables else [])
        if all(pair[each] in rows and (assets is None or pair[each] in assets) for each in ("asset", "other"))
    ]
    groups: dict[str, list[dict[str, Any]]] = {}
    for pair in pairs:
        groups.setdefault(pair["group"], []).append(pair)
    made = [_timeline(rows, group, folder, record_start) for group in groups.values()]
    if not made:
        raise UseError(
            "sync: must have at least two files that heard the same moment, got none",
            remedy="Run `kinoeye run` first; a recording that shares no sound with another cannot be placed",
        )
    return sorted(made, key=lambda timeline: timeline.name)


def placed(pairs: Sequence[Mapping[str, Any]], rows: Mapping[str, Mapping[str, Any]]) -> dict[str, list[_Piece]]:
    """Return the pieces of each file of a group, by the reference's clock: over the surest pairs."""
    reference = str(pairs[0]["reference"])
    if all(reference not in (pair["asset"], pair["other"]) for pair in pairs):
        reference = str(pairs[0]["asset"])  # it is not in the production any more
    whole = rows[reference]
    found = {reference: [_Piece(_Clock(0, 0), Fraction(whole["start"]), Fraction(whole["end"]))]}
    ways: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for pair in pairs:
        ways.setdefault((pair["asset"], pair["other"]), []).append(pair)
    while True:
        open_ = [
            (max(float(pair["score"]) for pair in ways[way]), way)
            for way in ways
            if (way[0] in found) != (way[1] in found)
        ]
        if not open_:
            return found
        _, (one, other) = max(open_)
        known, new = (one, other) if one in found else (other, one)
        stretches = sorted(ways[one, other], key=lambda pair: int(pair["start"]))
        found[new] = _pieces(stretches, found[known][0].clock, rows[new], is_turned=known == other)


def _pieces(
    stretches: Sequence[Mapping[str, Any]], known: _Clock, row: Mapping[str, Any], *, is_turned: bool
) -> list[_Piece]:
    clocks, edges = [], []
    for pair in stretches:
        drift = Fraction(round(pair["drift_ppm"] * 1000), 1000 * _MILLION)
        here = _Clock(int(pair["start"]), int(pair["start"] + pair["offset"]), drift)
        if is_turned:
            here = _Clock(here.other, here.time, 1 / (1 + here.drift) - 1)
        # The pair's clock counts from the known file; that one's from the reference.
        time = known.back(Fraction(here.time))
        clocks.append(_Clock(round(time), here.other, (1 + here.drift) * (1 + known.drift) - 1))
        inner = Fraction(pair["start"] if is_turned else pair["start"] + pair["offset"])
        edges.append(inner)
    bounds = [Fraction(row["start"]), *edges[1:], Fraction(row["end"])]
    return [_Piece(clock, bounds[n], bounds[n + 1]) for n, clock in enumerate(clocks) if bounds[n + 1] > bounds[n]]


def _timeline(
    rows: Mapping[str, Mapping[str, Any]], pairs: Sequence[Mapping[str, Any]], folder: Path | None, begin: str
) -> Timeline:
    pieces = placed(pairs, rows)
    reference = next(iter(pieces))
    seen = {asset for asset in pieces if rows[asset]["kind"] in _SEEN}
    rate, _ = conformed_rate(rows[reference if reference in seen or not seen else min(seen)])
    earliest = min(piece.clock.back(piece.start) for each in pieces.values() for piece in each)
    zero = rows[reference]["start"] - math.ceil((rows[reference]["start"] - earliest) * rate / FLICKS_PER_SECOND) / (
        rate / FLICKS_PER_SECOND
    )  # so that the reference's own pictures need not be moved
    sounds = {str(pair["sound"]) for pair in pairs if pair["sound"]}
    video: list[list[_Placed]] = []
    audio: list[list[_Placed]] = []
    notes: list[str] = []
    for asset in sorted(pieces, key=lambda each: (each in seen, str(rows[each]["path"]))):
        row, media = rows[asset], _media(rows[asset], rate, folder, notes)
        for piece in pieces[asset]:
            lies = replace(_laid(piece, zero, rate), device=(_device(row), asset in seen))
            rest = ""
            if asset in seen:
                clip = _clip(media, row, piece, lies, rate)
                rest = _rest(clip, lies.source - row["start"], rate)
                _add(video, replace(lies, clip=clip))
            if asset not in seen or media.has_sound:
                is_off = bool(sounds) and asset not in sounds
                _add(audio, replace(lies, clip=_clip(media, row, piece, lies, rate, is_sound=True, is_off=is_off)))
            if asset != reference:
                notes.append(_note(media.name, piece, lies, rate) + rest)
    first = Timecode.parse(begin, rate)
    return Timeline(
        name=PurePosixPath(rows[reference]["path"]).stem,
        rate=rate,
        tracks=(*(_track("video", each, rate) for each in video), *(_track("audio", each, rate) for each in audio)),
        start=first.flicks(),
        is_drop_frame=first.is_drop_frame,
        notes=tuple(notes),
        width=rows[reference].get("width") or 0,
        height=rows[reference].get("height") or 0,
    )


def _laid(piece: _Piece, zero: Fraction, rate: Fraction) -> _Placed:
    """Return the whole pictures of the timeline that a piece fills, and whether its drift must be held by a speed."""
    one = FLICKS_PER_SECOND / rate
    first = -int(-(piece.clock.back(piece.start) - zero) // one)
    last = max(first, int((piece.clock.back(piece.end) - zero) // one))
    while True:
        begin, length = zero + first * one, (last - first) * one
        is_held = abs(piece.clock.drift) * length > _DRIFT * one
        source = piece.clock.at(begin) if is_held else piece.clock.at(begin + length / 2) - length / 2
        end = source + length * (1 + piece.clock.drift if is_held else 1)
        if last <= first or (source >= piece.start and end <= piece.end):
            return _Placed(first, last, source, is_held)
        # Where the middle is right, an end may lie outside the file by an eighth of a picture.
        first, last = first + (source < piece.start), last - (end > piece.end)


def _clip(
    media: Media,
    row: Mapping[str, Any],
    piece: _Piece,
    lies: _Placed,
    rate: Fraction,
    *,
    is_sound: bool = False,
    is_off: bool = False,
) -> Clip:
    start, counted = lies.source - row["start"], None
    length = frame_to_flicks(lies.last, rate) - frame_to_flicks(lies.first, rate)
    if not is_sound:
        own = media.rate or rate
        number = picture(round(start), own)
        if media.duration is not None and frame_to_flicks(number, own) + length > media.duration:
            number = max(0, number - 1)  # the nearest picture is so near the end that the last would be missing
        start, counted = Fraction(frame_to_flicks(number, own)), own if own != rate else None
    elif row.get("sound_rate_hz"):
        counted = Fraction(row["sound_rate_hz"])
        start = round(start * counted / FLICKS_PER_SECOND) * FLICKS_PER_SECOND / counted
    return Clip(
        name=media.name,
        start=media.start + round(start),
        duration=length,
        media=media,
        rate=counted,
        speed=1 + piece.clock.drift if lies.is_held else Fraction(1),
        is_enabled=not is_off,
    )


def _add(tracks: list[list[_Placed]], new: _Placed) -> None:
    """Put a clip on the first track of its camera that is free there: files of one moment lie on several."""
    if new.last <= new.first:
        return
    for track in tracks:
        if track[0].device == new.device and all(new.last <= each.first or each.last <= new.first for each in track):
            track.append(new)
            return
    tracks.append([new])


def _track(kind: Kind, clips: Sequence[_Placed], rate: Fraction) -> Track:
    items: list[Item] = []
    at = 0
    for each in sorted(clips, key=lambda each: each.first):
        if each.first > at:
            items.append(Gap(frame_to_flicks(each.first, rate) - frame_to_flicks(at, rate)))
        assert each.clip is not None
        items.append(each.clip)
        at = each.last
    names = dict.fromkeys(PurePosixPath(item.name).stem for item in items if isinstance(item, Clip))
    return Track(kind, tuple(items), clips[0].device[0] or ", ".join(names))


def _device(row: Mapping[str, Any]) -> str:
    """Return the camera's name, by what its file says of itself, else by how cameras name files; empty if unknown."""
    said = {str(key).lower(): str(value).strip() for key, value in row.get("tags") or []}
    roll = _ROLL.match(PurePosixPath(row["path"]).stem)
    return next((said[key] for key in _NAMED if said.get(key)), roll[1] if roll else "")


def _rest(clip: Clip, exact: Fraction, rate: Fraction) -> str:
    """Return how far the pictures lie from their moment, since they can only begin with a whole one."""
    media = clip.media
    late = exact - (clip.start - (media.start if media is not None else 0))
    pictures = float(late * rate / FLICKS_PER_SECOND)
    if abs(pictures) < _SHOWN:
        return ""
    return f" Its pictures are {abs(pictures):.2f} of one {'late' if pictures > 0 else 'early'}."


def _note(name: str, piece: _Piece, lies: _Placed, rate: Fraction) -> str:
    drift = float(piece.clock.drift)
    pictures = abs(drift) * (lies.last - lies.first)
    held = "held by a speed" if lies.is_held else "left as it is"
    return f"{name}: its clock runs {drift * 1e6:+.1f} ppm, {pictures:.2f} pictures at {float(rate):.6g} fps; {held}."


def _media(row: Mapping[str, Any], rate: Fraction, folder: Path | None, notes: list[str]) -> Media:
    """Return a file as a media, with its own time code; a broadcast wave's is counted in samples."""
    media = sound_media_of(row, folder)
    if row["kind"] not in _SEEN:
        return media
    own, _ = conformed_rate(row)
    code, why = own_timecode(row, own)
    if why:
        notes.append(f"{media.name}: its own time code is left out: {why}.")
    length = frame_to_flicks(picture(row["end"] - row["start"], own), own)
    return replace(
        media, rate=own, start=code.flicks(), duration=length, is_drop_frame=code.is_drop_frame,
        width=row.get("width") or 0, height=row.get("height") or 0,
    )  # fmt: skip
