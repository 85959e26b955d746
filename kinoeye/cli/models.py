"""``kinoeye models``."""

from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console, models_try
from kinoeye.cli.options import Json, verb
from kinoeye.models import pull, registry

app = verb(invoke_without_command=True)


@app.callback(epilog="Example: kinoeye models, then kinoeye models pull")
def models(context: typer.Context, json: Json = False) -> None:
    """List the models with licence, source, size and state, and fetch those that are missing."""
    if context.invoked_subcommand is not None:
        return
    rows = registry.models()
    if json:
        console.say_json(rows)
    else:
        console.say_table(rows, ("name", "task", "licence", "source", "size", "state", "used_by"))


@app.command("pull", epilog="Example: kinoeye models pull, or kinoeye models pull transnetv2")
def pull_model(
    name: Annotated[str, typer.Argument(help="A model's name; all that analyses need and lack if not given.")] = "",
    json: Json = False,
) -> None:
    """Fetch models from where the registry says, and check their SHA-256."""
    if not name:
        names = pull.pull_missing()
        console.say_json({"names": names}) if json else console.say(f"fetched: {', '.join(names) or 'nothing missing'}")
        return
    path = pull.pull(name)
    console.say_json({"name": name, "path": str(path)}) if json else console.say(f"{name} lies at {path}")


@app.command("add", epilog="Example: kinoeye models add my-net.onnx --name my-net")
def add_model(
    file: Annotated[
        Path, typer.Argument(help="Your own .onnx, .keras, .h5 or .tflite, or folder of a Whisper for CTranslate2.")
    ],
    name: Annotated[str, typer.Option("--name", help="What to call it; the file's name if not given.")] = "",
    json: Json = False,
) -> None:
    """Take up a model of your own; pickles and anything that could run code are refused."""
    path = pull.add(file, name=name)
    console.say_json({"path": str(path)}) if json else console.say(f"kept at {path}")


app.command("try", epilog="Example: kinoeye models try my-net.keras still.jpg --scale 0..1")(models_try.try_model)
