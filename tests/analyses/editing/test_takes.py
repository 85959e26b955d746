"""A take is known by its board, its tags, its name, or by another of its set-up."""

import pyarrow as pa
import pytest

from kinoeye.analyses.editing.takes import TAKES, takes
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.footage.twins import TWINS
from kinoeye.analyses.screenplay.drafts import DRAFTS
from kinoeye.analyses.screenplay.scenes import SCENES
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def asset(name, path="", kind="video", tags=(), end=60):
    where = path or f"{name}.mov"
    return {"asset": name, "path": where, "kind": kind, "start": 0, "end": end * SECOND, "tags": list(tags)}


def shot(name, start, end, number=0):
    return {"asset": name, "shot": number, "start": start * SECOND, "end": end * SECOND}


def board(name, start, end, scene=None, take=None, roll=None):
    times = {"asset": name, "start": start * SECOND, "end": end * SECOND}
    return times | {"kind": "slate", "scene": scene, "take": take, "roll": roll, "text": "x"}


def scene(order, number=""):
    return {"asset": "s", "scene": f"scene{order}", "scene_order": order, "number": number, "heading": "INT. A"}


def filled(table, rows):
    """Return rows as a table; what a row leaves out is null."""
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def found(assets, shots=(), texts=(), twins=(), scenes=(), drafts=(), **settings):
    given = ((ASSETS, assets), (SHOTS, shots), (TEXTS, texts), (TWINS, twins), (SCENES, scenes),
             (DRAFTS, drafts))  # fmt: skip
    return takes(*(filled(table, list(rows)) for table, rows in given), **settings).to_pylist()


def test_a_board_says_what_it_is():
    (row,) = found(
        [asset("a")],
        [shot("a", 0, 60)],
        [board("a", 1, 4, scene="1A"), board("a", 1, 4, take="3"), board("a", 2, 4, roll="A001")],
        scenes=[scene(1)],
    )
    assert (row["number"], row["setup"], row["take"], row["roll"], row["scene"]) == ("1", "A", "3", "A001", "scene1")
    assert (row["start"], row["action_start"], row["end"]) == (0, 4 * SECOND, 60 * SECOND)
    assert row["evidence"] == ["board"]


def test_two_boards_are_two_takes():
    rows = found([asset("a")], [shot("a", 0, 60)], [board("a", 1, 4, "1", "1"), board("a", 30, 33, "1", "2")])
    assert [(row["take"], row["start"] // SECOND, row["end"] // SECOND) for row in rows] == [
        ("1", 0, 30),
        ("2", 30, 60),
    ]


def test_a_board_that_is_hidden_for_a_moment_is_one():
    (row,) = found([asset("a")], [shot("a", 0, 60)], [board("a", 1, 3, "1", "1"), board("a", 5, 7, "1", "1")])
    assert (row["start"], row["action_start"]) == (0, 7 * SECOND)


def test_a_board_whose_roll_is_read_only_once_is_one():
    told = [board("a", 0, 1, "1A", "2"), board("a", 2, 5, "1A", "2", "A001")]
    (row,) = found([asset("a")], [shot("a", 0, 60)], told)
    assert (row["take"], row["roll"], row["action_start"]) == ("2", "A001", 5 * SECOND)
    rolls = [board("a", 0, 1, "1A", "2", "A001"), board("a", 2, 5, "1A", "2", "B001")]
    assert len(found([asset("a")], [shot("a", 0, 60)], rolls)) == 2


def test_a_board_at_the_end_is_of_what_went_before():
    (row,) = found([asset("a")], [shot("a", 0, 60)], [board("a", 55, 58, "2", "1")])
    assert (row["start"], row["end"], row["evidence"]) == (0, 60 * SECOND, ["tail board"])


def test_what_is_cut_together_is_no_take():
    shots = [shot("a", n * 6, n * 6 + 6, n) for n in range(10)]
    assert found([asset("a")], shots, [board("a", 1, 4, "1", "1")]) == []
    assert len(found([asset("a")], shots, [board("a", 1, 4, "1", "1")], most_shots=10)) == 1


def test_tags_and_names_say_it_too():
    rows = found(
        [asset("a", "x/12A-3.wav", "sound"), asset("b", "y.wav", "sound", [("comment", "sSCENE=7B\r\nsTAKE=02\r\n")]),
         asset("c", "z.wav", "sound")],
        scenes=[scene(1, "7"), scene(2, "12A")],
    )  # fmt: skip
    told = {row["asset"]: (row["number"], row["setup"], row["take"], row["scene"], row["evidence"]) for row in rows}
    assert told["a"] == ("12A", "", "3", "scene2", ["name"])
    assert told["b"] == ("7", "B", "2", "scene1", ["tag"])
    assert told["c"] == ("", "", "", None, [])


def test_a_take_without_a_board_is_of_the_set_up_that_it_shares():
    twins = [{"group": "g", "asset": name, "shot": 0, "kind": "take", "score": 1.0} for name in "ab"]
    rows = found([asset("a"), asset("b")], [shot("a", 0, 60), shot("b", 0, 60)], [board("a", 1, 4, "3C", "1")], twins)
    told = {row["asset"]: (row["number"], row["setup"], row["take"], row["evidence"]) for row in rows}
    assert told["b"] == ("3", "C", "", ["set-up"])
    assert rows[0]["score"] > rows[1]["score"] > 0


def test_two_boards_in_a_group_tell_nothing():
    twins = [{"group": "g", "asset": name, "shot": 0, "kind": "take", "score": 1.0} for name in "abc"]
    rows = found([asset(name) for name in "abc"], [shot(name, 0, 60) for name in "abc"],
                 [board("a", 1, 4, "3", "1"), board("b", 1, 4, "4", "1")], twins)  # fmt: skip
    assert {row["asset"]: row["number"] for row in rows}["c"] == ""


def test_pictures_and_texts_are_no_takes():
    assert found([asset("a", kind="picture"), asset("b", kind="screenplay")]) == []
    assert takes(*(each.stored_schema.empty_table() for each in (ASSETS, SHOTS, TEXTS, TWINS, SCENES, DRAFTS))).equals(
        TAKES.schema.empty_table()
    )


def test_settings_are_checked():
    with pytest.raises(SettingError, match=r"takes: most_shots must lie in 1\.\.1000, got 0"):
        found([], most_shots=0)


def test_a_scene_has_the_number_of_the_draft_that_counts():
    scenes = [scene(1), scene(1) | {"asset": "new", "scene": "scene0"}]
    drafts = [{"asset": "s", "is_current": False}, {"asset": "new", "is_current": True}]
    given = [asset("a")], [shot("a", 0, 60)], [board("a", 1, 4, scene="1A")]
    assert found(*given, scenes=scenes)[0]["scene"] == "scene1"
    assert found(*given, scenes=scenes, drafts=drafts)[0]["scene"] == "scene0"
