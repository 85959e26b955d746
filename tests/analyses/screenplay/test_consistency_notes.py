"""Faults that were put into a screenplay are found where they are, and what only looks like one is left."""

import pyarrow as pa
import pytest

from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.consistency_notes import consistency_notes
from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.scenes import scenes
from kinoeye.analyses.screenplay.script_parts import SCRIPT_PARTS, script_parts
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.screenplay import plain
from kinoeye.tables import with_asset

CAST = """INT. KITCHEN - DAY

NORA, forty, cooks. TOBIAS sits at the table. Nora looks at Tobias. Tobias eats. Nora waits.

NORA
Again?

TOBIAS
Again.

NORA
Then eat.

TOBIAS
I do.

"""


def _notes(*texts: str, **settings: float) -> pa.Table:
    names = [f"{number}.fountain" for number in range(len(texts))]
    assets = ASSETS.from_rows([{"asset": name, "path": name, "paths": [name], "kind": "screenplay"} for name in names])
    made = [with_asset(script_parts(plain.read(text)), name) for name, text in zip(names, texts, strict=True)]
    parts = pa.concat_tables([SCRIPT_PARTS.stored_schema.empty_table(), *made])
    named = lines(assets, parts, LINES.schema.empty_table())
    return consistency_notes(named, scenes(parts, named), characters(named), **settings)


def _told(*texts: str) -> list[tuple[str, str]]:
    return [(row["kind"], row["subject"]) for row in _notes(*texts).to_pylist()]


def _said(who: str, what: str = "Yes.") -> str:
    return f"{who}\n{what}\n\n"


