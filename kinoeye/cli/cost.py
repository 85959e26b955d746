"""``kinoeye cost``."""

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb

app = verb()


@app.command(epilog="Example: kinoeye cost my-film")
def cost(folder: Folder, store: Store = None, json: Json = False) -> None:
    """Say what each analysis spent: CPU seconds for each minute of film, greatest memory, model and licence."""
    rows = kinoeye.open(folder, store=store).cost()
    if json:
        console.say_json(rows)
    else:
        console.say_table(rows)
