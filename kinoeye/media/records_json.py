"""Records as JSON: an array of objects, an object a line, one object, or an object around such an array.

DuckDB reads arrays and lines of any size in bounded memory and finds the columns of all objects, those that only the
last one has, too. What has another shape (rows by key, columns by name, pages of an answer) is made lines first.
"""

import importlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kinoeye.errors import DocumentError
from kinoeye.media.characters import decoded
from kinoeye.media.spools import dataset_in, temporary_folder
from kinoeye.streams import Records

_HEAD_BYTES = 1 << 20
_TAIL_BYTES = 1 << 16
_MOST_WRAPPED = 512 << 20  # bytes of one object that is read whole
_MOST_OBJECT = 32 << 20  # bytes of one row
_MEMORY = "1500MB"
_LIST = re.compile(r"\s*\[")
_OBJECT = re.compile(r"\s*\{")
_LINES = re.compile(r"\}\s*\n\s*\{")


def is_json(head: bytes) -> bool:
    """Say whether a file begins as JSON that holds objects does."""
    told = decoded(head[:4096], is_head=True)
    return told is not None and bool(re.match(r'\s*(\{\s*["}]|\[\s*[\[{\]]|\{\s*$)', told.text))


def begins_as_json(head: bytes) -> bool:
    """Say whether a file begins with a bracket as JSON does, whatever comes behind it."""
    told = decoded(head[:4096], is_head=True)
    return told is not None and told.text.lstrip()[:1] in {"{", "["}


def read(path: Path, named: Path) -> Records:
    """Open JSON.

    Raises
    ------
    DocumentError
        If it is damaged, or holds no objects.
    """
    folder = temporary_folder()
    try:
        source = _as_utf8(path, folder)
        with source.open("rb") as file:
            text = file.read(_HEAD_BYTES).decode("utf-8", "ignore")
        if _LIST.match(text) and _OBJECT.match(text[text.index("[") + 1 :]):
            form = "array"
            _closed(source, named)  # DuckDB would take what is there for all
        elif _OBJECT.match(text) and _is_lines(text):
            form = "newline_delimited"
        else:
            source, form = _unwrapped(source, folder, named), "newline_delimited"
        whole = folder / "rows.parquet"
        names = _laid(source, form, whole, named)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Records(dataset_in(folder, [whole]), tuple(names), "json")


def _as_utf8(path: Path, folder: Path) -> Path:
    """Return a file in UTF-8 without a mark: the same, or a copy."""
    with path.open("rb") as file:
        told = decoded(file.read(_HEAD_BYTES), is_head=True)
        if told is None or (told.encoding == "utf-8" and not told.mark):
            return path
        copy = folder / "utf-8.json"
        file.seek(len(told.mark))
        with copy.open("w", encoding="utf-8", newline="") as out:
            text = path.open("r", encoding=told.encoding, errors="replace", newline="")
            with text:
                first = text.read(1 << 20).lstrip("\ufeff")
                while first:
                    out.write(first)
                    first = text.read(1 << 20)
    return copy


def _is_lines(text: str) -> bool:
    """Say whether an object is followed by another."""
    try:
        _, end = json.JSONDecoder().raw_decode(text.lstrip())
    except ValueError:
        return False  # one object, larger than the head
    return text.lstrip()[end:].lstrip().startswith("{")


