"""What somebody chose counts, survives a run and a new index, and can be taken back."""

import shutil
from pathlib import Path

import pytest

from kinoeye.errors import UseError
from kinoeye.production import Production

SCRIPT = "INT. A - DAY\n\nANNA\nWho hired the pigeon, of all birds?\n\nBEN\nIt works for crumbs.\n"
PAGES = ("one v1.fountain", "one v2.fountain", "one v3.fountain", "two.fountain")


@pytest.fixture
def production(tmp_path: Path) -> Production:
    for number, name in enumerate(PAGES):
        text = SCRIPT.replace("of all birds", f"of all birds number {number}") if number < 3 else SCRIPT.replace(
            "Who hired the pigeon, of all birds?", "North."
        ).replace("It works for crumbs.", "The compass turns and turns.")  # fmt: skip
        (tmp_path / name).write_text(text)
    made = Production(tmp_path)
    made.run(only=["drafts"], jobs=1)
    return made


def counting(production: Production) -> list[str]:
    return [row["path"] for row in production.drafts.all() if row["is_current"]]


def test_a_choice_counts_until_it_is_taken_back(production: Production) -> None:
    drafts = production.drafts
    drafts._again = lambda: production.run(only=["drafts"], jobs=1)
    assert counting(production) == ["one v3.fountain", "two.fountain"]
    rows = drafts.use("one v1.fountain", who="A", why="locked")
    assert [(row["path"], row["is_current"], row["evidence"]) for row in rows] == [
        ("one v2.fountain", False, ""), ("one v3.fountain", False, "name"), ("one v1.fountain", True, "chosen"),
    ]  # fmt: skip
    drafts.use("one v2.fountain")
    assert counting(production) == ["one v2.fountain", "two.fountain"]
    shutil.rmtree(production.folder / ".kinoeye" / "tables")
    again = Production(production.folder)
    again.run(only=["drafts"], jobs=1)
    assert counting(again) == ["one v2.fountain", "two.fountain"]
    newest = again.drafts
    newest._again = lambda: again.run(only=["drafts"], jobs=1)
    newest.use("one v1.fountain", is_chosen=False)
    assert counting(again) == ["one v3.fountain", "two.fountain"]


def test_a_wrong_path_is_refused(production: Production) -> None:
    with pytest.raises(UseError, match=r"drafts: must be one of one v1.fountain, .*, got three.fountain"):
        production.drafts.use("three.fountain")


def test_without_a_screenplay_nothing_counts(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Only a note.")
    made = Production(tmp_path)
    made.run(only=["drafts"], jobs=1)
    with pytest.raises(UseError, match="there must be a screenplay with lines, got none"):
        made.drafts.all()
