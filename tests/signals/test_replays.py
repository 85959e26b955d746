import numpy as np
import pyarrow as pa

from kinoeye.signals.replays import WINDOW_S, replayed_moments
from kinoeye.timecode import FLICKS_PER_SECOND


def retention(counts: list[int]) -> pa.Table:
    return pa.table(
        {"title": ["rain"] * len(counts), "second": pa.array(range(len(counts)), pa.int32()), "replayed": counts}
    )


def test_the_moment_that_was_planted_is_found() -> None:
    counts = np.ones(600, int)
    counts[300:320] = 40
    found = replayed_moments(retention(counts.tolist()))
    assert found == {"rain": [(300 * FLICKS_PER_SECOND, (300 + WINDOW_S) * FLICKS_PER_SECOND)]}


def test_what_few_played_again_is_not_told() -> None:
    counts = np.zeros(600, int)
    counts[300:320] = 3
    assert replayed_moments(retention(counts.tolist())) == {}


def test_nothing_and_short_titles_are_no_trouble() -> None:
    assert replayed_moments(None) == {}
    assert replayed_moments(retention([])) == {}
    assert replayed_moments(retention([9, 9])) == {}
