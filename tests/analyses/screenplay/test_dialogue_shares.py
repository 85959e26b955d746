"""Shares of dialogue add up to one, in each scene and in the whole."""

from collections import defaultdict

import pytest

from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.dialogue_shares import DIALOGUE_SHARES, dialogue_shares

TEXT = """INT. A - DAY

ANNA
One two three.

BEN
Four.

INT. B - DAY

DR. ANNA
五六七八

CARA (V.O.)
Nine ten.

ANNA
Eleven twelve.
"""


def _rows(tables, text=TEXT, **settings):
    lines = tables({"a": text})["lines"]
    return dialogue_shares(lines, characters(lines), **settings)


def test_who_says_how_much(tables):
    rows = [(row["scene_order"], row["character"], row["lines"], row["words"]) for row in _rows(tables).to_pylist()]
    assert rows == [
        (1, "ANNA", 1, 3), (1, "BEN", 1, 1), (2, "ANNA", 2, 6), (2, "CARA", 1, 2),
        (0, "ANNA", 3, 9), (0, "CARA", 1, 2), (0, "BEN", 1, 1),
    ]  # fmt: skip


def test_shares_are_parts_of_one(tables):
    sums = defaultdict(float)
    for row in _rows(tables).to_pylist():
        sums[row["scene_order"]] += row["share"]
    assert dict(sums) == pytest.approx({0: 1.0, 1: 1.0, 2: 1.0})


def test_attributes_are_declared_and_never_guessed(tables):
    declared = {
        row["character"]: row["attribute"] for row in _rows(tables, declared=("Anna: woman, deaf",)).to_pylist()
    }
    assert declared == {"ANNA": "woman, deaf", "BEN": "", "CARA": ""}


def test_no_dialogue_no_shares(tables):
    assert _rows(tables, "INT. A - DAY\n\nRain.\n").equals(DIALOGUE_SHARES.schema.empty_table())
