"""``kinoeye catalogue profile``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.errors import StoreError
from kinoeye.export.columns_page import columns_page, told
from kinoeye.export.words import words
from kinoeye.run.catalogue import columns_of, record_files, shown

EPILOG = (
    "Example: kinoeye catalogue profile titles.csv --write. A folder: kinoeye catalogue profile my-film. A database: "
    "kinoeye catalogue profile 'sqlite:///films.db#titles'"
)


def profile(
    source: Annotated[
        str, typer.Argument(metavar="FILE|DIR|URL", help="CSV, TSV, JSON, Parquet, Excel; a folder; a database's URL.")
    ],
    write: Annotated[bool, typer.Option("--write", help="Write a page with pictures beside the file.")] = False,
    language: Annotated[str, typer.Option("--language", help="en or zh: in which it is told.")] = "en",
    json: Json = False,
) -> None:
    """Say what each column is and holds: gaps, range, outliers, what can hardly be true, and why."""
    words(language)
    is_address = "://" in source
    paths: list[Any] = record_files(Path(source)) if not is_address and Path(source).is_dir() else [source]
    answers = []
    for path in paths:
        records, columns = columns_of(path)
        rows = columns.to_pylist()
        named = shown(path)
        page = None
        if write:
            title = named.partition("#")[2] or named if is_address else Path(path).name
            place = Path() if is_address else Path(path).parent
            made = columns_page(rows, title=title, form=records.form, notes=records.notes, language=language)
            page = _written(place, "database" if is_address else Path(path).name, made)
        answers.append({"source": named, "form": records.form, "notes": dict(records.notes), "columns": rows,
                        "page": str(page) if page else None})  # fmt: skip
        if not json:
            _say(named, rows, language, page)
    if json:
        console.say_json(answers if len(paths) > 1 else answers[0])


def _say(named: str, rows: list[dict[str, Any]], language: str, page: Path | None) -> None:
    said = words(language).sections["catalogue"]
    count = rows[0]["rows"] if rows else 0
    console.say(said["head"].format(name=named, rows=f"{count:,}", columns=len(rows)))
    console.say_table([
        {
            said["column"]: row["heading"] or row["name"], said["role"]: said.get(f"role_{row['role']}", row["role"]),
            said["sure"]: round(row["role_score"], 2), said["missing_head"]: row["missing"],
            said["distinct"]: row["distinct"], said["least"]: row["least"], said["greatest"]: row["greatest"],
            said["why"]: told(row, language),
        }
        for row in rows
    ])  # fmt: skip
    if page:
        console.say(str(page))


def _written(folder: Path, name: str, page: bytes) -> Path:
    """Write a page under a name that no file has."""
    for number in range(1, 1000):
        target = folder / f"{name}-columns{'' if number == 1 else f'-{number}'}.html"
        try:
            with target.open("xb") as file:
                file.write(page)
        except FileExistsError:
            continue
        except OSError as error:
            raise StoreError(
                f"catalogue: {target} must be writable, got {error.strerror}", remedy="Give the right to write there"
            ) from error
        return target
    raise StoreError(f"catalogue: {folder} must have room for a page, got a thousand of them already")
