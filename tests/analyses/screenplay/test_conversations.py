"""Who answers whom is counted within scenes."""

from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.conversations import CONVERSATIONS, conversations


def _speech(*names):
    return "".join(f"{name}\nYes.\n\n" for name in names)


def _rows(tables, text):
    lines = tables({"a": text})["lines"]
    return conversations(lines, characters(lines))


def test_answers_are_counted_both_ways_and_not_over_scenes(tables):
    text = f"INT. A - DAY\n\n{_speech('ANNA', 'BEN', 'ANNA', 'CARA')}INT. B - DAY\n\n{_speech('BEN', 'BEN', 'ANNA')}"
    rows = [(row["one"], row["other"], row["exchanges"], row["scenes"]) for row in _rows(tables, text).to_pylist()]
    assert rows == [("ANNA", "BEN", 3, 2), ("ANNA", "CARA", 1, 1), ("BEN", "CARA", 0, 1)]


def test_who_speaks_alone_talks_with_nobody(tables):
    assert _rows(tables, f"INT. A - DAY\n\n{_speech('ANNA', 'ANNA')}").equals(CONVERSATIONS.schema.empty_table())
