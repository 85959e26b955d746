"""Screenplays of a few lines, as their tables."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.scenes import scenes
from kinoeye.analyses.screenplay.script_parts import SCRIPT_PARTS, script_parts
from kinoeye.media.assets import ASSETS
from kinoeye.screenplay import fountain
from kinoeye.tables import with_asset


@pytest.fixture
def tables():
    """Return the tables of texts by their names, as the second run after `previous` makes them."""

    def made(texts: dict[str, str], previous: pa.Table | None = None) -> dict[str, Any]:
        assets = ASSETS.from_rows([{"asset": name, "path": f"{name}.fountain", "kind": "screenplay"} for name in texts])
        empty = SCRIPT_PARTS.stored_schema.empty_table()
        parts = pa.concat_tables(
            [empty, *(with_asset(script_parts(fountain.read(text)), name) for name, text in texts.items())]
        )
        named = lines(assets, parts, LINES.schema.empty_table() if previous is None else previous)
        return {"parts": parts, "lines": named, "scenes": scenes(parts, named)}

    return made
