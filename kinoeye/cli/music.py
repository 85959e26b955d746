"""``kinoeye music``."""

from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.timecode import clock

app = verb()


@app.command(
    epilog="Example: kinoeye music my-film animatic.mp4 --ambience rain. "
    "To your own moods: kinoeye music my-film animatic.mp4 --mood '0:00 calm' --mood '0:20 tense' --key D --seed 4"
)
def music(
    folder: Folder,
    path: Annotated[str, typer.Argument(help="A film or sound of the production, as kinoeye sql shows its path.")],
    mood: Annotated[
        list[str] | None,
        typer.Option(
            "--mood",
            metavar="'TIME WORD'",
            help="From this time on this mood, such as '0:20 tense'; repeat. "
            "Without it: what faces show, and how fast the film is cut.",
        ),
    ] = None,
    key: Annotated[str, typer.Option("--key", help="The tonic: D, Bb, F#; the mode follows the mood.")] = "",
    tempo: Annotated[float, typer.Option("--tempo", help="Beats a minute; 0: as the mood asks.")] = 0.0,
    seed: Annotated[int, typer.Option("--seed", help="Another number, another piece.", min=0)] = 0,
    ambience: Annotated[
        str, typer.Option("--ambience", help="none, room, wind, rain, sea, city, night or forest; a file of its own.")
    ] = "none",
    no_music: Annotated[bool, typer.Option("--no-music", help="The ambience alone.")] = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """Make music by rule that follows a film's mood, for an animatic or a rough cut: WAV, and MIDI to go on from.

    A sketch until a composer comes, and marked as generated. Bars end where the mood turns; same seed, same piece.
    """
    production = kinoeye.open(folder, store=store)
    with console.progress_bar(json) as told:
        made = production.music(
            path, moods=mood or (), key=key, tempo=tempo, seed=seed, place=ambience, has_music=not no_music,
            on_progress=told,
        )  # fmt: skip
    if json:
        console.say_json(asdict(made))
        return
    for file in made.paths:
        console.say(str(file))
    console.say_table(
        [
            {"start": clock(row["start"]), "end": clock(row["end"]), "valence": round(row["valence"], 2),
             "arousal": round(row["arousal"], 2), "key": row["key"], "tempo": round(row["tempo"], 1),
             "bars": row["bars"]}
            for row in made.passages
        ],
        empty="",
    )  # fmt: skip
