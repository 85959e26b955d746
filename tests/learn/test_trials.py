import numpy as np
import pytest

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.trials import arm_of_mean, arm_of_share, power_of, verdict, viewers_needed


def test_viewers_needed_are_those_of_the_tables() -> None:
    assert viewers_needed(0.10, 0.02) == pytest.approx(3841, abs=3)
    assert viewers_needed(0, 0.5, deviation=1.0) == 63


def test_so_many_viewers_have_the_power_asked_for() -> None:
    for power in (0.8, 0.95):
        assert power_of(0.1, 0.02, viewers_needed(0.1, 0.02, power=power)) == pytest.approx(power, abs=0.01)


def test_more_viewers_are_needed_for_less() -> None:
    assert viewers_needed(0.1, 0.01) > 3 * viewers_needed(0.1, 0.02)


def test_a_large_difference_is_sure_and_none_is_not() -> None:
    clear = verdict(arm_of_share(10_000, 1000), arm_of_share(10_000, 1300))
    assert clear.is_sure
    assert clear.least < 0.03 < clear.most
    assert clear.least > 0
    assert clear.chance > clear.once_chance
    alike = verdict(arm_of_share(10_000, 1000), arm_of_share(10_000, 1010))
    assert not alike.is_sure
    assert alike.least < 0 < alike.most


def test_looking_every_day_finds_nothing_where_nothing_is() -> None:
    random = np.random.default_rng(1)
    always, once = 0, 0
    for _ in range(200):
        counts = np.cumsum(random.binomial(100, 0.2, (40, 2)), axis=0)
        told = [verdict(arm_of_share(100 * day, int(one)), arm_of_share(100 * day, int(other)), hoped=0.03)
                for day, (one, other) in enumerate(counts, 1)]  # fmt: skip
        always += any(each.is_sure for each in told)
        once += any(each.once_chance < 0.05 for each in told)
    assert always <= 0.05 * 200
    assert once > 0.2 * 200


def test_an_uneven_split_shows() -> None:
    assert verdict(arm_of_share(10_000, 1), arm_of_share(10_500, 1)).share_of_viewers < 0.001
    assert verdict(arm_of_share(10_000, 1), arm_of_share(10_050, 1)).share_of_viewers > 0.5


def test_means_are_judged_too() -> None:
    found = verdict(arm_of_mean(2000, 30.0, 12.0), arm_of_mean(2000, 33.0, 12.0), hoped=2)
    assert found.is_sure
    assert found.difference == pytest.approx(3)


def test_wrong_use_is_named() -> None:
    with pytest.raises(InputError, match=r"must lie in 0\.\.viewers"):
        arm_of_share(10, 11)
    with pytest.raises(InputError, match="an arm must have 2 viewers"):
        arm_of_mean(1, 2, 3)
    with pytest.raises(SettingError, match="change must be a number other than 0"):
        viewers_needed(0.1, 0)
    with pytest.raises(SettingError, match="shares before and after"):
        viewers_needed(0.9, 0.2)
    with pytest.raises(SettingError, match="error must lie between 0 and 1"):
        verdict(arm_of_share(10, 1), arm_of_share(10, 1), error=0)
