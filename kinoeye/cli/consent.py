"""``kinoeye consent``."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, Who, Why, chosen, verb
from kinoeye.errors import UseError
from kinoeye.store.consents import SCOPES, Consent

app = verb()

_DOINGS = ("list", "give", "withdraw")


@app.command(
    epilog="Example: kinoeye consent my-film give Anna --scope index,dub --document releases/anna.pdf "
    "--from 2026-01-01 --to 2027-12-31. Taking one back: kinoeye consent my-film withdraw Anna --scope dub"
)
def consent(
    folder: Folder,
    doing: Annotated[str, typer.Argument(metavar="[list|give|withdraw]", help="What to do.")] = "list",
    person: Annotated[str, typer.Argument(help="The person's name or id, as kinoeye people lists them.")] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option("--scope", help=f"{', '.join(SCOPES)}; by comma or repeated. Withdrawing without one means all."),
    ] = None,
    document: Annotated[
        str, typer.Option("--document", metavar="FILE", help="The signed form; it is hashed, never copied.")
    ] = "",
    start: Annotated[str, typer.Option("--from", metavar="DATE", help="First day, as 2026-01-31.")] = "",
    end: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day, as 2027-01-31.")] = "",
    who: Who = "",
    why: Why = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Keep what people allow to be done with their face and voice. Whatever uses them asks here, at the day of use."""
    chosen("consent", doing, _DOINGS)
    consents = kinoeye.open(folder, store=store).consents
    scopes = [each.strip() for part in scope or () for each in part.split(",") if each.strip()]
    if doing == "list":
        today = date.today()
        rows = [_row(each, today) for each in consents.all() if person in {"", each.person, each.name}]
        console.say_json(rows) if json else console.say_table(rows, empty="no consents")
    elif not person:
        raise UseError(f"consent: whose must be said to {doing} one", remedy="See: kinoeye consent --help")
    elif doing == "give":
        if not (document and start and end and scopes):
            raise UseError(
                "consent: --scope, --document, --from and --to must be given", remedy="See: kinoeye consent --help"
            )
        number = consents.give(person, scopes, Path(document), _day(start), _day(end), who=who, why=why)
        console.say_json({"decision": number}) if json else console.say(f"consent {number} is kept")
    else:
        number = consents.withdraw(person, scopes or SCOPES, who=who, why=why)
        console.say_json({"decision": number}) if json else console.say(
            f"withdrawn from today on, as decision {number}"
        )


def _row(each: Consent, today: date) -> dict[str, Any]:
    return {
        "number": each.number, "person": each.person, "name": each.name, "scope": each.scope,
        "state": each.state(today) if each.is_known else f"{each.state(today)}, person not in the index",
        "from": each.start.isoformat(), "to": each.end.isoformat(),
        "withdrawn": each.withdrawn.isoformat() if each.withdrawn else None,
        "document": each.document, "sha256": each.sha256,
    }  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UseError(f"consent: a day must be written as 2026-01-31, got {text!r}") from None
