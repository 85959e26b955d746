"""``kinoeye audience sessions``."""

from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.errors import UseError
from kinoeye.timecode import FLICKS_PER_SECOND

EPILOG = "Example: kinoeye audience sessions my-film --most 20. Single ones: kinoeye sql my-film 'FROM sessions'"

_QUERY = """
    SELECT title, count(*) AS sessions, count(DISTINCT viewer) AS viewers, sum(watched) AS watched,
        median(watched) AS middle, sum(rebuffered) AS rebuffered, sum(rebuffers) AS rebuffers,
        avg((ended = 'rebuffering')::INT) AS gave_up
    FROM sessions WHERE ended <> 'none' GROUP BY title ORDER BY watched DESC, sessions DESC, title
"""


def sessions(
    folder: Folder,
    most: Annotated[int, typer.Option("--most", help="Titles that are shown.", min=1)] = 20,
    store: Store = None,
    json: Json = False,
) -> None:
    """Say how often, how long and how smoothly each title was watched.

    A session ends when a viewer does nothing for half an hour; a title of a session counts once. `gave up` is the share
    that ended while the player was loading.
    """
    rows = kinoeye.open(folder, store=store).sql(_QUERY).to_pylist()
    if not rows:
        raise UseError("audience: the production must have a viewing log that was run, got no sessions",
                       remedy="Put a log into its folder, and say: kinoeye run DIR")  # fmt: skip
    shown = [_told(row) for row in rows]
    if json:
        console.say_json({"titles": shown})
        return
    console.say(f"{sum(row['sessions'] for row in rows):,} sessions of {len(rows):,} titles")
    console.say_table(shown[:most])


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": row["title"], "sessions": row["sessions"], "viewers": row["viewers"],
        "hours": round(row["watched"] / FLICKS_PER_SECOND / 3600, 2),
        "middle minutes": round(row["middle"] / FLICKS_PER_SECOND / 60, 1), "rebuffers": row["rebuffers"],
        "waited minutes": round(row["rebuffered"] / FLICKS_PER_SECOND / 60, 1), "gave up": round(row["gave_up"], 3),
    }  # fmt: skip
