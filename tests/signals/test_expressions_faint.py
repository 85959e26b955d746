"""Faint actions: a trace above the person's own rest is told, trembling is not."""

from dataclasses import replace

import numpy as np
import pytest

from kinoeye.models.nets import net
from kinoeye.signals.expressions import Basis, read
from kinoeye.signals.expressions_faint import FAINT, lasting, tipped, traces
from kinoeye.signals.expressions_neutral import calibrated
from kinoeye.signals.expressions_units import EMOTIONS, NEUTRAL, unit_pattern
from kinoeye.timecode import FLICKS_PER_SECOND

HAPPY, SMILE = EMOTIONS.index("happiness"), FAINT.index(12)
PICTURE = FLICKS_PER_SECOND // 24


@pytest.fixture(scope="module")
def basis() -> Basis:
    mean, shapes, spread, errors, people, usual, *_ = (
        np.asarray(each, np.float64) for each in net("face-basis").run({})
    )
    return Basis(mean, shapes, spread, errors, people, float(usual))


def found(
    basis: Basis, played: list[np.ndarray], step: int = 12, turns: np.ndarray | None = None, person: float = 1.0
) -> np.ndarray:
    tremble = np.random.default_rng(3).normal(0, 0.1, (len(played), *basis.mean.shape)) * basis.spread
    points = basis.mean + person * basis.people[0] + np.tensordot(np.array(played), basis.shapes, 1) + tremble
    rest = calibrated(points, basis)
    reading = read(points, basis, neutral=rest.neutral, doubt=rest.doubt)
    times = np.arange(len(played), dtype=np.int64) * step * PICTURE
    turned = np.zeros((len(played), 2)) if turns is None else turns
    return traces(reading, times, turned, calm=rest.calm, doubt=rest.doubt)


REST, TRACE = np.zeros(52), unit_pattern(12, 0.25)


def test_a_trace_above_rest_is_told_and_grows(basis: Basis) -> None:
    seen = found(basis, [REST, REST, REST, TRACE, unit_pattern(12, 0.5), REST])[:, SMILE]
    assert seen[[0, 1, 2, 5]].max() < 1 < seen[3] < seen[4]


def test_it_is_told_from_two_pictures_and_never_from_one(basis: Basis) -> None:
    assert found(basis, [TRACE, REST])[:, SMILE] == pytest.approx([2, 0], abs=1.5)
    assert found(basis, [TRACE, REST])[0, SMILE] > 1
    assert not found(basis, [unit_pattern(12)]).any()


def test_who_is_made_with_raised_corners_shows_no_trace(basis: Basis) -> None:
    assert found(basis, [TRACE] * 5)[:, SMILE].max() < 1


def test_a_turned_head_must_show_more(basis: Basis) -> None:
    turns = np.zeros((6, 2))
    turns[3] = 30, 0
    played = [REST, REST, REST, TRACE, TRACE, REST]
    away = found(basis, played, turns=turns)[:, SMILE]
    assert away[3] < away[4] / 2


def test_a_face_explained_badly_shows_nothing_faint(basis: Basis) -> None:
    points = basis.mean + np.tensordot(np.array([REST, REST, unit_pattern(12, 0.9)]), basis.shapes, 1)
    points[2] += np.random.default_rng(8).normal(0, 3, points[2].shape) * basis.spread
    reading = read(points, basis, doubt=0)
    assert 0 < reading.trust[2] < 0.25 < reading.trust[0]
    told = [
        traces(each, np.arange(3) * 12 * PICTURE, np.zeros((3, 2)), calm=np.arange(2), doubt=0.1)[2, SMILE]
        for each in (reading, replace(reading, trust=np.ones(3)))
    ]
    assert told[0] == 0 and told[1] > 1


def test_speech_shows_no_smile(basis: Basis) -> None:
    talking = [unit_pattern(26, 0.4), unit_pattern(22, 0.5), unit_pattern(16, 0.4), unit_pattern(18, 0.5)]
    assert found(basis, [REST, *talking, REST, REST])[:, SMILE].max() < 1


def test_at_full_rate_a_trace_must_last(basis: Basis) -> None:
    played = [REST] * 20
    short, long = list(played), list(played)
    short[8:11], long[8:16] = [TRACE] * 3, [TRACE] * 8
    assert found(basis, short, step=1)[:, SMILE].max() < 1
    assert (found(basis, long, step=1)[8:16, SMILE] > 1).all()


def test_what_lasts_stays_and_stills_stand_each_for_itself() -> None:
    values = np.array([0, 0, 5, 0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 0, 4])[:, None].astype(np.float64)
    times = np.arange(len(values), dtype=np.int64) * PICTURE
    assert lasting(values, times)[:, 0].tolist() == [0] * 7 + [3] * 7 + [0, 0]
    assert lasting(values, times * 12).tolist() == values.tolist()
    assert lasting(values[:0], times[:0]).shape == (0, 1)


def test_a_trace_takes_from_neutral_alone() -> None:
    felt = np.full((4, 8), 0.05)
    felt[:, NEUTRAL] = 0.65
    felt[3] = 0.01
    felt[3, EMOTIONS.index("sadness")] = 0.93
    seen = np.zeros((4, len(FAINT)))
    seen[:, SMILE] = 0, 1.01, 3, 3
    answer = tipped(felt, seen)
    assert answer.sum(1) == pytest.approx(1)
    assert answer[0] == pytest.approx(felt[0])
    assert answer[0, HAPPY] < answer[0, NEUTRAL] and answer[1, HAPPY] > answer[1, NEUTRAL]
    assert answer[2, HAPPY] > answer[1, HAPPY]
    assert EMOTIONS[int(answer[3].argmax())] == "sadness"
    others = [each for each in range(8) if each not in (HAPPY, NEUTRAL)]
    assert answer[:, others] == pytest.approx(felt[:, others])
