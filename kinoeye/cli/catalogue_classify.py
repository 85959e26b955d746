"""``kinoeye catalogue classify``."""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from kinoeye.cli import console
from kinoeye.errors import UseError
from kinoeye.export.markers import cell
from kinoeye.run.classifying import Classified, classified, model_name
from kinoeye.store.files import Files

EPILOG = (
    "Example: kinoeye catalogue classify titles.csv --explain. As JSON lines, for programs: "
    "kinoeye catalogue classify titles.csv --json. Scores are probabilities; picked are those from where F1 of the "
    "genre is best. The model reads English: of a plot in another language it says nothing, unless that names genres "
    "in Chinese. Titles without a plot are judged by name and year, which tells little"
)

_BASES = {
    "plot": "by its plot",
    "named": "its plot names genres",
    "title": "by name and year alone",
    "none": "cannot be told",
}
_SHOWN = 200  # rows that a table for people has


def classify(
    source: Annotated[str, typer.Argument(metavar="FILE", help="A file of titles, or a database's address.")],
    explain: Annotated[bool, typer.Option("--explain", help="Tell the words that spoke for each genre.")] = False,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="OUT", help="Write a new CSV file with a row a title.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one object a line, in the file's order.")] = False,
) -> None:
    """Tell the genres and the language of titles, from name, year and plot as far as they are there."""
    if write is not None and os.path.lexists(write):
        raise UseError(f"{write}: must not be there yet, got a file of that name", remedy="Choose another name")
    told = classified(source, explains=explain)
    if write is not None:
        told = _written(told, write)
    if json:
        model = model_name()
        for each in told:
            console.say(console.as_json(_object(each, model, explains=explain)))
        return
    rows = []
    count = 0
    for each in told:
        count += 1
        if count <= _SHOWN:
            rows.append(_row(each, explains=explain))
    console.say_table(rows, empty="no titles")
    if count > _SHOWN:
        console.say(f"and {count - _SHOWN:,} more; all of them with --json or --write OUT.csv")
    if write is not None:
        console.say(str(write))


def _object(each: Classified, model: str, *, explains: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "row": each.row,
        "title": each.title,
        "year": each.year,
        "genres": [{"name": name, "score": round(score, 4)} for name, score in each.genres],
        "picked": list(each.picked),
        "language": each.language or None,
        "basis": each.basis,
        "model": model,
    }
    if explains:
        told["evidence"] = {
            genre: [{"words": words, "weight": round(weight, 3)} for words, weight in found]
            for genre, found in each.evidence
        }
    return told


def _row(each: Classified, *, explains: bool) -> dict[str, Any]:
    scores = dict(each.genres)
    row = {
        "title": each.title or "(no title)",
        "year": each.year,
        "genres": ", ".join(f"{name} {scores[name]:.2f}" for name in each.picked) or "-",
        "language": each.language or "?",
        "told": _BASES[each.basis],
    }
    if explains:
        row["words"] = "; ".join(
            f"{genre}: {', '.join(f'{words} {weight:+.2f}' for words, weight in found)}"
            for genre, found in each.evidence
        )
    return row


def _written(told: Iterator[Classified], out: Path) -> Iterator[Classified]:
    """Write the rows and return them: whole or not at all, with no cell that a spreadsheet takes for a formula."""
    rows = list(told)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["row", "title", "year", "genres", "scores", "language", "basis"])
    for each in rows:
        scores = dict(each.genres)
        writer.writerow([
            each.row, cell(each.title or ""), each.year if each.year is not None else "", "|".join(each.picked),
            "|".join(f"{scores[name]:.4f}" for name in each.picked), each.language, each.basis,
        ])  # fmt: skip
    Files(out.absolute().parent).write(out.name, text.getvalue().encode("utf-8-sig"))
    return iter(rows)
