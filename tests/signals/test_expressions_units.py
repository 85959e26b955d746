"""Feelings: each prototype speaks for its emotion, talking for none."""

from typing import Any

import numpy as np
import pytest

from kinoeye.signals import expressions_neutral
from kinoeye.signals.expressions import NAMES, Basis, read
from kinoeye.signals.expressions_neutral import calibrated
from kinoeye.signals.expressions_units import (
    EMOTIONS,
    NEUTRAL,
    PROTOTYPES,
    UNITS,
    Weighing,
    evidence,
    fused,
    named_units,
    scores,
    smiling,
)

EVEN = Weighing(np.ones(8), np.zeros(8))


def moved(*units: int, strength: float = 0.8, side: str = "") -> np.ndarray:
    weights = np.zeros(52)
    for unit in units:
        for name in UNITS[unit]:
            for each in (side,) if side else ("Left", "Right"):
                weights[NAMES.index(name.replace("*", each))] = strength
    return weights


@pytest.fixture(scope="module")
def basis() -> Basis:
    random = np.random.default_rng(4)
    mean = random.normal(0, 1, (200, 3)) * (0.9, 1.1, 0.4)
    shapes = random.normal(0, 0.05, (52, 200, 3)) * (random.random((52, 200, 1)) < 0.2)
    shapes[-1] = 0
    people = random.normal(0, 0.02, (6, 200, 3))
    return Basis(mean, shapes, np.full((200, 3), 0.01), np.zeros((0, 200, 3)), people)


def points(basis: Basis, weights: np.ndarray, person: np.ndarray | float = 0.0, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 0.01, (len(weights), *basis.mean.shape))
    return basis.mean + person + np.tensordot(weights, basis.shapes, 1) + noise


@pytest.mark.parametrize("emotion", PROTOTYPES)
def test_a_prototype_speaks_for_its_emotion(emotion: str, basis: Basis) -> None:
    weights = moved(*PROTOTYPES[emotion][0])[None]
    found = scores(evidence(read(points(basis, weights), basis)), EVEN)[0]
    assert EMOTIONS[int(found.argmax())] == emotion
    assert found.sum() == pytest.approx(1)


def test_contempt_is_on_one_side(basis: Basis) -> None:
    for side in ("Left", "Right"):
        found = evidence(read(points(basis, moved(12, 14, side=side)[None]), basis))[0]
        assert EMOTIONS[int(found.argmax())] == "contempt"


def test_talking_blinking_and_looking_away_are_neutral(basis: Basis) -> None:
    weights = np.array([moved(26, strength=0.4), moved(22, strength=0.5), moved(45, strength=1), np.zeros(52)])
    weights[3, [NAMES.index("eyeLookInLeft"), NAMES.index("eyeLookOutRight")]] = 1
    found = evidence(read(points(basis, weights), basis))
    assert [EMOTIONS[each] for each in found.argmax(1)] == ["neutral"] * 4


def test_units_are_named_the_strongest_first_with_their_intensity() -> None:
    assert named_units(np.zeros(52)) == ""
    both = moved(12) + moved(6, strength=0.3)
    assert named_units(both) == "AU12D AU6B"
    assert named_units(moved(14, side="Left")) == "LAU14D"
    assert named_units(moved(14, side="Right")) == "RAU14D"
    letters = [named_units(moved(9, strength=each))[-1] for each in (0.16, 0.3, 0.5, 0.8, 1)]
    assert letters == list("ABCDE")


def test_a_known_trace_is_named_however_weak() -> None:
    assert named_units(np.zeros(52), {12}) == "AU12A"
    assert named_units(moved(6, strength=0.5), {12}) == "AU6C AU12A"
    assert named_units(moved(6, strength=0.5), {6}) == "AU6C"


def test_the_net_shifts_the_scores_as_far_as_its_share_goes() -> None:
    rules, seen = np.full((1, 8), 1 / 8), np.full((1, 8), 0.01)
    seen[0, 4] = 0.93
    stranger: dict[str, Any] = {"calm": np.arange(1), "doubt": 1.0}
    assert fused(rules, seen, 0, **stranger) == pytest.approx(rules)
    found = [fused(rules, seen, share, **stranger)[0, 4] for share in (0, 0.3, 0.6, 1)]
    assert found == sorted(found) and found[-1] > 0.9
    assert fused(rules, seen, 0.5, **stranger).sum() == pytest.approx(1)


