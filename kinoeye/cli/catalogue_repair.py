"""``kinoeye catalogue repair``."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.errors import UseError
from kinoeye.export.repair_page import repair_page, told_error, told_way
from kinoeye.export.words import words
from kinoeye.run.catalogue_files import check_free, check_writable, put_new, read_catalogue, write_catalogue
from kinoeye.run.repairing import RepairedTitles, as_json, repair_titles

EPILOG = (
    "Example: kinoeye catalogue repair titles.csv repaired.parquet --column budget=group --column genres=leave. "
    "Ways: auto (compare on hidden cells, take what is good enough, else leave), leave, drop (the titles), mean, "
    "median, mode, group (usual in its group), ridge (regressions in turn), nearest (most alike titles), trees; "
    "for one column constant=VALUE too"
)


def repair(
    source: Annotated[str, typer.Argument(metavar="FILE", help="A file of titles, or a database's address.")],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A new file: .csv, .tsv, .json, .jsonl or .parquet.")],
    how: Annotated[str, typer.Option("--how", metavar="WAY", help="For all columns; see below.")] = "auto",
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="NAME=WAY", help="For one column; may be repeated.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="The report; else OUT.repair.html beside OUT.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another number hides other cells.", min=0)] = 1,
    title: Annotated[str, typer.Option("--title", help="The catalogue's name; else the file's.")] = "",
    language: Annotated[str, typer.Option("--language", help="en or zh: which language the page opens in.")] = "en",
    json: Json = False,
) -> None:
    """See to what lacks in a catalogue: fill each column in the way that proves itself on hidden cells, or leave it.

    What was filled in is marked in OUT (NAME_imputed, NAME_how) and on the page, and statistics leave it out. Titles,
    plots, people, dates and ids are never made up. FILE stays as it is, and nothing is written over.
    """
    words(language)
    report = page or out.with_name(f"{out.stem}.repair.html")
    check_writable(out)
    check_free(out, report)
    ways = _ways(column or [])
    made = repair_titles(read_catalogue(source), how=how, ways=ways, seed=seed, told=_told if not json else _quiet)
    name = title or Path(source.rpartition("#")[2]).stem
    document = repair_page(made.repaired, made.titles, units=made.units, title=name, language=language)
    paths = [write_catalogue(made.table, out), put_new(report, document)]
    if json:
        console.say_json(as_json(made) | {"paths": [str(path) for path in paths]})
        return
    _say(made, language)
    for path in paths:
        console.say(str(path))


def _ways(given: Sequence[str]) -> dict[str, str]:
    ways: dict[str, str] = {}
    for each in given:
        name, sign, way = each.partition("=")
        if not sign or not name or not way:
            raise UseError(f"repair: --column must be NAME=WAY, got {each!r}", remedy="Say: --column budget=group")
        if name in ways:
            raise UseError(f"repair: --column must name each column once, got {name} twice")
        ways[name] = way
    return ways


def _told(done: int, total: int, name: str) -> None:
    typer.echo(f"{done}/{total} {name}", err=True)


def _quiet(_: int, __: int, ___: str) -> None:
    """Say nothing."""


def _say(made: RepairedTitles, language: str) -> None:
    place = 1 if language == "zh" else 0
    said = words(language).sections["repair"]
    rows: list[dict[str, Any]] = []
    for fill in made.repaired.fills:
        choice, unit = fill.choice, made.units.get(fill.choice.column, "")
        if not choice.lacking:
            continue
        rows.append({
            said["column"]: choice.column, said["lacks"]: choice.lacking, said["done"]: told_way(choice.method)[place],
            said["error"]: told_error(choice, choice.trial(choice.method), unit)[place],
            said["same_error"]: told_error(choice, choice.same, unit)[place], said["why"]: said[f"why_{choice.why}"],
        })  # fmt: skip
    console.say_table(rows, empty=said["why_whole"])
    dropped = int((~made.repaired.kept).sum())
    console.say(f"{made.imputed:,} {said['filled']}" + (f", {dropped:,} {said['dropped']}" if dropped else ""))
