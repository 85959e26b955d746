"""``kinoeye demo``."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Json, verb
from kinoeye.run.progress import Progress
from kinoeye.sample.make import make, read_truth
from kinoeye.sample.score import compare

app = verb()


@app.command(epilog="Example: kinoeye demo")
def demo(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="Where to make it: new, empty, or an older sample.")
    ] = "demo",
    language: Annotated[str, typer.Option("--language", help="Which language the report opens in: en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Make the sample production (a short film of our own), run all of it, and show found beside true."""
    begin = time.monotonic()
    with console.progress_bar(json) as told:
        made = make(Path(folder), progress=lambda done, total, path: told(Progress("make", done, total, path)))
    production = kinoeye.open(made)
    with console.progress_bar(json) as told:
        summary = production.run(on_progress=told)
    rows = compare(read_truth(made), {name: production.read(name) for name in production.tables()})
    report = production.export("html", language=language)[0].resolve()
    answer = {
        "folder": str(made), "assets": summary.assets, "faults": [vars(fault) for fault in summary.faults],
        "found": [vars(row) if hasattr(row, "__dict__") else row for row in rows],
        "report": report.as_uri(), "seconds": round(time.monotonic() - begin, 1),
    }  # fmt: skip
    if json:
        console.say_json(answer)
    else:
        _show(answer)


def _show(answer: dict[str, Any]) -> None:
    console.say(f"The sample production lies in {answer['folder']}: {answer['assets']} assets, "
                f"made, run and reported in {answer['seconds']} s")  # fmt: skip
    console.say_table(answer["found"])
    console.say(f"Report, with pictures: {answer['report']}")
    console.say(f"Next: kinoeye status {answer['folder']}, or kinoeye run on a folder of your own")
