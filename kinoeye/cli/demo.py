"""``kinoeye demo``."""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Json, verb
from kinoeye.errors import UseError
from kinoeye.production import Production
from kinoeye.run.progress import Progress
from kinoeye.sample.make import make, read_truth
from kinoeye.sample.rushes_make import make_rushes
from kinoeye.sample.score import compare
from kinoeye.sample.score_cut import placed, told, verdicts
from kinoeye.sample.viewers_film import add_viewers

app = verb()


@app.command(
    epilog="Example: kinoeye demo. Only what was shot, and a rough cut of it: kinoeye demo --rushes. "
    "With a log of viewers: kinoeye demo --viewers 1000"
)
def demo(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="Where to make it: new, empty, or an older sample; demo if not given.")
    ] = "",
    rushes: Annotated[
        bool, typer.Option("--rushes", help="Takes of the whole screenplay instead of a film, cut by the script.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="What goes wrong in the rushes; who the viewers are.")] = 0,
    viewers: Annotated[
        int, typer.Option("--viewers", min=0, metavar="N", help="A log of so many made viewers, too; 0 for none.")
    ] = 0,
    language: Annotated[str, typer.Option("--language", help="Which language the report opens in: en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Make the sample production (a short film of our own), run all of it, and show found beside true."""
    if rushes and viewers:
        raise UseError("demo: --viewers must go with the film, got --rushes", remedy="Leave one of them out")
    begin = time.monotonic()
    with console.progress_bar(json) as bar:

        def on_made(done: int, total: int, path: str) -> None:
            bar(Progress("make", done, total, path))

        if rushes:
            made = make_rushes(Path(folder or "demo-rushes"), seed, progress=on_made)
        else:
            made = make(Path(folder or "demo"), progress=on_made)
            if viewers:
                add_viewers(made, viewers, seed)
    production = kinoeye.open(made)
    with console.progress_bar(json) as bar:
        summary = production.run(on_progress=bar)
    found = _cut(production, made) if rushes else _compared(production, made)
    report = production.export("html", language=language)[0].resolve()
    answer = {
        "folder": str(made), "assets": summary.assets, "faults": [vars(fault) for fault in summary.faults],
        **found, "report": report.as_uri(), "seconds": round(time.monotonic() - begin, 1),
    }  # fmt: skip
    if json:
        console.say_json(answer)
    else:
        _show(answer)


def _compared(production: Production, made: Path) -> dict[str, Any]:
    rows = compare(read_truth(made), {name: production.read(name) for name in production.tables()})
    return {"found": [vars(row) if hasattr(row, "__dict__") else row for row in rows]}


def _cut(production: Production, made: Path) -> dict[str, Any]:
    """Cut the rushes by the screenplay, and hold the cut against the one that should be."""
    truth, cut = read_truth(made), production.cut()
    paths = {row["asset"]: row["path"] for row in production.read("assets").to_pylist()}
    dialogue = [row["line"] for row in production.read("lines").to_pylist() if row["kind"] == "dialogue"]
    rows = told(truth, verdicts(truth, placed(cut, paths, {line: n for n, line in enumerate(dialogue, 1)})))
    files = [str(file) for file in production.keep_cut(cut.timeline)]
    return {"found": rows, "right": sum(row["right"] for row in rows), "files": files}


def _show(answer: dict[str, Any]) -> None:
    console.say(f"The sample production lies in {answer['folder']}: {answer['assets']} assets, "
                f"made, run and reported in {answer['seconds']} s")  # fmt: skip
    console.say_table(answer["found"])
    if "right" in answer:
        console.say(f"The rough cut: {answer['right']} of {len(answer['found'])} lines as they should be")
        for file in answer["files"]:
            console.say(file)
    console.say(f"Report, with pictures: {answer['report']}")
    console.say(f"Next: kinoeye status {answer['folder']}, or kinoeye run on a folder of your own")
