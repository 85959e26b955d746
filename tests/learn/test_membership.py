from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.apart import apart
from kinoeye.learn.ease import ease
from kinoeye.learn.histories import Histories
from kinoeye.learn.membership import Teach, attack
from tests.learn.tastes import tastes

GIVEN = tastes(viewers=120, titles=80)[0]


def teach(ridge: float) -> Teach:
    def learn(learnt: Histories) -> Callable[[Histories], Any]:
        weights = ease(learnt.matrix(), ridge=ridge)
        return lambda asked: asked.matrix() @ weights

    return learn


def test_what_is_learnt_by_heart_gives_its_people_away() -> None:
    found = attack(GIVEN, teach(0.5), shadows=4)["scores"]
    assert found.auc > 0.95
    assert found.least <= found.auc <= found.most
    assert found.auc >= found.plain_auc
    assert found.caught > 0.5


def test_noise_gives_less_away() -> None:
    random = np.random.default_rng(5)

    def learn(learnt: Histories) -> Callable[[Histories], Any]:
        weights = ease(learnt.matrix(), ridge=20)
        weights += random.normal(0, 0.5, weights.shape).astype(np.float32)
        return lambda asked: asked.matrix() @ weights

    assert attack(GIVEN, learn, shadows=4)["scores"].auc < attack(GIVEN, teach(20), shadows=4)["scores"].auc - 0.1


def test_what_learns_nothing_gives_nobody_away() -> None:
    known = np.random.default_rng(3).random((80,)).astype(np.float32)
    found = attack(GIVEN, lambda learnt: lambda asked: np.tile(known, (asked.viewers, 1)), shadows=4)["scores"]
    assert 0.35 < found.auc < 0.65


def test_who_is_answered_by_what_has_not_learnt_from_them_is_not_given_away() -> None:
    found = attack(GIVEN, lambda learnt: apart(learnt, teach(20), parts=5), shadows=4)["scores"]
    assert found.auc < 0.75


def test_one_title_at_a_time_gives_people_away_too() -> None:
    assert attack(GIVEN, teach(20), sees=("singles",), shadows=4)["singles"].auc > 0.9


def test_lists_alone_give_people_away_too() -> None:
    assert attack(GIVEN, teach(20), sees=("lists",), shadows=4)["lists"].auc > 0.9


def test_wrong_use_is_named() -> None:
    with pytest.raises(SettingError, match="sees must be of scores, lists, singles, got everything"):
        attack(GIVEN, teach(1), sees=("everything",))
    with pytest.raises(SettingError, match="2 shadows or more, got 1"):
        attack(GIVEN, teach(1), shadows=1)
    with pytest.raises(InputError, match="20 viewers with two titles, got 3"):
        attack(GIVEN.of(np.arange(3)), teach(1))
