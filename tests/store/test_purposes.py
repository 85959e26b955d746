from datetime import date
from pathlib import Path

import pytest

from kinoeye.errors import ConsentError, UseError
from kinoeye.run.list import TABLES
from kinoeye.store.index import Index
from kinoeye.store.purposes import ALL, Purposes


@pytest.fixture
def purposes(tmp_path: Path) -> Purposes:
    return Purposes(Index(str(tmp_path), TABLES))


def test_viewers_are_counted_and_nothing_more_while_no_one_has_said(purposes: Purposes) -> None:
    assert purposes.lacking(["a"], "statistics") == []
    assert purposes.lacking(["a"], "recommend") == ["a"]
    with pytest.raises(ConsentError, match="every log must be kept for publish, got 1"):
        purposes.require(["a"], "publish")


def test_the_last_word_counts_and_a_log_of_its_own_over_all(purposes: Purposes) -> None:
    purposes.say(ALL, ["statistics", "recommend"], basis="contract", who="Ana")
    purposes.say("b", ["statistics"])
    assert purposes.lacking(["a", "b"], "recommend") == ["b"]
    purposes.say("b", [])
    assert purposes.lacking(["a", "b"], "statistics") == ["b"]
    assert purposes.of("a").basis == "contract" and purposes.of("b").purposes == ()


def test_what_is_over_may_not_be_used(purposes: Purposes) -> None:
    purposes.say("a", ["statistics", "publish"], until=date(2026, 6, 30))
    assert purposes.lacking(["a"], "publish", date(2026, 6, 30)) == []
    assert purposes.lacking(["a"], "statistics", date(2026, 7, 1)) == ["a"]
    assert purposes.of("a").is_over(date(2026, 7, 1))


def test_a_purpose_must_be_one(purposes: Purposes) -> None:
    with pytest.raises(UseError, match="must be of statistics, profiles, recommend, publish, got selling"):
        purposes.say("a", ["selling"])
