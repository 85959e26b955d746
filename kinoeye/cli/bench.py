"""``kinoeye bench``."""

import ast
import runpy
import sys
from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json, verb
from kinoeye.errors import UseError

app = verb()

# Benches lie beside the package in a checkout; they are not installed.
BENCH = Path(__file__).resolve().parents[2] / "bench"


@app.command(
    epilog="Example: kinoeye bench shots. Peers need the extra: pip install 'kinoeye[bench]'",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def bench(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Which bench; without one they are listed.")] = "",
    json: Json = False,
) -> None:
    """Measure Kinoeye beside its peers, in the same run; prints a table. Further arguments go to the bench."""
    benches = {path.stem: path for path in sorted(BENCH.glob("*.py"))}
    if not benches:
        raise UseError("bench: must be run from a checkout of the repository, got an installed package")
    if not name:
        rows = [{"bench": stem, "what": _first_line(path)} for stem, path in benches.items()]
        console.say_json(rows) if json else console.say_table(rows)
        return
    if name not in benches:
        raise UseError(f"bench: must be one of {', '.join(benches)}, got {name}")
    sys.argv = [str(benches[name]), *context.args, *(["--json"] if json else [])]
    sys.path.insert(0, str(BENCH))
    runpy.run_path(str(benches[name]), run_name="__main__")


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
