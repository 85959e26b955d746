"""Recommending: what to show viewers of a log in a file, or of a production; what they will not have, left out.

A file is read as any log is; its viewers are numbered for the time it takes, and nothing of it is kept. Whoever is
asked about is answered by a model that has not learnt from them, so a new viewer who is told by a few titles is
answered without learning anything again.
"""

import csv
import secrets
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset

from kinoeye.analyses.audience.events import EVENTS as EVENTS_TABLE
from kinoeye.analyses.audience.events import events
from kinoeye.analyses.audience.recommendations import RECOMMENDATIONS, recommendations
from kinoeye.analyses.audience.recommender_scores import recommender_scores
from kinoeye.analyses.audience.watched import WATCHED, watched
from kinoeye.analysis import marked
from kinoeye.errors import DocumentError, UseError
from kinoeye.media.logs import write_log
from kinoeye.media.viewers import Key
from kinoeye.run.catalogue import titles_of
from kinoeye.run.purposes import logs_of, refusal
from kinoeye.run.viewer_access import number_of
from kinoeye.signals.age_limits import ADULT, age_limit
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.streams import Log
from kinoeye.tables import Stored

NAME = RECOMMENDATIONS.name
NEW = "new viewer"

_BESIDE = ("movies.csv", "titles.csv", "items.csv")
_MOST = 1000

Row = dict[str, Any]


@dataclass(frozen=True)
class Wishes:
    """What is asked.

    Parameters
    ----------
    viewers : tuple of str
        As the log calls them, or ``#NUMBER``; all if empty.
    count : int
        Titles for each.
    watched : tuple of str
        Titles of a new viewer, by id or name; none asks about no new viewer.
    not_interested : tuple of str
        Titles that are not to be shown.
    age : int or None
        Of the youngest who watches.
    ages : mapping of title to age
        From which age on each title may be shown; with an age, what has none is for adults.
    """

    viewers: tuple[str, ...] = ()
    count: int = 20
    watched: tuple[str, ...] = ()
    not_interested: tuple[str, ...] = ()
    age: int | None = None
    ages: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_filtered(self) -> bool:
        """Whether some titles are not to be shown."""
        return self.age is not None or bool(self.not_interested)


@dataclass(frozen=True)
class _Remembering(Key):
    """A key for one file that keeps what it has numbered, since the answer names the viewers of the user's own file."""

    names: dict[int, str] = field(default_factory=dict, repr=False, compare=False)

    def number(self, name: str) -> int:
        """Return what a viewer is called here."""
        found = super().number(name)
        self.names[found] = name.strip()
        return found


@dataclass(frozen=True)
class Source:
    """What a recommender is to learn from.

    Parameters
    ----------
    watched : table `watched`
    titles : table `titles` or None
    key : Key or None
        By which a file's viewers were numbered.
    names : mapping of number to str
        What the file calls them.
    """

    watched: pa.Table
    titles: pa.Table | None
    key: Key | None = None
    names: Mapping[int, str] = field(default_factory=dict)


def read_source(path: Path, titles: Path | None = None) -> Source:
    """Read a log, and the catalogue that stands beside it or is named.

    Parameters
    ----------
    path : Path
        A log, or a folder with ``ratings.csv``.
    titles : Path or None

    Raises
    ------
    DocumentError
        If it is no log, or nothing was watched.
    """
    path = path / "ratings.csv" if path.is_dir() else path
    if not path.is_file():
        raise DocumentError(f"{path}: must be a viewing log or ratings, got nothing there", remedy="Check the path")
    key = _Remembering(secrets.token_bytes(32))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        with file.open("wb") as out:
            told = write_log(path, key, "one viewer", out)
        log = Log(pyarrow.dataset.dataset(file), told.kind, told.faults)
        rows = WATCHED.whole(watched(Stored.of(EVENTS_TABLE.whole(events(log)))))
    if not rows.num_rows:
        raise DocumentError(f"{path}: somebody must have watched or rated something, got nothing",
                            remedy="Look at the first lines of the file")  # fmt: skip
    beside = next((path.with_name(name) for name in _BESIDE if path.with_name(name).is_file()), None)
    found = titles or (beside if beside != path else None)
    return Source(rows, titles_of(found) if found else None, key, key.names)


def recommend(source: Source, wishes: Wishes) -> list[Row]:
    """Return what to show the viewers of a log.

    Raises
    ------
    UseError
        If a viewer or a title is not in it.
    """
    rows = source.watched
    numbers = [_number(source, each) for each in wishes.viewers]
    names = dict(source.names)
    if wishes.watched:
        new = _new_viewer(source, wishes.watched)
        rows, numbers = pa.concat_tables([rows, new]), [*numbers, new["viewer"][0].as_py()]
        names[numbers[-1]] = NEW
    count = min(_MOST, max(wishes.count, 10 * wishes.count if wishes.is_filtered else 0))
    found = recommendations(rows, source.titles, count=count, viewers=tuple(numbers)).to_pylist()
    if not found:
        raise UseError("recommend: five viewers must have liked a title in common, got too few",
                       remedy="Give a log of more viewers")  # fmt: skip
    return kept(found, wishes, names)


