"""Formats: the list of all that can be exported, and the one function that reads what can be read.

`kinoeye.export.writing` writes them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from kinoeye.errors import DocumentError, UseError
from kinoeye.export import (
    aaf,
    aaf_write,
    breakdown,
    breakdown_page,
    consistency,
    contact,
    coverage_page,
    edl,
    edl_read,
    fcp7,
    fcp7_read,
    fcpxml,
    fcpxml_multicam,
    fcpxml_read,
    lined,
    lined_pdf,
    listing_csv,
    listing_docx,
    listing_pdf,
    listings,
    lists,
    markers,
    otio,
    people,
    report,
    sound_sheet,
)  # fmt: skip
from kinoeye.export.timeline import Timeline


@dataclass(frozen=True)
class Format:
    """One way to export.

    Parameters
    ----------
    name : str
        As the command line names it.
    extension : str
    scope : film, group, production or list
        One file a film, one a group of synced files, or one for all; of a list a CSV for all, a document a film.
    write : callable
        Timeline to bytes, for a film; tables, stills, language and title to bytes, for a production; of a list what
        `listings` makes.
    read : callable or None
        Bytes to timelines.
    keeps, loses : str
        In words.
    listing : Kind or None
        What a list lists.
    """

    name: str
    extension: str
    scope: Literal["film", "group", "production", "list"]
    write: Callable[..., bytes]
    read: Callable[[bytes], list[Timeline]] | None
    keeps: str
    loses: str
    listing: listings.Kind | None = None


FORMATS = (
    Format(
        "otio", "otio", "film", otio.write, otio.read,
        "everything: clips, gaps, nests, transitions, markers, speeds, media, rates exactly, notes",
        "nothing of a shot list",
    ),
    Format(
        "edl", "edl", "film", edl.write, edl_read.read,
        "cuts, dissolves, wipes, speeds, markers, drop frame, file names; rate and cut point in comments",
        "further video tracks and nests (refused), what is switched off, picture size",
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
        "markers, a transition's name, what is switched off; generators (refused)",
    ),
    Format(
        "sync", "sync.otio", "group", otio.write, None,
        "pictures and separate sound that heard the same moment, each at its place; drift as a speed and in the notes",
        "shots, tags",
    ),
    Format(
        "sync-fcpxml", "sync.fcpxml", "group", fcpxml_multicam.write, None,
        "a multicam clip in a project: an angle a camera or recorder, what is seen and heard; drift as a speed",
        "where a camera's own sound begins between two pictures",
    ),
    Format(
        "sync-xml", "sync.xml", "group", fcp7.write, None,
        "synced tracks, one over the other, what is off switched off, drift as a speed",
        "where a sound begins between two pictures",
    ),
    Format(
        "sync-aaf", "sync.aaf", "group", aaf_write.write, None,
        "synced tracks, one over the other, drift as a speed", "sounds that are switched off",
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
    Format(
        "lined-script-pdf", "pdf", "production", lined_pdf.lined_pdf, None, "the lined script, to print", "all else",
    ),
    Format(
        "coverage", "html", "production", coverage_page.coverage_page, None,
        "what is owed of the screenplay, and every line with its takes and pictures", "place in text",
    ),
    Format("html", "html", "production", report.report, None, "all that is known, to look at", "exact flicks"),
    *(
        Format(
            f"{kind.name}{suffix}", extension, "list", write, None, kind.keeps,
            "stills" if extension == "csv" else "columns for programs alone", kind,
        )
        for kind in listings.KINDS
        for suffix, extension, write in (
            ("-csv" if kind.name == "coverage" else "", "csv", listing_csv.write),
            ("-docx", "docx", listing_docx.write), ("-pdf", "pdf", listing_pdf.write),
        )
    ),
)  # fmt: skip

NAMES = {"csv": "shots", "json": "shots", "html": "report", "people": "people", "people-graph": "people-graph",
         "breakdown": "breakdown", "breakdown-csv": "breakdown", "breakdown-json": "breakdown", "strips": "strips",
         "notes": "script notes", "notes-csv": "script notes", "notes-json": "script notes",
         "lined-script": "lined script", "lined-script-pdf": "lined script", "coverage": "coverage"}  # fmt: skip


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
