"""Listings as CSV: the rows of all films one under the other, as spreadsheets take them without running anything."""

import csv
import io
from collections.abc import Sequence

from kinoeye.export.listing import Listing
from kinoeye.export.markers import cell


def write(listings: Sequence[Listing]) -> bytes:
    """Return a row an entry, the film's path in front, UTF-8 with the mark that Excel needs.

    A head of a part stands in documents alone, and a picture nowhere in a CSV.
    """
    columns = [each.key for each in listings[0].columns if each.look != "still"] if listings else []
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["path", *columns])
    for listing in listings:
        for entry in listing.entries:
            if entry.kind != "head" and not entry.is_summary:
                writer.writerow([cell(listing.path), *(cell(entry.cells.get(key, "")) for key in columns)])
    return out.getvalue().encode("utf-8-sig")
