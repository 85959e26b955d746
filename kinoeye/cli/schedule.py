"""``kinoeye schedule``."""

import json as json_format
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Json, Store, verb
from kinoeye.errors import StoreError, UseError
from kinoeye.export.schedule_lists import calendar, day_out_of_days_csv, moves_csv, one_line_csv
from kinoeye.export.schedule_page import say_in, schedule_page
from kinoeye.export.stripboard import (
    Say,
    dated,
    move_words,
    pages,
    stripboard_pdf,
    stripboard_png,
    stripboard_svg,
    time_of_day,
)
from kinoeye.export.strips_read import read_strips, read_wishes
from kinoeye.export.uss import uss
from kinoeye.production import Production
from kinoeye.treatments.screenplay.moves import moves
from kinoeye.treatments.screenplay.schedule import schedule as make_schedule
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, ShootingDay, Wishes

app = verb()


@app.command(
    epilog="Example: kinoeye run my-film, then kinoeye schedule my-film --start 2026-03-02 --wishes wishes.toml. "
    "To correct the scenes by hand: kinoeye breakdown my-film, then kinoeye schedule --from my-film/out/strips.csv"
)
def schedule(
    folder: Annotated[
        str | None, typer.Argument(metavar="[DIR]", help="The production whose screenplay is planned.")
    ] = None,
    strips: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Instead of DIR, the scenes: CSV or JSON with number, heading, pages, cast, location.",
        ),
    ] = None,
    script: Annotated[
        str, typer.Option("--script", metavar="PATH", help="Which screenplay of DIR, where there are several.")
    ] = "",
    wishes: Annotated[
        Path | None,
        typer.Option(
            "--wishes", metavar="FILE", help="TOML: days off, pages and hours a day, who is away when, travel, weights."
        ),
    ] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help="The first shooting day.")] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where it is written; else out/schedule of DIR, or schedule."),
    ] = None,
    title: Annotated[str, typer.Option("--title", help="The production's name; else the folder's or file's.")] = "",
    seconds: Annotated[
        float, typer.Option("--seconds", help="How much work may be spent, on an idle machine.", min=0.1, max=86400)
    ] = 60.0,
    seed: Annotated[int, typer.Option("--seed", help="Another number searches another way.", min=0)] = 1,
    language: Annotated[str, typer.Option("--language", help="en or zh: which language the page opens in.")] = "en",
    store: Store = None,
    json: Json = False,
) -> None:
    """Plan the shoot of a screenplay: stripboard, one-line schedule, day out of days, breakdown sheets, calendar, USS.

    Says how far the plan can at most lie over the best, and which wishes cannot hold together.
    """
    say = say_in(language)
    given = {"start": start} if start else {}
    wished = read_wishes(_read(wishes) if wishes else b"", wishes.name if wishes else "schedule", **given)
    scenes, production, named = _scenes(folder, strips, script, store)
    made = make_schedule(scenes, wished, seconds=seconds, seed=seed, told=(lambda _, __: None) if json else _Told())
    texts = _documents(made, wished, title or named, language)
    written = (
        _write(texts, out or Path("schedule")) if production is None or out else production.keep(texts, "schedule")
    )
    going = moves(made, wished.travel_days)
    if json:
        console.say_json(asdict(made) | {"moves": [asdict(move) for move in going], "paths": list(map(str, written))})
        return
    console.say_table([_day(day, say) for day in made.days])
    console.say(f"cost {made.cost}, at least {made.bound}: at most {made.gap:.1%} over the best")
    for move in going:
        if move.lacking:
            console.say(move_words(move, say))
    for path in written:
        console.say(str(path))


def _day(day: ShootingDay, say: Say) -> dict[str, Any]:
    """Return a day as the table on the terminal has it."""
    return {
        "day": day.number, "date": dated(day.date, say), "kind": say(f"kind_{day.kind}"),
        "call": time_of_day(day.call), "wrap": time_of_day(day.wrap),
        "pages": pages(sum(slot.strip.eighths for slot in day.slots)),
        "locations": ", ".join(dict.fromkeys(slot.strip.location for slot in day.slots)),
        "scenes": " ".join(slot.strip.number for slot in day.slots),
    }  # fmt: skip


def _scenes(
    folder: str | None, strips: Path | None, script: str, store: str | None
) -> tuple[list[SceneStrip], Production | None, str]:
    """Return the scenes that are planned, the production they are of, and a name."""
    if (folder is None) == (strips is None):
        raise UseError(
            f"schedule: must have a production or --from a file, got {'both' if folder else 'neither'}",
            remedy="Say: kinoeye schedule my-film --start 2026-03-02",
        )
    if strips is not None:
        return read_strips(_read(strips), strips.name), None, strips.stem
    production = kinoeye.open(str(folder), store=store)
    return production.strips(script), production, production.folder.name


class _Told:
    """Progress as plain lines on stderr, one for each tenth of the way."""

    def __init__(self) -> None:
        self.tenth = -1

    def __call__(self, share: float, text: str) -> None:
        if int(10 * share) > self.tenth:
            self.tenth = int(10 * share)
            typer.echo(f"planning {share:.0%}: {text}", err=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UseError(f"{path}: must be a file that can be read, got {error.strerror or error}") from error


def _documents(made: Schedule, wished: Wishes, title: str, language: str) -> dict[str, bytes]:
    stamp, say, going = datetime.now(UTC), say_in(language), moves(made, wished.travel_days)
    return {
        "schedule.html": schedule_page(made, wished, title=title, language=language),
        "stripboard.svg": stripboard_svg(made, say, going).encode(),
        "stripboard.pdf": stripboard_pdf(made, say, going, title=title),
        "stripboard.png": stripboard_png(made, say, going),
        "one-line.csv": one_line_csv(made),
        "day-out-of-days.csv": day_out_of_days_csv(made, wished),
        "moves.csv": moves_csv(made, wished),
        "schedule.ics": calendar(made, title=title, stamp=stamp),
        "schedule.uss": uss(made, wished, title=title, stamp=stamp),
        "schedule.json": (json_format.dumps(asdict(made), ensure_ascii=False, default=str, indent=1) + "\n").encode(),
    }


def _write(texts: Mapping[str, bytes], out: Path) -> list[Path]:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in texts.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise StoreError(f"{out}: must be a folder that can be written, got {error.strerror or error}") from error
    return [out / name for name in texts]
