"""``kinoeye audience segments``."""

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.errors import UseError

EPILOG = (
    "Example: kinoeye audience segments my-film. It needs logs that are kept for profiles: kinoeye audience purpose"
)

_QUERY = """
    SELECT segment, name, count(*) AS viewers, round(count(*) / sum(count(*)) OVER (), 3) AS share,
        round(avg(sessions_a_week), 2) AS sessions_a_week, round(avg(session_minutes), 1) AS minutes,
        round(avg(evening), 2) AS evening, round(avg(weekend), 2) AS weekend, round(avg(completion), 2) AS completion,
        mode(genre) AS genre, round(any_value(clearness), 3) AS clearness
    FROM segments GROUP BY segment, name ORDER BY segment
"""


def segments(folder: Folder, store: Store = None, json: Json = False) -> None:
    """Say which kinds of viewers there are, in words, and what is usual for each."""
    rows = kinoeye.open(folder, store=store).sql(_QUERY).to_pylist()
    if not rows:
        raise UseError(
            "audience: the production must have segments, got none",
            remedy="Say kinoeye audience purpose DIR --for statistics,profiles, then kinoeye run DIR",
        )
    if json:
        console.say_json({"segments": rows})
        return
    if rows[0]["segment"] == 0:
        console.say("viewers fall into no groups that are clearer than chance would make them")
    console.say_table(rows)
