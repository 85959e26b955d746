"""Handed down: the rows of a production's table that concern one asset, as an analysis of that asset gets them.

An analysis of one asset may name a table of the whole production (which text belongs to which sound). It gets only the
rows whose `asset` is its own, and its fingerprint holds these rows alone: whatever changes elsewhere redoes nothing
here.
"""

from collections import defaultdict

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.run.plan import fingerprint
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION


def rows_for(index: Index, table: str, asset: str) -> pa.Table:
    """Return the rows of a production's table that concern one asset; none if the table is not made."""
    if not index.files.exists(index.results.path(table, PRODUCTION)):
        return index.schemas[table].stored_schema.empty_table()
    rows = index.read(table, PRODUCTION)
    return rows.filter(pc.equal(rows["asset"], asset))


class Handed:
    """The fingerprints of such rows; each table is read once.

    Parameters
    ----------
    index : Index
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str, dict[str, str]] = {}

    def __call__(self, table: str, asset: str) -> str:
        """Return the fingerprint of the rows that concern an asset; empty if there are none."""
        if table not in self._known:
            self._known[table] = self._read(table)
        return self._known[table].get(asset, "")

    def _read(self, table: str) -> dict[str, str]:
        if not self._index.files.exists(self._index.results.path(table, PRODUCTION)):
            return {}
        by_asset: dict[str, list[object]] = defaultdict(list)
        for row in self._index.read(table, PRODUCTION).to_pylist():
            by_asset[str(row["asset"])].append(row)
        return {asset: fingerprint(rows) for asset, rows in by_asset.items()}
