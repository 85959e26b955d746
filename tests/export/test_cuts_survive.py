"""A cut with all that cuts have comes back picture by picture, at every rate; what a format cannot hold is said."""

from dataclasses import replace
from fractions import Fraction

import pytest

from kinoeye.export.formats import FORMATS, Format
from kinoeye.export.losses import losses
from kinoeye.export.played import compare
from kinoeye.export.timeline import Clip, Gap, Marker, Media, Nest, Timeline, Track, Transition, clips_of, switched_on
from kinoeye.timecode import frame_to_flicks

READABLE = tuple(each for each in FORMATS if each.read is not None)
CASES = [(Fraction(each), False) for each in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60")]
CASES += [(Fraction("30000/1001"), True), (Fraction("60000/1001"), True)]


def made(rate: Fraction, is_drop_frame: bool) -> Timeline:
    """Return a cut: dissolves, speeds, a freeze, markers, three tracks of picture, of which two are switched off."""
    one = frame_to_flicks(1, rate)

    def clip(take: int, first: int, length: int, speed: str = "1", **more: object) -> Clip:
        media = Media(f"T{take}.mov", f"/day 1/T{take}.mov", f"T{take}", rate, one * 90_000, one * 9000, is_drop_frame,
                      1920, 1080, has_sound=True)  # fmt: skip
        return Clip(media.name, one * (90_000 + first), one * length, media, speed=Fraction(speed), **more)  # type: ignore[arg-type]

    marks = (Marker(one * 90_110, "look here", "the cup"),)
    main = (
        clip(1, 100, 60, markers=marks), Transition("dissolve", one * 6, one * 6), clip(2, 200, 48),
        clip(1, 300, 40, "1/2"), clip(3, 50, 24, "2"), Gap(one * 10), clip(2, 400, 30, "0"),
        Transition("fade", one * 5, one * 7), clip(1, 600, 77),
    )  # fmt: skip
    alternates = Track("video", (Gap(one * 60), clip(4, 200, 48, is_enabled=False)), "Alternate")
    others = Track("video", (clip(5, 100, 60, is_enabled=False),), "Alternate 2")
    sound = (clip(1, 100, 66), clip(2, 206, 42), clip(1, 300, 40, "1/2"), Gap(one * 64), clip(1, 600, 77))
    tracks = (Track("video", main), alternates, others, Track("audio", sound), Track("audio", (clip(9, 0, 200),)))
    return Timeline("Cut by script", rate, tracks, one * (107_892 if is_drop_frame else 108_000), is_drop_frame)


@pytest.mark.parametrize("chosen", READABLE, ids=lambda each: each.name)
@pytest.mark.parametrize(("rate", "is_drop_frame"), CASES, ids=str)
def test_a_whole_cut_comes_back(chosen: Format, rate: Fraction, is_drop_frame: bool) -> None:
    before = made(rate, is_drop_frame)
    assert chosen.read is not None
    (after,) = chosen.read(chosen.write(before))
    has_switch = chosen.name not in {"edl", "aaf"}
    loss = compare(before if has_switch else switched_on(before), after)
    assert loss.is_none, loss
    assert loss.transitions == 2
    assert compare(after, before if has_switch else switched_on(before)).is_none
    assert (after.rate, after.start, after.is_drop_frame) == (rate, before.start, is_drop_frame)
    speeds = [clip.speed for clip in clips_of(switched_on(before).tracks)]
    assert [clip.speed for clip in clips_of(switched_on(after).tracks) if clip.duration] == speeds
    if has_switch:
        assert [clip.is_enabled for clip in clips_of(after.tracks)] == [
            clip.is_enabled for clip in clips_of(before.tracks)
        ]
    marks = [(marker.time, marker.name, marker.note) for marker in after.record_markers()]
    wanted = [] if chosen.name == "aaf" else [(frame_to_flicks(10, rate), "look here", "the cup")]
    assert marks == wanted


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("otio", []),
        ("edl", ["edl: 2 clips that are switched off are left out, the first T4.mov at"]),
        ("aaf", ["aaf: 2 clips that are switched off are left out", "aaf: 1 marker is left out: the format has none."]),
        ("fcpxml", []),
        ("xml", []),
    ],
)
def test_what_a_format_cannot_hold_is_said(name: str, words: list[str]) -> None:
    said = losses(name, made(Fraction(25), False))
    assert len(said) == len(words)
    assert all(one.startswith(other) for one, other in zip(said, words, strict=True))


def test_loose_markers_and_colours_are_said() -> None:
    cut = replace(made(Fraction(25), False), markers=(Marker(0, "begin", colour="red"),))
    assert losses("edl", cut)[1] == "edl: 1 marker is left out: a list holds those of clips at their own speed."
    assert losses("fcpxml", cut) == ["fcpxml: The colours of markers are left out: the format has none."]


def test_what_is_switched_off_becomes_a_gap() -> None:
    cut = made(Fraction(24), False)
    on = switched_on(cut)
    assert [track.kind for track in on.tracks] == ["video", "audio", "audio"]
    nest = Nest("off", 0, 240, (), is_enabled=False)
    half = replace(cut, tracks=(Track("video", (nest, cut.tracks[0].items[0])),))
    assert switched_on(half).tracks[0].items[0] == Gap(240)
