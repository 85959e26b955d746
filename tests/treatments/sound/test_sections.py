"""Moods become sections without gap or overlap, long enough to be music."""

from itertools import pairwise

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND as S
from kinoeye.treatments.sound.sections import Section, sections


def _closed(parts: list[Section], start: int, end: int) -> bool:
    return (
        parts[0].start == start
        and parts[-1].end == end
        and all(one.end == other.start for one, other in pairwise(parts))
    )


def test_a_film_of_two_moods_is_cut_where_the_mood_turns() -> None:
    moments = [Section(n * 5 * S, (n + 1) * 5 * S, 0.5 if n < 4 else -0.5, 0.2 if n < 4 else 0.8) for n in range(8)]
    parts = sections(moments, start=0, end=40 * S)
    assert [(part.start, part.end) for part in parts] == [(0, 20 * S), (20 * S, 40 * S)]
    assert [part.valence for part in parts] == pytest.approx([0.5, -0.5])


def test_short_moods_join_what_they_are_most_like() -> None:
    moments = [Section(0, 10 * S, 0.5, 0.2), Section(10 * S, 12 * S, -0.5, 0.75), Section(12 * S, 30 * S, -0.6, 0.9)]
    parts = sections(moments, start=0, end=30 * S)
    assert [part.start for part in parts] == [0, 10 * S]


@pytest.mark.parametrize("seed", range(5))
def test_sections_close_up_and_last(seed: int) -> None:
    rng = np.random.default_rng(seed)
    edges = np.cumsum(rng.integers(S // 2, 9 * S, size=40))
    moments = [Section(int(a), int(b), float(rng.uniform(-1, 1)), float(rng.uniform(0, 1))) for a, b in pairwise(edges)]
    start, end = int(edges[0]) - S, int(edges[-1]) + 3 * S
    parts = sections(moments, start=start, end=end)
    assert _closed(parts, start, end)
    assert min(part.end - part.start for part in parts) >= 6 * S
    assert max(part.end - part.start for part in parts) <= 40 * S


def test_what_a_person_said_is_kept_however_short() -> None:
    moments = [Section(0, 2 * S, 0.5, 0.2), Section(2 * S, 30 * S, 0.5, 0.2)]
    assert sections(moments, start=0, end=30 * S, is_said=True) == moments


def test_no_mood_is_a_plain_one() -> None:
    assert sections([], start=S, end=9 * S) == [Section(S, 9 * S, 0.0, 0.3)]


@pytest.mark.parametrize(("moments", "end", "message"), [
    ([Section(0, S, 2.0, 0.1)], S, "valence must lie in -1..1"),
    ([], 0, "the end must lie after the start"),
])  # fmt: skip
def test_what_cannot_be_is_refused(moments: list[Section], end: int, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        sections(moments, start=0, end=end)
