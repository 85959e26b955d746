"""Coverage: every picture once, in running order, at its best."""

import numpy as np

from kinoeye.signals.coverage import views
from kinoeye.streams import Stills


def stream(*frames: int) -> Stills:
    numbers = np.array(frames, np.int64)
    return Stills([b""] * len(frames), numbers, numbers * 10)


def test_each_picture_comes_once() -> None:
    seen = list(views(stream(0, 12, 24), stream(11, 12, 13)))
    assert [view.frame for view in seen] == [0, 11, 12, 13, 24]
    assert [view.is_full_rate for view in seen] == [False, True, True, True, False]
    assert [view.time for view in seen] == [0, 110, 120, 130, 240]
    assert [view.number for view in seen] == [0, 0, 1, 2, 2]


def test_stills_alone() -> None:
    assert [view.frame for view in views(stream(0, 12), None)] == [0, 12]
    assert list(views(stream(), stream())) == []
