"""Records are read as they are given, whatever their separator, encoding or form; what is wrong is told, not thrown."""

import datetime
import gzip
import json
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from kinoeye.errors import DocumentError, KinoeyeError, UseError
from kinoeye.media.records import read_records


@pytest.fixture
def read(tmp_path):
    def reading(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        records = read_records(path)
        return records, [list(row.values()) for row in records.rows.to_table().to_pylist()]

    return reading


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separator_and_encoding_are_told_by_the_bytes(read, encoding, separator):
    rows = [["片名", "年份", "简介"], ["活着", "1994", "一个人的一生"], ["霸王别姬", "1993", "两个伶人"]] * 1
    text = "\r\n".join(separator.join(row) for row in rows) + "\r\n"
    records, found = read("titles.csv", text.encode(encoding))
    assert records.headings == ("片名", "年份", "简介")
    assert found == rows[1:]
    assert records.form == ("tsv" if separator == "\t" else "csv")


def test_western_text_in_latin_1_is_read_and_said(read):
    records, found = read("titles.csv", "title,year\nAmélie,2001\nÉté,1999\n".encode("latin-1"))
    assert found == [["Amélie", "2001"], ["Été", "1999"]]
    assert records.notes == (("encoding", "cp1252"),)


def test_imdb_tsv_has_no_quotes_and_keeps_its_mark_of_nothing(read):
    records, found = read(
        "title.basics.tsv", 'tconst\tprimaryTitle\tstartYear\ntt1\t"Carmen" live\t1894\ntt2\tB\t\\N\n'
    )
    assert found == [["tt1", '"Carmen" live', "1894"], ["tt2", "B", "\\N"]]
    assert not records.notes


def test_quotes_wrap_separators_line_ends_and_themselves(read):
    _, found = read("titles.csv", 'title,plot\nHeat,"a man\nand ""another"", one"\nFargo,snow\n')
    assert found == [["Heat", 'a man\nand "another", one'], ["Fargo", "snow"]]


def test_a_backslash_before_a_quote_is_no_end_of_the_cell(read):
    _, found = read("dump.csv", 'title,plot\nHeat,"a \\"crew\\", and a cop"\nFargo,"snow"\n')
    assert found[0] == ["Heat", 'a "crew", and a cop']


def test_a_quote_that_never_closes_takes_no_other_row_with_it(read):
    _, found = read("titles.csv", 'title,plot\nHeat,"never closed\nFargo,snow\nSe7en,rain\n')
    assert [row[0] for row in found] == ["Heat", "Fargo", "Se7en"]


def test_ragged_rows_lose_nothing_and_are_counted(read):
    records, found = read("titles.csv", "title,year\nHeat,1995,x,y\nFargo\nSe7en,1995\n")
    assert found == [["Heat", "1995", "x,y"], ["Fargo", "", ""], ["Se7en", "1995", ""]]
    assert dict(records.notes) == {"short_rows": "1", "long_rows": "1"}


def test_nul_bytes_are_left_out(read):
    records, found = read("titles.csv", b"title,year\nHe\0at,1995\n" * 3)
    assert found[0] == ["Heat", "1995"]
    assert dict(records.notes)["nul"] == "3"


def test_a_bad_byte_far_behind_the_head_is_read_as_windows(read):
    rows = "".join(f"Film {number},1990\n" for number in range(120_000))
    records, found = read("titles.csv", f"title,year\n{rows}".encode() + "Été,1999\n".encode("latin-1"))
    assert found[-1] == ["Été", "1999"]
    assert len(found) == 120_001
    assert "mixed_encoding" in dict(records.notes)


def test_columns_without_a_name_or_with_one_twice_get_names_that_differ(read):
    records, _ = read("titles.csv", "title,Title,,rating\nHeat,Heat 2,3,4\n")
    assert records.headings == ("title", "Title", "", "rating")
    assert records.rows.schema.names == ["title", "Title (2)", "column 3", "rating"]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("1,Heat (1995),Action|Crime\n2,Fargo (1996),Crime\n", ()),
        ("Heat,Crime\nFargo,Drama\n", ()),
        ("title\nHeat\nFargo\n", ("title",)),
        ("a,b\nHeat,170\nFargo,98\n", ("a", "b")),
        ("sep=;\ntitle;year\nHeat;1995\n", ("title", "year")),
        ("title,year\r1917,2019\rHeat,1995\r", ("title", "year")),
    ],
)
def test_a_heading_line_is_told_from_a_row(read, text, headings):
    assert read("titles.csv", text)[0].headings == headings


