"""Dialogue list, continuity and music cues: what a film is delivered with, as spreadsheets.

A dialogue list says who says what, and when. A continuity (combined continuity and spotting list) has the shots and
what is read on the screen between that. Cues are where music is heard; whose it is nobody can hear, so that the columns
for title, composer and publisher are empty. Time codes are the film's own, at its rate.

Source: the columns that delivery schedules of distributors ask for: time in and out, duration, speaker, dialogue.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export.build import conformed_rate, own_timecode
from kinoeye.export.markers import cell
from kinoeye.export.tags import rows_of
from kinoeye.export.timeline import label, picture
from kinoeye.timecode import frame_to_flicks

Row = dict[str, Any]

_SPAN = ("path", "number", "time_in", "time_out", "duration")
DIALOGUE = (*_SPAN, "speaker", "dialogue", "as_written", "sure")
CONTINUITY = (*_SPAN, "kind", "shot", "speaker", "text")
CUES = (*_SPAN, "title", "composer", "publisher", "usage", "tempo_bpm", "key")
_READ = ("title", "credit", "subtitle", "sign", "other")
_ORDER = {"shot": 0, "music": 1, "text": 2, "dialogue": 3}


def dialogue_list(tables: Mapping[str, pa.Table]) -> bytes:
    """Return a row a line that is said in a film."""

    def rows(film: Row) -> Iterator[tuple[int, int, Row]]:
        for row in rows_of(tables, "utterances", film["asset"]):
            told = {"speaker": _speaker(row), "dialogue": row["text"], "as_written": f"{row['in_text']:.2f}",
                    "sure": f"{row['score']:.2f}"}  # fmt: skip
            yield row["start"], row["end"], told

    return _csv(tables, DIALOGUE, rows, "a film in which words are told")


def continuity(tables: Mapping[str, pa.Table]) -> bytes:
    """Return a row a shot, a line, a text on the screen and a piece of music of a film, as they begin."""

    def rows(film: Row) -> Iterator[tuple[int, int, Row]]:
        asset = film["asset"]
        scales = {row["shot"]: row["scale"] for row in rows_of(tables, "framing", asset)}
        moves = {row["shot"]: row["move"] for row in rows_of(tables, "camera", asset)}
        for row in rows_of(tables, "shots", asset):
            about = [scales.get(row["shot"]) or "", moves.get(row["shot"]) or "", row["transition"] or ""]
            text = ", ".join(each for each in about if each not in ("", "unknown", "start"))
            yield row["start"], row["end"], {"kind": "shot", "shot": row["shot"] + 1, "text": text}
        for row in rows_of(tables, "texts", asset):
            if row["kind"] in _READ:
                yield row["start"], row["end"], {"kind": "text", "text": f"{row['kind']}: {row['text']}"}
        for row in rows_of(tables, "music", asset):
            yield row["start"], row["end"], {"kind": "music", "text": row["key"] or ""}
        for row in rows_of(tables, "utterances", asset):
            yield row["start"], row["end"], {"kind": "dialogue", "speaker": _speaker(row), "text": row["text"]}

    return _csv(tables, CONTINUITY, rows, "a film with shots or words")


def music_cues(tables: Mapping[str, pa.Table]) -> bytes:
    """Return a row a piece of music in a film."""

    def rows(film: Row) -> Iterator[tuple[int, int, Row]]:
        said = [(row["start"], row["end"]) for row in rows_of(tables, "speech", film["asset"])]
        for row in rows_of(tables, "music", film["asset"]):
            under = sum(max(0, min(end, row["end"]) - max(start, row["start"])) for start, end in said)
            usage = "background" if 2 * under > row["end"] - row["start"] else "featured"
            tempo = f"{row['tempo_bpm']:.0f}" if row["tempo_bpm"] else ""
            yield row["start"], row["end"], {"usage": usage, "tempo_bpm": tempo, "key": row["key"] or ""}

    return _csv(tables, CUES, rows, "a film with music")


def _speaker(row: Row) -> str:
    """Return who says a line: the character, else the voice's number."""
    if row["character"]:
        return str(row["character"])
    return f"voice {row['speaker'] + 1}" if row["speaker"] is not None else ""


def _csv(
    tables: Mapping[str, pa.Table],
    columns: Sequence[str],
    rows: Callable[[Row], Iterator[tuple[int, int, Row]]],
    wanted: str,
) -> bytes:
    """Write the rows of all films, UTF-8 with the mark that Excel needs; numbers count within each film."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    is_there = False
    for film in sorted(tables["assets"].to_pylist(), key=lambda row: str(row["path"])):
        found = sorted(rows(film), key=lambda row: (row[0], _ORDER.get(row[2].get("kind", ""), 0), row[1]))
        for number, (start, end, told) in enumerate(found, 1):
            is_there = True
            values = {"path": film["path"], "number": number, **_times(film, start, end), **told}
            writer.writerow({name: cell(value) if isinstance(value, str) else value for name, value in values.items()})
    if not is_there:
        raise UseError(f"export: must have {wanted}, got none", remedy="Run `kinoeye run` first")
    return out.getvalue().encode("utf-8-sig")


def _times(film: Row, start: int, end: int) -> dict[str, str]:
    """Return time codes of the film's own, to the picture."""
    rate, _ = conformed_rate(film) if film["kind"] in ("video", "sequence") else (Fraction(25), False)
    code, _ = own_timecode(film, rate)
    zero = film["start"] or 0
    first = picture(start - zero, rate)
    last = max(first + 1, picture(end - zero, rate))
    begin = code.flicks()
    dropped = code.is_drop_frame
    return {
        "time_in": label(begin + frame_to_flicks(first, rate), rate, dropped),
        "time_out": label(begin + frame_to_flicks(last, rate), rate, dropped),
        "duration": label(frame_to_flicks(last - first, rate), rate),
    }
