"""``kinoeye catalogue duplicates``."""

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
from kinoeye.export.markers import cell
from kinoeye.run.catalogue_files import check_free, put_new
from kinoeye.run.duplicates import COLUMNS, Duplicates, duplicates_of_files, duplicates_of_index

EPILOG = (
    "Example: kinoeye catalogue duplicates mine.csv bought.xlsx --write doubles.csv. In a production that was run: "
    "kinoeye catalogue duplicates my-films; what is wrong there is put right by kinoeye catalogue same"
)
_HOW = {
    "said": "someone said so", "id": "same id", "name": "same name", "other_title": "another title of it",
    "misspelling": "misspelt", "subtitle": "part of the name", "translation": "translated",
}  # fmt: skip
_APART = {
    "clash_id": "other ids", "clash_said": "someone said they are two", "clash_year": "other years",
    "clash_kind": "film and series",
}  # fmt: skip
_SHOWN = 40

Row = dict[str, Any]


def duplicates(
    sources: Annotated[
        list[str], typer.Argument(metavar="FILE… | DIR", help="Files of titles, or one production that was run.")
    ],
    least: Annotated[
        float | None,
        typer.Option("--least", help="How likely two rows must be one film; of files.", show_default="0.5"),
    ] = None,
    near: Annotated[
        float | None, typer.Option("--near", help="How likely a pair must be to be named too.", show_default="0.05")
    ] = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="OUT.csv", help="Write one row a title into a new CSV file.")
    ] = None,
    store: Store = None,
    json: Json = False,
) -> None:
    """Find titles that stand there twice, in one catalogue or in several, and say why.

    Slips, other titles, moved articles, years beside and translations are seen through; remakes, sequels and episodes
    stay apart. Pairs that were nearly joined are named too. The files stay as they are.
    """
    if write is not None:
        if write.suffix.lower() != ".csv":
            raise UseError(f"{write}: must end in .csv, got {write.suffix or 'no ending'}")
        check_free(write)
    found = _found(sources, least, near, store)
    if write is not None:
        put_new(write, _csv(found))
    if json:
        console.say_json(_plain(found) | {"written": str(write) if write else None})
        return
    _say(found)
    if write is not None:
        console.say(str(write))


def _found(sources: Sequence[str], least: float | None, near: float | None, store: str | None) -> Duplicates:
    folders = [source for source in sources if "://" not in source and Path(source).is_dir()]
    if not folders:
        return duplicates_of_files(sources, least=least, near=near)
    if len(sources) > 1:
        raise UseError(f"duplicates: must be files, or one folder, got {len(sources)} with {folders[0]} among them")
    if least is not None or near is not None:
        raise UseError(
            "duplicates: --least and --near must be of files",
            remedy="For a production, write them under [works] in its kinoeye.toml and run it",
        )
    production = kinoeye.open(folders[0], store=store)
    return duplicates_of_index(production.index)


def _csv(found: Duplicates) -> bytes:
    """Return one row a title, UTF-8 with the mark that Excel needs; no cell is taken for a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in found.table():
        values = (round(value, 4) if isinstance(value, float) else value for value in row.values())
        writer.writerow([cell(value) if isinstance(value, str) else value for value in values])
    return out.getvalue().encode("utf-8-sig")


def _say(found: Duplicates) -> None:
    groups = found.groups()
    again = sum(len(rows) - 1 for rows in groups)
    console.say(
        f"{len(found.works):,} titles, {len(found.works) - again:,} works; {len(groups):,} stand there twice or more"
    )
    several = len({row["file"] for row in found.works}) > 1
    shown = [
        _line(found, row, "" if row["how"] is None else _HOW[row["how"]], row["score"], several, is_first=at == 0)
        for rows in groups[:_SHOWN] for at, row in enumerate(sorted(rows, key=lambda each: each["how"] is not None))
    ]  # fmt: skip
    if shown:
        console.say_table(shown)
    if len(groups) > _SHOWN:
        console.say(f"and {len(groups) - _SHOWN:,} more: --write OUT.csv, or --json")
    near = found.near()
    if near:
        console.say(f"nearly joined, and worth a look: {len(near):,}")
        lines = []
        for row, other in near[:_SHOWN]:
            how = _APART.get(row["near_how"]) or f"{_HOW[row['near_how']]}, but unsure"
            lines += [
                _line(found, row, how, row["near_score"], several, is_first=True),
                _other(row, other, several),
            ]
        console.say_table(lines)
    if len(near) > _SHOWN:
        console.say(f"and {len(near) - _SHOWN:,} more: --write OUT.csv, or --json")


def _line(found: Duplicates, row: Row, how: str, score: float | None, several: bool, *, is_first: bool) -> Row:
    said = found.titles[row["file"], row["row"]]
    return {
        "work": row["work"] if is_first else "",
        **({"file": row["file"]} if several else {}),
        "row": row["row"], "title": said["title"], "year": said["year"], "because": how,
        "sure": "" if score is None else f"{100 * score:.0f} %",
    }  # fmt: skip


def _other(row: Row, other: Mapping[str, Any], several: bool) -> Row:
    file = {"file": row["near_file"]} if several else {}
    return {"work": "", **file, "row": row["near_row"], "title": other["title"], "year": other["year"], "because": "",
            "sure": ""}  # fmt: skip


def _plain(found: Duplicates) -> dict[str, Any]:
    groups = found.groups()
    return {
        "titles": len(found.works),
        "works": len(found.works) - sum(len(rows) - 1 for rows in groups),
        "groups": [
            {"work": rows[0]["work"], "rows": [_json_row(found, row) for row in rows]} for rows in groups
        ],
        "near": [
            {
                "score": row["near_score"], "how": row["near_how"], "why": row["near_why"],
                "rows": [
                    {"file": row[f"{name}file"], "row": row[f"{name}row"]}
                    | found.titles[row[f"{name}file"], row[f"{name}row"]] for name in ("", "near_")
                ],
            }
            for row, _ in found.near()
        ],
    }  # fmt: skip


def _json_row(found: Duplicates, row: Row) -> Row:
    said = found.titles[row["file"], row["row"]]
    names = ("file", "row", "how", "score", "why", "matched_file", "matched_row")
    return {name: row[name] for name in names} | dict(said)
