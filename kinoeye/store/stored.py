"""Stored tables that are not read in whole: the files that stand there, with people's decisions laid over.

Where a person said something of a table, the rows of the assets concerned are written anew, some at a time, into a
folder that the caller takes away. So what reads such a table sees what every reader sees, and memory holds a few rows.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kinoeye.store.decisions import Decision, is_of_a_place, lay_over
from kinoeye.store.index import Index, fitted
from kinoeye.store.results import PRODUCTION
from kinoeye.tables import BATCH_ROWS, Stored


def stored(index: Index, table: str, assets: Iterable[str], scratch: Path) -> Stored:
    """Return the rows of some assets in a table, in this order; those that are not there are passed over.

    Parameters
    ----------
    index : Index
    table : str
    assets : iterable of str
        `PRODUCTION` for a table of the whole production.
    scratch : Path
        An existing folder for what must be written anew; must stay as long as the rows are read.
    """
    schema = index.schemas[table].stored_schema
    said = index.decisions.all(table)
    files = []
    for asset in assets:
        if not index.files.exists(index.results.path(table, asset)):
            continue
        file = index.results.file(table, asset)
        own = [each for each in said if asset == PRODUCTION or each.key.get("asset") in {None, asset}]
        files.append(str(_laid_over(file, schema, own, scratch / f"{table}-{asset}.parquet") if own else file))
    return Stored(schema, tuple(files))


def of_asset(table: Stored, asset: str, scratch: Path) -> Stored:
    """Return the rows of a production's table that concern one asset, written into `scratch`."""
    mine = pc.field("asset") == asset
    target = scratch / f"own-{len(list(scratch.iterdir()))}.parquet"
    with pq.ParquetWriter(target, table.schema, compression="lz4") as writer:
        for batch in table.dataset().scanner(filter=mine, batch_size=BATCH_ROWS, batch_readahead=2).to_batches():
            writer.write_batch(batch)
    return Stored(table.schema, (str(target),))


def _laid_over(file: Path, schema: pa.Schema, said: Sequence[Decision], target: Path) -> Path:
    with pq.ParquetWriter(target, schema, compression="lz4") as writer:
        for rows in _pieces(file, schema, said):
            writer.write_table(lay_over(rows, said)[0])
    return target


def _pieces(file: Path, schema: pa.Schema, said: Sequence[Decision]) -> Iterator[pa.Table]:
    """Yield some rows at a time; all at once where a decision means the nearest of several rows."""
    with pq.ParquetFile(file) as source:
        if any(is_of_a_place(each.key, schema.names) for each in said):
            yield fitted(source.read(), schema)
            return
        for batch in source.iter_batches(BATCH_ROWS):
            yield fitted(pa.Table.from_batches([batch]), schema)
