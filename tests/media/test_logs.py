"""Logs of any player are read in one form; whoever watched is a number before anything is kept."""

import datetime
import gzip
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kinoeye.errors import DocumentError
from kinoeye.media.logs import is_log, write_log
from kinoeye.media.viewers import Key
from kinoeye.streams import EVENTS, LOG_SCHEMA
from kinoeye.timecode import FLICKS_PER_SECOND

KEY = Key(bytes(range(32)))
EVENT_ROWS = [
    ("anna", "Rain", "2026-03-01T20:00:00Z", "play", 0),
    ("anna", "Rain", "2026-03-01T20:00:20Z", "heartbeat", 20),
    ("ben", "Sun", "2026-03-01T21:00:00Z", "pause", 12.5),
]
HEADINGS = ("user_id", "title", "timestamp", "event", "position")


@pytest.fixture
def read(tmp_path):
    def reading(name, data):
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        assert is_log(path)
        out = io.BytesIO()
        told = write_log(path, KEY, "me", out)
        out.seek(0)
        rows = pq.read_table(out)
        assert rows.schema.equals(LOG_SCHEMA)
        assert told.rows == rows.num_rows
        return told, rows.to_pylist()

    return reading


def csv_of(rows, headings=HEADINGS, separator=","):
    return "".join(separator.join(str(cell) for cell in row) + "\n" for row in [headings, *rows])


def jsonl_of(rows):
    return "".join(json.dumps(dict(zip(HEADINGS, row, strict=True))) + "\n" for row in rows)


def seconds(flicks):
    return None if flicks is None else flicks / FLICKS_PER_SECOND


def events(rows):
    return [EVENTS[row["event"]] for row in rows]


def test_every_form_gives_the_same_rows(read, tmp_path):
    table = pa.table({name: list(cells) for name, cells in zip(HEADINGS, zip(*EVENT_ROWS, strict=True), strict=True)})
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    forms = {
        "a.csv": csv_of(EVENT_ROWS), "a.tsv": csv_of(EVENT_ROWS, separator="\t"), "a.jsonl": jsonl_of(EVENT_ROWS),
        "a.csv.gz": gzip.compress(csv_of(EVENT_ROWS).encode()), "a.parquet": parquet.getvalue(),
        "a.json": json.dumps([dict(zip(HEADINGS, row, strict=True)) for row in EVENT_ROWS]),
        "u16.csv": csv_of(EVENT_ROWS).encode("utf-16"),
    }  # fmt: skip
    found = {name: read(name, data)[1] for name, data in forms.items()}
    first = found["a.csv"]
    assert events(first) == ["play", "heartbeat", "pause"]
    assert [row["viewer"] for row in first] == [KEY.number("anna")] * 2 + [KEY.number("ben")]
    assert [seconds(row["position"]) for row in first] == [0, 20, 12.5]
    assert first[0]["at"] == datetime.datetime(2026, 3, 1, 20, tzinfo=datetime.UTC)
    assert [row["row"] for row in first] == [1, 2, 3]
    for name, rows in found.items():
        assert rows == first, name


def test_a_catalogue_is_no_log(tmp_path):
    for name, text in {
        "movies.csv": "movieId,title,genres\n1,Rain (1999),Drama\n2,Sun (2001),Comedy\n",
        "imdb.tsv": "tconst\tprimaryTitle\tstartYear\tgenres\ntt1\tRain\t1999\tDrama\n",
        "ratings.tsv": "tconst\taverageRating\tnumVotes\ntt1\t7.1\t900\n",
        "notes.txt": "Rain falls.\nIt falls on.\n",
        "titles.csv": 'show_id,type,title,director,date_added\ns1,Movie,Rain,Anna Lee,"September 9, 2020"\n',
    }.items():
        (tmp_path / name).write_text(text)
        assert not is_log(tmp_path / name), name


def test_movielens_with_and_without_headings(read):
    named = read("ratings.csv", "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3.0,1260759179\n")[1]
    colons = read("ratings.dat", "1::31::2::978300760\n2::32::5::978302109\n2::33::4::978301968\n")[1]
    tabs = read("u.data", "196\t242\t3\t881250949\n186\t302\t3\t891717742\n22\t377\t1\t878887116\n")[1]
    assert [(row["title"], row["value"], EVENTS[row["event"]]) for row in named] == [("31", 5, "rating"),
                                                                                     ("1029", 6, "rating")]  # fmt: skip
    assert [row["value"] for row in colons] == [4, 10, 8]
    assert tabs[0]["at"].year == 1997
    assert named[0]["viewer"] == KEY.number("1")


