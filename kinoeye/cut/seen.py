"""Seen: whether who says a line is in the picture.

A set-up with one person in it is a single of somebody. Lips seen twice a second tell little, but two other things do:
the others' lines are read to a single from beside the camera, so those of its own character are the most; and the
microphone stands to who is seen, so the others are softer there than they are elsewhere. Where the two together do not
tell, nothing is said.

Source: Holman, "Sound for Film and Television", 3rd ed. 2010 (off-camera lines are off the microphone).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean

import pyarrow as pa

from kinoeye.cut.partners import Partner
from kinoeye.cut.rows import Row

Take = tuple[str, int]

_DB = 1.5  # by which who is seen is louder there than elsewhere, and who is not is softer
_LEAST_KEPT = 0.6  # of a line that counts
_CLEARER = 0.2  # of that, or of the most lines, by which the first must be ahead of the next


def who_is_seen(
    rows: Sequence[Row],
    who: Mapping[str, str],
    setups: Mapping[Take, str],
    tables: Mapping[str, pa.Table],
    known: Mapping[str, Partner],
) -> dict[Take, str]:
    """Return whose single each take is, by its asset and its place in it; those of which it is known.

    Parameters
    ----------
    rows : sequence of rows of `coverage`
    who : mapping of a line's name to the character who says it
    setups : mapping of a take to what tells its set-up apart
    tables : mapping of table name to pa.Table
        `framing`; `loudness` where it is there.
    known : mapping of a picture's asset to its partner
    """
    alone = _alone(tables, setups)
    said: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in rows:
        setup = setups[row["asset"], row["take_order"]]
        if setup in alone and row["said"] and row["kept"] >= _LEAST_KEPT:
            said[setup].add((who[row["line"]], row["line"]))  # a line counts once a set-up, however often it is said
    louder = _louder(rows, who, setups, tables, known)
    single: dict[str, str] = {}
    for setup, lines in said.items():
        counts = Counter(name for name, _ in lines)
        most = max(counts.values())
        points = {name: count / most + louder.get((setup, name), 0.0) / _DB for name, count in counts.items()}
        first, *rest = sorted(points, key=lambda name: -points[name])
        if not rest or points[first] - points[rest[0]] >= _CLEARER:
            single[setup] = first
    return {take: single[setup] for take, setup in setups.items() if setup in single}


def _alone(tables: Mapping[str, pa.Table], setups: Mapping[Take, str]) -> set[str]:
    """Return the set-ups in most of whose recordings one person is seen, and nobody else."""
    groups: dict[str, list[str]] = defaultdict(list)
    for row in tables["framing"].to_pylist() if "framing" in tables else []:
        groups[row["asset"]].append(row["group"])
    votes: dict[str, list[bool]] = defaultdict(list)
    for (asset, _), setup in setups.items():
        if asset in groups:
            votes[setup].append(set(groups[asset]) - {"none"} == {"single"})
    return {setup for setup, each in votes.items() if sum(each) * 2 > len(each)}


def _louder(
    rows: Sequence[Row],
    who: Mapping[str, str],
    setups: Mapping[Take, str],
    tables: Mapping[str, pa.Table],
    known: Mapping[str, Partner],
) -> dict[tuple[str, str], float]:
    """Return by how many dB each character is louder in a set-up than they are beside the others of their takes."""
    meters: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
    for row in tables["loudness"].to_pylist() if "loudness" in tables else []:
        if row["momentary_lufs"] is not None:
            meters[row["asset"]].append((row["start"], row["end"], row["momentary_lufs"]))
    levels: dict[Take, list[tuple[str, float]]] = defaultdict(list)
    for row in rows:
        partner = known.get(row["asset"])
        asset, start, end = row["asset"], row["start"], row["end"]
        if partner is not None:
            asset, start, end = partner.asset, partner.heard(start), partner.heard(end)
        heard = [level for first, last, level in meters.get(asset, ()) if first < end and last > start]
        if heard:
            levels[row["asset"], row["take_order"]].append((who[row["line"]], max(heard)))
    # How loud somebody is of themselves is told over all takes, each against its own mean: gains differ.
    own: dict[str, list[float]] = defaultdict(list)
    here: dict[tuple[str, str], list[float]] = defaultdict(list)
    for take, each in levels.items():
        mean = fmean(level for _, level in each)
        for name, level in each:
            own[name].append(level - mean)
            here[setups[take], name].append(level - mean)
    return {key: fmean(each) - fmean(own[key[1]]) for key, each in here.items()}
