"""Small cuts of known pictures."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from kinoeye.export.timeline import Clip, Gap, Item, Media, Timeline, Track, Transition
from kinoeye.timecode import frame_to_flicks

Lay = Callable[..., Timeline]


@pytest.fixture
def lay() -> Lay:
    """Lay clips, as ``("a", 0, 100)`` or with a speed, gaps as numbers and dissolves as ``"24"`` on one track."""

    def make(*items: object, rate: str = "24", start: int = 3600, name: str = "cut", sound: tuple = (),
             drops: bool = False, folder: str = "/rushes") -> Timeline:  # fmt: skip
        exact = Fraction(rate)
        tracks = [Track("video", tuple(_item(each, exact, folder) for each in items))]
        if sound:
            tracks.append(Track("audio", tuple(_item(each, exact, folder) for each in sound)))
        first = frame_to_flicks(start * round(exact) if not drops else 107_892 * start // 3600, exact)
        return Timeline(name, exact, tuple(tracks), first, drops)

    return make


def _item(each: object, rate: Fraction, folder: str) -> Item:
    one = frame_to_flicks(1, rate)
    if isinstance(each, int):
        return Gap(one * each)
    if isinstance(each, str):
        half = int(each) // 2
        return Transition("dissolve", one * half, one * (int(each) - half))
    assert isinstance(each, tuple)
    name, first, length, *rest = each
    media = Media(name, f"{folder}/{name}.mov", rate=rate, duration=one * 100_000, has_sound=True)
    speed = Fraction(rest[0]) if rest else Fraction(1)
    return Clip(name, frame_to_flicks(first, rate), frame_to_flicks(length, rate), media, speed=speed)
