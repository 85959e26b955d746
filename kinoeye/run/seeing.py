"""How each film of a production is looked at: what its settings choose, and what was asked to be forgotten."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from kinoeye.errors import SettingError
from kinoeye.media.seeing import Seeing, Veil
from kinoeye.run.plan import Material
from kinoeye.run.settings import FILE, MediaSettings
from kinoeye.run.work import streams_of
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.timecode import from_clock

# The decisions that say what must not be seen, key asset, start, end, x, y, w, h, and not be heard: asset, start, end;
# and of which viewers nothing must be read: mark.
VEILS = "veils"
MUTES = "mutes"
FORGOTTEN = "forgotten_viewers"

_RANGE = re.compile(r"(?P<path>.+?)\s+(?P<start>[\d:.]+)\s*-\s*(?P<end>[\d:.]+)")


def seeing_of(asset: str, paths: Sequence[str], media: MediaSettings, decisions: Iterable[Decision]) -> Seeing:
    """Say how an asset is looked at.

    Parameters
    ----------
    asset : str
    paths : sequence of str
        Where it lies in the production's folder.
    media : MediaSettings
    decisions : iterable of Decision
        All, or those of `VEILS`, `MUTES` and `FORGOTTEN`.

    Raises
    ------
    SettingError
        If a range is not written as one.
    """
    ranges = [ends for pattern, *ends in map(range_of, media.full_rate) if any(fnmatchcase(p, pattern) for p in paths)]
    decisions = list(decisions)
    veils = [_veil(each) for each in decisions if _is(VEILS, each, asset)]
    mutes = sorted((int(each.key["start"]), int(each.key["end"])) for each in decisions if _is(MUTES, each, asset))
    ranges_ = tuple(sorted((start, end) for start, end in ranges))
    marks = frozenset(str(each.key["mark"]) for each in decisions if each.what == FORGOTTEN)
    return Seeing(media.stills_per_second, ranges_, tuple(veils), tuple(mutes), marks)


def hidden(index: Index) -> list[Decision]:
    """Return the decisions that say what must not be seen, heard or read, as one run sees them."""
    return [each for what in (VEILS, MUTES, FORGOTTEN) for each in index.said(what)]


def material_of(row: Mapping[str, Any], seeing: Seeing, viewers: str = "") -> Material:
    """Return what the plan needs to know of an asset, by its row in `assets`, and the name of the key of viewers."""
    return Material(row["asset"], row["kind"], streams_of(row, seeing), seeing, viewers)


def range_of(text: str) -> tuple[str, int, int]:
    """Read a range of pictures: path or glob, first moment and end on the media's own clock, in flicks.

    Raises
    ------
    SettingError
        If it is not written as one.

    Examples
    --------
    >>> range_of("takes/A001.mp4 0:10-0:12.5")[0]
    'takes/A001.mp4'
    """
    match = _RANGE.fullmatch(text.strip())
    try:
        start, end = (from_clock(match[name]) for name in ("start", "end")) if match else (0, 0)
    except ValueError:
        start = end = 0
    if match is None or start >= end:
        raise SettingError(
            f"{FILE}: [media] full_rate must be paths with a range of time, got {text!r}",
            remedy='Write it as "takes/A001.mp4 0:10-0:12.5"',
        )
    return match["path"], start, end


def _is(what: str, decision: Decision, asset: str) -> bool:
    return decision.what == what and decision.key.get("asset") == asset


def _veil(decision: Decision) -> Veil:
    key = decision.key
    return Veil(int(key["start"]), int(key["end"]), *(float(key[name]) for name in ("x", "y", "w", "h")))
