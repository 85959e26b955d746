"""``kinoeye audience purpose``."""

from datetime import date
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, Who, Why
from kinoeye.errors import UseError
from kinoeye.store.purposes import ALL, PURPOSES, Purpose, Purposes

EPILOG = (
    "Example: kinoeye audience purpose my-film --for statistics,recommend --basis contract --until 2027-12-31 "
    "--why 'terms of 2026'. Of one log: --log logs/june.jsonl. To stop all use of it: --for none"
)


def purpose(
    folder: Folder,
    purposes: Annotated[
        str, typer.Option("--for", metavar="NAMES", help=f"{', '.join(PURPOSES)}; none: it may no longer be used.")
    ] = "",
    log: Annotated[str, typer.Option("--log", metavar="FILE", help="One log; else all of which nothing is said.")] = "",
    basis: Annotated[str, typer.Option("--basis", help="Why it is lawful: consent, contract, law …")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Last day, as 2027-12-31.")] = "",
    who: Who = "",
    why: Why = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say what viewing logs may be used for, by whose word and until when; without --for, list what holds.

    While no one has said anything, viewers are counted and nothing more. What was made for a purpose that is taken back
    goes at the next run.
    """
    production = kinoeye.open(folder, store=store)
    held = Purposes(production.index)
    if not purposes and (log or basis or until):
        raise UseError("purpose: --for must say what for, got none", remedy=f"Of {', '.join(PURPOSES)}; or none")
    number = 0
    if purposes:
        wanted = [] if purposes == "none" else [each.strip() for each in purposes.split(",") if each.strip()]
        asset = production.asset(log) if log else ALL
        number = held.say(asset, wanted, basis=basis, until=_day(until), who=who, why=why)
    rows = [_row(each) for each in held.all()]
    if json:
        console.say_json({"decision": number or None, "purposes": rows})
        return
    console.say_table(rows)


def _row(said: Purpose) -> dict[str, Any]:
    return {"log": said.log, "for": ", ".join(said.purposes) or "nothing", "basis": said.basis,
            "until": said.until.isoformat() if said.until else "", "decision": said.number or ""}  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UseError(f"purpose: --until must be a day such as 2027-12-31, got {text!r}") from error
