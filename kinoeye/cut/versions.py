"""Versions: two versions of a cut, what changed, and all that is tied to the old one moved to the new one.

Everything goes into a folder of its own, never into one that is there; no file of the user's is changed.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from kinoeye.cut.by_sight import Film, change_list_of_films
from kinoeye.cut.reconform import change_list
from kinoeye.errors import DocumentError, StoreError, UseError
from kinoeye.export import edl
from kinoeye.export.carried import Carried, carry
from kinoeye.export.carried_cues import Carrier
from kinoeye.export.carried_marks import carry_markers, effect_clips
from kinoeye.export.change_list import change_csv, change_json, change_timeline, redo_csv
from kinoeye.export.change_page import change_page
from kinoeye.export.changes import ChangeList, Follow
from kinoeye.export.fates import Item, Rules
from kinoeye.export.formats import FORMATS, format_named, read
from kinoeye.export.losses import losses
from kinoeye.export.timeline import Timeline
from kinoeye.export.writing import safe_names
from kinoeye.store.files import UNFINISHED
from kinoeye.store.made import Made

FOLLOWS: tuple[Follow, ...] = ("sound", "picture")
_TIMELINES = frozenset(f".{each.extension}" for each in FORMATS if each.read is not None)


@dataclass(frozen=True)
class Wishes:
    """How a cut is conformed.

    Parameters
    ----------
    follow : sound or picture
        What subtitles follow; the picture as well where a cut has no sound of its own.
    rules : Rules
    rate : Fraction or None
        Of an EDL that does not say its own.
    formats : sequence of str
        In which the new cut with the old one's markers is written.
    language : en or zh
        In which the page opens.
    """

    follow: str = "sound"
    rules: Rules = field(default_factory=Rules)
    rate: Fraction | None = None
    formats: Sequence[str] = ("otio",)
    language: str = "en"


@dataclass(frozen=True)
class Reconformed:
    """What was found and written.

    Parameters
    ----------
    folder : Path
        Where all of it lies.
    files : tuple of Path
    changes : ChangeList
    items : tuple of Item
        What became of each cue, row, marker, chapter and effect.
    left_out : tuple of str
        What the formats leave out of the new cut, a sentence each.
    """

    folder: Path
    files: tuple[Path, ...]
    changes: ChangeList
    items: tuple[Item, ...]
    left_out: tuple[str, ...] = ()


def is_timeline(path: Path) -> bool:
    """Say whether a file is a timeline, by its ending."""
    return path.suffix.lower() in _TIMELINES


def compare(
    old: Path,
    new: Path,
    film_of: Callable[[Path], Film],
    rate: Fraction | None = None,
    screened: Callable[[Timeline], tuple[Film, Sequence[str]]] | None = None,
) -> "Compared":
    """Find what changed between two versions: by what they are made of, or by sight where one is a film alone.

    Parameters
    ----------
    old, new : Path
    film_of : callable
        Path to the film's pictures and sound.
    rate : Fraction or None
        Of an EDL that does not say its own.
    screened : callable or None
        Timeline to the film that it is, and what of it is not known; without it a timeline is compared with none.

    Raises
    ------
    UseError
        If one is a timeline and the other a film, and the timeline cannot be screened.
    DocumentError, MediaError
        If one cannot be read.
    """
    if is_timeline(old) != is_timeline(new) and screened is not None:
        return _by_sight(old, new, film_of, rate, screened)
    if is_timeline(old) != is_timeline(new):
        raise UseError(
            f"reconform: both cuts must be timelines, or both films, got {old.name} and {new.name}",
            remedy="Export the other one's timeline, or give both films",
        )
    if not is_timeline(old):
        return Compared(change_list_of_films(film_of(old), film_of(new)))
    (before, before_notes), (after, after_notes) = (timeline_of(path, rate) for path in (old, new))
    changes = change_list(before, after)
    return Compared(replace(changes, notes=(*before_notes, *after_notes, *changes.notes)), before, after)


def _by_sight(
    old: Path,
    new: Path,
    film_of: Callable[[Path], Film],
    rate: Fraction | None,
    screened: Callable[[Timeline], tuple[Film, Sequence[str]]],
) -> "Compared":
    """Compare a timeline with a film: the timeline is screened."""
    film = film_of(new if is_timeline(old) else old)  # what is no film is said before anything else
    path = old if is_timeline(old) else new
    timeline, told = timeline_of(path, rate)
    shown, unknown = screened(timeline)
    changes = change_list_of_films(*((shown, film) if path == old else (film, shown)))
    said = f"{path.name} was screened from its recordings; its markers and effects stay where they are."
    return Compared(replace(changes, notes=(*told, *unknown, said, *changes.notes)))


@dataclass(frozen=True)
class Compared:
    """A change list, with the timelines where there are any."""

    changes: ChangeList
    old: Timeline | None = None
    new: Timeline | None = None


def reconform(
    compared: Compared, move: Sequence[Path], effects: Sequence[Path], wishes: Wishes, out: Path, made: Made,
    assets: Sequence[str] = (),
) -> Reconformed:  # fmt: skip
    """Move what is tied to the old cut, and write it with the change list into a new folder of `out`.

    Parameters
    ----------
    move : sequence of Path
        Subtitles, lists, markers, chapters.
    effects : sequence of Path
        Lists of effect shots.
    assets : sequence of str
        What may be seen in it.

    Raises
    ------
    UseError, SettingError
        If a wish is outside its range, or a file cannot be carried.
    DocumentError
        If a file cannot be read.
    StoreError
        If a file cannot be written.
    """
    follow = next((each for each in FOLLOWS if each == wishes.follow), None)
    if follow is None:
        raise UseError(f"reconform: --follow must be one of {', '.join(FOLLOWS)}, got {wishes.follow!r}")
    for name in wishes.formats:
        if format_named(name).read is None:
            raise UseError(f"reconform: the format must hold timelines, got {name!r}")
    changes = compared.changes
    carrier = Carrier(changes, wishes.rules, follow)
    moved = [carry(path, carrier) for path in move] + [carry(path, carrier, is_effects=True) for path in effects]
    documents = {name: each.document for name, each in zip(_names(moved), moved, strict=True)}
    items = [item for each in moved for item in each.items]
    left_out: list[str] = []
    if compared.old is not None and compared.new is not None:
        marked, more = carry_markers(compared.old, compared.new, carrier)
        items += [*more, *effect_clips(compared.old, carrier)]
        for name in dict.fromkeys(wishes.formats) if more else ():
            each = format_named(name)
            left_out += losses(name, marked)
            documents[f"{safe_names([compared.new.name])[0]} with markers.{each.extension}"] = each.write(marked)
    documents |= {
        "change list.csv": change_csv(changes), "change list.json": change_json(changes, items),
        "change list.edl": edl.write(change_timeline(changes)), "to do.csv": redo_csv(changes, items),
        "change list.html": change_page(changes, items, title=f"{changes.old.name} → {changes.new.name}",
                                        language=wishes.language),
    }  # fmt: skip
    if changes.sound:
        documents["change list by sound.csv"] = change_csv(changes, "sound")
    folder = _free(out, f"{changes.old.name} to {changes.new.name}")
    _put(documents, folder, made, assets)
    return Reconformed(folder, tuple(sorted(folder / name for name in documents)), changes, tuple(items),
                       tuple(left_out))  # fmt: skip


def timeline_of(path: Path, rate: Fraction | None = None) -> tuple[Timeline, list[str]]:
    """Return the timeline of a file, its first if there are more, and what is to be said of that.

    Parameters
    ----------
    path : Path
    rate : Fraction or None
        Of an EDL that does not say its own.

    Raises
    ------
    UseError
        If no format reads such a file.
    DocumentError
        If it cannot be read, or holds no timeline.
    """
    found = read(path, rate=rate)
    if not found:
        raise DocumentError(f"{path.name}: must hold a timeline, got none")
    notes = [f"{path.name}: {note}" for note in found[0].notes]
    if len(found) > 1:
        names = ", ".join(each.name for each in found[1:])
        notes.append(f"{path.name} holds {len(found)} timelines; {found[0].name} was taken, not {names}.")
    name = path.stem if found[0].name in {"", "untitled"} else found[0].name
    return replace(found[0], name=name), notes


def _names(moved: Sequence[Carried]) -> list[str]:
    """Return a file name for each moved document, no two the same."""
    stems = safe_names([Path(each.name).stem for each in moved])
    return [f"{stem}{Path(each.name).suffix}" for stem, each in zip(stems, moved, strict=True)]


def _free(out: Path, name: str) -> Path:
    """Return the next version of a folder, NAME 001, NAME 002; none is ever replaced."""
    stem, number = safe_names([name])[0], 1
    while (out / f"{stem} {number:03d}").exists():
        number += 1
    return out / f"{stem} {number:03d}"


def _put(documents: dict[str, bytes], folder: Path, made: Made, assets: Sequence[str]) -> None:
    """Write all documents beside, then bring them to their place at one stroke."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".reconform.", suffix=UNFINISHED) as aside:
            whole = Path(aside) / folder.name
            whole.mkdir()
            for name, document in documents.items():
                (whole / name).write_bytes(document)
            made.put(whole, folder, assets)
    except OSError as error:
        raise StoreError(
            f"{folder}: must be writable, got {error.strerror or error}", remedy="Free some space or its permissions"
        ) from error
