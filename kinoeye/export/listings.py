"""Listings: every list that a film is delivered with, and what stands at its head.

A document is for one film; a CSV has all of them. Without a choice, documents are made of finished films: what `takes`
calls a recording has none of its own.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export import continuity, coverage_report, dialogue, music_cues, shot_list, shot_plan
from kinoeye.export.codes import rate_name
from kinoeye.export.listed import Listed
from kinoeye.export.listing import Column, Entry, Listing
from kinoeye.export.words import words
from kinoeye.streams import Stills

StillsOf = Callable[[str], Stills | None]

_VERSION = re.compile(r"(?:^|[\s_.-])(?:v|ver|version|cut)[\s_.-]?(\d+(?:\.\d+)*)(?=$|[\s_.-])", re.IGNORECASE)
_KEPT = re.compile(r" (\d{3})$")  # as kinoeye cut numbers its versions
_DATES = ("creation_time", "date", "com.apple.quicktime.creationdate")


@dataclass(frozen=True)
class Kind:
    """A kind of list.

    Parameters
    ----------
    name : str
        As the command line names it, and its messages.
    columns : sequence of Column
    make : callable
        A film to its entries; of a production's own list the production's tables.
    keeps : str
        In words.
    is_of_film : bool
        One a film, else one for all.
    """

    name: str
    columns: Sequence[Column]
    make: Callable[[Listed], Iterator[Entry]]
    keeps: str
    is_of_film: bool = True


KINDS = (
    Kind("dialogue-list", dialogue.COLUMNS, dialogue.dialogue_list, "a row a line, with who says it"),
    Kind(
        "continuity", continuity.CONTINUITY, continuity.continuity,
        "combined continuity and spotting: a row a shot, title, text on the screen, sound and piece of music",
    ),
    Kind(
        "as-broadcast", continuity.AS_BROADCAST, continuity.as_broadcast,
        "as-broadcast script: a row a shot, what is seen beside what is heard",
    ),
    Kind("shot-list", shot_list.COLUMNS, shot_list.shot_list, "a row a shot of a cut, with size, move and speakers"),
    Kind(
        "shot-plan", shot_plan.COLUMNS, shot_plan.shot_plan,
        "a row a set-up that the screenplay asks for, with what was shot of it", is_of_film=False,
    ),
    Kind(
        "music-cues", music_cues.COLUMNS, music_cues.music_cues,
        "a row a piece of music; title, composer and publisher to be filled in",
    ),
    Kind(
        "coverage", coverage_report.COLUMNS, coverage_report.coverage_rows,
        "a row a line of the screenplay and take: on camera, off, changed, missing", is_of_film=False,
    ),
)  # fmt: skip


def listings(
    kind: Kind,
    tables: Mapping[str, pa.Table],
    stills: StillsOf,
    *,
    title: str,
    language: str,
    has_feet: bool = False,
    folder: Path | None = None,
    is_document: bool = False,
    is_chosen: bool = False,
) -> list[Listing]:
    """Return the lists of a kind, one a film that has what it lists.

    Parameters
    ----------
    title : str
        The production's name.
    language : en or zh
    has_feet : bool
    folder : Path or None
        The production's, for the date of a film that does not say it.
    is_document : bool
        Whether recordings are left out where there is a finished film.
    is_chosen : bool
        Whether the films were chosen by name; then none is left out.

    Raises
    ------
    UseError
        If there is nothing to list.
    """
    said = words(language)
    films = sorted(tables["assets"].to_pylist() if "assets" in tables else [], key=lambda row: str(row["path"]))
    if not kind.is_of_film:
        films = [{"asset": "", "path": title, "kind": "", "start": 0, "end": 0, "tags": []}]
    elif is_document and not is_chosen:
        films = _finished(tables, films)
    found = []
    for film in films:
        view = Listed(tables, film, said, stills, has_feet)
        entries = list(kind.make(view))
        if entries:
            found.append(_listing(kind, view, entries, title, folder))
    if not found:
        raise UseError(f"export: {kind.name} must have something to list, got nothing: {said_of(kind)}",
                       remedy="Run `kinoeye run` first")  # fmt: skip
    return found


def said_of(kind: Kind) -> str:
    """Return what a list is made of, for the error."""
    return words("en").sections["lists"][f"needs_{kind.name}"]


def _finished(tables: Mapping[str, pa.Table], films: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the films that are no recordings; all with pictures where there is no other."""
    recordings = set(tables["takes"]["asset"].to_pylist()) if "takes" in tables else set()
    seen = [film for film in films if film["kind"] in ("video", "sequence")]
    return [film for film in seen if film["asset"] not in recordings] or seen


def _listing(kind: Kind, view: Listed, entries: Sequence[Entry], title: str, folder: Path | None) -> Listing:
    columns = list(kind.columns)
    if view.has_feet and any(each.key == "duration" for each in columns):
        place = next(number for number, each in enumerate(columns) if each.key == "duration")
        columns[place + 1 : place + 1] = dialogue.FEET
    name = str(dict(view.film["tags"] or []).get("title") or PurePosixPath(view.film["path"]).stem)
    return Listing(
        title=view.say(f"title_{kind.name}"), production=title, film=name if kind.is_of_film else title,
        facts=_facts(view, folder) if kind.is_of_film else (), columns=columns, entries=entries,
        heads={each.key: view.say(f"head_{each.key}") for each in columns if each.share},
        page=view.words.sections["lists"]["page"], language=view.words.language, lead=view.say(f"lead_{kind.name}"),
        path=str(view.film["path"]),
    )  # fmt: skip


def _facts(view: Listed, folder: Path | None) -> list[tuple[str, str]]:
    film, codes = view.film, view.codes
    counted = view.say("drop" if codes.is_drop_frame else "non_drop")
    stem = PurePosixPath(film["path"]).stem
    version = _VERSION.search(stem) or _KEPT.search(stem)
    facts = [
        ("file", str(film["path"])),
        ("version", version[1] if version else ""),
        ("dated", _date(film, folder)),
        ("rate", f"{rate_name(codes.rate)} {counted}"),
        ("first", codes.first),
        ("length", codes.duration(codes.length)),
        ("content", str(film["asset"])[:12]),
    ]
    return [(view.say(f"fact_{key}"), value or view.say("to_fill")) for key, value in facts]


def _date(film: Mapping[str, Any], folder: Path | None) -> str:
    """Return the day a film says it was made on, else that of its file."""
    tags = {key.lower(): value for key, value in film["tags"] or []}
    told = next((tags[key] for key in _DATES if tags.get(key)), "")
    if told:
        return str(told)[:10]
    try:
        return f"{datetime.fromtimestamp((folder / film['path']).stat().st_mtime, UTC):%Y-%m-%d}" if folder else ""
    except OSError:
        return ""