def test_netflix_short_and_long(read):
    short = read("history.csv", 'Title,Date\n"Rain: Season 1: ""Wet""",3/25/20\nSun,12/31/19\n')[1]
    assert [row["title"] for row in short] == ['Rain: Season 1: "Wet"', "Sun"]
    assert short[0]["at"].date() == datetime.date(2020, 3, 25)
    assert events(short) == ["watched", "watched"]
    assert len({row["viewer"] for row in short}) == 1
    head = "Profile Name,Start Time,Duration,Attributes,Title,Supplemental Video Type,Device Type,Bookmark,Latest Bookmark,Country\n"  # noqa: E501
    rows = "Anna,2020-03-25 20:00:00,00:30:00,,Rain,,TV,00:40:00,Not latest view,DE\n"
    rows += "Anna,2020-03-25 21:00:00,00:00:31,Autoplayed: user action: None; ,Sun,TRAILER,TV,00:00:31,,DE\n"
    long = read("ViewingActivity.csv", head + rows)[1]
    assert events(long) == ["watched", "impression"]
    assert seconds(long[0]["length"]) == 1800
    assert seconds(long[0]["position"]) == 600  # the bookmark is where it ended


def test_xapi_and_adobe(read):
    statement = {
        "actor": {"account": {"name": "anna@example.org", "homePage": "https://x.org"}},
        "verb": {"id": "https://w3id.org/xapi/video/verbs/seeked"},
        "object": {"id": "https://x.org/videos/rain"},
        "result": {"extensions": {"https://w3id.org/xapi/video/extensions/time-from": 60.5,
                                  "https://w3id.org/xapi/video/extensions/time-to": 120}},
        "context": {"registration": "7f3c"},
        "timestamp": "2026-03-01T22:00:00.250+02:00",
    }  # fmt: skip
    rows = read("xapi.jsonl", (json.dumps(statement) + "\n") * 3)[1]
    assert events(rows)[0] == "seek"
    assert (seconds(rows[0]["position"]), seconds(rows[0]["target"])) == (60.5, 120)
    assert rows[0]["at"] == datetime.datetime(2026, 3, 1, 20, 0, 0, 250_000, tzinfo=datetime.UTC)
    assert rows[0]["viewer"] == KEY.number("anna@example.org")
    assert rows[0]["session"] == KEY.number("7f3c")
    assert read("xapi.json", json.dumps([statement] * 3))[1] == rows
    adobe = [{"s:event:type": "bufferStart", "l:event:playhead": 12, "s:user:id": "v", "s:asset:name": "Rain",
              "ts": 1_772_400_000_000}] * 2  # fmt: skip
    assert events(read("adobe.json", json.dumps(adobe))[1]) == ["rebuffer"] * 2


def test_youtube(read):
    rows = [{"header": "YouTube", "title": "Watched Rain falls", "titleUrl": "https://x.org/watch?v=1",
             "subtitles": [{"name": "Anna's films", "url": "https://x.org/c"}], "time": "2026-03-01T20:00:00.123Z",
             "products": ["YouTube"]}] * 2  # fmt: skip
    told, found = read("watch-history.json", json.dumps(rows))
    assert told.kind == "youtube"
    assert (found[0]["title"], events(found)) == ("Rain falls", ["watched", "watched"])


def test_times_that_name_a_zone_and_times_that_do_not_in_one_log(read):
    rows = [{"user_id": "a", "title": "R", "event": "play", "position": 0, "timestamp": at, "timezone": "Europe/Berlin"}
            for at in ("2026-07-01T12:00:00Z", "2026-07-01T12:00:00")]  # fmt: skip
    found = read("log.jsonl", "".join(json.dumps(row) + "\n" for row in rows))[1]
    assert [row["at"].hour for row in found] == [12, 10]


