"""Formats: the list of all that can be exported, and the one function that writes it.

Files are written beside their place, synced and renamed, so that nothing is ever half there.
"""

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal

import pyarrow as pa

from kinoeye.errors import DocumentError, StoreError, UseError
from kinoeye.export import (
    aaf,
    aaf_write,
    breakdown,
    breakdown_page,
    consistency,
    contact,
    dialogue,
    edl,
    edl_read,
    fcp7,
    fcp7_read,
    fcpxml,
    fcpxml_read,
    lined,
    lists,
    markers,
    otio,
    people,
    report,
    sound_sheet,
    synced,
)  # fmt: skip
from kinoeye.export.build import timelines
from kinoeye.export.timeline import Timeline
from kinoeye.store.files import UNFINISHED, unique
from kinoeye.streams import Sound, Stills

LONGEST_NAME = 120  # bytes; file systems take 255, and a part name and an extension are added
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}

StillsOf = Callable[[str], Stills | None]
SoundOf = Callable[[str], Sound | None]
Place = Callable[[Path, Path], object]
Put = Callable[[Path, bytes], Path]


@dataclass(frozen=True)
class Format:
    """One way to export.

    Parameters
    ----------
    name : str
        As the command line names it.
    extension : str
    scope : film, group or production
        One file a film, one a group of synced files, or one for all.
    write : callable
        Timeline to bytes, for a film; tables, stills, language and title to bytes, for a production.
    read : callable or None
        Bytes to timelines.
    keeps, loses : str
        In words.
    """

    name: str
    extension: str
    scope: Literal["film", "group", "production"]
    write: Callable[..., bytes]
    read: Callable[[bytes], list[Timeline]] | None
    keeps: str
    loses: str


FORMATS = (
    Format(
        "otio", "otio", "film", otio.write, otio.read,
        "everything: clips, gaps, nests, transitions, markers, speeds, media, rates exactly, notes",
        "nothing of a shot list",
    ),
    Format(
        "edl", "edl", "film", edl.write, edl_read.read,
        "cuts, dissolves, wipes, speeds, markers, drop frame, file names; rate and cut point in comments",
        "further video tracks and nests (refused), picture size",
    ),
    Format(
        "fcpxml", "fcpxml", "film", fcpxml.write, fcpxml_read.read,
        "clips, gaps, compound clips, transitions, markers, speeds, drop frame, exact fractions", "a marker's colour",
    ),
    Format(
        "xml", "xml", "film", fcp7.write, fcp7_read.read,
        "clips, gaps, nests, transitions, markers, speeds, drop frame, reels, time base with ntsc flag",
        "a marker's colour; rates that are neither whole nor slowed by 1000/1001 (refused)",
    ),
    Format(
        "aaf", "aaf", "film", aaf_write.write, aaf.read,
        "clips, gaps, nests, transitions, speeds, drop frame, time code of the media",
        "markers, a transition's name; generators (refused)",
    ),
    Format(
        "sync", "sync.otio", "group", otio.write, None,
        "pictures and separate sound that heard the same moment, each at its place; drift as a speed and in the notes",
        "shots, tags",
    ),
    Format(
        "resolve-markers", "markers.edl", "film", markers.resolve_edl, None, "markers with name, note, colour", "clips",
    ),
    Format(
        "premiere-markers", "markers.csv", "film", markers.premiere_csv, None,
        "markers with name and note", "clips, colours",
    ),
    Format("avid-markers", "markers.txt", "film", markers.avid_text, None, "markers with name, note, colour", "clips"),
    Format(
        "chapters", "ffmetadata", "film", markers.chapters_ffmetadata, None,
        "a chapter a shot, exact", "transitions, tags",
    ),
    Format(
        "chapters-vtt", "chapters.vtt", "film", markers.chapters_webvtt, None,
        "a chapter a shot, to the thousandth of a second", "transitions, tags",
    ),
    Format(
        "contact-sheet", "png", "film", contact.contact_sheet, None, "a still a shot with number and time", "all else",
    ),
    Format(
        "sound", "sound.png", "film", sound_sheet.sound_sheet, None,
        "wave, speech, faults, spectrogram and loudness, to look at", "all else",
    ),
    Format(
        "people", "png", "production", people.people_sheet, None,
        "a face a person with name and screen time", "all else",
    ),
    Format("people-graph", "png", "production", people.people_graph, None, "who appears with whom", "all else"),
    Format("csv", "csv", "production", lists.shots_csv, None, "a row a shot, safe for spreadsheets", "stills"),
    Format(
        "dialogue-list", "csv", "production", dialogue.dialogue_list, None,
        "a row a line, with who says it", "all else",
    ),
    Format(
        "continuity", "csv", "production", dialogue.continuity, None,
        "a row a shot, line, text on the screen and piece of music, as they begin", "stills",
    ),
    Format(
        "music-cues", "csv", "production", dialogue.music_cues, None,
        "a row a piece of music; title, composer and publisher to be filled in", "all else",
    ),
    Format("json", "json", "production", lists.shots_json, None, "films with their shots", "stills"),
    Format("breakdown", "html", "production", breakdown_page.page, None, "what scenes need, to print", "place in text"),
    Format(
        "breakdown-csv", "csv", "production", breakdown.breakdown_csv, None,
        "a row an element of a scene, safe for spreadsheets", "measures of dialogue",
    ),
    Format("strips", "csv", "production", breakdown.strips_csv, None, "a row a scene, for kinoeye schedule", "scores"),
    Format("breakdown-json", "json", "production", breakdown.breakdown_json, None, "all of the breakdown", "drawings"),
    Format("notes", "html", "production", consistency.page, None, "what does not agree in a screenplay", "all else"),
    Format("notes-csv", "csv", "production", consistency.notes_csv, None, "a row a note, for spreadsheets", "all else"),
    Format("notes-json", "json", "production", consistency.notes_json, None, "the notes with their places", "all else"),
    Format(
        "lined-script", "html", "production", lined.lined_script, None,
        "every line of the screenplay with a stroke for each take that goes through it, to look at", "all else",
    ),
    Format("html", "html", "production", report.report, None, "all that is known, to look at", "exact flicks"),
)  # fmt: skip

