"""A group of synced files as a multicam clip: whole for an editor, and read back exactly as it was written."""

from fractions import Fraction
from xml.etree import ElementTree

import pytest

from kinoeye.analyses.editing.syncs import SYNCS
from kinoeye.errors import DocumentError
from kinoeye.export import fcp7, fcp7_read, fcpxml_multicam, fcpxml_read
from kinoeye.export.fcpxml_angles import Angle, shown, window
from kinoeye.export.synced import timelines
from kinoeye.export.timeline import Clip, Gap, Media, Nest, Timeline, Track, Transition
from kinoeye.export.writing import write
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND
from kinoeye.timecode import frame_duration, frame_to_flicks

RATES = [Fraction(24_000, 1001), Fraction(25), Fraction(30_000, 1001), Fraction(60_000, 1001)]


def film(asset: str, seconds: float, rate: Fraction, **more: object) -> dict[str, object]:
    """Return an asset of whole pictures."""
    end = frame_to_flicks(int(seconds * rate), rate)
    return {"asset": asset, "path": f"day1/{asset}.mov", "paths": [f"day1/{asset}.mov"], "kind": "video", "start": 0,
            "end": end, "rate_num": rate.numerator, "rate_den": rate.denominator, "channels": 2,
            "sound_rate_hz": 48_000, "is_variable_rate": False, "width": 1920, "height": 1080} | more  # fmt: skip


def recorder(asset: str, seconds: float) -> dict[str, object]:
    return {"asset": asset, "path": f"day1/{asset}.wav", "paths": [f"day1/{asset}.wav"], "kind": "sound", "start": 0,
            "end": int(seconds * SECOND), "channels": 1, "sound_rate_hz": 48_000}  # fmt: skip


def pair(one: str, other: str, seconds: float, offset: float, drift: float = 0.0, sound: str | None = "rec"):
    return {"group": "sync-1", "reference": "A001C001", "asset": one, "other": other, "start": 0,
            "end": int(seconds * SECOND), "offset": round(offset * SECOND), "drift_ppm": drift, "score": 1.0,
            "sound": sound}  # fmt: skip


def tables(rate: Fraction, drift: float = 0.0) -> dict[str, object]:
    """Two cameras and a recorder that began before them; the second camera joins 20.37 s late, and again."""
    rows = [film("A001C001", 100, rate), film("B001C001", 30, rate), film("B001C002", 20, rate), recorder("rec", 130)]
    pairs = [
        pair("A001C001", "rec", 100, 12.3456, drift),
        pair("B001C001", "rec", 30, 32.71717, drift),
        pair("B001C002", "rec", 20, 80.0123, drift),
    ]
    return {"assets": ASSETS.from_rows(rows), "syncs": SYNCS.from_rows(pairs)}


def group(rate: Fraction, drift: float = 0.0) -> Timeline:
    (made,) = timelines(tables(rate, drift))
    return made


def back(document: bytes) -> Timeline:
    (found,) = fcpxml_read.read(document)
    return found


def clips(timeline: Timeline, kind: str) -> set[tuple[object, ...]]:
    return {
        (time, item.name, item.start, item.duration, item.speed, item.is_enabled)
        for track in timeline.tracks
        if track.kind == kind
        for time, item in track.placed()
        if isinstance(item, Clip)
    }


def seconds(text: str) -> Fraction:
    return Fraction(text.removesuffix("s"))


def check(document: bytes) -> None:
    """Check what a DTD checks, and what it cannot: ids, lengths, the grid of pictures, no overlap in an angle."""
    root = ElementTree.fromstring(document)
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    before: set[str] = set()
    for resource in root.iterfind("resources/*"):
        for each in resource.iter():
            assert {each.get(key) for key in ("ref", "format")} - {None} <= before
        before.add(resource.get("id", ""))
    for each in root.iter():
        for key in ("ref", "format"):
            assert each.get(key, ids[0]) in ids
    formats = {each.get("id"): seconds(each.get("frameDuration", "")) for each in root.iter("format")}
    (multicam,), angles = list(root.iter("multicam")), [a.get("angleID") for a in root.iter("mc-angle")]
    assert len(angles) == len(set(angles)) and all(a.get("name") for a in root.iter("mc-angle"))
    one = formats[multicam.get("format")]
    for clip in root.iter("mc-clip"):
        used = [(s.get("angleID"), s.get("srcEnable")) for s in clip.iterfind("mc-source")]
        assert used and {angle for angle, _ in used} <= set(angles)
        assert {what for _, what in used} <= {"all", "video", "audio"}
        assert seconds(clip.get("duration", "")) == seconds(multicam.get("duration", "")) > 0
    for angle in root.iter("mc-angle"):
        at = Fraction(0)
        for child in angle:
            assert all(seconds(p.get("value", "")).denominator < 2**31 for p in child.iter("timept"))
            assert seconds(child.get("offset", "")) == at
            length = seconds(child.get("duration", ""))
            assert length > 0 and (length / one).denominator == 1 == (at / one).denominator
            at += length
        assert at <= seconds(multicam.get("duration", ""))
    for asset in root.iter("asset"):
        if asset.get("hasVideo") == "1":
            grid = formats[asset.get("format")]
            for clip in (c for c in root.iter("asset-clip") if c.get("ref") == asset.get("id")):
                assert (seconds(clip.get("start", "")) / grid).denominator == 1