def test_positions_in_ms_are_told_by_name_or_size(read):
    by_name = csv_of([("a", "R", 1_772_400_000, "play", 90_500)], ("user", "video_id", "ts", "event", "position_ms"))
    by_size = csv_of([("a", "R", 1_772_400_000, "play", 90_500 * n) for n in (1, 2, 3)])
    assert seconds(read("a.csv", by_name)[1][0]["position"]) == 90.5
    assert seconds(read("b.csv", by_size)[1][0]["position"]) == 90.5


def test_the_length_of_the_title_is_not_what_was_watched(read):
    rows = [("a", "R", 1_772_400_000 + n, "heartbeat", n, 5400) for n in range(9)]
    found = read("a.csv", csv_of(rows, (*HEADINGS, "duration")))[1]
    assert (found[0]["length"], seconds(found[0]["whole"])) == (None, 5400)


def test_zones(read):
    rows = [("a", "R", "2026-07-01 12:00:00", "play", 0, zone) for zone in ("Europe/Berlin", "+05:30", "UTC")]
    found = read("a.csv", csv_of(rows, (*HEADINGS, "timezone")))[1]
    assert [row["at"].strftime("%H:%M") for row in found] == ["10:00", "06:30", "12:00"]
    mixed = [("a", "R", at, "play", 0) for at in ("2026-07-01T12:00:00+02:00", "2026-07-01T12:00:00Z",
                                                 "2026-07-01T12:00:00-0700")]  # fmt: skip
    assert [row["at"].hour for row in read("b.csv", csv_of(mixed))[1]] == [10, 12, 19]


ACCESS = '10.9.8.7 - - [01/Mar/2026:20:00:{:02d} +0100] "GET /rain/{}.m4s?CMCD={} HTTP/1.1" 200 512 "-" "{}"\n'


def test_access_logs_with_cmcd(read):
    queries = ["bl%3D21300%2Ccid%3D%22rain%22%2Csid%3D%226e2fb550%22%2Csu%2Cbr%3D3200%2Cot%3Dv",
               "bs%2Ccid%3D%22rain%22%2Csid%3D%226e2fb550%22%2Cbr%3D3200%2Cot%3Dv",
               "cid%3D%22rain%22%2Csid%3D%226e2fb550%22%2Cbr%3D800%2Cot%3Dv",
               "cid%3D%22rain%22%2Csid%3D%226e2fb550%22%2Cpr%3D0"]  # fmt: skip
    lines = [ACCESS.format(n, n, query, "Mozilla/5.0 (X11)") for n, query in enumerate(queries)]
    lines += [ACCESS.format(9, 9, queries[2], "Googlebot/2.1"), '10.9.8.7 - - [x] "GET / HTTP/1.1" 404 1 "-" "-"\n',
              '10.9.8.7 - - [01/Mar/2026:20:00:30 +0100] "GET /style.css HTTP/1.1" 200 1 "-" "-"\n']  # fmt: skip
    told, rows = read("access.log", "".join(lines))
    assert events(rows) == ["play", "rebuffer", "quality", "pause", "heartbeat"]
    assert (rows[2]["value"], rows[0]["at"].hour) == (800, 19)
    assert {row["title"] for row in rows} == {"rain"}
    assert [row["bot"] for row in rows] == [False] * 4 + [True]
    assert rows[0]["session"] == KEY.number("6e2fb550")
    assert {reason: count for reason, count, _ in told.faults} == {"broken_line": 1, "no_cmcd": 1}


def test_cmcd_in_a_column_and_in_an_extended_log(read):
    header = 'sid="6e2f",cid="rain",sta=p,pt=12500,ts=1772400000000,br=3200,v=2'
    rows = [{"CMCD-Session": header, "client_ip": "10.9.8.7"}] * 2
    found = read("cmcd.jsonl", "".join(json.dumps(row) + "\n" for row in rows))[1]
    assert (events(found)[0], seconds(found[0]["position"]), found[0]["at"].year) == ("play", 12.5, 2026)
    head = "#Version: 1.0\n#Fields: date time c-ip cs-uri-stem cs-uri-query cs(User-Agent)\n"
    row = "2026-03-01\t20:00:01\t10.9.8.7\t/a.m4s\tCMCD=sid%3D%22a%22%2Ccid%3D%22rain%22%2Cbs\tMozilla/5.0\n"
    found = read("cloudfront.log", head + 2 * row)[1]
    assert events(found) == ["rebuffer"] * 2
    assert found[0]["at"] == datetime.datetime(2026, 3, 1, 20, 0, 1, tzinfo=datetime.UTC)


