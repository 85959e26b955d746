"""Syncs: which files heard the same moment, and how their clocks run beside each other.

Picture and separate sound, or several cameras, are brought together by what they heard: an offset, and the drift of two
crystals, both fitted along the whole overlap. Files are a pair only where nearly all that is lively in both agrees, so
that takes of one scene, takes with the same music and a film cut from a take are none; what is not sure is left out.
Takes with the same playback in which hardly anything else is heard cannot be told from one moment. Sound takes 3 ms a
metre: a far microphone hears late, and that stays as it is.

Source: kinoeye.signals.lags, kinoeye.signals.clocks and kinoeye.signals.moments name theirs.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError, UseError
from kinoeye.signals.lags import candidates
from kinoeye.signals.loops import Affine, Edge, joined
from kinoeye.signals.marks import MARKS_PER_SECOND
from kinoeye.signals.matches import Match, Recording, matches
from kinoeye.tables import Table, Typed, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode, from_seconds

SYNCS = Table(
    "syncs",
    "One row a pair of files and stretch of time in which both heard the same; a moment `t` of `asset` is "
    "`t + offset + drift_ppm (t - start) / 1,000,000` of `other`.",
    (
        ("group", pa.string(), "id of all files that hang together by such pairs; it stays while its reference stays"),
        ("reference", pa.string(), "asset whose clock the group goes by: the longest with pictures, else the longest"),
        ("asset", pa.string(), "the one's content hash; the reference where it is one of the two"),
        ("other", pa.string(), "the other's content hash"),
        ("start", flicks(), "begin of the stretch on the one's own clock"),
        ("end", flicks(), "its end"),
        ("offset", flicks(), "add to `start` for the same moment of the other"),
        ("drift_ppm", Typed(pa.float64(), "ppm"), "by how much the other's clock runs faster; below 0 slower"),
        ("error", flicks(), "standard error of the lag at the worse end of the stretch"),
        ("score", score(), "how sure it is that it is the same moment"),
        ("share", score(), "of the windows that are lively in both, those that agree"),
        ("windows", pa.int32(), "windows that agree within 10 ms"),
        ("loop", flicks(), "by how much it differs from the way over other pairs of the group; null without one"),
        ("timecode_offset", flicks(), "what the two files' time codes say for `offset`; null unless both have one"),
        ("sound", pa.string(), "the one of the two that holds the production sound; null where that is not sure"),
    ),
)

FLICKS_PER_MARK = FLICKS_PER_SECOND // MARKS_PER_SECOND
LOOP_SECONDS = 0.02  # two ways may differ by so much: half a picture, and microphones three metres apart
CLEARER_DB = 3.0  # by which loud and soft seconds of a production sound lie further apart
SURE_Z = 20.0  # from which on the score is the share
_POINTS = 1.5  # for which a production sound is told: never a single sign


@dataclass(frozen=True)
class _File:
    asset: str
    start: int
    recording: Recording
    row: Mapping[str, Any]

    @property
    def has_pictures(self) -> bool:
        """Whether it is a film."""
        return self.row.get("kind") in {"video", "sequence"}

    @property
    def range_db(self) -> float:
        """How far loud and soft seconds lie apart."""
        heard = self.recording.levels[self.recording.levels > -100]
        return float(np.subtract(*np.quantile(heard, [0.9, 0.1]))) if len(heard) else 0.0

    @property
    def timecode(self) -> int | None:
        """Time of day at the file's start by its time code, flicks."""
        tags = dict(self.row.get("tags") or ())
        if (reference := str(tags.get("time_reference", ""))).isdecimal() and self.row.get("sound_rate_hz"):
            return from_seconds(Fraction(int(reference), int(self.row["sound_rate_hz"])))
        if self.row.get("timecode") and self.row.get("rate_num") and self.row.get("rate_den"):
            with suppress(UseError):
                rate = Fraction(self.row["rate_num"], self.row["rate_den"])
                return Timecode.parse(self.row["timecode"], rate).flicks()
        return None


