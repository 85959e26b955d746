"""Documents: what stands in a text file, whatever its encoding."""

from pathlib import Path

from kinoeye.errors import DocumentError
from kinoeye.media import kinds
from kinoeye.media.characters import characters
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
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DocumentError(
                f"{path}: a text must have at most {MOST_BYTES >> 20} MB, got {size >> 20} MB",
                remedy="Split it, or give it as Parquet",
            )
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(
            f"{path}: must be readable, the system says: {error.strerror}", remedy="Check the path and its permissions"
        ) from error
    kind = kinds.recognise(path)
    if kind not in kinds.DOCUMENTS:
        raise DocumentError(f"{path}: must be a text, got {kind or 'a file of an unknown kind'}")
    return Text(characters(data) or "", kind)