BAD_LINES = {
    "csv": ["x,y", 'anna,"Rain,2026,play,1', "a,b,c,d,e,f,g,h", "\x00\x00,1,2,3,4", "anna,Rain,2026-03-01,play"],
    "jsonl": ['{"user_id": "anna"', "not json", "[1, 2]", "{", '"text"'],
}  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_tenth_of_broken_lines_is_left_out_and_the_rest_read(read, form):
    rows = [("anna", f"Rain {n}", 1_772_400_000 + n, "heartbeat", n) for n in range(900)]
    lines = (csv_of(rows) if form == "csv" else jsonl_of(rows)).splitlines()
    head = [lines.pop(0)] if form == "csv" else []
    mixed = head
    for number, line in enumerate(lines):
        mixed.append(line)
        if number % 9 == 4:
            mixed.append(BAD_LINES[form][number // 9 % 5])
    told, found = read(f"log.{form}", "\n".join(mixed) + "\n")
    assert [row["title"] for row in found] == [f"Rain {n}" for n in range(900)]
    assert sum(count for _, count, _ in told.faults) == 100
    assert min(first for _, _, first in told.faults) == 6


def test_rows_that_say_too_little_are_counted(read):
    rows = [*EVENT_ROWS, ("", "Rain", 1_772_400_000, "play", 0), ("anna", "", 1_772_400_000, "play", 0),
            ("anna", "Rain", "", "play", 0), ("anna", "Rain", "yesterday", "play", 0),
            ("anna", "Rain", 1_772_400_000, "volumechange", 0), ("anna", "", 1_772_400_000, "search", ""),
            ("anna", "Rain", 1_772_400_000, "play", "twelve")]  # fmt: skip
    told, found = read("log.csv", csv_of(rows))
    assert len(found) == 5
    assert {reason: (count, first) for reason, count, first in told.faults} == {
        "no_viewer": (1, 4), "no_title": (1, 5), "no_time": (1, 6), "unreadable_time": (1, 7), "unknown_event": (1, 8),
        "unreadable_position": (1, 10),
    }  # fmt: skip


def test_an_archive_that_is_cut_off_is_read_as_far_as_it_goes(read):
    rows = [("anna", f"Rain {n}", 1_772_400_000 + 7 * n, "play", n) for n in range(5000)]
    packed = gzip.compress(csv_of(rows).encode())
    told, found = read("log.csv.gz", packed[: len(packed) // 2])
    assert 500 < len(found) < 4999
    assert any(reason == "cut_off" for reason, _, _ in told.faults)


def test_ratings_on_any_scale_and_likes(read):
    heads = ("user", "movie", "rating", "time")
    assert [row["value"] for row in read("a.csv", csv_of([("a", "R", 90, 1), ("a", "S", 20, 1)], heads))[1]] == [9, 2]
    liked = [("a", "R", 1_772_400_000, each, "") for each in ("like", "thumbs_down")]
    assert [row["value"] for row in read("b.csv", csv_of(liked))[1]] == [10, 0]


def test_the_answer_does_not_depend_on_the_size_of_blocks(read, monkeypatch):
    rows = [("anna", f"Rain {n}", 1_772_400_000 + n, "heartbeat", n) for n in range(400)]
    for text in (csv_of(rows), jsonl_of(rows)):
        whole = read("a.log", text)
        monkeypatch.setattr("kinoeye.media.logs_lines.BLOCK", 777)
        assert read("a.log", text) == whole
        monkeypatch.undo()


def test_what_is_no_log_is_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("movieId,title\n1,Rain\n2,Sun\n")
    with pytest.raises(DocumentError, match="a viewing log must say who, what and when"):
        write_log(path, KEY, "me", io.BytesIO())


def test_numbers_of_viewers():
    other = Key(bytes(32))
    names = [f"viewer {n}" for n in range(2000)]
    found = KEY.numbers(names)
    assert len(np.unique(found)) == 2000
    assert (found > 0).all()
    assert (found < 2**53).all()
    assert not set(found.tolist()) & set(other.numbers(names).tolist())
    assert KEY.numbers([None, ""]).tolist() == [0, 0]
