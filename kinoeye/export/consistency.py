"""Consistency: the notes of where a screenplay does not agree with itself, as lists and as a page to read and print."""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export.markers import cell
from kinoeye.export.page import both, document, esc, figure
from kinoeye.export.words import words
from kinoeye.streams import Stills

COLUMNS = (
    *("screenplay", "page", "scene", "heading", "kind", "note", "here", "there", "other_page", "other_scene", "score"),
    "line",
)

Row = dict[str, Any]


def note_rows(tables: Mapping[str, pa.Table]) -> list[Row]:
    """Return the notes of a production's screenplays, in their order.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets`, `scenes` and `consistency_notes`.

    Returns
    -------
    list of dict
        `COLUMNS`, and `values`: what the note's sentence is made of.

    Raises
    ------
    UseError
        If no screenplay was looked at.
    """
    if not tables["scenes"].num_rows and not tables["consistency_notes"].num_rows:
        raise UseError(
            "export: notes must have a screenplay with scene headings, got none",
            remedy="Put one into the folder (.fountain, .fdx, .pdf), then: kinoeye run DIR",
        )
    paths = {row["asset"]: str(row["path"]) for row in tables["assets"].to_pylist()}
    scenes = {(row["asset"], row["scene_order"]): row for row in tables["scenes"].to_pylist()}
    rows = [_row(row, paths, scenes) for row in tables["consistency_notes"].to_pylist()]
    return sorted(rows, key=lambda row: str(row["screenplay"]))


def notes_csv(tables: Mapping[str, pa.Table]) -> bytes:
    """Return a row a note, UTF-8 with the mark that Excel needs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in note_rows(tables):
        writer.writerow([cell(row[name]) if isinstance(row[name], str) else row[name] for name in COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def notes_json(tables: Mapping[str, pa.Table]) -> bytes:
    """Return the notes as a JSON array."""
    rows = [{name: row[name] for name in COLUMNS} for row in note_rows(tables)]
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def page(
    tables: Mapping[str, pa.Table], stills: Callable[[str], Stills | None], *, title: str = "", language: str = "en"
) -> bytes:
    """Return the page of a production's notes.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        As `note_rows` takes them.
    stills : callable
        Not looked at: notes are made before anything is shot.
    title : str
        The production's name.
    language : en or zh
        In which it opens; it can be switched.

    Raises
    ------
    UseError
        If no screenplay was looked at, or there are no messages in that language.
    """
    del stills
    chosen = words(language)
    rows = note_rows(tables)
    scripts = sorted({row["screenplay"] for row in rows})
    body = "".join(_script(each, [row for row in rows if row["screenplay"] == each]) for each in scripts)
    if not rows:
        body = f'<section class="list"><p class="lead">{both("notes_none")}</p></section>'
    return document(
        title or chosen.say("notes"), language, brand=both("notes"),
        totals=f'<dl class="figures">{figure(str(len(rows)), "notes")}</dl>', contents="", sections=body,
    )  # fmt: skip


def _row(row: Row, paths: Mapping[str, str], scenes: Mapping[tuple[str, int], Row]) -> Row:
    values = {
        "subject": row["subject"], "instead": row["instead"], "here": row["here"], "there": row["there"],
        "page": row["other_page"] or "",
    }  # fmt: skip
    return {
        "screenplay": paths.get(row["asset"], row["asset"]),
        "page": row["page"],
        "scene": _scene(scenes, row["asset"], row["scene_order"]),
        "heading": scenes.get((row["asset"], row["scene_order"]), {}).get("heading", ""),
        "kind": row["kind"],
        "note": words("en").say(_key(row["kind"], values), **values),
        "here": row["here"],
        "there": row["there"],
        "other_page": row["other_page"],
        "other_scene": _scene(scenes, row["asset"], row["other_scene_order"]) if row["other_scene_order"] else "",
        "score": round(row["score"], 2),
        "line": row["line"],
        "values": values,
    }


def _scene(scenes: Mapping[tuple[str, int], Row], asset: str, order: int) -> str:
    """Return a scene's number as printed, else its place in the screenplay."""
    return str(scenes.get((asset, order), {}).get("number") or order)


def _key(kind: str, values: Mapping[str, object]) -> str:
    """Return the message of a note: a heading without a number has one of its own."""
    return "note_unnumbered" if kind == "number_missing" and not values["subject"] else f"note_{kind}"


def _script(name: str, rows: Sequence[Row]) -> str:
    body = "".join(
        f'<tr><td class="number">{row["page"]}</td><td>{esc(row["scene"])} · {esc(row["heading"])}</td>'
        f"<td>{both(_key(row['kind'], row['values']), **row['values'])}</td>"
        f'<td class="number">{100 * row["score"]:.0f}&nbsp;%</td></tr>'
        for row in rows
    )
    heads = "".join(f"<th>{both(each)}</th>" for each in ("note_page", "scene", "notes", "sure"))
    return (
        f'<section class="list"><h2>{esc(name)}</h2><p class="lead">{both("notes_lead")}</p>'
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div></section>'
    )
