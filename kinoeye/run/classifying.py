"""Classifying: the titles of any file with their genres and language, one after the other, without a production."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinoeye.analyses.catalogue.title_genres import Basis, Judged, judgements
from kinoeye.media.records import read_records
from kinoeye.models.genres import MODELS
from kinoeye.models.registry import identity
from kinoeye.run.catalogue import titles_of
from kinoeye.signals.title_languages import title_language


@dataclass(frozen=True)
class Classified:
    """What is told of one row of a catalogue.

    Parameters
    ----------
    row : int
        Its number, from 0.
    title : str or None
        None where the row has none; nothing is told then.
    year : int or None
    genres : tuple of (name, score)
        All that the model knows, surest first; none where it cannot be told.
    picked : tuple of str
        Those that are likely enough, surest first.
    language : str
        As ISO 639 writes it, of the catalogue if it says so, else of the texts; empty where it cannot be told.
    basis : plot, named, title or none
        What told it.
    evidence : tuple of (genre, words)
        Of each that is picked, the words that spoke most for it with what they added to the log-odds; if asked for.
    """

    row: int
    title: str | None = None
    year: int | None = None
    genres: tuple[tuple[str, float], ...] = ()
    picked: tuple[str, ...] = ()
    language: str = ""
    basis: Basis = "none"
    evidence: tuple[tuple[str, tuple[tuple[str, float], ...]], ...] = ()


def model_name() -> str:
    """Return the name of the model that tells the genres, with the beginning of its hash."""
    return f"{MODELS[0]} {identity(MODELS[0])[:12]}"


def classified(path: Path | str, *, explains: bool = False) -> Iterator[Classified]:
    """Yield every row of a file in its order; one without a title too, so that rows can be counted.

    Parameters
    ----------
    path : Path or str
        A file of titles in any layout, or a database's address.
    explains : bool
        Whether to tell the evidence.

    Raises
    ------
    DocumentError
        If it cannot be read, or none of its columns is one of titles.
    """
    following = 0
    for block, judged in judgements(titles_of(path)):
        columns = (block[name].to_pylist() for name in ("row", "title", "year", "plot", "languages"))
        for at, (row, title, year, plot, said) in enumerate(zip(*columns, strict=True)):
            yield from map(Classified, range(following, row))
            following = row + 1
            plain = Classified(row, title, year, language=title_language(said, title, plot or ""))
            yield _one(judged, at, plain, explains=explains)
    # Rows at the end without a title stand in no table.
    yield from map(Classified, range(following, read_records(path).rows.count_rows()))


def _one(judged: Judged, at: int, plain: Classified, *, explains: bool) -> Classified:
    if judged.bases[at] == "none":
        return plain
    chances = judged.chances[at]
    order = np.argsort(-chances, kind="stable").tolist()
    is_picked = judged.picked[at].tolist()
    picked = [genre for genre in order if is_picked[genre]]
    evidence = tuple((judged.labels[genre], tuple(judged.evidence(at, genre))) for genre in picked if explains)
    return Classified(
        plain.row, plain.title, plain.year,
        tuple(zip(map(judged.labels.__getitem__, order), chances[order].tolist(), strict=True)),
        tuple(judged.labels[genre] for genre in picked), plain.language, judged.bases[at], evidence,
    )  # fmt: skip
