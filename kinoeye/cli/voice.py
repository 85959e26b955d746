"""``kinoeye voice``."""

import importlib
from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Cast, Folder, Json, Language, Store, Voice, verb
from kinoeye.errors import UseError

app = verb()


@app.command(
    epilog="Example: kinoeye voice my-film script.fountain --cast cast.toml --format mp3. "
    "One scene: kinoeye voice my-film script.fountain --scene 2. "
    'One line: kinoeye voice my-film --line "Open the door." --as NORA. Voices: kinoeye voice my-film --voices'
)
def voice(
    folder: Folder,
    path: Annotated[str | None, typer.Argument(help="A screenplay or subtitles of the production.")] = None,
    line: Annotated[str | None, typer.Option("--line", help="Speak this instead.")] = None,
    who: Annotated[str, typer.Option("--as", help="Who says the line, as the cast file names them.")] = "",
    name: Annotated[str, typer.Option("--name", help="Name of the line's file.")] = "line",
    scene: Annotated[int | None, typer.Option("--scene", help="Only this scene, from 1.")] = None,
    no_narrator: Annotated[bool, typer.Option("--no-narrator", help="Leave headings and action out.")] = False,
    cast: Cast = None,
    voice: Voice = "",
    language: Language = "en",
    form: Annotated[str, typer.Option("--format", help="wav or mp3, both with scenes as chapters.")] = "wav",
    voices: Annotated[bool, typer.Option("--voices", help="List the voices there are on this machine.")] = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """Speak a line, a scene, a screenplay or subtitles, each character in a voice of its own, into DIR/out.

    A cast file has a table for each character: [NORA] with voice, pitch, throat, pace, gain_db, style, person. Who is
    not in it gets one of six voices. Parentheses and punctuation shape a line. Beside the sound lies a JSON with every
    line's and phone's time, voice and licence. A voice that is a real person's needs their consent: person = "Anna".
    """
    if voices:
        listed = importlib.import_module("kinoeye.run.voices").voices()
        console.say_json(listed) if json else console.say_table(listed)
        return
    if (path is None) == (line is None):
        raise UseError("voice: either a path or --line must be given", remedy="See: kinoeye voice --help")
    if line is None and (who or name != "line"):
        raise UseError("voice: --as and --name belong to --line")
    if line is not None and (scene is not None or no_narrator):
        raise UseError("voice: --scene and --no-narrator belong to a screenplay")
    sound = kinoeye.open(folder, store=store).sound
    manner = {"cast": cast, "voice": voice, "language": language, "form": form}
    with console.progress_bar(json) as told:
        if path is not None:
            made = sound.read_aloud(path, scene=scene, narrates=not no_narrator, **manner, on_progress=told)
        else:
            made = sound.say(line, who=who, name=name, **manner, on_progress=told)
    if json:
        console.say_json(asdict(made))
        return
    console.say(str(made.path))
    console.say(str(made.record))
    console.say(
        f"{made.lines} lines, {made.seconds:.1f} s, {made.spoken_anew} spoken anew, in {made.wall_seconds:.1f} s"
    )
    for character, own in made.voices.items():
        console.say(f"  {character}: {own}")
    for note in made.notes:
        console.say(f"  {note}")
