"""Logged titles: what the viewing logs call a title that somebody names in another way."""

from collections.abc import Collection
from pathlib import Path

from kinoeye.store.index import Index


def logged(index: Index, said: str, known: Collection[str]) -> str:
    """Return what logs call a title; as it was said where nothing else fits, or more than one does.

    Parameters
    ----------
    index : Index
    said : str
        As the logs call it; or the name that a catalogue has for it, or the path or name of its film.
    known : collection of str
        What the logs call their titles.
    """
    if said in known or not said:
        return said
    found = set()
    paths = {row["asset"]: row["path"] for row in index.read("assets").to_pylist()}
    for row in index.read("title_films").to_pylist():
        path = Path(paths.get(row["asset"], ""))
        if said.casefold() in {str(row["name"]).casefold(), path.as_posix().casefold(), path.stem.casefold()}:
            found.add(row["title"])
    titles = index.read("titles").select(["title", "source_id", "imdb", "tmdb"]).to_pylist()
    for row in titles:
        if str(row["title"]).casefold() == said.casefold():
            found |= {row[name] for name in ("source_id", "imdb", "tmdb") if row[name] in known}
    found &= set(known)
    return found.pop() if len(found) == 1 else said
