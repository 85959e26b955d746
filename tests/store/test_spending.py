from pathlib import Path

import pytest

from kinoeye.errors import ConsentError, UseError
from kinoeye.run.list import TABLES
from kinoeye.store.index import Index
from kinoeye.store.spending import Spending


@pytest.fixture
def spending(tmp_path: Path) -> Spending:
    return Spending(Index(str(tmp_path), TABLES))


def test_answers_spend_until_nothing_is_left(spending: Spending) -> None:
    for number in range(4):
        spending.answer({"question": str(number)}, 0.25, 0.0, lambda: {"counts": [1]})
    assert spending.budget().left == pytest.approx(0) and spending.budget().answers == 4
    with pytest.raises(ConsentError, match=r"no more epsilon than is left, 0 of 1, got 0\.1"):
        spending.answer({"question": "more"}, 0.1, 0.0, lambda: {"counts": [1]})
    assert spending.budget().answers == 4, "what was refused is not spent"


def test_the_same_question_is_answered_as_before_and_spends_nothing(spending: Spending) -> None:
    first = spending.answer({"question": "a"}, 0.5, 0.0, lambda: {"counts": [7]})
    assert spending.answer({"question": "a"}, 0.5, 0.0, lambda: {"counts": [8]}) == first == {"counts": [7]}
    assert spending.budget().spent_epsilon == 0.5


def test_who_was_stopped_before_an_answer_has_spent_once(spending: Spending) -> None:
    def stopped() -> dict[str, int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spending.answer({"question": "a"}, 0.5, 0.0, stopped)
    assert spending.budget().spent_epsilon == 0.5
    spending.answer({"question": "a"}, 0.5, 0.0, lambda: {"counts": [1]})
    assert spending.budget().spent_epsilon == 0.5


def test_a_person_may_set_the_limit(spending: Spending) -> None:
    spending.allow(3.0, who="Ana", why="the ministry's statistics")
    assert spending.budget().left == 3
    spending.allow(0.0)
    with pytest.raises(ConsentError):
        spending.answer({"question": "a"}, 0.1, 0.0, dict)
    with pytest.raises(UseError, match="epsilon must be 0 or more"):
        spending.allow(-1.0)


def test_a_chance_has_a_limit_too(spending: Spending) -> None:
    with pytest.raises(ConsentError, match="no more delta"):
        spending.answer({"question": "a"}, 0.1, 1e-3, dict)
