"""What changed between two cuts is told exactly: every edit alone, together, through every format, at every rate."""

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from kinoeye.cut.reconform import change_list
from kinoeye.errors import UseError
from kinoeye.export.changes import ChangeList
from kinoeye.export.formats import FORMATS
from kinoeye.export.timeline import Clip, Media, Nest, Timeline, Track
from kinoeye.timecode import STANDARD_RATES, frame_to_flicks

Lay = Callable[..., Timeline]
OLD = (("a", 0, 100), ("b", 0, 50), ("a", 100, 70), ("c", 0, 60), ("d", 10, 40))


def told(changes: ChangeList) -> list[tuple[object, ...]]:
    """Return what changed, in pictures."""
    rows: list[tuple[object, ...]] = []
    for each in changes.picture:
        sides = [None if side is None else (cut.picture(side.start), cut.picture(side.end))
                 for cut, side in ((changes.old, each.old), (changes.new, each.new))]  # fmt: skip
        if each.what != "kept" or each.notes:
            rows.append((each.what, *sides, *each.notes))
    return rows


def test_the_same_cut_twice_has_nothing_to_tell(lay: Lay) -> None:
    changes = change_list(lay(*OLD), lay(*OLD, start=36_000))
    assert changes.is_same
    assert told(changes) == []


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        ((("a", 0, 90), *OLD[1:]), [("trimmed", (90, 100), None)]),
        ((("a", 10, 90), *OLD[1:]), [("trimmed", (0, 10), None)]),
        ((*OLD[:3], ("c", 0, 75), OLD[4]), [("lengthened", None, (280, 295))]),
        ((OLD[0], ("b", 5, 50), *OLD[2:]),
         [("trimmed", (100, 105), None), ("kept", (105, 150), (100, 145), "slipped"),
          ("lengthened", None, (145, 150))]),
        ((OLD[0], *OLD[2:]), [("removed", (100, 150), None)]),
        ((*OLD[:2], ("x", 0, 33), *OLD[2:]), [("inserted", None, (150, 183))]),
        ((OLD[0], ("b take 2", 0, 50), *OLD[2:]), [("replaced", (100, 150), (100, 150))]),
        ((OLD[0], OLD[2], OLD[3], OLD[1], OLD[4]), [("moved", (100, 150), (230, 280))]),
        ((*OLD[:3], ("c", 0, 120, "1/2"), OLD[4]), [("retimed", (220, 280), (220, 340))]),
        ((*OLD[:3], ("c", 0, 30, 2), OLD[4]), [("retimed", (220, 280), (220, 250))]),
        ((*OLD[:3], ("c", 0, 30), 12, ("c", 30, 30), OLD[4]), [("inserted", None, (250, 262))]),
        ((*OLD[:3], ("c", 0, 30), ("c", 30, 30), OLD[4]), []),
    ],
)  # fmt: skip
def test_every_edit_has_its_word(lay: Lay, new: tuple[object, ...], wanted: list[tuple[object, ...]]) -> None:
    assert told(change_list(lay(*OLD), lay(*new))) == wanted


def test_a_clip_backwards_is_found_the_other_way_round(lay: Lay) -> None:
    changes = change_list(lay(("a", 0, 40), ("b", 0, 30)), lay(("a", 0, 40), ("b", 30, 30, -1)))
    (each,) = [each for each in changes.picture if each.what == "retimed"]
    assert each.is_reversed
    one = frame_to_flicks(1, Fraction(24))
    (part,) = changes.parts(45 * one, 46 * one)
    assert part.new == (64 * one, 65 * one)


@pytest.mark.parametrize("place", [(12, 12), (0, 24), (24, 0)])
def test_where_a_format_cuts_a_dissolve_does_not_matter(lay: Lay, place: tuple[int, int]) -> None:
    old = lay(("a", 0, 100), "24", ("b", 50, 50))
    early = 12 - place[0]
    new = lay(("a", 0, 100 - early), "24", ("b", 50 - early, 50 + early))
    one = frame_to_flicks(1, Fraction(24))
    items = list(new.tracks[0].items)
    items[1] = replace(items[1], in_offset=place[0] * one, out_offset=place[1] * one)
    assert change_list(old, replace(new, tracks=(Track("video", tuple(items)),))).is_same


def test_a_dissolve_that_came_or_went_is_told(lay: Lay) -> None:
    old, new = lay(("a", 0, 100), ("b", 50, 50)), lay(("a", 0, 100), "24", ("b", 50, 50))
    one = frame_to_flicks(1, Fraction(24))
    (edge,) = change_list(old, new).edges
    assert (edge.old, edge.before, edge.after) == (100 * one, None, ("dissolve", 24 * one))
    assert change_list(new, old).edges[0].after is None


def test_a_nest_is_looked_into_and_a_title_hides_nothing(lay: Lay) -> None:
    flat = lay(*OLD)
    first, *scene, last = flat.tracks[0].items
    nest = Nest("scene", 0, sum(item.duration for item in scene), (Track("video", tuple(scene)),))  # type: ignore[union-attr]
    nested = replace(flat, tracks=(Track("video", (first, nest, last)),))
    title = Clip("Title", 0, flat.duration, Media("Title", generator="text"))
    titled = replace(flat, tracks=(*flat.tracks, Track("video", (title,))))
    assert told(change_list(flat, nested)) == []
    assert told(change_list(flat, titled)) == []


