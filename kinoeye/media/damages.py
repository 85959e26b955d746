"""Damages: what was wrong with a file that could be read nonetheless.

FFmpeg tells of many damages only in its log: listened to here, while a file is open, and nowhere else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import av
import av.logging

from kinoeye.media.guard import said

_NO_DAMAGE = "not on whitelist"  # a track that is not read anyway
_MOST = 100  # of one file: a scratched tape repeats itself


@dataclass(frozen=True)
class Damage:
    """One thing that was wrong.

    Parameters
    ----------
    message : str
    time : int, flicks
        Media time near which it happened; None where it concerns the whole file.
    byte : int
        Place in the file; None where unknown.
    """

    message: str
    time: int | None = None
    byte: int | None = None


class Damages:
    """Gathers damages; the same message in a row is one."""

    def __init__(self) -> None:
        self._log: list[tuple[int, str, str]] = []
        self._found: list[Damage] = []
        self._last = ""
        self.count = 0

    def add(self, what: BaseException | str, time: int | None = None, byte: int | None = None) -> None:
        """Record an error or a message."""
        message = what if isinstance(what, str) else said(what)
        self.count += 1
        if message != self._last and self.count <= _MOST:
            self._found.append(Damage(message, time, byte))
        self._last = message

    def hear(self, time: int | None = None, byte: int | None = None) -> None:
        """Record what FFmpeg logged since the last call."""
        if self._log:
            logged, self._log[:] = list(self._log), []
            for level, name, message in logged:
                if level <= av.logging.ERROR and _NO_DAMAGE not in message:
                    self.add(f"{name}: {' '.join(message.split())}", time, byte)

    def take(self) -> tuple[Damage, ...]:
        """Return the damages found since the last call."""
        self.hear()
        found, self._found = self._found, []
        return tuple(found)


@contextmanager
def listening() -> Iterator[Damages]:
    """Hear FFmpeg's errors while a file is read in this thread or in the decoder's own."""
    damages = Damages()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture(local=False) as log:
            damages._log = log
            yield damages
    finally:
        av.logging.set_level(None)
