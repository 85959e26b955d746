"""``kinoeye sync``."""

from enum import StrEnum
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.timecode import clock, to_seconds

app = verb()


class _Format(StrEnum):
    OTIO = "otio"
    FCPXML = "fcpxml"
    XML = "xml"
    AAF = "aaf"


@app.command(
    epilog="Example: kinoeye sync my-film. What is only looked at: kinoeye sync my-film --list. "
    "For Final Cut Pro: kinoeye sync my-film --format fcpxml. "
    "Files that lie nowhere shared too little sound to be sure; a recording with both in it joins them."
)
def sync(
    folder: Folder,
    out: Annotated[str | None, typer.Option("--out", help="Where to; DIR/out if not given.")] = None,
    only_list: Annotated[bool, typer.Option("--list", help="Only say what belongs together; write nothing.")] = False,
    format_name: Annotated[
        _Format,
        typer.Option(
            "--format", help="otio, xml or aaf: tracks, one over the other; fcpxml: a multicam clip with angles."
        ),
    ] = _Format.OTIO,
    record_start: Annotated[
        str, typer.Option("--record-start", help="Time code of the first picture.")
    ] = "01:00:00:00",
    store: Store = None,
    json: Json = False,
) -> None:
    """Bring pictures and separate sound, or several cameras, together by what they heard.

    Lists the files of each group with offset and drift, and writes a timeline a group: OpenTimelineIO, or
    a multicam clip for Final Cut Pro with --format fcpxml. What changed since the last run is looked at first.
    """
    production = kinoeye.open(folder, store=store)
    with console.progress_bar(json) as told:
        production.run(only=["syncs"], on_progress=told)
    rows = production.syncs()
    kind = "sync" if format_name is _Format.OTIO else f"sync-{format_name.value}"
    files = [] if only_list or not rows else [str(each) for each in production.export(
        kind, out=out, record_start=record_start)]  # fmt: skip
    if json:
        console.say_json({"pairs": rows, "files": files})
        return
    console.say_table([_shown(row) for row in rows], empty="no two files are known to have heard the same moment")
    for path in files:
        console.say(path)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    code = row["timecode_offset"]
    return {
        "group": row["group"],
        "file": row["path"],
        "with": row["other_path"],
        "from": clock(row["start"]),
        "to": clock(row["end"]),
        "offset s": f"{to_seconds(row['offset']):+.4f}",
        "drift ppm": f"{row['drift_ppm']:+.1f}",
        "error ms": f"{1000 * to_seconds(row['error']):.2f}",
        "sure": f"{100 * row['score']:.0f} %",
        "time code off by s": "" if code is None else f"{to_seconds(code - row['offset']):+.2f}",
        "production sound": row["sound_path"] or "",
    }
