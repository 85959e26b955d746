"""``kinoeye models try``: a model of the user's own, looked at and asked, in a child walled in."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.errors import UseError
from kinoeye.media import model_inputs
from kinoeye.models import foreign, foreign_inputs, registry
from kinoeye.models.foreign import About, ForeignModel
from kinoeye.models.foreign_process import Limits


def try_model(
    model: Annotated[str, typer.Argument(help="A file (.keras, .h5, .tflite, .onnx), or the name of one you added.")],
    given: Annotated[
        Path | None,
        typer.Argument(metavar="INPUT", help="A picture, a CSV, an .npy or .npz; only looked at if not given."),
    ] = None,
    row: Annotated[int, typer.Option("--row", min=1, help="Of a CSV, which row; the first is 1.")] = 1,
    scale: Annotated[str, typer.Option("--scale", help="What black and white become: 0..1, -1..1 or 0..255.")] = "0..1",
    most: Annotated[int, typer.Option("--most", min=1, max=1000, help="Numbers shown of each output.")] = 5,
    out: Annotated[Path | None, typer.Option("--out", help="Keep the answers as .npz; nothing is overwritten.")] = None,
    way: Annotated[str, typer.Option("--way", help="Who reads a Keras file: auto, reader or keras.")] = "auto",
    memory: Annotated[int, typer.Option("--memory", min=256, help="Megabytes it may take.")] = 8192,
    seconds: Annotated[
        float, typer.Option("--seconds", min=1, help="Seconds it may take to load, and to answer.")
    ] = 60.0,
    json: Json = False,
) -> None:
    """Try a model of your own: what it is, what it takes and gives, and its answer, without trusting it.

    It is looked at before anything is loaded, and then runs in a process without network, secrets or other files.
    """
    if out is not None and out.exists():
        raise UseError(f"models: {out} must not be there yet, got a file", remedy="Say another with --out")
    limits = Limits(memory=memory << 20, seconds=seconds)
    with ForeignModel(_file(model), limits, way=way) as opened:
        answers = opened.predict(_inputs(opened.about, given, row, scale)) if given is not None else {}
        about = opened.about
    if out is not None:
        with out.open("xb") as kept:
            np.savez(kept, allow_pickle=False, **answers)
    rows = foreign_inputs.told(answers, most)
    if json:
        console.say_json({**vars(about), "answers": rows})
    else:
        _say(about, rows)


def _file(model: str) -> Path:
    if Path(model).suffix.lower() in foreign.ENDINGS or Path(model).is_file():
        return Path(model)
    entry = registry.model(model)
    if entry.is_folder:
        raise UseError(f"models: a model must be one file to be tried, got the folder {model}")
    return registry.path(model)


def _inputs(about: About, given: Path, row: int, scale: str) -> dict[str, Any]:
    ending = given.suffix.lower()
    if ending in model_inputs.ARRAYS:
        return foreign_inputs.from_arrays(about, model_inputs.read_arrays(given))
    if ending in model_inputs.TABLES:
        return foreign_inputs.from_row(about, model_inputs.read_row(given, row))
    if ending in model_inputs.PICTURES:
        return foreign_inputs.from_picture(about, model_inputs.read_picture(given), scale)
    endings = ", ".join((*model_inputs.PICTURES, *model_inputs.TABLES, *model_inputs.ARRAYS))
    raise UseError(f"models: an input must be one of {endings}, got {given.name}")


def _say(about: About, rows: list[dict[str, Any]]) -> None:
    opset = f", opset {about.opset}" if about.opset else ""
    console.say(f"{about.file}: {about.kind}{opset}, {about.size / 1e6:.1f} MB, SHA-256 {about.sha256[:16]}…")
    console.say(f"run by {about.way}")
    for what, ends in (("takes", about.inputs), ("gives", about.outputs)):
        for end in ends:
            shape = ", ".join("any" if side is None else str(side) for side in end["shape"])
            console.say(f"{what} {end['name']}: {end['type']} [{shape}]")
    layers = sorted(about.layers.items(), key=lambda each: -each[1])
    console.say("layers: " + ", ".join(f"{number} {name}" for name, number in layers))
    console.say("walls: " + "; ".join(about.walls_on))
    if about.walls_off:
        console.say("not on this machine: " + "; ".join(about.walls_off))
    for answer in rows:
        shown = ", ".join(f"{place}: {value}" for place, value in answer["highest"])
        console.say(f"{answer['output']} {answer['shape']}: {shown}")
