"""Log layout: whether a file is a viewing log, how its rows are written, and what each of its columns is.

A heading proposes, the values dispose, as everywhere: a column called state is what a player did only if its words are
those of players. A file is a log if it says who watched (or in which session), what, and when or how: titles alone are
a catalogue. MovieLens' files without headings are known by their four columns.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kinoeye.headings import words_of
from kinoeye.media import logs_cmcd
from kinoeye.media.characters import decoded
from kinoeye.media.dialects import dialect_of
from kinoeye.media.logs_lines import Faults, Objects, flat, head_of, named, separated
from kinoeye.media.logs_names import event_of, role_of, unit_of
from kinoeye.media.logs_values import SECONDS, is_day_first, lengths, numbers, texts, times
from kinoeye.media.records import read_records
from kinoeye.media.spools import typed, unique_names

_HEAD_BYTES = 1 << 18
_LOOKED = 4000  # rows
_HALF = 0.5
_LONG_SECONDS = 30_000  # positions beyond are no seconds: no title has eight hours
_FIRST_MS, _LAST_MS = 631_152_000_000, 4_102_444_800_000  # 1990 .. 2100: what a time of a log can be
_MOVIELENS = ("user id", "movie id", "rating", "timestamp")
_REMARKS = frozenset({"tag", "tags", "comment", "review", "note", "标签", "评论"})
_CMCD_COLUMNS = ("query", "cmcd_header")
_BINARY = (b"PAR1", b"ARROW1", b"SQLite format 3\0", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Layout:
    """How a log is written.

    Parameters
    ----------
    form : str
        separated, objects (a line), access, or records (what `read_records` opens).
    kind : str
        What it is called: events, ratings, viewings, remarks, cmcd, netflix, youtube.
    columns : mapping of role to name
    units : mapping of role to unit
    names : tuple of str
        Of all columns, of separated text.
    separator, quote, encoding : str
    mark : int, bytes
        Of a byte order mark.
    skipped : int
        Lines in front of the first row.
    day_first : bool
    scale : float
        Largest rating.
    """

    form: str
    kind: str = ""
    columns: Mapping[str, str] = ()  # type: ignore[assignment]
    units: Mapping[str, str] = ()  # type: ignore[assignment]
    names: tuple[str, ...] = ()
    separator: str = ""
    quote: str = ""
    encoding: str = "utf-8"
    mark: int = 0
    skipped: int = 0
    day_first: bool = False
    scale: float = 10.0


def layout_of(path: Path) -> Layout | None:
    """Return how a log is written; None if the file is no log."""
    head = head_of(path, _HEAD_BYTES)
    if head.startswith(_BINARY):
        return _of_table(_rows_of(path, head), Layout("records"))
    told = decoded(head.replace(b"\0", b"") if 0 < head.count(0) * 10 < len(head) else head, is_head=True)
    if told is None or not told.text.strip():
        return None
    base = Layout("", encoding=told.encoding, mark=len(told.mark))
    text = told.text.replace("\r\n", "\n").replace("\r", "\n")
    if len(head) == _HEAD_BYTES:
        text = text[: text.rfind("\n") + 1] or text
    start = text.lstrip()
    if start.startswith("["):
        return _of_table(_array(start), replace(base, form="records"))
    if start.startswith("{"):
        return _of_table(_objects(text), replace(base, form="objects"))
    if _is_access(text):
        return replace(base, form="access", kind="cmcd", columns={name: name for name in logs_cmcd.NAMES},
                       units={"position": "ms", "length": "ms", "bitrate": "kbit"})  # fmt: skip
    return _separated(text, base)


def _rows_of(path: Path, head: bytes) -> pa.Table:
    if head.startswith(b"PAR1"):
        with pq.ParquetFile(path) as file:
            batch = next(file.iter_batches(batch_size=_LOOKED), None)
            return flat(pa.Table.from_batches([batch] if batch is not None else [], file.schema_arrow))
    return flat(read_records(path).sample(_LOOKED))


def _array(text: str) -> pa.Table:
    """Return the first objects of an array of them."""
    found: list[dict[str, Any]] = []
    decoder, place = json.JSONDecoder(), 1
    while len(found) < _LOOKED and (begin := text.find("{", place)) >= 0 and not text[place:begin].strip(" \n\t,"):
        try:
            row, place = decoder.raw_decode(text, begin)
        except ValueError:
            break
        found.append(dict(named(row)))
    names = list(dict.fromkeys(name for each in found for name in each))
    return pa.table({name: typed([each.get(name) for each in found]) for name in names})


def _objects(text: str) -> pa.Table:
    lines = [line for line in text.split("\n") if line.strip()][:_LOOKED]
    block = ("\n".join(lines) + "\n").encode("utf-8", "replace")
    return Objects().read(np.arange(1, len(lines) + 1), block, Faults()).columns


def _is_access(text: str) -> bool:
    lines = [line for line in text.split("\n")[:400] if line.strip()]
    own = [line for line in lines if logs_cmcd.ACCESS.match(line)]
    return len(own) > _HALF * len(lines) and any(logs_cmcd.holds_cmcd(line) for line in own)


def _separated(text: str, base: Layout) -> Layout | None:
    if names := logs_cmcd.fields(text):
        separator = "\t" if any("\t" in line for line in text.split("\n") if not line.startswith("#")) else " "
        layout = replace(base, separator=separator, names=tuple(unique_names(names)))
    elif width := _doubled_colons(text):
        layout = replace(base, separator="::", names=tuple(unique_names([""] * width)))
    else:
        dialect = dialect_of(text)
        if dialect is None or dialect.columns < 2 or dialect.escape:
            return None
        headings = dialect.headings or [""] * dialect.columns
        layout = replace(base, separator=dialect.separator, quote=dialect.quote, skipped=dialect.skipped_lines,
                         names=tuple(unique_names(headings)))  # fmt: skip
        if not dialect.headings and _is_heading(first_line := _cells(text, dialect.separator)):
            layout = replace(layout, names=tuple(unique_names(first_line)), skipped=dialect.skipped_lines + 1)
    lines = [line for line in text.split("\n")[layout.skipped :] if line.strip() and not line.startswith("#")][:_LOOKED]
    block = ("\n".join(lines) + "\n").encode("utf-8", "replace") if lines else b""
    rows = np.arange(1, len(lines) + 1)
    sample = separated(rows, block, layout.names, layout.separator, layout.quote, Faults()).columns
    return _of_table(sample, replace(layout, form="separated"))


def _doubled_colons(text: str) -> int:
    """Return how many cells stand between double colons in most lines; 0 if they are no separators."""
    widths = [len(line.split("::")) for line in text.split("\n")[:50] if line.strip()]
    most = max(set(widths), key=widths.count) if widths else 0
    return most if most > 1 and widths.count(most) > _HALF * len(widths) else 0


def _cells(text: str, separator: str) -> list[str]:
    return [each.strip().strip('"') for each in text.lstrip("\n").split("\n", 1)[0].split(separator)]


def _is_heading(cells: Sequence[str]) -> bool:
    """Say whether most cells of a line are headings of logs."""
    return len(cells) > 1 and sum(role_of(each) is not None for each in cells) > _HALF * len(cells)


def _of_table(sample: pa.Table, layout: Layout) -> Layout | None:
    """Say what the columns are; None if they are not those of a log."""
    if not sample.num_columns:
        return None
    columns = _roles(sample)
    heads = {words_of(name) for name in sample.schema.names}
    kind = ""
    if heads == {"title", "date"} and _is_time(sample, sample.schema.names):
        kind, columns = "netflix", {words_of(name).replace("date", "at"): name for name in sample.schema.names}
    elif {"header", "title", "time"} <= heads and heads & {"title url", "products"}:
        kind, columns = "youtube", {"title": _named(sample, "title"), "at": _named(sample, "time")}
    elif not columns and (found := _movielens(sample)):
        kind, columns = "ratings", found
    elif any(_has_cmcd(sample, columns.get(role)) for role in _CMCD_COLUMNS):
        kind = "cmcd"
    elif not _is_log(columns):
        return None
    kind = kind or ("events" if "event" in columns else "ratings" if "rating" in columns else "viewings")
    if kind == "viewings" and "length" not in columns and "position" not in columns and heads & _REMARKS:
        kind = "remarks"
    if {"profile name", "start time", "duration"} <= heads:
        kind = "netflix"
    units: dict[str, str] = {role: _unit(sample, columns[role]) for role in ("position", "target", "length", "whole")
             if role in columns}  # fmt: skip
    if "bitrate" in columns:
        units["bitrate"] = unit_of(columns["bitrate"]) if unit_of(columns["bitrate"]) in {"kbit", "bit"} else (
            "bit" if np.nanmedian([*numbers(sample[columns["bitrate"]])[0], 0]) > 200_000 else "kbit")  # fmt: skip
    own = sample[columns["at"]] if "at" in columns else None
    days = own is not None and pa.types.is_string(own.type) and is_day_first(own)
    return replace(layout, kind=kind, columns=columns, units=units, day_first=days, scale=_scale(sample, columns))


def _roles(sample: pa.Table) -> dict[str, str]:
    proposed: dict[str, list[tuple[int, str]]] = {}
    for name in sample.schema.names:
        told = role_of(name)
        if told is not None:
            proposed.setdefault(told[0], []).append((told[1], name))
    columns: dict[str, str] = {}
    for role, found in proposed.items():
        for _, name in sorted(found):
            if _fits(sample, role, name):
                columns[role] = name
                break
    if "at" in columns and words_of(columns["at"]) == "date" and "time" in (heads := _by_words(sample)):
        columns |= {"clock": heads["time"]} if not _is_time(sample, [heads["time"]]) else {"at": heads["time"]}
    elif "at" in columns and not _is_time(sample, [columns["at"]]) and "date" in (heads := _by_words(sample)):
        columns |= {"clock": columns["at"], "at": heads["date"]}
    if "length" in columns and "whole" not in columns and _is_of_title(sample, columns):
        columns["whole"] = columns.pop("length")
    return columns


def _by_words(sample: pa.Table) -> dict[str, str]:
    return {words_of(name): name for name in sample.schema.names}


def _named(sample: pa.Table, words: str) -> str:
    return _by_words(sample)[words]


def _fits(sample: pa.Table, role: str, name: str) -> bool:
    column = sample[name]
    if column.null_count == len(column) and len(column):
        return role not in {"viewer", "event", "title"}
    if role in {"at", "received"}:
        return not len(column) or _is_time(sample, [name]) or words_of(name) in {"date", "time"}
    if role == "event":
        told = [each for each in texts(column).to_pylist() if each]
        return not len(column) or sum(bool(event_of(each)) for each in told) > _HALF * len(told)
    if role in {"rating", "rate", "bitrate"}:
        return _read_share(texts(column), numbers(column)) > _HALF
    if role in {"position", "target", "length", "whole"}:
        return _read_share(texts(column), lengths(column, "s")) > _HALF
    return True


def _read_share(told: Any, read: tuple[Any, int]) -> float:
    there = len(told) - told.null_count
    return 1.0 - read[1] / there if there else 1.0


def _is_time(sample: pa.Table, names: Sequence[str]) -> bool:
    """Say whether one of these columns holds times of our days, or 1970 where a clock was never set."""
    for name in names:
        column = sample[name]
        told = texts(column)
        there = len(told) - told.null_count
        try:
            found, _ = times(column)
        except (pa.ArrowException, OverflowError):
            continue
        own = (found >= _FIRST_MS) & (found < _LAST_MS)
        if there and own.sum() > 0.4 * there:
            return True
    return False


def _is_log(columns: Mapping[str, str]) -> bool:
    has = set(columns)
    when = has & {"at", "position", "length", "rating", "event"}
    who = has & {"viewer", "session"}
    return "title" in has and bool((who and when) or {"event", "at"} <= has)


def _movielens(sample: pa.Table) -> dict[str, str]:
    """Know MovieLens' files without headings: viewer, title, rating, time."""
    if sample.num_columns != len(_MOVIELENS) or not sample.num_rows:
        return {}
    viewer, title, rating, at = (numbers(sample.column(number))[0] for number in range(4))
    is_whole = all(np.nanmean((each == np.rint(each)) & (each >= 0)) > 0.8 for each in (viewer, title))
    is_rated = np.nanmean((rating >= 0) & (rating <= 10) & (rating * 2 == np.rint(rating * 2))) > 0.8
    is_time = np.nanmean((at * 1000 >= _FIRST_MS) & (at * 1000 < _LAST_MS)) > 0.8
    names = sample.schema.names
    is_all = is_whole and is_rated and is_time
    return dict(zip(("viewer", "title", "rating", "at"), names, strict=True)) if is_all else {}


