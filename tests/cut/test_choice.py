"""The cut goes through the lines where least is wrong."""

from dataclasses import replace

import pytest

from kinoeye.cut.choice import Candidate, best, costs, leaving

WHOLE = Candidate("a", 0, 0, "1/", "l1", 0, 10, "covered", 1.0)


def line(number, *others):
    return [replace(each, line=f"l{number}", start=number * 20, end=number * 20 + 10) for each in others]


def picked(lines):
    return [each.candidate.asset if each else None for each in best(lines)]


A, B = WHOLE, replace(WHOLE, asset="b", setup="1/A")


def test_what_is_whole_is_taken():
    assert picked([line(1, replace(A, status="changed", kept=0.6), B)]) == ["b"]


def test_a_take_is_not_left_for_a_trifle():
    small = replace(A, usable=0.95)
    assert picked([line(1, A, B), line(2, small, B), line(3, A, replace(B, kept=0.5, status="changed"))]) == [
        "a",
        "a",
        "a",
    ]


def test_a_bad_line_is_taken_from_elsewhere_and_back():
    bad = replace(A, status="partial", kept=0.3)
    assert picked([line(1, A), line(2, bad, B), line(3, A)]) == ["a", "b", "a"]


def test_another_set_up_is_better_than_a_jump():
    jump, other = replace(A, run=1), replace(B)
    assert picked([line(1, A), line(2, jump, other)]) == ["a", "b"]
    assert leaving(A, replace(A, run=1, start=30, end=40)) > leaving(A, replace(B, start=30, end=40)) > 0
    assert leaving(A, replace(A, start=30, end=40)) == 0


def test_the_later_take_breaks_a_tie():
    assert picked([line(1, replace(A, take=1), replace(B, take=3))]) == ["b"]


@pytest.mark.parametrize(
    "worse",
    [
        {"usable": 0.2},
        {"off_camera": 0.5},
        {"doubt": 0.5},
        {"clear": 0.5},
        {"aside": 0.5},
        {"faults": 1},
        {"kept": 0.5},
        {"status": "changed"},
        {"is_seen": False},
    ],
)
def test_every_fault_counts(worse):
    assert sum(cost for _, cost in costs(replace(A, **worse))) > sum(cost for _, cost in costs(A))
    assert picked([line(1, replace(A, **worse), B)]) == ["b"]


def test_a_line_without_takes_is_missing_and_said_so():
    found = best([line(1, A), [], line(3, A)])
    assert found[1] is None
    assert [each.candidate.line for each in found if each] == ["l1", "l3"]
    assert found[0].why == "whole, clear and in one take"
    assert best([]) == []
