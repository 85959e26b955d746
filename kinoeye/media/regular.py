"""Regular: whether separated text can be read as it lies, told in one quick pass over its bytes.

It must be UTF-8 without NUL, every row as wide as the first, and quotes must wrap whole cells. The pass is about ten
times as quick as parsing, so that a file of gigabytes is known to be sound before its first row is given.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinoeye.media.characters import decoded
from kinoeye.media.dialects import Dialect

_BLOCK = 8 << 20  # bytes looked at at once
_NEWLINE = 10
_RETURN = 13
_LOOKED = 1 << 20  # bytes around the first that is no UTF-8

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Checked:
    """What a look at all bytes found.

    Parameters
    ----------
    is_clean : bool
        Whether it can be read as it lies.
    encoding : str
    has_breaks : bool
        Whether a cell has a line end in it.
    longest : int, bytes
        Of the rows, about.
    bad_bytes : int
        Blocks in which something is no UTF-8.
    """

    is_clean: bool = False
    encoding: str = "utf-8"
    has_breaks: bool = False
    longest: int = 0
    bad_bytes: int = 0


def check(path: Path, dialect: Dialect) -> Checked:
    """Look at every byte of a file that seems to be UTF-8."""
    walk = _Walk(dialect)
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb", buffering=0) as file:
        for _ in range(dialect.skipped_lines):
            _skip_line(file)
        while block := file.read(_BLOCK):
            if b"\0" in block:
                return Checked()
            try:
                pending = decoder.getstate()[0]
                if pending or not block.isascii():
                    decoder.decode(block)
            except UnicodeDecodeError as error:
                near = block[max(0, error.start - _LOOKED) : error.start + _LOOKED]
                told = decoded(near[near.find(b"\n") + 1 : near.rfind(b"\n") + 1 or None])
                is_chinese = told is not None and told.encoding == "gb18030"
                return Checked(encoding="gb18030" if is_chinese else "utf-8", bad_bytes=1)
            if not walk.goes_on(block):
                return Checked()
    if decoder.getstate()[0]:
        return Checked(bad_bytes=1)
    return Checked(walk.ends_well(), "utf-8", walk.has_breaks, walk.longest)


def _skip_line(file: object) -> None:
    """Go behind the next line end; unbuffered, so by steps back."""
    place = file.tell()  # type: ignore[attr-defined]
    while piece := file.read(4096):  # type: ignore[attr-defined]
        at = piece.find(b"\n")
        if at >= 0:
            file.seek(place + at + 1)  # type: ignore[attr-defined]
            return
        place += len(piece)


class _Walk:
    """Counts separators row by row, over the borders of blocks."""

    def __init__(self, dialect: Dialect) -> None:
        self.separator = ord(dialect.separator) if dialect.separator else None
        self.quote = ord(dialect.quote) if dialect.quote else None
        self.wanted = dialect.columns - 1
        self.carried = 0  # separators of the row that goes on in the next block
        self.inside = 0  # whether a quote is open
        self.before = _NEWLINE  # the byte before the block
        self.since = 0  # bytes of the row that goes on
        self.has_breaks = False
        self.longest = 0

    def goes_on(self, block: bytes) -> bool:
        """Take a block; False if a row in it is not as wide as the first."""
        bytes_ = np.frombuffer(block, np.uint8)
        ends = np.flatnonzero(bytes_ == _NEWLINE)
        separators = np.flatnonzero(bytes_ == self.separator) if self.separator is not None else ends[:0]
        if self.quote is not None and (self.inside or block.find(self.quote) >= 0):
            quotes = np.flatnonzero(bytes_ == self.quote)
            if not self._wrap_cells(bytes_, quotes):
                return False
            outside = (np.searchsorted(quotes, separators) + self.inside) % 2 == 0
            separators = separators[outside]
            is_end = (np.searchsorted(quotes, ends) + self.inside) % 2 == 0
            self.has_breaks |= not bool(is_end.all())
            ends = ends[is_end]
            self.inside = (self.inside + len(quotes)) % 2
        fits = self._widths(bytes_, ends, separators)
        self.before = block[-1]
        return fits

    def _widths(self, bytes_: npt.NDArray[np.uint8], ends: Places, separators: Places) -> bool:
        if not len(ends):
            self.carried += len(separators)
            self.since += len(bytes_)
            return True
        upto = np.searchsorted(separators, ends)
        counts = np.diff(upto, prepend=0)
        counts[0] += self.carried
        lengths = np.diff(ends, prepend=-1)
        lengths[0] += self.since
        self.longest = max(self.longest, int(lengths.max()))
        self.carried = len(separators) - int(upto[-1])
        self.since = len(bytes_) - int(ends[-1]) - 1
        wrong = counts != self.wanted
        if not self.wanted or not wrong.any():
            return True
        # An empty line is no row.
        last = np.where(ends > 0, bytes_[ends - 1], self.before)
        is_empty = (lengths == 1) | ((lengths == 2) & (last == _RETURN))
        return not bool((wrong & ~is_empty).any())

    def _wrap_cells(self, bytes_: npt.NDArray[np.uint8], quotes: Places) -> bool:
        """Say whether every quote that opens stands at the begin of a cell, or doubles the one before."""
        opening = quotes[self.inside :: 2]
        before = np.where(opening > 0, bytes_[opening - 1], self.before)
        fits = (before == _NEWLINE) | (before == self.quote)
        if self.separator is not None:
            fits |= before == self.separator
        return bool(fits.all())

    def ends_well(self) -> bool:
        """Say whether the last row, which may have no line end, is whole."""
        self.longest = max(self.longest, self.since)
        return not self.inside and (self.since == 0 or self.carried == self.wanted)
