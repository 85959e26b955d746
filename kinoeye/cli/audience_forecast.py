"""``kinoeye audience forecast``."""

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.errors import UseError

EPILOG = "Example: kinoeye audience forecast my-film. Days ahead stand in kinoeye.toml: [forecast] ahead = 28"


def forecast(folder: Folder, store: Store = None, json: Json = False) -> None:
    """Say how much will be watched on the days to come, with intervals, and how right such a word was before."""
    rows = kinoeye.open(folder, store=store).read("forecast").to_pylist()
    coming = [row for row in rows if not row["is_seen"]]
    if not coming:
        raise UseError(f"audience: logs must hold six whole weeks for a forecast of two, got {len(rows)} days",
                       remedy="Say how far ahead in kinoeye.toml: [forecast] ahead = 7")  # fmt: skip
    first = coming[0]
    shown = [
        {"day": row["day"].isoformat(), first["measure"]: round(row["value"], 2), "low": round(row["low"], 2),
         "high": round(row["high"], 2), "week before": round(row["naive"], 2)} for row in coming
    ]  # fmt: skip
    if json:
        quality = {name: first[name] for name in ("way", "error", "naive_error", "covered")}
        console.say_json({"measure": first["measure"], "days": shown, **quality})
        return
    console.say(f"{first['way']}; on the last {len(coming)} days, which it did not see, off by {first['error']:.3g} "
                f"{first['measure']} a day (the week before over again: {first['naive_error']:.3g}), "
                f"{first['covered']:.0%} within their interval")  # fmt: skip
    console.say_table(shown)
