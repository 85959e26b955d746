"""Spans are cut where the score says, whatever stands around them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.signals.spans import bridged, held, lasting, runs, widened

SCORES = st.lists(st.floats(0, 1, width=32), max_size=60).map(np.array)


@given(st.lists(st.booleans(), max_size=60).map(lambda flags: np.array(flags, bool)))
def test_runs_are_the_flags(flags):
    back = np.zeros(len(flags), bool)
    for first, end in runs(flags):
        back[first:end] = True
    np.testing.assert_array_equal(back, flags)


@given(SCORES)
def test_a_higher_threshold_never_holds_more(score):
    counts = [sum(end - first for first, end in held(score, enter, 0.3)) for enter in (0.3, 0.5, 0.7, 0.9)]
    assert counts == sorted(counts, reverse=True)


def test_a_score_that_hovers_does_not_flicker():
    score = np.array([0.1, 0.6, 0.45, 0.55, 0.4, 0.6, 0.1])
    assert held(score, 0.5, 0.35).tolist() == [[1, 6]]
    assert len(held(score, 0.5, 0.5)) == 3


@given(SCORES, st.integers(0, 5), st.integers(0, 5))
def test_padding_keeps_spans_apart_and_within(score, gap, pad):
    spans = widened(bridged(held(score, 0.6, 0.4), gap), pad, len(score))
    assert np.all(spans[1:, 0] >= spans[:-1, 1])
    assert np.all((spans >= 0) & (spans <= len(score)))


def test_short_ones_go_once_gaps_are_bridged():
    spans = np.array([[0, 2], [3, 5], [20, 22]])
    assert lasting(bridged(spans, 2), 4).tolist() == [[0, 5]]
    assert lasting(spans, 4).tolist() == []


def test_nothing_in_nothing_out():
    none = runs(np.zeros(5, bool))
    for spans in (none, held(np.zeros(0), 0.5, 0.3), bridged(none, 3), lasting(none, 3), widened(none, 3, 5)):
        assert spans.shape == (0, 2)
