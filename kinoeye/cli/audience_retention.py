"""``kinoeye audience retention``."""

from pathlib import Path
from typing import Annotated, Any

import pyarrow.compute as pc
import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.errors import UseError
from kinoeye.export.retention_drawing import said
from kinoeye.export.retention_page import retention_page, steps_of
from kinoeye.export.words import words
from kinoeye.run.catalogue_files import check_free, put_new
from kinoeye.run.logged_titles import logged

EPILOG = "Example: kinoeye audience retention my-film rain --write. Second by second: kinoeye sql DIR 'FROM retention'"
_SHOWN = 12


def retention(
    folder: Folder,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="As the log, a catalogue or the film calls it.")],
    write: Annotated[bool, typer.Option("--write", help="Write the page with its curves, into out/audience.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Another place for the page.")] = None,
    language: Annotated[str, typer.Option("--language", help="en or zh: which language the page opens in.")] = "en",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say where viewers of a title leave, and draw who stays, what is jumped over and what is seen again.

    A step that loses more viewers than the whole title does is marked, with its 95 % interval.
    """
    words(language)
    production = kinoeye.open(folder, store=store)
    rows = production.read("retention")
    known = sorted(pc.unique(rows["title"]).to_pylist())
    own = rows.filter(pc.equal(rows["title"], logged(production.index, title, known)))
    if not own.num_rows:
        raise UseError(f"audience: TITLE must be of a viewing log with positions that was run, got {title!r}",
                       remedy=f"There are: {', '.join(known[:8])}" if known else "Say: kinoeye run DIR")  # fmt: skip
    own = own.sort_by("second")
    paths: list[Path] = []
    if write or out:
        page = retention_page(own, title=title, language=language)
        if out:
            check_free(out)
            paths = [put_new(out, page)]
        else:
            paths = production.keep({f"retention-{_file_name(title)}.html": page}, "audience")
    _say(own.to_pylist(), paths, json)


def _say(rows: list[dict[str, Any]], paths: list[Path], json: bool) -> None:
    steps = steps_of(rows)
    more = sorted((step for step in steps if step["is_more"]), key=lambda step: -step["low"])[:_SHOWN]
    told = [
        {"from": said(step["begin"]), "until": said(step["end"]), "there": step["there"], "left": step["left"],
         "share": round(step["share"], 4), "low": round(step["low"], 4), "high": round(step["high"], 4)}
        for step in more
    ]  # fmt: skip
    viewings, stays = max(row["there"] for row in rows), rows[-1]["stays"]
    if json:
        console.say_json({"viewings": viewings, "seconds": len(rows), "stays": round(stays, 4), "moments": told,
                          "paths": [str(path) for path in paths]})  # fmt: skip
        return
    console.say(f"{viewings:,} viewings, {stays:.0%} stay to the end of {said(len(rows))}")
    if told:
        console.say_table(told)
    else:
        console.say("no part loses more viewers than chance makes of the title's own rate")
    for path in paths:
        console.say(str(path))


def _file_name(title: str) -> str:
    """Return a title as the name of a file, without what file systems do not like."""
    kept = "".join(each if each.isalnum() or each in "-_" else "-" for each in title).strip("-")
    return kept[:80] or "title"
