"""Title rows: which row of a catalogue a log means, by id or name."""

import pyarrow as pa

_CALLED = ("source_id", "imdb", "tmdb", "title", "original_title")


def title_rows(titles: pa.Table | None) -> dict[str, int]:
    """Return the place of a row by what a log may call its title; what two rows are called means none of them.

    Ids go before names: a name counts only where no id is the same.

    Parameters
    ----------
    titles : table `titles`
    """
    found: dict[str, int] = {}
    if titles is None:
        return found
    for column in _CALLED:
        if column not in titles.schema.names:
            continue
        own: dict[str, int] = {}
        double: set[str] = set()
        for place, name in enumerate(titles[column].to_pylist()):
            if name and own.setdefault(str(name), place) != place:
                double.add(str(name))
        found = {name: place for name, place in own.items() if name not in double} | found
    return found
