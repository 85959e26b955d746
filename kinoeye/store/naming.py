"""Naming: what people say of who is who: names, two who are one, one who is two.

It is kept as decisions on face tracks, each named by a moment and a place in the picture, so that it holds after every
run, and even when the whole index is deleted and made again. A few sure tracks of a person are enough: the grouping
takes the others to them.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kinoeye.errors import UseError
from kinoeye.store import people
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.timecode import clock

# So many of a person's tracks are said to be theirs, the longest of the sure ones; more could only be wrong.
_PINS = 3
_SURE = 0.8

Row = dict[str, Any]


class People:
    """Who is known in a production, and what people say of them.

    Parameters
    ----------
    index : Index
    again : callable
        Groups anew what was said to be one or two.
    """

    def __init__(self, index: Index, again: Callable[[], object]) -> None:
        self._index, self._again = index, again

    def all(self) -> list[Row]:
        """Return everyone, the longest on the screen first: the rows of `persons`, with the paths they appear in.

        Raises
        ------
        UseError
            If nobody is known.
        """
        known = people.rows(self._index, "persons")
        if not known:
            raise UseError("people: nobody is known in this production", remedy=people.IDENTITY_OFF)
        paths = self._paths()
        return [
            {each: value for each, value in row.items() if each != "asset"}
            | {"first_path": paths.get(row["first_asset"]), "last_path": paths.get(row["last_asset"])}
            for row in known
        ]

    def one(self, said: str) -> Row:
        """Return a person's row with their `shown` (where and when) and `companions` (with whom).

        Parameters
        ----------
        said : str
            Id or name.

        Raises
        ------
        UseError
            If there is nobody of that id or name.
        """
        who = people.person(self._index, said)["person"]
        row = next(each for each in self.all() if each["person"] == who)
        paths = self._paths()
        shown = [each | {"path": paths.get(each["asset"])} for each in people.appearances_of(self._index, [who])]
        shown.sort(key=lambda each: (each["path"] or "", each["start"], each["track"]))
        return row | {"shown": shown, "companions": [each for each in self.pairs() if who in each["ids"]]}

    def pairs(self) -> list[Row]:
        """Return who appears with whom, those most often together first, by `ids` and by `names`."""
        called = {row["person"]: row["name"] or row["person"] for row in people.rows(self._index, "persons")}
        rows = sorted(
            people.rows(self._index, "companions"), key=lambda row: (-row["shots"], -row["together"], row["person"])
        )
        return [
            {
                "names": [called.get(row[each], row[each]) for each in ("person", "other")],
                "ids": [row["person"], row["other"]],
            }
            | {each: row[each] for each in ("shots", "pictures", "together")}
            for row in rows
        ]

    def name(self, said: str, called: str, *, who: str = "") -> str:
        """Say what a person is called; return the id."""
        return name(self._index, said, called, who=who)

    def merge(self, said: str, other: str, *, anyway: bool = False, who: str = "") -> str:
        """Say that two people are one; the first keeps id and name. Return that id."""
        kept = merge(self._index, said, other, anyway=anyway, who=who)
        self._again()
        return kept

    def split(self, said: str, moments: Sequence[tuple[str, int]], *, who: str = "") -> str:
        """Say that at some moments, (path, flicks), it is somebody else; return that person's id."""
        placed = [(people.asset_at(self._index, path, "people"), at) for path, at in moments]
        new = split(self._index, said, placed, who=who)
        self._again()
        return new

    def _paths(self) -> dict[str, str]:
        return {row["asset"]: row["path"] for row in people.rows(self._index, "assets")}


def name(index: Index, said: str, called: str, *, who: str = "") -> str:
    """Say what a person is called; return the person's id.

    Raises
    ------
    UseError
        If there is nobody of that id or name, the name says nothing, or another person is called so already.
    """
    row = people.person(index, said)
    called = " ".join(called.split())
    if not called:
        raise UseError("people: a name must have letters, got none")
    for other in people.rows(index, "persons"):
        same = other["name"] is not None and other["name"].casefold() == called.casefold()
        if other["person"] != row["person"] and (same or other["person"] == called):
            raise UseError(
                f"people: a name must mean one person, got {called!r}, as {other['person']} is called",
                remedy=f"If they are one: kinoeye people DIR merge {other['person']} {row['person']}",
            )
    named = Decision("persons", {"person": row["person"]}, {"name": called}, who)
    index.decisions.add_all([*_pins(index, row["person"], _sure(index, row["person"]), who), named])
    return str(row["person"])


