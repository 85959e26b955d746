"""A lined script shows every line, and a stroke for each take that goes through it."""

import re

import pyarrow as pa
import pytest

from kinoeye.analyses.editing.coverage import COVERAGE
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.errors import UseError
from kinoeye.export.lined import lined_script
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def line(number, kind="dialogue", text="Goodbye.", scene=1):
    return {"asset": "s", "line": f"l{number}", "scene": "x", "scene_order": scene, "kind": kind, "who": "<ANNA>",
            "extensions": ["V.O."], "parentheticals": ["softly"], "text": text}  # fmt: skip


def row(number, take, status="covered", is_on_camera=None, **more):
    names = {"asset": take, "take_order": 0, "run": 0, "script": "s", "scene": "x", "line": f"l{number}"}
    about = {"start": SECOND, "end": 2 * SECOND, "said": "good <bye>", "changes": [], "scale": "close-up"}
    return names | about | {"status": status, "is_on_camera": is_on_camera} | more


def take(name, setup, number):
    return {
        "asset": name,
        "take_order": 0,
        "start": 0,
        "end": 9 * SECOND,
        "number": "1",
        "setup": setup,
        "take": number,
    }


LINE = [line(1, "heading", "INT. <A> - DAY"), line(2), line(3, "action", "Rain."), line(4), line(5)]


def tables(*rows, lines=None):
    return {
        "assets": filled(ASSETS, [{"asset": name, "path": f"{name}.x"} for name in ("s", "a", "b")]),
        "lines": filled(LINES, lines or LINE),
        "takes": filled(TAKES, [take("a", "", "1"), take("b", "A", "2")]),
        "coverage": filled(COVERAGE, rows),
    }  # fmt: skip


SHOT = (
    row(2, "a"), row(3, "a", "passed"), row(4, "a", "changed", False, changes=[{"was": "bye", "said": "<night>"}]),
    row(2, "b", "partial"), row(4, "b", "missing"), row(2, "b", run=1),
)  # fmt: skip


def test_a_stroke_for_each_take():
    page = lined_script(tables(*SHOT), title="my <film>").decode()
    table = page[page.index("<table") :]
    heads = re.findall(r'<th scope="col" title="[ab]\.x"><span>([^<]*)</span>', table)
    assert heads == ["1-1", "1A-2", "1A-2 (2)"]
    rows = re.findall(r'<tr class="([a-z ]+)">(.*?)</tr>', table)
    assert [kind for kind, _ in rows] == ["heading", "dialogue", "action", "dialogue", "dialogue none"]
    strokes = [re.findall(r'<td>(?:<i class="stroke ([a-z ]+)")?', cells) for _, cells in rows]
    assert strokes == [
        ["", "", ""],
        ["whole", "partial", "whole"],
        ["passed", "", ""],
        ["changed off", "missing", ""],
        ["", "", ""],
    ]


def test_the_page_says_what_is_there_and_what_is_not():
    page = lined_script(tables(*SHOT), title="my <film>").decode()
    figures = re.findall(r'<dt><span lang="en">([^<]*)</span>.*?<dd>(\d+)</dd>', page)
    assert figures == [("Lines of dialogue", "3"), ("Shot", "2"), ("Shot as written", "1"), ("In no take", "1")]
    assert "bye → &lt;night&gt;" in page


def test_nothing_from_outside_is_markup():
    page = lined_script(tables(*SHOT), title="my <film>").decode()
    assert not set(re.findall(r"<(film|ANNA|A|bye|night)>", page))


@pytest.mark.parametrize(("language", "title"), [("en", "Lined script"), ("zh", "场记画线剧本")])
def test_it_opens_in_a_language(language, title):
    page = lined_script(tables(*SHOT), title="film", language=language).decode()
    assert f'<html lang="{language}">' in page
    assert f"<title>film: {title}</title>" in page


def test_each_scene_has_its_own_takes():
    lines = [line(1), line(2, scene=2)]
    page = lined_script(tables(row(1, "a"), row(2, "b"), lines=lines), title="film").decode()
    assert [re.findall(r"<span>(1A?-\d)</span>", each) for each in page.split("<table")[1:]] == [["1-1"], ["1A-2"]]


def test_nothing_shot_is_refused():
    with pytest.raises(UseError, match="a lined script must have takes in which lines are said, got none"):
        lined_script(tables(), title="film")
