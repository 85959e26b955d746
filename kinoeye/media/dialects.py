"""Dialects: how a text separates its columns, whether it quotes, and whether its first line names them.

The separator is the one by which most lines have the same number of cells; the first line is a heading line if it
speaks the words that headings are made of, or is a text over columns of numbers.
"""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kinoeye.headings import meaning

_SEPARATORS = ("\t", ",", ";", "|", "\x01")
_LINES = 400  # that are looked at
_EXCEL_HINT = re.compile(r"sep=(.)$", re.I)
_NUMBER = re.compile(r"[-+]?[\d.,]*\d%?|\\N")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9]*([_.][a-z0-9]+)*", re.I)
_LONGEST_HEADING = 60


@dataclass(frozen=True)
class Dialect:
    """How separated text is written.

    Parameters
    ----------
    separator : str
        Empty for one column.
    quote, escape : str
        Empty where it has none.
    headings : tuple of str
        Empty where the first line is a row.
    columns : int
    skipped_lines : int
        Before the first row.
    newline : str
    """

    separator: str
    quote: str
    escape: str
    headings: tuple[str, ...]
    columns: int
    skipped_lines: int
    newline: str = "\n"

    @property
    def form(self) -> str:
        """csv or tsv."""
        return "tsv" if self.separator == "\t" else "csv"


def dialect_of(text: str, *, is_head: bool = False) -> Dialect | None:
    """Tell how a text is written by its first lines; None if it has none.

    Parameters
    ----------
    text : str
        Line ends as they stand.
    is_head : bool
        Whether its last line may be cut.

    Examples
    --------
    >>> dialect_of("titel;jahr\\nDas Boot;1981\\n").separator
    ';'
    >>> dialect_of("1,Heat (1995),Action\\n2,Fargo (1996),Crime\\n").headings
    ()
    """
    newline = "\n" if "\n" in text else "\r"
    newline = "\r\n" if "\r\n" in text else newline
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if is_head and len(lines) > 1:
        lines = lines[:-1]
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return None
    lines = lines[first : first + _LINES]
    told = _EXCEL_HINT.match(lines[0])
    if told and len(lines) > 1:
        lines, first = lines[1:], first + 1
        separator, quote, escape = told[1], '"', ""
        rows = _parsed(lines, separator, quote, escape)
    else:
        separator, quote, escape, rows = _best(lines)
    rows = [row for row in rows if row]
    width = _width(rows)
    is_named = len(rows[0]) == width and names_columns(rows[0], rows[1:])
    taken = 1 + sum(cell.count("\n") for cell in rows[0]) if is_named else 0
    headings = tuple(cell.strip() for cell in rows[0]) if is_named else ()
    return Dialect(separator, quote, escape, headings, width, first + taken, newline)


def names_columns(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Say whether a line names the columns of the rows under it.

    Examples
    --------
    >>> names_columns(["a", "b"], [["Heat", "170"], ["Fargo", "98"]])
    True
    >>> names_columns(["Heat", "Crime"], [["Fargo", "Drama"]])
    False
    """
    cells = [cell.strip() for cell in first]
    if any(_NUMBER.fullmatch(c) or _DATE.fullmatch(c) or len(c) > _LONGEST_HEADING for c in cells) or not any(cells):
        return False
    sure = [meaning(cell)[1] for cell in cells]
    if sum(each >= 0.85 for each in sure) * 3 >= len(cells) or (sum(s >= 0.5 for s in sure) * 2 >= len(cells) > 1):
        return True
    below = list(zip(*(row for row in rows[:100] if len(row) == len(cells)), strict=True))
    if not below:
        return False
    if any(_mostly_numbers(column) for column in below):
        return len(set(cells)) == len(cells)
    named = all(_IDENTIFIER.fullmatch(cell) for cell in cells) and len(set(cells)) == len(cells)
    repeated = any(cell in column for cell, column in zip(cells, below, strict=True))
    plain = all(all(_IDENTIFIER.fullmatch(cell) for cell in column) for column in below)
    return named and not repeated and not plain and all(cell == cell.lower() for cell in cells)


def _mostly_numbers(column: Sequence[str]) -> bool:
    given = [cell for cell in column if cell.strip()]
    return bool(given) and sum(bool(_NUMBER.fullmatch(cell.strip())) for cell in given) >= 0.9 * len(given)


def _best(lines: list[str]) -> tuple[str, str, str, list[list[str]]]:
    """Return separator, quote, escape and the rows that they give."""
    found: list[tuple[float, int, tuple[str, str, str, list[list[str]]]]] = []
    for separator in _SEPARATORS:
        if not any(separator in line for line in lines[:2]):
            continue
        quote = '"' if _quotes(lines, separator) else ""
        escape = "\\" if quote and any('\\"' in line for line in lines) and not any('""' in s for s in lines) else ""
        rows = [row for row in _parsed(lines, separator, quote, escape) if row]
        width = _width(rows)
        if width > 1:
            share = sum(len(row) == width for row in rows) / len(rows)
            found.append((share, width, (separator, quote, escape, rows)))
    if not found:
        return "", "", "", [[line] for line in lines if line.strip()]
    # A separator that stands in texts too (a bar between genres) gives rows of many widths.
    share, _, best = max(found, key=lambda each: (each[0] >= 0.8, round(each[0], 1), each[1]))
    if share < 0.5 and len(best[3]) > 2:
        return "", "", "", [[line] for line in lines if line.strip()]
    return best


def _quotes(lines: Sequence[str], separator: str) -> bool:
    """Say whether quotes wrap cells. In TSV they mostly are signs of the text, unless they wrap what needs it."""
    if separator != "\t":
        return any('"' in line for line in lines) or True
    cells = [cell for line in lines for cell in line.split("\t") if cell.startswith('"')]
    if not cells:
        return False
    whole = [cell for cell in cells if len(cell) > 1 and cell.endswith('"') and cell[1:-1].count('"') % 2 == 0]
    return len(whole) == len(cells) and (any('""' in cell[1:-1] for cell in cells) or len(cells) >= len(lines))


def _parsed(lines: list[str], separator: str, quote: str, escape: str) -> list[list[str]]:
    if not quote:
        return [line.split(separator) for line in lines if line]
    try:
        return list(csv.reader(lines, delimiter=separator, quotechar=quote, escapechar=escape or None))
    except csv.Error:
        return [line.split(separator) for line in lines if line]


def _width(rows: Sequence[Sequence[str]]) -> int:
    """Return the commonest width; of equally common ones that of the first row."""
    counts = Counter(len(row) for row in rows)
    most = max(counts.values())
    first = len(rows[0])
    return first if counts[first] * 2 >= most else max(counts, key=lambda width: (counts[width], width))
