import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.learn.neighbours import by_viewers, popularity, popularity_near, title_likeness
from tests.learn.tastes import tastes

GIVEN = tastes()[0]
MATRIX = GIVEN.matrix()
ALIKE = np.arange(60)[:, None] % 3 == np.arange(60)[None, :] % 3


def test_titles_of_one_group_are_alike() -> None:
    likeness = title_likeness(MATRIX)
    assert likeness[ALIKE].mean() > 2 * likeness[~ALIKE].mean()
    assert not np.diag(likeness).any()


def test_shrinkage_draws_towards_nothing_and_few_are_kept() -> None:
    assert (title_likeness(MATRIX, shrinkage=50) <= title_likeness(MATRIX, shrinkage=0)).all()
    assert ((title_likeness(MATRIX, nearest=4) > 0).sum(axis=0) >= 1).all()
    assert (title_likeness(MATRIX, nearest=4) > 0).sum() < (title_likeness(MATRIX) > 0).sum()
    with pytest.raises(SettingError, match="shrinkage must not be negative"):
        title_likeness(MATRIX, shrinkage=-1)


def test_people_who_watch_alike_say_what_is_liked() -> None:
    scores = by_viewers(MATRIX, MATRIX, GIVEN.matrix(disliked=0), nearest=10)
    mine = np.arange(90)[:, None] % 3 == np.arange(60)[None, :] % 3
    assert scores[mine].mean() > 3 * scores[~mine].mean()


def test_what_is_older_counts_less() -> None:
    ages = np.where(MATRIX.indices == 0, 10.0, 0.0)
    faded, plain = popularity(MATRIX, ages, half_life=1), popularity(MATRIX)
    assert faded[0] == pytest.approx(plain[0] / 1024)
    assert faded[1] == plain[1]
    with pytest.raises(SettingError, match="half_life must be above 0"):
        popularity(MATRIX, ages, half_life=0)


def test_what_was_watched_at_the_time_counts_most() -> None:
    liked = np.array([[1.0, 0], [0, 1]])
    found = popularity_near(liked, np.array([1990.0, 2020]), np.array([1991.0, np.nan]))
    assert found[0, 0] > 0.99
    assert found[1].tolist() == [0.5, 0.5]
