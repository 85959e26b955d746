"""Readers: what each format means, and damaged or hostile files."""

import random
from collections.abc import Callable
from fractions import Fraction

import pytest

from kinoeye import xml
from kinoeye.errors import DocumentError, UseError
from kinoeye.export import aaf, edl, edl_read, fcp7, fcp7_read, fcpxml, fcpxml_read, otio
from kinoeye.export.build import timelines
from kinoeye.export.played import shown
from kinoeye.export.timeline import Clip, Gap, Media, Nest, Timeline, Track, Transition, picture
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks

ITSELF = "<ref-clip ref='r1' duration='1s'/>"
HEAD = "TITLE: a\nFCM: NON-DROP FRAME\n"


def _edl(*lines: str, head: str = HEAD) -> bytes:
    return (head + "\n".join(lines)).encode()


def _project(spine: str, resources: str = "", start: str = "0s") -> bytes:
    sequence = f"<sequence format='r0' tcStart='{start}'><spine>{spine}</spine></sequence>"
    return f"<fcpxml><resources>{resources}</resources><project>{sequence}</project></fcpxml>".encode()


def test_an_edl_dissolve_lets_the_old_clip_run_on() -> None:
    (timeline,) = edl_read.read(_edl(
        "001  A V C        01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00",
        "002  A V C        01:00:02:00 01:00:02:00 01:00:02:00 01:00:02:00",
        "002  B V D    012 01:00:05:00 01:00:07:00 01:00:02:00 01:00:04:00",
        "* FROM CLIP NAME: old", "* TO CLIP NAME: new",
    ), rate=Fraction(24))  # fmt: skip
    first, change, second = timeline.tracks[0].items
    assert isinstance(first, Clip)
    assert isinstance(change, Transition)
    assert isinstance(second, Clip)
    assert (picture(first.duration, timeline.rate), picture(change.out_offset, timeline.rate)) == (48, 12)
    assert (change.in_offset, second.name) == (0, "new")
    assert shown(timeline)[0].end - shown(timeline)[0].record == frame_to_flicks(60, timeline.rate)


@pytest.mark.parametrize(
    ("label", "head", "rate"),
    [
        ("00", HEAD, Fraction(24)),
        ("24", HEAD, Fraction(25)),
        ("29", HEAD, Fraction(30)),
        ("49", HEAD, Fraction(50)),
        ("20", "FCM: DROP FRAME\n", Fraction(30_000, 1001)),
        ("59", "FCM: DROP FRAME\n", Fraction(60_000, 1001)),
    ],
)
def test_an_edl_without_a_rate_is_guessed_and_says_so(label: str, head: str, rate: Fraction) -> None:
    line = f"001  A V C        01:00:00:{label} 01:00:02:{label} 01:00:00:00 01:00:02:00"
    (timeline,) = edl_read.read(_edl(line, head=head))
    assert timeline.rate == rate
    assert "guessed" in timeline.notes[0]
    assert timeline.is_drop_frame == ("NON" not in head)


def test_an_edl_across_midnight_goes_on() -> None:
    line = "001  A V C        23:59:59:00 00:00:01:00 23:59:59;00 00:00:01;00"
    (timeline,) = edl_read.read(_edl(line, head="FCM: DROP FRAME\n"), rate=Fraction(30_000, 1001))
    (clip,) = timeline.tracks[0].items
    assert isinstance(clip, Clip)
    assert picture(clip.duration, timeline.rate) == 60


