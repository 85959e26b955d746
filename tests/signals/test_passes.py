"""A script's lines are found in what is said, as often as they are said."""

import itertools

import numpy as np

from kinoeye.signals import passes as module
from kinoeye.signals.passes import passes

SCRIPT = [
    line.split()
    for line in (
        "who hired the pigeon",
        "it works for crumbs so do i",
        "goodbye then",
        "nobody who leaves says it that well",
        "so what does she say you never wrote the last page",
        "i am waiting for it",
    )
]


def told(text, sounds=None, sure=1.0):
    heard = text.split()
    return [
        (each.line, " ".join(heard[each.first : each.end]), each.run)
        for each in passes(SCRIPT, heard, [sure] * len(heard), sounds or {})
    ]


def test_lines_in_order_are_one_run():
    text = " ".join(" ".join(line) for line in SCRIPT)
    assert told(text) == [(number, " ".join(line), 0) for number, line in enumerate(SCRIPT)]


def test_what_is_begun_again_is_another_run():
    assert told("goodbye then nobody who leaves goodbye then nobody who leaves says it that well") == [
        (2, "goodbye then", 0), (3, "nobody who leaves", 0),
        (2, "goodbye then", 1), (3, "nobody who leaves says it that well", 1),
    ]  # fmt: skip


def test_a_line_that_is_jumped_is_left_out():
    assert [line for line, *_ in told("who hired the pigeon goodbye then nobody who leaves says it that well")] == [
        0,
        2,
        3,
    ]


def test_changed_words_stay_with_their_line():
    found = told("so what did she say you never gave me the last page i am waiting for it")
    assert [line for line, *_ in found] == [4, 5]
    assert found[0][1] == "so what did she say you never gave me the last page"


def test_what_nobody_wrote_is_nobodys():
    assert told("the weather will be cloudy with some rain in the north") == []
    found = told("hello and welcome to the show who hired the pigeon thanks a lot everybody that was lovely")
    assert found == [(0, "who hired the pigeon", 0)]


def test_words_that_sound_alike_speak_for_a_line():
    sounds = {
        "i": ("AY",),
        "eye": ("AY",),
        "waiting": ("W", "EY", "T", "IH", "NG"),
        "weighting": ("W", "EY", "T", "IH", "NG"),
    }
    heard = "eye am weighting four it"
    assert [line for line, *_ in told(heard, sounds)] == [5]


def test_words_that_were_hardly_heard_count_less():
    heard = ["i", "am", "waiting", "for", "it"]
    sure, unsure = (passes(SCRIPT, heard, [value] * 5, {})[0].score for value in (1.0, 0.0))
    assert unsure < sure


def test_a_long_take_is_gone_through_in_parts(monkeypatch):
    text = " ".join(" ".join(line) for line in SCRIPT * 4)
    whole = [line for line, *_ in told(text)]
    monkeypatch.setattr(module, "_MOST_CELLS", 40 * sum(map(len, SCRIPT)))
    assert whole == list(range(6)) * 4
    parts = [line for line, _ in itertools.groupby(line for line, *_ in told(text))]
    assert sum(one == other for one, other in zip(parts, whole, strict=False)) >= 20


def test_nothing_is_in_nothing():
    assert passes([], ["a"], [1.0], {}) == []
    assert passes([[]], ["a"], [1.0], {}) == []
    assert passes(SCRIPT, [], [], {}) == []


def test_pairs_rise():
    random = np.random.default_rng(2)
    words = sorted({word for line in SCRIPT for word in line})
    for _ in range(30):
        heard = [str(random.choice(words)) for _ in range(40)]
        last = -1
        for each in passes(SCRIPT, heard, [1.0] * 40, {}):
            assert each.first > last
            last = each.end - 1
            places = [place for place, _ in each.pairs]
            assert places == sorted(set(places))
            assert all(0 <= place < len(SCRIPT[each.line]) for place in places)


def test_a_line_is_rather_begun_after_a_pause_and_where_it_is_expected():
    script = [["so", "do", "i"], ["then", "we", "leave"], ["so", "do", "i"]]
    first, last = (
        passes(script, ["so", "do", "i"], [1.0] * 3, {}, is_expected=[n == place for n in range(3)])[0].line
        for place in (0, 2)
    )
    assert (first, last) == (0, 2)
    heard = ["then", "we", "leave"]
    rushed, paused = (passes(script, heard, [1.0] * 3, {}, [pause, 0, 0]) for pause in (0.0, 1.0))
    assert len(rushed) <= len(paused) == 1
