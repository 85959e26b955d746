"""Shot list: the shots of a finished cut, with a picture, what is seen and who speaks.

Source: the columns that an editor's shot list has: number, time in and out, length, size, movement, content.
"""

from collections.abc import Iterator

from kinoeye.export.dialogue import SPAN
from kinoeye.export.listed import Listed
from kinoeye.export.listing import Column, Entry

COLUMNS = (
    Column("still", 11, "still"), *SPAN, Column("begins", 7), Column("size", 14), Column("moves", 13),
    Column("speakers", 12), Column("on_screen", 20),
)  # fmt: skip


def shot_list(film: Listed) -> Iterator[Entry]:
    """Yield a row a shot."""
    said, place = film.said, 0
    for shot in film.shots:
        while place < len(said) and said[place].end <= shot["start"]:
            place += 1
        stop = next((at for at in range(place, len(said)) if said[at].start >= shot["end"]), len(said))
        names = dict.fromkeys(filter(None, map(film.who, said[place:stop])))
        seen = [row["text"] for row in film.texts if row["start"] < shot["end"] and shot["start"] < row["end"]]
        yield Entry(
            film.codes.span(shot["start"], shot["end"], has_feet=film.has_feet)
            | {"number": str(shot["shot"] + 1), "begins": shot["begins"], "size": shot["size"], "moves": shot["moves"],
               "speakers": ", ".join(names), "on_screen": " / ".join(dict.fromkeys(seen))},
            still=film.still(shot),
        )  # fmt: skip
