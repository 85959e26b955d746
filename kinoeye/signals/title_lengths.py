"""Title lengths: how long each title of a log is, by a row of a catalogue or by the film itself."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import pyarrow as pa

_CATALOGUE = ("source_id", "imdb", "tmdb", "title", "original_title")
_SEEN = frozenset({"video", "sequence"})


def title_lengths(titles: pa.Table | None, assets: pa.Table | None) -> dict[str, int]:
    """Return lengths in flicks by what a log may call a title: id, name, file, content hash.

    A film that is in the production goes before what a catalogue says; of two that are called the same none counts.

    Parameters
    ----------
    titles : table `titles`
    assets : table `assets`
    """
    found: dict[str, int] = {}
    for source in (_of_catalogue(titles), _of_films(assets)):
        own: dict[str, set[int]] = {}
        for name, length in source:
            own.setdefault(name, set()).add(length)
        found |= {name: next(iter(lengths)) for name, lengths in own.items() if len(lengths) == 1}
    return found


def _of_catalogue(titles: pa.Table | None) -> Iterator[tuple[str, int]]:
    if titles is None:
        return
    names = [each for each in _CATALOGUE if each in titles.schema.names]
    for row in titles.select([*names, "runtime"]).to_pylist():
        if row["runtime"]:
            yield from {(str(row[name]), row["runtime"]) for name in names if row[name]}


def _of_films(assets: pa.Table | None) -> Iterator[tuple[str, int]]:
    if assets is None:
        return
    for row in assets.select(["asset", "path", "kind", "start", "end"]).to_pylist():
        if row["kind"] in _SEEN and row["end"] is not None and row["end"] > (row["start"] or 0):
            path = PurePosixPath(row["path"])
            yield from {
                (name, row["end"] - (row["start"] or 0)) for name in (row["asset"], str(path), path.name, path.stem)
            }
