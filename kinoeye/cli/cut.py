"""``kinoeye cut``."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.cut.by_script import ScriptCut, Wishes
from kinoeye.cut.by_words import WordsCut
from kinoeye.cut.highlights import Highlights
from kinoeye.errors import UseError
from kinoeye.export.losses import losses
from kinoeye.export.timeline import Clip, Timeline, label
from kinoeye.timecode import FLICKS_PER_SECOND, clock

app = verb()

_WAYS = ("script", "silence", "words", "highlights", "trailer")


@app.command(
    epilog="Example: kinoeye cut my-film --by script --format otio --format fcpxml --split 0.2. "
    "Scenes 3 and 4 only: --scene 3 --scene 4. An interview without its pauses: "
    "kinoeye cut my-film --by silence --path interview.mov. "
    "By transcript: kinoeye cut my-film --by words --words 'so what does she say / goodbye, then'"
)
def cut(
    folder: Folder,
    by: Annotated[str, typer.Option("--by", help="script, silence, words, highlights or trailer.")] = "script",
    words: Annotated[str, typer.Option("--words", help="Phrases in their order, parted by slashes.")] = "",
    paths: Annotated[list[str] | None, typer.Option("--path", help="Only this file; may be repeated.")] = None,
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="otio, edl, fcpxml, xml or aaf; may be repeated.")
    ] = None,
    handle: Annotated[float | None, typer.Option("--handle", help="Seconds of air around what is said.")] = None,
    silence: Annotated[float, typer.Option("--silence", help="Seconds of a pause that is cut out.")] = 0.8,
    seconds: Annotated[float, typer.Option("--seconds", help="How long highlights or a trailer may be.")] = 60.0,
    spoilers: Annotated[
        bool, typer.Option("--spoilers", help="Let a trailer show the last third and the last turns too.")
    ] = False,
    split: Annotated[
        float, typer.Option("--split", help="Seconds by which pictures come after their sound; below 0 before.")
    ] = 0.0,
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
    """Put a cut together: as the screenplay says, without silence, as it is written down, or of what stands out.

    Every cut is a new version in DIR/out/cuts; none is replaced.
    """
    if by not in _WAYS:
        raise UseError(f"cut: --by must be one of {', '.join(_WAYS)}, got {by!r}")
    production = kinoeye.open(folder, store=store)
    named = {row["asset"]: row["path"] for row in production.read("assets").to_pylist()}
    air: dict[str, Any] = {} if handle is None else {"handle": handle}
    given: dict[str, Any] = {"paths": paths or (), "record_start": record_start}
    if by == "script":
        wishes = Wishes(split=split, alternates=alternates, scenes=tuple(scenes or ()), **air)
        timeline, about = _as_written(production.cut(wishes, record_start=record_start), named)
    elif by == "words":
        timeline, about = _as_said(production.cut_words(words, **given, **air), named)
    elif by == "highlights":
        timeline, about = _as_shown(production.highlights(seconds, **given), named)
    elif by == "trailer":
        timeline, about = _as_shown(production.trailer(seconds, has_spoilers=spoilers, **given), named)
    else:
        timeline = production.cut_silence(silence=silence, **given, **air)
        about = {"pieces": _clips(timeline), "missing": []}
    files = [str(file) for file in production.keep_cut(timeline, formats or ("otio",))]
    left_out = [each for name in dict.fromkeys(formats or ()) for each in losses(name, timeline)]
    if json:
        seconds = timeline.duration / FLICKS_PER_SECOND
        return console.say_json({"files": files, "seconds": seconds, "left_out": left_out, **about})
    console.say_table(about["pieces"])
    older = [
        f"older draft left out: {each['draft']}; {each['counts']} counts" for each in about.get("older_drafts", ())
    ]
    for line in (*(f"missing: {each}" for each in about["missing"]), *older, *left_out, *files):
        console.say(line)


def _as_written(made: ScriptCut, named: Mapping[str, str]) -> tuple[Timeline, dict[str, Any]]:
    older = [{"draft": draft, "counts": counts} for draft, counts in made.older]
    missing = [_told(row) for row in made.missing]
    return made.timeline, {"pieces": _rows(made, named), "missing": missing, "older_drafts": older}


def _as_said(made: WordsCut, named: Mapping[str, str]) -> tuple[Timeline, dict[str, Any]]:
    pieces = [vars(each) | {"file": named[each.asset]} for each in made.found]
    return made.timeline, {"pieces": pieces, "missing": list(made.missing)}


def _as_shown(made: Highlights, named: Mapping[str, str]) -> tuple[Timeline, dict[str, Any]]:
    pieces = [
        {"file": named[each.asset], "at": clock(each.start),
         "seconds": round((each.end - each.start) / FLICKS_PER_SECOND, 2), "score": round(each.score, 3),
         "why": each.why}
        for each in made.moments
    ]  # fmt: skip
    return made.timeline, {"pieces": pieces, "missing": []}


def _told(row: Mapping[str, Any]) -> str:
    return f"{row['who']}: {row['text']}"


def _clips(timeline: Timeline) -> list[dict[str, Any]]:
    """Return what stays of each recording, and where."""
    (track,) = timeline.of("audio")
    return [
        {
            "record": label(timeline.start + at, timeline.rate, timeline.is_drop_frame),
            "file": item.name,
            "seconds": round(item.duration / FLICKS_PER_SECOND, 2),
        }
        for at, item in track.placed()
        if isinstance(item, Clip)
    ]


def _rows(made: ScriptCut, paths: Mapping[str, str]) -> list[dict[str, Any]]:
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
