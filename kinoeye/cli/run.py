"""``kinoeye run``."""

from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb

app = verb()

# So many faults are printed; the table holds them all.
_SHOWN = 10


@app.command(epilog="Example: kinoeye run my-film --only shots --jobs 2")
def run(
    folder: Folder,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Analyses to run, with what they need; by comma or repeated.")
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", help="Worker processes; one on each core if not given.")
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what failed before.")] = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """Find, decode and analyse whatever lies in a folder. What is known already is not done again.

    Exit status 0 if all is well, 1 if there are faults.
    """
    production = kinoeye.open(folder, store=store)
    names = [name.strip() for each in only for name in each.split(",") if name.strip()] if only else None
    with console.progress_bar(json) as told:
        summary = production.run(only=names, jobs=jobs, retry=retry, on_progress=told)
    if json:
        console.say_json(asdict(summary))
    else:
        if not summary.assets and not summary.faults:
            console.say(f"nothing that Kinoeye knows lies in {folder}: no film, sound, picture or text")
        made = f"{summary.steps} results made" if summary.steps else "nothing to do"
        ignored = f", {summary.ignored} files of unknown kind passed over" if summary.ignored else ""
        console.say(f"{summary.assets} assets, {made} in {summary.seconds:.1f} s{ignored}")
        for name, reason in summary.left_out.items():
            console.say(f"  left out: {name} {reason}")
        for name, reason in summary.without.items():
            console.say(f"  without a model: {name}: {reason}")
        for fault in summary.faults[:_SHOWN]:
            remedy = f". {fault.remedy}" if fault.remedy else ""
            console.say(f"  {fault.severity}: {fault.path}: {fault.message}{remedy}")
        if len(summary.faults) > _SHOWN:
            console.say(f"  and {len(summary.faults) - _SHOWN} more; all of them: kinoeye status {folder}")
    if summary.faults:
        raise typer.Exit(1)
