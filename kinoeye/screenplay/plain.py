"""Plain text: a screenplay read in the form in which it is written, told by content."""

from collections.abc import Mapping
from types import ModuleType

from kinoeye.screenplay import chinese, fountain, stage
from kinoeye.screenplay.elements import Screenplay

_FORMS: Mapping[str, ModuleType] = {"chinese": chinese, "stage": stage}


def form(text: str) -> str:
    """Return the form of a plain text: chinese, stage, or fountain for all else."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return next((name for name, reader in _FORMS.items() if reader.is_script(text)), "fountain")


def read(text: str) -> Screenplay:
    """Read a screenplay in plain text, whatever its form."""
    reader = {"chinese": chinese.read, "stage": stage.read, "fountain": fountain.read}[form(text)]
    return reader(text)
