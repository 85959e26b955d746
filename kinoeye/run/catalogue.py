"""Catalogues without a production: a file of titles read, its columns recognised, its cells cleaned."""

from pathlib import Path

import pyarrow as pa

from kinoeye.analyses.catalogue.titles import titles
from kinoeye.errors import DocumentError
from kinoeye.media.records import read_records
from kinoeye.signals.columns import is_catalogue, recognise, sample_of
from kinoeye.streams import Records


def titles_of(path: Path | str) -> pa.Table:
    """Return the cleaned titles of a file or of a database's address, as the table `titles`.

    Raises
    ------
    DocumentError
        If it cannot be read, or none of its columns is one of titles.
    """
    records = read_records(path)
    check_catalogue(records, str(path))
    return titles(records)


def check_catalogue(records: Records, named: str) -> None:
    """Raise DocumentError unless records are those of a catalogue."""
    roles = recognise(sample_of(records), records.headings)
    if not is_catalogue(roles):
        headings = ", ".join(records.headings or records.rows.schema.names)
        raise DocumentError(
            f"{named}: a catalogue must have a column of titles, got {headings[:300]}",
            remedy="Name the column with the titles 'title', or see: kinoeye catalogue profile",
        )
