"""How an asset is looked at: ranges that the settings choose, places that must not be seen."""

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.media.seeing import Veil, muted
from kinoeye.run.seeing import VEILS, range_of, seeing_of
from kinoeye.run.settings import MediaSettings
from kinoeye.store.decisions import Decision
from kinoeye.timecode import FLICKS_PER_SECOND

SECOND = FLICKS_PER_SECOND


def test_ranges_are_those_of_the_assets_own_paths() -> None:
    media = MediaSettings(full_rate=("day 1/*.mp4 0:10-0:12.5", "other.mov 1-2", "day 1/a.mp4 3-4"))
    seeing = seeing_of("a", ["copy.mp4", "day 1/a.mp4"], media, [])
    assert seeing.ranges == ((3 * SECOND, 4 * SECOND), (10 * SECOND, 25 * SECOND // 2))
    assert seeing_of("a", ["b.mp4"], media, []).ranges == ()


def test_a_path_may_hold_spaces_and_digits() -> None:
    assert range_of("take 2-1 b.mp4 1:00:00 - 1:00:01") == ("take 2-1 b.mp4", 3600 * SECOND, 3601 * SECOND)


@pytest.mark.parametrize("text", ["a.mp4", "a.mp4 3-2", "a.mp4 3-3", "a.mp4 1:2:3:4-9", "3-4", "a.mp4 x-4"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match=r"full_rate must be paths with a range of time.*Write it as"):
        range_of(text)


def test_only_the_assets_own_veils_lie_over_it() -> None:
    key = {"start": 0, "end": 9, "x": 0.1, "y": 0.2, "w": 0.3, "h": 0.4}
    said = [Decision(VEILS, {**key, "asset": asset}, {"veiled": True}) for asset in ("a", "b")]
    said.append(Decision("shots", {"asset": "a", "at": 3}, {"transition": "cut"}))
    assert seeing_of("a", ["a.mp4"], MediaSettings(), said).veils == (Veil(0, 9, 0.1, 0.2, 0.3, 0.4),)


def test_mutes_are_silent_to_the_sample_in_any_block_and_nothing_else_is_touched() -> None:
    tick = FLICKS_PER_SECOND // 16_000
    sound = np.arange(1, 101, dtype=np.int16)
    mutes = ((10 * tick, 20 * tick), (95 * tick + 1, 200 * tick))
    whole = muted(sound, 0, 16_000, mutes)
    assert np.flatnonzero(whole == 0).tolist() == [*range(10, 20), *range(95, 100)]
    parts = [muted(sound[at : at + 7], at * tick, 16_000, mutes) for at in range(0, 100, 7)]
    assert np.array_equal(np.concatenate(parts), whole)
    assert muted(sound, 500 * tick, 16_000, mutes) is sound and sound.all()