# File names of formats that are not called as they are.
NAMES = {"csv": "shots", "json": "shots", "html": "report", "breakdown-csv": "breakdown", "notes": "script notes",
         "breakdown-json": "breakdown", "notes-csv": "script notes", "notes-json": "script notes",
         "lined-script": "lined script", "dialogue-list": "dialogue list", "music-cues": "music cues"}  # fmt: skip


def format_named(name: str) -> Format:
    """Return a format by its name.

    Raises
    ------
    UseError
        If there is none.
    """
    for each in FORMATS:
        if each.name == name:
            return each
    raise UseError(f"export: the format must be one of {', '.join(f.name for f in FORMATS)}, got {name!r}")


def write(
    name: str,
    tables: Mapping[str, pa.Table],
    stills: StillsOf,
    out: Path,
    *,
    folder: Path | None = None,
    title: str = "",
    language: str = "en",
    assets: Collection[str] | None = None,
    record_start: str = "01:00:00:00",
    replaces: bool = True,
    sounds: SoundOf = lambda _: None,
    place: Place = Path.replace,
) -> list[Path]:
    """Write a format into a folder; return the files.

    Parameters
    ----------
    name : str
        Of FORMATS.
    tables : mapping of table name to pa.Table
        With `asset` in front, as stored.
    stills : callable
        Asset to its Stills, or None where there are none.
    out : Path
        Made if it is missing; nothing is written outside.
    folder : Path or None
        The production's folder, in front of the paths that timelines name.
    assets : collection of str or None
        Only these films.
    replaces : bool
        Whether a file of the same name gives way; False for a folder that is not the production's own out/.
    sounds : callable
        Asset to its Sound, or None where there is none.
    place : callable
        Takes a file that is whole and where it belongs, and brings it there.

    Raises
    ------
    UseError
        If there is no such format, nothing to export, or a file is there that must not be replaced.
    StoreError
        If a file cannot be written.
    """
    chosen = format_named(name)
    put: Put = partial(_put, replaces=replaces, place=place)
    if assets is not None:
        tables = {key: _only(table, assets) for key, table in tables.items()}
    if chosen.scope == "production":
        return [
            put(out / f"{NAMES.get(name, name)}.{chosen.extension}", _whole(chosen, tables, stills, title, language))
        ]
    if name == "contact-sheet":
        return _sheets(chosen, tables, stills, out, put)
    if name == "sound":
        return _sounds(chosen, tables, sounds, out, put)
    build = synced.timelines if chosen.scope == "group" else timelines
    return write_timelines(chosen, build(tables, folder=folder, record_start=record_start), out, put)


def write_timelines(chosen: Format, made: Sequence[Timeline], out: Path, put: Put) -> list[Path]:
    """Write timelines under their names."""
    stems = safe_names([timeline.name for timeline in made])
    paths = [out / f"{stem}.{chosen.extension}" for stem in stems]
    return [put(path, chosen.write(timeline)) for path, timeline in zip(paths, made, strict=True)]


