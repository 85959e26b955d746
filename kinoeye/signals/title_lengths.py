"""Title lengths: how long each title of a log is, by a row of a catalogue or by the film itself."""

from collections.abc import Iterator

import pyarrow as pa

_CATALOGUE = ("source_id", "imdb", "tmdb", "title", "original_title")


def title_lengths(
    titles: pa.Table | None, assets: pa.Table | None, title_films: pa.Table | None
) -> dict[str, int]:  # fmt: skip
    """Return lengths in flicks by what a log calls a title.

    The film itself goes before what a catalogue says, which is often in whole minutes; of two titles of a catalogue
    that are called the same none counts.

    Parameters
    ----------
    titles : table `titles`
    assets : table `assets`
    title_films : table `title_films`
        Which film a log's title is.
    """
    found: dict[str, set[int]] = {}
    for name, length in _of_catalogue(titles):
        found.setdefault(name, set()).add(length)
    lengths = {name: next(iter(own)) for name, own in found.items() if len(own) == 1}
    return lengths | _of_films(assets, title_films)


def _of_catalogue(titles: pa.Table | None) -> Iterator[tuple[str, int]]:
    if titles is None:
        return
    names = [each for each in _CATALOGUE if each in titles.schema.names]
    for row in titles.select([*names, "runtime"]).to_pylist():
        if row["runtime"]:
            yield from {(str(row[name]), row["runtime"]) for name in names if row[name]}


def _of_films(assets: pa.Table | None, title_films: pa.Table | None) -> dict[str, int]:
    if assets is None or title_films is None:
        return {}
    rows = assets.select(["asset", "start", "end"]).to_pylist()
    lengths = {row["asset"]: row["end"] - (row["start"] or 0) for row in rows if row["end"] is not None}
    films = title_films.select(["title", "asset"]).to_pylist()
    return {row["title"]: lengths[row["asset"]] for row in films if lengths.get(row["asset"], 0) > 0}
