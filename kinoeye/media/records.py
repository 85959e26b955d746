"""Records: rows of a file, as they are given, however many there are."""

from pathlib import Path

import duckdb
import pyarrow.dataset

from kinoeye.errors import DocumentError
from kinoeye.streams import Records


def read_records(path: Path) -> Records:
    """Open a file of records.

    Raises
    ------
    DocumentError
        If it cannot be read.
    """
    form = {".tsv": "tsv", ".json": "json", ".jsonl": "json", ".gz": "json", ".parquet": "parquet"}.get(
        path.suffix.lower(), "csv"
    )
    reader = {"json": "read_json_auto(?)", "parquet": "read_parquet(?)"}.get(form, "read_csv(?, all_varchar=true)")
    try:
        rows = duckdb.connect().execute(f"SELECT * FROM {reader}", [str(path)]).to_arrow_table()  # noqa: S608
    except duckdb.Error as error:
        raise DocumentError(f"{path}: must hold records, {error}") from error
    return Records(pyarrow.dataset.dataset(rows), tuple(rows.schema.names), form)