@pytest.mark.parametrize("drift", [0.0, 3.0, -250.0])
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_group_is_whole_and_comes_back_exactly(rate: Fraction, drift: float) -> None:
    before = group(rate, drift)
    document = fcpxml_multicam.write(before)
    check(document)
    after = back(document)
    assert (after.rate, after.start, after.duration) == (before.rate, before.start, before.duration)
    assert after.notes == before.notes
    # All cameras are there to the picture; only the first is on.
    assert {each[:5] for each in clips(after, "video")} == {each[:5] for each in clips(before, "video")}
    assert {each[1]: each[5] for each in clips(after, "video")} == {
        "A001C001.mov": True, "B001C001.mov": False, "B001C002.mov": False,
    }  # fmt: skip
    # The recorder is what is heard, from the same sample on; the cameras' own sound goes with their pictures.
    (heard,) = clips(after, "audio")
    (wanted,) = (each for each in clips(before, "audio") if each[1] == "rec.wav")
    assert heard[:4] == wanted[:4] and heard[5]
    assert abs(heard[4] - wanted[4]) * wanted[3] <= 1  # flick, over all of it
    assert (heard[4] != 1) == (drift == -250.0)


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_a_late_camera_lies_where_it_was_to_half_a_picture(rate: Fraction) -> None:
    document = fcpxml_multicam.write(group(rate))
    root = ElementTree.fromstring(document)
    angles = {angle.get("name"): angle for angle in root.iter("mc-angle")}
    assert list(angles) == ["A", "B", "rec"]
    assert [child.tag for child in angles["B"]] == ["gap", "asset-clip", "gap", "asset-clip"]

    def moment(name: str, number: int) -> Fraction:
        """Return when a file began, by the multicam's clock."""
        clip = angles[name].findall("asset-clip")[number]
        return seconds(clip.get("offset", "")) - seconds(clip.get("start", ""))

    one = Fraction(frame_duration(rate), SECOND)
    began = moment("rec", 0)
    for name, number, late in (("A", 0, "12.3456"), ("B", 0, "32.71717"), ("B", 1, "80.0123")):
        assert abs(moment(name, number) - began - Fraction(late)) <= one / 2 + Fraction(1, 48_000)


def test_what_whole_pictures_leave_is_said() -> None:
    notes = group(Fraction(25)).notes
    # 32.71717 s - 12.3456 s are 509.29 pictures.
    assert any("B001C001.mov" in note and "Its pictures are 0.29 of one" in note for note in notes)
    assert not any("rec.wav" in note and "Its pictures" in note for note in notes)


def test_recorder_is_heard_and_first_camera_seen() -> None:
    root = ElementTree.fromstring(fcpxml_multicam.write(group(Fraction(25))))
    shown = [[(s.get("angleID"), s.get("srcEnable")) for s in clip] for clip in root.iter("mc-clip")]
    assert shown == [[("angle-1", "video"), ("angle-3", "audio")]] * 2  # in the event and in the project
    assert root.find(".//sequence/note") is not None


