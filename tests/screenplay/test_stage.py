"""Stage plays are read as they are printed."""

import pytest

from kinoeye.media.documents import read_screenplay
from kinoeye.media.kinds import recognise
from kinoeye.screenplay import plain, stage

PLAY = """ACT I

SCENE 1. A room by the sea.

[Enter NORA and BEN.]

NORA. The kettle has been singing since noon.
Nobody hears it.

BEN [aside]. I hear it.
NORA. What hour is it? [She looks up.] Late.

SCENE II

BEN.
I think it is twelve.

NORA: (softly) No, it is past.

[Exeunt.]
"""


def told(text):
    return [(each.kind, each.text) for each in stage.read(text).elements]


def test_every_form_is_told():
    assert told(PLAY) == [
        ("section", "ACT I"),
        ("heading", "SCENE 1. A room by the sea."),
        ("action", "Enter NORA and BEN."),
        ("character", "NORA"),
        ("dialogue", "The kettle has been singing since noon.\nNobody hears it."),
        ("character", "BEN"),
        ("parenthetical", "aside"),
        ("dialogue", "I hear it."),
        ("character", "NORA"),
        ("dialogue", "What hour is it?"),
        ("parenthetical", "She looks up."),
        ("dialogue", "Late."),
        ("heading", "SCENE II"),
        ("character", "BEN"),
        ("dialogue", "I think it is twelve."),
        ("character", "NORA"),
        ("parenthetical", "softly"),
        ("dialogue", "No, it is past."),
        ("action", "Exeunt."),
    ]
    assert [(each.line, each.end_line) for each in stage.read(PLAY).elements[3:6]] == [(7, 9), (7, 9), (10, 11)]


def test_act_and_scene_on_one_line():
    assert told("ACT II SCENE 3. The yard.\n\nNORA. Come.\n")[:2] == [
        ("section", "ACT II"), ("heading", "SCENE 3. The yard."),
    ]  # fmt: skip


def test_it_is_told_by_content(tmp_path):
    path = tmp_path / "play.txt"
    path.write_text(PLAY)
    assert recognise(path) == "screenplay"
    assert read_screenplay(path).form == "stage"


@pytest.mark.parametrize(
    "text",
    [
        "NORA: Hello.\nBEN: Hello.\nNORA: Well.\nBEN: Yes.\n",  # a transcript
        "INT. HALL - DAY\n\nACT I\n\nNORA. Hello.\n\nNORA. Well.\n\nBEN. Yes.\n",
        "Scene 1 of the report. Nobody. Speaks.\n",
        "",
    ],
)
def test_what_is_no_play(text):
    assert plain.form(text) != "stage"
