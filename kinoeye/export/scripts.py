"""Scripts: a screenplay of any form, written in another; the form is the file's ending."""

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from kinoeye.errors import DocumentError, UseError
from kinoeye.export import script_pdf
from kinoeye.media.documents import read_screenplay
from kinoeye.screenplay import fdx_write, fountain_write
from kinoeye.screenplay.elements import Screenplay

FORMS: Mapping[str, Callable[[Screenplay], bytes]] = {
    ".fountain": lambda screenplay: fountain_write.write(screenplay).encode(),
    ".txt": lambda screenplay: fountain_write.write(screenplay).encode(),
    ".fdx": fdx_write.write,
    ".pdf": script_pdf.write,
}
_READ = frozenset({*FORMS, ".fadein", ".osf"})


@dataclass(frozen=True)
class Converted:
    """What was written.

    Parameters
    ----------
    path : Path
    form : str
        How the source was written: fountain, fdx, fadein, pdf, chinese or stage.
    scenes, speeches, elements : int
    remarks : tuple of str
        What the reader of the source was not sure of.
    """

    path: Path
    form: str
    scenes: int
    speeches: int
    elements: int
    remarks: tuple[str, ...]


def convert(source: Path, target: Path, *, overwrites: bool = False) -> Converted:
    """Write a screenplay in another form; nothing is left half written.

    Parameters
    ----------
    source : Path
        Final Draft, Fade In, PDF, or plain text: Fountain, Chinese, a stage play.
    target : Path
        Ends in .fountain, .fdx, .pdf or .txt.
    overwrites : bool
        Whether a file that is there may be written over.

    Raises
    ------
    UseError
        If the target's ending is another, the file is there, or it is the source.
    DocumentError
        If the source cannot be read or holds no element, or the target cannot be written.
    """
    write = FORMS.get(target.suffix.lower())
    if write is None:
        raise UseError(f"script: the target must end in {', '.join(FORMS)}, got {target.name}")
    if target.exists() and source.exists() and target.samefile(source):
        raise UseError("script: the target must be another file than the source", remedy="Give it another name")
    if target.exists() and not overwrites:
        raise UseError(
            f"script: {target} must not be there yet", remedy="Give another name, or --force to write over it"
        )
    screenplay = read_screenplay(source)
    if not screenplay.elements:
        raise DocumentError(f"{source}: a screenplay must say something, got none of its elements")
    _put(target, write(screenplay))
    kinds = [each.kind for each in screenplay.elements]
    return Converted(
        target, screenplay.form, kinds.count("heading"), kinds.count("character"), len(kinds), screenplay.remarks
    )  # fmt: skip


def _put(target: Path, data: bytes) -> None:
    """Write beside, then rename."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DocumentError(
            f"{target}: must be writable, the system says: {error.strerror}",
            remedy="Check the folder and its permissions",
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
