import json

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.errors import InputError, SettingError
from kinoeye.learn import clusters
from kinoeye.learn.learning import Wishes, learnt
from kinoeye.learn.saving import opened, saved


def _table(apart: float) -> pa.Table:
    chance = np.random.default_rng(1)
    places = np.repeat([[0, 0], [apart, 0], [0, apart]], 40, axis=0)
    values = places + chance.normal(size=(120, 2))
    return pa.table({"x": values[:, 0], "y": values[:, 1]})


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_COUNTS", (2, 3, 4))


def test_groups_that_are_there_are_found_and_kept() -> None:
    outcome = learnt(_table(12.0), Wishes("look", kind="clustering"))
    assert outcome.choice.picked and dict(outcome.choice.setting) == {"count": 3}
    assert outcome.model is not None
    again, _ = opened(saved(outcome.model, {}), clusters.candidates())
    own = again.named(again.chances(again.frame(_table(12.0))))
    assert [len({*own[each : each + 40]}) for each in (0, 40, 80)] == [1, 1, 1] and len(set(own)) == 3
    assert json.dumps(own)


def test_where_there_are_no_groups_none_are_told() -> None:
    outcome = learnt(_table(0.0), Wishes("look", kind="clustering"))
    assert outcome.choice.picked == "" and outcome.model is None
    assert any(each.key == "why_groups_none" for each in outcome.choice.why)


def test_bad_input_is_said() -> None:
    with pytest.raises(InputError, match="at least 24 rows, got 10"):
        learnt(_table(1.0).slice(0, 10), Wishes("look", kind="clustering"))
    with pytest.raises(SettingError, match="a name that no column has"):
        learnt(_table(1.0), Wishes("x", kind="clustering"))