def test_a_heading_line_alone_is_a_table_without_rows(read):
    records, found = read("titles.csv", "title,year\n")
    assert records.headings == ("title", "year")
    assert found == []


def test_the_same_file_may_be_read_as_it_lies_or_put_right(read):
    rows = "".join(f'{n},"Film, {n}",{1900 + n % 120}\n' for n in range(70_000))
    _, direct = read("a.csv", f"id,title,year\n{rows}")
    _, mended = read("b.csv", f"id,title,year\n{rows}1\n")
    assert direct == mended[:-1]


def test_gzip_is_opened_and_a_cut_one_is_told(read, tmp_path):
    packed = gzip.compress(b"tconst\taverageRating\tnumVotes\ntt1\t5.7\t1999\n")
    assert read("title.ratings.tsv.gz", packed)[1] == [["tt1", "5.7", "1999"]]
    with pytest.raises(DocumentError, match="whole gzip file"):
        read("cut.tsv.gz", packed[:-9])


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('[{"title":"Heat","year":1995},{"title":"Fargo","x":1}]', [["Heat", 1995, None], ["Fargo", None, 1]]),
        ('{"title":"Heat"}\n{"title":"Fargo","z":[1,2]}\n', [["Heat", None], ["Fargo", [1, 2]]]),
        ('{"page":1,"results":[{"title":"Heat"},{"title":"Fargo"}]}', [["Heat"], ["Fargo"]]),
        ('{"title":{"0":"Heat","1":"Fargo"},"year":{"0":1995,"1":1996}}', [["Heat", 1995], ["Fargo", 1996]]),
        ('{"title":["Heat","Fargo"],"year":[1995,1996]}', [["Heat", 1995], ["Fargo", 1996]]),
        ('{"tt1":{"title":"Heat"},"tt2":{"title":"Fargo"}}', [["tt1", "Heat"], ["tt2", "Fargo"]]),
        ('[["title","year"],["Heat",1995]]', [["Heat", 1995]]),
        ('[{"title":300},{"title":"Heat"}]', [["300"], ["Heat"]]),
    ],
)
def test_json_of_every_shape(read, text, rows):
    records, found = read("titles.json", text)
    assert records.form == "json"
    assert found == rows


def test_one_json_object_is_one_title(read):
    omdb = {"Title": "Heat", "Year": "1995", "Ratings": [{"Source": "IMDb", "Value": "8.3/10"}], "Response": "True"}
    records, found = read("heat.json", json.dumps(omdb, indent=1))
    assert records.headings == tuple(omdb)
    assert found[0][:2] == ["Heat", "1995"]


def test_what_only_the_last_object_has_is_a_column_too(read):
    lines = "".join(f'{{"title":"Film {n}"}}\n' for n in range(30_000)) + '{"title":"last","year":1999}\n'
    records, found = read("titles.jsonl", lines)
    assert records.headings == ("title", "year")
    assert found[-1] == ["last", 1999]


def test_excel_gives_the_sheet_with_titles_below_its_heading_line(tmp_path):
    path = tmp_path / "films.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("read me").write(0, 0, "made for the festival")
        sheet = book.add_worksheet("Films")
        sheet.write(0, 0, "Top films")
        sheet.write_row(2, 0, ["Title", "Year", "Gross"])
        sheet.write_row(3, 0, [1917, 2019, 384.9])
        sheet.write_row(4, 0, ["Heat", 1995, 187])
        sheet.write_formula(5, 0, '=HYPERLINK("http://elsewhere","y")', value="Fargo")
    records = read_records(path)
    assert records.headings == ("Title", "Year", "Gross")
    assert records.rows.to_table().to_pydict() == {
        "Title": ["1917", "Heat", "Fargo"], "Year": [2019, 1995, None], "Gross": [384.9, 187.0, None],
    }  # fmt: skip


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "films.parquet"
    pq.write_table(pa.table({"title": ["Heat"], "released": [datetime.date(1995, 12, 15)]}), path)
    records = read_records(path)
    assert records.form == "parquet"
    assert records.rows.to_table().to_pylist() == [{"title": "Heat", "released": datetime.date(1995, 12, 15)}]


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "films.db"
    connection = sqlite3.connect(path)
    connection.execute("create table log(a, b)")
    connection.execute("create table movies(title text, year int)")
    connection.executemany("insert into movies values(?, ?)", [("Heat", 1995), ("Fargo", None)])
    connection.commit()
    connection.close()
    return path