def test_another_version_of_an_effect_is_the_same_place(lay: Lay) -> None:
    changes = change_list(lay(("a", 0, 50), ("vfx_010_v002", 0, 40)), lay(("a", 0, 50), ("vfx_010_v003", 0, 40)))
    assert told(changes) == [("kept", (50, 90), (50, 90), "version")]


def test_sound_and_picture_are_told_apart(lay: Lay) -> None:
    # The sound of b comes 12 pictures early in the new cut.
    heard = (("a", 0, 100), ("b", 0, 50))
    changes = change_list(lay(("a", 0, 100), ("b", 0, 50), sound=heard),
                          lay(("a", 0, 100), ("b", 0, 50), sound=(("a", 0, 88), ("b", -0, 62))))  # fmt: skip
    assert told(changes) == []
    one = frame_to_flicks(1, Fraction(24))
    part = changes.at(100 * one, "sound")
    assert part is not None
    assert part.new is not None
    assert part.new[0] == 88 * one


def test_disks_change_their_names_and_files_stay_apart(lay: Lay) -> None:
    assert change_list(lay(*OLD, folder="/Volumes/A/day 1"), lay(*OLD, folder="D:\\day 1")).is_same
    one, other = (lay(("clip", 0, 50), folder=f"/card {number}").tracks[0].items[0] for number in (1, 2))
    both = Timeline("two cards", Fraction(24), (Track("video", (one, other)),))
    turned = Timeline("two cards", Fraction(24), (Track("video", (other, one)),))
    assert [each.what for each in change_list(both, turned).picture].count("moved") == 1


def test_two_files_of_one_reel_stay_two(lay: Lay) -> None:
    one, other = (
        replace(item, media=replace(item.media, reel="ZZ100_51"))  # type: ignore[union-attr, arg-type]
        for item in (lay(("510", 0, 50)).tracks[0].items[0], lay(("510B", 0, 50)).tracks[0].items[0])
    )
    both = Timeline("reel", Fraction(24), (Track("video", (one, other)),))
    changes = change_list(both, Timeline("reel", Fraction(24), (Track("video", (other,)),)))
    assert told(changes) == [("removed", (0, 50), None)]


def test_two_cuts_with_nothing_in_common(lay: Lay) -> None:
    changes = change_list(lay(("a", 0, 100)), lay(("x", 0, 40), ("y", 0, 20)))
    assert {each.what for each in changes.picture} == {"removed", "inserted"}


def test_an_empty_cut_is_refused(lay: Lay) -> None:
    with pytest.raises(UseError, match="the new cut must hold a clip, got none"):
        change_list(lay(*OLD), Timeline("nothing", Fraction(24), ()))


def test_cuts_of_two_rates_meet_at_the_nearest_picture(lay: Lay) -> None:
    second = (("a", 0, 240), ("b", 0, 240))
    changes = change_list(lay(*second, rate="24"), lay(("a", 0, 250), ("x", 0, 25), ("b", 0, 250), rate="25"))
    one = frame_to_flicks(1, Fraction(24))
    part = changes.at(264 * one)
    assert part is not None
    assert part.new is not None
    assert changes.new.picture(part.new[0]) == 250 + 25 + 25
    assert "pictures a second" in changes.notes[0]


@pytest.mark.parametrize("chosen", [each for each in FORMATS if each.read is not None], ids=lambda each: each.name)
@pytest.mark.parametrize("rate", [each for each in STANDARD_RATES if each <= 60], ids=str)
def test_every_picture_is_found_through_every_format(lay: Lay, chosen, rate: Fraction) -> None:
    draw = random.Random(f"{chosen.name} {rate}")
    pieces = [(f"t{draw.randrange(4)}", 300 * number, draw.randrange(12, 80)) for number in range(14)]
    order = list(range(14))
    order[3:5] = []
    order[6:9], order[1:2] = order[1:2], order[6:9]
    old = lay(*pieces, rate=str(rate))
    new = lay(*(pieces[number] for number in order), rate=str(rate))
    changes = change_list(chosen.read(chosen.write(old))[0], new)
    at = {}
    begin = 0
    for number in order:
        at[number], begin = begin, begin + pieces[number][2]
    begin = 0
    for number, (_, _, length) in enumerate(pieces):
        for picture in (0, length // 2, length - 1):
            part = changes.at(frame_to_flicks(begin + picture, rate))
            assert part is not None
            found = None if part.new is None else changes.new.picture(part.new[0])
            assert found == (at[number] + picture if number in at else None)
        begin += length


def test_every_moment_of_both_cuts_stands_in_one_change(lay: Lay) -> None:
    draw = random.Random(5)
    for _ in range(30):
        pieces = [("abcde"[draw.randrange(5)], draw.randrange(300), draw.randrange(5, 90)) for _ in range(12)]
        other = [(name, first + draw.randrange(-5, 6), length) for name, first, length in draw.sample(pieces, 9)]
        changes = change_list(lay(*pieces), lay(*other))
        for sides, cut in (([each.old for each in changes.picture], changes.old),
                           ([each.new for each in changes.picture], changes.new)):  # fmt: skip
            spans = sorted((side.start, side.end) for side in sides if side is not None)
            assert [low for low, _ in spans] == [0, *(high for _, high in spans[:-1])]
            assert spans[-1][1] == cut.duration
