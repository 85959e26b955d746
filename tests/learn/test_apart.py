import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.learn.apart import apart, nearest
from kinoeye.learn.histories import Histories
from tests.learn.tastes import tastes

GIVEN = tastes()[0]


def test_everyone_is_answered_by_what_has_not_learnt_from_them() -> None:
    seen: list[int] = []

    def teach(learnt: Histories):  # type: ignore[no-untyped-def]
        seen.append(learnt.viewers)
        return lambda asked: np.full((asked.viewers, asked.titles), len(seen), np.float32)

    model = apart(GIVEN, teach, parts=3)
    assert seen == [60, 60, 60]
    assert (model.part_of(GIVEN) == model.part).all()
    assert model(GIVEN).shape == (90, 60)


def test_part_of_a_history_still_finds_its_viewer() -> None:
    most = GIVEN.only(np.random.default_rng(1).random(len(GIVEN)) < 0.7)
    assert (nearest(most.matrix(), GIVEN.matrix()) == np.arange(90)).mean() > 0.9


def test_one_part_is_wrong_use() -> None:
    with pytest.raises(SettingError, match="parts must be 2 or more"):
        apart(GIVEN, lambda learnt: lambda asked: np.zeros((1, 1)), parts=1)
