"""Lines: what a screenplay has to be shot and heard, each under a name that outlives its drafts.

A line of a new draft that was moved or edited keeps the name that it had in the draft before; so does its scene. What
people decide of a line, and which take covers it, hang on that name.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.drafts import Said, aligned, identity, is_kept
from kinoeye.tables import Table, Typed

_LEAST_COMMON = 0.3  # of two drafts of one screenplay; less, and they are two screenplays
_KINDS = frozenset({"heading", "action", "dialogue", "centered"})

LINES = Table(
    "lines",
    "One row a line of a screenplay, in its order: a heading, a paragraph of action, or what somebody says at once.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("line", pa.string(), "its name, 16 hex digits; the same in every draft in which it stands"),
        ("scene", pa.string(), "its scene's name, 16 hex digits; empty before the first heading"),
        ("scene_order", pa.int32(), "its scene's place in the screenplay, from 1; 0 before the first heading"),
        ("part", pa.int32(), "its number in `script_parts`"),
        ("kind", pa.string(), "heading, action, dialogue or centered"),
        ("who", pa.string(), "who speaks, as written; empty where nobody does"),
        ("extensions", pa.list_(pa.string()), "what stands behind the name: V.O., O.S."),
        ("parentheticals", pa.list_(pa.string()), "how it is said"),
        ("text", pa.string(), "what it says, without marks"),
        ("revision", pa.string(), "in which it was changed, as its source says; empty where it was not"),
        ("page", pa.int32(), "page on which it is printed, from 1"),
        ("printed", Typed(pa.int32(), "printed lines"), "how much paper it takes"),
    ),
)


@analysis(LINES, version=2, scope="production")
def lines(assets: pa.Table, script_parts: pa.Table, previous: pa.Table) -> pa.Table:
    """Name the lines of screenplays over their drafts.

    Parameters
    ----------
    assets, script_parts : tables of all assets
    previous : the last answer
    """
    paths = dict(zip(assets["asset"].to_pylist(), assets["path"].to_pylist(), strict=True))
    drafts = _by_asset(
        script_parts.filter(pa.compute.is_in(script_parts["kind"], pa.array(sorted(_KINDS)))).to_pylist()
    )
    known = _by_asset(previous.to_pylist())
    done: dict[str, list[dict[str, Any]]] = {}
    # A draft that was named before comes first: it keeps its names whatever is found beside it now.
    for asset in sorted(drafts, key=lambda each: (each not in known, str(paths.get(each, "")))):
        parts = drafts[asset]
        if asset in known and [each["part"] for each in known[asset]] == [each["part"] for each in parts]:
            done[asset] = _rows(asset, parts, known[asset])
            continue
        names = _named(parts, {**known, **done})
        done[asset] = _rows(asset, parts, names)
    return LINES.from_rows(
        [row for asset in sorted(done, key=lambda each: str(paths.get(each, ""))) for row in done[asset]]
    )


def _by_asset(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["asset"]].append(row)
    return dict(found)


def _said(row: Mapping[str, Any]) -> Said:
    return Said(row["kind"], row["who"], row["text"])


def _named(
    parts: Sequence[Mapping[str, Any]], known: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[dict[str, str]]:
    """Name the lines of a draft after those of the draft that it is most like, and the new ones anew."""
    mine = [_said(each) for each in parts]
    matches = {asset: aligned([_said(row) for row in rows], mine) for asset, rows in known.items()}
    common = {asset: _common(places, mine, known[asset]) for asset, places in matches.items()}
    nearest = max(common, key=lambda each: common[each], default=None)
    names: list[dict[str, str]] = [{"line": "", "scene": ""} for _ in parts]
    taken: set[str] = set()
    if nearest is not None and common[nearest] >= _LEAST_COMMON:
        for number, place in enumerate(matches[nearest]):
            if place is not None:
                names[number] = {"line": known[nearest][place]["line"], "scene": known[nearest][place]["scene"]}
        taken = {row["line"] for row in known[nearest]}
    for number, said in enumerate(mine):
        if not names[number]["line"]:
            names[number]["line"] = identity(said, taken)
            taken.add(names[number]["line"])
    scenes = _scenes(parts, names)
    return [{"line": name["line"], "scene": scenes[part["scene"]]} for name, part in zip(names, parts, strict=True)]


def _common(places: Sequence[int | None], mine: Sequence[Said], old: Sequence[Mapping[str, Any]]) -> float:
    """Return the share of a draft's words that stand in another one, hardly changed; headings are alike in any two."""
    weights = [len(said.text) if said.kind != "heading" else 0 for said in mine]
    found = sum(
        weight
        for weight, place, said in zip(weights, places, mine, strict=True)
        if place is not None and is_kept(said.text, old[place]["text"])
    )
    return found / max(1, sum(weights))


def _scenes(parts: Sequence[Mapping[str, Any]], names: Sequence[Mapping[str, str]]) -> dict[int, str]:
    """Name scenes: after the old scene from which most of its words come, each old one once; else after its heading."""
    votes: Counter[tuple[int, str]] = Counter()
    headings: dict[int, str] = {}
    for part, name in zip(parts, names, strict=True):
        if name["scene"]:
            votes[part["scene"], name["scene"]] += len(part["text"].split())
        if part["kind"] == "heading":
            headings[part["scene"]] = name["line"]
    scenes: dict[int, str] = {0: ""}
    taken = set[str]()
    for (number, scene), _ in votes.most_common():
        if number and number not in scenes and scene not in taken:
            scenes[number] = scene
            taken.add(scene)
    for number, line in headings.items():
        if number not in scenes:
            scenes[number] = line if line not in taken else identity(Said("scene", "", line), taken)
            taken.add(scenes[number])
    return scenes


def _rows(asset: str, parts: Sequence[Mapping[str, Any]], names: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    same = ("part", "kind", "who", "extensions", "parentheticals", "text", "revision", "page", "printed")
    return [
        {"asset": asset, "line": name["line"], "scene": name["scene"], "scene_order": part["scene"]}
        | {column: part[column] for column in same}
        for part, name in zip(parts, names, strict=True)
    ]
