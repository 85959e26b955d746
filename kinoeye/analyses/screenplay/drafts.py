"""Drafts: which screenplays are drafts of one, in which order they were written, and which of them counts.

Two are drafts of one screenplay where much of the shorter one stands in the other, hardly changed: that `lines` has
found a line to name each one after is not enough, for two episodes have the same people in the same rooms. The newest
counts: by the date on its title page where all have one, by the number of the draft there, by its colour, by the number
in the file's name, by which of them came into the production later, and at last by name. What somebody chose counts
before all that. A few scenes by themselves are a part of a draft and never count alone.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.drafts import is_kept
from kinoeye.signals.editions import colour_of, date_of, number_of
from kinoeye.tables import Table

DRAFTS = Table(
    "drafts",
    "One row a screenplay: the drafts of one behind each other, the oldest first.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("path", pa.string(), "where it lies"),
        ("group", pa.int32(), "drafts of one screenplay have the same, from 0"),
        ("draft_order", pa.int32(), "its place among them, from 1, the oldest; the last one counts"),
        ("is_current", pa.bool_(), "whether takes, cuts and lists go by it: the newest, or the one chosen"),
        ("is_part", pa.bool_(), "whether it is only some scenes of another one"),
        (
            "evidence",
            pa.string(),
            "what tells that it is newer than the one before: chosen, date, number, colour, name, arrival, form or "
            "path; part of one that is only some scenes; empty of the oldest",
        ),
    ),
)

_LEAST_COMMON = 0.3  # of the shorter one's text; less, and they are two screenplays
_PART = 0.5  # of the longest draft's text; less, and it is some scenes of it
_OLD = re.compile(r"(?<![a-z])(?:old|older|previous|backup|archived?|superseded)(?![a-z])|旧|备份", re.IGNORECASE)
_KEYS = ("part", "chosen", "date", "number", "colour", "name", "arrival", "form", "path")

_Row = dict[str, Any]


@analysis(DRAFTS, version=1, scope="production")
def drafts(assets: pa.Table, lines: pa.Table, title_pages: pa.Table, previous: pa.Table) -> pa.Table:
    """Say which draft of a screenplay counts.

    Parameters
    ----------
    assets, lines, title_pages : tables of all assets
    previous : the last answer
    """
    paths = dict(zip(assets["asset"].to_pylist(), map(str, assets["path"].to_pylist()), strict=True))
    written: dict[str, list[_Row]] = defaultdict(list)
    for row in lines.to_pylist():
        written[row["asset"]].append(row)
    titled = {row["asset"]: row for row in title_pages.to_pylist()}
    known = {row["path"]: row["draft_order"] for row in previous.to_pylist()}
    texts = {asset: _texts(rows) for asset, rows in written.items()}
    groups = _groups(sorted(texts, key=lambda each: paths.get(each, "")), texts)
    return DRAFTS.from_rows(
        [
            row
            for number, members in enumerate(groups)
            for row in _ordered(number, {each: _Draft(paths.get(each, ""), written[each], titled.get(each, {}),
                                                      known, _length(texts[each])) for each in members})
        ]
    )  # fmt: skip


def _texts(rows: Sequence[_Row]) -> dict[str, str]:
    """Return what each line says by its name; headings are alike in any two scripts."""
    return {row["line"]: row["text"] for row in rows if row["kind"] != "heading"}


def _length(texts: Mapping[str, str]) -> int:
    return sum(map(len, texts.values()))


def _groups(assets: Sequence[str], texts: Mapping[str, Mapping[str, str]]) -> list[list[str]]:
    """Return the drafts of each screenplay, in the order of the first of them."""
    groups: list[list[str]] = []
    for asset in assets:
        near = [each for each in groups if any(_common(texts[asset], texts[one]) >= _LEAST_COMMON for one in each)]
        groups = [each for each in groups if each not in near]
        groups.append([*(one for each in near for one in each), asset])
    return sorted(groups, key=lambda each: assets.index(each[0]))


def _common(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Return the share of the shorter one's text that stands in the other."""
    short, long = sorted((one, other), key=_length)
    kept = {line: text for line, text in short.items() if line in long and is_kept(text, long[line])}
    return _length(kept) / max(1, _length(short))


@dataclass(frozen=True)
class _Draft:
    """A draft, and what may tell its place."""

    path: str
    rows: Sequence[_Row]
    page: Mapping[str, Any]
    known: Mapping[str, int]
    length: int


def _ordered(group: int, members: Mapping[str, _Draft]) -> list[_Row]:
    """Return the drafts of one screenplay from the oldest to the one that counts."""
    longest = max(each.length for each in members.values())
    parts = {asset for asset, each in members.items() if each.length < _PART * longest}
    keys = _keys(members, parts)
    order = sorted(members, key=lambda each: keys[each])
    return [
        {
            "asset": asset, "path": members[asset].path, "group": group, "draft_order": place,
            "is_current": place == len(order), "is_part": asset in parts,
            "evidence": _evidence(keys[order[place - 2]] if place > 1 else None, keys[asset]),
        }
        for place, asset in enumerate(order, 1)
    ]  # fmt: skip


def _keys(members: Mapping[str, _Draft], parts: Collection[str]) -> dict[str, tuple[Any, ...]]:
    """Return what orders drafts: of each kind of evidence, the strongest first, a value that rises with age."""
    whole = [each for asset, each in members.items() if asset not in parts]
    days = {asset: each.page.get("dated") or _day(each.path) for asset, each in members.items()}
    is_dated = all(each.page.get("dated") or _day(each.path) for each in whole)
    is_known = any(each.path in each.known for each in whole)
    return {
        asset: (
            asset not in parts or bool(each.page.get("is_chosen")),
            bool(each.page.get("is_chosen")),
            days[asset] if is_dated else "",
            number_of(each.page.get("edition", "")) or (1,),
            max([colour_of(each.page.get("edition", "")), *(colour_of(row["revision"] or "") for row in each.rows)]),
            (not _OLD.search(each.path), number_of(_stem(each.path)) or (1,), colour_of(_stem(each.path))),
            each.known.get(each.path, len(each.known) + 1) if is_known else 0,
            not each.path.lower().endswith(".pdf"),  # a print of the same draft is read less surely than its source
            _natural(each.path),
        )
        for asset, each in members.items()
    }  # fmt: skip


def _evidence(before: tuple[Any, ...] | None, after: tuple[Any, ...]) -> str:
    """Return what tells two neighbours apart; what follows scenes by themselves is the oldest whole one."""
    if not after[0]:
        return "part"
    if before is None or not before[0]:
        return "chosen" if after[1] else ""
    return next(name for name, one, other in zip(_KEYS, before, after, strict=True) if one != other)


def _day(path: str) -> str:
    day = date_of(_stem(path))
    return day.isoformat() if day else ""


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


def _natural(path: str) -> list[tuple[int, str]]:
    """Return a path so that draft 10 comes behind draft 9."""
    where = PurePosixPath(path)
    return [
        (int(each), "") if each.isdecimal() else (-1, each)
        for each in re.split(r"(\d+)", str(where.with_suffix("")).lower())
    ] + [(-1, where.suffix)]
