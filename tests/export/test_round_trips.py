"""Round trips: whatever is written comes back picture by picture, at every rate and in every format that is read."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinoeye.export.build import timelines
from kinoeye.export.formats import FORMATS, Format
from kinoeye.export.played import compare
from kinoeye.export.timeline import Clip, Gap, Item, Marker, Media, Nest, Timeline, Track, Transition
from kinoeye.timecode import STANDARD_RATES, frame_to_flicks

READABLE = tuple(each for each in FORMATS if each.read is not None)
CASES = [(rate, False) for rate in STANDARD_RATES] + [
    (Fraction(30_000, 1001), True), (Fraction(60_000, 1001), True), (Fraction(120_000, 1001), True),
]  # fmt: skip


def _again(chosen: Format, timeline: Timeline) -> Timeline:
    assert chosen.read is not None
    (found,) = chosen.read(chosen.write(timeline))
    return found


@pytest.mark.parametrize("chosen", READABLE, ids=lambda each: each.name)
@pytest.mark.parametrize(("rate", "is_drop_frame"), CASES, ids=str)
def test_a_shot_list_comes_back(
    film: Callable[..., object], chosen: Format, rate: Fraction, is_drop_frame: bool
) -> None:
    code = "10:09:59;20" if is_drop_frame else "10:09:59:20"
    made = film(rate, timecode=code, is_drop_frame=is_drop_frame, channels=2)
    (before,) = timelines(made.tables)
    after = _again(chosen, before)
    loss = compare(before, after)
    assert loss.frames > 1000
    assert (loss.frames_lost, loss.transitions, loss.transitions_lost) == (0, 3, 0)
    assert (after.rate, after.start, after.is_drop_frame) == (before.rate, before.start, is_drop_frame)
    if chosen.name != "aaf":
        times = [(marker.time, marker.name, marker.note) for marker in before.record_markers()]
        assert [(marker.time, marker.name, marker.note) for marker in after.record_markers()] == times


@pytest.mark.parametrize("rate", [Fraction(24_000, 1001), Fraction(25), Fraction(60_000, 1001)], ids=str)
def test_a_chain_through_every_format_loses_nothing(film: Callable[..., object], rate: Fraction) -> None:
    (before,) = timelines(film(rate, channels=2).tables)
    after = before
    for chosen in (*READABLE, *READABLE):
        after = _again(chosen, after)
    assert compare(before, after).is_none


def test_a_missing_picture_is_noticed(film: Callable[..., object]) -> None:
    (before,) = timelines(film().tables)
    track = before.tracks[0]
    first = track.items[0]
    assert isinstance(first, Clip)
    late = replace(first, start=first.start + frame_to_flicks(1, before.rate))
    after = replace(before, tracks=(replace(track, items=(late, *track.items[1:])),))
    assert compare(before, after).frames_lost == 48
    gone = replace(before, tracks=(replace(track, items=tuple(
        item for item in track.items if not isinstance(item, Transition))),))  # fmt: skip
    loss = compare(before, gone)
    assert (loss.frames_lost, loss.transitions_lost) == (2 * (12 + 7 + 5), 3)


@st.composite
def edits(draw: st.DrawFn) -> Timeline:
    """Draw any edit of one video track: clips of several files, gaps, transitions within their handles, speeds."""
    rate, is_drop_frame = draw(st.sampled_from(CASES))
    one = frame_to_flicks(1, rate)
    medias = []
    for number in range(3):
        begin = one * draw(st.integers(0, 10**5))
        medias.append(Media(f"Take {number}.mov", f"/rushes/{number}.mov", "", rate, begin, one * 10**5))
    items: list[Item] = []
    free = 0
    for _ in range(draw(st.integers(1, 8))):
        length = draw(st.integers(1, 400))
        media = draw(st.sampled_from(medias))
        start = media.start + one * draw(st.integers(500, 5000))
        marks = tuple(Marker(start + one * draw(st.integers(0, length - 1)), f"note {number}", "said")
                      for number in range(draw(st.integers(0, 2))))  # fmt: skip
        if free and isinstance(items[-1], Clip) and draw(st.booleans()):
            early, late = draw(st.integers(0, free)), draw(st.integers(0, length // 2))
            if early + late:
                effect = draw(st.sampled_from(["dissolve", "wipe", "fade"]))
                items.append(Transition(effect, early * one, late * one))
                free = length - late
        elif draw(st.booleans()):
            items.append(Gap(one * draw(st.integers(1, 100))))
        items.append(Clip(media.name, start, length * one, media, markers=tuple(sorted(marks, key=lambda m: m.time))))
        free = length - (items[-2].out_offset // one if len(items) > 1 and isinstance(items[-2], Transition) else 0)
    start = one * draw(st.integers(0, 10**6))
    return Timeline("any edit", rate, (Track("video", tuple(items)),), start, is_drop_frame)


@pytest.mark.parametrize("chosen", [each for each in READABLE if each.name != "aaf"], ids=lambda each: each.name)
@given(before=edits())
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
def test_any_edit_comes_back(chosen: Format, before: Timeline) -> None:
    after = _again(chosen, before)
    loss = compare(before, after)
    assert loss.is_none, loss
    assert compare(after, before).is_none


@pytest.mark.parametrize("name", ["otio", "fcpxml", "xml"])
@pytest.mark.parametrize("speed", [Fraction(0), Fraction(-1), Fraction(1, 2), Fraction(2), Fraction(119, 60)], ids=str)
def test_speeds_nests_and_tracks_come_back(name: str, speed: Fraction) -> None:
    rate = Fraction(30_000, 1001)
    one = frame_to_flicks(1, rate)
    media = Media("a.mov", "/a.mov", rate=rate, start=one * 1000, duration=one * 5000, has_sound=True)
    fast = Clip("a.mov", one * 2000, one * 120, media, speed=speed)
    inner = Track("video", (Gap(one * 3), Clip("a.mov", one * 1100, one * 50, media)))
    nest = Nest("inside", one * 2, one * 40, (inner,))
    over = Track("video", (Gap(one * 60), Clip("a.mov", one * 1500, one * 20, media, is_enabled=False)))
    sound = Track("audio", (Clip("a.mov", one * 1000, one * 160, media),))
    before = Timeline("deep", rate, (Track("video", (fast, nest)), over, sound), one * 10)
    chosen = next(each for each in FORMATS if each.name == name)
    after = _again(chosen, before)
    assert compare(before, after).is_none
    assert [clip.is_enabled for track in after.tracks for clip in track.items if isinstance(clip, Clip)] == [
        True, False, True,
    ]  # fmt: skip


def test_a_speed_comes_back_in_an_edl() -> None:
    rate = Fraction(24)
    one = frame_to_flicks(1, rate)
    for speed in (Fraction(0), Fraction(1, 2), Fraction(119, 60), Fraction(-1), Fraction(1, 3)):
        media = Media("A001", reel="A001", rate=rate)
        clip = Clip("A001", one * 500, one * 60, media, speed=speed)
        before = Timeline("speeds", rate, (Track("video", (clip,)),), one * 86_400)
        chosen = next(each for each in FORMATS if each.name == "edl")
        after = _again(chosen, before)
        (found,) = after.tracks[0].items
        assert isinstance(found, Clip)
        assert (found.start, found.duration, found.speed) == (clip.start, clip.duration, speed)
