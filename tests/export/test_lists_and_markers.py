"""Lists and markers: each row a shot, safe to open, exact in time."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pyarrow as pa

from kinoeye.export import lists, markers
from kinoeye.export.build import timelines
from kinoeye.export.timeline import Marker, Timeline, label

Film = Callable[..., object]


def _timeline(film: Film, rate: Fraction = Fraction(24)) -> Timeline:
    (timeline,) = timelines(film(rate).tables)
    return timeline


def test_the_csv_has_a_row_a_shot(film: Film) -> None:
    made = film(Fraction(24_000, 1001))
    text = lists.shots_csv(made.tables).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["first_frame"]) for row in rows] == made.tables["shots"]["first_frame"].to_pylist()
    assert rows[2]["transition_frames"] == "24"
    assert rows[1]["timecode"] == "00:00:02:00"


def test_no_cell_is_a_formula(film: Film) -> None:
    made = film(path="=cmd|' /C calc'!A0.mov")
    texts = [{"asset": made.asset, "start": 0, "end": 1, "text": "@SUM(1+1)\n\t=2", "kind": "sign"}]
    tables = made.tables | {"texts": pa.Table.from_pylist(texts)}
    text = lists.shots_csv(tables).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text)):
        assert not any(
            cell[:1] in {"=", "+", "@", "\t", "\r"} or (cell[:1] == "-" and not cell[1:2].isdigit()) for cell in row
        )


def test_json_says_everything_as_it_is(film: Film) -> None:
    made = film(path="电影/=a.mov")
    (found,) = json.loads(lists.shots_json(made.tables))
    assert found["path"] == "电影/=a.mov"
    assert [shot["start_flicks"] for shot in found["shots"]] == made.tables["shots"]["start"].to_pylist()


def test_resolve_markers_are_events_with_colour_and_name(film: Film) -> None:
    timeline = _timeline(film)
    lines = markers.resolve_edl(timeline).decode().splitlines()
    events = [line for line in lines if line[:3].isdigit()]
    assert len(events) == 8
    assert "01:00:02:00 01:00:02:01" in events[1]
    assert sum("|C:ResolveColorPurple |M:Shot 002 |D:1" in line for line in lines) == 1


def test_premiere_markers_are_tab_separated(film: Film) -> None:
    timeline = _timeline(film, Fraction(30_000, 1001))
    rows = list(csv.reader(io.StringIO(markers.premiere_csv(timeline).decode("utf-16")), delimiter="\t"))
    assert rows[0][:3] == ["Marker Name", "Description", "In"]
    assert [row[2] for row in rows[1:]] == [
        label(timeline.start + marker.time, timeline.rate) for marker in timeline.record_markers()
    ]


def test_avid_markers_use_its_own_colours(film: Film) -> None:
    rows = [line.split("\t") for line in markers.avid_text(_timeline(film)).decode().splitlines()]
    assert {row[3] for row in rows} <= markers.AVID_COLOURS
    assert all(len(row) == 6 for row in rows)


def test_chapters_tile_the_film_exactly(film: Film) -> None:
    timeline = _timeline(film, Fraction(24_000, 1001))
    lines = markers.chapters_ffmetadata(timeline).decode().splitlines()
    starts = [int(line[6:]) for line in lines if line.startswith("START=")]
    ends = [int(line[4:]) for line in lines if line.startswith("END=")]
    assert starts[1:] == ends[:-1]
    assert starts == film().tables["shots"]["first_frame"].to_pylist()
    assert "TIMEBASE=1001/24000" in lines


def test_webvtt_chapters_escape_their_text(film: Film) -> None:
    timeline = _timeline(film)
    clip = timeline.tracks[0].items[0]
    track = replace(timeline.tracks[0], items=(replace(clip, markers=(Marker(0, "<b>&\n\n-->"),)),))
    text = markers.chapters_webvtt(replace(timeline, tracks=(track,))).decode()
    assert "00:00:00.000 --> 00:00:02.000\n&lt;b&gt;&amp; --&gt;" in text


def test_a_marker_cannot_add_a_row(film: Film) -> None:
    timeline = replace(_timeline(film), tracks=(), markers=(Marker(0, "a\nb\tc|M:x", "=1\r\n002"),))
    assert len(markers.premiere_csv(timeline).decode("utf-16").splitlines()) == 2
    assert len(markers.avid_text(timeline).decode().splitlines()) == 1
    assert markers.resolve_edl(timeline).decode().count("|M:") == 1
