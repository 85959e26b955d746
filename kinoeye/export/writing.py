"""Writing: what is exported, as files.

Files are written beside their place, synced and renamed, so that nothing is ever half there.
"""

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.errors import StoreError, UseError
from kinoeye.export import contact, listings, synced
from kinoeye.export.build import timelines
from kinoeye.export.drafts import left_out
from kinoeye.export.formats import FORMATS, NAMES, Format, format_named
from kinoeye.export.losses import losses
from kinoeye.export.timeline import Timeline
from kinoeye.store.files import UNFINISHED, unique
from kinoeye.streams import Sound, Stills

LONGEST_NAME = 120  # bytes; file systems take 255, and a part name and an extension are added
RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}

_OF_FILMS = frozenset({"contact-sheet", "sound"})  # made from a file's pictures and sound, not from a timeline

_BY_DRAFT = frozenset({"lined-script", "lined-script-pdf", "coverage"})

StillsOf = Callable[[str], Stills | None]
SoundOf = Callable[[str], Sound | None]
Place = Callable[[Path, Path], object]
Put = Callable[[Path, bytes], Path]
Say = Callable[[str], object]


def write(
    name: str, tables: Mapping[str, pa.Table], stills: StillsOf, out: Path, *, folder: Path | None = None,
    title: str = "", language: str = "en", assets: Collection[str] | None = None, record_start: str = "01:00:00:00",
    has_feet: bool = False, replaces: bool = True, sounds: SoundOf = lambda _: None, place: Place = Path.replace,
    say: Say = lambda _: None, only: Timeline | None = None,
) -> list[Path]:  # fmt: skip
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
    has_feet : bool
        Whether lists of films count in feet too.
    replaces : bool
        Whether a file of the same name gives way; False for a folder that is not the production's own out/.
    sounds : callable
        Asset to its Sound, or None where there is none.
    place : callable
        Takes a file that is whole and where it belongs, and brings it there.
    say : callable
        Told what a format leaves out of a timeline, and which drafts a list leaves out, a sentence each.
    only : Timeline or None
        The one timeline to write, under its own name; `tables` are then those of the cut (`kinoeye.cut.known`).

    Raises
    ------
    UseError
        If there is no such format, nothing to export, or a file is there that must not be replaced.
    StoreError
        If a file cannot be written.
    """
    chosen, put = format_named(name), partial(_put, replaces=replaces, place=place)
    tables = tables if assets is None else {key: _only(table, assets) for key, table in tables.items()}
    _say_drafts(chosen, tables, say)
    if chosen.listing is not None:
        return _lists(
            chosen, tables, stills, out, put, title=title, language=language, has_feet=has_feet, folder=folder,
            is_chosen=assets is not None, of=only.name if only is not None else "",
        )  # fmt: skip
    if only is not None:
        return _of_cut(chosen, only, out, put, say)
    if chosen.scope == "production":
        return [put(out / f"{NAMES[name]}.{chosen.extension}", _whole(chosen, tables, stills, title, language))]
    if name == "contact-sheet":
        return _sheets(chosen, tables, stills, out, put)
    if name == "sound":
        return _sounds(chosen, tables, sounds, out, put)
    build = synced.timelines if chosen.scope == "group" else timelines
    return write_timelines(chosen, build(tables, folder=folder, record_start=record_start), out, put, say)


def _say_drafts(chosen: Format, tables: Mapping[str, pa.Table], say: Say) -> None:
    if chosen.listing is not None or chosen.name in _BY_DRAFT:
        for older, newer in left_out(tables):
            say(f"{older} is an older draft and left out; {newer} counts.")


def _of_cut(chosen: Format, only: Timeline, out: Path, put: Put, say: Say) -> list[Path]:
    if chosen.scope != "film" or chosen.name in _OF_FILMS:
        lists = ", ".join(each.name for each in FORMATS if each.scope == "film" and each.name not in _OF_FILMS)
        raise UseError(f"export: of a cut the format must be a list of it, or one of {lists}, got {chosen.name}")
    return write_timelines(chosen, [only], out, put, say)


def write_timelines(
    chosen: Format, made: Sequence[Timeline], out: Path, put: Put, say: Say = lambda _: None
) -> list[Path]:
    """Write timelines under their names, and say what the format leaves out of them."""
    for timeline in made:
        for each in losses(chosen.name, timeline):
            say(f"{timeline.name}: {each}")
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


def write_documents(documents: Mapping[str, bytes], out: Path, place: Place) -> list[Path]:
    """Write documents into a folder under their names.

    Raises
    ------
    StoreError
        If a file cannot be written.
    """
    return [_put(out / name, document, replaces=True, place=place) for name, document in documents.items()]


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
    if chosen.name in ("lined-script", "lined-script-pdf"):
        return chosen.write(tables, title=title, language=language)
    if chosen.extension == "html":
        return chosen.write(tables, stills, title=title, language=language)
    return chosen.write(tables, stills) if chosen.extension == "png" else chosen.write(tables)


def _lists(
    chosen: Format, tables: Mapping[str, pa.Table], stills: StillsOf, out: Path, put: Put, of: str, **wishes: Any
) -> list[Path]:
    """Write a CSV of all films, or a document of each; `of` is the one cut that is listed."""
    assert chosen.listing is not None
    if of and not chosen.listing.is_of_film:
        raise UseError(
            f"export: {chosen.listing.name} is of the screenplay's takes, and must not be of a cut, got {of}"
        )
    made = listings.listings(chosen.listing, tables, stills, is_document=chosen.extension != "csv", **wishes)
    name = chosen.listing.name.replace("-", " ")
    if chosen.extension == "csv":
        return [put(out / f"{safe_names([of])[0]} {name}.csv" if of else out / f"{name}.csv", chosen.write(made))]
    if not chosen.listing.is_of_film:
        return [put(out / f"{name}.{chosen.extension}", chosen.write(made[0]))]
    stems = safe_names([f"{PurePosixPath(each.path).stem} {name}" for each in made])
    return [put(out / f"{stem}.{chosen.extension}", chosen.write(each)) for stem, each in zip(stems, made, strict=True)]


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