def recommend_index(index: Index, wishes: Wishes) -> list[Row]:
    """Return what a run found to show the viewers of a production, decisions laid over.

    Raises
    ------
    UseError
        If nothing was found yet, or a viewer is not in it.
    """
    if wishes.watched:
        return recommend(source_of(index), wishes)
    stored = index.read(NAME)
    if not stored.num_rows:
        raise UseError(
            "recommend: the production must have recommendations, got none",
            remedy="Say that its logs are kept for it (kinoeye audience purpose DIR --for statistics,recommend), "
            "then: kinoeye run DIR",
        )
    numbers = {number_of(index, each): each for each in wishes.viewers}
    rows = [row for row in stored.to_pylist() if not numbers or row["viewer"] in numbers]
    lacking = set(numbers) - {row["viewer"] for row in rows}
    if lacking:
        raise UseError(f"recommend: viewers must be in the logs, got {', '.join(numbers[each] for each in lacking)}")
    return kept(rows, wishes, numbers)


def source_of(index: Index) -> Source:
    """Return what a production knows of viewers and titles, if it is kept for recommending.

    Raises
    ------
    UseError
        If it is not.
    """
    found = index.read(WATCHED.name)
    logs = logs_of(index)
    if refused := refusal(index, marked(recommendations), logs):
        raise UseError(f"recommend: it {refused}")
    if not found.num_rows:
        raise UseError("recommend: the production must know what was watched, got nothing", remedy="kinoeye run DIR")
    titles = index.read("titles")
    return Source(found.select(WATCHED.schema.names), titles if titles.num_rows else None)


def keep_not_interested(index: Index, viewer: str, titles: Sequence[str], *, who: str = "", why: str = "") -> list[int]:
    """Keep that a viewer is not interested in titles, and return the decisions' numbers.

    Raises
    ------
    UseError
        If nobody or nothing is named.
    """
    number = number_of(index, viewer)
    rows = [row for row in index.read(NAME).to_pylist() if row["viewer"] == number]
    known = {str(row[column]).casefold(): row["title"] for row in rows for column in ("name", "title") if row[column]}
    return [
        index.decisions.add(
            Decision(NAME, {"viewer": number, "title": known.get(title.casefold(), title)}, {"hidden": True}, who, why)
        )
        for title in titles
    ]


def kept(rows: Iterable[Row], wishes: Wishes, names: Mapping[int, str]) -> list[Row]:
    """Return the rows that are to be shown, ranks made whole again."""
    away = {each.casefold() for each in wishes.not_interested}
    found: list[Row] = []
    ranks: dict[int, int] = {}
    for row in sorted(rows, key=lambda each: (each["viewer"], each["rank"])):
        called = [str(row[column]) for column in ("title", "name") if row[column]]
        if away & {each.casefold() for each in called} or not _may_see(called, wishes):
            continue
        rank = ranks.get(row["viewer"], 0) + 1
        if rank > wishes.count:
            continue
        ranks[row["viewer"]] = rank
        found.append(row | {"rank": rank, "viewer": names.get(row["viewer"], f"#{row['viewer']}")})
    return sorted(found, key=lambda each: (len(each["viewer"]), each["viewer"], each["rank"]))


def read_ages(path: Path) -> dict[str, int]:
    """Return from which age on titles may be shown, of a file with the columns title and age.

    Raises
    ------
    DocumentError
        If it cannot be read, or has no such columns.
    """
    try:
        rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DocumentError(f"{path}: must be a readable CSV file, got {error}") from error
    heads = {head.strip().casefold(): head for head in (rows[0] if rows else {}) if head}
    title = next((heads[name] for name in ("title", "movieid", "id", "name") if name in heads), None)
    age = next((heads[name] for name in ("age", "certificate", "rated", "mpaa", "limit") if name in heads), None)
    if title is None or age is None:
        raise DocumentError(f"{path}: must have the columns title and age, got {', '.join(heads) or 'none'}")
    found = {row[title].strip(): age_limit(row[age] or "") for row in rows if row[title]}
    return {name: limit for name, limit in found.items() if limit is not None}


def scores_of(source: Source, *, shadows: int = 2) -> list[Row]:
    """Return how good recommendations from a log are, and what else they do."""
    rows: list[Row] = recommender_scores(source.watched, source.titles, shadows=shadows).to_pylist()
    return rows


def _may_see(called: Sequence[str], wishes: Wishes) -> bool:
    if wishes.age is None:
        return True
    limits = [wishes.ages[each] for each in called if each in wishes.ages]
    return wishes.age >= (max(limits) if limits else ADULT)


def _number(source: Source, said: str) -> int:
    found = int(said[1:]) if said.startswith("#") and said[1:].isdecimal() else None
    if found is None and source.key is not None:
        found = source.key.number(said)
    if found is None or found not in set(source.watched["viewer"].to_pylist()):
        raise UseError(f"recommend: viewers must be in the log, got {said!r}")
    return found


def _new_viewer(source: Source, said: Sequence[str]) -> pa.Table:
    """Return rows of a viewer who has liked titles that are named."""
    known = {each.casefold(): each for each in set(source.watched["title"].to_pylist())}
    if source.titles is not None:
        for name, own in zip(source.titles["title"].to_pylist(), source.titles["source_id"].to_pylist(), strict=True):
            if own is not None and str(own).casefold() in known:
                known.setdefault(name.casefold(), str(own))
    unknown = [each for each in said if each.casefold() not in known]
    if unknown:
        raise UseError(f"recommend: titles must be in the log, got {', '.join(unknown)}",
                       remedy="Name them as the log or the catalogue does")  # fmt: skip
    now = datetime.now(UTC)
    return WATCHED.from_rows(
        {"viewer": -1, "title": known[each.casefold()], "watched": 0, "plays": 1, "share": 1.0, "rating": 10.0,
         "first": now, "last": now}
        for each in said
    )  # fmt: skip
