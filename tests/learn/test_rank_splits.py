import numpy as np
import pytest

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.histories import Histories
from kinoeye.learn.rank_splits import Split, at_time, cold_titles, leave_last, strong
from tests.learn.tastes import tastes

GIVEN = tastes()[0]


def pairs(given: Histories) -> set[tuple[int, int]]:
    return set(zip(given.viewer.tolist(), given.title.tolist(), strict=True))


def check(split: Split) -> None:
    assert split.asked.viewers == split.wanted.viewers == len(split.viewers)
    assert not pairs(split.asked) & pairs(split.wanted)
    assert split.wanted.liked.all()


def test_held_viewers_are_not_learnt_from() -> None:
    split = strong(GIVEN, held=20)
    check(split)
    assert split.learnt.viewers == 70
    whole = GIVEN.of(split.viewers)
    assert pairs(split.asked) | pairs(split.wanted) <= pairs(whole)
    assert len(split.learnt) + len(whole) == len(GIVEN)


def test_the_last_title_of_each_is_hidden() -> None:
    split = leave_last(GIVEN)
    check(split)
    assert len(GIVEN) - len(split.learnt) == (GIVEN.lengths > 1).sum()
    assert (split.wanted.time > split.asked.last[split.wanted.viewer]).all()
    assert not pairs(GIVEN.of(split.viewers)) - pairs(split.asked) - pairs(leave_last(GIVEN).wanted)


def test_nothing_learnt_is_later_than_what_is_to_be_found() -> None:
    split = at_time(GIVEN)
    check(split)
    assert split.learnt.time.max() < split.wanted.time.min()
    assert split.asked.time.max() < split.wanted.time.min()


def test_cold_titles_stand_in_no_history() -> None:
    split, cold = cold_titles(GIVEN, held=20)
    check(split)
    assert len(cold) == 12
    assert not np.isin(split.learnt.title, cold).any()
    assert not np.isin(split.asked.title, cold).any()
    assert np.isin(split.wanted.title, cold).all()


def test_wrong_use_is_named() -> None:
    with pytest.raises(SettingError, match=r"held viewers must lie in 1\.\.89, got 90"):
        strong(GIVEN, held=90)
    with pytest.raises(SettingError, match="share must lie between 0 and 1"):
        strong(GIVEN, held=9, share=1)
    timeless = Histories(GIVEN.viewer, GIVEN.title, GIVEN.liked, np.full(len(GIVEN), np.nan), 90, 60)
    with pytest.raises(InputError, match="entries must have times"):
        at_time(timeless)
    with pytest.raises(InputError, match="entries must have times"):
        leave_last(timeless)
