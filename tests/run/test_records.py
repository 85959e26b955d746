"""A run makes streams and tables of catalogues, however large or packed they are."""

import gzip

import pyarrow.parquet as pq
import pytest
import xlsxwriter

import kinoeye
from kinoeye.media import documents
from kinoeye.run import work


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "film"
    made.mkdir()
    (made / "titles.csv").write_text('title,year,genres\nHeat,1995,Crime\n"Wall, The",1982,Music\n', encoding="utf-8")
    (made / "log.csv").write_text("userId,movieId,rating,timestamp\n1,2,3.5,1260759144\n", encoding="utf-8")
    packed = gzip.compress(b"tconst\tprimaryTitle\tstartYear\ntt0000001\tCarmen\t1894\n")
    (made / "title.basics.tsv.gz").write_bytes(packed)
    with xlsxwriter.Workbook(str(made / "films.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Title", "Year"])
        sheet.write_row(1, 0, ["Fargo", 1996])
    return made


def test_every_file_of_records_becomes_a_stream_and_tables(folder):
    film = kinoeye.open(folder)
    film.run(only=["titles", "record_columns"])
    paths = {row["asset"]: row["path"] for row in film.read("assets").to_pylist()}
    titles = {(paths[row["asset"]], row["title"]) for row in film.read("titles").to_pylist()}
    assert titles == {("titles.csv", "Heat"), ("titles.csv", "The Wall"), ("title.basics.tsv.gz", "Carmen"),
                      ("films.xlsx", "Fargo")}  # fmt: skip
    # A log names its viewers: of it there is neither a stream of rows nor what stands in its columns.
    measured = {paths[row["asset"]] for row in film.read("record_columns").to_pylist()}
    assert measured == set(paths.values()) - {"log.csv"}
    for stream in (folder / ".kinoeye" / "streams").glob("*/records"):
        assert pq.read_table(stream / "rows.parquet").num_rows >= 1
    assert film.read("faults").num_rows == 0


def test_a_catalogue_larger_than_a_text_is_read_all_the_same():
    row = {"kind": "records", "size_bytes": documents.MOST_BYTES + 1}
    assert work.streams_of(row) == {"records"}
    assert work.streams_of({**row, "size_bytes": 10}) == {"records", "text"}
