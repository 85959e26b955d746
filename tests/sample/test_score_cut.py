"""A cut is held against the ideal line by line."""

from dataclasses import replace
from typing import Any

from kinoeye.sample.score_cut import Placed, told, verdicts

SECOND = 705_600_000


def said(number: int, line: int, start: float, *faults: str, is_seen: bool = True) -> dict[str, Any]:
    return {"pass": number, "line": line, "start": int(start * SECOND), "end": int((start + 1) * SECOND),
            "faults": list(faults), "is_seen": is_seen}  # fmt: skip


def file(
    path: str, setup: str, take: int, *passes: dict[str, Any], asides: tuple[tuple[float, float], ...] = ()
) -> Any:
    return {"path": path, "scene": 1, "setup": setup, "take": take, "passes": list(passes),
            "asides": [{"start": int(one * SECOND), "end": int(other * SECOND)} for one, other in asides]}  # fmt: skip


TRUTH = {
    "files": [
        file("w1", "", 1, said(0, 2, 1), said(1, 3, 3), asides=((2.2, 2.6),)),
        file("w2", "", 2, said(0, 2, 1), said(1, 3, 3, "changed")),
        file("a1", "A", 1, said(0, 3, 1), said(1, 3, 4, is_seen=False)),
    ],
    "ideal": [{"line": 2, "passes": [["w1", 0], ["w2", 0]]}, {"line": 3, "passes": [["w1", 1], ["a1", 0]]}],
    "screenplay": {"lines": [{"speaker": "A", "words": "Two."}, {"speaker": "B", "words": "Three."}]},
}


def placed(line: int, path: str, at: float, start: float, end: float) -> Placed:
    return Placed(line, path, int(at * SECOND), int((at + 1) * SECOND), int(start * SECOND), int(end * SECOND))


def test_an_ideal_cut_is_right_and_whole() -> None:
    found = verdicts(TRUTH, [placed(2, "w1", 1, 0.8, 2.1), placed(3, "a1", 1, 0.8, 2.2)])
    assert [(each.is_right, each.is_whole, each.strange) for each in found] == [(True, True, 0)] * 2
    assert [row["right"] for row in told(TRUTH, found)] == [True, True]
    assert told(TRUTH, found)[1]["in the cut"] == "1A-1"
    assert told(TRUTH, found)[1]["ideal"] == "1-1, 1A-1"


def test_another_take_of_the_same_set_up_jumps() -> None:
    jump = verdicts(TRUTH, [placed(2, "w2", 1, 0.8, 2.1), placed(3, "w1", 3, 2.8, 4.2)])
    assert [each.is_ideal for each in jump] == [True, True]
    assert [each.is_right for each in jump] == [True, False]
    stays = verdicts(TRUTH, [placed(2, "w1", 1, 0.8, 4.2), placed(3, "w1", 3, 0.8, 4.2)])
    assert [each.is_right for each in stays] == [True, True]


def test_what_is_wrong_is_said() -> None:
    found = verdicts(TRUTH, [placed(3, "w2", 3, 2.8, 4.2)])
    assert (found[0].is_right, found[0].shown) == (False, "1-2: changed")
    off = verdicts(TRUTH, [placed(3, "a1", 4, 3.8, 5.2)])
    assert off[0].shown == "1A-1: off camera"
    nowhere = verdicts(TRUTH, [placed(3, "a1", 8, 7.8, 9.2)])
    assert (nowhere[0].is_right, nowhere[0].shown) == (False, "not said there")
    assert told(TRUTH, found)[0] == {
        "line": 2, "who": "A", "words": "Two.", "in the cut": "missing", "ideal": "1-1, 1-2", "right": False,
    }  # fmt: skip


def test_cut_words_and_strange_ones_are_counted() -> None:
    whole = placed(2, "w1", 1, 0.8, 2.1)
    short = verdicts(TRUTH, [replace(whole, start=int(1.25 * SECOND))])[0]
    assert (short.cut_off, short.is_whole) == (SECOND // 4, False)
    long = verdicts(TRUTH, [placed(2, "w1", 1, 0.8, 2.5)])[0]
    assert long.strange == int(2.5 * SECOND) - int(2.2 * SECOND)


def test_lines_out_of_order_are_seen() -> None:
    found = verdicts(TRUTH, [placed(3, "w1", 3, 2.8, 4.1), placed(2, "a1", 1, 0.8, 2.1)])
    assert [each.is_in_order for each in found] == [True, False]
