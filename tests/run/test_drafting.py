"""What became of each line from one draft to the next, and what that asks for."""

import json

import pytest

from kinoeye.cli.main import main
from kinoeye.errors import DocumentError
from kinoeye.run.drafting import draft_tables, line_changes

OLD = """INT. KITCHEN - DAY

ANNA holds a knife. A dog barks.

ANNA
Somebody ought to turn that off before it wakes the cat.

BEN
Yes.

EXT. ROOF - NIGHT

Washing on a line, like sails.

BEN
Goodbye then, all of you.
"""
NEW = """EXT. ROOF - NIGHT

Washing on a line, like sails.

BEN
Goodbye then, all of you.

INT. KITCHEN - DAY

ANNA holds a knife.

ANNA
Somebody ought to turn this off before it wakes the dog.

CARL
Never mind, I will do it.

INT. CELLAR - NIGHT

Dark.
"""


@pytest.fixture
def drafts(tmp_path):
    (tmp_path / "old.fountain").write_text(OLD)
    (tmp_path / "new.fountain").write_text(NEW)
    return tmp_path / "old.fountain", tmp_path / "new.fountain"


def do(*arguments: object) -> int:
    try:
        return int(main([str(each) for each in arguments]) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


def test_what_became_of_each_line(drafts):
    found = [(each.what, each.was, each.text) for each in line_changes(draft_tables(*drafts)["lines"])]
    assert ("added", "", "Never mind, I will do it.") in found
    assert ("added", "", "INT. CELLAR - NIGHT") in found
    assert ("dropped", "Yes.", "") in found
    assert ("changed", "ANNA holds a knife. A dog barks.", "ANNA holds a knife.") in found
    assert sum(what == "moved" for what, *_ in found) == 3
    assert not any("INT. KITCHEN - DAY" in each for each in found)


def test_the_same_draft_changes_nothing(drafts):
    assert line_changes(draft_tables(drafts[0], drafts[0])["lines"]) == []


def test_the_verb_says_what_it_asks_for(drafts, capsys):
    assert do("script", "diff", *drafts, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["added"] == ["3"]
    assert told["scenes_of_cast"] == {"BEN": {"old": 2, "new": 1}, "CARL": {"old": 0, "new": 1}}
    assert told["elements"]["animals"] == {"old": 1, "new": 0}
    assert {each["what"] for each in told["lines"]} == {"added", "dropped", "changed", "moved"}
    assert do("script", "diff", *drafts) == 0
    said = capsys.readouterr().out
    assert "changed: ANNA: Somebody ought to turn that off" in said
    assert "scenes added: 3" in said


def test_bad_drafts_are_refused(drafts, tmp_path, capsys):
    prose = tmp_path / "prose.txt"
    prose.write_text("Just words.")
    with pytest.raises(DocumentError, match=r"prose\.txt: a screenplay must have scene headings, got none"):
        draft_tables(drafts[0], prose)
    assert do("script", "diff", drafts[0], tmp_path / "no.fountain") == 3
    assert "must be readable" in capsys.readouterr().err
