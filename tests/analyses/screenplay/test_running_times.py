"""Running times follow the rule until footage says how fast a production really is."""

import numpy as np
import pytest

from kinoeye.analyses.editing.coverage import COVERAGE
from kinoeye.analyses.screenplay.running_times import RUNNING_TIMES, running_times
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

EMPTY = COVERAGE.stored_schema.empty_table()
TEXT = "INT. ROOM - DAY\n\nRain.\n\n" + "".join(f"ANNA\n{' '.join(['word'] * (5 + n % 9))}\n\n" for n in range(40))


def _seconds(rows, column="length"):
    return [row[column] / FLICKS_PER_SECOND for row in rows.to_pylist()]


def test_by_the_rule_a_scene_lasts_as_long_as_its_words(tables):
    lines = tables({"a": "INT. A - DAY\n\nANNA\n" + "word " * 165 + "\n\nINT. B - DAY\n\nBEN\n" + "字" * 125 + "\n"})
    rows = running_times(lines["lines"], EMPTY)
    assert _seconds(rows) == pytest.approx([60.0, 30.0])
    assert {(row["how"], row["least"]) for row in rows.to_pylist()} == {("rule", None)}


def test_a_page_of_action_lasts_a_minute(tables):
    page = "\n\n".join(f"Line {number}." for number in range(26))
    assert _seconds(running_times(tables({"a": f"INT. A - DAY\n\n{page}\n"})["lines"], EMPTY)) == pytest.approx(
        [60 * 52 / 54], rel=0.01
    )


def _shot(lines, factor, share=1.0, noise=0.0):
    """Return takes in which dialogue lasts so many times as long as by the rule."""
    random = np.random.default_rng(3)
    rows = [row for row in lines.to_pylist() if row["kind"] == "dialogue"]
    rows = rows[: round(share * len(rows))]
    return COVERAGE.from_rows(
        {"asset": "t", "take_order": 0, "run": 0, "script": row["asset"], "scene": row["scene"], "line": row["line"],
         "start": 0, "status": "covered",
         "end": from_seconds(factor * len(row["text"].split()) * 60 / 165 * np.exp(noise * random.normal()))}
        for row in rows
    )  # fmt: skip


@pytest.mark.parametrize("factor", [0.7, 1.6])
def test_footage_teaches_the_pace(tables, factor):
    lines = tables({"a": TEXT})["lines"]
    row = running_times(lines, _shot(lines, factor, share=0.5, noise=0.2), trust=5.0).to_pylist()[0]
    rule = running_times(lines, EMPTY).to_pylist()[0]
    assert row["dialogue"] / rule["dialogue"] == pytest.approx(factor, rel=0.12)
    assert (row["how"], row["learnt_lines"], row["ruled"]) == ("footage", 20, rule["length"])
    assert row["least"] < row["length"] < row["most"]


def test_little_footage_changes_little(tables):
    lines = tables({"a": TEXT})["lines"]
    rule, few, many = (
        running_times(lines, coverage).to_pylist()[0]["dialogue"]
        for coverage in (EMPTY, _shot(lines, 2.0, share=0.1), _shot(lines, 2.0))
    )
    assert rule < few < (rule + many) / 2 < many


def test_the_bounds_hold_nine_times_of_ten(tables):
    """Scenes that were not learnt from, with lines as uneven as those that were."""
    random = np.random.default_rng(11)
    scenes = "".join(f"INT. R{n} - DAY\n\n" + TEXT.partition("\n\n")[2] for n in range(40))
    lines = tables({"a": scenes})["lines"]
    coverage = _shot(lines, 1.3, share=0.25, noise=0.4)
    rows = [row for row in running_times(lines, coverage, trust=1.0).to_pylist() if row["scene_order"] > 10]
    words = [5 + n % 9 for n in range(40)]
    real = [1.3 * sum(each * 60 / 165 * np.exp(0.4 * random.normal()) for each in words) for _ in rows]
    inside = [
        row["least"] <= from_seconds(own) + row["action"] <= row["most"] for row, own in zip(rows, real, strict=True)
    ]
    assert np.mean(inside) >= 0.7


def test_settings_have_limits(tables):
    with pytest.raises(SettingError, match=r"words_a_minute must lie in 40\.\.400, got 4"):
        running_times(tables({"a": TEXT})["lines"], EMPTY, words_a_minute=4.0)


def test_no_scenes_no_times(tables):
    assert running_times(tables({"a": ""})["lines"], EMPTY).equals(RUNNING_TIMES.schema.empty_table())
