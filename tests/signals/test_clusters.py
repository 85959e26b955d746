"""Clusters: groups that were put there are found, whatever the order, and what is said holds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from kinoeye.signals import clusters as module
from kinoeye.signals.clusters import NOBODY, clusters

NEAR = {"nearness": 0.5, "late_nearness": 0.45}


def people(counts: tuple[int, ...], *, seed: int = 0, spread: float = 0.25) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of so many tracks of each person, with whose they are; people lie about 0.85 apart."""
    random = np.random.default_rng(seed)
    middles = random.normal(size=(len(counts), 128))
    middles *= 0.6 / np.linalg.norm(middles, axis=1, keepdims=True)
    whose = np.repeat(np.arange(len(counts)), counts)
    return middles[whose] + random.normal(size=(len(whose), 128)) * spread / np.sqrt(128), whose


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two answers group the same rows."""
    return bool(((one[:, None] == one) == (other[:, None] == other)).all())


def test_people_are_found_however_many() -> None:
    vectors, whose = people((1, 7, 3, 30, 2))
    assert np.array_equal(clusters(vectors, np.ones(len(whose)), **NEAR), whose)


def test_nobody_and_one() -> None:
    assert clusters(np.zeros((0, 128)), np.zeros(0), **NEAR).shape == (0,)
    assert clusters(np.zeros((1, 128)), np.ones(1), **NEAR).tolist() == [0]


@given(some.randoms(use_true_random=False))
def test_order_does_not_matter(random: object) -> None:
    vectors, whose = people((4, 1, 9, 6), spread=0.42)
    worths = np.linspace(0.1, 1, len(whose))
    order = np.array(random.sample(range(len(whose)), len(whose)))  # type: ignore[attr-defined]
    found = clusters(vectors, worths, least_worth=0.3, **NEAR)
    again = clusters(vectors[order], worths[order], least_worth=0.3, **NEAR)
    assert alike(found[order], again)


def test_few_partners_and_small_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, whose = people((40, 25, 3))
    monkeypatch.setattr(module, "NEAREST", 3)
    monkeypatch.setattr(module, "BLOCK", 7)
    assert np.array_equal(clusters(vectors, np.ones(len(whose)), **NEAR), whose)


def test_a_wider_limit_never_gives_more_groups() -> None:
    vectors, whose = people((5, 5, 5), spread=0.5)
    counts = [
        len(set(clusters(vectors, np.ones(len(whose)), nearness=limit, late_nearness=limit).tolist()))
        for limit in (0.1, 0.4, 0.5, 0.6, 0.9, 1.5)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == len(whose) and counts[-1] == 1


def test_what_is_held_apart_is_never_together() -> None:
    vectors, _ = people((6,), spread=0.1)
    found = clusters(vectors, np.ones(6), [(0, 3), (1, 1), (4, 0)], **NEAR)
    assert found[0] != found[3] and found[0] != found[4]
    assert len(set(found.tolist())) == 2


def test_labels_join_what_is_far_and_part_what_is_near() -> None:
    vectors, _ = people((4, 4))
    labels = ["ann", None, None, None, None, None, None, "ann"]
    assert set(clusters(vectors, np.ones(8), labels=labels, **NEAR).tolist()) == {0}
    labels = ["ann", None, None, "bob", None, None, None, None]
    found = clusters(vectors, np.ones(8), labels=labels, **NEAR)
    assert found[0] != found[3] and set(found[4:].tolist()).isdisjoint(found[:4].tolist())


def test_labels_hold_over_everything_else() -> None:
    vectors, _ = people((2,))
    assert clusters(vectors, np.ones(2), [(0, 1)], ["ann", "ann"], **NEAR).tolist() == [0, 0]
    # A row without a vector belongs where its label says, and nowhere otherwise.
    found = clusters(vectors, np.array([1.0, 0.0]), labels=[None, "bob"], **NEAR)
    assert found.tolist() == [0, 1]
    assert clusters(vectors, np.array([1.0, 0.0]), **NEAR).tolist() == [0, NOBODY]


def test_rows_worth_little_join_late_and_move_nothing() -> None:
    vectors, whose = people((5, 5))
    worths = np.ones(10)
    worths[[2, 7]] = 0.1
    vectors[7] += 3.0
    found = clusters(vectors, worths, least_worth=0.3, **NEAR)
    assert found[2] == found[0] and found[7] == NOBODY
    kept = worths == 1
    assert np.array_equal(found[kept], clusters(vectors[kept], worths[kept], **NEAR))
    assert np.array_equal(found[kept], whose[kept])


def test_two_late_ones_of_one_picture_do_not_join_one_group() -> None:
    vectors, _ = people((5,), spread=0.1)
    worths = np.array([1.0, 1.0, 1.0, 0.1, 0.1])
    found = clusters(vectors, worths, [(3, 4)], least_worth=0.3, **NEAR)
    assert sorted(found[3:].tolist()) == [NOBODY, 0]


@given(some.integers(0, 3), some.integers(0, 50))
def test_the_others_are_grouped_as_if_one_person_had_never_been(gone: int, seed: int) -> None:
    vectors, whose = people((6, 2, 9, 4), seed=seed)
    apart = [(0, 6), (0, 8), (7, 17)]
    stay = np.flatnonzero(whose != gone)
    place = {int(row): number for number, row in enumerate(stay)}
    left = [(place[one], place[other]) for one, other in apart if one in place and other in place]
    found = clusters(vectors, np.ones(len(whose)), apart, **NEAR)[stay]
    assert alike(found, clusters(vectors[stay], np.ones(len(stay)), left, **NEAR))
