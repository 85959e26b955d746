from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import situation_of
from kinoeye.learn.features import framed
from kinoeye.learn.known import known
from kinoeye.learn.model import Model, fitted
from kinoeye.learn.problems import problem_of
from kinoeye.learn.table_columns import Column
from kinoeye.learn.views import Material
from kinoeye.learn.why import telling, why_rows

Films = Callable[..., pa.Table]

WET, DRY = ["rain", "storm", "umbrella", "cloud", "grey", "cold"], ["sun", "beach", "warm", "sand", "blue", "sky"]
COLUMNS = (Column("plot", "text"), Column("minutes", "number"))


def _model(films: Films, name: str) -> Model:
    table = films(160)
    problem = problem_of(table["mood"].to_pylist(), "mood")
    material = Material(problem, framed(COLUMNS, {each.name: table[each.name].to_pylist() for each in COLUMNS}))
    candidates = known(situation_of(problem, [each.kind for each in COLUMNS]))
    chosen = next(each for each in candidates if each.name == name)
    return fitted("mood", material, chosen, chosen.settings[0], Calibration((1.0,), (0.0,), (0.5,)))


@pytest.mark.parametrize("name", ["linear SVM", "naive Bayes", "random forest"])
def test_the_words_that_tell_are_named_for_what_a_row_got(name: str, films: Films) -> None:
    model = _model(films, name)
    frame = model.frame(films(12, 4))
    chances = model.chances(frame)
    hits = 0
    for answer, why in zip(model.named(chances), why_rows(model, frame, chances, most=3), strict=True):
        assert {each.answer for each in why} == {answer}
        best = max(why, key=lambda each: each.weight)
        hits += bool({*best.part.split(" ")} & {*(WET if answer == "tense" else DRY)}) or best.column == "minutes"
    assert hits >= (5 if name == "random forest" else 10)  # a forest looks at directions of many words


def test_weights_and_values_add_up_to_the_score(films: Films) -> None:
    model = _model(films, "linear SVM")
    frame = model.frame(films(5, 4))
    chances = model.chances(frame)
    offset = float(model.estimator.parts[0].intercept_[0])  # type: ignore[attr-defined]
    for row, own in enumerate(why_rows(model, frame, chances, most=1000)):
        sign = 1 if model.named(chances)[row] == model.classes[1] else -1
        assert sign * sum(each.weight for each in own) + offset == pytest.approx(model.scores(frame)[row], abs=1e-4)


def test_over_all_rows_the_plot_tells_more_than_the_minutes(films: Films) -> None:
    model = _model(films, "random forest")
    assert next(each.column for each in telling(model, model.frame(films(80, 5)))) == "plot"
    linear = _model(films, "linear SVM")
    words = {each.part for each in telling(linear, linear.frame(films(80, 5)), most=6) if each.part}
    assert len(words & {*WET, *DRY}) >= 3


def test_a_gap_and_a_word_nobody_knows_are_answered_for(films: Films) -> None:
    model = _model(films, "random forest")
    values = {"plot": ["", "unknown words only"], "minutes": [None, float("nan")]}
    frame = framed(COLUMNS, values, model.encoder.known())
    assert np.isfinite(model.chances(frame)).all()
    assert len(why_rows(model, frame, model.chances(frame))) == 2