def merge(index: Index, said: str, other: str, *, anyway: bool = False, who: str = "") -> str:
    """Say that two people are one; the first keeps id and name. Return that id.

    Parameters
    ----------
    said, other : str
        Ids or names.
    anyway : bool
        Even if pictures show both: a mirror, one actor in two parts.

    Raises
    ------
    UseError
        If one of them is nobody, both are the same, or a picture shows both.
    """
    one, two = people.person(index, said), people.person(index, other)
    if one["person"] == two["person"]:
        raise UseError(f"people: merge must name two people, got {people.called(one)} twice")
    pair = {one["person"], two["person"]}
    together = [row for row in people.rows(index, "companions") if {row["person"], row["other"]} == pair]
    if not anyway and together and together[0]["pictures"]:
        raise UseError(
            f"people: one person must not be twice in a picture, got {people.called(one)} and {people.called(two)} in "
            f"{together[0]['pictures']} pictures together",
            remedy="If it is a mirror or a double part: --anyway",
        )
    decisions = _pins(index, one["person"], _sure(index, one["person"]), who)
    decisions += _pins(index, one["person"], [*_sure(index, two["person"]), *_said(index, two["person"])], who)
    if one["name"] is None and two["name"] is not None:
        decisions.append(Decision("persons", {"person": one["person"]}, {"name": two["name"]}, who))
    index.decisions.add_all(decisions)
    return str(one["person"])


def split(index: Index, said: str, moments: Sequence[tuple[str, int]], *, who: str = "") -> str:
    """Say that at some moments it is somebody else; return that person's new id.

    Parameters
    ----------
    said : str
        Id or name.
    moments : (asset, flicks)
        When the person seen is not this one; all of them show one other person.

    Raises
    ------
    UseError
        If there is nobody of that id or name, they are not seen at a moment, or nothing would be left of them.
    """
    row = people.person(index, said)
    appearances = people.appearances_of(index, [row["person"]])
    parted: list[Row] = []
    for asset, at in moments:
        there = [each for each in appearances if each["asset"] == asset and each["start"] <= at < each["end"]]
        if not there:
            raise UseError(
                f"people: {people.called(row)} must be seen at {clock(at)}, got nobody",
                remedy=_nearest([each for each in appearances if each["asset"] == asset], at),
            )
        parted += [each for each in there if each not in parted]
    if not parted:
        raise UseError("people: split must be told a moment, got none", remedy="Say it with --at PATH TIME")
    left = [each for each in appearances if each not in parted]
    if not left:
        raise UseError(
            f"people: something must be left of {people.called(row)}, got all {len(parted)} appearances parted off",
            remedy="To call them something else: kinoeye people DIR name",
        )
    anchor = f"split {row['person']} {sorted((each['asset'], each['start'], each['track']) for each in parted)}"
    new = "p" + hashlib.blake2b(anchor.encode(), digest_size=4).hexdigest()
    stay = [each for each in _sure(index, row["person"]) if each not in parted] or [max(left, key=_length)]
    index.decisions.add_all([*_pins(index, new, parted, who), *_pins(index, row["person"], stay, who)])
    return new


def _length(row: Row) -> tuple[int, str, int]:
    return row["end"] - row["start"], row["asset"], row["track"]


def _sure(index: Index, who: str) -> list[Row]:
    """Return a few appearances that are surely the person's, the longest first; the surest if none is."""
    rows = people.appearances_of(index, [who])
    sure = [row for row in rows if row["score"] >= _SURE] or [max(rows, key=lambda row: (row["score"], _length(row)))]
    return sorted(sure, key=_length, reverse=True)[:_PINS]


def _said(index: Index, who: str) -> list[Row]:
    """Return the appearances that someone has said to be the person's."""
    pinned = {
        (row["asset"], track["track"])
        for row in people.appearances_of(index, [who])
        for track in people.picked(index, "face_tracks", row["asset"], "track", [row["track"]])
        if track["said"] is not None
    }
    return [row for row in people.appearances_of(index, [who]) if (row["asset"], row["track"]) in pinned]


def _pins(index: Index, who: str, rows: Iterable[Row], by: str) -> list[Decision]:
    """Return the decisions that say of appearances whose they are; what is said already is not said again."""
    pins: dict[tuple[str, int], Decision] = {}
    for row in rows:
        for track in people.picked(index, "face_tracks", row["asset"], "track", [row["track"]]):
            best = people.picked(index, "faces", row["asset"], "face", [track["best"]])
            at = best[0]["time"] if best and row["start"] <= best[0]["time"] < row["end"] else row["start"]
            place = (track["x"] + track["w"] / 2, track["y"] + track["h"] / 2)
            if track["said"] != who:
                key = {"asset": row["asset"], "at": at, "x": round(place[0], 4), "y": round(place[1], 4)}
                pins[row["asset"], row["track"]] = Decision("face_tracks", key, {"said": who}, by)
    return list(pins.values())


def _nearest(rows: Sequence[Row], at: int) -> str:
    if not rows:
        return "They are not in this file at all: kinoeye people DIR show"
    row = min(rows, key=lambda row: max(row["start"] - at, at - row["end"]))
    return f"Nearest they are seen from {clock(row['start'])} to {clock(row['end'])}"
