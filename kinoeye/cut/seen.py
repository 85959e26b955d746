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
_MOST = 2 / 3  # of what tells who plays whom must agree
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


def seen_by_angles(
    rows: Sequence[Row],
    who: Mapping[str, str],
    setups: Mapping[Take, str],
    tables: Mapping[str, pa.Table],
    single: Mapping[Take, str],
) -> tuple[dict[Take, str], dict[Take, float]]:
    """Return whose single each angle is, and of those of which it is not known how sure it is that another one speaks.

    All angles have the same lines, and often the same microphone, so neither tells. Who is seen does, where their face
    is known: from what people said of who plays whom, or from singles elsewhere.

    Parameters
    ----------
    rows : sequence of rows of `coverage`
        Of takes that have other angles.
    who : mapping of a line's name to the character who says it
    setups : mapping of such a take to what tells its set-up apart
    tables : mapping of table name to pa.Table
        `framing`; `appearances` and `speaker_names` where they are there.
    single : mapping of a take to whose single it is
        Of takes without other angles.
    """
    alone, faces = _alone(tables, setups), _faces(tables)
    cast = _cast(tables, single, faces)
    speaking: dict[Take, set[str]] = defaultdict(set)
    for row in rows:
        speaking[row["asset"], row["take_order"]].add(who[row["line"]])
    told: dict[Take, str] = {}
    doubts: dict[Take, float] = {}
    for take, setup in setups.items():
        if setup not in alone:
            continue
        names = {cast[person] for person in faces.get(take[0], ()) if person in cast}
        if len(names) == 1:
            told[take] = names.pop()
        else:
            doubts[take] = 1 - 1 / max(1, len(speaking[take]))
    return told, doubts


def _faces(tables: Mapping[str, pa.Table]) -> dict[str, set[str]]:
    """Return the persons whose faces are seen in each recording."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in tables["appearances"].to_pylist() if "appearances" in tables else []:
        if row["person"]:
            found[row["asset"]].add(row["person"])
    return found


def _cast(
    tables: Mapping[str, pa.Table], single: Mapping[Take, str], faces: Mapping[str, set[str]]
) -> dict[str, str]:  # fmt: skip
    """Return who plays whom: what voices with a face say, and singles of one face, where most of it agrees."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in tables["speaker_names"].to_pylist() if "speaker_names" in tables else []:
        if row["person"] and row["character"]:
            votes[row["person"]][row["character"]] += 1
    for (asset, _), character in single.items():
        if len(faces.get(asset, ())) == 1:
            votes[next(iter(faces[asset]))][character] += 1
    found = {}
    for person, counts in votes.items():
        ((character, most),) = counts.most_common(1)
        if most >= _MOST * counts.total():
            found[person] = character
    return found


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
