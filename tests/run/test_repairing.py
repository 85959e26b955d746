"""Gaps of a catalogue: filled, left, marked, and read back as what they are."""

import csv
import importlib.util
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from kinoeye.errors import DocumentError, UseError
from kinoeye.run.catalogue_files import Catalogue, put_new, read_catalogue, write_catalogue
from kinoeye.run.repairing import as_json, repair_titles
from kinoeye.run.title_figures import figures_of_file
from kinoeye.timecode import FLICKS_PER_SECOND

_made = importlib.util.spec_from_file_location("catalogue_made", Path(__file__).parent / "catalogue_made.py")
catalogue_made = importlib.util.module_from_spec(_made)
_made.loader.exec_module(catalogue_made)

WAYS = {"runtime": "ridge", "languages": "group", "rating": "leave"}


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("catalogue") / "titles.csv"
    return path, catalogue_made.catalogue(path)


@pytest.fixture(scope="module")
def made(source):
    return repair_titles(read_catalogue(source[0]), how="median", ways=WAYS)


def _given(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_filled_cells_are_marked_and_given_ones_stay(source, made):
    given, table = _given(source[0]), made.table.to_pylist()
    for row, (was, now) in enumerate(zip(given, table, strict=True)):
        assert now["runtime_imputed"] == (was["Runtime"] == ""), row
        assert (now["runtime_how"] is None) == (was["Runtime"] != "")
        if was["Runtime"]:
            assert now["runtime"] == int(was["Runtime"].split()[0]) * 60 * FLICKS_PER_SECOND
        assert now["languages_imputed"] == (was["Language"] == "")


def test_what_was_filled_is_what_had_been_there(source, made):
    right = 0
    codes = {"English": "en", "French": "fr", "Japanese": "ja"}
    rows = [(row, now) for row, now in zip(source[1], made.table.to_pylist(), strict=True) if now["languages_imputed"]]
    for was, now in rows:
        right += now["languages"] == [codes[was["Language"]]]
        assert now["languages_how"].startswith("group: ")
    assert right / len(rows) > 0.95
    off = [abs(now["runtime"] / FLICKS_PER_SECOND / 60 - int(was["Runtime"].split()[0]))
           for was, now in zip(source[1], made.table.to_pylist(), strict=True) if now["runtime_imputed"]]  # fmt: skip
    assert sum(off) / len(off) < 3


def test_a_column_that_is_left_has_no_mark(made):
    assert "rating_imputed" not in made.table.column_names
    assert made.table["rating"].null_count > 0


def test_a_filled_sum_is_in_the_commonest_currency_and_brings_it_along(source, made):
    for was, now in zip(_given(source[0]), made.table.to_pylist(), strict=True):
        if was["Budget"] == "":
            assert (now["budget_currency"], now["budget_currency_imputed"]) == ("USD", True)
        else:
            assert now["budget_currency"] == ("EUR" if was["Budget"].startswith("€") else "USD")
            assert not now["budget_imputed"]
    told = next(each for each in as_json(made)["columns"] if each["column"] == "budget")
    assert told["lacking"] == told["imputed"] == sum(row["Budget"] == "" for row in _given(source[0]))


def test_the_fields_of_parquet_say_what_was_filled_and_how(made, tmp_path):
    path = write_catalogue(made.table, tmp_path / "out.parquet")
    schema = parquet.read_schema(path)
    told = schema.field("runtime").metadata
    assert told[b"how"] == b"ridge"
    assert int(told[b"imputed"]) == sum(made.table["runtime_imputed"].to_pylist())
    assert {each["column"] for each in json.loads(schema.metadata[b"repair"])} > {"runtime", "title"}


@pytest.mark.parametrize("ending", ["csv", "tsv", "json", "jsonl", "parquet"])
def test_every_form_is_read_back_with_its_marks(made, tmp_path, ending):
    back = read_catalogue(write_catalogue(made.table, tmp_path / f"out.{ending}"))
    assert back.titles.num_rows == made.table.num_rows
    for name in ("runtime_imputed", "languages_imputed", "budget_imputed", "runtime_how"):
        assert back.titles[name].to_pylist() == made.table[name].to_pylist()
    minutes = [
        [each / FLICKS_PER_SECOND / 60 for each in table["runtime"].to_pylist()] for table in (back.titles, made.table)
    ]
    assert minutes[0] == pytest.approx(minutes[1], abs=0.02)
    for name in ("languages", "genres", "budget", "budget_currency", "votes", "year"):
        assert back.titles[name].to_pylist() == made.table[name].to_pylist(), name
    assert back.others.column_names == ["Shelf"]


def test_what_was_filled_is_not_learnt_from_again(made, tmp_path):
    """A second repair sees the same gaps, and tells the same from the same given cells."""
    path = write_catalogue(made.table, tmp_path / "out.parquet")
    again = repair_titles(read_catalogue(path), how="median", ways=WAYS)
    assert again.imputed == made.imputed
    assert again.table["runtime"].to_pylist() == made.table["runtime"].to_pylist()


def test_statistics_leave_filled_cells_out_unless_asked(made, tmp_path):
    path = write_catalogue(made.table, tmp_path / "out.csv")
    found = {}
    for imputed in (False, True):
        figures = figures_of_file(path, by=("language",), of=("runtime",), imputed=imputed)
        assert figures.filled > 0
        found[imputed] = next(row["n"] for row in figures.rows.to_pylist()
                              if row["measure"] == "mean" and row["by"] is None)  # fmt: skip
    assert found[True] == made.table.num_rows
    assert found[False] == found[True] - sum(made.table["runtime_imputed"].to_pylist())


def test_titles_that_lack_are_dropped_and_counted(source):
    made = repair_titles(read_catalogue(source[0]), how="leave", ways={"runtime": "drop"})
    lacking = sum(row["Runtime"] == "" for row in _given(source[0]))
    assert made.table.num_rows == len(source[1]) - lacking
    assert as_json(made)["dropped"] == lacking
    assert made.table["runtime"].null_count == 0


def test_a_formula_is_no_formula_in_a_spreadsheet(made, tmp_path):
    text = write_catalogue(made.table, tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "'=Film 3" in text
    assert ",=Film 3" not in text
    assert ",+1\n" not in text


def test_nothing_is_written_over(made, tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("mine")
    with pytest.raises(UseError, match="must not be there yet"):
        write_catalogue(made.table, path)
    with pytest.raises(UseError, match="must not be there yet"):
        put_new(path, b"new")
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_other_endings_are_refused(made, tmp_path):
    with pytest.raises(UseError, match=r"must end in \.csv, \.tsv, .* got \.xlsx"):
        write_catalogue(made.table, tmp_path / "out.xlsx")


@pytest.mark.parametrize(
    "text",
    ["title,year\nA,1990\n", "title,year\nA,1990\nB,\nC,1992\n", "title,year\nA,\nB,\n",
     "title,rating,runtime\nA,many,inf\nB,nan,\nC,5,90\n"],
)  # fmt: skip
def test_small_and_odd_files_are_no_trouble(tmp_path, text):
    path = tmp_path / "titles.csv"
    path.write_text(text, encoding="utf-8")
    found = read_catalogue(path)
    for how in ("auto", "median", "group", "ridge", "nearest", "trees"):
        assert repair_titles(found, how=how).table.num_rows == found.titles.num_rows


def test_a_file_that_is_no_catalogue_is_said(tmp_path):
    path = tmp_path / "log.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(DocumentError, match="must have a column of titles"):
        read_catalogue(path)


def test_a_column_that_the_catalogue_lacks_can_be_given_one_value(source):
    made = repair_titles(read_catalogue(source[0]), how="leave", ways={"kind": "constant=film"})
    assert set(made.table["kind"].to_pylist()) == {"film"}
    assert all(made.table["kind_imputed"].to_pylist())


def test_a_name_of_ours_in_another_column_is_kept_apart(source):
    found = read_catalogue(source[0])
    others = pa.table({"runtime_imputed": ["x"] * found.titles.num_rows})
    made = repair_titles(Catalogue(found.titles, others), how="leave", ways={"runtime": "median"})
    assert made.table["runtime_imputed (given)"].to_pylist() == ["x"] * found.titles.num_rows


def test_a_file_of_an_earlier_version_is_read(made, tmp_path):
    path = tmp_path / "old.parquet"
    parquet.write_table(made.table.drop_columns(["tmdb"]), path)
    back = read_catalogue(path).titles
    assert back["tmdb"].null_count == back.num_rows
    assert back["runtime"].to_pylist() == made.table["runtime"].to_pylist()
