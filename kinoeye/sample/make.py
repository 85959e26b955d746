"""Make: the sample production, a folder like a user's own, made whole by the product.

A short film, the rushes it was cut from, its screenplay, a separate sound, subtitles, a poster, a list of titles,
and `truth.json`. Pictures are the same each time; speech is as the installed espeak-ng speaks it.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from kinoeye.errors import MediaError, UseError
from kinoeye.media.muxing import FilmSound
from kinoeye.media.whole import whole_file
from kinoeye.media.write import write_film, write_picture, write_sound
from kinoeye.sample.film import FILMS
from kinoeye.sample.papers import subtitles, titles
from kinoeye.sample.plan import Film
from kinoeye.sample.poster import poster
from kinoeye.sample.render import pictures
from kinoeye.sample.soundtrack import TONE_DBFS, TONE_HZ, Spoken, air, cast, line_up_tone, mixed, mouths
from kinoeye.sample.story import screenplay
from kinoeye.sample.truth import MADE_BY, VERSION, flicks_of, truth_of
from kinoeye.sample.voice import RATE_HZ

TRUTH = "truth.json"

SCREENPLAY = "screenplay/Roof Tone.fountain"
SETTINGS = "kinoeye.toml"
SAID = """# The cast of this film is drawn: to tell them apart is to identify nobody.
# In a production of your own, say what for.
[face_vectors]
purpose = "tell the drawn cast of the sample apart"
"""
_SOUND = "sound/Roof Tone day 1.wav"
# Two encoder threads everywhere, so that the bytes do not depend on the machine's cores.
CRF, KEY_INTERVAL, THREADS = 26, 48, 2

FINISHED = "film"  # which sample it is: the finished film and some of its rushes

Progress = Callable[[int, int, str], None]


def make(folder: Path, *, films: Sequence[Film] = FILMS, progress: Progress | None = None) -> Path:
    """Make the sample production; return its folder.

    A folder that already holds this version of the sample is left as it is.

    Parameters
    ----------
    folder : Path
        Made if it is not there. It may be empty, or hold an older sample, whose files are then replaced.
    films : sequence of Film
        The first is the finished film.
    progress : callable (done, all, path) or None
        Called now and then with the number of pictures made so far and in all, and the file in work.

    Raises
    ------
    UseError
        If something else stands in the folder.
    MediaError
        If the folder may not be written, or the disk is full.
    """
    return put(folder, FINISHED, lambda part: _fill(part, films, progress))


def put(folder: Path, what: str, fill: Callable[[Path], None]) -> Path:
    """Put a made production in its place once it is whole; return the folder.

    Parameters
    ----------
    folder : Path
    what : str
        Which sample it is; one that holds another is refused.
    fill : callable (folder)
        Writes all of it, the truth last.

    Raises
    ------
    UseError
        If something else stands in the folder.
    MediaError
        If the folder may not be written, or the disk is full.
    """
    try:
        _put(folder.absolute(), what, fill)
    except OSError as error:
        raise MediaError(
            f"{folder}: must be a folder that may be written, the system says: {error.strerror or error}",
            remedy="Free some space, or name another folder",
        ) from error
    return folder


def read_truth(folder: Path) -> dict[str, Any]:
    """Return the truth of a sample production.

    Raises
    ------
    UseError
        If the folder holds no sample.
    """
    truth = _truth_in(folder)
    if truth is None:
        raise UseError(f"{folder}: must hold the sample production, got no {TRUTH} of it")
    return truth


def _put(folder: Path, what: str, fill: Callable[[Path], None]) -> None:
    state = _state(folder, what)
    if state == "made":
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = folder.with_name(f".{folder.name}.{uuid4().hex[:8]}.part")
    try:
        fill(part)
        if state == "old":
            _replace(part, folder)
        elif not _renamed(part, folder) and _state(folder, what) != "made":
            raise UseError(f"{folder}: must still be new or empty when all is made, got something else")
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _state(folder: Path, what: str) -> str:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return "empty"
    truth = _truth_in(folder)
    if truth is None or truth.get("what", FINISHED) != what:
        raise UseError(
            f"{folder}: must be new, empty or a sample production, got something else",
            remedy="Name another folder; nothing was changed",
        )
    made = truth.get("version") == VERSION and all((folder / path).is_file() for path in truth.get("paths", ["?"]))
    return "made" if made else "old"


def _truth_in(folder: Path) -> dict[str, Any] | None:
    try:
        truth = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return truth if isinstance(truth, dict) and truth.get("made_by") == MADE_BY else None


def _renamed(part: Path, folder: Path) -> bool:
    """Put the folder in its place; not if another process was quicker."""
    try:
        part.rename(folder)
    except OSError:
        return False
    return True


def _replace(part: Path, folder: Path) -> None:
    """Move the files over an older sample's, the truth last; whatever else lies in the folder stays."""
    files = sorted((path for path in part.rglob("*") if path.is_file()), key=lambda path: path.name == TRUTH)
    for path in files:
        target = folder / path.relative_to(part)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.name != SETTINGS or not target.exists():  # settings may have been changed by hand
            path.replace(target)


