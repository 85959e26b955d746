"""``kinoeye dub``."""

from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Cast, Folder, Json, Language, Store, Voice, verb

app = verb()


@app.command(
    epilog="Example: kinoeye dub my-film scene1.zh.srt --over scene1.mov --language zh --cast cast.toml. "
    "Over music and effects alone: kinoeye dub my-film scene1.srt --over stems/me.wav"
)
def dub(
    folder: Folder,
    path: Annotated[str, typer.Argument(help="Subtitles of the production, SubRip or WebVTT.")],
    over: Annotated[
        str | None, typer.Option("--over", metavar="PATH", help="A film, or music and effects, to mix it over.")
    ] = None,
    depth: Annotated[float, typer.Option("--depth", help="By how many dB that is turned down under the voice.")] = 12.0,
    cast: Cast = None,
    voice: Voice = "",
    language: Language = "en",
    store: Store = None,
    json: Json = False,
) -> None:
    """Speak subtitles into their time slots, into DIR/out.

    A line that is too long is said faster; nothing is reworded or cut off, and no two lines overlap. Change one
    subtitle and say it again: only that line is spoken anew. A name before a colon says who speaks.
    """
    sound = kinoeye.open(folder, store=store).sound
    with console.progress_bar(json) as told:
        made = sound.dub(path, over=over, depth=depth, cast=cast, voice=voice, language=language, on_progress=told)
    if json:
        console.say_json(asdict(made))
        return
    console.say(str(made.path))
    console.say(str(made.record))
    console.say(f"{made.lines} lines, {made.inside} within their slots, {made.late} had to wait, "
                f"{made.spoken_anew} spoken anew, in {made.wall_seconds:.1f} s")  # fmt: skip
    for note in made.notes:
        console.say(f"  {note}")
