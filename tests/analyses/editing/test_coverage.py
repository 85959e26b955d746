"""A line is covered where it is said, changed where other words are said, and seen where lips move."""

import pyarrow as pa
import pytest

from kinoeye.analyses.editing.coverage import COVERAGE, coverage
from kinoeye.analyses.editing.takes import TAKES
from kinoeye.analyses.footage.framing import FRAMING
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.screenplay.drafts import DRAFTS
from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.script_parts import script_parts
from kinoeye.analyses.sound.lips import LIPS
from kinoeye.analyses.sound.words import WORDS
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.screenplay import fountain
from kinoeye.signals.spoken import plain
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

TEXT = """EXT. ROOF - DAY

JUNE
Goodbye then, whoever you are.

She waits.

NORA
Nobody who leaves says it that well.

JUNE
So what does she say? You never wrote the last page.

NORA
I am waiting for it.
"""
STEP = SECOND // 4


def script(text=TEXT, name="s"):
    assets = ASSETS.from_rows([{"asset": name, "path": "s.fountain", "kind": "screenplay"}])
    return lines(assets, with_asset(script_parts(fountain.read(text)), name), LINES.schema.empty_table())


def take(name="a", seconds=60):
    return {"asset": name, "take_order": 0, "start": 0, "end": seconds * SECOND, "action_start": 0}


def heard(text, name="a", language="en", parts=None):
    return [
        {"asset": name, "start": n * STEP, "end": (n + 1) * STEP, "text": word, "score": 0.9, "language": language}
        for n, word in enumerate(parts or plain(text))
    ]


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def found(words, takes=(), told=None, shots=(), framing=(), lips=(), faces=(), drafts=(), **settings):
    given = ((TAKES, takes or [take()]), (WORDS, words), (SHOTS, shots), (FRAMING, framing), (LIPS, lips),
             (FACE_TRACKS, faces), (DRAFTS, drafts))  # fmt: skip
    return coverage(
        script() if told is None else told, *(filled(table, list(rows)) for table, rows in given), **settings
    ).to_pylist()


def names(table):
    return {row["text"].split()[0].strip(",.?"): row["line"] for row in table.to_pylist()}


def test_every_line_in_its_place():
    rows = found(heard(" ".join(row["text"] for row in script().to_pylist() if row["kind"] == "dialogue")))
    line = names(script())
    assert [(row["line"], row["status"], row["run"]) for row in rows] == [
        (line["Goodbye"], "covered", 0), (line["She"], "passed", 0), (line["Nobody"], "covered", 0),
        (line["So"], "covered", 0), (line["I"], "covered", 0),
    ]  # fmt: skip
    assert (rows[0]["start"], rows[0]["end"]) == (0, 5 * STEP)
    assert (rows[1]["start"], rows[1]["end"]) == (5 * STEP, 5 * STEP)
    assert rows[0]["kept"] == 1
    assert rows[1]["kept"] is None
    assert {row["scene"] for row in rows} == {script().to_pylist()[0]["scene"]}


def test_changed_partial_and_missing():
    rows = found(heard("Goodbye then, wherever you go. So what does she say? I am waiting for it."))
    told = {row["line"]: row for row in rows}
    line = names(script())
    assert [told[line[each]]["status"] for each in ("Goodbye", "Nobody", "So", "I")] == [
        "changed", "missing", "partial", "covered"
    ]  # fmt: skip
    assert told[line["Goodbye"]]["changes"] == [
        {"was": "whoever", "said": "wherever"}, {"was": "are", "said": "go"}
    ]  # fmt: skip
    assert told[line["So"]]["changes"] == [{"was": "you never wrote the last page", "said": ""}]
    assert told[line["Nobody"]]["kept"] == 0


def test_a_retake_is_another_run():
    rows = found(heard("Nobody who leaves, sorry, nobody who leaves says it that well."))
    assert [(row["status"], row["run"]) for row in rows] == [("partial", 0), ("covered", 1)]


def test_other_words_cover_nothing():
    assert found(heard("Tomorrow there will be rain in the north and some wind near the coast.")) == []


