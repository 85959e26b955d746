"""What words leave of speech."""

from kinoeye.signals.uncovered import Hole, uncovered


def test_words_part_a_hole_and_short_rests_are_dropped():
    left = uncovered([Hole(0, 0, 100)], [(20, 30), (35, 40)], [(0, 100)], 20)
    assert left == [(0, 0, 20), (0, 40, 100)]


def test_pauses_do_not_count():
    assert uncovered([Hole(0, 0, 100)], [], [(0, 5), (95, 100)], 20) == []
    assert uncovered([Hole(0, 0, 100)], [], [(0, 10), (90, 100)], 20) == [(0, 0, 100)]


def test_each_hole_keeps_its_stretch_and_its_own_words():
    left = uncovered([Hole(0, 0, 50), Hole(3, 60, 110)], [(0, 50), (80, 85)], [(0, 200)], 10)
    assert left == [(3, 60, 80), (3, 85, 110)]


def test_a_word_that_reaches_over_an_edge_covers_both_sides():
    assert uncovered([Hole(0, 0, 50), Hole(1, 50, 100)], [(40, 60)], [(0, 100)], 10) == [(0, 0, 40), (1, 60, 100)]


def test_without_words_all_is_left():
    holes = [Hole(0, 0, 50), Hole(1, 60, 100)]
    assert uncovered(holes, [], [(0, 100)], 10) == holes
