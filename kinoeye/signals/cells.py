"""Cells: what one cell of a table holds: nothing, one thing, or a list of things in one of many spellings."""

import ast
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

# What people and programs write where they know nothing; lower case. Titles may truly be called "None" or "Unknown".
PLACEHOLDERS = frozenset(
    {
        *("", "\\n", "n/a", "na", "#n/a", "nan", "null", "none", "nil", "-", "--", "---", "—", "–", "?", "??", "."),
        *("unknown", "undefined", "not available", "tba", "tbd", "<na>", "(null)", "#value!", "#ref!", "inf", "-inf"),
        *("not rated", "no data", "missing", "(no genres listed)", "nat", "..."),
        *("未知", "无", "暂无", "不详", "空", "没有", "暂无评分", "无数据", "暂缺"),
    }
)
STRICT_PLACEHOLDERS = frozenset({"", "\\n", "n/a", "#n/a", "nan", "(null)", "<na>", "#value!", "#ref!", "-", "--"})

_NAMES = ("name", "english_name", "title", "value", "Name", "label")
_SEPARATORS = ("|", ";", "；", "\n", " / ", "、", "/", "，", ",", " · ")
_AND = re.compile(r"\s+(?:and|&|und|et|y|和)\s+")


def is_missing(text: str, *, strictly: bool = False) -> bool:
    """Say whether a cell says that nothing is known.

    Examples
    --------
    >>> is_missing("N/A"), is_missing("None", strictly=True), is_missing(" ")
    (True, False, True)
    """
    return text.strip().lower() in (STRICT_PLACEHOLDERS if strictly else PLACEHOLDERS)


def separator_of(texts: Iterable[str]) -> str:
    """Return the separator by which a column's cells list things; empty where they hold one each.

    Examples
    --------
    >>> separator_of(["Action|Crime", "Drama"]), separator_of(["剧情 / 爱情", "喜剧"]), separator_of(["Drama"])
    ('|', ' / ', '')
    """
    counts: Counter[str] = Counter()
    for text in texts:
        for separator in _SEPARATORS:
            if separator in text:
                counts[separator] += 1
                break
    return counts.most_common(1)[0][0] if counts else ""


def things_in(cell: Any, separator: str = "", *, job: str = "") -> list[str]:
    """Return the things that a cell lists, as texts.

    Parameters
    ----------
    cell : str, list, dict or number
    separator : str
        Of the column; a cell without it is one thing.
    job : str
        Of a list of a film's crew: whose names are wanted.

    Examples
    --------
    >>> things_in("Action|Crime", "|"), things_in("['Action', 'Drama']"), things_in('[{"id": 28, "name": "Action"}]')
    (['Action', 'Crime'], ['Action', 'Drama'], ['Action'])
    """
    if isinstance(cell, str):
        text = cell.strip()
        if text[:1] in "[{" and text[-1:] in "]}" and (told := _structure(text)) is not None:
            cell = told
        else:
            parts = text.split(separator) if separator else [text]
            return [part for each in parts if (part := each.strip()) and not is_missing(part)]
    if isinstance(cell, Mapping):
        cell = [cell] if any(name in cell for name in _NAMES) else list(cell.values())
    if isinstance(cell, list | tuple):
        found = [name for each in cell if (name := _name(each, job))]
        return [each for each in found if not is_missing(each)]
    return [] if cell is None else [str(cell)]


def codes_in(cell: Any, key: str) -> list[str]:
    """Return what a list of objects holds under keys that begin so (``iso_639_1``); empty where it is no such list."""
    if isinstance(cell, str):
        cell = _structure(cell.strip()) if cell.strip()[:1] == "[" else None
    if not isinstance(cell, list | tuple):
        return []
    return [
        str(value) for each in cell if isinstance(each, Mapping)
        for name, value in each.items() if str(name).startswith(key) and value
    ]  # fmt: skip


def _structure(text: str) -> Any:
    """Return a list that is written as JSON or as Python writes it; None if it is neither."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        told = ast.literal_eval(text) if len(text) < 1 << 20 else None
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        told = None
    if told is None and re.fullmatch(r"\[[^\[\]{}]*\]", text):
        told = [part.strip().strip("'\"") for part in text[1:-1].split(",")]
    return list(told) if isinstance(told, set | tuple) else told


def _name(thing: Any, job: str) -> str:
    if isinstance(thing, Mapping):
        done = thing.get("job")
        if job and done is not None and str(done) != job and str(thing.get("department")) != f"{job[:-2]}ing":
            return ""
        thing = next((thing[name] for name in _NAMES if thing.get(name)), "")
    return "" if thing is None else " ".join(str(thing).split())


def apart(things: list[str]) -> list[str]:
    """Return names with those taken apart that an "and" joins.

    >>> apart(["Joel Coen & Ethan Coen", "Tom Hanks"])
    ['Joel Coen', 'Ethan Coen', 'Tom Hanks']
    """
    return [part for thing in things for part in _AND.split(thing) if part]
