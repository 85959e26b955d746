"""Breakdown sheets hold what stands in the tables, and escape what comes from outside."""

import csv
import html.parser
import io
import json

import pyarrow as pa
import pytest

from kinoeye.errors import UseError
from kinoeye.export.breakdown import breakdown_csv, breakdown_json, breakdown_rows, strips_csv
from kinoeye.export.breakdown_page import page
from kinoeye.export.strips_read import read_strips
from kinoeye.media.assets import ASSETS
from kinoeye.run.list import TABLES
from kinoeye.timecode import from_seconds

SCHEMAS = {table.name: table for table in TABLES}
MENTION = {
    "asset": "a",
    "scene": "s1",
    "scene_order": 1,
    "line": "l",
    "score": 0.9,
    "how": "lexicon",
    "evidence": ["x"],
}


@pytest.fixture
def tables() -> dict[str, pa.Table]:
    rows = {
        "assets": [{"asset": "a", "path": "film.fountain", "kind": "screenplay"}],
        "scenes": [
            {"asset": "a", "scene": f"s{n}", "scene_order": n, "number": "", "heading": f"INT. <ROOM> {n} - DAY",
             "place": "int", "set": "ROOM", "time": "day", "page": 1, "eighths": 11, "characters": ["ANNA"]}
            for n in (1, 2, 3)
        ],
        "elements": [
            MENTION | {"element": "pistol", "category": "props", "count": None, "written": "pistol"},
            MENTION | {"element": "pistol", "category": "props", "count": 2, "written": "pistols", "how": "rule"},
            MENTION | {"element": "=cmd", "category": "cast", "count": None, "written": "=cmd", "how": "learned"},
        ],
        "running_times": [
            {"asset": "a", "scene": "s1", "scene_order": 1, "length": from_seconds(83), "least": from_seconds(70),
             "most": from_seconds(99), "how": "footage", "learnt_lines": 12}
        ],
        "dialogue_shares": [
            {"asset": "a", "scene": "", "scene_order": 0, "character": "ANNA", "lines": 3, "words": 30, "share": 0.75,
             "attribute": "woman"}
        ],
        "conversations": [
            {"asset": "a", "one": "ANNA", "other": "BEN", "exchanges": 4, "scenes": 1, "first_scene": 1, "share": 1.0}
        ],
        "topics": [
            {"asset": "a", "scene": "s2", "scene_order": 2, "topic": 0, "share": 0.9, "words": ["soup", "salt"]}
        ],
        "voice_distances": [
            {"asset": "a", "one": "ANNA", "other": "BEN", "delta": 0.8, "strings": 0.3, "words": 300, "score": 0.9}
        ],
    }  # fmt: skip
    return {name: (ASSETS if name == "assets" else SCHEMAS[name]).from_rows(each) for name, each in rows.items()}


def test_mentions_of_an_element_are_one_row(tables):
    scene = breakdown_rows(tables)[0]["scenes"][0]
    columns = ("department", "element", "count", "mentions", "how")
    assert [tuple(row[column] for column in columns) for row in scene["elements"]] == [
        ("cast", "=cmd", None, 1, "learned"), ("props", "pistol", 2, 2, "rule")
    ]  # fmt: skip
    assert (scene["seconds"], scene["least_seconds"], scene["time_by"]) == (83.0, 70.0, "footage")


def test_the_csv_has_a_row_an_element_and_one_for_a_scene_without(tables):
    rows = list(csv.DictReader(io.StringIO(breakdown_csv(tables).decode("utf-8-sig"))))
    assert [(row["scene_order"], row["department"], row["element"]) for row in rows] == [
        ("1", "cast", "'=cmd"), ("1", "props", "pistol"), ("2", "", ""), ("3", "", "")
    ]  # fmt: skip


def test_a_schedule_reads_the_strips(tables):
    strips = read_strips(strips_csv(tables), "strips.csv")
    assert [(each.id, each.number, each.set, each.light, each.eighths) for each in strips] == [
        (f"s{number}", str(number), "ROOM", "day", 11) for number in (1, 2, 3)
    ]
    assert (strips[0].seconds, dict(strips[0].elements)) == (83.0, {"props": ("pistol",)})


def test_the_json_is_the_whole_breakdown(tables):
    assert json.loads(breakdown_json(tables)) == breakdown_rows(tables)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_says_it_in_both_languages(tables, language):
    text = page(tables, lambda _: None, title="<My film>", language=language).decode()
    assert f'<html lang="{language}">' in text
    for said in (
        "&lt;My film&gt;",
        "INT. &lt;ROOM&gt; 1 - DAY",
        "2 × pistol",
        "Props",
        "道具",
        "1:23",
        "1 3/8",
        "woman",
    ):
        assert said in text
    assert "<ROOM>" not in text
    assert text.count("<article") == 3
    assert 'class="network"' in text
    assert 'class="arc"' in text
    html.parser.HTMLParser().feed(text)


def test_without_a_screenplay_there_is_nothing_to_break_down(tables):
    del tables["scenes"]
    with pytest.raises(UseError, match="must have a screenplay with scene headings, got none"):
        page(tables, lambda _: None)
