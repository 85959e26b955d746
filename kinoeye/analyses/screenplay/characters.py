"""Characters: who speaks in a screenplay, under one name each, and how much.

A name written in more than one way is one character: with a rank or a first name in front (DET. SMITH, SMITH), where
only one character can be meant; or misspelt once or twice. NORA AND JUNE are two who speak together, not a third.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
from rapidfuzz.distance import OSA

from kinoeye.analysis import analysis
from kinoeye.screenplay.elements import word_count
from kinoeye.tables import Table

CHARACTERS = Table(
    "characters",
    "One row a character of a screenplay, who says most first.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("character", pa.string(), "the name, as written most often"),
        ("aliases", pa.list_(pa.string()), "other ways in which the name is written"),
        ("reasons", pa.list_(pa.string()), "why each of them is the same: part or spelling"),
        ("lines", pa.int32(), "how often he or she speaks"),
        ("words", pa.int32(), "how many words; each Chinese sign is one"),
        ("off_lines", pa.int32(), "how many of the lines are spoken off screen or over (O.S., V.O., 画外音)"),
        ("scenes", pa.int32(), "in how many scenes"),
        ("first_scene", pa.int32(), "the first of them, from 1; 0 before the first heading"),
        ("partners", pa.list_(pa.string()), "who speaks in the same scenes, most often first"),
    ),
)

_TOGETHER = re.compile(r"\s+(?:AND|UND|ET|Y|&)\s+|\s*[&/＆、]\s*", re.I)
_OFF = re.compile(r"\b[VO]\.?\s?[OSC]\b|画外|旁白|OFF\b", re.I)
_APART = frozenset({"YOUNG", "OLD", "YOUNGER", "OLDER", "LITTLE", "BIG", "MRS", "MR", "MS", "MISS", "OTHER", "SECOND"})
_SHORTEST = 5  # letters of a name that may be misspelt
_MISSPELT = 2  # lines at most under a misspelt name


@analysis(CHARACTERS, version=1, scope="production")
def characters(lines: pa.Table) -> pa.Table:
    """Gather who speaks in screenplays.

    Parameters
    ----------
    lines : table of all assets
    """
    spoken: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in lines.to_pylist():
        if row["kind"] == "dialogue" and row["who"]:
            spoken[row["asset"]].append(row)
    return CHARACTERS.from_rows([row for asset, rows in spoken.items() for row in _gathered(asset, rows)])


def _gathered(asset: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    written = Counter(row["who"] for row in rows)
    alone = {name for name in written if not _together(name, written)}
    same = _same({name: written[name] for name in alone})
    speeches: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        names = _together(row["who"], written) or (row["who"],)
        for name in dict.fromkeys(same.get(each, (each, ""))[0] for each in names):
            speeches[name].append(row)
    in_scene: dict[int, list[str]] = defaultdict(list)
    for name, said in speeches.items():
        for scene in {row["scene_order"] for row in said}:
            in_scene[scene].append(name)
    found = [
        {"asset": asset, "character": name, **_amount(said), **_aliases(name, same),
         "partners": _partners(name, said, in_scene)}
        for name, said in speeches.items()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row["words"], row["character"]))


def _amount(said: list[dict[str, Any]]) -> dict[str, Any]:
    scenes = {row["scene_order"] for row in said}
    return {
        "lines": len(said),
        "words": sum(word_count(row["text"]) for row in said),
        "off_lines": sum(any(_OFF.search(each) for each in row["extensions"]) for row in said),
        "scenes": len(scenes - {0}),
        "first_scene": min(scenes),
    }


def _aliases(name: str, same: Mapping[str, tuple[str, str]]) -> dict[str, list[str]]:
    others = sorted((alias, why) for alias, (whose, why) in same.items() if whose == name)
    return {"aliases": [alias for alias, _ in others], "reasons": [why for _, why in others]}


def _partners(name: str, said: list[dict[str, Any]], in_scene: Mapping[int, list[str]]) -> list[str]:
    met = Counter(each for scene in {row["scene_order"] for row in said} for each in in_scene[scene] if each != name)
    return [each for each, _ in sorted(met.items(), key=lambda pair: (-pair[1], pair[0]))]


def _together(name: str, written: Mapping[str, int]) -> tuple[str, ...]:
    """Return the names of several who speak together; nothing if it is one."""
    parts = tuple(part.strip() for part in _TOGETHER.split(name) if part.strip())
    return parts if len(parts) > 1 and sum(part in written for part in parts) >= len(parts) - 1 else ()


def _same(written: Mapping[str, int]) -> dict[str, tuple[str, str]]:
    """Return for each other way of writing a name whose it is, and why."""
    same: dict[str, tuple[str, str]] = {}
    order = sorted(written, key=lambda name: (-written[name], name))
    for name in sorted(written, key=lambda name: (written[name], name)):
        whole = [each for each in order if each != name and each not in same and _is_part(name, each)]
        parts = [each for each in order if each != name and each not in same and _is_part(each, name)]
        if len(whole) == 1 and not parts and written[whole[0]] >= written[name]:
            same[name] = whole[0], "part"
        elif len(parts) == 1 and not whole and _only(parts[0], written) and written[parts[0]] >= written[name]:
            same[name] = parts[0], "part"
        elif spelt := _spelt(name, (each for each in order if each not in same), written):
            same[name] = spelt, "spelling"
    return {name: (_last(name, same), why) for name, (_, why) in same.items()}


def _only(short: str, written: Iterable[str]) -> bool:
    """Say whether a short name can mean one character only."""
    return sum(_is_part(short, each) for each in written) == 1


def _last(name: str, same: Mapping[str, tuple[str, str]]) -> str:
    while name in same:
        name = same[name][0]
    return name


def _is_part(short: str, long: str) -> bool:
    """Say whether a name is the last or first words of a longer one that does not tell another person."""
    few, many = short.upper().replace(".", "").split(), long.upper().replace(".", "").split()
    if not 0 < len(few) < len(many) or any(each.isdigit() for each in many) or many[0] in _APART:
        return False
    return many[-len(few) :] == few or many[: len(few)] == few


def _spelt(name: str, others: Iterable[str], written: Mapping[str, int]) -> str:
    """Return the name that one letter makes of a rare name; nothing if none does."""
    if written[name] > _MISSPELT or len(name) < _SHORTEST or any(each.isdigit() for each in name):
        return ""
    near = [
        each for each in others
        if each != name and written[each] > 3 * written[name] and OSA.distance(name.upper(), each.upper()) == 1
        and not any(one.isdigit() for one in each)
    ]  # fmt: skip
    return near[0] if len(near) == 1 else ""
