"""Dialogue list: who says what, and when, line by line, as a film is delivered with.

What was heard stands in it, not what was written; where the screenplay has other words, it says which.

Source: the columns that delivery schedules of distributors ask for: time in and out, duration, speaker, dialogue.
"""

from collections.abc import Iterator

from kinoeye.export.listed import Listed
from kinoeye.export.listing import Column, Entry

SPAN = (
    Column("number", 3.5, "number"), Column("time_in", 8, "code"), Column("time_out", 8, "code"),
    Column("duration", 8, "code"),
)  # fmt: skip
FEET = (Column("feet_in", 6, "code"), Column("feet_out", 6, "code"))
NOTES = Column("notes", 15)  # empty: the translator's

COLUMNS = (
    *SPAN, Column("speaker", 12), Column("dialogue", 34), Column("screenplay", 18), Column("as_written", 0),
    Column("sure", 4.5, "number"), NOTES,
)  # fmt: skip
_DOUBT = 0.5  # below, somebody has to listen


def dialogue_list(film: Listed) -> Iterator[Entry]:
    """Yield a row a line that is said."""
    for number, said in enumerate(film.said, 1):
        told = film.codes.span(said.start, said.end, has_feet=film.has_feet)
        told |= {
            "number": str(number), "speaker": film.who(said), "dialogue": said.text,
            "screenplay": "" if said.is_as_written else said.written,
            "as_written": "yes" if said.is_as_written else "no", "sure": f"{said.score:.2f}",
        }  # fmt: skip
        yield Entry(told, "alarm" if said.score < _DOUBT else "plain")