FAULTS = [
    (CAST + "EXT. YARD - DAY\n\nTobais comes out with a bucket.\n", ("name_spelling", "Tobais")),
    (CAST + "EXT. YARD - DAY\n\n" + _said("TOBAIS"), ("name_spelling", "TOBAIS")),
    (CAST + "INT. KITCHEN - DAY\n\nRain.\n\nINT. KICHEN - DAY\n\nA cup.\n\nINT. KITCHEN - NIGHT\n\nDark.\n\n",
     ("place_spelling", "KICHEN")),
    (CAST + "EXT. HARBOUR - SAME TIME\n\n" + _said("NORA"), ("two_places", "NORA")),
    (CAST + "INT. HALL - NIGHT - CONTINUOUS\n\nDark.\n", ("time_jump", "night")),
    (CAST + "Tobias leaves.\n\n" + _said("TOBIAS"), ("after_exit", "TOBIAS")),
    (CAST + "Nora and Tobias quickly walk out.\n\n" + _said("TOBIAS"), ("after_exit", "TOBIAS")),
    (CAST + "EXT. YARD - DAY\n\nA gate.\n\n" + _said("NORA") + "Nora enters, carrying a bucket.\n",
     ("before_entering", "NORA")),
    (CAST + "EXT. YARD - DAY\n\nNora is alone.\n\n" + _said("TOBIAS"), ("without_entering", "TOBIAS")),
    (CAST + "Tobias falls dead.\n\nEXT. YARD - DAY\n\nRain.\n\n" + _said("TOBIAS"), ("after_death", "TOBIAS")),
    (CAST + "EXT. YARD - DAY\n\nNORA (33) digs.\n", ("age", "NORA")),
    (CAST + "EXT. YARD - DAY\n\nShe fires the pistol at the sky.\n", ("prop_unannounced", "pistol")),
    (CAST + "Nora pockets a key.\n\nEXT. YARD - DAY\n\nRain.\n\n" + _said("NORA") + "INT. HALL - DAY\n\nRain.\n",
     ("prop_lost", "key")),
    ("INT. A - DAY #1#\n\nRain.\n\nINT. B - DAY #2#\n\nSnow.\n\nINT. C - DAY #2#\n\nFog.\n", ("number_doubled", "2")),
    ("INT. A - DAY #1#\n\nRain.\n\nINT. B - DAY #2#\n\nSnow.\n\nINT. C - DAY #5#\n\nFog.\n", ("number_missing", "3–4")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_a_fault_is_found_once_and_nothing_else(text, fault):
    assert _told(text) == [fault]


HAN = "外景 院子 白天\n\n小满（二十二岁）走进来。老周蹲在门口。\n\n小满\n爷爷。\n\n老周\n回来了。\n\n"
HAN_FAULTS = [
    (HAN + "小慢从包里拿出信封。\n", ("name_spelling", "小慢")),
    (HAN + "老周转身离开了。\n\n老周\n走吧。\n", ("after_exit", "老周")),
    (HAN + "小满独自坐着。\n\n老周\n走吧。\n", ("without_entering", "老周")),
    (HAN + "老周断了气。\n\n外景 胡同 白天\n\n下雨。\n\n老周\n走吧。\n", ("after_death", "老周")),
    (HAN + "外景 胡同 白天\n\n小满（三十岁）站着。\n", ("age", "小满")),
    (HAN + "内景 屋里 夜 连续\n\n下雨。\n", ("time_jump", "night")),
    (HAN + "她举起那把手枪。\n", ("prop_unannounced", "手枪")),
]


@pytest.mark.parametrize(("text", "fault"), HAN_FAULTS)
def test_faults_of_chinese_scripts_are_found(text, fault):
    assert _told(text) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Nothing.",
        CAST,
        HAN,
        CAST + "Tobias leaves the cup on the table.\n\n" + _said("TOBIAS"),
        CAST + "Tobias leaves.\n\n" + _said("TOBIAS (O.S.)"),
        CAST + "Tobias leaves.\n\nThe door opens: Tobias again.\n\n" + _said("TOBIAS"),
        CAST + "Tobias leaves.\n\n> CUT TO:\n\n" + _said("TOBIAS"),
        CAST + "Tobias almost dies laughing.\n\n" + _said("TOBIAS"),
        CAST + "Tobias dies.\n\nINT. KITCHEN - DAY (FLASHBACK)\n\nSun.\n\n" + _said("TOBIAS"),
        CAST + "TEN YEARS LATER\n\nNORA (50) cooks.\n",
        CAST + "EXT. YARD - DAY\n\nNORA, 40s, digs.\n",
        CAST + "INT. HALL - CONTINUOUS\n\n" + _said("NORA"),
        CAST + "INT. KITCHEN CUPBOARD - SAME\n\n" + _said("NORA"),
        CAST + "Tobiah, 60, comes in.\n\n",
        CAST + "She draws a pistol and fires the pistol.\n",
        "INT. A - DAY #1#\n\nRain.\n\nOMITTED #2-3#\n\nINT. B - DAY #1A#\n\nSnow.\n\nINT. C - DAY #2#\n\nFog.\n",
        "INT. ROOM 1 - DAY\n\nA.\n\nINT. ROOM 2 - DAY\n\nB.\n\nINT. ROOM 1 - DAY\n\nC.\n\nINT. ROOM 1 - DAY\n\nD.\n",
    ],
)
def test_what_only_looks_like_a_fault_is_left(text):
    assert _told(text) == []


def test_a_note_says_both_places():
    (row,) = _notes(CAST + "\n\nEXT. YARD - DAY\n\nNORA (33) digs.\n").to_pylist()
    assert (row["scene_order"], row["other_scene_order"], row["page"], row["other_page"]) == (2, 1, 1, 1)
    assert (row["here"], row["there"]) == ("33", "forty")
    assert row["line"] != row["other_line"]


def test_a_language_that_is_not_understood_has_notes_of_headings_only():
    german = (
        "INT. KÜCHE - DAY #1#\n\nNora und Tobias sind nicht in der Küche, und der Hund ist auch nicht da.\n\n"
        "TOBIAS\nIch bin es nicht, und du bist es auch nicht.\n\n"
        "INT. HOF - DAY #1#\n\nTobais geht mit dem Hund in den Hof und wartet auf die Nacht.\n"
    )
    assert _told(german) == [("number_doubled", "1")]


def test_a_higher_least_score_gives_no_more_notes():
    text = "".join(text for text, _ in FAULTS)
    counts = [_notes(text, least=least).num_rows for least in (0.0, 0.5, 0.7, 0.9, 1.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1] == 0
    with pytest.raises(SettingError, match="least must lie in"):
        _notes(text, least=2)


def test_screenplays_do_not_mix():
    assert _told(CAST, "EXT. YARD - DAY\n\nTobais digs.\n") == []