@pytest.mark.parametrize("wanted", ["", "#movies", "#select title, year from movies", "#select%20*%20from%20movies"])
def test_sql_reads_a_table_or_a_query(database, wanted):
    records = read_records(f"sqlite:///{database}{wanted}")
    assert records.form == "sql"
    assert records.rows.to_table().to_pydict() == {"title": ["Heat", "Fargo"], "year": [1995, None]}


def test_sqlite_files_are_told_by_their_bytes(database):
    assert read_records(database).headings == ("title", "year")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("sqlite:///{}#nothing", "must name a table or a SELECT behind #, got 'nothing'. Tables: log, movies"),
        ("sqlite:///{}#select 1; drop table movies", "one SELECT"),
        ("sqlite:///{}#drop table movies", "must name a table or a SELECT"),
        ("sqlite:///{}.nowhere", "no such file"),
        ("postgresql://me:geheim@localhost:1/x#t", "the database must answer"),
        ("nosuch://me:geheim@localhost/x", "driver"),
    ],
)
def test_sql_that_cannot_be_answered_is_told_without_the_password(database, address, said):
    with pytest.raises((DocumentError, UseError), match=said) as told:
        read_records(address.format(database))
    assert "geheim" not in str(told.value)
    assert not database.with_name("films.db.nowhere").exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", b"", "empty file"),
        ("a.csv", b"  \n \n", "nothing but space"),
        ("a.bin", bytes(range(256)) * 10, "bytes of no known format"),
        ("a.xlsx", b"PK\x03\x04rubbish", "whole Excel workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rubbish", "whole Excel workbook"),
        ("a.parquet", b"PAR1rubbishPAR1", "whole Parquet file"),
        ("a.json", b'[{"title":"Heat"},{"title":', "whole JSON"),
        ("a.json", b'{"title":"Heat"', "whole JSON"),
        ("a.json", b"[[1,2],[3]]", "must hold objects"),
        ("a.gz", b"\x1f\x8brubbish", "whole gzip file"),
    ],
)
def test_what_is_damaged_is_told(read, name, data, said):
    with pytest.raises(DocumentError, match=said):
        read(name, data)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.json", b'{title: "Heat", year: 1995}\n', "must be whole JSON"),
        ("a.json", b'[{"title": "Heat"},\n{"title": "Fargo"},', "an array without its end"),
        ("a.jsonl", b'{"title": "Heat"}\n{"title": "Far', "must be whole JSON"),
        ("a.json", b"[1, 2, 3]", "must hold objects"),
        ("a.json", b"title: Heat, year}", "must be JSON as its name says"),
        ("a.json", b'"Heat"', "must be JSON as its name says"),
        ("a.json.gz", gzip.compress(b"title: Heat"), "must be JSON as its name says"),
        ("a.parquet", b"PAR1" + bytes(200), "a whole Parquet file, got one without its end"),
        ("a.parquet", b"rubbish that is text", "must be Parquet as its name says"),
        ("a.parquet", bytes(range(256)) * 4 + b"PAR1", "must be Parquet as its name says"),
        ("a.parquet", b"PAR1" + bytes(200) + b"PAR1", "must be a whole Parquet file"),
    ],
)
def test_a_broken_file_is_told_as_what_its_name_says(tmp_path, name, data, said):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DocumentError, match=said):
        read_records(tmp_path / name)


@pytest.mark.parametrize("name", ["a.json", "a.parquet", "a.txt"])
def test_a_table_under_another_forms_name_is_read_all_the_same(tmp_path, name):
    (tmp_path / name).write_text("title,year\nHeat,1995\nFargo,1996\n")
    assert read_records(tmp_path / name).headings == ("title", "year")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(KinoeyeError, match="must be readable"):
        read_records(tmp_path / "nothing.csv")


def test_temporary_rows_go_with_their_records(read):
    records, _ = read("titles.json", '[{"title":"Heat"}]')
    from pathlib import Path

    file = Path(records.rows.files[0])
    assert file.exists()
    del records
    assert not file.exists()
