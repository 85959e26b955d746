"""``kinoeye catalogue statistics``."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Json, Store
from kinoeye.errors import UseError
from kinoeye.export.statistics_page import SURE, statistics_page
from kinoeye.export.words import words
from kinoeye.run.catalogue_files import check_free, put_new
from kinoeye.run.title_figures import Figures, figures_of_file, figures_of_index, named

EPILOG = (
    "Example: kinoeye catalogue statistics titles.csv --by genre,decade --of runtime,rating --write. "
    "Titles may be grouped by genre, language, country, decade, kind, director, writer, actor, year; measured are "
    "runtime, rating, votes, budget, gross, year"
)
_SHOWN = 12


def statistics(
    source: Annotated[str, typer.Argument(metavar="FILE|DIR", help="A file of titles, or a production that was run.")],
    by: Annotated[str, typer.Option("--by", metavar="NAMES", help="What titles are grouped by: genre,decade.")] = "",
    of: Annotated[str, typer.Option("--of", metavar="NAMES", help="What is measured: runtime,rating.")] = "",
    groups: Annotated[int, typer.Option("--groups", help="Most groups of one kind that are told.", min=1)] = 40,
    count_imputed: Annotated[
        bool, typer.Option("--count-imputed", help="Count cells that were filled in too; the heading says so.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write the page with its pictures, and the figures as CSV.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to write; else beside the file, or out/statistics of DIR."),
    ] = None,
    title: Annotated[str, typer.Option("--title", help="The catalogue's name; else the file's or folder's.")] = "",
    language: Annotated[str, typer.Option("--language", help="en or zh: which language the page opens in.")] = "en",
    store: Store = None,
    json: Json = False,
) -> None:
    """Count and measure the titles of a catalogue: what is usual, in which groups, what goes together, what changes.

    Each figure has its 95 % interval and how many titles it is of; what is called more than chance is corrected for how
    many comparisons were made. Cells that were filled in do not count.
    """
    words(language)
    wishes: dict[str, Any] = {"by": named(by), "of": named(of), "groups": groups, "imputed": count_imputed}
    production = kinoeye.open(source, store=store) if "://" not in source and Path(source).is_dir() else None
    figures = figures_of_index(production.index, **wishes) if production else figures_of_file(source, **wishes)
    name = title or (production.folder.name if production else Path(source.rpartition("#")[2]).stem)
    paths: list[Path] = []
    if write or out:
        documents = {
            "statistics.html": statistics_page(figures.rows, title=name, language=language, imputed=count_imputed),
            "statistics.csv": _csv(figures.rows.to_pylist()),
        }
        if production and out is None:
            paths = production.keep(documents, "statistics")
        else:
            paths = _written(documents, out or _beside(source))
    if json:
        rows = [{key: value for key, value in row.items() if value is not None} for row in figures.rows.to_pylist()]
        console.say_json({"figures": rows, "filled_cells": figures.filled, "filled_cells_count": count_imputed,
                          "paths": [str(path) for path in paths]})  # fmt: skip
        return
    _say(figures, count_imputed)
    for path in paths:
        console.say(str(path))


def _beside(source: str) -> Path:
    if "://" in source:
        raise UseError("statistics: --out must say where to write, got none", remedy="Say --out DIR")
    path = Path(source)
    return path.with_name(f"{path.name.split('.')[0]}-statistics")


def _written(documents: Mapping[str, bytes], folder: Path) -> list[Path]:
    check_free(*(folder / name for name in documents))
    return [put_new(folder / name, data) for name, data in documents.items()]


def _csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _plain(value) for key, value in row.items()} for row in rows)
    return out.getvalue().encode()


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@"} else value


def _say(figures: Figures, count_imputed: bool) -> None:
    rows = figures.rows.to_pylist()
    counted = next(row["value"] for row in rows if row["measure"] == "count" and row["by"] is None)
    filled = (
        f"; {figures.filled:,} filled cells {'COUNT' if count_imputed else 'do not count'}" if figures.filled else ""
    )
    console.say(f"{counted:,.0f} titles{filled}")
    wanted = ("mean", "median", "deviation", "least", "most")
    numbers = {row["of"]: {"column": row["of"], "n": row["n"], "unit": row["unit"] or ""}
               for row in rows if row["measure"] == "mean" and row["by"] is None}  # fmt: skip
    for row in rows:
        if row["measure"] in wanted and row["by"] is None and row["of"] in numbers:
            numbers[row["of"]][row["measure"]] = _with(row)
    if numbers:
        console.say_table(list(numbers.values()))
    for by in dict.fromkeys(row["by"] for row in rows if row["measure"] == "groups"):
        console.say_table(_groups(rows, by, list(numbers))[:_SHOWN])
    found = [row for row in rows if row["measure"] in ("pearson", "trend") and row["chance"] is not None]
    for row in found:
        if row["chance"] < SURE:
            console.say(_sentence(row))
    if not any(row["chance"] < SURE for row in found):
        console.say("no column goes with another, or changes with the years, more than chance alone would make it")


def _groups(rows: Sequence[Mapping[str, Any]], by: str, numbers: Sequence[str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["by"] != by or row["group"] is None:
            continue
        told = found.setdefault(row["group"], {by: row["group"]})
        if row["measure"] == "count":
            told["titles"] = round(row["value"])
            told |= dict.fromkeys(numbers, "")
        if row["measure"] == "mean" and row["of"] in numbers:
            told[row["of"]] = _with(row)
    return [row for row in found.values() if "titles" in row]


def _with(row: Mapping[str, Any]) -> str:
    if row["value"] is None:
        return ""
    interval = f" ({row['low']:,.4g} – {row['high']:,.4g})" if row["low"] is not None else ""
    return f"{row['value']:,.4g}{interval}"


def _sentence(row: Mapping[str, Any]) -> str:
    if row["measure"] == "pearson":
        way = "together" if row["value"] > 0 else "against each other"
        return (f"{row['of']} and {row['other']} go {way}: r {row['value']:+.2f} "
                f"({row['low']:+.2f} to {row['high']:+.2f}), {row['n']:,} titles")  # fmt: skip
    what = f"{row['of']}" if row["of"] else f"the share of {row['group']}"
    factor, unit = (10, row["unit"] or "") if row["of"] else (1000, "percentage points")
    return (f"{what} changes by {factor * row['value']:+,.3g} {unit} in ten years "
            f"({factor * row['low']:+,.3g} to {factor * row['high']:+,.3g})")  # fmt: skip
