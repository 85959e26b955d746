"""The production: a folder of a user's material, and all that is known of it.

The face in Python: one object that composes what lies below. The command line and the studio say the same verbs.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.making import OUT, Making
from kinoeye.run import clean, local, status
from kinoeye.run.forget import Forgetting, Proof
from kinoeye.run.list import ANALYSES, TABLES
from kinoeye.run.plan import fingerprint
from kinoeye.run.progress import Progress, Summary
from kinoeye.run.settings import Settings, nearest, read, with_jobs
from kinoeye.run.viewers import Viewers
from kinoeye.search.likeness import Alike
from kinoeye.search.ranking import Found
from kinoeye.search.search import Search
from kinoeye.search.sources import Item
from kinoeye.store.consents import Consents
from kinoeye.store.decisions import Decision
from kinoeye.store.drafts import Drafts
from kinoeye.store.index import Index
from kinoeye.store.made import Made
from kinoeye.store.naming import People
from kinoeye.store.people import named
from kinoeye.store.results import PRODUCTION
from kinoeye.store.speaking import Speakers
from kinoeye.store.works import Works
from kinoeye.streams import Sound, Stills

OnProgress = Callable[[Progress], None]

# Where the index lies in a production's folder.
INDEX = ".kinoeye"


class Production(Making):
    """A production.

    Parameters
    ----------
    folder : str or Path
        Its material, in any layout. Nothing in it is ever changed; the index lies in its ``.kinoeye``, made things in
        its ``out``.
    store : str or Path, optional
        Another place for the index: a folder, or an address that fsspec knows.
    """

    def __init__(self, folder: str | Path, *, store: str | Path | None = None) -> None:
        self.folder = Path(folder).absolute()
        self._store = store if store is not None else self.folder / INDEX

    def __repr__(self) -> str:
        return f"Production({str(self.folder)!r})"

    @cached_property
    def index(self) -> Index:
        """Everything that is known."""
        return Index(self._store, TABLES, decisions=self.settings.store.decisions)

    @cached_property
    def settings(self) -> Settings:
        """What stands in ``kinoeye.toml``, the defaults filled in."""
        return read(self.folder, ANALYSES)

    def run(
        self, *, only: Sequence[str] | None = None, jobs: int | None = None, retry: bool = False,
        on_progress: OnProgress = lambda _: None,
    ) -> Summary:  # fmt: skip
        """Bring everything that is known up to date; what is known already is not done again.

        Parameters
        ----------
        only : sequence of str, optional
            Names of analyses; what they need is done too.
        jobs : int, optional
            Worker processes; one on each core if not given.
        retry : bool
            Try again what failed before.
        on_progress : callable
            Told how far the run is.

        Raises
        ------
        UseError, SettingError, StoreError, StoppedError
        """
        settings = with_jobs(self.settings, jobs)
        summary = local.run(
            self.folder, self.index, ANALYSES, settings, only=only, retry=retry, on_progress=on_progress
        )
        if summary.steps:
            self._searched()
        return summary

    def status(self) -> dict[str, Any]:
        """Say what is there, stale or failed, as of the last run."""
        return status.status(self._existing(), ANALYSES, self.settings)

    def cost(self) -> list[dict[str, Any]]:
        """Say what each analysis spent, in CPU seconds and memory, for each minute of film."""
        return status.cost(self._existing())

    def faults(self) -> pa.Table:
        """Return what could not be done, why, and what to do about it."""
        return self._existing().read("faults")

    def tables(self) -> list[str]:
        """Return the names of the tables."""
        return self.index.tables()

    def read(self, table: str) -> pa.Table:
        """Return a table, people's decisions laid over, as Arrow."""
        return self._existing().read(table)

    def table(self, table: str) -> Any:
        """Return a table as an Ibis expression: ``.to_pandas()``, ``.to_pyarrow()``, ``.filter(…)``."""
        ibis = importlib.import_module("ibis")  # half a second to import, and only notebooks need it
        return ibis.memtable(self.read(table))

    def sql(self, query: str) -> pa.Table:
        """Answer a SQL query over the tables.

        Raises
        ------
        QueryError
            DuckDB's own message, if it cannot answer.
        """
        return self._existing().sql(query)

    def search(
        self, words: str, *, tables: Sequence[str] = (), path: str = "", start: int | None = None,
        end: int | None = None, limit: int = 20,
    ) -> list[Found]:  # fmt: skip
        """Find rows of any table by their words, the best first.

        Parameters
        ----------
        words : str
            Words, "phrases", beginnings*, +must, -not, and tags such as kind:slate.
        tables : sequence of str
            Only these.
        path : str
            Only assets at this path, in this folder, or fitting this glob.
        start, end : flicks
            Only rows that show at some moment between.
        limit : int

        Raises
        ------
        QueryError
        """
        return self._searched().words(words, tables=tables, path=path, start=start, end=end, limit=limit)

    def alike(self, path: str, at: int = 0, *, limit: int = 20) -> list[Alike]:
        """Find pictures that look like one of the production's own, the most alike first.

        Parameters
        ----------
        path : str
            A file of the production.
        at : flicks
            The moment in it.
        limit : int

        Raises
        ------
        UseError
            If there is no such file in the production.
        QueryError
            If nothing is known of that moment.
        """
        return self._searched().alike((self.asset(path), at), limit=limit)

    def export(
        self,
        format_name: str,
        *,
        out: str | Path | None = None,
        paths: Sequence[str] = (),
        language: str = "en",
        record_start: str = "01:00:00:00",
        footage: bool = False,
        say: Callable[[str], object] = lambda _: None,
    ) -> list[Path]:
        """Write timelines, markers, lists or a report for other tools, and return the files.

        Parameters
        ----------
        format_name : str
            otio, edl, fcpxml, html … (``kinoeye export --help`` lists them).
        out : str or Path, optional
            Where to; the production's ``out`` if not given. Only what Kinoeye made there is replaced.
        paths : sequence of str
            Only these files of the production.
        language : en or zh
            Of a report.
        record_start : str
            Time code of a timeline's first picture.
        footage : bool
            Whether lists of films count in feet of 35 mm too.
        say : callable
            Told what a format leaves out of a timeline.

        Raises
        ------
        UseError
            If there is no such format or nothing to export, or another file stands where one would be written.
        StoreError
            If a file cannot be written.
        """
        # The libraries of other tools' formats take a third of the time that a run with nothing to do may take.
        writing = importlib.import_module("kinoeye.export.writing")
        index = self._existing()
        tables = index.all(cost=pa.Table.from_pylist(self.cost()))
        assets = {self.asset(path) for path in paths} or None
        made, shown = Made(index.files, self.folder), assets or index.present()
        written: list[Path] = writing.write(
            format_name, tables, self._stills, Path(out) if out is not None else self.folder / OUT,
            folder=self.folder, title=self.folder.name, language=language, assets=assets,
            record_start=record_start, has_feet=footage, replaces=out is None, sounds=self._sound, say=say,
            place=lambda part, path: made.put(part, path, shown),
        )  # fmt: skip
        return written

    def asset(self, path: str) -> str:
        """Return the asset that lies at a path of the production.

        Raises
        ------
        UseError
            If there is none.
        """
        rows = self.read("assets").select(["asset", "paths"]).to_pylist()
        by_path = {each: row["asset"] for row in rows for each in row["paths"]}
        if path not in by_path:
            raise UseError(f"production: there is no asset at {path}", remedy=nearest(path, by_path))
        return str(by_path[path])

    def clean(self, *, is_dry: bool = False, streams: bool = False) -> clean.Cleaned:
        """Take away what no plan needs any more; decisions are never touched."""
        return clean.clean(self._existing(), ANALYSES, is_dry=is_dry, streams=streams)

    def decide(
        self, table: str, key: Mapping[str, Any], value: Mapping[str, Any], *, who: str = "", why: str = ""
    ) -> int:
        """Keep what a person says about a row; it is laid over the table from now on, whatever is run again.

        Parameters
        ----------
        table : str
        key : mapping
            ``{"asset": …, "at": flicks}`` for the row that covers a moment, or column values that name the row.
        value : mapping
            New values by column; ``{"hidden": True}`` takes the row away.
        who, why : str

        Returns
        -------
        int
            The decision's number.

        Raises
        ------
        UseError
            If there is no such table or column.
        """
        columns = self._schema(table)
        for column in value:
            if column not in columns and column != "hidden":
                raise UseError(f"decide: {table} has no column {column!r}", remedy=nearest(column, columns))
        return self.index.decisions.add(Decision(table, key, value, who, why))

    def forget(
        self, person: str, *, is_dry: bool = False, jobs: int | None = None, on_progress: OnProgress = lambda _: None
    ) -> Proof:
        """Take a person out of all that is known, make the rest anew, and look at every byte whether it is so.

        Said again, it finishes a forgetting that was stopped; dry, it only says what would go.
        """
        task = Forgetting(
            self.folder, self._existing(), ANALYSES, with_jobs(self.settings, jobs), self.folder / OUT,
            self._search_folder(), self._searched, on_progress,
        )  # fmt: skip
        return task.plan(person) if is_dry else task.do(person)

    @property
    def sound(self) -> Any:
        """What is made of sound: ``.treat("denoise", …)``, ``.speak(…)``, ``.dub(…)``; see `kinoeye.run.sounds`."""
        # Filters and voices take a second to import, and a run needs none of them.
        sounds = importlib.import_module("kinoeye.run.sounds")
        return sounds.Sounds(self.folder, self._existing(), self.folder / OUT)

    @property
    def people(self) -> People:
        """Who is known, and what people say of them: ``.all()``, ``.one(…)``, ``.name(…)``, ``.merge(…)``."""
        return People(self._existing(), partial(self.run, only=("persons", "companions")))

    @property
    def speakers(self) -> Speakers:
        """Who speaks, and what people say of them: ``.all()``, ``.name(…)``."""
        return Speakers(self._existing(), partial(self.run, only=("speaker_names", "utterances")))

    @property
    def drafts(self) -> Drafts:
        """Which draft of a screenplay counts: ``.all()``, ``.use(…)``."""
        return Drafts(self._existing(), partial(self.run, only=("drafts", "coverage", "running_times")))

    @property
    def works(self) -> Works:
        """What films the catalogues hold, and what people say of them: ``.all()``, ``.same(…)``, ``.apart(…)``."""
        return Works(self._existing(), partial(self.run, only=("works", "credit_names")))

    @property
    def consents(self) -> Consents:
        """What people allow to be done with their face and voice: ``.all()``, ``.give(…)``, ``.require(…)``."""
        return Consents(self._existing())

    @property
    def viewers(self) -> Viewers:
        """Whose viewings stand in logs: ``.purposes``, ``.spending``, ``.known(…)``, ``.forget(…)``."""
        return Viewers(self.folder, self._existing(), self.settings)

    def _stills(self, asset: str) -> Stills | None:
        return None if self.index.streams.manifest(asset, "stills") is None else self.index.stills(asset)

    def _sound(self, asset: str) -> Sound | None:
        return None if self.index.streams.manifest(asset, "mono_16k") is None else self.index.sound(asset)

    def _searched(self) -> Search:
        """Return the search index, brought up to date."""
        search = Search(self._search_folder())
        search.update(self._items())
        return search

    def _search_folder(self) -> Path:
        files = self._existing().files
        home = files.root if files.is_local else Path.home() / ".cache" / "kinoeye" / fingerprint(files.url)
        return home / "search"

    def _items(self) -> list[Item]:
        """Return every table of every asset, as the search index takes them; a decision makes its table another."""
        results = self.index.results.scan()
        paths = {asset: made.about["path"] for (table, asset), made in results.items() if table == "assets"}
        decided: dict[str, list[int]] = {}
        for decision in self.index.decisions.all():
            decided.setdefault(decision.what, []).append(decision.id)
        said = decided | {"appearances": [*decided.get("appearances", []), *decided.get("persons", [])]}
        return [
            Item(table, "" if asset == PRODUCTION else asset, paths.get(asset, ""),
                 fingerprint(provenance.fingerprint, said.get(table, [])),
                 partial(named, self.index) if table == "appearances" else partial(self.index.read, table, asset))
            for (table, asset), provenance in results.items()
            if table in self.index.schemas and (asset in paths or asset == PRODUCTION)
        ]  # fmt: skip

    def _schema(self, table: str) -> list[str]:
        if table not in self.index.schemas:
            raise UseError(f"production: there is no table {table!r}", remedy=nearest(table, self.tables()))
        return list(self.index.schemas[table].stored_schema.names)

    def _existing(self) -> Index:
        """Return the index, after a look that there is a production at all."""
        if not self.index.files.exists("tables"):
            if not self.folder.is_dir():
                raise UseError(f"production: folder must exist, got {self.folder}")
            raise UseError(
                f"production: {self.folder} must have been run first", remedy=f"Run: kinoeye run {self.folder}"
            )
        return self.index


def open(folder: str | Path, *, store: str | Path | None = None) -> Production:  # noqa: A001 - the verb people type
    """Open a production.

    Parameters
    ----------
    folder : str or Path
    store : str or Path, optional
        Another place for the index.

    Raises
    ------
    UseError
        If the folder is missing.
    """
    path = Path(folder)
    if path.is_file():
        raise UseError(f"production: must be a folder, got the file {folder}", remedy=f"Name {path.absolute().parent}")
    if not path.is_dir():
        raise UseError(f"production: folder must exist, got {folder}")
    return Production(folder, store=store)
