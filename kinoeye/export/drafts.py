"""Drafts: which draft of a screenplay a list goes by, and which older ones it leaves out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.export.page import both_in
from kinoeye.signals.drafts import current


def current_rows(tables: Mapping[str, pa.Table], name: str) -> list[dict[str, Any]]:
    """Return the rows of a table of screenplays, those of older drafts left out; none where there is no such table."""
    return current(tables[name].to_pylist(), _drafts(tables)) if name in tables else []


def left_out(tables: Mapping[str, pa.Table]) -> list[tuple[str, str]]:
    """Return the drafts that are left out, each with the one that counts in its place: paths, in their order."""
    rows = _drafts(tables)
    counts = {row["group"]: str(row["path"]) for row in rows if row["is_current"]}
    return [(str(row["path"]), counts.get(row["group"], "")) for row in rows if not row["is_current"]]


def older_drafts(found: Sequence[tuple[str, str]]) -> str:
    """Return, as HTML in both languages, which drafts are left out."""
    return "".join(
        f'<p class="lead older">{both_in("lists", "older_draft", path=path, instead=instead)}</p>'
        for path, instead in found
    )


def _drafts(tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    return tables["drafts"].to_pylist() if "drafts" in tables else []
