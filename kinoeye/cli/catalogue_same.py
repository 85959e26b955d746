"""``kinoeye catalogue same``."""

from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, Who, Why

EPILOG = (
    "Example: kinoeye catalogue same my-films list.csv:12 bought.csv:40. Two that are not one: kinoeye catalogue same "
    "my-films list.csv:12 list.csv:13 --apart. Rows are those of kinoeye catalogue duplicates my-films. Taking it "
    "back: kinoeye decide my-films, then kinoeye decide my-films --undo NUMBER"
)


def same(
    folder: Folder,
    one: Annotated[str, typer.Argument(metavar="PATH:ROW", help="A title: its catalogue's path and its row, from 0.")],
    other: Annotated[str, typer.Argument(metavar="PATH:ROW", help="The other.")],
    apart: Annotated[bool, typer.Option("--apart", help="They are two films.")] = False,
    who: Who = "",
    why: Why = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say which titles of a production are one film, and which are not.

    What is said here holds above what is found, and survives every run.
    """
    works = kinoeye.open(folder, store=store).works
    if apart:
        ids = list(works.apart(one, other, who=who, why=why))
        text = f"two works: {ids[0]} and {ids[1]}"
    else:
        ids = [works.same(one, other, who=who, why=why)]
        text = f"one work: {ids[0]}"
    console.say_json({"works": ids}) if json else console.say(text)
