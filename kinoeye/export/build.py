"""Build: one timeline for each film, its shots as clips against the film's own file.

A gradual transition's boundary is its middle, so the clips around it overlap by the same length before and behind. A
fade is built as a dissolve named after it: both sides play the same pictures of the same file there, so the film looks
as it is; a second dip to black would darken it twice.

A film of variable rate is conformed by media time: each boundary goes to the nearest picture of a constant rate, never
more than half a picture away, and no error adds up. The timeline's notes say so.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export.tags import Tag, rows_of, tags
from kinoeye.export.timeline import Clip, Item, Marker, Media, Timeline, Track, Transition, picture
from kinoeye.export.words import words
from kinoeye.timecode import STANDARD_RATES, Timecode, frame_to_flicks, from_seconds, standard_rate

COLOURS = {"start": "green", "cut": "blue", "dissolve": "purple", "fade": "red", "wipe": "orange"}
SLOWEST = Fraction(1)  # below one picture a second there is no time code; such films are conformed
FASTEST = Fraction(60)  # what every editing system has a timeline for, when the rate is ours to choose


def timelines(
    tables: Mapping[str, pa.Table],
    *,
    folder: Path | None = None,
    assets: Collection[str] | None = None,
    record_start: str = "01:00:00:00",
) -> list[Timeline]:
    """Return one timeline for each film that has shots, in order of its path.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets` and `shots`; `camera`, `quality`, `colours`, `texts` go into the markers where they are there.
    folder : Path or None
        The production's folder, in front of the paths; None leaves them relative.
    assets : collection of str or None
        Only these.
    record_start : HH:MM:SS:FF
        Time code of the first picture of each timeline.

    Raises
    ------
    UseError
        If there is no film with shots, or `record_start` is no time code.
    """
    made = []
    for row in sorted(tables["assets"].to_pylist() if "assets" in tables else [], key=lambda row: str(row["path"])):
        if row["kind"] in {"video", "sequence"} and (assets is None or row["asset"] in assets):
            shots = sorted(rows_of(tables, "shots", row["asset"]), key=lambda shot: int(shot["shot"]))
            if shots:
                made.append(_timeline(row, shots, tags(tables, row["asset"]), folder, record_start))
    if not made:
        raise UseError("export: must have at least one film with shots, got none", remedy="Run `kinoeye run` first")
    return made


def conformed_rate(row: Mapping[str, Any]) -> tuple[Fraction, bool]:
    """Return a film's timeline rate, and whether the film had to be conformed to it.

    Examples
    --------
    >>> conformed_rate({"rate_num": 2997, "rate_den": 100, "is_variable_rate": False})
    (Fraction(30000, 1001), False)
    """
    number, below = row.get("rate_num") or 0, row.get("rate_den") or 0
    rate = standard_rate(Fraction(number, below)) if number and below else Fraction(0)
    if rate >= SLOWEST and not row.get("is_variable_rate"):
        return rate, False
    choices = [standard for standard in STANDARD_RATES if standard <= FASTEST]
    return (min(choices, key=lambda choice: abs(choice - rate)) if rate > 0 else Fraction(24)), True


def own_timecode(row: Mapping[str, Any], rate: Fraction) -> tuple[Timecode, str]:
    """Return the time code of a film's first picture, or 00:00:00:00 and why its own cannot be."""
    text = row.get("timecode") or ""
    try:
        return (Timecode.parse(text, rate) if text else Timecode(0, rate)), ""
    except UseError as error:
        return Timecode(0, rate), error.message


def _timeline(
    row: Mapping[str, Any], shots: list[dict[str, Any]], tagged: dict[int, list[Tag]], folder: Path | None, begin: str
) -> Timeline:
    rate, is_conformed = conformed_rate(row)
    notes = []
    if is_conformed:
        notes.append(
            f"Variable picture rate: boundaries are conformed by media time to {float(rate):.6g} pictures a second."
        )
    media = media_of(row, rate, folder, notes)
    spans = _spans(shots, row, rate, is_conformed)
    items: list[Item] = []
    for (first, last, half, shot), before in zip(spans, [None, *spans], strict=False):
        if half and before is not None:
            items.append(_transition(shot["transition"], half, rate))
        clip = _clip(media, shot, tagged.get(shot["shot"], []), first, last, rate)
        items.append(clip)
    tracks = [Track("video", tuple(items), "Shots")]
    if media.has_sound:
        whole = spans[-1][1] - spans[0][0]
        offset = frame_to_flicks(spans[0][0], rate)
        tracks.append(
            Track("audio", (Clip(media.name, media.start + offset, frame_to_flicks(whole, rate), media),), "Sound")
        )
    start = record_start_of(begin, rate, media.is_drop_frame)
    return Timeline(
        name=PurePosixPath(row["path"]).stem,
        rate=rate,
        tracks=tuple(tracks),
        start=start.flicks(),
        is_drop_frame=start.is_drop_frame,
        notes=tuple(notes),
        width=row.get("width") or 0,
        height=row.get("height") or 0,
    )


def record_start_of(text: str, rate: Fraction, is_drop_frame: bool) -> Timecode:
    """Return the time code of a timeline's first picture; drop frame where the film's is and the rate has it."""
    clock, mark, frames = text[:8], text[8:9], text[9:]
    drops = (is_drop_frame or mark in {";", ","}) and (rate * 1001 / 30_000).denominator == 1
    return Timecode.parse(f"{clock}{';' if drops and mark else mark}{frames}", rate)


def media_of(row: Mapping[str, Any], rate: Fraction, folder: Path | None, notes: list[str]) -> Media:
    """Return the film's own file as a media, its time code as far as it is one at this rate."""
    code, why = own_timecode(row, rate)
    if why:
        notes.append(f"The film's own time code is left out: {why}.")
    length = frame_to_flicks(picture((row["end"] or 0) - (row["start"] or 0), rate), rate)
    tape = dict(row.get("tags") or []).get("reel_name", "")
    return Media(
        name=PurePosixPath(row["path"]).name,
        path=str(folder / row["path"]) if folder is not None else str(row["path"]),
        reel=tape,
        rate=rate,
        start=code.flicks(),
        duration=length,
        is_drop_frame=code.is_drop_frame,
        width=row.get("width") or 0,
        height=row.get("height") or 0,
        has_sound=bool(row.get("channels")),
    )


def sound_media_of(row: Mapping[str, Any], folder: Path | None) -> Media:
    """Return a sound's own file as a media; a broadcast wave's time code is counted in samples."""
    count = str(dict(row.get("tags") or []).get("time_reference", ""))
    rate = Fraction(row["sound_rate_hz"]) if row.get("sound_rate_hz") else None
    return Media(
        name=PurePosixPath(row["path"]).name,
        path=str(folder / row["path"]) if folder is not None else str(row["path"]),
        reel=dict(row.get("tags") or []).get("reel_name", ""),
        rate=rate,
        start=from_seconds(Fraction(int(count)) / rate) if rate and count.isdecimal() else 0,
        duration=row["end"] - row["start"],
        has_sound=bool(row.get("channels")),
    )


def _spans(
    shots: list[dict[str, Any]], row: Mapping[str, Any], rate: Fraction, is_conformed: bool
) -> list[tuple[int, int, int, dict[str, Any]]]:
    """Return first picture, the one past the last and half the transition into it, for every shot.

    Halves leave each shot on both sides a clean picture, so no two transitions meet and no shot vanishes in one.
    """
    zero = row["start"] or 0
    found: list[tuple[int, int, int, dict[str, Any]]] = []
    free = 0
    for shot in shots:
        if is_conformed:
            first, last = picture(shot["start"] - zero, rate), picture(shot["end"] - zero, rate)
        else:
            first, last = shot["first_frame"], shot["end_frame"]
        if last <= first:
            continue
        half = 0
        if shot["transition"] not in {"start", "cut"}:
            half = max(0, min(picture(shot["start"] - shot["transition_start"], rate), free - 1, last - first - 1))
        found.append((first, last, half, shot))
        free = last - first - half
    return found


def _transition(kind: str, half: int, rate: Fraction) -> Transition:
    length = frame_to_flicks(half, rate)
    if kind == "fade":
        return Transition("dissolve", length, length, "Cross Dissolve (fade)")
    return Transition("wipe" if kind == "wipe" else "dissolve", length, length)


def _clip(media: Media, shot: dict[str, Any], tagged: list[Tag], first: int, last: int, rate: Fraction) -> Clip:
    english = words("en")
    start = media.start + frame_to_flicks(first, rate)
    said = [english.transition(shot["transition"]), *(english.tag(tag) for tag in tagged)]
    marker = Marker(start, f"Shot {shot['shot']:03d}", ", ".join(said), COLOURS.get(shot["transition"], "blue"))
    clip = Clip(media.name, start, frame_to_flicks(last, rate) - frame_to_flicks(first, rate), media)
    return replace(clip, markers=(marker,))
