"""A clock of the text places what its words alone do not, however it is off; one that does not fit changes nothing."""

import random

import pytest

from kinoeye.signals.following import followed
from kinoeye.signals.timed import timed

STRETCH = 6  # words
PACE = 0.4  # seconds a word
PAUSE = 2.0


def film(count=40):
    """Words of a text, stretch by stretch, and when each is said; every fifth stretch says only yes."""
    draw = random.Random(3)
    stretches, when, at = [], [], 10.0
    for number in range(count):
        words = ["yes"] if number % 5 == 2 else [f"w{draw.randrange(200)}" for _ in range(STRETCH)]
        stretches.append(words)
        when.append([at + PACE * place for place in range(len(words))])
        at = when[-1][-1] + PACE + PAUSE
    return stretches, when


def misheard(stretches):
    """The same, of the longer ones the first and the last word as something else."""
    return [each if len(each) == 1 else ["_AH", *each[1:-1], "_OW"] for each in stretches]


def placed(stretches, when, shown):
    text, heard = [word for each in stretches for word in each], misheard(stretches)
    spans = [(each[0], each[-1] + PACE) for each in when]
    return timed(text, shown, heard, when, spans)


def flat(when):
    return [each for stretch in when for each in stretch]


def right(places, stretches):
    """How many stretches have just their own words, and all of them found that were heard."""
    first = 0
    count = 0
    for place, words, heard in zip(places, stretches, misheard(stretches), strict=True):
        wanted = [(first + n, n) for n, name in enumerate(heard) if not name.startswith("_")]
        count += [(place.first + a, b) for a, b in place.pairs] == wanted
        first += len(words)
    return count


@pytest.mark.parametrize(
    "clock",
    [
        lambda at: at,
        lambda at: at - 2,
        lambda at: at + 3600,
        lambda at: at * 25 / 23.976,
        lambda at: at - 2 if at < 90 else at + 5,
    ],
)
def test_single_words_are_found_however_the_clock_is_off(clock):
    stretches, when = film()
    assert right(placed(stretches, when, [clock(at) for at in flat(when)]), stretches) == len(stretches)


def test_without_it_single_words_are_not_found():
    stretches, _ = film()
    places = followed([word for each in stretches for word in each], misheard(stretches))
    assert right(places, stretches) == len(stretches) - len(stretches[2::5])


def test_a_line_that_is_said_twice_and_written_once_stands_where_its_time_is():
    stretches, when = film(20)
    text = [word for each in stretches for word in each]
    heard = [list(each) for each in stretches]
    heard[5] = heard[10] = stretches[10]
    spans = [(each[0], each[-1] + PACE) for each in when]
    places = timed(text, flat(when), heard, when, spans)
    assert len(places[10].pairs) == STRETCH
    assert not places[5].pairs


@pytest.mark.parametrize("shown", ["none", "shuffled", "one"])
def test_a_clock_that_does_not_fit_changes_nothing(shown):
    stretches, when = film()
    clock = flat(when)
    if shown == "none":
        clock = [None] * len(clock)
    elif shown == "one":
        clock = [clock[0], *[None] * (len(clock) - 1)]
    else:
        random.Random(1).shuffle(clock)
    text = [word for each in stretches for word in each]
    assert placed(stretches, when, clock) == followed(text, misheard(stretches))


def test_words_without_a_time_of_their_own_lie_between_their_neighbours():
    stretches, when = film()
    clock = [at if number % 7 else None for number, at in enumerate(flat(when))]
    assert right(placed(stretches, when, clock), stretches) >= len(stretches) - 2


def test_a_word_among_others_that_are_not_the_texts_is_not_believed():
    stretches, when = film()
    text = [word for each in stretches for word in each]
    heard = [["_AH", *each, "_OW", "_M"] if len(each) == 1 else each[1:5] for each in stretches]
    begins = [[at + PACE * n for n in range(len(names))] for (at, *_), names in zip(when, heard, strict=True)]
    spans = [(each[0], each[-1] + PACE) for each in when]
    assert not any(place.pairs for place in timed(text, flat(when), heard, begins, spans)[2::5])


def test_another_text_is_none():
    stretches, when = film()
    other = [f"v{number}" for number in range(len(flat(when)))]
    spans = [(each[0], each[-1] + PACE) for each in when]
    assert timed(other, flat(when), stretches, when, spans) is None


def test_nothing_heard_is_no_text():
    assert timed(["a", "b", "c"], [0.0, 1.0, 2.0], [[]], [[]], [(0.0, 3.0)]) is None
