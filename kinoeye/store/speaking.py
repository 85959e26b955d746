"""Speaking: who speaks in a production, and what people say of who it is.

What is said is kept as a decision on `speakers`, named by a moment of the sound, so that it holds after every run,
whatever numbers the speakers get. A moment is enough: the speaker of that turn is meant, wherever else they speak.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from kinoeye.errors import UseError
from kinoeye.store import people
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.timecode import clock, to_seconds

Row = dict[str, Any]


class Speakers:
    """Who speaks in a production.

    Parameters
    ----------
    index : Index
    again : callable
        Names anew what something was said of.
    """

    def __init__(self, index: Index, again: Callable[[], object]) -> None:
        self._index, self._again = index, again

    def all(self) -> list[Row]:
        """Return every speaker of every file: the rows of `speaker_names`, with `path`, `first` and `seconds`.

        Raises
        ------
        UseError
            If nobody speaks.
        """
        turns: dict[tuple[str, int], list[Row]] = defaultdict(list)
        for row in people.rows(self._index, "speakers"):
            turns[row["asset"], row["speaker"]].append(row)
        if not turns:
            raise UseError("speakers: nobody is known to speak in this production", remedy="Run: kinoeye run")
        paths = {row["asset"]: row["path"] for row in people.rows(self._index, "assets")}
        names = {(row["asset"], row["speaker"]): row for row in people.rows(self._index, "speaker_names")}
        empty = dict.fromkeys(
            ("voice", "character", "character_score", "person", "person_name", "person_score", "evidence")
        )
        rows = [
            {"asset": key[0], "speaker": key[1], **empty} | names.get(key, {})
            | {"path": paths.get(key[0]), "first": min(row["start"] for row in own),
               "seconds": to_seconds(sum(row["end"] - row["start"] for row in own))}
            for key, own in turns.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (row["path"] or "", row["first"]))

    def name(self, path: str, at: int, character: str = "", person: str = "", *, who: str = "", why: str = "") -> Row:
        """Say who speaks at a moment of a file; return the speaker's row of `all` as it is then.

        Parameters
        ----------
        path : str
        at : flicks
        character : str
            The role.
        person : str
            Who plays it or speaks as themselves: name, or id in `persons`.
        who, why : str

        Raises
        ------
        UseError
            If nothing is said, there is no such file, or nobody speaks there.
        """
        value = {"said": " ".join(character.split()), "said_person": " ".join(person.split())}
        value = {column: said for column, said in value.items() if said}
        if not value:
            raise UseError("speakers: a name must have letters, got none", remedy="Say a character, or --person NAME")
        asset, turn = self._turn(path, at)
        self._index.decisions.add(Decision("speakers", {"asset": asset, "at": at}, value, who, why))
        self._again()
        return next(row for row in self.all() if (row["asset"], row["speaker"]) == (asset, turn["speaker"]))

    def _turn(self, path: str, at: int) -> tuple[str, Row]:
        asset = people.asset_at(self._index, path, "speakers")
        turns = people.rows(self._index, "speakers", asset)
        for turn in turns:
            if turn["start"] <= at < turn["end"]:
                return asset, turn
        if not turns:
            raise UseError(f"speakers: somebody must speak in {path}, got nobody", remedy="Run: kinoeye run")
        nearest = min(turns, key=lambda turn: int(max(turn["start"] - at, at - turn["end"])))
        raise UseError(
            f"speakers: somebody must speak at {clock(at)} of {path}, got nobody",
            remedy=f"Nearest somebody speaks from {clock(nearest['start'])} to {clock(nearest['end'])}",
        )
