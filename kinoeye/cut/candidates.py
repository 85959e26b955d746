"""Candidates: every time that a take goes through a line, with all that is known of how good it is there.

What is said is told by the separate sound where a picture has one (kinoeye.cut.partners), and so is how clear it is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from kinoeye.cut.angles import Angles
from kinoeye.cut.choice import STATUS, Candidate
from kinoeye.cut.doubts import doubts
from kinoeye.cut.measured import Measured
from kinoeye.cut.partners import SEEN, Partner, heard_by_partners
from kinoeye.cut.rows import Row, by_asset
from kinoeye.cut.seen import seen_by_angles, who_is_seen
from kinoeye.cut.tight import tightened
from kinoeye.cut.unheard import unheard

SIZES = ("extreme close-up", "close-up", "medium close-up", "medium", "medium long", "long", "extreme long")
_OFF = frozenset({"O.S.", "O.C.", "V.O.", "OS", "OC", "VO", "OFF"})
_OPENING = 1.4  # how much more a scene's begin asks for its size than other lines do
_BY_LIPS = 0.2  # how sure it is that nobody seen speaks if lips do not move in the few stills of a line

_ALONE = Angles()

Take = tuple[str, int]


def candidates(
    tables: Mapping[str, pa.Table], lines: Sequence[Row], known: Mapping[str, Partner], angles: Angles = _ALONE
) -> dict[str, list[Candidate]]:
    """Return the candidates of each line by its name.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets`, `takes` and `coverage`; `words`, `speech`, `quality`, `sound_faults`, `rooms`, `framing` and
        `loudness` where they are there.
    lines : sequence of rows of `lines`
        What is spoken, in order.
    known : mapping of a picture's asset to its partner
    angles : Angles
        Which pictures saw the same moment.
    """
    assets = {row["asset"]: row for row in tables["assets"].to_pylist()}
    takes = {(row["asset"], row["take_order"]): row for row in tables["takes"].to_pylist()}
    rows = _rows(tables, lines, takes, assets, known)
    setups = {
        key: _setup(take) + angles.camera(key[0], take, str(assets[key[0]]["path"])) for key, take in takes.items()
    }
    seen, doubted = _seen(rows, {line["line"]: line["who"] for line in lines}, setups, tables, known, angles)
    measured, words = Measured(tables, known), by_asset(tables.get("words"))
    scales = {_take(row): SIZES.index(row["scale"]) for row in rows if row["scale"] in SIZES}
    said: dict[str, list[tuple[Row, bool]]] = defaultdict(list)
    for row, has_talk in zip(rows, measured.talked(rows), strict=True):
        said[row["line"]].append((row, has_talk))
    found: dict[str, list[Candidate]] = {}
    for place, line in enumerate(lines):
        here = said.get(line["line"], [])
        unsure = doubts([row for row, _ in here], line, words, known)
        made = [
            _candidate(row, line, takes[_take(row)], measured, angles, doubt=doubt, setup=setups[_take(row)],
                       single=seen.get(_take(row)), doubted=doubted.get(_take(row), 0.0), has_talk=has_talk,
                       is_seen=assets[row["asset"]]["kind"] in SEEN)
            for (row, has_talk), doubt in zip(here, unsure, strict=True)
        ]  # fmt: skip
        is_first = not place or lines[place - 1]["scene"] != line["scene"]
        found[line["line"]] = _sized(made, scales, is_first=is_first)
    return {name: each for name, each in found.items() if each}


def _rows(
    tables: Mapping[str, pa.Table],
    lines: Sequence[Row],
    takes: Mapping[Take, Row],
    assets: Mapping[str, Row],
    known: Mapping[str, Partner],
) -> list[Row]:
    """Return the rows of `coverage` that may be cut, as the pictures have them; before its action a take has none."""
    words, order = by_asset(tables.get("words")), {line["line"]: place for place, line in enumerate(lines)}
    rows = [
        tightened(row, lines[order[row["line"]]], words)
        for row in tables["coverage"].to_pylist()
        if row["status"] in STATUS and row["line"] in order
    ]
    rows += unheard(rows, lines, list(takes.values()), words, by_asset(tables.get("speech")))
    rows = heard_by_partners(rows, list(takes.values()), assets, known, order)
    return [row for row in rows if _take(row) in takes and row["start"] >= takes[_take(row)]["action_start"]]


def _take(row: Row) -> Take:
    return row["asset"], row["take_order"]


def _setup(take: Row) -> str:
    """Return what tells a set-up apart; a recording that nothing names is one of its own."""
    return f"{take['number']}/{take['setup']}" if take["number"] else f"{take['asset']}/{take['take_order']}"


def _candidate(
    row: Row,
    line: Row,
    take: Row,
    measured: Measured,
    angles: Angles,
    *,
    doubt: float,
    setup: str,
    single: str | None,
    doubted: float,
    has_talk: bool,
    is_seen: bool,
) -> Candidate:
    return Candidate(
        row["asset"], row["take_order"], row["run"], setup, line["line"], row["start"], row["end"], row["status"],
        row["kept"], measured.usable(row), _off_camera(row, line, single, doubted), measured.faults(row),
        int(take["take"]) if take["take"].isdigit() else 0, is_seen, doubt, measured.clear(row),
        is_slated=take["scene"] in (None, line["scene"]), has_talk=has_talk,
        performance=angles.performance(row["asset"]), since=angles.common(row["asset"], row["start"]),
        until=angles.common(row["asset"], row["end"]),
    )  # fmt: skip


def _seen(
    rows: Sequence[Row], who: Mapping[str, str], setups: Mapping[Take, str], tables: Mapping[str, pa.Table],
    known: Mapping[str, Partner], angles: Angles,
) -> tuple[dict[Take, str], dict[Take, float]]:  # fmt: skip
    """Return whose single each take is, and of a single of nobody knows whom how far it is doubted who is seen."""
    alone, beside = (
        (
            [row for row in rows if bool(angles.of(row["asset"])) is has_angles],
            {take: setup for take, setup in setups.items() if bool(angles.of(take[0])) is has_angles},
        )
        for has_angles in (False, True)
    )
    single = who_is_seen(alone[0], who, alone[1], tables, known)
    told, doubts = seen_by_angles(beside[0], who, beside[1], tables, single)
    return single | told, doubts


def _off_camera(row: Row, line: Row, single: str | None, doubted: float) -> float:
    """Return how sure it is that who speaks is not seen, though the screenplay has them in the picture, 0..1."""
    if _OFF & {each.upper() for each in line["extensions"] or ()}:
        return 0.0
    if single is not None:
        return float(single != line["who"])
    if row["is_on_camera"]:
        return 0.0
    return max(doubted, _BY_LIPS if row["is_on_camera"] is False else 0.0)


def _sized(found: Sequence[Candidate], scales: Mapping[Take, int], *, is_first: bool) -> list[Candidate]:
    """Say how far each lies from the size that is wished: the widest at a scene's begin, then the nearest."""
    sizes = [scales.get((each.asset, each.take_order)) for each in found]
    known = [size for size in sizes if size is not None]
    if not known or min(known) == max(known):
        return list(found)
    wish, spread = max(known) if is_first else min(known), max(known) - min(known)
    weight = _OPENING if is_first else 1.0
    return [
        replace(each, aside=weight * (0.5 if size is None else abs(size - wish) / spread))
        for each, size in zip(found, sizes, strict=True)
    ]
