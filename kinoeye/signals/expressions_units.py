"""Feelings: what seven emotions look like in action units, and which of them a face shows.

Every emotion is a few patterns of action units that move together. Of each pattern it is asked how much better the
points of a face are explained with it than without, whatever the eyes and lids do; the patterns' evidence, weighed as
the basis says, gives the scores. Thus weak signs in several places count, which none of them would alone. Talking is no
feeling: its patterns speak for neutral.

Source: Ekman & Friesen, "Facial action coding system", 1978, and the prototypes of EMFACS, 1983; Russell, "A circumplex
model of affect", J. Personality and Social Psychology 39(6), 1980, for valence and arousal.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from kinoeye.signals.expressions import NAMES, Reading

Array = npt.NDArray[np.float64]

EMOTIONS = ("anger", "contempt", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")
NEUTRAL = EMOTIONS.index("neutral")

# Action unit to the movements it is made of; a star stands for Left and Right.
UNITS = {
    1: ("browInnerUp",), 2: ("browOuterUp*",), 4: ("browDown*",), 5: ("eyeWide*",), 6: ("cheekSquint*",),
    7: ("eyeSquint*",), 9: ("noseSneer*",), 10: ("mouthUpperUp*",), 12: ("mouthSmile*",), 14: ("mouthDimple*",),
    15: ("mouthFrown*",), 16: ("mouthLowerDown*",), 17: ("mouthShrugLower",), 18: ("mouthPucker",),
    20: ("mouthStretch*",), 22: ("mouthFunnel",), 23: ("mouthPress*",), 26: ("jawOpen",),
    28: ("mouthRollLower", "mouthRollUpper"), 45: ("eyeBlink*",),
}  # fmt: skip
# Units of each emotion's prototype, then those that may join them.
PROTOTYPES: dict[str, tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]] = {
    "anger": ((4, 5, 7, 23), ((17,),)),
    "disgust": ((9, 15, 16), ((10,), (17,), (10, 17))),
    "fear": ((1, 2, 4, 5, 7, 20, 26), ((16,),)),
    "happiness": ((6, 12), ((16,), (10,), (16, 10))),
    "sadness": ((1, 4, 15), ((17,),)),
    "surprise": ((1, 2, 5, 26), ()),
}
_JOINED = 0.8  # how strong a unit is that may join
_AFRAID_JAW = 0.4  # fear opens the mouth less than surprise
_ONE_SIDED = ("mouthSmile", 0.6), ("mouthDimple", 0.8)  # contempt, on one side
_TALK = (("jawOpen",), ("mouthFunnel",), ("mouthPucker",), ("jawOpen", "mouthFunnel"), ("mouthLowerDown*",))
_TALK_STRENGTH = 0.4
_AMOUNTS = (0.35, 0.7, 1.0)  # of a pattern that are tried
_EYES_SPREAD = 0.5  # of the strengths of lids and gaze, whatever is felt
_FARTHEST = 60.0  # evidence against a pattern counts no more than this
_LEAST_CHANCE = 0.01  # a net may be sure and wrong
_NOUGHT = 1e-12  # a score of nought has no logarithm
# What a smile's log-odds are worth beside the scores' own, where they mean nothing, and what they are at rest: logistic
# regression over warped photographs and rendered heads held out, and the median of neutral photographs, as
# bench/smiles_train/weigh.py finds them.
_SMILE_GAIN, _SMILE_LEVEL, _MOUTH_AT_REST = 4.0, 0.5, -3.5
_SEEN = 0.15  # strength from which a unit is named
# FACS intensities, by the share of the full movement: trace, slight, marked, severe, maximum.
_INTENSITIES = "ABCDE"
_BOUNDS = (0.2, 0.4, 0.65, 0.9)

_MOSTLY = np.where(np.arange(len(EMOTIONS)) == NEUTRAL, 0.72, 0.04)  # what is assumed of a face hardly seen

# Of each emotion, -1..1 and 0..1.
VALENCE = np.array([-0.7, -0.5, -0.7, -0.7, 0.9, -0.8, 0.1, 0.0])
AROUSAL = np.array([0.8, 0.4, 0.5, 0.9, 0.6, 0.25, 0.9, 0.1])


@dataclass(frozen=True)
class Weighing:
    """How evidence becomes scores, as found on rendered faces.

    Parameters
    ----------
    scale, bias : float64 [8]
        Of each emotion's evidence.
    """

    scale: Array
    bias: Array


def evidence(reading: Reading) -> Array:
    """Return how much better each emotion explains the faces than nothing does, float64 [t, 8]; neutral is 0 or more.

    In log-likelihood: differences of a few are chance, of ten are plain.
    """
    patterns, emotion = _patterns()
    asked, gram = without_eyes(reading)
    fits, costs = asked @ patterns.T, np.einsum("pi,ij,pj->p", patterns, gram, patterns)
    best = np.max([amount * fits - amount**2 * costs / 2 for amount in _AMOUNTS], axis=0)
    found = np.stack([best[:, emotion == each].max(1) for each in range(len(EMOTIONS))], axis=1)
    found[:, NEUTRAL] = np.maximum(found[:, NEUTRAL], 0)
    return found


def without_eyes(reading: Reading) -> tuple[Array, Array]:
    """Return `asked` and `gram` of a reading as if lids and gaze were anywhere."""
    eyes = np.array([number for number, name in enumerate(NAMES) if name.startswith(("eyeBlink", "eyeLook"))])
    asked, gram = reading.asked, reading.gram
    inner = gram[np.ix_(eyes, eyes)] + np.eye(len(eyes)) / _EYES_SPREAD**2
    share = np.linalg.solve(inner, gram[eyes]).T
    return asked - asked[:, eyes] @ share.T, gram - share @ gram[eyes]


def unit_pattern(unit: int, strength: float = 1.0) -> Array:
    """Return the strengths of the movements of an action unit on both sides, float64 [52]."""
    return _moved(UNITS[unit], strength)


def activity(reading: Reading) -> Array:
    """Return how little each face is at rest, float64 [t]: the evidence of the pattern that fits best."""
    patterns, _ = _patterns()
    fits, costs = reading.asked @ patterns.T, np.einsum("pi,ij,pj->p", patterns, reading.gram, patterns)
    return np.asarray(np.max([amount * fits - amount**2 * costs / 2 for amount in _AMOUNTS], axis=(0, 2)))


def scores(found: Array, weighing: Weighing, trust: Array | None = None) -> Array:
    """Return the emotions' scores from their evidence, float64 [t, 8], each row of sum 1.

    Parameters
    ----------
    found : float64 [t, 8]
        As `evidence` gives it.
    weighing : Weighing
    trust : float64 [t], 0..1, optional
        Of each reading; the less, the nearer the scores are to what faces show mostly: nothing.
    """
    logits = np.clip(found, -_FARTHEST, None) * weighing.scale + weighing.bias
    if trust is not None:
        logits -= logits.max(1, keepdims=True)
        logits = trust[:, None] * logits + (1 - trust[:, None]) * np.log(_MOSTLY)
    chances = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(chances / chances.sum(1, keepdims=True))


def fused(rules: Array, seen: Array, share: float, *, calm: npt.NDArray[np.int64], doubt: float) -> Array:
    """Join the rules' scores with those of a net that saw the picture.

    Faces at rest differ, and the net takes some for sad or angry that are not: only by how much its scores differ from
    those of the same person at rest do they count, as far as that is known.

    Parameters
    ----------
    rules, seen : float64 [t, 8], sums 1
    share : 0..1
        How much the net counts beside the rules.
    calm, doubt
        Which faces are at rest, and how little is known of it: see `expressions_neutral.Rest`.
    """
    found = np.log(np.maximum(seen, _LEAST_CHANCE))
    joined = np.log(np.maximum(rules, _NOUGHT)) + share * (found - (1 - doubt) * found[calm].mean(0))
    chances = np.exp(joined - joined.max(1, keepdims=True))
    return np.asarray(chances / chances.sum(1, keepdims=True))


def smiling(felt: Array, odds: Array, share: Array, *, calm: npt.NDArray[np.int64], doubt: float) -> Array:
    """Let a net that knows smiles alone tell happiness from neutral; other feelings keep what they have.

    Parameters
    ----------
    felt : float64 [t, 8], sums 1
        Scores of the emotions.
    odds : float64 [t]
        Log-odds of a smile. Mouths differ at rest: they are taken as if this person's rested as most do.
    share : float64 [t], 0..1
        How much the net counts beside `felt`.
    calm, doubt
        Which faces are at rest, and how little is known of it: see `expressions_neutral.Rest`.
    """
    happy = EMOTIONS.index("happiness")
    both = felt[:, happy] + felt[:, NEUTRAL]
    before = np.log(np.maximum(felt[:, happy], _NOUGHT)) - np.log(np.maximum(felt[:, NEUTRAL], _NOUGHT))
    seen = odds - (1 - doubt) * (np.median(odds[calm]) - _MOUTH_AT_REST)
    after = (1 - share) * before + share * _SMILE_GAIN * (seen - _SMILE_LEVEL)
    answer = felt.copy()
    answer[:, happy] = both / (1 + np.exp(-np.clip(after, -_FARTHEST, _FARTHEST)))
    answer[:, NEUTRAL] = both - answer[:, happy]
    return answer


def named_units(strengths: Array, traces: Collection[int] = ()) -> str:
    """Return the action units that are seen, the strongest first, such as ``AU12C AU6A``.

    The letter is the intensity, A (trace) to E (maximum); L or R before it all where only one side is seen.

    Parameters
    ----------
    strengths : float64 [52], 0..1
    traces : collection of int
        Units that are known to be there at least as a trace, whatever their strengths.
    """
    seen: list[tuple[float, str]] = []
    for unit, names in UNITS.items():
        sides = [[strengths[NAMES.index(name)] for name in _sided(names, (side,))] for side in ("Left", "Right")]
        left, right = (float(max(values)) for values in sides)
        if max(left, right) >= _SEEN or unit in traces:
            side = "" if max(left, right) < _SEEN or min(left, right) >= _SEEN / 2 else "L" if left > right else "R"
            letter = _INTENSITIES[bisect_right(_BOUNDS, max(left, right))]
            seen.append((max(left, right), f"{side}AU{unit}{letter}"))
    return " ".join(name for _, name in sorted(seen, key=lambda each: -each[0]))


@cache
def _patterns() -> tuple[Array, npt.NDArray[np.int64]]:
    """Return all patterns, float64 [p, 52], and the emotion of each."""
    listed = list(_listed())
    emotions = [EMOTIONS.index(emotion) for emotion, _ in listed]
    return np.array([pattern for _, pattern in listed]), np.array(emotions)


def _listed() -> Iterator[tuple[str, Array]]:
    for emotion, (units, joining) in PROTOTYPES.items():
        plain = sum(
            (unit_pattern(unit, _AFRAID_JAW if (emotion, unit) == ("fear", 26) else 1) for unit in units), _none()
        )
        yield emotion, plain
        for more in joining:
            yield emotion, plain + sum((unit_pattern(unit, _JOINED) for unit in more), _none())
    for side in ("Left", "Right"):
        pattern = _none()
        for name, strength in _ONE_SIDED:
            pattern[NAMES.index(name + side)] = strength
        yield "contempt", pattern
    for names in _TALK:
        yield "neutral", _moved(names, _TALK_STRENGTH)


def _moved(names: tuple[str, ...], strength: float) -> Array:
    pattern = _none()
    for name in _sided(names, ("Left", "Right")):
        pattern[NAMES.index(name)] = strength
    return pattern


def _sided(names: tuple[str, ...], sides: tuple[str, ...]) -> list[str]:
    return [name.replace("*", side) for name in names for side in (sides if "*" in name else ("",))]


def _none() -> Array:
    return np.zeros(len(NAMES))
