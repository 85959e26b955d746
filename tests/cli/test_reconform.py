"""kinoeye reconform writes a new folder each time, replaces nothing, says what is to do, and refuses in one line."""

import csv
import io
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from kinoeye.cli.main import main
from kinoeye.export import edl, otio
from kinoeye.export.change_page import change_page
from kinoeye.export.formats import read
from kinoeye.export.timeline import Clip, Marker, Media, Timeline, Track
from kinoeye.timecode import frame_to_flicks

ONE = frame_to_flicks(1, Fraction(25))
SRT = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:05,000 --> 00:00:06,000\nTwo\n"


def cut(name: str, *clips: tuple[str, int, int], markers: tuple[Marker, ...] = ()) -> Timeline:
    items = tuple(
        Clip(
            each, ONE * first, ONE * length, Media(each, f"/rushes/{each}.mov", rate=Fraction(25), duration=ONE * 9000)
        )
        for each, first, length in clips
    )
    return Timeline(name, Fraction(25), (Track("video", items),), ONE * 90_000, markers=markers)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two cuts and what is tied to the old one."""
    old = cut("lock 3", ("a", 0, 100), ("b", 0, 50), ("c vfx", 0, 75), markers=(Marker(ONE * 160, "look"),))
    new = cut("lock 4", ("c vfx", 0, 80), ("a", 0, 100), ("x", 0, 30))
    (tmp_path / "old.otio").write_bytes(otio.write(old))
    (tmp_path / "new.edl").write_bytes(edl.write(new))
    (tmp_path / "subs.srt").write_text(SRT)
    (tmp_path / "vfx.csv").write_text("VFX,In,Out\n010,01:00:06:00,01:00:09:00\n")
    return tmp_path


def do(*arguments: object) -> int:
    try:
        return int(main([str(each) for each in arguments]) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


def test_all_is_moved_and_told_into_a_new_folder_each_time(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    command = ("reconform", folder, "old.otio", "new.edl", "--move", "subs.srt", "--effects", "vfx.csv", "--handle", 2)
    assert do(*command, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    made = Path(told["folder"])
    assert made == folder / "out" / "reconform" / "lock 3 to lock 4 001"
    assert {Path(each).name for each in told["files"]} == {path.name for path in made.iterdir()}
    assert (made / "subs.srt").read_text().startswith("1\n00:00:04,200 --> 00:00:05,200\nOne\n")
    assert (made / "vfx.csv").read_text() == "VFX,In,Out\n010,01:00:00:00,01:00:03:05\n"
    assert {item["verdict"] for item in told["items"]} == {"moved", "redo", "gone"}
    (marked,) = read(made / "lock 4 with markers.otio")
    assert [marker.time for marker in marked.markers] == [ONE * 10]
    (built,) = read(made / "change list.edl")
    assert [clip.media.reel for clip in built.tracks[0].items if isinstance(clip, Clip) and clip.media] == [
        "OLD", "NEW", "OLD", "NEW",
    ]  # fmt: skip
    rows = list(csv.DictReader(io.StringIO((made / "to do.csv").read_text(encoding="utf-8-sig"))))
    assert ("010", "do again", "3 pictures more are needed at the tail than the handles hold") in {
        (row["text"], row["verdict"], row["why"]) for row in rows
    }
    assert told["left_out"] == []
    assert do(*command, "--format", "aaf") == 0
    said = capsys.readouterr().out
    assert "aaf: 1 marker is left out: the format has none." in said
    assert "what it stood on was removed" in said
    assert (folder / "out" / "reconform" / "lock 3 to lock 4 002").is_dir()
    assert all(path.read_bytes() == data for path, data in before.items())


def test_the_same_cut_has_nothing_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert do("reconform", folder, "old.otio", "old.otio", "--move", "subs.srt") == 0
    said = capsys.readouterr().out
    assert "nothing changed" in said
    assert "nothing to do again" in said
    made = next((folder / "out" / "reconform").iterdir())
    assert (made / "subs.srt").read_text() == SRT
    assert "Both cuts are the same." in (made / "change list.html").read_text(encoding="utf-8")


def test_films_without_timelines(tmp_path: Path, make_film, capsys: pytest.CaptureFixture[str]) -> None:
    make_film(tmp_path / "v1.mp4", (60, 50, 40))
    make_film(tmp_path / "v2.mp4", (60, 50, 40))
    (tmp_path / "v1.srt").write_text(SRT)
    assert do("reconform", tmp_path, "v1.mp4", "v2.mp4", "--move", "v1.srt", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["is_same"]
    assert [item["new"] for item in told["items"]] == [[item["old"]] for item in told["items"]]


def test_the_page_speaks_two_languages_and_escapes(folder: Path) -> None:
    (old,) = read(folder / "old.otio")
    way = __import__("kinoeye.cut.reconform", fromlist=["change_list"])
    changes = way.change_list(old, cut("<b>", ("a", 0, 90), ("<script>", 0, 40)))
    page = change_page(changes, (), title="<b>", language="zh").decode()
    assert '<html lang="zh">' in page
    assert "改动单" in page
    assert "Change list" in page
    assert "<script>&" not in page
    assert "&lt;script&gt;" in page
    assert len(re.findall(r'<rect class="kept"', page)) >= 2


@pytest.mark.parametrize(
    ("arguments", "code", "match"),
    [
        (("old.otio", "none.edl"), 2, "none.edl must be a file, got none of that name"),
        (("old.otio", "subs.srt"), 3, "must be a film, sound or picture that can be opened"),
        (("old.otio", "new.edl", "--move", "old.otio"), 2, "a file to move must be subtitles"),
        (("old.otio", "new.edl", "--follow", "nose"), 2, "--follow must be one of sound, picture, got 'nose'"),
        (("old.otio", "new.edl", "--rate", "fast"), 2, "--rate must be a number above 0"),
        (("old.otio", "new.edl", "--format", "csv"), 2, "the format must hold timelines, got 'csv'"),
        (("old.otio", "new.edl", "--language", "fr"), 2, "the language must be one of en, zh"),
        (("old.otio", "new.edl", "--handle", "-1"), 2, "handle must be 0 or more, got -1"),
        (("old.otio", "broken.edl"), 3, "must hold at least one event"),
        (("old.otio", "empty.otio"), 2, "must hold a clip, got none"),
    ],
)
def test_refusals_are_one_line(
    folder: Path, arguments: tuple[str, ...], code: int, match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.edl").write_text("TITLE: x\n")
    (folder / "empty.otio").write_bytes(otio.write(Timeline("empty", Fraction(25), ())))
    assert do("reconform", folder, *arguments) == code
    said = capsys.readouterr().err
    assert match in said
    assert said.count("\n") == 1
    assert not (folder / "out").exists()
