"""The sieve: what may be one name goes through, however it is written; most of what is two names does not."""

from itertools import combinations

import numpy as np
import pytest

from kinoeye.signals import title_blocks
from kinoeye.signals.title_blocks import met_in_year, slips, two_slips
from kinoeye.signals.title_likeness import likeness
from kinoeye.signals.title_names import name, sound_of
from kinoeye.signals.title_sieve import TitleSieve

NAMES = (
    "The Usual Suspects", "Usual Suspects, The", "Usual Suspect", "Rocky", "Rocky II", "Rocky 2",
    "Rocky III", "Seven Up", "7 Up", "Seven", "Seen", "Dune", "Dune: Part One", "Dune Part Two",
    "Spider-Man", "Spider Man 2", "Spiderman", "Casablanca", "Casablnaca", "Kasablanka",
    "Birdman or", "Birdman", "One Hundred and One Dalmatians", "101 Dalmatians",
    "One Hundred and One Dalmations", "E.T.", "ET", "Fast & Furious", "Fast and Furious",
    "2 Fast 2 Furious", "It", "", "臥虎藏龍", "卧虎藏龙", "Wo hu cang long", "Tyler Perry's Good Deeds",
    "Good Deeds", "Amélie", "AMELIE", "Up", "The Up", "Moby Dick", "Moyb Dicjk", "Dick Moby",
    "King Kong", "Kong King", "The Ring", "The King", "Twelve Monkeys", "Twelv Monkeys",
    "12 Monkeys", "Interview with the Vampire: The Vampire Chronicles",
    "Interview with the Vampire",
)  # fmt: skip


def test_whatever_may_be_one_name_goes_through() -> None:
    sieve = TitleSieve()
    names = [name(text) for text in NAMES]
    for text, one in zip(NAMES, names, strict=True):
        sieve.add((one,) if one.joined else (), (sound_of(text),) if sound_of(text) else ())
    pairs = np.array(list(combinations(range(len(names)), 2)))
    passed = {tuple(pair) for pair in sieve.passed(pairs).tolist()}
    alike = {(one, other) for one, other in pairs.tolist() if likeness(names[one], names[other], lambda _: 9)}
    assert len(alike) > 20
    assert alike <= passed
    assert len(passed) < len(pairs) / 2


def test_rows_of_several_names_go_through_as_they_are() -> None:
    sieve = TitleSieve()
    for texts in (("Il Postino", "The Postman"), ("Postman",), ("Alien",)):
        sieve.add(tuple(map(name, texts)), ())
    assert sieve.passed(np.array([[0, 1], [0, 2], [1, 2]])).tolist() == [[0, 1], [0, 2]]
    assert len(sieve.passed(np.zeros((0, 2), np.int64))) == 0


def test_pairs_do_not_depend_on_how_many_keys_are_sorted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(3)
    names = ["".join(chance.choice(list("abc"), chance.integers(3, 9))) for _ in range(300)]
    years = np.where(chance.random(300) < 0.1, 0, chance.integers(1990, 1999, 300))
    rows = np.arange(300)
    whole = slips(names, rows, years), two_slips(names, rows, years)
    monkeypatch.setattr(title_blocks, "_AT_ONCE", 900)
    parts = slips(names, rows, years), two_slips(names, rows, years)
    for one, other in zip(whole, parts, strict=True):
        assert len(one) > 50
        assert one.tolist() == other.tolist()


def test_years_are_looked_at_with_the_one_before_them() -> None:
    keys, rows = np.array([7, 7, 7], np.uint64), np.arange(3)
    years = np.array([1990, 1991, 1992])
    assert met_in_year(keys, rows, years).tolist() == [[0, 1], [1, 2]]
    assert met_in_year(keys, rows, years, within=(1992, 1993)).tolist() == [[1, 2]]
