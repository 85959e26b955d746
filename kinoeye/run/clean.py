"""Clean: take away what no plan needs any more. Decisions are never touched."""

from collections.abc import Iterable
from dataclasses import dataclass

from kinoeye.analysis import Analysis
from kinoeye.run import parts
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION
from kinoeye.streams import STREAMS

# A writer that is still at work has touched its file within this time.
_UNFINISHED_AFTER_S = 3600.0


@dataclass(frozen=True)
class Cleaned:
    """What was (or would be) taken away.

    Parameters
    ----------
    tables, streams : tuple of str
        Names in the index.
    unfinished : int
        Leftovers of writers that were killed.
    stopped : int
        Effects that were stopped an hour ago or longer, whose parts nobody waits for.
    """

    tables: tuple[str, ...]
    streams: tuple[str, ...]
    unfinished: int
    stopped: int


def clean(index: Index, analyses: Iterable[Analysis], *, is_dry: bool = False, streams: bool = False) -> Cleaned:
    """Take away results of assets that are gone, tables that no analysis makes, and leftovers of killed writers.

    Parameters
    ----------
    index : Index
    analyses : iterable of Analysis
    is_dry : bool
        Only say what would go.
    streams : bool
        Also all decoded streams; they are made again when an analysis needs them.
    """
    present = index.present()
    names = {"assets", "faults", *(analysis.name for analysis in analyses)}
    tables = [
        index.results.path(table, asset)
        for table in index.results.names()
        for asset in index.results.assets(table)
        if table not in names or (table != "faults" and asset not in present and asset != PRODUCTION)
    ]
    gone = [
        f"streams/{asset}/{stream}"
        for asset in index.files.folders("streams")
        for stream in index.files.folders(f"streams/{asset}")
        if streams or asset not in present or stream not in STREAMS
    ]
    stopped = parts.left(index, present, _UNFINISHED_AFTER_S)
    if is_dry:
        return Cleaned(tuple(tables), tuple(gone), 0, len(stopped))
    for name in [*tables, *gone]:
        index.files.remove(name)
    for asset in index.files.folders("segments"):
        if asset not in present:
            index.files.remove(f"segments/{asset}")
    for asset in stopped:
        parts.parts_of(index).remove(asset)
    return Cleaned(tuple(tables), tuple(gone), index.files.remove_unfinished(".", _UNFINISHED_AFTER_S), len(stopped))
