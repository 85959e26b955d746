"""Documents: what stands in a text file, whatever its encoding, and what a screenplay in any of its forms says."""

from dataclasses import replace
from pathlib import Path

from kinoeye.errors import DocumentError
from kinoeye.media import kinds
from kinoeye.media.characters import characters, decoded
from kinoeye.screenplay import fountain
from kinoeye.screenplay.elements import Screenplay
from kinoeye.streams import Text

MOST_BYTES = 64 << 20  # the longest novels have 5 MB, a day's viewing log belongs into records


def read_text(path: Path) -> Text:
    """Read a screenplay, subtitles, a timeline, records or another text.

    A document that is no text (AAF, Parquet) gives an empty one: its readers open the file themselves.

    Raises
    ------
    DocumentError
        If the file cannot be read, is larger than 64 MB, or is no document.
    """
    data = _bytes(path)
    kind = kinds.recognise(path)
    if kind not in kinds.DOCUMENTS:
        raise DocumentError(f"{path}: must be a text, got {kind or 'a file of an unknown kind'}")
    return Text(characters(data) or "", kind)


def read_screenplay(path: Path) -> Screenplay:
    """Read a screenplay.

    Raises
    ------
    DocumentError
        If the file cannot be read, is larger than 64 MB, or holds no text.
    """
    told = decoded(_bytes(path))
    if told is None:
        raise DocumentError(f"{path}: a screenplay must be a text, got bytes of no known encoding")
    return replace(fountain.read(told.text), encoding=told.encoding, mark=told.mark.hex())


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DocumentError(
                f"{path}: a text must have at most {MOST_BYTES >> 20} MB, got {size >> 20} MB",
                remedy="Split it, or give it as Parquet",
            )
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path}: must be readable, the system says: {error.strerror}", remedy="Check the path and its permissions"
        ) from error
