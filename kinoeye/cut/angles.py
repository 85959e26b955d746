"""Angles: the cameras that saw the same moment, and a moment of one on the clock of another.

Two pictures are angles of each other where the same recorder heard both (then by its clock, whose sound is laid under
them), or where they heard the same themselves (`syncs`). A cut from one to another is a cut within one performance:
what is done and said goes on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pyarrow as pa

from kinoeye.cut.laying import Laying, Stretch
from kinoeye.cut.partners import SEEN, Partner
from kinoeye.cut.rows import Row
from kinoeye.export.timeline import picture
from kinoeye.timecode import frame_to_flicks

_ROLL = re.compile(r"^([A-Z])\d{3}", re.IGNORECASE)  # A001: camera A, its first roll


@dataclass(frozen=True)
class Angles:
    """The angles of each picture.

    Parameters
    ----------
    ways : mapping of a picture's asset to its other angles, each with where that lies on its clock
    """

    ways: Mapping[str, Mapping[str, tuple[Partner, ...]]] = field(default_factory=dict)

    def of(self, asset: str) -> Sequence[str]:
        """Return the other angles of a picture."""
        return tuple(self.ways.get(asset, ()))

    def moved(self, asset: str, other: str, time: int) -> int:
        """Return a moment of a picture on the clock of one of its other angles, flicks."""
        way = self.ways[asset][other]
        time = way[0].heard(time)
        return way[1].seen(time) if len(way) > 1 else time

    def performance(self, asset: str) -> str:
        """Return what angles of one moment have in common; empty where there is but one."""
        return min(asset, *self.ways[asset]) if self.ways.get(asset) else ""

    def common(self, asset: str, time: int) -> int:
        """Return a moment of a picture on the clock that all its angles share."""
        first = self.performance(asset)
        return time if first in ("", asset) else self.moved(asset, first, time)

    def camera(self, asset: str, take: Row, path: str) -> str:
        """Return what tells a picture's camera from the others of its moment; empty where there is but one."""
        if not self.ways.get(asset):
            return ""
        found = _ROLL.match(take["roll"] or "") or _ROLL.match(PurePosixPath(path).name)
        return found[1].upper() if found else asset

    def stretches(self, laying: Laying, asset: str, start: int, end: int) -> list[Stretch]:
        """Return what the other angles see of a stretch, those that see all of it; flicks from the first picture."""
        found = []
        for other in self.of(asset):
            zero, begin = (laying.assets[each]["start"] or 0 for each in (asset, other))
            whole = (laying.assets[other]["end"] or 0) - begin
            first = frame_to_flicks(picture(self.moved(asset, other, start + zero) - begin, laying.rate), laying.rate)
            if first >= 0 and first + end - start <= whole:
                found.append(Stretch(other, first, first + end - start))
        return found


def angles(assets: Mapping[str, Row], syncs: pa.Table | None, known: Mapping[str, Partner]) -> Angles:
    """Return which pictures saw the same moment.

    Parameters
    ----------
    assets : mapping of str to rows of `assets`
    syncs : table or None
    known : mapping of a picture's asset to its partner
    """
    ways: dict[str, dict[str, tuple[Partner, ...]]] = {}
    for row in sorted(syncs.to_pylist() if syncs is not None else [], key=lambda row: float(row["score"])):
        one, other, drift = row["asset"], row["other"], row["drift_ppm"] / 1e6
        if all(each in assets and assets[each]["kind"] in SEEN for each in (one, other)):
            back = Partner(one, row["start"] + row["offset"], -row["offset"], -drift / (1 + drift))
            ways.setdefault(one, {})[other] = (Partner(other, row["start"], row["offset"], drift),)
            ways.setdefault(other, {})[one] = (back,)
    for one, mine in known.items():
        for other, theirs in known.items():
            if one != other and mine.asset == theirs.asset and _meet(assets, one, other, mine, theirs):
                ways.setdefault(one, {})[other] = (mine, theirs)
    return Angles({asset: dict(sorted(each.items())) for asset, each in ways.items()})


def _meet(assets: Mapping[str, Row], one: str, other: str, mine: Partner, theirs: Partner) -> bool:
    """Say whether two pictures that one recorder heard have a moment in common: it may have run through many takes."""
    low = max(way.heard(assets[asset]["start"] or 0) for asset, way in ((one, mine), (other, theirs)))
    high = min(way.heard(assets[asset]["end"] or 0) for asset, way in ((one, mine), (other, theirs)))
    return low < high