def test_cameras_alone_and_recorders_alone_and_one_file() -> None:
    rate = Fraction(25)
    rows = [film("A001C001", 60, rate), film("B001C001", 60, rate)]
    pairs = [pair("A001C001", "B001C001", 60, 3.33, sound=None)]
    (cameras,) = timelines({"assets": ASSETS.from_rows(rows), "syncs": SYNCS.from_rows(pairs)})
    rows = [recorder("A001C001", 60), recorder("two", 60)]
    pairs = [pair("A001C001", "two", 60, 3.33, sound=None)]
    (recorders,) = timelines({"assets": ASSETS.from_rows(rows), "syncs": SYNCS.from_rows(pairs)})
    media = Media("one.mov", "/one.mov", rate=rate, duration=10 * SECOND, has_sound=True)
    one = Timeline("one", rate, (Track("video", (Clip("one.mov", 0, 10 * SECOND, media),)),))
    for made, wanted in (
        (cameras, [("angle-1", "all")]),
        (recorders, [("angle-1", "audio"), ("angle-2", "audio")]),
        (one, [("angle-1", "all")]),
    ):
        document = fcpxml_multicam.write(made)
        check(document)
        clip = next(ElementTree.fromstring(document).iter("mc-clip"))
        got = [(s.get("angleID"), s.get("srcEnable")) for s in clip]
        assert got == wanted
        assert {each[:4] for each in clips(back(document), "video")} == {each[:4] for each in clips(made, "video")}


EDIT = """<fcpxml version="1.10"><resources>
<format id="f" frameDuration="1/25s"/>
<asset id="a" name="a.mov" hasVideo="1" hasAudio="1" format="f" duration="100s"><media-rep src="file:///a.mov"/></asset>
<asset id="b" name="b.mov" hasVideo="1" hasAudio="1" format="f" duration="100s"><media-rep src="file:///b.mov"/></asset>
<asset id="w" name="w.wav" hasAudio="1" duration="100s"><media-rep src="file:///w.wav"/></asset>
<media id="m" name="mc"><multicam format="f" tcStart="{begin}s" tcFormat="NDF">
<mc-angle name="A" angleID="A"><asset-clip ref="a" offset="{zero}s" start="0s" duration="40s"/></mc-angle>
<mc-angle name="B" angleID="B"><gap offset="{zero}s" start="3600s" duration="10s"/>
<asset-clip ref="b" offset="{late}s" start="5s" duration="30s"/></mc-angle>
<mc-angle name="W" angleID="W"><asset-clip ref="w" offset="{zero}s" start="1/48s" duration="40s"/></mc-angle>
</multicam></media></resources><project name="p"><sequence format="f" tcStart="3600s"><spine>
<mc-clip ref="m" offset="3600s" start="{one}s" duration="7s"><mc-source angleID="A" srcEnable="video"/>
<mc-source angleID="W" srcEnable="audio"/><marker start="{mark}s" duration="1/25s" value="look"/></mc-clip>
<mc-clip ref="m" offset="3607s" start="{two}s" duration="5s"><mc-source angleID="B" srcEnable="video"/>
<mc-source angleID="W" srcEnable="audio"/></mc-clip>
</spine></sequence></project></fcpxml>"""


def edit(begin: int = 0, zero: int = 0, clock: int = 0) -> str:
    return EDIT.format(begin=begin, zero=zero, late=zero + 10, one=clock + 2, mark=clock + 4, two=clock + 9)


