"""Tracking: things on known ways keep their names, at two pictures a second and at all of them."""

import numpy as np
import pytest

from kinoeye.signals.tracking import Seen, difference, linked

RED, BLUE = (np.eye(4, dtype=np.float32)[[n, n]] for n in (0, 1))


def along(start: tuple[float, float], end: tuple[float, float], look: np.ndarray | None = None, *, seconds: float = 4,
          rate: int = 2, size: float = 1, first: float = 0) -> list[Seen]:  # fmt: skip
    """A thing that goes straight from one place to another."""
    times = np.arange(round(seconds * rate)) / rate
    share = times / seconds
    places = np.outer(1 - share, start) + np.outer(share, end)
    return [Seen(float(first + t), float(x), float(y), size, look) for t, (x, y) in zip(times, places, strict=True)]


def together(*ways: list[Seen]) -> tuple[list[Seen], list[int]]:
    """All finds in running order, and whose each of them is."""
    named = sorted(((seen, who) for who, way in enumerate(ways) for seen in way), key=lambda pair: pair[0].time)
    return [seen for seen, _ in named], [who for _, who in named]


def owners(tracks: list[list[int]], who: list[int]) -> list[list[int]]:
    return [sorted({who[number] for number in track}) for track in tracks]


@pytest.mark.parametrize("rate", [2, 24])
def test_two_side_by_side_stay_apart(rate: int) -> None:
    seen, who = together(along((0, 0), (2, 0), rate=rate), along((0, 1.5), (2, 1.5), rate=rate))
    assert owners(linked(seen), who) == [[0], [1]]


@pytest.mark.parametrize("rate", [2, 24])
def test_two_that_cross_are_told_apart_by_their_dress(rate: int) -> None:
    ways = (along((0, 0), (4, 0.2), RED, rate=rate), along((4, 0), (0, 0.2), BLUE, rate=rate))
    seen, who = together(*ways)
    assert owners(linked(seen), who) == [[0], [1]]


def test_a_gap_is_bridged_only_so_far() -> None:
    before, after = along((0, 0), (0, 0), seconds=2), along((0, 0), (0, 0), seconds=2, first=3.0)
    seen, _ = together(before, after)
    assert len(linked(seen)) == 1
    assert len(linked(seen, bridge=1.0)) == 2
    assert len(linked(together(before, along((0, 0), (0, 0), first=4.0))[0])) == 2


def test_another_dress_is_another_person() -> None:
    seen, _ = together(along((0, 0), (0, 0), RED, seconds=2), along((0, 0), (0, 0), BLUE, seconds=2, first=2))
    assert len(linked(seen)) == 2


def test_a_jump_or_another_size_is_another_thing() -> None:
    here = along((0, 0), (0, 0), seconds=2)
    assert len(linked(together(here, along((5, 0), (5, 0), seconds=2, first=2))[0])) == 2
    assert len(linked(together(here, along((0, 0), (0, 0), seconds=2, first=2, size=4))[0])) == 2


def test_who_stands_first_in_a_picture_makes_no_difference() -> None:
    seen, _ = together(*(along((3 * n, 0), (3 * n + 1, 1)) for n in range(4)))
    turned = [each for time in sorted({s.time for s in seen}) for each in reversed([s for s in seen if s.time == time])]
    places = [sorted((seen[n].time, seen[n].x) for n in track) for track in linked(seen)]
    assert sorted(places) == sorted(sorted((turned[n].time, turned[n].x) for n in track) for track in linked(turned))


def test_every_find_is_in_one_track() -> None:
    random = np.random.default_rng(5)
    seen = [Seen(float(t), *random.uniform(0, 3, 2), 1.0) for t in range(5) for _ in range(7)]  # type: ignore[misc]
    assert sorted(number for track in linked(seen) for number in track) == list(range(35))


def test_nothing_seen() -> None:
    assert linked([]) == []


def test_looks_differ_between_0_and_1() -> None:
    assert difference(RED, RED) == 0
    assert difference(RED, BLUE) == 1
    assert difference(None, RED) is None
    assert difference(np.zeros((2, 4), np.float32), RED) is None
    half = RED.copy()
    half[1] = 0
    assert difference(half, RED) == 0
