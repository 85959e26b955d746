"""The whole way from a table to a choice."""

import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.errors import InputError, SettingError
from kinoeye.learn import halving, learning
from kinoeye.learn.learning import Surroundings, Wishes, learnt

Films = Callable[..., pa.Table]


def test_what_is_there_is_found_and_said(quick: None, films: Films) -> None:
    outcome = learnt(films(150), Wishes("mood"))
    choice = outcome.choice
    assert choice.picked and choice.score.score > 0.9 > choice.dumb.score
    assert choice.score.low <= choice.score.score <= choice.score.high
    assert {each.name for each in choice.tried if each.score} >= {choice.picked}
    assert all(each.cost.train > 0 and each.cost.size > 0 for each in choice.tried if each.cost)
    assert [each.key for each in choice.why][:2] == ["kind_two", "why_tried"]
    assert outcome.model is not None
    assert outcome.model.named(outcome.model.chances(outcome.model.frame(films(40, 9)))) == films(40, 9)[
        "mood"
    ].to_pylist() or np.mean([one == other for one, other in zip(
        outcome.model.named(outcome.model.chances(outcome.model.frame(films(40, 9)))), films(40, 9)["mood"].to_pylist(),
        strict=True)]) > 0.85  # fmt: skip


def test_where_nothing_tells_the_label_none_is_picked(quick: None, films: Films) -> None:
    table = films(100)
    mixed = np.random.default_rng(5).permutation(table["mood"].to_pylist()).tolist()
    outcome = learnt(table.set_column(3, "mood", pa.array(mixed)), Wishes("mood", columns=("minutes",)))
    assert outcome.choice.picked == "" and outcome.model is None
    assert outcome.choice.why[-1].key == "why_none"


def test_twice_the_same(quick: None, films: Films) -> None:
    first, second = (learnt(films(90), Wishes("mood")) for _ in range(2))
    one, other = ({each.name: (each.score, each.setting) for each in run.choice.tried} for run in (first, second))
    assert one == other and first.data == second.data


@pytest.mark.parametrize(("label", "kind", "picked"), [
    (lambda number, tense: "|".join(["wet"] * tense + ["long"] * (number % 3 == 0) or ["plain"]), "multi-label", True),
    (lambda number, tense: ["a", "b", "c"][tense + (number % 9 == 0)], "multi-class", True),
    (lambda number, tense: 100.0 + 10 * tense + number % 7 / 10, "regression", True),
])  # fmt: skip
def test_every_kind(quick: None, label: object, kind: str, picked: bool, films: Films) -> None:
    assert callable(label)
    table = films(120)
    tense = [int(each == "tense") for each in table["mood"].to_pylist()]
    table = table.append_column("what", pa.array([label(number, each) for number, each in enumerate(tense)]))
    outcome = learnt(table, Wishes("what", columns=("plot", "minutes")))
    assert outcome.choice.answered.problem.kind == kind
    assert bool(outcome.choice.picked) is picked


def test_a_ranking_within_questions(quick: None) -> None:
    chance = np.random.default_rng(1)
    value = chance.normal(size=160)
    table = pa.table({"viewer": np.repeat(np.arange(20), 8), "value": value, "noise": chance.normal(size=160),
                      "stars": np.clip(np.round(value + 3), 1, 5)})  # fmt: skip
    outcome = learnt(table, Wishes("stars", query="viewer"))
    assert outcome.choice.metric == "ndcg" and outcome.choice.picked
    assert outcome.choice.score.score > outcome.choice.dumb.score + 0.05


def test_what_finished_folds_gave_is_not_done_again(quick: None, monkeypatch: pytest.MonkeyPatch, films: Films) -> None:
    kept: dict[str, bytes] = {}
    whole = learnt(films(90), Wishes("mood"), Surroundings(kept=kept))
    assert len(kept) == 5
    kept["fold-2-of-5"] = b"damaged"
    done: list[int] = []
    real = learning.choose.__globals__["outer"].outer_fold
    monkeypatch.setattr(learning.choose.__globals__["outer"], "outer_fold",
                        lambda *each: done.append(1) or real(*each))  # fmt: skip
    again = learnt(films(90), Wishes("mood"), Surroundings(kept=kept))
    assert len(done) == 1
    assert again.choice.score == whole.choice.score


def test_time_that_is_up_leaves_a_choice(quick: None, films: Films) -> None:
    outcome = learnt(films(90), Wishes("mood", budget=1e-3))
    assert outcome.choice.folds == 1 and outcome.choice.planned == 5
    assert any(each.key == "why_budget" for each in outcome.choice.why) or not outcome.choice.picked


def test_groups_are_held_out_whole(quick: None) -> None:
    """Rows of one film share a word that nobody else has: without groups it would give the label away."""
    chance = np.random.default_rng(2)
    film = np.repeat(np.arange(24), 6)
    label = chance.integers(0, 2, 24)[film]
    table = pa.table({
        "text": [f"filmword{each} filmmark{each} " + " ".join(chance.choice(list("xyzuv"), 6)) for each in film],
        "film": film, "label": np.where(label, "one", "other"),
    })  # fmt: skip
    alone = learnt(table, Wishes("label", columns=("text",), group="film"))
    mixed = learnt(table, Wishes("label", columns=("text",)))
    assert alone.choice.picked == ""
    assert mixed.choice.score.score > alone.choice.score.score + 0.2


def test_later_rows_are_held_out(quick: None, films: Films) -> None:
    table = films(120).append_column(
        "day", pa.array([f"2020-{1 + each // 10:02}-{1 + each % 10:02}" for each in range(120)])
    )
    outcome = learnt(table, Wishes("mood", time="day"))
    assert outcome.choice.is_in_time
    assert "day" not in {each.name for each in outcome.columns}


def test_a_candidate_that_falls_behind_goes_before_all_rows(
    quick: None, monkeypatch: pytest.MonkeyPatch, films: Films
) -> None:
    monkeypatch.setattr(halving, "_LEAST_ROUND", 40)
    outcome = learnt(films(400), Wishes("mood", columns=("plot",)))
    stopped = [each for each in outcome.choice.tried if each.stopped is not None]
    assert outcome.choice.picked and all(each.score is None for each in stopped)
    assert outcome.choice.score.score > 0.9


@pytest.mark.parametrize(("wishes", "error", "match"), [
    (Wishes("moood"), SettingError, "label must be a column of the table, got 'moood'"),
    (Wishes("mood", columns=("plto",)), SettingError, "--from must be a column"),
    (Wishes("mood", metric="r2"), SettingError, "metric of binary must be one of"),
    (Wishes("mood", budget=0), SettingError, "more than 0 seconds"),
    (Wishes("mood", columns=("empty",)), InputError, "at least one column must tell something"),
    (Wishes("mood", time="plot"), InputError, "dates or numbers, got 'plot'"),
    (Wishes("minutes", query="title"), InputError, "groups|questions"),
])  # fmt: skip
def test_bad_wishes_are_said_plainly(wishes: Wishes, error: type[Exception], match: str, films: Films) -> None:
    table = films(30).append_column("empty", pa.array([None] * 30, pa.string()))
    with pytest.raises(error, match=match):
        learnt(table, wishes)


def test_an_empty_table_and_three_rows(films: Films) -> None:
    with pytest.raises(InputError, match="must have rows, got none"):
        learnt(films(10).slice(0, 0), Wishes("mood"))
    with pytest.raises(InputError, match="at least 12 labels, got 3"):
        learnt(films(3), Wishes("mood"))


def test_the_clock_is_looked_at() -> None:
    assert halving.Judge.__dataclass_fields__["deadline"].default > time.monotonic()
