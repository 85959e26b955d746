"""Forget a viewer: nothing of what a viewer did stays in the index, and no later run reads it again.

A mark is kept first, by which the reader of logs knows the viewer and passes over the rows; it is a keyed hash of a
hash, and tells nothing without the key. Then every table that holds the viewer, and every sum in which the viewer was
counted, is taken away and made anew: models are fitted again, as if the viewer had never been. At last every byte of
the index is looked at. Each step can be done twice: a forgetting that was stopped is finished by saying it again. The
user's own logs are never changed.

Source: GDPR article 17 (erasure).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow.compute as pc

from kinoeye.analysis import Analysis
from kinoeye.errors import UseError
from kinoeye.models import registry
from kinoeye.run import local
from kinoeye.run.progress import Progress, Summary
from kinoeye.run.publishing import VIEWER
from kinoeye.run.purposes import EVENTS
from kinoeye.run.ready import ready
from kinoeye.run.seeing import FORGOTTEN
from kinoeye.run.settings import Settings
from kinoeye.run.viewer_access import number_of, tables_of
from kinoeye.run.viewer_keys import key_of
from kinoeye.store import traces
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION
from kinoeye.store.traces import Needle, Trace

LOG = "log"  # the stream

_WHY = "not to be read"  # says of whom nothing
_TELLING = 10  # signs of a viewer's own name that stand nowhere by chance


@dataclass(frozen=True)
class ViewerProof:
    """What was (or would be) forgotten of a viewer, and what a look at every byte found.

    Parameters
    ----------
    viewer : str
        As it was said.
    counts : dict
        Rows about the viewer, by table.
    logs : tuple of str
        The user's own files that tell of the viewer; they were not changed, and will be read without.
    decisions : int
        That named the viewer, and went.
    made_again : int
        Results.
    looked_at, looked_at_bytes : int
        Files and bytes of the index.
    found : tuple of Trace
        What should not be there and is; empty if all is well.
    is_done : bool
    """

    viewer: str
    counts: dict[str, int]
    logs: tuple[str, ...]
    decisions: int
    made_again: int = 0
    looked_at: int = 0
    looked_at_bytes: int = 0
    found: tuple[Trace, ...] = ()
    is_done: bool = False


@dataclass
class ForgettingViewer:
    """One forgetting under way.

    Parameters
    ----------
    folder : Path
        The production's.
    index : Index
    analyses : sequence of Analysis
    settings : Settings
    on_progress : callable
    """

    folder: Path
    index: Index
    analyses: Sequence[Analysis]
    settings: Settings
    on_progress: Callable[[Progress], None] = field(default=lambda _: None)

    def plan(self, said: str) -> ViewerProof:
        """Say what would be forgotten; nothing is changed.

        Raises
        ------
        UseError
            If nothing is known of the viewer.
        InputError
            If the key of the index is lost.
        """
        number = number_of(self.index, said)
        counts: dict[str, int] = {}
        logs: set[str] = set()
        for name, rows in tables_of(self.index, number):
            counts[name] = rows.num_rows
            if name == EVENTS:
                logs |= set(pc.unique(rows["asset"]).to_pylist())
        if not counts and not self._is_marked(number):
            raise UseError(
                f"viewer: there must be a viewer of that name in a log that was read, got {said!r}",
                remedy="Name the viewer as the log does, or as #NUMBER as the tables do",
            )
        paths = {row["asset"]: row["path"] for row in self.index.read("assets").to_pylist()}
        return ViewerProof(said, counts, tuple(sorted(paths.get(log, log) for log in logs)), len(self._named(number)))

    def do(self, said: str) -> ViewerProof:
        """Forget a viewer, and look whether it is so.

        Raises
        ------
        UseError
            If nothing is known of the viewer.
        InputError
            If the key of the index is lost.
        StoreError
            If something cannot be taken away; say the same again when it can.
        StoppedError
            If the user stopped it; say the same again to finish it.
        """
        proof = self.plan(said)
        number = number_of(self.index, said)
        if not self._is_marked(number):
            mark = key_of(self.index.files).mark(number)
            self.index.decisions.add(Decision(FORGOTTEN, {"mark": mark}, {"forgotten": True}, "kinoeye forget", _WHY))
        names = self._take_away(number)
        self.index.decisions.purge(self._named(number))
        self.index.look_again()
        summary = self._run_again(names)
        seen = traces.look(self.index.files, _needles(said, number))
        return ViewerProof(
            said, proof.counts, proof.logs, proof.decisions, summary.steps, seen.files, seen.size_bytes,
            tuple(seen.found), not seen.found,
        )  # fmt: skip

    def _is_marked(self, number: int) -> bool:
        mark = key_of(self.index.files).mark(number)
        return any(each.key["mark"] == mark for each in self.index.decisions.all(FORGOTTEN))

    def _named(self, number: int) -> list[int]:
        """Return the decisions that name the viewer."""
        return [each.id for each in self.index.decisions.all() if each.key.get(VIEWER) == number]

    def _take_away(self, number: int) -> list[str]:
        """Take away whatever holds the viewer or counted the viewer in; return the analyses that are to be run anew."""
        results = self.index.results
        names = set()
        for log in results.assets(EVENTS):
            rows = results.read(EVENTS, log).select([VIEWER])
            if pc.any(pc.equal(rows[VIEWER], number)).as_py():
                self.index.files.remove(f"streams/{log}/{LOG}")
                for each in self._of_logs():
                    results.remove(each, log)
                    names.add(each)
        of_viewers = {each.name for each in self.analyses if each.purpose}
        of_viewers |= {name for name, table in self.index.schemas.items() if VIEWER in table.schema.names}
        for name in results.names():
            if name in of_viewers and PRODUCTION in results.assets(name):
                results.remove(name, PRODUCTION)
                names.add(name)
        for name in self.index.files.listing("cache"):
            if name != "files.json":
                self.index.files.remove(f"cache/{name}")
        return sorted(names)

    def _of_logs(self) -> list[str]:
        return [each.name for each in self.analyses if each.scope == "asset" and LOG in each.inputs]

    def _run_again(self, names: Sequence[str]) -> Summary:
        able, _ = ready(self.analyses, self.settings.analyses, registry.identity)
        wanted = [each.name for each in able if each.name in names]
        return local.run(
            self.folder, self.index, self.analyses, self.settings, only=wanted or [EVENTS], on_progress=self.on_progress
        )


def _needles(said: str, number: int) -> list[Needle]:
    """Return the forms in which a viewer may stand in a file."""
    needles = [Needle("id", number.to_bytes(8, "little")), *traces.of_text("id", str(number))]
    if len(said) >= _TELLING or "@" in said:
        needles += traces.of_text("name", said.strip())
    return needles
