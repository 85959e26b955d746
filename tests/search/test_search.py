"""Search finds what was put there, and keeps in step with what there is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.errors import QueryError, StoreError
from kinoeye.run.list import TABLES
from kinoeye.search.search import Search
from kinoeye.search.sources import SOURCES, Item
from kinoeye.search.words import VERSION, Updated

SECOND = 705_600_000

CARDS = [
    {"start": 0, "end": SECOND, "text": "SCENE 12 TAKE 3", "kind": "slate", "scene": "12", "take": "3"},
    {"start": SECOND, "end": 3 * SECOND, "text": "Rain on the window", "kind": "subtitle"},
    {"start": 5 * SECOND, "end": 6 * SECOND, "text": "The windows of the café", "kind": "subtitle"},
    {"start": 8 * SECOND, "end": 9 * SECOND, "text": "窗外下着大雨", "kind": "subtitle"},
]


def item(
    rows: list[dict[str, object]],
    *,
    table: str = "texts",
    asset: str = "a",
    path: str = "day 1/a.mp4",
    print_: str = "1",
) -> Item:
    return Item(table, asset, path, print_, lambda: pa.Table.from_pylist(rows))


def never() -> pa.Table:
    raise AssertionError("what has not changed must not be read")


@pytest.fixture
def search(tmp_path: Path) -> Search:
    found = Search(tmp_path / "search")
    found.update(
        [
            item(CARDS),
            item(
                [{"text": "Rain in the street", "kind": "subtitle", "start": 0, "end": 1}],
                asset="b",
                path="day 2/b.mp4",
            ),
            item(
                [{"text": "Rain beats on a window."}],
                table="paragraphs",
                asset="s",
                path="s.fountain",
            ),
        ]
    )
    return found


def texts(search: Search, query: str, **filters: object) -> list[str]:
    return [found.text for found in search.words(query, **filters)]  # type: ignore[arg-type]


def test_a_row_comes_with_its_place(search: Search) -> None:
    found = search.words('"rain on the window"')[0]
    assert (found.table, found.asset, found.path) == ("texts", "a", "day 1/a.mp4")
    assert (found.start, found.end) == (SECOND, 3 * SECOND)
    assert found.tags == {"kind": "subtitle"}
    assert found.score > 0


def test_more_words_found_is_better(search: Search) -> None:
    answers = search.words("rain window")
    assert {answer.text for answer in answers[:2]} == {"Rain on the window", "Rain beats on a window."}
    assert [answer.score for answer in answers] == sorted((answer.score for answer in answers), reverse=True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("RAIN", 3),
        ("window", 3),
        ("windows", 3),
        ("cafe", 1),
        ("Café", 1),
        ("+rain +street", 1),
        ("rain -street", 2),
        ('"on the"', 1),
        ("win*", 3),
        ("stree*", 1),
        ("大雨", 1),
        ("雨", 1),
        ('"外下"', 1),
        ("晴天", 0),
        ("kind:slate", 1),
        ("scene:12", 1),
        ("scene:13", 0),
        ("kind:subtitle -rain", 2),
        ("rain -kind:subtitle", 1),
        ("nothing", 0),
    ],
)
def test_words_find_their_rows(search: Search, query: str, count: int) -> None:
    assert len(search.words(query)) == count


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"tables": ["paragraphs"]}, {"Rain beats on a window."}),
        ({"path": "day 1"}, {"Rain on the window"}),
        ({"path": "day 2/b.mp4"}, {"Rain in the street"}),
        ({"path": "*.mp4"}, {"Rain on the window", "Rain in the street"}),
        ({"path": "none"}, set()),
        ({"start": SECOND}, {"Rain on the window"}),
        ({"end": SECOND}, {"Rain in the street"}),
        ({"end": SECOND + 1, "path": "day 1"}, {"Rain on the window"}),
        ({"start": 3 * SECOND}, set()),
    ],
)
@pytest.mark.parametrize("limit", [1, 20])
def test_filters_keep_the_rest_away(search: Search, filters: dict[str, object], expected: set[str], limit: int) -> None:
    found = set(texts(search, "rain", limit=limit, **filters))
    assert found <= expected
    assert len(found) == min(limit, len(expected))


def test_a_rare_row_is_found_behind_many_better_ones(tmp_path: Path) -> None:
    search = Search(tmp_path)
    many = [{"text": "rain rain", "start": n, "end": n + 1} for n in range(500)]
    search.update([item(many), item([{"text": "rain and much else", "start": 7, "end": 8}], asset="b", path="b")])
    assert texts(search, "rain", path="b", limit=3) == ["rain and much else"]
    assert len(search.words("rain", start=400, limit=90)) == 90
    assert len(search.words("rain", start=490, limit=90)) == 10


def test_common_words_refine_and_fill(tmp_path: Path) -> None:
    search = Search(tmp_path)
    rows = [{"text": f"the {word}", "start": n, "end": n + 1} for n, word in enumerate(["rain", "sun", "sea"] * 40)]
    search.update(
        [item([*rows, {"text": "a comet", "start": 500, "end": 501}, {"text": "the comet", "start": 501, "end": 502}])]
    )
    assert texts(search, "the comet", limit=2) == ["the comet", "a comet"]
    filled = texts(search, "the comet", limit=5)
    assert filled[0] == "the comet"
    assert len(filled) == 5
    assert texts(search, "the the", limit=200) == texts(search, "the", limit=200)
    assert len(texts(search, "the", limit=200)) == 121


def test_highlights_stand_on_the_words(search: Search) -> None:
    found = search.words("window café 大雨")
    marked = {answer.snippet[first:last] for answer in found for first, last in answer.highlights}
    assert marked == {"window", "windows", "café", "大雨"}
    for answer in search.words("win*"):
        assert [answer.snippet[first:last].lower()[:3] for first, last in answer.highlights] == ["win"]


def test_a_long_text_is_cut_around_what_was_found(tmp_path: Path) -> None:
    search = Search(tmp_path)
    text = "grey " * 200 + "needle " + "green " * 200
    search.update([item([{"text": text}], table="paragraphs")])
    found = search.words("needle")[0]
    assert found.text == text
    assert len(found.snippet) <= 160
    assert found.snippet.startswith("…")
    assert found.snippet.endswith("…")
    assert [found.snippet[first:last] for first, last in found.highlights] == ["needle"]


def test_only_what_changed_is_read_again(search: Search) -> None:
    same = [Item("texts", "a", "day 1/a.mp4", "1", never), Item("texts", "b", "day 2/b.mp4", "1", never)]
    script = Item("paragraphs", "s", "s.fountain", "1", never)
    assert search.update([*same, script]) == Updated()
    new = item([{"text": "Sun on the roof"}], table="paragraphs", asset="s", print_="2")
    assert search.update([*same, new]) == Updated(1, 0, 1)
    assert texts(search, "beats") == []
    assert texts(search, "roof") == ["Sun on the roof"]
    assert search.update([same[0]]) == Updated(0, 2, 0)
    assert texts(search, "rain") == ["Rain on the window"]
    assert search.update([]) == Updated(0, 1, 0)
    assert texts(search, "rain") == []


def test_a_renamed_asset_is_not_read_again(search: Search) -> None:
    search.update([Item("texts", "a", "elsewhere/a.mp4", "1", never)])
    assert search.words("rain")[0].path == "elsewhere/a.mp4"
    assert search.words("rain", path="day 1") == []


def test_a_table_of_the_whole_production_names_its_assets(tmp_path: Path) -> None:
    search = Search(tmp_path)
    rows = [{"asset": "b", "text": "a line of b", "start": 1, "end": 2, "who": "MARIA"}]
    search.update([item(CARDS, asset="b", path="b.mp4"), item(rows, table="lines", asset="", path="")])
    found = search.words("who:maria")[0]
    assert (found.asset, found.path, found.table) == ("b", "b.mp4", "lines")


def test_tables_without_words_are_passed_over(tmp_path: Path) -> None:
    search = Search(tmp_path)
    assert search.update([Item("shots", "a", "a.mp4", "1", never)]) == Updated()
    assert search.words("rain") == []


def test_rows_without_words_or_time_do_no_harm(tmp_path: Path) -> None:
    search = Search(tmp_path)
    search.update([item([{"text": None, "start": 1, "end": 2}, {"text": "rain", "start": None, "end": None}])])
    assert [(found.text, found.start) for found in search.words("rain")] == [("rain", None)]
    assert search.words("rain", start=0) == []


def test_another_reader_sees_what_was_written(search: Search, tmp_path: Path) -> None:
    other = Search(tmp_path / "search")
    assert len(other.words("rain")) == 3
    search.update([item([{"text": "snow", "start": 0, "end": 1}], print_="2")])
    assert texts(other, "rain") == []
    assert texts(other, "snow") == ["snow"]


def test_no_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="an index must be at"):
        Search(tmp_path / "none").words("rain")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda search: search.words("rain", limit=0), "limit must lie in 1..10000, got 0"),
        (lambda search: search.words("rain", tables=["shotz"]), "tables must be among .*got shotz"),
        (lambda search: search.words('"rain'), "must be closed"),
    ],
)
def test_a_wrong_call_is_refused(search: Search, call: Callable[[Search], object], reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        call(search)


@pytest.mark.parametrize("victim", ["meta.json", "*.idx", "*.store"])
def test_a_damaged_index_is_made_again(search: Search, tmp_path: Path, victim: str) -> None:
    file = next((tmp_path / "search").glob(f"words-*/{victim}"))
    file.unlink()  # the old one is still mapped here
    file.write_bytes(b"damage")
    fresh = Search(tmp_path / "search")
    fresh.update([item(CARDS)])
    assert texts(fresh, "rain") == ["Rain on the window"]


def test_a_full_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "search").write_bytes(b"a file")
    with pytest.raises(StoreError, match="must be writable"):
        Search(tmp_path / "search").update([item(CARDS)])


def test_an_index_that_another_writes_is_waited_for(search: Search, tmp_path: Path) -> None:
    writer = search._words.index.writer()
    with pytest.raises(StoreError, match="got another process that writes"):
        Search(tmp_path / "search").update([item(CARDS, print_="2")], patience_s=0.1)
    writer.rollback()
    del writer
    assert Search(tmp_path / "search").update([item(CARDS, print_="2")]).indexed == 1


BUILDER = """
import sys
from pathlib import Path
import pyarrow as pa
from kinoeye.search.search import Search
from kinoeye.search.sources import Item
def rows(asset):
    return pa.table({"text": [f"rain {asset} {n}" for n in range(2000)], "start": range(2000), "end": range(1, 2001)})