def test_two_takes_of_one_recording_are_kept_apart():
    words = heard("Nobody who leaves says it that well. Nobody who leaves says it that well.")
    takes = [take() | {"end": 7 * STEP}, take() | {"take_order": 1, "start": 7 * STEP}]
    assert [(row["take_order"], row["status"]) for row in found(words, takes)] == [(0, "covered"), (1, "covered")]


def test_the_screenplay_that_is_said_is_taken():
    other = script("INT. SHIP - NIGHT\n\nCAPTAIN\nNever wake me at noon again.\n", "t")
    both = pa.concat_tables([script(), other])
    rows = found(heard("Never wake me at noon again."), told=both)
    assert [(row["script"], row["status"]) for row in rows] == [("t", "covered")]


def test_chinese_lines_are_found_by_their_signs():
    told = script("内景 厨房 日\n\n小明\n你为什么不早一点告诉我这件事？\n")
    rows = found(heard("", language="zh", parts=list("你为什么不早点告诉我这件事")), told=told)
    assert [(row["status"], row["changes"]) for row in rows] == [("changed", [{"was": "一", "said": ""}])]


@pytest.mark.parametrize(
    ("lips", "faces", "told"),
    [
        ([{"start": 0, "end": 9 * STEP, "evidence": 2.0}], [{"start": 0, "end": 9 * STEP}], True),
        ([{"start": 0, "end": 9 * STEP, "evidence": -2.0}], [{"start": 0, "end": 9 * STEP}], False),
        ([], [{"start": 0, "end": 9 * STEP}], None),
        ([], [], False),
    ],
)
def test_lips_say_who_is_on_camera(lips, faces, told):
    (row,) = found(
        heard("Nobody who leaves says it that well."),
        shots=[{"asset": "a", "start": 0, "end": 9 * STEP}],
        framing=[{"asset": "a", "start": 0, "end": 9 * STEP, "scale": "close-up"}],
        lips=[{"asset": "a", **row} for row in lips],
        faces=[{"asset": "a", **row} for row in faces],
    )
    assert row["is_on_camera"] is told
    assert row["scale"] == "close-up"


def test_sound_alone_has_no_camera():
    (row,) = found(heard("Nobody who leaves says it that well."))
    assert row["is_on_camera"] is None
    assert row["scale"] == ""


def test_nothing_said_or_written_covers_nothing():
    assert found([]) == []
    assert found(heard("Goodbye then."), told=LINES.schema.empty_table()) == []
    assert coverage(
        LINES.schema.empty_table(),
        *(table.stored_schema.empty_table() for table in (TAKES, WORDS, SHOTS, FRAMING, LIPS, FACE_TRACKS, DRAFTS)),
    ).equals(COVERAGE.schema.empty_table())


def test_settings_are_checked():
    with pytest.raises(SettingError, match=r"coverage: least must lie in 0\.\.1, got 2"):
        found([], least=2)


def test_a_line_that_stands_in_two_scenes_is_of_the_one_on_the_board():
    table = script(TEXT + "\nINT. STAIRS - NIGHT\n\nNORA\nI am waiting for it.\n")
    scenes = list(dict.fromkeys(row["scene"] for row in table.to_pylist()))
    assert len(scenes) == 2
    for scene in scenes:
        rows = found(heard("I am waiting for it"), [take() | {"scene": scene}], table)
        assert [row["scene"] for row in rows] == [scene]


def test_of_two_drafts_only_the_one_that_counts_is_covered():
    both = pa.concat_tables([script(name="old"), script(TEXT.replace("waiting for it", "done with it"), "new")])
    words = heard("Goodbye then, whoever you are. I am waiting for it.")
    drafts = [{"asset": name, "is_current": name == "new"} for name in ("old", "new")]
    assert {row["script"] for row in found(words, told=both)} == {"old"}
    rows = found(words, told=both, drafts=drafts)
    assert {row["script"] for row in rows} == {"new"}
    assert [row["status"] for row in rows if row["said"]] == ["covered", "changed"]
