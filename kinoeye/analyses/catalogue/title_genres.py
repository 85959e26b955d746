"""Title genres: which genres a catalogue's titles have, told from their texts, with the words that spoke for it.

What a text tells of its film is judged apart from whether it names a genre: the words that name one are taken out
first. Where the text's description of the film does name genres, that is evidence of its own, and said to be such.
Texts that tell who made the film and texts that tell only its story have each a model of their own, and so has a title
without a plot, which is judged by its name and year: that is unsure, and its chances say so. The models read English.
Of a plot in another language, only genres that it names in Chinese are known: nothing else is guessed.

Source: own weights; see kinoeye/learn/text_labels.py.
"""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.text_labels import TextLabels
from kinoeye.learn.text_packing import unpacked
from kinoeye.models.genres import MODELS, arrays
from kinoeye.signals.genre_words import named_genres, without_genre_words
from kinoeye.signals.title_languages import text_language
from kinoeye.signals.title_words import has_credits, title_marks, year_marks
from kinoeye.tables import Table, Typed, score

Basis = Literal["plot", "named", "title", "none"]
Part = Literal["plot", "story", "title"]

TITLE_GENRES = Table("title_genres", "One row a title and a genre that it may have, surest first.", (
    ("row", pa.int64(), "number of the catalogue's row, as in `titles`"),
    ("title", pa.string(), "as in `titles`"),
    ("genre", pa.string(), "as Wikipedia's tables name it"),
    ("score", score(), "how likely the title has it"),
    ("picked", pa.bool_(), "whether it is likely enough: from where F1 of that genre is best"),
    ("basis", pa.string(), "plot: by its words; named: it names genres, and by its words; title: by name and year "
                           "alone; none: it cannot be told (a plot in a language that the model does not read)"),
    ("evidence", pa.list_(pa.string()), "the words that spoke most for it; what names it stands in quotation marks"),
    ("weights", Typed(pa.list_(pa.float32()), "log-odds"), "what each of them added"),
))  # fmt: skip

_PER_BLOCK = 4096  # titles at once, so that memory does not grow with the catalogue
_MOST_SIGNS = 20_000  # of a plot that are read
_LONG = 60  # signs of a plot that is more than a word or two
_LEAST_KNOWN = 5  # words or pairs of a plot that the model must know
_NAMED_IN_OTHER = 0.9  # chance of a genre that a plot names which the model cannot read: as of those that it can
_EVIDENCE = 5


@dataclass(frozen=True)
class Judged:
    """What is told of some titles.

    Parameters
    ----------
    labels : tuple of str
        The genres.
    chances : float32 [titles, genres], 0..1
    picked : bool [titles, genres]
    bases : list of str
    named : list of dict
        Genres that each names, with the words that do.
    rows, models : list
        For the evidence: the matrix and the place in it in which the words of each title are, and the model that read
        them; none where nothing was read.
    """

    labels: tuple[str, ...]
    chances: npt.NDArray[np.float32]
    picked: npt.NDArray[np.bool_]
    bases: list[Basis]
    named: list[dict[str, str]]
    rows: list[tuple[Any, int] | None]
    models: list[TextLabels | None]

    def evidence(self, title: int, genre: int, count: int = _EVIDENCE) -> list[tuple[str, float]]:
        """Return what spoke most for a genre of a title, each with what it added to the log-odds."""
        found: list[tuple[str, float]] = []
        label = self.labels[genre]
        if words := self.named[title].get(label):
            added = float(_naming()[0][genre, 1]) if self.bases[title] == "named" else 0.0
            found.append((f'"{words}"', added))
        model, read = self.models[title], self.rows[title]
        if model is not None and read is not None:
            rows, place = read
            ends = slice(rows.indptr[place], rows.indptr[place + 1])
            row = _Row(rows.indices[ends], rows.data[ends])
            found += [(_plain(word), weight) for word, weight in model.telling(row, genre, count)]
        return found[:count]


@analysis(TITLE_GENRES, version=1, models=MODELS)
def title_genres(titles: pa.Table, *, least: float = 0.1) -> pa.Table:
    """Tell the genres of a catalogue's titles.

    Parameters
    ----------
    titles : table
    least : 0..1
        How likely a genre must be to have a row; those that are picked always have.

    Raises
    ------
    SettingError
        If `least` is outside 0..1.
    """
    if not 0 <= least <= 1:
        raise SettingError(f"title_genres: least must lie in 0..1, got {least}")
    rows = [
        {
            "row": number, "title": name, "genre": judged.labels[genre], "score": judged.chances[at, genre],
            "picked": bool(judged.picked[at, genre]), "basis": judged.bases[at],
            "evidence": [word for word, _ in told], "weights": [weight for _, weight in told],
        }
        for block, judged in judgements(titles)
        for at, (number, name) in enumerate(zip(block["row"].to_pylist(), block["title"].to_pylist(), strict=True))
        for genre in np.argsort(-judged.chances[at], kind="stable")
        if judged.picked[at, genre] or (judged.bases[at] != "none" and judged.chances[at, genre] >= least)
        for told in [judged.evidence(at, genre)]
    ]  # fmt: skip
    return TITLE_GENRES.from_rows(rows)


