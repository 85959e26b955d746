"""``kinoeye audience log``."""

from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.run.viewing_logs import told_of_log

EPILOG = "Example: kinoeye audience log june.jsonl. Logs are CSV, TSV, JSON, Parquet, Excel, SQLite, web access logs"


def log(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A viewing log, packed with gzip or not.")],
    json: Json = False,
) -> None:
    """Say what a viewing log holds, how its columns are understood and what is wrong with it; nothing is kept.

    Viewers are counted, never named. Put the log into a production's folder and run it to have sessions, what was
    watched, who stays and who leaves.
    """
    told = told_of_log(file)
    if json:
        console.say_json(
            {
                "kind": told.kind, "columns": dict(told.columns), "events": told.events, "viewers": told.viewers,
                "titles": told.titles, "bots": told.bots, "first": told.first and told.first.isoformat(),
                "last": told.last and told.last.isoformat(), "faults": told.faults,
            }
        )  # fmt: skip
        return
    span = f", {told.first:%Y-%m-%d %H:%M} to {told.last:%Y-%m-%d %H:%M} UTC" if told.first and told.last else ""
    bots = f" ({told.bots} of them programs)" if told.bots else ""
    console.say(f"{told.kind}: {sum(told.events.values()):,} events of {told.viewers:,} viewers{bots}, "
                f"{told.titles:,} titles{span}")  # fmt: skip
    if told.columns:
        console.say_table([{"column": heading, "is": role} for role, heading in told.columns])
    console.say_table([{"event": name, "rows": count} for name, count in told.events.items()])
    if told.faults:
        console.say_table([{"fault": each["meaning"], "rows": each["rows"], "first": each["first"],
                            "counts": "yes" if each["used"] else "no"} for each in told.faults])  # fmt: skip
    else:
        console.say("nothing is wrong with it")
