"""What recognition misses or confuses is told by what stands around it, and by how the same line is heard elsewhere."""

import pyarrow as pa
import pytest

from kinoeye.cut.doubts import doubts
from kinoeye.cut.seen import who_is_seen
from kinoeye.cut.tight import tightened
from kinoeye.cut.unheard import unheard
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

LINES = [
    {"line": f"l{n}", "scene": "x", "text": text, "who": who}
    for n, (who, text) in enumerate([("A", "We go now."), ("B", "Never, I tell you."), ("A", "Then I go alone.")])
]
TAKE = {"asset": "a", "take_order": 0, "action_start": 0, "end": 30 * SECOND}


def row(line, start, end, **more):
    return {"asset": "a", "take_order": 0, "scene": "x", "line": line, "start": int(start * SECOND),
            "status": "covered", "end": int(end * SECOND), "kept": 1.0, "said": "x"} | more  # fmt: skip


def words(asset, start, *told):
    return [
        {"asset": asset, "text": text, "score": score, "language": "en", "start": int((start + 0.3 * n) * SECOND),
         "end": int((start + 0.3 * n + 0.25) * SECOND)} for n, (text, score) in enumerate(told)
    ]  # fmt: skip


def speech(*spans):
    return {"a": [{"start": int(one * SECOND), "end": int(other * SECOND)} for one, other in spans]}


def test_a_line_between_two_is_said_if_as_much_is_spoken():
    known = [row("l0", 1, 2), row("l2", 5, 6)]
    (found,) = unheard(known, LINES, [TAKE], {}, speech((1, 2), (2.6, 4.1), (5, 6)))
    assert (found["line"], found["status"]) == ("l1", "unheard")
    assert (found["start"], found["end"]) == (int(2.6 * SECOND), int(4.1 * SECOND))


@pytest.mark.parametrize("spans", [((1, 2), (5, 6)), ((1, 2), (2.1, 2.4), (5, 6))])
def test_silence_and_little_speech_are_no_line(spans):
    assert unheard([row("l0", 1, 2), row("l2", 5, 6)], LINES, [TAKE], {}, speech(*spans)) == []


def test_a_long_talk_is_no_line():
    assert unheard([row("l0", 1, 2), row("l2", 12, 13)], LINES, [TAKE], {}, speech((1, 2), (2.2, 11.5), (12, 13))) == []


def test_lines_beside_what_was_heard_are_guessed_less_surely():
    between = unheard([row("l0", 1, 2), row("l2", 5, 6)], LINES, [TAKE], {}, speech((2.6, 4.1)))[0]
    (before,) = unheard([row("l1", 5, 6)], LINES, [TAKE], {}, speech((3, 4), (5, 6)))
    assert before["line"] == "l0"
    assert before["kept"] < between["kept"]
    other = [LINES[0] | {"scene": "y"}, *LINES[1:]]
    assert unheard([row("l1", 5, 6)], other, [TAKE], {}, speech((3, 4), (5, 6))) == []


def test_other_words_heard_there_say_where_the_line_is():
    heard = {"a": words("a", 2.7, ("never", 0.1), ("a", 0.1), ("toy", 0.1))}
    (found,) = unheard([row("l0", 1, 2), row("l2", 5, 6)], LINES, [TAKE], heard, speech((1, 6)))
    assert (found["start"], found["end"]) == (int(2.7 * SECOND), heard["a"][-1]["end"])


def test_two_lines_are_guessed_only_with_a_pause_between():
    lines = [*LINES[:2], LINES[1] | {"line": "l1b"}, LINES[2]]
    known = [row("l0", 1, 2), row("l2", 7, 8)]
    found = unheard(known, lines, [TAKE], {}, speech((2.5, 4.0), (4.6, 6.0)))
    assert [(each["line"], each["start"]) for each in found] == [("l1", int(2.5 * SECOND)), ("l1b", int(4.6 * SECOND))]
    assert unheard(known, lines, [TAKE], {}, speech((2.5, 6.0))) == []


def test_a_line_that_is_begun_again_is_its_last_time():
    told = words(
        "a", 1, ("we", 0.9), ("go", 0.9), ("sorry", 0.9), ("again", 0.9), ("we", 0.9), ("go", 0.9), ("now", 0.9)
    )
    long = row("l0", 1, 1 + 0.3 * 6 + 0.25, status="changed")
    tight = tightened(long, LINES[0], {"a": told})
    assert (tight["start"], tight["end"]) == (told[4]["start"], told[6]["end"])
    assert (tight["status"], tight["kept"]) == ("covered", 1.0)
    assert tightened(row("l0", 1, 2), LINES[0], {"a": told}) == row("l0", 1, 2)


def test_doubt_is_against_how_well_it_can_be_heard():
    sure = words("a", 1, ("we", 0.6), ("go", 0.9), ("now", 0.9)) + words("b", 1, ("we", 0.6), ("go", 0.3), ("now", 0.9))
    by = {"a": sure[:3], "b": sure[3:]}
    clear, unclear = doubts([row("l0", 1, 2), row("l0", 1, 2, asset="b")], LINES[0], by, {})
    assert clear == 0
    assert unclear == pytest.approx((0.6 + 0.2) / 2)
    assert doubts([row("l0", 1, 2)], LINES[0], by, {}) == [0.0], "alone nothing can be said"


def test_a_word_that_is_not_heard_is_doubted_most():
    by = {"a": words("a", 1, ("we", 0.9), ("go", 0.9), ("now", 0.9)), "b": words("b", 1, ("we", 0.9), ("now", 0.9))}
    assert doubts([row("l0", 1, 2), row("l0", 1, 2, asset="b")], LINES[0], by, {})[1] == pytest.approx((0.9 + 0.3) / 2)


def shot(groups, levels):
    framing = [{"asset": asset, "group": group} for asset, group in groups.items()]
    meters = [
        {"asset": asset, "start": int(at * SECOND), "end": int((at + 1) * SECOND), "momentary_lufs": level}
        for asset, each in levels.items() for at, level in each.items()
    ]  # fmt: skip
    return {"framing": pa.Table.from_pylist(framing), "loudness": pa.Table.from_pylist(meters)}


WHO = {line["line"]: line["who"] for line in LINES}
SETUPS = {("w", 0): "1/", ("a", 0): "1/A", ("b", 0): "1/B"}


def spoken(*takes):
    return [row(line, at, at + 1, asset=asset) for asset in takes for at, line in ((1, "l0"), (3, "l1"), (5, "l2"))]


def test_a_single_is_of_whom_most_is_said():
    tables = shot({"w": "two", "a": "single"}, {})
    seen = who_is_seen(spoken("w", "a"), WHO, SETUPS, tables, {})
    assert seen == {("a", 0): "A"}, "of the wide shot nothing is said"


def test_a_single_is_of_who_is_louder_there():
    levels = {"w": {1: -20, 3: -20, 5: -20}, "b": {1: -26, 3: -20, 5: -26}}
    seen = who_is_seen(spoken("w", "b"), WHO, SETUPS, shot({"w": "two", "b": "single"}, levels), {})
    assert seen == {("b", 0): "B"}


def test_nothing_is_said_where_two_have_as_much():
    rows = [each for each in spoken("a") if each["line"] != "l2"]
    assert who_is_seen(rows, WHO, SETUPS, shot({"a": "single"}, {}), {}) == {}
    assert who_is_seen(rows, WHO, SETUPS, {}, {}) == {}
