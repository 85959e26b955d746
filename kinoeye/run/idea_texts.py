"""Idea texts: what ideas are learnt from, passage by passage: the chosen screenplay, then the user's other texts."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.media.documents import read_screenplay, read_text
from kinoeye.screenplay.elements import SPOKEN, blocks, cue
from kinoeye.treatments.screenplay.writing import Passage

_EMPTY_LINES = re.compile(r"\n\s*\n")


def chosen(assets: pa.Table, lines: pa.Table, script: str = "") -> str:
    """Return the asset of the screenplay at a path, or of the longest.

    Raises
    ------
    UseError
        If there is no screenplay, or none at that path.
    """
    paths = _paths(assets)
    lengths = Counter[str](lines["asset"].to_pylist())
    if not lengths:
        raise UseError("ideas: there must be a screenplay with lines, got none",
                       remedy="Put one into the folder (.fountain, .fdx, .pdf), then: kinoeye run DIR")  # fmt: skip
    if not script:
        return max(lengths, key=lambda each: (lengths[each], each))
    named = [asset for asset in lengths if paths.get(asset) == script]
    if not named:
        known = ", ".join(sorted(paths[asset] for asset in lengths if asset in paths))
        raise UseError(f"ideas: the script must be one of the production's, got {script!r}",
                       remedy=f"There are: {known}")  # fmt: skip
    return named[0]


def passages(
    assets: pa.Table, lines: pa.Table, script: str, paragraphs: pa.Table | None, corpora: Iterable[Path]
) -> tuple[Passage, ...]:
    """Return all passages; of lines that stand in several drafts, the chosen draft's own are kept.

    Parameters
    ----------
    assets, lines : pa.Table
    script : str
        The chosen screenplay's asset.
    paragraphs : pa.Table or None
    corpora : iterable of Path

    Raises
    ------
    DocumentError
        If a corpus cannot be read.
    """
    paths = _paths(assets)
    rows = lines.to_pylist()
    ordered = sorted(rows, key=lambda row: (row["asset"] != script, paths.get(row["asset"], "")))
    found = list({row["line"]: _passage(row, paths) for row in reversed(ordered)}.values())[::-1]
    found += _prose(paragraphs, paths, {row["asset"] for row in rows})
    for path in corpora:
        found += _corpus(path)
    return tuple(found)


def _paths(assets: pa.Table) -> dict[str, str]:
    return {row["asset"]: str(row["path"]) for row in assets.to_pylist()}


def _passage(row: Mapping[str, Any], paths: Mapping[str, str]) -> Passage:
    return Passage(paths.get(row["asset"], row["asset"]), row["scene_order"], row["page"], row["line"], row["kind"],
                   row["who"], row["text"])  # fmt: skip


def _prose(paragraphs: pa.Table | None, paths: Mapping[str, str], scripts: Collection[str]) -> list[Passage]:
    if paragraphs is None:
        return []
    return [
        Passage(paths.get(row["asset"], row["asset"]), None, None, "", "prose", "", row["text"])
        for row in paragraphs.select(["asset", "text"]).to_pylist()
        if row["asset"] not in scripts and row["text"]
    ]


def _corpus(path: Path) -> list[Passage]:
    """Read a text of the user: a screenplay line by line, other texts paragraph by paragraph."""
    text = read_text(path)
    if text.kind != "screenplay":
        parts = (" ".join(part.split()) for part in _EMPTY_LINES.split(text.text))
        return [Passage(path.name, None, None, "", "prose", "", part) for part in parts if part]
    found, scene = [], 0
    for each, under in blocks(read_screenplay(path)):
        scene += each.kind == "heading"
        if each.kind == "character":
            said = "\n".join(one.text for one in under if one.kind in SPOKEN and one.kind != "parenthetical")
            found.append(Passage(path.name, scene, None, "", "dialogue", cue(each.text).name, said))
        elif each.kind in ("heading", "action"):
            found.append(Passage(path.name, scene, None, "", each.kind, "", each.text))
    return found
