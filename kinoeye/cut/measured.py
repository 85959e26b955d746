"""Measured: how good picture and sound are while a line is said, the sound as it goes into the cut."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa

from kinoeye.cut.partners import Partner
from kinoeye.cut.rows import Row, by_asset, common, meets
from kinoeye.timecode import FLICKS_PER_SECOND

_NOISY_DB, _CLEAR_DB = 6.0, 18.0  # speech above what remains between words: hard to follow, and as a boom has it
_TALK = FLICKS_PER_SECOND * 6 // 10  # less is the edge of a word


class Measured:
    """What is known of picture and sound.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `speech`, `quality`, `sound_faults` and `rooms` where they are there.
    known : mapping of a picture's asset to its partner
    """

    def __init__(self, tables: Mapping[str, pa.Table], known: Mapping[str, Partner]) -> None:
        self._known = known
        self._quality, self._faults, self._rooms, self._speech = (
            by_asset(tables.get(name)) for name in ("quality", "sound_faults", "rooms", "speech")
        )

    def usable(self, row: Row) -> float:
        """Return how usable the picture is, 0..1; 1 where nothing is known."""
        rated = [
            each["rating"] for each in self._quality.get(row["asset"], ()) if meets(each, row["start"], row["end"])
        ]
        return float(min((each for each in rated if each is not None), default=1.0))

    def faults(self, row: Row) -> int:
        """Return how many faults the sound has."""
        asset, start, end = self._heard(row["asset"], row["start"], row["end"])
        return sum(meets(each, start, end) for each in self._faults.get(asset, ()))

    def clear(self, row: Row) -> float:
        """Return how far speech stands above the noise in the recording, 0..1; 1 where nothing is known."""
        asset, _, _ = self._heard(row["asset"], row["start"], row["end"])
        told = self._rooms.get(asset, [])
        if not told or told[0]["noise_dbfs"] is None:
            return 1.0
        above = told[0]["speech_dbfs"] - told[0]["noise_dbfs"]
        return float(np.clip((above - _NOISY_DB) / (_CLEAR_DB - _NOISY_DB), 0, 1))

    def talked(self, rows: list[Row]) -> list[bool]:
        """Say before which rows of `coverage` something else is said, behind the one before in its take."""
        order = sorted(range(len(rows)), key=lambda n: (rows[n]["asset"], rows[n]["take_order"], rows[n]["start"]))
        found = [False] * len(rows)
        for one, other in pairwise(order):
            before, row = rows[one], rows[other]
            if (before["asset"], before["take_order"]) == (row["asset"], row["take_order"]):
                asset, start, end = self._heard(row["asset"], before["end"], row["start"])
                found[other] = sum(common(each, start, end) for each in self._speech.get(asset, ())) > _TALK
        return found

    def _heard(self, asset: str, start: int, end: int) -> tuple[str, int, int]:
        """Return the recording that is heard, and a span by its clock."""
        partner = self._known.get(asset)
        return (asset, start, end) if partner is None else (partner.asset, partner.heard(start), partner.heard(end))