def test_sound_in_an_edl_is_a_track_for_each_channel() -> None:
    (timeline,) = edl_read.read(_edl("001  A B C        00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00"))
    assert [track.kind for track in timeline.tracks] == ["video", "audio"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "at least one event"),
        (["001 nonsense"], "line 3: an event must have"),
        (["001 A V K B 010 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00"], "got a key"),
        (["001 A V D 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00"], "must say its length"),
        (["001 A V C 00:00:00:00 00:00:02:00 00:00:00:00 00:00:01:00"], "got 48 and 24 pictures"),
        (["001 A V C 00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00",
          "002 A V C 00:00:00:00 00:00:02:00 00:00:01:00 00:00:03:00"], "line 4: events must not overlap"),
        (["001 A V C 00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00", "M2 A fast"], "M2 must give"),
        (["* KINOEYE RATE: 1/0", "001 A V C 00:00:00:00 00:00:02:00 00:00:00:00 00:00:02:00"], "a rate must be"),
    ],
)  # fmt: skip
def test_a_wrong_edl_says_the_line(lines: list[str], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        edl_read.read(_edl(*lines))


def test_an_edl_of_another_rate_says_so() -> None:
    line = "001 A V C 00:00:00:29 00:00:02:29 00:00:00:00 00:00:02:00"
    with pytest.raises(DocumentError, match="frames must be below 24") as raised:
        edl_read.read(_edl(line), rate=Fraction(24))
    assert "own rate" in raised.value.remedy


def test_an_edl_holds_one_video_track_and_no_nests() -> None:
    one = frame_to_flicks(1, Fraction(24))
    clip = Clip("a", 0, one, Media("a"))
    with pytest.raises(UseError, match="one video track"):
        edl.write(Timeline("a", Fraction(24), (Track("video", (clip,)), Track("video", (clip,)))))
    nest = Nest("n", 0, one, (Track("video", (clip,)),))
    with pytest.raises(UseError, match="no nested"):
        edl.write(Timeline("a", Fraction(24), (Track("video", (nest,)),)))


def test_reel_names_are_short_safe_and_different() -> None:
    medias = tuple(
        Media(name, f"/{name}") for name in ("a long name.mov", "a long name 2.mov", "BL.mov", "镜头.mov", "x y.mov")
    )
    names = list(edl.reels(medias).values())
    assert all(len(name) <= 8 and name.isascii() for name in names)
    assert len({name for name in names if name != "AX"}) == 4
    assert names[3] == "AX"
    assert names[2] != "BL"


def test_a_name_cannot_add_a_line_to_an_edl() -> None:
    rate = Fraction(24)
    clip = Clip("a\r\n002  X V C 0", 0, frame_to_flicks(24, rate), Media("m\u2028* LOC: x", "/a\nb"))
    text = edl.write(Timeline("t\nFCM: DROP FRAME", rate, (Track("video", (clip,)),))).decode()
    assert sum(line[:1].isdigit() for line in text.splitlines()) == 1
    assert "\u2028" not in text


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"<fcpxml", "well-formed"),
        (b"<xmeml/>", "root must be fcpxml"),
        (b"<fcpxml/>", "project or a compound clip"),
        (b"<fcpxml><project/></fcpxml>", "must hold a sequence"),
        (_project("", start="1h"), "must look like 1001/24000s"),
        (_project("<asset-clip ref='r9' duration='1s'/>"), "must name a resource"),
        (_project("<ref-clip ref='r9' duration='1s'/>"), "must name a compound clip"),
        (_project("<gap/>"), "no duration"),
        (_project(ITSELF, f"<media id='r1'><sequence><spine>{ITSELF}</spine></sequence></media>"), "not hold itself"),
    ],
)  # fmt: skip
def test_a_wrong_fcpxml_says_what(document: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        fcpxml_read.read(document)


def test_compound_clips_that_multiply_without_end_are_refused() -> None:
    parts = ["<media id='r0'><sequence><spine><video duration='1s'/></spine></sequence></media>"]
    for level in range(1, 9):
        clips = f"<ref-clip ref='r{level - 1}' duration='1s'/>" * 10
        parts.append(f"<media id='r{level}'><sequence><spine>{clips}</spine></sequence></media>")
    top = "<project><sequence><spine><ref-clip ref='r8' duration='1s'/></spine></sequence></project>"
    with pytest.raises(DocumentError, match="200000 clips"):
        fcpxml_read.read(f"<fcpxml><resources>{''.join(parts)}</resources>{top}</fcpxml>".encode())


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (b"<filter/>", "root must be xmeml"),
        (b"<xmeml/>", "must hold a sequence"),
        (b"<xmeml><sequence><rate><timebase>no</timebase></rate></sequence></xmeml>", "time base"),
        (b"<xmeml><sequence><rate><timebase>24</timebase></rate><media><video><track><clipitem><start>-1</start>"
         b"<end>4</end></clipitem></track></video></media></sequence></xmeml>", "must have a place"),
        (b"<xmeml><sequence><rate><timebase>24</timebase></rate><media><video><track><clipitem><start>9</start>"
         b"<end>4</end></clipitem></track></video></media></sequence></xmeml>", "must not end before"),
        (b"<xmeml><sequence><rate><timebase>24</timebase></rate><media><video><track><clipitem><start>1e99</start>"
         b"<end>4</end></clipitem></track></video></media></sequence></xmeml>", "whole number of pictures"),
    ],
)  # fmt: skip
def test_a_wrong_xmeml_says_what(document: bytes, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        fcp7_read.read(document)


def test_a_rate_that_xmeml_cannot_say_is_refused() -> None:
    with pytest.raises(UseError, match="whole or slowed by 1000/1001"):
        fcp7.write(Timeline("a", Fraction(25, 2), ()))


@pytest.mark.parametrize(
    "document",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><fcpxml>&x;</fcpxml>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><fcpxml>&x;</fcpxml>',
        b'<!DOCTYPE fcpxml SYSTEM "http://example.invalid/a.dtd"><fcpxml/>',
        b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><xmeml>&b;</xmeml>',
    ],
)
def test_entities_and_outside_declarations_are_refused(document: bytes) -> None:
    with pytest.raises(DocumentError, match="DOCTYPE"):
        xml.parse(document, "xml")


