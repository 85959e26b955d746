"""``kinoeye status``."""

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb

app = verb()


@app.command(epilog="Example: kinoeye status my-film")
def status(folder: Folder, store: Store = None, json: Json = False) -> None:
    """Say what is known, stale or failed, as of the last run."""
    found = kinoeye.open(folder, store=store).status()
    if json:
        console.say_json(found)
        return
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(found["assets"].items())) or "none"
    console.say(f"assets: {kinds}; {found['minutes']} minutes of film and sound")
    console.say_table(found["analyses"])
    for name, reason in found["left_out"].items():
        console.say(f"left out: {name} {reason}")
    for name, reason in found["without"].items():
        console.say(f"without a model: {name}: {reason}")
    console.say_table(found["faults"], ("path", "severity", "message", "remedy"), empty="no faults")
    if found["orphans"]:
        console.say("decisions whose object is gone:")
        console.say_table(found["orphans"])