def _closed(path: Path, named: Path) -> None:
    """Raise an error unless an array has its end."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - _TAIL_BYTES))
        tail = file.read().rstrip(b" \t\r\n\0")
    if tail and not tail.endswith(b"]"):
        raise DocumentError(f"{named}: must be whole JSON, got an array without its end", remedy="Copy the file again")


def _unwrapped(path: Path, folder: Path, named: Path) -> Path:
    """Bring the rows out of an object around them, and write them as lines."""
    size = path.stat().st_size
    if size > _MOST_WRAPPED:
        raise DocumentError(
            f"{named}: one JSON object must have at most {_MOST_WRAPPED >> 20} MB, got {size >> 20} MB",
            remedy="Write it as an array, or an object a line",
        )
    try:
        told = json.loads(path.read_text("utf-8", errors="replace"))
    except ValueError as error:
        raise DocumentError(f"{named}: must be whole JSON, got {error}", remedy="Copy the file again") from error
    rows = list(_rows(told))
    if not rows:
        raise DocumentError(f"{named}: JSON must hold objects, one a row, got none")
    lines = folder / "lines.json"
    with lines.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return lines


def _rows(told: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows that JSON of some other shape holds."""
    if isinstance(told, list):
        lists = [each for each in told if isinstance(each, list)]
        if lists and len(lists) == len(told) and all(isinstance(cell, str) for cell in told[0]):
            yield from (dict(zip(told[0], row, strict=False)) for row in told[1:])  # a heading line and rows
        yield from (each for each in told if isinstance(each, dict))
        return
    if not isinstance(told, dict):
        return
    inner = [value for value in told.values() if isinstance(value, list) and value and isinstance(value[0], dict)]
    if len(inner) == 1 and len(told) - 1 <= sum(not isinstance(v, list | dict) for v in told.values()):
        is_wrapper = all(key.lower() not in {"title", "name"} for key in told)
        if is_wrapper:
            yield from (row for row in inner[0] if isinstance(row, dict))
            return
    values = list(told.values())
    if values and all(isinstance(value, list) for value in values) and len({len(v) for v in values}) == 1:
        yield from (dict(zip(told, row, strict=True)) for row in zip(*values, strict=True))
        return
    if values and all(isinstance(value, dict) for value in values):
        yield from _keyed(told)
        return
    yield told


def _keyed(told: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield rows by key, or turn columns of numbered cells into rows."""
    keys = next(iter(told.values())).keys()
    if keys and all(key.isdigit() for key in keys):
        for number in keys:
            yield {name: column.get(number) for name, column in told.items()}
        return
    for key, row in told.items():
        yield row if any(name.lower() == "id" for name in row) else {"id": key, **row}


def _laid(source: Path, form: str, target: Path, named: Path) -> list[str]:
    """Write the rows as Parquet; return the names of their columns."""
    connection = _duckdb().connect()
    connection.execute(f"SET memory_limit='{_MEMORY}'")
    connection.execute("SET preserve_insertion_order=true")
    connection.execute(f"SET temp_directory='{target.parent}'")
    query = (
        f"SELECT * FROM read_json(?, format='{form}', sample_size=-1, maximum_object_size={_MOST_OBJECT}, "  # noqa: S608
        "map_inference_threshold=-1, field_appearance_threshold=0, convert_strings_to_integers=false)"
    )
    try:
        relation = connection.execute(f"DESCRIBE {query}", [str(source)]).fetchall()
        names = [row[0] for row in relation]
        columns = ", ".join(_plain(name, kind) for name, kind, *_ in relation)
        connection.execute(
            f"COPY (SELECT {columns} FROM ({query})) TO '{target}' (FORMAT parquet, COMPRESSION zstd)",  # noqa: S608
            [str(source)],
        )
    except _duckdb().Error as error:
        told = str(error).split("\n\nLINE ")[0].removeprefix("Invalid Input Error: ")
        said = " ".join(told.split()).replace(str(source), str(named)).rstrip(".")
        raise DocumentError(f"{named}: must be whole JSON, got {said[:300]}", remedy="Copy the file again") from error
    finally:
        connection.close()
    return names


def _plain(name: str, kind: str) -> str:
    """Return a column's expression: a value of changing type becomes its text."""
    quoted = '"' + name.replace('"', '""') + '"'
    if kind == "JSON":
        text = f"CASE WHEN json_type({quoted}) = 'VARCHAR' THEN {quoted}->>'$' ELSE CAST({quoted} AS VARCHAR) END"
        return f"{text} AS {quoted}"
    if "JSON" in kind or kind.startswith("MAP"):
        return f"CAST(to_json({quoted}) AS VARCHAR) AS {quoted}"
    if kind.startswith(("UUID", "UHUGEINT", "HUGEINT")):
        return f"CAST({quoted} AS VARCHAR) AS {quoted}"
    return quoted


def _duckdb() -> Any:
    return importlib.import_module("duckdb")  # a fifth of a second, and only records need it