def write_version(names: Sequence[str], timeline: Timeline, out: Path, place: Place) -> list[Path]:
    """Write a timeline as its next version, NAME 001, NAME 002, once in each format; none is ever replaced.

    Raises
    ------
    UseError
        If there is no such format, or it holds no timeline.
    StoreError
        If a file cannot be written.
    """
    chosen = [format_named(name) for name in dict.fromkeys(names)]
    for each in chosen:
        if each.read is None:
            kinds = ", ".join(one.name for one in FORMATS if one.read is not None)
            raise UseError(f"cut: the format must be one of {kinds}, got {each.name!r}")
    documents = [each.write(timeline) for each in chosen]
    stem, number = safe_names([timeline.name])[0], 1
    while out.is_dir() and any(each.name.startswith(f"{stem} {number:03d}.") for each in out.iterdir()):
        number += 1
    paths = [out / f"{stem} {number:03d}.{each.extension}" for each in chosen]
    return [_put(path, document, replaces=False, place=place) for path, document in zip(paths, documents, strict=True)]


def read(path: Path, *, rate: Fraction | None = None) -> list[Timeline]:
    """Read the timelines of a file by its extension and, for .xml, its root.

    Parameters
    ----------
    rate : Fraction or None
        For an EDL, which does not say its own.

    Raises
    ------
    UseError
        If no format reads such a file.
    DocumentError
        If the file is not what its extension says, or cannot be read.
    """
    extension = path.suffix.lower().removeprefix(".")
    found = next((each for each in FORMATS if each.extension == extension and each.read is not None), None)
    if found is None or found.read is None:
        known = ", ".join(f".{each.extension}" for each in FORMATS if each.read is not None)
        raise UseError(f"export: a timeline must be one of {known}, got {path.name}")
    try:
        document = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path.name}: must be readable, got {error.strerror}") from error
    if found.name == "edl":
        return edl_read.read(document, rate=rate)
    return found.read(document)


def safe_names(names: Collection[str]) -> list[str]:
    """Return file names without what any file system refuses, each different from the others.

    Examples
    --------
    >>> safe_names(["a/b: c", "a/b: c", "", "con"])
    ['a_b_ c', 'a_b_ c (2)', 'film', 'con_']
    """
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        plain = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f]+', "_", name).strip(" .")
        plain = plain.encode(errors="replace")[:LONGEST_NAME].decode(errors="ignore").strip(" .") or "film"
        if plain.lower() in RESERVED:
            plain += "_"
        number, unique = 1, plain
        while unique.casefold() in taken:
            number += 1
            unique = f"{plain} ({number})"
        taken.add(unique.casefold())
        found.append(unique)
    return found


def _only(table: pa.Table, assets: Collection[str]) -> pa.Table:
    if "asset" not in table.schema.names:
        return table
    return table.filter(pa.compute.is_in(table["asset"], pa.array(list(assets), pa.string())))


def _whole(chosen: Format, tables: Mapping[str, pa.Table], stills: StillsOf, title: str, language: str) -> bytes:
    if chosen.name == "lined-script":
        return chosen.write(tables, title=title, language=language)
    if chosen.extension == "html":
        return chosen.write(tables, stills, title=title, language=language)
    return chosen.write(tables, stills) if chosen.extension == "png" else chosen.write(tables)


def _sheets(chosen: Format, tables: Mapping[str, pa.Table], stills: StillsOf, out: Path, put: Put) -> list[Path]:
    films = [row for row in tables["assets"].to_pylist() if contact.shots_of(tables, row["asset"])]
    if not films:
        raise UseError("export: must have at least one film with shots, got none", remedy="Run `kinoeye run` first")
    films.sort(key=lambda row: str(row["path"]))
    stems = safe_names([PurePosixPath(row["path"]).stem for row in films])
    return [
        put(out / f"{stem}.{chosen.extension}", chosen.write(tables, row["asset"], stills(row["asset"])))
        for stem, row in zip(stems, films, strict=True)
    ]


def _sounds(chosen: Format, tables: Mapping[str, pa.Table], sounds: SoundOf, out: Path, put: Put) -> list[Path]:
    rows = sorted(tables["assets"].to_pylist(), key=lambda row: str(row["path"]))
    heard = [(row, sound) for row in rows if (sound := sounds(row["asset"])) is not None and len(sound)]
    if not heard:
        raise UseError("export: must have at least one asset with sound, got none", remedy="Run `kinoeye run` first")
    stems = safe_names([PurePosixPath(row["path"]).stem for row, _ in heard])
    return [
        put(out / f"{stem}.{chosen.extension}", chosen.write(tables, row["asset"], sound))
        for stem, (row, sound) in zip(stems, heard, strict=True)
    ]


def _put(path: Path, document: bytes, *, replaces: bool, place: Place) -> Path:
    """Write beside, sync, bring it to its place, sync the folder."""
    if not replaces and os.path.lexists(path):
        raise UseError(f"{path}: must not be there yet, got a file of that name", remedy="Choose another folder")
    part = path.with_name(f".{path.name}.{unique()}{UNFINISHED}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
        place(part, path)
        _sync(path.parent)
    except OSError as error:
        raise StoreError(
            f"{path}: must be writable, got {error.strerror or error}",
            remedy="Free some space or choose another folder",
        ) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
