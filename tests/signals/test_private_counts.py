import math

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.signals.private_counts import bounded, counted

pytest.importorskip("opendp")


def _seen(viewers: int = 3000, groups: int = 6) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    return np.repeat(np.arange(viewers), 4), draw.integers(0, groups, viewers * 4)


def test_no_viewer_counts_for_more_than_agreed() -> None:
    viewers, groups = bounded(*_seen(), 2, seed=1)
    assert np.unique(viewers, return_counts=True)[1].max() == 2
    assert len(np.unique(np.column_stack([viewers, groups]), axis=0)) == len(viewers)


def test_which_groups_a_viewer_counts_for_is_chance() -> None:
    viewers, groups = np.zeros(10, np.int64), np.arange(10)
    chosen = {int(bounded(viewers, groups, 1, seed=seed)[1][0]) for seed in range(60)}
    assert len(chosen) >= 8


def test_counts_are_as_near_as_is_said() -> None:
    viewers, groups = _seen()
    exact = np.bincount(bounded(viewers, groups, 6)[1], minlength=7)
    counts, noise = counted(viewers, groups, range(7), epsilon=1.0, most=6)
    assert set(counts) == set(range(7)) and noise.delta == 0
    off = [abs(counts[each] - exact[each]) for each in range(6)]
    assert np.median(off) <= noise.off and counts[6] <= 5 * noise.off, "an empty group is counted like any other"


def test_noise_grows_with_what_one_viewer_can_change_and_falls_with_epsilon() -> None:
    viewers, groups = _seen()
    scales = [counted(viewers, groups, range(6), epsilon=e, most=m)[1].scale for e, m in ((1, 1), (1, 4), (0.1, 4))]
    assert scales == pytest.approx([1, 4, 40], rel=1e-4)


def test_only_large_groups_are_named_where_none_is_known() -> None:
    viewers, groups = _seen()
    groups = np.where(np.arange(len(groups)) < 3, 100 + np.arange(len(groups)), groups)
    counts, noise = counted(viewers, groups, None, epsilon=1.0, most=4, delta=1e-9)
    assert set(counts) == set(range(6)) and min(counts.values()) >= noise.threshold > 50


@pytest.mark.parametrize(("given", "match"), [
    ({"epsilon": 0.0}, "epsilon must lie above 0"),
    ({"epsilon": math.inf}, "epsilon must lie above 0"),
    ({"epsilon": 1.0, "most": 0}, "most must be 1 or more"),
])  # fmt: skip
def test_settings_are_checked(given: dict[str, float], match: str) -> None:
    with pytest.raises(SettingError, match=match):
        counted(*_seen(9), [0], **given)  # type: ignore[arg-type]


def test_a_threshold_needs_a_chance() -> None:
    with pytest.raises(SettingError, match="delta must lie above 0"):
        counted(*_seen(9), None, epsilon=1.0)
