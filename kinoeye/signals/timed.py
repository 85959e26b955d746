"""Timed: where in a text with times of its own, as subtitles have, each stretch of a sound stands.

The text's clock may be early or late, run fast, or jump where a reel was cut: how far it is off is taken from the
words around, as the median of those that were found by their order alone. What stands far from its time so corrected
is not believed; a stretch of which nothing was found is looked for in the words near its time only, and there a word
or two that are all that was heard are believed. A clock that tells nothing of the words is not used.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kinoeye.signals.following import Place, followed
from kinoeye.signals.passages import Pair, matched, trusted

NEAR = 1.0  # seconds from its time in which a word that is all is believed; times within a cue are only spread
SLACK = 2.5  # seconds around a stretch in which its words are looked for
AROUND = 41  # words by which the clock is corrected: a few sentences
STEADY = 0.7  # of the words that were found must be near the clock so corrected, or it is none
_LEAST = 8  # words, or the clock cannot be checked
_FEW = 2  # words that are all that was heard in a stretch

Spans = Sequence[tuple[float, float]]


def timed(
    text: Sequence[str],
    shown: Sequence[float | None],
    heard: Sequence[Sequence[str]],
    when: Sequence[Sequence[float]],
    spans: Spans,
) -> list[Place] | None:
    """Say where stretches stand in a text, by its times too.

    Parameters
    ----------
    text : sequence of str
    shown : sequence of seconds, one a word of the text
        By the text's own clock; None where it has no time.
    heard : sequence of stretches, each a sequence of str
    when : sequence of stretches, each a sequence of seconds, one a word that was heard
    spans : sequence of (first second, last second), one a stretch

    Returns
    -------
    list of Place, one a stretch; None
        As `followed` says where the text's clock does not fit. None if what was heard is not this text.
    """
    places = followed(text, heard)
    if places is None:
        return None
    found = [(place.first + a, when[number][b]) for number, place in enumerate(places) for a, b in place.pairs]
    due = _due(shown, found)
    return places if due is None else _near(places, text, due, heard, when, spans)


def _near(
    places: Sequence[Place],
    text: Sequence[str],
    due: npt.NDArray[np.float64],
    heard: Sequence[Sequence[str]],
    when: Sequence[Sequence[float]],
    spans: Spans,
) -> list[Place]:
    near = [
        [(place.first + a, b) for a, b in place.pairs if abs(due[place.first + a] - begins[b]) <= SLACK]
        for place, begins in zip(places, when, strict=True)
    ]
    spread = []
    next_word = 0
    for number, (own, names, begins, (begin, end)) in enumerate(zip(near, heard, when, spans, strict=True)):
        first, last = next_word, next((after[0][0] for after in near[number + 1 :] if after), len(text))
        if not own:
            low, high = (int(np.searchsorted(due, at)) for at in (begin - SLACK, end + SLACK))
            low = max(low, first)
            own = [(low + a, b) for a, b in _alone(text[low : min(high, last)], names, due[low:], begins)]
        spread.append(Place(first, last, [(a - first, b) for a, b in own]))
        next_word = own[-1][0] + 1 if own else next_word
    return spread


def _alone(
    text: Sequence[str], names: Sequence[str], due: npt.NDArray[np.float64], begins: Sequence[float]
) -> list[Pair]:
    """Return words of a stretch near their times: those in a row, or all of a stretch of few."""
    pairs = matched(text, names)
    believed = pairs if len(names) <= _FEW else trusted(pairs)
    return [(a, b) for a, b in believed if abs(due[a] - begins[b]) <= NEAR]


def _due(shown: Sequence[float | None], found: Sequence[tuple[int, float]]) -> npt.NDArray[np.float64] | None:
    """Return when each word of the text is due by the sound's clock, never falling; None if that cannot be told."""
    clock = np.array([np.nan if each is None else each for each in shown], float)
    has_time = np.flatnonzero(~np.isnan(clock))
    words = [(place, at - clock[place]) for place, at in found if not np.isnan(clock[place])]
    if len(words) < _LEAST:
        return None
    where, off = (np.array(each) for each in zip(*words, strict=True))
    half = AROUND // 2
    middle = np.array([np.median(off[max(0, n - half) : n + half + 1]) for n in range(len(off))])
    if np.mean(np.abs(off - middle) <= SLACK) < STEADY:
        return None
    every = np.arange(len(clock))
    clock = np.interp(every, has_time, clock[has_time])
    return np.maximum.accumulate(clock + np.interp(every, where, middle))
