"""``kinoeye audience publish``."""

from pathlib import Path
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.export.titles_write import plain
from kinoeye.run.catalogue_files import check_free, put_new
from kinoeye.run.publishing import as_file, published
from kinoeye.signals.anonymity import KNOWN, LEAST

EPILOG = (
    "Example: kinoeye audience publish my-film retention --out retention.csv. Of single viewers: "
    "kinoeye audience publish my-film watched --columns title,rating --out watched.parquet"
)


def publish(
    folder: Folder,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A table about viewers: retention, watched …")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A new file: .csv or .parquet.")],
    columns: Annotated[str, typer.Option("--columns", metavar="NAMES", help="Those that go out.")] = "",
    when: Annotated[str, typer.Option("--when", help="How exactly moments are told: month, day, hour …")] = "month",
    least: Annotated[int, typer.Option("--least", help="Viewers behind any row of counts.")] = LEAST,
    known: Annotated[int, typer.Option("--known", help="Rows of a viewer that someone may know.")] = KNOWN,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write of a table about viewers what may leave the house, or say why it may not.

    Rows about single viewers go out only if a few known rows would hardly ever fit one viewer alone; viewers get
    numbers of that file alone. Rows about many go out only with enough viewers behind them.
    """
    check_free(out)
    index = kinoeye.open(folder, store=store).index
    names = [each.strip() for each in columns.split(",") if each.strip()]
    found = published(index, table, names, when=when, least=least, known=known)
    put_new(out, as_file(plain(found.rows, is_for_sheets=out.suffix.lower() == ".csv"), out.suffix.lower()))
    if json:
        console.say_json({"file": str(out), "rows": found.rows.num_rows, "viewers": found.viewers,
                          "unique": round(found.unique, 4), "withheld": found.withheld})  # fmt: skip
        return
    if found.viewers:
        console.say(f"{found.viewers} viewers; {known} known rows fit one alone in {found.unique:.1%} of guesses")
    elif found.withheld:
        console.say(f"{found.withheld} rows left out or put together, for too few viewers")
    console.say(str(out))
