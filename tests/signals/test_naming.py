"""A name is surer the more speaks for it and the less against it."""

import pytest

from kinoeye.signals.naming import KINDS, SAID, Piece, judged


def pieces(kind, **counts):
    return [Piece(kind, name, 1.0, 1.0) for name, count in counts.items() for _ in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_more_for_a_name_is_surer_and_more_against_it_less(kind):
    sure = [judged(pieces(kind, anna=count))[1] for count in (1, 2, 3)]
    assert sure == sorted(sure) and sure[0] > 0.5
    doubted = [judged(pieces(kind, anna=4, ben=count))[1] for count in (0, 1, 2, 3)]
    assert doubted == sorted(doubted, reverse=True)


def test_one_kind_never_makes_it_certain():
    assert judged(pieces("screenplay", anna=1000))[1] == judged(pieces("screenplay", anna=8))[1] < 1
    assert judged(pieces("screenplay", anna=800, ben=100)) == judged(pieces("screenplay", anna=8, ben=1))


def test_kinds_are_weighed_together():
    name, _ = judged([*pieces("screenplay", anna=2), *pieces("transcript", ben=2)])
    assert name == "ben"
    assert judged([*pieces("screenplay", anna=2), *pieces("lips", anna=2)])[1] > judged(pieces("screenplay", anna=2))[1]


def test_pieces_against_a_name_count():
    against = [Piece("lips", "anna", -1.0, 2.0)] * 3
    assert judged(against)[1] < 0.1
    assert judged([*against, *pieces("lips", anna=3)])[1] == pytest.approx(0.5)


def test_what_is_said_is_certain_and_the_longer_holds():
    said = [Piece(SAID, "eve", 1, 2.0), Piece(SAID, "ann", 1, 3.0), *pieces("transcript", ben=50)]
    assert judged(said) == ("ann", 1.0)
    assert judged([]) == (None, 0.0)
