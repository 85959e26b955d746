"""Documents: what stands in a text file, whatever its encoding, and what a screenplay in any of its forms says."""

from dataclasses import replace
from pathlib import Path

from kinoeye.errors import DocumentError
from kinoeye.media import kinds, pdf
from kinoeye.media.characters import characters, decoded
from kinoeye.screenplay import fadein, fdx, fountain, fountain_write, paper, plain
from kinoeye.screenplay.elements import Screenplay
from kinoeye.screenplay.positions import Line
from kinoeye.streams import Text

MOST_BYTES = 64 << 20  # the longest novels have 5 MB, a day's viewing log belongs into records
_PACKED = frozenset({"fdx", "fadein", "pdf"})  # forms that are no plain text
_BINARY = (b"PK", b"\x1f\x8b", b"PAR1", b"ARROW1", b"\xd0\xcf\x11\xe0")  # records that are no text
_HEAD = 4096  # characters in which a document's root stands


def read_text(path: Path) -> Text:
    """Read a screenplay, subtitles, a timeline, records or another text.

    A screenplay that is no plain text (FDX, Fade In, PDF) is given as Fountain. Another document that is no text (AAF,
    Parquet) gives an empty one: its readers open the file themselves.

    Raises
    ------
    DocumentError
        If the file cannot be read, is larger than 64 MB, or is no document.
    """
    data = _bytes(path)
    kind = kinds.recognise(path)
    if kind not in kinds.DOCUMENTS:
        raise DocumentError(f"{path}: must be a text, got {kind or 'a file of an unknown kind'}")
    if kind == "screenplay" and (packed := _packed(data, path)):
        return as_text(packed)
    if kind == "text" and _is_pdf(data):
        return Text(paper.text(_lines(data, path)), kind)
    if kind == "records" and data.startswith(_BINARY):
        return Text("", kind)
    return Text(characters(data) or "", kind)


def read_screenplay(path: Path) -> Screenplay:
    """Read a screenplay: Final Draft, Fade In, PDF or plain text.

    Raises
    ------
    DocumentError
        If the file cannot be read, is larger than 64 MB, is damaged, or holds no text.
    """
    data = _bytes(path)
    if packed := _packed(data, path):
        return _placed(packed)
    told = decoded(data)
    if told is None:
        raise DocumentError(f"{path}: a screenplay must be a text, got bytes of no known encoding")
    return replace(plain.read(told.text), encoding=told.encoding, mark=told.mark.hex())


def text_beside(path: Path, screenplay: Screenplay) -> Text:
    """Return the text of a file whose screenplay is read already."""
    return as_text(screenplay) if screenplay.form in _PACKED else read_text(path)


def as_text(screenplay: Screenplay) -> Text:
    """Return what stands in a screenplay that is no plain text, as Fountain."""
    return Text(fountain_write.write(screenplay), "screenplay")


def _placed(screenplay: Screenplay) -> Screenplay:
    """Say where elements stand in the screenplay's text as `read_text` gives it."""
    written = fountain.read(as_text(screenplay).text).elements
    if [each.kind for each in written] != [each.kind for each in screenplay.elements]:
        return screenplay
    pairs = zip(screenplay.elements, written, strict=True)
    return replace(
        screenplay, elements=tuple(replace(each, line=other.line, end_line=other.end_line) for each, other in pairs)
    )  # fmt: skip


def _packed(data: bytes, path: Path) -> Screenplay | None:
    """Read a screenplay that is no plain text; None if it is one."""
    if _is_pdf(data):
        return _paper(_lines(data, path))
    head = "" if data.startswith(b"PK") else (characters(data[: 4 * _HEAD], is_head=True) or "")[:_HEAD]
    try:
        if "<FinalDraft" in head:
            return fdx.read(data)
        if data.startswith(b"PK") or "Open Screenplay Format" in head:
            return fadein.read(data)
    except DocumentError as error:
        raise DocumentError(
            f"{path}: {error.message}", remedy=error.remedy or "Save it again as it was made"
        ) from error
    return None


def _is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:1024]


def _lines(data: bytes, path: Path) -> list[Line]:
    try:
        return pdf.lines(data)
    except DocumentError as error:
        raise DocumentError(f"{path}: {error.message}", remedy=error.remedy) from error


def _paper(lines: list[Line]) -> Screenplay:
    """Read a printed screenplay by where its lines stand, or as plain text where no speech is set apart."""
    told = paper.read(lines)
    if told is not None:
        return told
    titles, body = paper.parted(lines)
    script = plain.read(paper.text(body))
    elements = tuple(replace(each, source="", line=0, end_line=0) for each in script.elements)
    return replace(script, titles=titles or script.titles, elements=elements, head="", form="pdf")


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
