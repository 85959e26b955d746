"""Parts: what is spoken in a screenplay, and in which paragraph of its text that stands."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Spoken:
    """A speech.

    Parameters
    ----------
    who : str
        As written.
    text : str
        Without what says how it is said.
    paragraph : int
        Its number in `paragraphs`.
    """

    who: str
    text: str
    paragraph: int


def spoken_parts(
    script_parts: Iterable[Mapping[str, Any]], paragraphs: Iterable[Mapping[str, Any]]
) -> dict[str, list[Spoken]]:
    """Return the speeches of screenplays, by asset.

    Parameters
    ----------
    script_parts, paragraphs : rows of the tables of that name
    """
    starts: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in paragraphs:
        starts[row["asset"]].append((row["first_line"] or 0, row["paragraph"]))
    firsts = {asset: sorted(rows) for asset, rows in starts.items()}
    found: dict[str, list[Spoken]] = defaultdict(list)
    for row in script_parts:
        if row["kind"] == "dialogue" and row["text"] and firsts.get(row["asset"]):
            rows = firsts[row["asset"]]
            place = bisect_right(rows, row["first_line"], key=lambda each: each[0])
            found[row["asset"]].append(Spoken(row["who"], row["text"], rows[max(0, place - 1)][1]))
    return dict(found)
