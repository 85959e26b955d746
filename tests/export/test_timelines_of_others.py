"""Timelines of other tools: every file of the collection that a format allows comes back picture by picture."""

from pathlib import Path

import opentimelineio as otio
import pytest

from kinoeye.errors import DocumentError
from kinoeye.export.formats import format_named, read
from kinoeye.export.played import compare, shown
from kinoeye.export.timeline import clips_of

FORMAT_OF = {".otio": "otio", ".edl": "edl", ".fcpxml": "fcpxml", ".xml": "xml", ".aaf": "aaf"}
# Wrong on purpose, or no timeline: what the message must say.
REFUSED = {
    "timecode_mismatch.edl": "line 13: source and record must last equally long, got 49 and 47",
    "premiere_example_filter.xml": "the root must be xmeml, got 'filter'",
}


def _files(shared_data: Path) -> list[Path]:
    folder = shared_data / "timelines"
    return sorted(path for path in folder.rglob("*") if path.suffix in FORMAT_OF)


@pytest.mark.realdata
def test_every_timeline_comes_back(shared_data: Path) -> None:
    frames = files = 0
    for path in _files(shared_data):
        if path.name in REFUSED:
            continue
        chosen = format_named(FORMAT_OF[path.suffix])
        assert chosen.read is not None
        for before in read(path):
            (after,) = chosen.read(chosen.write(before))
            loss = compare(before, after)
            assert loss.is_none, f"{path.name}: {loss}"
            assert compare(after, before).is_none, path.name
            frames += loss.frames
        files += 1
    assert files == 54 - len(REFUSED)
    assert frames > 150_000


@pytest.mark.realdata
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_on_purpose_is_refused_and_says_why(shared_data: Path, name: str) -> None:
    with pytest.raises(DocumentError, match=REFUSED[name]):
        read(shared_data / "timelines" / name)


@pytest.mark.realdata
def test_otio_itself_finds_the_same_clips_in_what_we_write(shared_data: Path) -> None:
    """The pictures are counted by OpenTimelineIO in the file and in ours, so that our reader is no judge of itself."""
    for path in sorted((shared_data / "timelines").glob("*.otio")):
        theirs = otio.adapters.read_from_file(str(path))
        if not isinstance(theirs, otio.schema.Timeline):
            continue
        (timeline,) = read(path)
        again = otio.adapters.read_from_string(format_named("otio").write(timeline).decode(), "otio_json")
        assert _spans(again) == _spans(theirs), path.name


@pytest.mark.realdata
def test_speeds_and_freezes_are_kept(shared_data: Path) -> None:
    (timeline,) = read(shared_data / "timelines" / "speed_effects.edl")
    speeds = [clip.speed for clip in clips_of(timeline.tracks)]
    assert sum(speed == 0 for speed in speeds) == 7
    assert sum(speed not in {0, 1} for speed in speeds) == 10
    assert len(shown(timeline)) == len(speeds)
    (timeline,) = read(shared_data / "timelines" / "aaf" / "misc_speed_effects.aaf")
    assert {str(clip.speed) for clip in clips_of(timeline.tracks)} == {"1", "0", "2", "1/2", "3", "3/8", "115/8", "-1"}


def _spans(timeline: otio.schema.Timeline) -> list[tuple[object, ...]]:
    found = []
    for clip in timeline.find_clips():
        span = clip.trimmed_range()
        parent = clip.trimmed_range_in_parent()
        begin = None if parent is None else parent.start_time.value
        found.append((clip.name, span.start_time.value, span.duration.value, begin, clip.enabled))
    return found