def _has_cmcd(sample: pa.Table, name: str | None) -> bool:
    if name is None:
        return False
    told = [each for each in texts(sample[name]).to_pylist()[:400] if each]
    if words_of(name).startswith("cmcd"):
        return any("sid" in logs_cmcd.pairs(each) for each in told)
    asked = (each if re.match(r"[/?]|https?:", each) else f"?{each}" for each in told)
    return any(logs_cmcd.holds_cmcd(each) for each in asked)


def _is_of_title(sample: pa.Table, columns: Mapping[str, str]) -> bool:
    """Say whether a length is that of the title rather than of what was watched: it is the same in all of its rows."""
    if "event" not in columns or "title" not in columns or "position" not in columns:
        return False
    found, _ = lengths(sample[columns["length"]], "s")
    own = pa.table({"title": texts(sample[columns["title"]]), "length": found}).filter(pc.is_finite(pc.field("length")))
    pairs = own.group_by(["title", "length"]).aggregate([]).num_rows
    titles = own.group_by("title").aggregate([]).num_rows
    return bool(own.num_rows > 2 * titles and pairs <= 1.1 * titles + 1)


def _unit(sample: pa.Table, name: str) -> str:
    unit = unit_of(name)
    if unit in SECONDS:
        return unit
    found, _ = lengths(sample[name], "s")
    found = found[np.isfinite(found)]
    return "ms" if len(found) and (found == np.rint(found)).all() and np.quantile(found, 0.9) > _LONG_SECONDS else "s"


def _scale(sample: pa.Table, columns: Mapping[str, str]) -> float:
    if "rating" not in columns:
        return 10.0
    found, _ = numbers(sample[columns["rating"]])
    most = float(np.nanquantile(found, 0.99)) if np.isfinite(found).any() else 10.0
    return next((each for each in (1.0, 5.0, 10.0, 100.0) if most <= each and not (each == 1.0 and most < 1.0)), 100.0)
