"""The page of a title: three curves over one clock, in two languages, and which moments lose viewers beyond chance."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.audience.retention import RETENTION
from kinoeye.errors import UseError
from kinoeye.export.retention_drawing import said
from kinoeye.export.retention_page import retention_page, steps_of
from kinoeye.signals.retaining import staying


def rows_of(hazard, viewers=2000, seed=1):
    random = np.random.default_rng(seed)
    there, left = [], []
    now = viewers
    for each in hazard:
        gone = random.binomial(now, each)
        there.append(now)
        left.append(gone)
        now -= gone
    count = len(hazard)
    stays, low, high = staying(np.array(left), np.array(there))
    zero = np.zeros(count, np.int64)
    return RETENTION.from_columns(
        title=["Rain & <sun>"] * count, second=np.arange(count), there=there, watched=there, replayed=zero + 3,
        skipped=zero, left=left, left_low=zero, left_high=zero, finished=zero, stays=stays, stays_low=low,
        stays_high=high,
    )  # fmt: skip


def test_the_planted_moment_is_marked_and_no_other():
    hazard = np.full(1200, 0.0008)
    hazard[600:610] = 0.02
    rows = rows_of(hazard)
    more = [step for step in steps_of(rows.to_pylist()) if step["is_more"]]
    assert [(step["begin"], step["end"]) for step in more] == [(600, 610)]
    page = retention_page(rows, title="Rain & <sun>").decode()
    assert "Rain &amp; &lt;sun&gt;" in page
    assert "<sun>" not in page
    assert page.count('<svg class="chart"') == 3
    assert page.count('class="gap"') == 1
    assert "10:00" in page
    assert "留存" in page


def test_chance_alone_marks_hardly_anything():
    marked = [any(step["is_more"] for step in steps_of(rows_of(np.full(600, 0.002), 300, seed).to_pylist()))
              for seed in range(40)]  # fmt: skip
    assert sum(marked) <= 5


def test_short_titles_and_one_viewer():
    for count in (1, 2, 119, 121):
        assert b"</html>" in retention_page(rows_of(np.full(count, 0.1), 1), title="t", language="zh")


def test_nothing_is_said():
    with pytest.raises(UseError, match="retention: must have rows of a title, got none"):
        retention_page(pa.table({name: [] for name in RETENTION.schema.names}), title="t")


def test_times():
    assert [said(each) for each in (0, 61, 3600, 86_399)] == ["0:00", "1:01", "1:00:00", "23:59:59"]
