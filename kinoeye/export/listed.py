"""Listed: one film as its lists look at it: its clock, its shots, what is said, in one language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from kinoeye.export.codes import Codes
from kinoeye.export.contact import look, shots_of
from kinoeye.export.said import Said, said_lines
from kinoeye.export.tags import Tag, rows_of
from kinoeye.export.words import Words
from kinoeye.streams import Stills

Row = dict[str, Any]

_STILL_PX = 160
_SURE = 0.5  # below, a kind of sound is a guess that somebody would have to take out
_UNHEARD = ("silence", "unknown", "music")
_ON_SCREEN = ("title", "credit", "subtitle", "sign", "other")


@dataclass(frozen=True)
class Listed:
    """A film for lists.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
    film : mapping
        Its row of `assets`.
    words : Words
    stills : callable
    has_feet : bool
        Whether film feet stand beside the time codes.
    """

    tables: Mapping[str, pa.Table]
    film: Mapping[str, Any]
    words: Words
    stills: Callable[[str], Stills | None]
    has_feet: bool = False

    @cached_property
    def codes(self) -> Codes:
        """Its clock."""
        return Codes(self.film)

    @cached_property
    def said(self) -> list[Said]:
        """What is said in it."""
        return said_lines(self.tables, str(self.film["asset"]))

    def rows(self, table: str) -> list[Row]:
        """Return its rows of a table, as they begin."""
        return sorted(rows_of(self.tables, table, str(self.film["asset"])), key=lambda row: int(row.get("start") or 0))

    @cached_property
    def shots(self) -> list[Row]:
        """Its shots, with how each looks in words: `size`, `moves`, `begins`."""
        sizes = {row["shot"]: row for row in self.rows("framing")}
        moves: dict[int, list[str]] = {}
        for row in self.rows("camera"):
            if row["move"] not in (None, "unknown", "static"):
                key = f"{row['move']}_{row['direction']}" if row["direction"] else str(row["move"])
                told = self.words.tag(Tag("camera", key))
                moves.setdefault(row["shot"], []).extend([told] if told not in moves.get(row["shot"], []) else [])
        found = []
        for row in shots_of(self.tables, str(self.film["asset"])):
            size = sizes.get(row["shot"], {})
            named = [str(size["scale"])] if size.get("scale") not in (None, "", "unknown") else []
            named += [str(size["group"])] if size.get("group") in ("two", "group") else []
            begins = "" if row["transition"] in ("start", "cut") else self.words.transition(row["transition"])
            found.append(row | {"size": ", ".join(self.words.tag(Tag("framing", each)) for each in named),
                                "moves": ", ".join(moves.get(row["shot"], [])), "begins": begins})  # fmt: skip
        return found

    def still(self, shot: Mapping[str, Any]) -> bytes:
        """Return a picture of a shot as JPEG; empty where there is none."""
        seen = look(self.stills(str(self.film["asset"])), shot, _STILL_PX)
        return seen.jpeg if seen else b""

    @cached_property
    def texts(self) -> list[Row]:
        """What is read on the screen: lines that are seen at the same time, as one text with its kind."""
        found: list[Row] = []
        for row in sorted(self.rows("texts"), key=lambda row: (row["start"], row["end"], row["y"], row["x"])):
            if row["kind"] not in _ON_SCREEN:
                continue
            last = found[-1] if found else None
            if last and (last["start"], last["end"], last["kind"]) == (row["start"], row["end"], row["kind"]):
                last["text"] += f" / {row['text']}"
            else:
                found.append(dict(row))
        return found

    @cached_property
    def effects(self) -> list[Row]:
        """Sounds whose kind is told, without music and silence."""
        return [
            row | {"text": self.words.sections["sounds"].get(row["kind"], row["kind"])}
            for row in self.rows("sounds")
            if row["kind"] not in _UNHEARD and (row["score"] or 0) >= _SURE
        ]

    def say(self, key: str, /, **values: object) -> str:
        """Return a message of the lists."""
        return self.words.sections["lists"][key].format(**values)

    def who(self, said: Said) -> str:
        """Return who says something, in the list's language, and whether from off the picture."""
        named = said.who or ("" if said.voice is None else self.say("voice", number=said.voice + 1))
        return f"{named} ({said.extension})" if said.extension else named