def test_a_face_that_looks_sad_at_rest_is_not_sad() -> None:
    rules, seen = np.full((3, 8), 1 / 8), np.full((3, 8), 0.02)
    seen[:, EMOTIONS.index("sadness")] = 0.86
    seen[2] = 0.02
    seen[2, EMOTIONS.index("happiness")] = 0.86
    found = fused(rules, seen, 0.5, calm=np.array([0, 1]), doubt=0.1)
    assert found[0].max() < 0.3
    assert EMOTIONS[int(found[2].argmax())] == "happiness"


def test_a_person_s_own_rest_is_found(basis: Basis) -> None:
    person = 1.5 * basis.people[0] - basis.people[3]
    weights = np.array([moved(12), moved(26), np.zeros(52), np.zeros(52), moved(9), np.zeros(52), moved(12)])
    rest = calibrated(points(basis, weights, person), basis)
    before, after = (np.abs(each - basis.mean - person).mean() for each in (basis.mean, rest.neutral))
    assert after < before / 2
    assert 0 < rest.doubt < 0.2
    assert set(rest.calm) <= {2, 3, 5}


def test_whoever_always_smiles_is_not_neutral_smiling(basis: Basis) -> None:
    seen = points(basis, np.array([moved(6, 12)] * 9))
    rest = calibrated(seen, basis)
    strengths = read(seen, basis, neutral=rest.neutral, doubt=rest.doubt).strengths
    assert strengths[:, NAMES.index("mouthSmileLeft")].min() > 0.5


def test_a_long_appearance_is_known_from_a_part_of_it(basis: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions_neutral, "_ENOUGH", 10)
    weights = np.zeros((40, 52))
    weights[::2] = moved(12)
    rest = calibrated(points(basis, weights, basis.people[1]), basis)
    assert set(rest.calm) <= set(range(1, 40, 2)) and len(rest.calm) == 3
    assert np.abs(rest.neutral - basis.mean - basis.people[1]).mean() < np.abs(basis.people[1]).mean() / 2


def test_one_picture_tells_nothing_of_rest(basis: Basis) -> None:
    rest = calibrated(points(basis, moved(12)[None]), basis)
    assert rest.doubt == 1 and rest.neutral is basis.mean


def test_a_face_that_points_explain_badly_is_believed_less(basis: Basis) -> None:
    weights = np.array([moved(6, 12)] * 2)
    seen = points(basis, weights)
    seen[1] += np.random.default_rng(9).normal(0, 0.05, seen[1].shape)
    reading = read(seen, basis)
    assert reading.trust[0] > 0.7 > 0.2 > reading.trust[1]
    plain, wary = (scores(evidence(reading), EVEN, trust) for trust in (np.ones(2), np.array([1, 0.001])))
    assert plain[0] == pytest.approx(wary[0])
    neutral = EMOTIONS.index("neutral")
    assert wary[1, neutral] > plain[1, neutral]
    hardly_seen = scores(evidence(reading), EVEN, np.zeros(2))
    assert hardly_seen.argmax(1).tolist() == [EMOTIONS.index("neutral")] * 2


def likely(happy: float, neutral: float) -> np.ndarray:
    felt = np.full(len(EMOTIONS), (1 - happy - neutral) / (len(EMOTIONS) - 2))
    felt[EMOTIONS.index("happiness")], felt[NEUTRAL] = happy, neutral
    return felt[None]


def test_a_seen_smile_moves_what_neutral_has_to_happiness_and_nothing_else() -> None:
    felt, calm = likely(0.1, 0.6), np.arange(1)
    shares = [smiling(felt, np.array([odds]), np.array([0.5]), calm=calm, doubt=1.0)[0] for odds in (-4.0, 0.0, 4.0)]
    happy = [share[EMOTIONS.index("happiness")] for share in shares]
    assert happy[0] < 0.1 < happy[2] and happy == sorted(happy)
    for share in shares:
        assert share.sum() == pytest.approx(1)
        assert np.delete(share, [EMOTIONS.index("happiness"), NEUTRAL]) == pytest.approx(0.3 / 6)


def test_without_a_share_the_smile_net_says_nothing() -> None:
    felt = likely(0.1, 0.6)
    told = smiling(felt, np.array([9.0]), np.zeros(1), calm=np.arange(1), doubt=1.0)
    assert told == pytest.approx(felt)


def test_a_mouth_that_always_seems_to_smile_is_at_rest_when_it_is_as_ever() -> None:
    felt, odds = np.repeat(likely(0.1, 0.6), 3, axis=0), np.array([3.0, 3.0, 3.0])
    known = smiling(felt, odds, np.full(3, 0.5), calm=np.arange(3), doubt=0.05)
    stranger = smiling(felt, odds, np.full(3, 0.5), calm=np.arange(3), doubt=1.0)
    assert (known.argmax(1) == NEUTRAL).all() and not (stranger.argmax(1) == NEUTRAL).any()
