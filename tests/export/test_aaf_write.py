"""AAF, written: what Media Composer looks at, read by pyaaf2 and not by our reader."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import aaf2
import pytest

from kinoeye.errors import UseError
from kinoeye.export import aaf, aaf_write
from kinoeye.export.build import timelines
from kinoeye.export.played import compare
from kinoeye.export.timeline import Clip, Media, Nest, Timeline, Track
from kinoeye.timecode import Timecode, frame_to_flicks

Film = Callable[..., object]


def _opened(timeline: Timeline, folder: Path) -> aaf2.file.AAFFile:
    path = folder / "a.aaf"
    path.write_bytes(aaf_write.write(timeline))
    return aaf2.open(str(path), "r")


@pytest.mark.parametrize(
    ("rate", "code"),
    [
        (Fraction(24_000, 1001), "10:00:00:00"),
        (Fraction(30_000, 1001), "10:00:00:00"),
        (Fraction(30_000, 1001), "10:00:00;00"),
        (Fraction(60_000, 1001), "10:00:00;00"),
        (Fraction(25), "10:00:00:00"),
    ],
)
def test_time_code_says_rate_start_and_drop_as_they_are(film: Film, tmp_path: Path, rate: Fraction, code: str) -> None:
    (timeline,) = timelines(film(rate, timecode=code).tables)
    with _opened(timeline, tmp_path) as file:
        (top,) = file.content.compositionmobs()
        (tape,) = [mob for mob in file.content.sourcemobs() if isinstance(mob.descriptor, aaf2.essence.TapeDescriptor)]
        for mob, start in ((top, Timecode.parse(f"01:00:00{code[8]}00", rate)), (tape, Timecode.parse(code, rate))):
            (slot,) = [slot for slot in mob.slots if isinstance(slot.segment, aaf2.components.Timecode)]
            assert Fraction(slot.edit_rate) == rate
            assert slot.segment.fps == round(rate)
            assert slot.segment.drop == (";" in code)
            assert slot.segment.start == start.frame


def test_a_media_has_its_mobs_once(film: Film, tmp_path: Path) -> None:
    (timeline,) = timelines(film(channels=2).tables, folder=Path("/films"))
    with _opened(timeline, tmp_path) as file:
        (master,) = file.content.mastermobs()
        assert master.name == "A001 C003.mov"
        assert len(list(master.slots)) == 2
        assert len(list(file.content.sourcemobs())) == 3
        urls = {mob.descriptor["Locator"].value[0]["URLString"].value for mob in file.content.sourcemobs()
                if "Locator" in mob.descriptor}  # fmt: skip
        assert urls == {"file:///films/rushes/day%20one/A001%20C003.mov"}


def test_a_sequence_is_as_long_as_it_plays(film: Film, tmp_path: Path) -> None:
    made = film()
    (timeline,) = timelines(made.tables)
    with _opened(timeline, tmp_path) as file:
        (top,) = file.content.compositionmobs()
        (sequence,) = [slot.segment for slot in top.slots if isinstance(slot.segment, aaf2.components.Sequence)]
        assert sequence.length == made.tables["shots"]["end_frame"].to_pylist()[-1]
        cuts = [part["CutPoint"].value for part in sequence.components if isinstance(part, aaf2.components.Transition)]
        assert cuts == [12, 7, 5]


@pytest.mark.parametrize("speed", [Fraction(0), Fraction(-1), Fraction(1, 2), Fraction(2), Fraction(115, 8)], ids=str)
def test_a_speed_comes_back(speed: Fraction) -> None:
    rate = Fraction(25)
    one = frame_to_flicks(1, rate)
    media = Media("a.mov", "/a.mov", rate=rate, start=one * 90_000, duration=one * 9000)
    clip = Clip("a.mov", one * 92_000, one * 50, media, speed=speed)
    plain = Clip("a.mov", one * 91_000, one * 50, media)
    before = Timeline("speeds", rate, (Track("video", (plain, clip, plain)),), one * 90_000)
    (after,) = aaf.read(aaf_write.write(before))
    assert compare(before, after).is_none


def test_what_the_format_cannot_say_is_refused() -> None:
    rate = Fraction(24)
    one = frame_to_flicks(1, rate)
    with pytest.raises(UseError, match="got the generator 'bars'"):
        bars = Clip("bars", 0, one, Media("bars", generator="bars"))
        aaf_write.write(Timeline("a", rate, (Track("video", (bars,)),)))
    with pytest.raises(UseError, match="begin at its beginning"):
        nest = Nest("n", one, one, (Track("video", (Clip("a", 0, one * 3, Media("a")),)),))
        aaf_write.write(Timeline("a", rate, (Track("video", (nest,)),)))


def test_an_empty_timeline_is_a_file_all_the_same() -> None:
    document = aaf_write.write(Timeline("nothing", Fraction(24), ()))
    (found,) = aaf.read(document)
    assert found.duration == 0