@analysis(SYNCS, version=2, scope="production")
def syncs(
    sound_marks: pa.Table, assets: pa.Table | None = None, *, most_drift_ppm: float = 1200.0, least_share: float = 0.8
) -> pa.Table:
    """Find the files that heard the same moment, and bring their clocks together.

    Parameters
    ----------
    sound_marks : table of all assets
    assets : table of all assets, or None
        For kinds and time codes.
    most_drift_ppm : 0..2000, ppm
        By how much two clocks may run apart; 1000 is a film pulled down by 1000/1001.
    least_share : 0.5..1
        Of what is lively in both files must agree.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 0 <= most_drift_ppm <= 2000:
        raise SettingError(f"syncs: most_drift_ppm must lie in 0..2000, got {most_drift_ppm}")
    if not 0.5 <= least_share <= 1:
        raise SettingError(f"syncs: least_share must lie in 0.5..1, got {least_share}")
    files = _files(sound_marks, assets)
    found: list[tuple[int, int, Match]] = []
    for (one, other), hits in candidates([file.recording.words for file in files]).items():
        coded = _coded(files[one], files[other])
        lag = None if coded is None else coded / FLICKS_PER_MARK
        mine, theirs = files[one].recording, files[other].recording
        both = matches(mine, theirs, hits, most_drift=most_drift_ppm / 1e6, least_share=least_share, coded=lag)
        found.extend((one, other, match) for match in both)
    return SYNCS.from_rows(_rows(files, found))


def _files(sound_marks: pa.Table, assets: pa.Table | None) -> list[_File]:
    """Return every file in which something is heard, the longest first; films before sounds."""
    rows = {row["asset"]: row for row in assets.to_pylist()} if assets is not None else {}
    parts: dict[str, list[tuple[int, float, Any]]] = defaultdict(list)
    names, starts = sound_marks["asset"].to_pylist(), sound_marks["start"].to_pylist()
    levels, lists = sound_marks["level_dbfs"].to_pylist(), sound_marks["marks"].combine_chunks()
    for number, (asset, start, level) in enumerate(zip(names, starts, levels, strict=True)):
        parts[asset].append((start, level, number))
    files = []
    for asset, seconds in parts.items():
        seconds.sort()
        words = np.concatenate([lists[number].values.to_numpy(zero_copy_only=False) for _, _, number in seconds])
        if words.any():
            recording = Recording(words.astype(np.uint16), np.array([level for _, level, _ in seconds], float))
            files.append(_File(asset, seconds[0][0], recording, rows.get(asset, {})))
    return sorted(files, key=lambda file: (not file.has_pictures, -len(file.recording.words), file.asset))


def _coded(one: _File, other: _File) -> int | None:
    """Return the lag from one file's own beginning to the same moment in the other, by their time codes."""
    if one.timecode is None or other.timecode is None:
        return None
    return one.timecode - other.timecode


def _rows(files: list[_File], found: list[tuple[int, int, Match]]) -> list[dict[str, Any]]:
    edges = []
    first: dict[tuple[int, int], int] = {}
    for number, (one, other, match) in enumerate(found):
        rate = 1 + match.line.drift
        clock = Affine(match.line.lag - match.line.drift * match.line.at, rate)
        edges.append(Edge(one, other, clock, match.judgement.z, match.start, match.end))
        known = first.setdefault((one, other), number)
        if match.judgement.z > found[known][2].judgement.z:
            first[one, other] = number
    main = sorted(first.values())
    groups, differences = joined(len(files), [edges[each] for each in main], LOOP_SECONDS * MARKS_PER_SECOND)
    loops = dict(zip(main, differences, strict=True))
    lying = {(found[n][0], found[n][1]) for n, loop in loops.items() if loop and loop > LOOP_SECONDS * MARKS_PER_SECOND}
    rows = []
    for group in groups:
        reference = files[min(group)]  # they are sorted so
        name = f"sync-{hashlib.blake2b(reference.asset.encode(), digest_size=6).hexdigest()}"
        for number, (one, other, match) in enumerate(found):
            if one in group and (one, other) not in lying:
                about = {"group": name, "reference": reference.asset}
                rows.append(about | _row(files[one], files[other], match, loops.get(number)))
    return rows


def _row(one: _File, other: _File, match: Match, loop: float | None) -> dict[str, Any]:
    start, end = (one.start + round(each * FLICKS_PER_MARK) for each in (match.start, match.end))
    lag = float(match.line.lags(np.array([match.start]))[0])
    coded = _coded(one, other)
    own = other.start - one.start  # clocks of files need not begin at 0
    holder = _holder(one, other)
    return {
        "asset": one.asset,
        "other": other.asset,
        "start": start,
        "end": end,
        "offset": round(lag * FLICKS_PER_MARK) + own,
        "drift_ppm": match.line.drift * 1e6,
        "error": max(1, round(match.error * FLICKS_PER_MARK)),
        "score": match.judgement.share * min(1.0, match.judgement.z / SURE_Z) ** 0.5,
        "share": match.judgement.share,
        "windows": match.windows,
        "loop": None if loop is None else round(loop * FLICKS_PER_MARK),
        "timecode_offset": None if coded is None else coded + own,
        "sound": holder.asset if holder is not None else None,
    }


def _holder(one: _File, other: _File) -> _File | None:
    """Return the file that holds the production sound: two signs at least must say so, and its sound none against."""

    def points(mine: _File, theirs: _File) -> float:
        tags = {str(name).lower() for name, _ in mine.row.get("tags") or ()}
        clearer = mine.range_db - theirs.range_db
        signs = 1.0 if mine.row.get("kind") == "sound" and theirs.has_pictures else 0.0
        signs += 1.0 if clearer >= CLEARER_DB else 0.0
        signs += 0.5 if (mine.row.get("channels") or 0) > (theirs.row.get("channels") or 0) else 0.0
        signs += 0.5 if tags & {"time_reference", "originator_reference", "umid"} else 0.0
        return signs if clearer > -CLEARER_DB else 0.0

    mine, theirs = points(one, other), points(other, one)
    if max(mine, theirs) < _POINTS or mine == theirs:
        return None
    return one if mine > theirs else other
