"""Lists: the shots of a production as CSV for spreadsheets and as JSON for programs.

A CSV cell that a spreadsheet would take for a formula is quoted by an apostrophe; JSON says everything as it is.
"""

import csv
import io
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.export.build import conformed_rate
from kinoeye.export.markers import cell
from kinoeye.export.tags import rows_of, tags
from kinoeye.export.timeline import label
from kinoeye.export.words import words
from kinoeye.timecode import FLICKS_PER_SECOND, clock

COLUMNS = (
    "path", "shot", "first_frame", "end_frame", "start", "end", "duration_seconds", "timecode", "transition",
    "transition_frames", "score", "tags", "asset", "start_flicks", "end_flicks",
)  # fmt: skip


def shots_csv(tables: Mapping[str, pa.Table]) -> bytes:
    """Return a row a shot, UTF-8 with the mark that Excel needs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in shot_rows(tables):
        writer.writerow([cell(value) if isinstance(value, str) else value for value in row.values()])
    return out.getvalue().encode("utf-8-sig")


def shots_json(tables: Mapping[str, pa.Table]) -> bytes:
    """Return the films with their shots as a JSON array."""
    films: dict[str, dict[str, Any]] = {}
    for row in shot_rows(tables):
        film = films.setdefault(row["asset"], {"asset": row["asset"], "path": row["path"], "shots": []})
        film["shots"].append({key: value for key, value in row.items() if key not in {"asset", "path"}})
    return (json.dumps(list(films.values()), ensure_ascii=False, indent=1) + "\n").encode()


def shot_rows(tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    """Return a row a shot with the columns of the CSV, by path and number."""
    english = words("en")
    found = []
    for film in sorted(tables["assets"].to_pylist(), key=lambda row: str(row["path"])):
        rate, _ = conformed_rate(film)
        tagged = tags(tables, film["asset"])
        for shot in sorted(rows_of(tables, "shots", film["asset"]), key=lambda row: int(row["shot"])):
            said = "; ".join(english.tag(tag) for tag in tagged.get(shot["shot"], []))
            found.append(_row(film, shot, rate, said))
    return found


def _row(film: Mapping[str, Any], shot: Mapping[str, Any], rate: Fraction, said: str) -> dict[str, Any]:
    zero = film["start"] or 0
    begin, end = shot["start"] - zero, shot["end"] - zero
    half = Fraction(shot["start"] - shot["transition_start"]) * rate / FLICKS_PER_SECOND
    values = (
        str(PurePosixPath(film["path"])), shot["shot"], shot["first_frame"], shot["end_frame"], clock(begin),
        clock(end), round((end - begin) / FLICKS_PER_SECOND, 6), label(begin, rate), shot["transition"],
        round(2 * half), None if shot["score"] is None else round(shot["score"], 4), said, film["asset"],
        shot["start"], shot["end"],
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
