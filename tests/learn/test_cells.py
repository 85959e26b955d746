import math
from datetime import date

import numpy as np

from kinoeye.learn.cells import days, is_bracketed, names_in, numbers, separator_of


def test_what_is_infinite_is_missing() -> None:
    assert [math.isnan(each) for each in numbers([1, "2", math.inf, "-inf", None, "x", "1_000"])] == [
        False, False, True, True, True, True, True,
    ]  # fmt: skip


def test_dates_in_any_form() -> None:
    assert days([date(1970, 1, 2), "1970-01-02", "1970/1/2 10:00"]).tolist() == [1.0, 1.0, 1.0]


def test_a_comma_in_sentences_parts_nothing() -> None:
    assert separator_of(["He came, she went", "One, two", "Never, ever again"]) is None
    assert separator_of(["Drama, War", "Drama", "War, Comedy", "Comedy", "Drama, Comedy"]) == ","
    assert separator_of(["剧情、战争", "剧情", "战争"]) == "、"


def test_lists_of_records_give_their_names() -> None:
    assert names_in('[{"id": 1, "name": "Drama"}, {"id": 2, "name": "War"}]', None) == ("Drama", "War")
    assert names_in(np.asarray(["a", "b"], object), None) == ("a", "b")
    assert is_bracketed(["['a']", "[]x", "['b', 'c']"]) is False
