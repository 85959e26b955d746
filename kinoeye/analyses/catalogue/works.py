"""Works: which rows of the catalogues are the same film, within one catalogue and across all of them.

Rows are compared that share a name, a part of one, an id, or a name with a slip. What each pair says is weighed: how
alike the names are and how rare, how far apart the years, who directed and who plays, length, genres, languages, ids.
How often films are held twice, and how often two films share a name, is counted in these catalogues themselves. The
surest pairs are joined first; a work never holds rows whose ids clash, nor years more than one apart unless an id is
the same. A remake, a sequel and an episode stay works of their own. What someone said of a row holds above all.

The last answer serves only to keep ids: a work keeps its id while most of its rows are known, by their place or, where
a catalogue has another edition, by what they say.

Source: Fellegi & Sunter, "A theory for record linkage", JASA 64, 1969.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.ids import carried, fresh
from kinoeye.signals.title_matching import Matched, TitleMatching
from kinoeye.tables import Table, score

WORKS = Table(
    "works",
    "One row a row of the catalogues, and the work it is; in the order of the catalogues.",
    (
        ("asset", pa.string(), "the catalogue's content hash, 32 hex digits"),
        ("row", pa.int64(), "number of the catalogue's row, as in `titles`"),
        ("work", pa.string(), "the work's id; it stays when other rows are added"),
        ("rows", pa.int32(), "how many rows are this work"),
        (
            "how",
            pa.string(),
            "how it was matched: said, id, name, other_title, misspelling, subtitle, translation; null for the first "
            "row of a work",
        ),
        ("score", score(), "how sure it is that both rows are one work; null for the first row"),
        ("matched_asset", pa.string(), "catalogue of the row it was matched to"),
        ("matched_row", pa.int64(), "number of that row"),
        ("why", pa.list_(pa.string()), "what was weighed, the heaviest first"),
        ("near_asset", pa.string(), "catalogue of the likeliest row that was not joined; null where none was near"),
        ("near_row", pa.int64(), "number of that row"),
        ("near_score", score(), "how likely it is to be one work all the same"),
        ("near_how", pa.string(), "as `how`; or why they cannot be one: clash_year, clash_id, clash_kind, clash_said"),
        ("near_why", pa.list_(pa.string()), "as `why`"),
        ("mark", pa.string(), "of what the row says; by it a work is found again in another edition of a catalogue"),
    ),
)

_HEX = 8  # bytes of a work's id: two of a million works have one of 4 bytes in common

Row = dict[str, Any]


@analysis(WORKS, version=1, scope="production")
def works(titles: pa.Table, previous: pa.Table, *, least: float = 0.5, near: float = 0.05) -> pa.Table:
    """Say which rows of all catalogues are the same work.

    Parameters
    ----------
    titles : table `titles` of all assets
    previous : this table, as it was
    least : 0..1
        How likely two rows must be one work to be joined; higher joins fewer.
    near : 0..1
        How likely a pair must be to be named although it was not joined.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for setting, value in (("least", least), ("near", near)):
        if not 0 < value < 1:
            raise SettingError(f"works: {setting} must lie between 0 and 1, got {value}")
    if not titles.num_rows:
        return WORKS.empty()
    matching = TitleMatching(titles)
    matched = matching.matched(least, near)
    places = list(zip(titles["asset"].to_pylist(), titles["row"].to_pylist(), strict=True))
    marks = [_mark(*each) for each in matching.said()]
    ids = _ids(matching, matched.groups, places, marks, previous)
    sizes = Counter(matched.groups)
    return WORKS.from_rows(
        {"asset": asset, "row": number, "work": ids[group], "rows": sizes[group], "mark": marks[place]}
        | _pair(matched, place, places)
        for place, ((asset, number), group) in enumerate(zip(places, matched.groups, strict=True))
    )


def _pair(matched: Matched, place: int, places: Sequence[tuple[str, int]]) -> Row:
    """Return to which row one was matched, and with which it nearly was."""
    found: Row = {}
    if (joined := matched.joined.get(place)) is not None:
        other, verdict = joined
        asset, number = places[other]
        found |= {"how": verdict.how, "score": verdict.score, "why": list(verdict.why)}
        found |= {"matched_asset": asset, "matched_row": number}
    if (nearly := matched.nearly.get(place)) is not None:
        other, verdict = nearly
        asset, number = places[other]
        found |= {"near_how": verdict.how, "near_score": verdict.score, "near_why": list(verdict.why)}
        found |= {"near_asset": asset, "near_row": number}
    return found


def _mark(name: str, year: int, director: str, own: str) -> str:
    """Return a hash of what a row says: name, year, first director, ids."""
    return hashlib.blake2b(f"{name}\n{year}\n{director}\n{own}".encode(), digest_size=_HEX).hexdigest()


def _ids(
    matching: TitleMatching, groups: Sequence[int], places: Sequence[tuple[str, int]], marks: Sequence[str],
    previous: pa.Table,
) -> dict[int, str]:  # fmt: skip
    """Return the id of each group: as said, else as before, else after what most of its rows say."""
    said = {groups[place]: work for place, work in matching.decided().items()}
    shared: Counter[tuple[int, str]] = Counter()
    if previous.num_rows:
        columns = [previous[each].to_pylist() for each in ("asset", "row", "mark", "work")]
        before = {(asset, row): work for asset, row, _, work in zip(*columns, strict=True)}
        by_mark = dict(zip(columns[2], columns[3], strict=True))
        for place, group in enumerate(groups):
            known = before.get(places[place]) or by_mark.get(marks[place])
            if known is not None:
                shared[group, known] += 1
    ids = carried(shared, said)
    taken = set(ids.values())
    for group, anchor in _anchors(matching, groups, ids).items():
        ids[group] = fresh("w", anchor, taken, size=_HEX)
        taken.add(ids[group])
    return ids


def _anchors(matching: TitleMatching, groups: Sequence[int], ids: Mapping[int, str]) -> dict[int, str]:
    """Return what most rows of each new group say of name, year and director; of several, what the first says."""
    counts: dict[int, Counter[str]] = {}
    for group, (name, year, director, _) in zip(groups, matching.said(), strict=True):
        if group not in ids:
            counts.setdefault(group, Counter())[f"{name} {year} {director}"] += 1
    return {group: each.most_common(1)[0][0] for group, each in counts.items()}
