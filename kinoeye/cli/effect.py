"""``kinoeye effect``."""

from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.errors import UseError

app = verb()

EFFECTS = ("anonymise",)


@app.command(
    epilog="Example: kinoeye effect my-film anonymise day1/A001.mov --unconsented. "
    "Only some people: kinoeye effect my-film anonymise day1/A001.mov --person Anna --how pixelate"
)
def effect(
    folder: Folder,
    name: Annotated[str, typer.Argument(metavar="anonymise", help="The effect.")],
    path: Annotated[
        str, typer.Argument(help="A film, picture or sequence of the production, as kinoeye sql shows its path.")
    ],
    person: Annotated[
        list[str] | None, typer.Option("--person", help="Cover only this one, by name or id; may be repeated.")
    ] = None,
    unconsented: Annotated[
        bool, typer.Option("--unconsented", help="Cover everyone without a valid consent of the scope index.")
    ] = False,
    how: Annotated[str, typer.Option("--how", help="blur, pixelate or solid.")] = "blur",
    room: Annotated[float, typer.Option("--room", help="Room around a face, of the usual, 0 to 4.")] = 1.0,
    plain: Annotated[
        bool, typer.Option("--plain", help="Give up high dynamic range and a film's transparency.")
    ] = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """Make pictures anew. anonymise: blur faces in every picture, everyone's if nobody is named.

    The result lies in DIR/out; your own file is not touched. Look at it before you give it away: a face that no look
    finds is not covered. Stopped and said again, it goes on from where it was.
    """
    if name not in EFFECTS:
        raise UseError(f"effect: must be one of {', '.join(EFFECTS)}, got {name!r}")
    production = kinoeye.open(folder, store=store)
    with console.progress_bar(json) as told:
        made = production.anonymise(
            path, people=person or (), unconsented=unconsented, manner=how, room=room, plain=plain, on_progress=told
        )
    if json:
        console.say_json(asdict(made))
        return
    console.say(str(made.path))
    rate = made.pictures / made.seconds if made.seconds else 0.0
    console.say(f"{made.pictures} pictures, {made.covered_pictures} of them with {made.covered} of {made.faces} faces "
                f"covered, in {made.seconds:.1f} s ({rate:.1f} pictures a second)")  # fmt: skip
    for note in made.notes:
        console.say(f"  {note}")
