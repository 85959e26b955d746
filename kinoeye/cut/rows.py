"""Rows: tables as cuts read them, row by row, by their recording."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]


def by_asset(table: pa.Table | None) -> dict[str, list[Row]]:
    """Return the rows of a table by their asset; none if it is not there."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in table.to_pylist() if table is not None else []:
        found[row["asset"]].append(row)
    return found


def meets(row: Row, start: int, end: int) -> bool:
    """Say whether a row has something of a span."""
    return bool(row["start"] < end and row["end"] > start)


def common(row: Row, start: int, end: int) -> int:
    """Return how much of a span a row has, flicks."""
    return int(max(0, min(row["end"], end) - max(row["start"], start)))