def test_xml_that_nests_without_end_is_refused() -> None:
    with pytest.raises(DocumentError, match="250 deep"):
        xml.parse(b"<a>" * 100_000, "xml")


@pytest.mark.parametrize("document", [b"", b"{}", b"[", b"\xff\xfe", b'{"OTIO_SCHEMA": "Nothing.1"}', b"null"])
def test_what_is_no_otio_is_refused(document: bytes) -> None:
    with pytest.raises(DocumentError, match="otio: must"):
        otio.read(document)


@pytest.mark.parametrize("document", [b"", b"text", b"\xd0\xcf\x11\xe0" + bytes(5000)])
def test_what_is_no_aaf_is_refused(document: bytes) -> None:
    with pytest.raises(DocumentError, match="must be an AAF file"):
        aaf.read(document)


@pytest.mark.parametrize(
    "rate", ["24", "24.0", "23.976", "23.98", "23.976023976023978", "29.97", "59.94", "59.94005994005994"]
)
def test_a_float_rate_is_the_standard_rate_it_means(rate: str) -> None:
    found = otio.exact_rate(float(rate))
    assert found.denominator in {1, 1001}
    assert abs(float(found) - float(rate)) < 0.005


@pytest.mark.parametrize(
    ("write", "read"),
    [
        (otio.write, otio.read),
        (edl.write, edl_read.read),
        (fcpxml.write, fcpxml_read.read),
        (fcp7.write, fcp7_read.read),
    ],
    ids=["otio", "edl", "fcpxml", "xml"],
)
def test_damage_is_refused_or_read_and_never_anything_else(
    film: Callable[..., object], write: Callable[[Timeline], bytes], read: Callable[[bytes], list[Timeline]]
) -> None:
    (timeline,) = timelines(film(channels=1).tables)
    whole = write(timeline)
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.choice(b'0123456789-/.:;" <>aZ\x00\xff')
        del damaged[chance.randrange(len(damaged)) :][: chance.choice([0, 0, 1, 5000])]
        try:
            for found in read(bytes(damaged)):
                shown(found)
        except DocumentError:
            refused += 1
    assert 0 < refused < 150


def test_fcpxml_offsets_count_from_the_start_time_code(film: Callable[..., object]) -> None:
    (timeline,) = timelines(film(Fraction(25)).tables)
    root = xml.parse(fcpxml.write(timeline), "fcpxml")
    first = root.find(".//spine/asset-clip")
    assert first is not None
    assert first.get("offset") == "3600s"
    assert fcpxml_read.flicks(first.get("duration", "")) == 48 * FLICKS_PER_SECOND // 25


def test_fcpxml_that_counts_from_zero_all_the_same_is_understood() -> None:
    shape = "<format id='r0' frameDuration='1001/24000s'/>"
    gaps = "<gap duration='1001/24000s'/><gap offset='1001/24000s' duration='1001/12000s'/>"
    (timeline,) = fcpxml_read.read(_project(gaps, shape, start="3600s"))
    assert timeline.rate == Fraction(24_000, 1001)
    assert timeline.tracks[0].items == (Gap(29_429_400), Gap(58_858_800))