items = [Item("texts", f"a{k}", f"a{k}.mp4", sys.argv[2], lambda k=k: rows(k)) for k in range(10)]
print("go", flush=True)
Search(Path(sys.argv[1])).update(items)
"""


def build(folder: Path, version: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", BUILDER, str(folder), version], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    return process


def test_a_killed_build_leaves_the_state_before(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    seen = set()
    for version in range(6):
        process = build(tmp_path, str(version))
        time.sleep(float(rng.uniform(0.0, 0.25)))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        if next(tmp_path.glob("words-*/meta.json"), None) is None:
            continue
        search = Search(tmp_path)
        count = len(search.words("rain", limit=10_000, path="a3.mp4"))
        seen.add(count)
        assert count in (0, 2000)
        assert len(set(search._words.note.tables.values())) <= 1
    process = build(tmp_path, "last")
    process.communicate()
    assert process.returncode == 0
    assert len(Search(tmp_path).words("rain", limit=10_000, path="a3.mp4")) == 2000


def test_two_builds_at_once_give_one_index(tmp_path: Path) -> None:
    processes = [build(tmp_path, "1"), build(tmp_path, "1")]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    assert len(Search(tmp_path).words("rain", limit=10_000, path="a3.mp4")) == 2000
    assert [folder.name for folder in tmp_path.iterdir()] == [f"words-{VERSION}"]


def test_every_source_is_named_once() -> None:
    assert len({entry.table for entry in SOURCES}) == len(SOURCES)


def test_sources_name_columns_that_are_there() -> None:
    made = {table.name: set(table.schema.names) for table in TABLES}
    made["appearances"].add("name")  # put beside it when it is offered: kinoeye.store.people.named
    known = [entry for entry in SOURCES if entry.table in made]
    assert {"texts", "paragraphs"} <= {entry.table for entry in known}
    for entry in known:
        assert {entry.text, entry.start, entry.end, *entry.tags} - {""} <= made[entry.table]
