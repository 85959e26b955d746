"""A sound is parted where it is quiet, and nothing that is spoken is lost."""

import numpy as np

from kinoeye.signals.stretches import LONGEST, stretches

RATE = 16_000


def test_spans_near_to_one_another_are_one_part():
    samples = np.zeros(60 * RATE, np.int16)
    parts = stretches([(RATE, 2 * RATE), (2 * RATE + 4000, 3 * RATE), (40 * RATE, 41 * RATE)], samples, RATE)
    assert len(parts) == 2
    assert parts[0][0] < RATE < 3 * RATE < parts[0][1]


def test_a_long_part_is_cut_where_it_is_quiet_and_nothing_is_lost():
    samples = (np.random.default_rng(1).normal(0, 3000, 40 * RATE)).astype(np.int16)
    quiet = [11 * RATE, 23 * RATE, 34 * RATE]
    for at in quiet:
        samples[at : at + RATE // 4] = 0
    parts = stretches([(0, len(samples))], samples, RATE)
    assert [part[0] for part in parts[1:]] == [part[1] for part in parts[:-1]]
    assert (parts[0][0], parts[-1][1]) == (0, len(samples))
    assert all(end - begin <= LONGEST * RATE for begin, end in parts)
    assert all(any(at <= end <= at + RATE // 4 for at in quiet) for _, end in parts[:-1])


def test_no_speech_gives_no_parts():
    assert stretches([], np.zeros(100, np.int16), RATE) == []
