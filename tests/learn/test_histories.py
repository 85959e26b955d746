import numpy as np
import pytest

from kinoeye.errors import InputError
from kinoeye.learn.histories import histories, well_filled

VIEWER, TITLE = np.array([0, 0, 1, 1, 0]), np.array([0, 1, 0, 2, 0])
LIKED, TIME = np.array([True, False, True, True, False]), np.array([1.0, 2, 3, np.nan, 4])


def test_of_a_pair_the_latest_counts() -> None:
    given = histories(VIEWER, TITLE, LIKED, TIME)
    assert len(given) == 4
    assert not given.liked[0]
    assert given.matrix(disliked=0.5).toarray().tolist() == [[0.5, 0.5, 0], [1, 0, 1]]
    assert given.matrix(disliked=0).nnz == 2


def test_times_that_are_not_known_count_for_nothing() -> None:
    given = histories(VIEWER, TITLE, LIKED, TIME)
    assert given.middle.tolist() == [3, 3]
    assert given.last.tolist() == [4, 3]
    assert np.isnan(histories(VIEWER, TITLE, LIKED, np.full(5, np.nan)).last).all()


def test_viewers_get_the_numbers_of_their_places() -> None:
    given = histories(VIEWER, TITLE, LIKED, TIME).of(np.array([1]))
    assert given.viewers == 1
    assert given.viewer.tolist() == [0, 0]
    assert given.lengths.tolist() == [2]


def test_who_has_too_little_is_left_out() -> None:
    kept, viewers, titles = well_filled(histories(VIEWER, TITLE, LIKED, TIME), least_liked=2, least_fans=1)
    assert viewers.tolist() == [1]
    assert titles.tolist() == [0, 2]
    assert kept.title.tolist() == [0, 1]


def test_numbers_that_cannot_be_are_named() -> None:
    with pytest.raises(InputError, match=r"titles must lie in 0\.\.1, got 0\.\.2"):
        histories(VIEWER, TITLE, LIKED, TIME, titles=2)


def test_nothing_is_no_trouble() -> None:
    none = np.zeros(0, np.int64)
    given = histories(none, none, np.zeros(0, bool), np.zeros(0))
    assert (given.viewers, given.titles, len(given)) == (0, 0, 0)
