"""What may have been said is what the text says, or what was heard, gap by gap."""

import itertools

from kinoeye.signals.paths import LONGEST, SURE, paths


def sayings(arcs, last):
    """Every row of words that the graph allows; graphs here are small."""
    after = {}
    for arc in arcs:
        after.setdefault(arc.begin, []).append(arc)
    found, waiting = set(), [(0, ())]
    while waiting:
        at, said = waiting.pop()
        if at == last:
            found.add(" ".join(said))
        waiting += [(arc.end, (*said, arc.word) if arc.word else said) for arc in after.get(at, ())]
    return found


def test_what_is_sure_is_always_said():
    text, heard = ["a", "b", "c", "d"], ["a", "x", "c", "d"]
    said = sayings(*paths(text, heard, [(0, 0), (2, 2), (3, 3)]))
    assert said == {"a b c d", "a x c d", "a c d"}


def test_a_stretch_may_begin_and_end_anywhere_in_the_text():
    said = sayings(*paths(["a", "b", "c", "d", "e"], ["c"], [(2, 0)]))
    assert {"c", "a b c", "b c d", "a b c d e"} <= said
    assert all("c" in each for each in said)


def test_without_anything_sure_the_text_or_what_was_heard_is_said():
    said = sayings(*paths(["a"], ["x", "y"], []))
    assert said == {"a", "x y", ""}


def test_what_was_hardly_heard_is_not_said_instead_of_the_text():
    sure, unsure = (sayings(*paths(["a", "b"], ["x", "b"], [(1, 1)], [value, 1.0])) for value in (SURE, SURE / 2))
    assert sure == unsure | {"x b"} == {"a b", "b", "x b"}
    assert sayings(*paths(["b"], ["x", "b"], [(0, 1)], [0.0, 1.0])) == {"x b", "b"}


def test_a_long_gap_was_not_said():
    text = ["a", *(f"w{n}" for n in range(LONGEST + 1)), "b"]
    assert sayings(*paths(text, ["a", "b"], [(0, 0), (len(text) - 1, 1)])) == {"a b"}


def test_states_rise_and_chances_are_chances():
    arcs, last = paths(["a", "b", "c"], ["a", "z"], [(0, 0)])
    assert all(0 < arc.chance <= 1 and arc.end != arc.begin for arc in arcs)
    assert max(itertools.chain.from_iterable((arc.begin, arc.end) for arc in arcs)) >= last
