"""Notes are told in words in both languages, and what comes from outside is escaped."""

import csv
import html.parser
import io
import json

import pyarrow as pa
import pytest

from kinoeye.errors import UseError
from kinoeye.export.consistency import COLUMNS, note_rows, notes_csv, notes_json, page
from kinoeye.export.words import LANGUAGES, words
from kinoeye.media.assets import ASSETS
from kinoeye.run.list import TABLES

SCHEMAS = {table.name: table for table in TABLES}
NOTE = {"asset": "a", "scene": "s", "scene_order": 2, "line": "l", "page": 3, "kind": "age", "subject": "<ANNA>",
        "instead": "40", "here": "=33", "there": "{40}", "other_line": "m", "other_scene_order": 1, "other_page": 1,
        "score": 0.9}  # fmt: skip


def _tables(*notes: dict[str, object]) -> dict[str, pa.Table]:
    scenes = [
        {"asset": "a", "scene": f"s{n}", "scene_order": n, "number": number, "heading": f"INT. <ROOM> {n} - DAY"}
        for n, number in ((1, "A1"), (2, ""))
    ]
    return {
        "assets": ASSETS.from_rows([{"asset": "a", "path": "film.fountain", "kind": "screenplay"}]),
        "scenes": SCHEMAS["scenes"].from_rows(scenes),
        "consistency_notes": SCHEMAS["consistency_notes"].from_rows(notes),
    }


def test_a_note_says_what_and_where():
    (row,) = note_rows(_tables(NOTE))
    assert row["note"] == "<ANNA>'s age is “=33” here, “{40}” elsewhere (page 1)."
    assert (row["scene"], row["other_scene"], row["page"]) == ("2", "A1", 3)


def test_every_kind_has_its_words_in_both_languages():
    meaning = SCHEMAS["consistency_notes"].schema.field("kind").metadata[b"meaning"].decode()
    kinds = meaning.replace(" or ", ", ").split(", ")
    assert len(kinds) == 13
    for language in LANGUAGES:
        for key in (*(f"note_{kind}" for kind in kinds), "note_unnumbered"):
            assert words(language).say(key, subject="a", instead="b", here="c", there="d", page=1)


def test_lists_hold_the_same():
    tables = _tables(NOTE, {**NOTE, "kind": "number_missing", "subject": "", "other_scene_order": None})
    listed = list(csv.reader(io.StringIO(notes_csv(tables).decode("utf-8-sig"))))
    told = json.loads(notes_json(tables))
    assert listed[0] == list(COLUMNS) == list(told[0])
    assert [row[5] for row in listed[1:]] == [row["note"] for row in told]
    assert listed[1][6] == "'=33"  # no formula
    assert told[1]["note"] == "This scene has no number, though the others have."


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_escapes_and_speaks_both_languages(language):
    text = page(_tables(NOTE), lambda _: None, title="Film", language=language).decode()
    parser = html.parser.HTMLParser()
    parser.feed(text)
    parser.close()
    assert "&lt;ANNA&gt;" in text
    assert "<ANNA>" not in text
    assert f'<html lang="{language}"' in text
    assert "别处为" in text
    assert "elsewhere" in text


def test_nothing_found_is_said():
    assert "no proof" in page(_tables(), lambda _: None).decode()
    with pytest.raises(UseError, match="must have a screenplay with scene headings"):
        note_rows({**_tables(), "scenes": SCHEMAS["scenes"].empty()})
