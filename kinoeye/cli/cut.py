"""``kinoeye cut``."""

from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.cut.by_script import ScriptCut, Wishes
from kinoeye.errors import UseError
from kinoeye.export.timeline import label

app = verb()

_WAYS = ("script",)


@app.command(
    epilog="Example: kinoeye cut my-film --by script --format otio --format fcpxml --split 0.2. "
    "Scenes 3 and 4 only: kinoeye cut my-film --by script --scene 3 --scene 4"
)
def cut(
    folder: Folder,
    by: Annotated[str, typer.Option("--by", help="What the cut follows: script.")] = "script",
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="otio, edl, fcpxml, xml or aaf; may be repeated.")
    ] = None,
    handle: Annotated[float, typer.Option("--handle", help="Seconds of air around what is said.")] = 0.3,
    split: Annotated[float, typer.Option("--split", help="Seconds by which pictures come after their sound.")] = 0.0,
    alternates: Annotated[int, typer.Option("--alternates", help="Other takes on upper tracks, switched off.")] = 2,
    scenes: Annotated[
        list[int] | None, typer.Option("--scene", help="Only this scene, by its place; may be repeated.")
    ] = None,
    record_start: Annotated[
        str, typer.Option("--record-start", help="Time code of the first picture.")
    ] = "01:00:00:00",
    store: Store = None,
    json: Json = False,
) -> None:
    """Put a rough cut together: each line of the screenplay from the take that has it best, and why.

    Every cut is a new version in DIR/out/cuts; none is replaced.
    """
    if by not in _WAYS:
        raise UseError(f"cut: --by must be one of {', '.join(_WAYS)}, got {by!r}")
    production = kinoeye.open(folder, store=store)
    wishes = Wishes(handle, split, alternates, tuple(scenes or ()))
    made, files = production.cut(wishes, formats=formats or ("otio",), record_start=record_start)
    rows = _rows(made, {row["asset"]: row["path"] for row in production.read("assets").to_pylist()})
    if json:
        console.say_json(
            {
                "files": [str(file) for file in files],
                "pieces": rows,
                "missing": [{name: line[name] for name in ("line", "who", "text")} for line in made.missing],
            }
        )
        return
    console.say_table(rows)
    for line in made.missing:
        console.say(f"missing: {line['who']}: {line['text']}")
    for file in files:
        console.say(str(file))


def _rows(made: ScriptCut, paths: dict[str, str]) -> list[dict[str, Any]]:
    """Return what is in the cut: where, from which take, which lines, and why."""
    rows, at = [], made.timeline.start
    for piece in made.pieces:
        first = piece.chosen[0].candidate
        for line, each in zip(piece.lines, piece.chosen, strict=True):
            rows.append(
                {
                    "record": label(at, made.timeline.rate, made.timeline.is_drop_frame),
                    "file": paths.get(first.asset, first.asset),
                    "take": first.take or first.take_order + 1,
                    "who": line["who"],
                    "line": line["text"],
                    "status": each.candidate.status,
                    "why": each.why,
                }
            )
        at += piece.end - piece.start
    return rows