@pytest.mark.parametrize("clocks", [(0, 0, 0), (3600, 0, 0), (3600, 0, 3600), (3600, 3600, 3600)], ids=str)
def test_an_edit_of_angles_is_read_as_the_cameras_it_shows(clocks: tuple[int, int, int]) -> None:
    timeline = back(edit(*clocks).encode())
    first, gap, second = timeline.tracks[0].items
    assert isinstance(first, Clip) and isinstance(gap, Gap) and isinstance(second, Clip)
    assert (first.name, first.start, first.duration) == ("a.mov", 2 * SECOND, 7 * SECOND)
    assert [(m.name, m.time) for m in first.markers] == [("look", 4 * SECOND)]
    assert gap.duration == SECOND  # the second camera had not begun
    assert (second.name, second.start, second.duration) == ("b.mov", 5 * SECOND, 4 * SECOND)
    heard = [each for each in sorted(clips(timeline, "audio")) if each[5]]
    assert heard == [
        (0, "w.wav", 2 * SECOND + SECOND // 48, 7 * SECOND, 1, True),
        (7 * SECOND, "w.wav", 9 * SECOND + SECOND // 48, 5 * SECOND, 1, True),
    ]
    assert {each[1] for each in clips(timeline, "video") if not each[5]} == {"a.mov"}


def test_a_multicam_clip_with_a_speed_is_a_nest() -> None:
    slow = '<mc-clip ref="m" offset="3607s" start="9s" duration="5s">'
    points = '<timeMap><timept time="9s" value="9s"/><timept time="14s" value="19s"/></timeMap>'
    timeline = back(edit().replace(slow, slow + points).encode())
    nest = timeline.tracks[0].items[-1]
    assert isinstance(nest, Nest) and nest.speed == 2 and nest.start == 9 * SECOND
    assert [track.kind for track in nest.tracks] == ["video", "audio", "video"]
    assert nest.tracks[0].items[1].name == "b.mov"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('angleID="B" srcEnable', 'angleID="Z" srcEnable', "must name an angle of its multicam, got 'Z'"),
        ('<mc-clip ref="m"', '<mc-clip ref="a"', "must name a multicam, got 'a'"),
        ('<asset-clip ref="a"', '<mc-clip ref="m"', "must not hold itself, got 'm'"),
    ],
)
def test_what_a_broken_multicam_is_told(old: str, new: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        fcpxml_read.read(edit().replace(old, new).encode())


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_stacked_tracks_in_the_other_formats(rate: Fraction) -> None:
    before = group(rate, -250.0)
    (after,) = fcp7_read.read(fcp7.write(before))
    assert len(after.of("video")) == 2 and after.duration == before.duration
    assert {each[:4] for each in clips(after, "video")} == {each[:4] for each in clips(before, "video")}
    assert {(each[1], each[5]) for each in clips(after, "audio")} == {
        ("rec.wav", True), ("A001C001.mov", False), ("B001C001.mov", False), ("B001C002.mov", False),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["sync-fcpxml", "sync-xml", "sync-aaf"])
def test_every_format_of_a_group_is_written(tmp_path, name: str) -> None:
    (path,) = write(name, tables(Fraction(24_000, 1001)), lambda _: None, tmp_path, folder=tmp_path)
    assert path.name == f"A001C001.sync.{name.removeprefix('sync-')}"
    assert path.stat().st_size > 1000


@pytest.mark.parametrize("begin", [0, 3600])
def test_a_marker_of_a_compound_clip_counts_from_the_compounds_beginning(begin: int) -> None:
    document = f"""<fcpxml version="1.10"><resources><format id="f" frameDuration="1/25s"/>
    <media id="m" name="inside"><sequence format="f" tcStart="{begin}s"><spine><gap offset="{begin}s" duration="9s"/>
    </spine></sequence></media></resources><project name="p"><sequence format="f"><spine>
    <ref-clip ref="m" offset="0s" start="{begin + 2}s" duration="5s"><marker start="{begin + 3}s" value="look"/>
    </ref-clip></spine></sequence></project></fcpxml>"""
    assert [(each.name, each.time) for each in back(document.encode()).record_markers()] == [("look", SECOND)]


@pytest.mark.parametrize(
    ("start", "wanted"), [(0, "AB"), (1, "A-B"), (3, "A-B"), (5, "B"), (8, "B."), (11, "B."), (12, ".")]
)
def test_any_window_of_an_angle_is_whole(start: int, wanted: str) -> None:
    """Seven seconds from any start: what is there, the dissolve if it lies inside, and a gap for the rest."""
    one = Clip("A", 100 * SECOND, 5 * SECOND)
    two = Clip("B", 0, 7 * SECOND)
    angle = Angle("k", "video", (one, Transition("dissolve", SECOND, 3 * SECOND), two))
    (part,) = shown([angle], {})
    items = window(part, start * SECOND, 7 * SECOND)
    signs = {Transition: "-", Gap: "."}
    assert "".join(signs.get(type(item), getattr(item, "name", "")) for item in items) == wanted
    assert Track("video", items).duration == 7 * SECOND
    if isinstance(items[0], Clip):
        assert items[0].start == ((100 + start) if start < 5 else start - 5) * SECOND


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (("one", [("camera_name", "Left")]), ("two", [("camera_name", "Right")]), ["Left", "Right"]),
        (("A001_C001", []), ("A002_C001", []), ["A"]),
        (("A001_C001", []), ("B001_C001", []), ["A", "B"]),
        (("one", []), ("two", []), ["one, two"]),
    ],
)
def test_an_angle_is_a_camera_by_its_name(first: tuple, second: tuple, names: list[str]) -> None:
    """Two takes one after the other lie in one angle only if one camera may have shot both."""
    rate = Fraction(25)
    rows = [film(name, 20, rate, tags=tags) for name, tags in (first, second)]
    pairs = [pair(first[0], "rec", 20, 5), pair(second[0], "rec", 20, 50)]
    known = {"assets": ASSETS.from_rows([*rows, recorder("rec", 80)]), "syncs": SYNCS.from_rows(pairs)}
    (timeline,) = timelines(known)
    root = ElementTree.fromstring(fcpxml_multicam.write(timeline))
    assert [angle.get("name") for angle in root.iter("mc-angle")] == [*names, "rec"]
