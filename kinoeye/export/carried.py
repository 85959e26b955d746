"""Carried: a file of any kind that is tied to a cut's time, moved to the next cut in its own form.

What a file is, its content tells. Encoding, byte order mark and line ends stay as they were.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from kinoeye.errors import DocumentError, UseError
from kinoeye.export.carried_cues import Carrier, carry_arrows, carry_ass
from kinoeye.export.carried_lists import carry_chapters, carry_list
from kinoeye.export.carried_marks import carry_ffmetadata, carry_marker_edl
from kinoeye.export.carried_ttml import carry_ttml
from kinoeye.export.fates import Item
from kinoeye.media.characters import decoded

MOST_BYTES = 64 << 20
LISTS = frozenset({".csv", ".tsv", ".txt", ".tab"})

_TTML = re.compile(r"<(\w+:)?tt[\s>]")
_ARROW = re.compile(r"\d\s*-->\s*\d")
_CHAPTER = re.compile(r"(?m)^[(\[]?(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d+)?[)\]]? +[^\d\s]")


@dataclass(frozen=True)
class Carried:
    """A file that was moved.

    Parameters
    ----------
    name : str
        As the file is called.
    form : str
        What it was read as.
    document : bytes
    items : tuple of Item
        What became of each cue, row, marker or chapter.
    """

    name: str
    form: str
    document: bytes
    items: tuple[Item, ...]


def carry(path: Path, carrier: Carrier, *, is_effects: bool = False) -> Carried:
    """Carry a file: SubRip, WebVTT, ASS, TTML, CSV and other lists, markers and chapters.

    Parameters
    ----------
    path : Path
    carrier : Carrier
    is_effects : bool
        The rows of a list are effect shots.

    Raises
    ------
    DocumentError
        If it cannot be read, or holds nothing with times.
    UseError
        If it is of no kind that can be carried.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DocumentError(f"{path.name}: must be below {MOST_BYTES >> 20} MB, got {path.stat().st_size >> 20}")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path}: must be readable, got {error.strerror}") from error
    told = decoded(data)
    if told is None or not told.text.strip():
        raise DocumentError(f"{path.name}: must be subtitles, a list, markers or chapters, got no text")
    text = told.text.replace("\r\n", "\n").replace("\r", "\n")
    form = form_of(text, path.suffix.lower())
    if form == "ttml":
        document, items = carry_ttml(data, carrier, path.name)
        return Carried(path.name, form, document, tuple(items))
    if form == "list":
        made, items = carry_list(text, carrier, path.name, is_effects=is_effects)
    else:
        way = {"arrows": carry_arrows, "ass": carry_ass, "markers": carry_marker_edl, "ffmetadata": carry_ffmetadata,
               "chapters": carry_chapters}[form]  # fmt: skip
        made, items = way(text, carrier, path.name)
    if "\r\n" in told.text:
        made = made.replace("\n", "\r\n")
    return Carried(path.name, form, told.mark + made.encode(told.encoding, "replace"), tuple(items))


def form_of(text: str, suffix: str) -> str:
    """Return what a text is carried as.

    Raises
    ------
    UseError
        If it is of no kind that can be carried.

    Examples
    --------
    >>> form_of("WEBVTT", ".vtt"), form_of(";FFMETADATA1", ".txt"), form_of("0:00 Begin", ".txt")
    ('arrows', 'ffmetadata', 'chapters')
    """
    start = text.lstrip("\ufeff \n")
    if start.startswith("WEBVTT") or _ARROW.search(start[:20_000]):
        return "arrows"
    if start.startswith("[Script Info]") or "[Events]" in start[:200_000]:
        return "ass"
    if _TTML.search(start[:4096]):
        return "ttml"
    if start.startswith(";FFMETADATA"):
        return "ffmetadata"
    if "|C:" in start and re.search(r"^\d+\s+\S+\s+\S+\s+C\s", start, re.MULTILINE):
        return "markers"
    if suffix == ".txt" and len(_CHAPTER.findall(start)) * 2 > start.count("\n"):
        return "chapters"
    if suffix in LISTS:
        return "list"
    raise UseError(
        f"reconform: a file to move must be subtitles (SRT, VTT, ASS, TTML), a list with time codes, markers or "
        f"chapters, got one that ends in {suffix or 'nothing'}",
        remedy="Save lists as .csv, .tsv or .txt",
    )
