"""``kinoeye effect``."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.errors import UseError
from kinoeye.production import Production

app = verb()

# Each effect with the options it takes; those of sound are named as their settings.
EFFECTS: dict[str, tuple[str, ...]] = {
    "anonymise": ("person", "unconsented", "how", "room", "plain"),
    "denoise": ("strength",),
    "declip": (),
    "dehum": ("mains",),
    "deroom": ("strength", "seconds"),
    "level": ("target",),
    "match": ("against",),
    "duck": ("against", "depth"),
    "stem-dialogue": (),
    "stem-music": (),
    "stem-effects": (),
}


@app.command(
    epilog="Example: kinoeye effect my-film anonymise day1/A001.mov --unconsented. "
    "Clean sound: kinoeye effect my-film denoise day1/A001.mov. "
    "For broadcast: kinoeye effect my-film level mix.wav --target r128. "
    "Music under a voice: kinoeye effect my-film duck music.wav --against voice.wav"
)
def effect(
    folder: Folder,
    name: Annotated[str, typer.Argument(metavar="NAME", help=f"One of {', '.join(EFFECTS)}.")],
    path: Annotated[str, typer.Argument(help="A file of the production, as kinoeye sql shows its path.")],
    person: Annotated[
        list[str] | None, typer.Option("--person", help="anonymise: only this one, by name or id; may be repeated.")
    ] = None,
    unconsented: Annotated[
        bool | None, typer.Option("--unconsented", help="anonymise: everyone without a valid consent of scope index.")
    ] = None,
    how: Annotated[str | None, typer.Option("--how", help="anonymise: blur, pixelate or solid.")] = None,
    room: Annotated[
        float | None, typer.Option("--room", help="anonymise: room around a face, of the usual, 0 to 4.")
    ] = None,
    plain: Annotated[
        bool | None, typer.Option("--plain", help="anonymise: give up high dynamic range and a film's transparency.")
    ] = None,
    strength: Annotated[float | None, typer.Option("--strength", help="denoise, deroom: 0 to 1, all of it.")] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", help="deroom: how long the room sounds on.")] = None,
    mains: Annotated[float | None, typer.Option("--mains", help="dehum: 50 or 60; found out if not given.")] = None,
    target: Annotated[
        str | None, typer.Option("--target", help="level: r128, a85, streaming, podcast, dialogue, or LUFS as -20.")
    ] = None,
    depth: Annotated[float | None, typer.Option("--depth", help="duck: by how many dB, 12 if not given.")] = None,
    against: Annotated[
        str | None, typer.Option("--against", metavar="PATH", help="match: the sound to be like; duck: the voice.")
    ] = None,
    store: Store = None,
    json: Json = False,
) -> None:
    """Make pictures and sound anew, into DIR/out; your own file is not touched.

    anonymise: blur faces in every picture, everyone's if nobody is named; look at it before you give it away: a face
    that no look finds is not covered; stopped and said again, it goes on. denoise, declip, dehum, deroom: clean speech,
    peaks, hum, echo. level: bring to a delivery's loudness. match: the timbre of another sound. duck: music down while
    a voice speaks. stem-dialogue, stem-music, stem-effects: parted by what is heard when; the three add up to the
    sound. Sound keeps every sample's place; a picture of before and after lies beside it.
    """
    if name not in EFFECTS:
        raise UseError(f"effect: must be one of {', '.join(EFFECTS)}, got {name!r}")
    options = {"person": person, "unconsented": unconsented, "how": how, "room": room, "plain": plain,
               "strength": strength, "seconds": seconds, "mains": mains, "target": target, "depth": depth,
               "against": against}  # fmt: skip
    given = {option: value for option, value in options.items() if value is not None}
    for option in given:
        if option not in EFFECTS[name]:
            taken = ", ".join(f"--{each}" for each in EFFECTS[name])
            raise UseError(f"effect: {name} must be given {taken or 'no options'}, got --{option}")
    production = kinoeye.open(folder, store=store)
    _anonymise(production, path, given, json) if name == "anonymise" else _treat(production, name, path, given, json)


def _anonymise(production: Production, path: str, given: Mapping[str, Any], json: bool) -> None:
    with console.progress_bar(json) as told:
        made = production.anonymise(
            path, people=given.get("person", ()), unconsented=given.get("unconsented", False),
            manner=given.get("how", "blur"), room=given.get("room", 1.0), plain=given.get("plain", False),
            on_progress=told,
        )  # fmt: skip
    if json:
        console.say_json(asdict(made))
        return
    console.say(str(made.path))
    rate = made.pictures / made.seconds if made.seconds else 0.0
    console.say(f"{made.pictures} pictures, {made.covered_pictures} of them with {made.covered} of {made.faces} faces "
                f"covered, in {made.seconds:.1f} s ({rate:.1f} pictures a second)")  # fmt: skip
    for note in made.notes:
        console.say(f"  {note}")


def _treat(production: Production, name: str, path: str, given: Mapping[str, Any], json: bool) -> None:
    with console.progress_bar(json) as told:
        made = production.sound.treat(name, path, **given, on_progress=told)
    if json:
        console.say_json(asdict(made))
        return
    for file in (made.path, made.sheet, made.record):
        console.say(str(file))
    long = made.samples / made.rate_hz
    console.say(f"{made.samples} samples as before ({long:.1f} s), loudness {made.before.integrated_lufs:.1f} to "
                f"{made.after.integrated_lufs:.1f} LUFS, true peak {made.before.true_peak_dbtp:.1f} to "
                f"{made.after.true_peak_dbtp:.1f} dBTP, in {made.seconds:.1f} s")  # fmt: skip
    for note in made.notes:
        console.say(f"  {note}")
