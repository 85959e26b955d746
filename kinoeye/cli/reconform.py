"""``kinoeye reconform``."""

from collections import Counter
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, rate_of, verb
from kinoeye.cut.versions import Reconformed, Wishes
from kinoeye.export.change_list import facts, redo_rows, rows
from kinoeye.export.fates import Rules
from kinoeye.timecode import from_seconds

app = verb()


@app.command(
    epilog="Example: kinoeye reconform my-film 'cuts/lock 3.edl' 'cuts/lock 4.xml' --move subs.srt --move notes.csv "
    "--effects vfx.csv --handle 8. Of two films without timelines: "
    "kinoeye reconform my-film v3.mov v4.mov --move v3.en.srt. A timeline of the production's own recordings can be "
    "laid beside a film, too"
)
def reconform(
    folder: Folder,
    old: Annotated[str, typer.Argument(help="The old cut: .otio, .edl, .fcpxml, .xml, .aaf, or its film.")],
    new: Annotated[str, typer.Argument(help="The new cut, in any of these forms too.")],
    move: Annotated[
        list[str] | None,
        typer.Option("--move", metavar="FILE", help="Subtitles, list, markers or chapters; may be repeated."),
    ] = None,
    effects: Annotated[
        list[str] | None, typer.Option("--effects", metavar="FILE", help="A list of effect shots; may be repeated.")
    ] = None,
    handle: Annotated[int, typer.Option("--handle", help="Pictures an effect holds beyond its cut, each side.")] = 0,
    follow: Annotated[str, typer.Option("--follow", help="What subtitles follow: sound or picture.")] = "sound",
    shortest: Annotated[float, typer.Option("--shortest", help="Seconds below which part of a cue is dropped.")] = 0.5,
    bridge: Annotated[float, typer.Option("--bridge", help="Seconds put into a cue that do not part it.")] = 1.0,
    rate: Annotated[str, typer.Option("--rate", help="Of an EDL that does not say: 25, 29.97, 24000/1001.")] = "",
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="Of the new cut with the old one's markers: otio, edl …")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="In which the page opens: en or zh.")] = "en",
    store: Store = None,
    json: Json = False,
) -> None:
    """Move subtitles, effects, chapters, notes and markers from one cut to the next, and say what changed.

    Writes a change list (CSV, JSON, EDL, a page to look at), every file moved in its own form, and what must be done
    again, into a new folder of DIR/out/reconform. Nothing is replaced.
    """
    production = kinoeye.open(folder, store=store)
    rules = Rules(from_seconds(str(shortest)), from_seconds(str(bridge)), handle)
    wishes = Wishes(follow, rules, rate_of(rate, "reconform"), tuple(formats or ("otio",)), language)
    made = production.reconform(old, new, move=move or (), effects=effects or (), wishes=wishes)
    if json:
        console.say_json({"folder": str(made.folder), "files": [str(each) for each in made.files],
                          "left_out": list(made.left_out),
                          **facts(made.changes, made.items)})  # fmt: skip
        return
    _say(made)


def _say(made: Reconformed) -> None:
    shown: list[dict[str, Any]] = [
        {name: row[name] for name in ("change", "old in", "new in", "pictures", "shift", "clip", "was", "note")}
        for row in rows(made.changes)
        if row["change"] != "kept" or row["note"]
    ]
    console.say_table(shown, empty="nothing changed")
    todo = redo_rows(made.changes, made.items)
    console.say_table(
        [{name: row[name] for name in ("what", "file", "text", "old in", "new in", "verdict", "why")} for row in todo],
        empty="nothing to do again",
    )
    counts = Counter(each.fate.verdict for each in made.items)
    if made.items:
        console.say(", ".join(f"{counts[each]} {each}" for each in ("moved", "look", "redo", "gone")))
    for note in (*made.changes.notes, *made.left_out):
        console.say(note)
    for file in made.files:
        console.say(str(file))
