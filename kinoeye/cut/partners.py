"""Partners: the separate sound that belongs to a picture, and what is said in it told by the picture's clock.

Pictures are cut with the sound of the recorder that heard the same moment (`syncs`), and its words, which it hears
better, stand for the camera's. A line that the recorder has and the camera no longer sees stays the recorder's alone.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from kinoeye.cut.rows import Row

SEEN = ("video", "sequence")  # kinds of recordings that have pictures

_MOST_LEFT_OUT = 3  # lines that one time through a take may leave out, as kinoeye.signals.passes has it


@dataclass(frozen=True)
class Partner:
    """A recorder's file beside a picture's: a moment `t` of the picture is `heard(t)` of the sound.

    Parameters
    ----------
    asset : str
        The sound.
    at : int, flicks
        A moment of the picture.
    offset : int, flicks
        What the sound's clock is ahead then.
    drift : float
        By how much the sound's clock runs faster.
    """

    asset: str
    at: int
    offset: int
    drift: float

    def heard(self, time: int) -> int:
        """Return a moment of the picture by the sound's clock, flicks."""
        return time + self.offset + round(self.drift * (time - self.at))

    def seen(self, time: int) -> int:
        """Return a moment of the sound by the picture's clock, flicks."""
        return self.at + round((time - self.at - self.offset) / (1 + self.drift))


def partners(assets: Mapping[str, Row], syncs: pa.Table | None) -> dict[str, Partner]:
    """Return the separate sound of each picture that has one: of several the one that is surest.

    Parameters
    ----------
    assets : mapping of str to rows of `assets`
    syncs : table or None
    """
    found: dict[str, Partner] = {}
    rows = syncs.to_pylist() if syncs is not None else []
    for row in sorted(rows, key=lambda row: (row["score"], row["end"] - row["start"])):
        one, other = row["asset"], row["other"]
        if one not in assets or other not in assets:
            continue
        drift = row["drift_ppm"] / 1e6
        if _is_pair(assets, one, other):
            found[one] = Partner(other, row["start"], row["offset"], drift)
        elif _is_pair(assets, other, one):
            found[other] = Partner(one, row["start"] + row["offset"], -row["offset"], -drift / (1 + drift))
    return found


def _is_pair(assets: Mapping[str, Row], seen: str, heard: str) -> bool:
    return assets[seen]["kind"] in SEEN and assets[heard]["kind"] == "sound"


def heard_by_partners(
    coverage: Sequence[Row],
    takes: Sequence[Row],
    assets: Mapping[str, Row],
    known: Mapping[str, Partner],
    order: Mapping[str, int],
) -> list[Row]:
    """Return rows of `coverage` in which what recorders heard stands at its place in the pictures' takes.

    Parameters
    ----------
    coverage, takes : rows of these tables
    assets : mapping of str to rows of `assets`
    known : mapping of a picture's asset to its partner
    order : mapping of a line's name to its place in the screenplay
    """
    by_asset: dict[str, list[Row]] = defaultdict(list)
    for row in coverage:
        by_asset[row["asset"]].append(row)
    spans: dict[str, list[Row]] = defaultdict(list)
    for take in takes:
        spans[take["asset"]].append(take)
    found: list[Row] = []
    recorders = dict.fromkeys(partner.asset for partner in known.values())
    heard = {asset: by_asset.pop(asset, []) for asset in recorders}
    unseen = {(asset, place) for asset, rows in heard.items() for place in range(len(rows))}
    for seen, partner in known.items():
        own = by_asset.pop(seen, [])
        told = [
            row | {"start": partner.seen(row["start"]), "end": partner.seen(row["end"])} for row in heard[partner.asset]
        ]
        moved = [_moved(row, own, spans[seen], assets[seen]["end"]) for row in told]
        mine = [row for row in moved if row is not None]
        mine += [row for row in own if not any(_overlaps(row, each) for each in told)]
        found += _counted(mine, order)
        unseen -= {(partner.asset, place) for place, there in enumerate(moved) if there is not None}
    # What no camera sees stays the recorder's alone.
    alone = [row for asset, rows in heard.items() for place, row in enumerate(rows) if (asset, place) in unseen]
    return found + alone + [row for rows in by_asset.values() for row in rows]


def _moved(row: Row, own: Sequence[Row], takes: Sequence[Row], end: int) -> Row | None:
    """Return what a recorder heard, by the picture's clock, as a row of the picture; None if that does not see it."""
    middle = (row["start"] + row["end"]) // 2
    take = next((each for each in takes if each["start"] <= middle < each["end"]), None)
    if take is None or row["end"] > end:
        return None
    start = max(row["start"], take["action_start"]) if middle >= take["action_start"] else row["start"]
    same = next((each for each in own if each["line"] == row["line"] and _overlaps(each, row)), None)
    best = same if same is not None and same["kept"] > row["kept"] else row | {"start": start}
    return best | {
        "asset": take["asset"], "take_order": take["take_order"],
        "is_on_camera": same["is_on_camera"] if same else None, "scale": same["scale"] if same else "",
    }  # fmt: skip


def _overlaps(one: Row, other: Row) -> bool:
    """Say whether two rows share more than half of the shorter one."""
    common = min(one["end"], other["end"]) - max(one["start"], other["start"])
    return bool(2 * common > min(one["end"] - one["start"], other["end"] - other["start"]))


def _counted(rows: Sequence[Row], order: Mapping[str, int]) -> list[Row]:
    """Count anew which time through its take each row is."""
    runs: dict[int, tuple[int, int]] = {}
    found = []
    for row in sorted(rows, key=lambda row: row["start"]):
        place = order.get(row["line"], 0)
        run, last = runs.get(row["take_order"], (0, place - 1))
        run += not 0 < place - last <= 1 + _MOST_LEFT_OUT
        runs[row["take_order"]] = run, place
        found.append(row | {"run": run})
    return found