def judgements(titles: pa.Table, size: int = _PER_BLOCK) -> Iterator[tuple[pa.Table, Judged]]:
    """Yield the titles block by block, each with what is told of them."""
    for first in range(0, titles.num_rows, size):
        block = titles.slice(first, size)
        yield (
            block,
            judge(
                block["title"].to_pylist(),
                [plot or "" for plot in block["plot"].to_pylist()],
                block["year"].to_pylist(),
            ),
        )


def judge(names: Sequence[str], plots: Sequence[str], years: Sequence[int | None]) -> Judged:
    """Tell the genres of titles.

    Parameters
    ----------
    names, plots : sequence of str
        Empty where there is none.
    years : sequence of int or None
    """
    plots = [plot[:_MOST_SIGNS].strip() for plot in plots]
    bare = [without_genre_words(name) for name in names]
    texts = [f"{name}. {without_genre_words(plot)}" for name, plot in zip(bare, plots, strict=True)]
    marks = [year_marks(year) for year in years]
    parts = np.array([_part(plot) for plot in plots], object)
    labels = model_of("title").labels
    judged = Judged(labels, np.zeros((len(names), len(labels)), np.float32), np.zeros((len(names), len(labels)), bool),
                    ["none"] * len(names), [named_genres(plot) for plot in plots], [None] * len(names),
                    [None] * len(names))  # fmt: skip
    for part in ("plot", "story"):
        own = np.flatnonzero(parts == part)
        unread = _read(judged, part, own, [texts[at] for at in own], [marks[at] for at in own])
        # A few words that say nothing leave the name; many that the model does not know are of no language it reads.
        parts[[at for at in unread if len(plots[at]) < _LONG]] = "title"
    own = np.flatnonzero(parts == "title")
    title_rows = [
        title_marks(name, year) for name, year, part in zip(bare, years, parts, strict=True) if part == "title"
    ]
    _read(judged, "title", own, [bare[at] for at in own], title_rows)
    _add_names(judged)
    return judged


def _part(plot: str) -> Part | None:
    """Return the model for a plot; None for a language that none reads."""
    if not plot:
        return "title"
    if text_language(plot) not in {"", "en"}:
        return None
    return "plot" if has_credits(plot) else "story"


def _read(
    judged: Judged, part: Part, own: npt.NDArray[np.intp], texts: Sequence[str], marks: Sequence[Sequence[str]]
) -> list[int]:
    """Judge some titles by a model; return those whose texts have too few words that it knows."""
    model = model_of(part)
    rows = model.features.rows(texts, marks)
    known = np.diff(rows.indptr) >= (1 if part == "title" else _LEAST_KNOWN)
    chances = model.chances_of(rows)
    picked = model.picked(chances)
    judged.chances[own[known]], judged.picked[own[known]] = chances[known], picked[known]
    for place, at in zip(np.flatnonzero(known).tolist(), own[known].tolist(), strict=True):
        judged.bases[at] = "title" if part == "title" else "plot"
        judged.rows[at], judged.models[at] = (rows, place), model
    return [int(at) for at, is_known in zip(own, known, strict=True) if not is_known]


@functools.cache
def model_of(part: Part) -> TextLabels:
    """Return the model for texts with makers and players, for stories alone, or for titles alone."""
    return unpacked(arrays()[part])


@functools.cache
def _naming() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return what names are worth, float32 [genres, 4], and from which chance a genre is picked then."""
    stored = arrays()["naming"]
    return stored["weights"], stored["least"]


def _add_names(judged: Judged) -> None:
    """Add what texts name to what their words tell."""
    weights, least = _naming()
    places = {label: number for number, label in enumerate(judged.labels)}
    found = [(at, places[genre]) for at, own in enumerate(judged.named) for genre in own if genre in places]
    if not found:
        return
    is_named = np.zeros(judged.picked.shape, bool)
    is_named[tuple(np.array(found).T)] = True
    names_some = is_named.any(axis=1)
    is_read = np.array([basis == "plot" for basis in judged.bases])
    both = names_some & is_read
    inner = np.clip(judged.chances[both], 1e-4, 1 - 1e-4)
    odds = weights[:, 0] * np.log(inner / (1 - inner)) + weights[:, 3]
    odds += np.where(is_named[both], weights[:, 1], weights[:, 2])
    judged.chances[both] = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    judged.picked[both] = judged.chances[both] >= least
    alone = names_some & ~is_read
    judged.chances[alone] = np.where(is_named[alone], _NAMED_IN_OTHER, 0)
    judged.picked[alone] = is_named[alone]
    for at in np.flatnonzero(names_some):
        judged.bases[at] = "named"


@dataclass(frozen=True)
class _Row:
    """The words of one text: their places and how much each tells; far cheaper than a matrix of one row."""

    indices: npt.NDArray[np.int32]
    data: npt.NDArray[np.float32]


def _plain(mark: str) -> str:
    return f"…{mark[1:].replace('_', ' ')}…" if mark[:1] == "#" else mark
