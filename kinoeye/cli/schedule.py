"""``kinoeye schedule``."""

import json as json_format
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json, verb
from kinoeye.errors import StoreError, UseError
from kinoeye.export.schedule_lists import calendar, day_out_of_days_csv, one_line_csv
from kinoeye.export.schedule_page import say_in, schedule_page
from kinoeye.export.stripboard import dated, pages, stripboard_svg, time_of_day
from kinoeye.export.strips_read import read_strips, read_wishes
from kinoeye.export.uss import uss
from kinoeye.treatments.screenplay.schedule import schedule as make_schedule
from kinoeye.treatments.screenplay.strips import Schedule, Wishes

app = verb()


@app.command(epilog="Example: kinoeye schedule --from strips.csv --start 2026-03-02 --wishes wishes.toml --out plan")
def schedule(
    strips: Annotated[
        Path,
        typer.Option(
            "--from", metavar="FILE", help="The scenes: CSV or JSON with number, heading, pages, cast, location."
        ),
    ],
    wishes: Annotated[
        Path | None,
        typer.Option(
            "--wishes", metavar="FILE", help="TOML: days off, pages and hours a day, who is away when, weights."
        ),
    ] = None,
    start: Annotated[str | None, typer.Option("--start", metavar="DATE", help="The first shooting day.")] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the schedule is written.")] = Path(
        "schedule"
    ),
    title: Annotated[str, typer.Option("--title", help="The production's name; else the file's.")] = "",
    seconds: Annotated[
        float, typer.Option("--seconds", help="How much work may be spent, on an idle machine.", min=0.1, max=86400)
    ] = 60.0,
    seed: Annotated[int, typer.Option("--seed", help="Another number searches another way.", min=0)] = 1,
    language: Annotated[str, typer.Option("--language", help="en or zh: which language the page opens in.")] = "en",
    json: Json = False,
) -> None:
    """Plan the shoot: stripboard, one-line schedule, day out of days, breakdown sheets, calendar, USS.

    Says how far the plan can at most lie over the best, and which wishes cannot hold together.
    """
    say_in(language)
    given = {"start": start} if start else {}
    wished = read_wishes(_read(wishes) if wishes else b"", wishes.name if wishes else "schedule", **given)
    made = make_schedule(read_strips(_read(strips), strips.name), wished, seconds=seconds, seed=seed,
                         told=(lambda _, __: None) if json else _Told())  # fmt: skip
    written = _write(made, wished, out, title or strips.stem, language)
    if json:
        console.say_json(asdict(made) | {"paths": [str(path) for path in written]})
        return
    say = say_in(language)
    console.say_table([
        {"day": day.number, "date": dated(day.date, say), "kind": say(f"kind_{day.kind}"),
         "call": time_of_day(day.call), "wrap": time_of_day(day.wrap),
         "pages": pages(sum(slot.strip.eighths for slot in day.slots)),
         "locations": ", ".join(dict.fromkeys(slot.strip.location for slot in day.slots)),
         "scenes": " ".join(slot.strip.number for slot in day.slots)}
        for day in made.days
    ])  # fmt: skip
    console.say(f"cost {made.cost}, at least {made.bound}: at most {made.gap:.1%} over the best")
    for path in written:
        console.say(str(path))


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


def _write(made: Schedule, wished: Wishes, out: Path, title: str, language: str) -> list[Path]:
    stamp = datetime.now(UTC)
    texts = {
        "schedule.html": schedule_page(made, title=title, language=language),
        "stripboard.svg": stripboard_svg(made, say_in(language)).encode(),
        "one-line.csv": one_line_csv(made),
        "day-out-of-days.csv": day_out_of_days_csv(made),
        "schedule.ics": calendar(made, title=title, stamp=stamp),
        "schedule.uss": uss(made, wished, title=title, stamp=stamp),
        "schedule.json": (json_format.dumps(asdict(made), ensure_ascii=False, default=str, indent=1) + "\n").encode(),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, data in texts.items():
            (out / name).write_bytes(data)
    except OSError as error:
        raise StoreError(f"{out}: must be a folder that can be written, got {error.strerror or error}") from error
    return [out / name for name in texts]
