"""``kinoeye people``."""

from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, Who, chosen, verb
from kinoeye.errors import UseError
from kinoeye.timecode import clock, from_clock, from_seconds

app = verb()

# What to do, and what it must be told.
_DOINGS = {
    "list": (0, "nothing more"),
    "name": (2, "a person and what they are called"),
    "merge": (2, "two people"),
    "split": (2, "a person, --at PATH, and one time or several"),
    "show": (1, "a person"),
    "graph": (0, "nothing more"),
}


@app.command(
    epilog="Example: kinoeye people my-film, then kinoeye people my-film name p3f9a2c1 Anna. Two who are one: "
    "kinoeye people my-film merge Anna p77c01d2. One who is two: kinoeye people my-film split Anna --at day1/A001.mov "
    "12.5 0:41. Who appears with whom: kinoeye people my-film graph --picture"
)
def people(
    folder: Folder,
    doing: Annotated[str, typer.Argument(metavar="[list|name|merge|split|show|graph]", help="What to do.")] = "list",
    said: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PERSON] [NAME|PERSON|TIME…]",
            help="Whom, by id or name; then their name, who else it is, or when it is not they.",
        ),
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="PATH", help="The file in which split parts somebody off at each TIME.")
    ] = "",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Merge even if pictures show both: a mirror, a double part.")
    ] = False,
    picture: Annotated[bool, typer.Option("--picture", help="Of list and graph: a PNG too, in DIR/out.")] = False,
    who: Who = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say who appears, for how long and with whom; name people, and put right who is who.

    What is said here survives every run, even if the index is deleted and made again.
    """
    given = said or []
    chosen("people", doing, _DOINGS)
    count, wanted = _DOINGS[doing]
    is_split = doing == "split"
    if (len(given) < count if is_split else len(given) != count) or is_split != bool(at):
        raise UseError(f"people: {doing} must be told {wanted}, got {given}", remedy="See: kinoeye people --help")
    production = kinoeye.open(folder, store=store)
    known = production.people
    if doing == "list":
        _list(known.all(), _pictures(production, "people", picture), json=json)
    elif doing == "graph":
        known.all()
        _graph(known.pairs(), _pictures(production, "people-graph", picture), json=json)
    elif doing == "show":
        _show(known.one(given[0]), json=json)
    elif doing == "name":
        person = known.name(given[0], given[1], who=who)
        _say({"person": person, "name": given[1]}, f"{person} is called {given[1]}", json=json)
    elif doing == "merge":
        kept = known.merge(given[0], given[1], anyway=anyway, who=who)
        _say({"person": kept}, f"both are {kept}", json=json)
    else:
        new = known.split(given[0], [(at, _moment(time)) for time in given[1:]], who=who)
        _say({"person": new}, f"somebody else there: {new}", json=json)


def _list(rows: list[dict[str, Any]], files: list[str], *, json: bool) -> None:
    if json:
        console.say_json({"people": rows, "files": files} if files else rows)
        return
    console.say_table(
        [
            {
                "person": row["person"],
                "name": row["name"],
                "screen time": clock(from_seconds(row["seconds"])),
                "appearances": row["appearances"],
                "files": row["assets"],
                "first": f"{row['first_path']} {clock(row['first_time'])}",
                "last": f"{row['last_path']} {clock(row['last_time'])}",
            }
            for row in rows
        ]
    )
    for file in files:
        console.say(file)


def _graph(rows: list[dict[str, Any]], files: list[str], *, json: bool) -> None:
    if json:
        console.say_json({"pairs": rows, "files": files} if files else rows)
        return
    console.say_table(
        [
            {
                "person": row["names"][0],
                "with": row["names"][1],
                "shots": row["shots"],
                "pictures": row["pictures"],
                "together": clock(row["together"]),
            }
            for row in rows
        ],
        empty="nobody appears with anybody",
    )
    for file in files:
        console.say(file)


def _show(row: dict[str, Any], *, json: bool) -> None:
    if json:
        console.say_json(row)
        return
    seen = clock(from_seconds(row["seconds"]))
    console.say(f"{row['name'] or row['person']} ({row['person']}): {seen} in {row['assets']} files")
    console.say_table(
        [
            {"path": each["path"], "start": clock(each["start"]), "end": clock(each["end"]), "shot": each["shot"],
             "score": each["score"]}
            for each in row["shown"]
        ]
    )  # fmt: skip
    for pair in row["companions"]:
        other = next(name for name, who in zip(pair["names"], pair["ids"], strict=True) if who != row["person"])
        console.say(f"with {other} in {pair['shots']} shots, {clock(pair['together'])} together")


def _pictures(production: Any, form: str, is_wanted: bool) -> list[str]:
    return [str(path) for path in production.export(form)] if is_wanted else []


def _moment(text: str) -> int:
    try:
        return from_clock(text)
    except ValueError as error:
        raise UseError(f"people: a {error}") from error


def _say(value: dict[str, Any], text: str, *, json: bool) -> None:
    console.say_json(value) if json else console.say(text)