def _fill(folder: Path, films: Sequence[Film], progress: Progress | None) -> None:
    for path in (SCREENPLAY, _SOUND, "subtitles/-", "stills/-", *(film.path for film in films)):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    engine, spoken = cast(films)
    write(folder / SCREENPLAY, screenplay())
    write(folder / "subtitles/Roof Tone.en.srt", subtitles(spoken[films[0].path]))
    write(folder / "titles.csv", titles())
    write(folder / SETTINGS, SAID)
    write_picture(folder / "stills/poster.png", poster())
    total, done = sum(film.starts[-1] for film in films), 0
    for film in films:
        counted = _counted(film, mouths(film, spoken[film.path]), done, total, progress)
        sound = FilmSound(mixed(film, spoken[film.path]))
        write_film(
            folder / film.path, counted, film.rate, sound=sound, timecode=film.timecode, crf=CRF,
            preset="superfast", key_interval=KEY_INTERVAL, threads=THREADS, tags={"title": Path(film.path).stem},
        )  # fmt: skip
        done += film.starts[-1]
    sounds = [_production_sound(folder, films, spoken)]
    truth = truth_of(films, spoken, voice=engine, screenplay=SCREENPLAY, sounds=sounds)
    truth["paths"] = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    write(folder / TRUTH, json.dumps(truth, indent=1, ensure_ascii=False) + "\n")


def _counted(
    film: Film, opened: dict[str, npt.NDArray[np.float32]], done: int, total: int, progress: Progress | None
) -> Iterator[npt.NDArray[np.uint8]]:
    for number, picture in enumerate(pictures(film, opened)):
        if progress is not None and number % 24 == 0:
            progress(done + number, total, film.path)
        yield picture
    if progress is not None:
        progress(done + film.starts[-1], total, film.path)


def _production_sound(folder: Path, films: Sequence[Film], spoken: dict[str, list[Spoken]]) -> dict[str, Any]:
    """Write the recorder's file: a line-up tone, then the sound of each take of scene one, with quiet between."""
    rows: list[dict[str, Any]] = [{"kind": "tone", "pitch_hz": TONE_HZ, "level_dbfs": TONE_DBFS}]
    pieces = [line_up_tone(2)]
    for film in films:
        if film.shots[0].slate and film.shots[0].slate.scene == 1 and len(film.shots) == 1:
            rows += [{"kind": "quiet"}, {"kind": "take", "path": film.path}]
            pieces += [air("card", RATE_HZ, seed=len(pieces)), mixed(film, spoken[film.path])]
    at = 0
    for row, piece in zip(rows, pieces, strict=True):
        row |= {"start": flicks_of(at), "end": flicks_of(at + len(piece))}
        at += len(piece)
    write_sound(folder / _SOUND, np.concatenate(pieces), RATE_HZ)
    return {"path": _SOUND, "rate_hz": RATE_HZ, "parts": rows}


def write(path: Path, text: str) -> None:
    """Write a text, whole or not at all."""
    with whole_file(path) as out:
        out.write(text.encode())
