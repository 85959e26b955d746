"""The local engine: walks the plan with worker processes on this machine.

Each asset is looked at once, decoded once for all streams that are missing, in segments where it is long, and then
analysed. What fails becomes a fault and the rest goes on; what was finished is finished, whenever the run ends.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinoeye.analysis import Analysis
from kinoeye.errors import KinoeyeError, SettingError, StoppedError, StoreError
from kinoeye.media import segments
from kinoeye.models import registry
from kinoeye.run import work
from kinoeye.run.estimate import Estimate
from kinoeye.run.faults import Fault, FaultBook
from kinoeye.run.plan import (
    Material,
    Plan,
    Step,
    analysis_fingerprint,
    chosen,
    fingerprint,
    plan,
    probe_fingerprint,
    seen,
    stream_fingerprint,
)
from kinoeye.run.pool import Outcome, Pool, Task
from kinoeye.run.scan import Found, Scan, scan, shown
from kinoeye.run.settings import Settings
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION
from kinoeye.timecode import FLICKS_PER_SECOND

Key = tuple[str, str]

# Errors that no other asset can escape: the run ends with them.
_FATAL: Mapping[str, type[KinoeyeError]] = {"SettingError": SettingError, "StoreError": StoreError}

_MINUTE = 60 * FLICKS_PER_SECOND


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Parameters
    ----------
    stage : scan, look, work or done
    done, total : float
        Expected CPU seconds (bytes while scanning).
    text : str
        What was finished last.
    """

    stage: str
    done: float
    total: float
    text: str = ""


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Parameters
    ----------
    assets, ignored : int
    steps : int
        Results made; 0 if everything was known.
    faults : tuple of Fault
        All that are open now, not only this run's.
    seconds : float
        Wall time.
    """

    assets: int
    ignored: int
    steps: int
    faults: tuple[Fault, ...]
    seconds: float


def run(
    folder: Path,
    index: Index,
    analyses: Sequence[Analysis],
    settings: Settings,
    *,
    only: Sequence[str] | None = None,
    retry: bool = False,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Summary:
    """Bring everything that is known of a production up to date.

    Parameters
    ----------
    folder : Path
    index : Index
    analyses : sequence of Analysis
    settings : Settings
    only : sequence of str, optional
        Names of analyses; what they need is done too.
    retry : bool
        Try again what failed before.
    on_progress : callable

    Raises
    ------
    UseError
        If the folder is missing or a name in `only` is wrong.
    SettingError
        If an analysis refuses a setting.
    StoreError
        If the index cannot be written.
    StoppedError
        If the user stopped the run.
    """
    begin = time.monotonic()
    wanted = chosen(analyses, only)
    found = scan(folder, index.files, lambda done, total: on_progress(Progress("scan", done, total)))
    with Pool(settings.run.workers(), settings.run.memory_mb) as pool:
        engine = _Engine(folder, index, wanted, settings, pool, found, on_progress, retry=retry)
        try:
            steps = engine.run()
        except KeyboardInterrupt:
            raise StoppedError("run: stopped", remedy="Run again to go on; what was finished stays") from None
    faults = tuple(engine.book.all())
    on_progress(Progress("done", 1, 1))
    return Summary(len(found.assets), found.ignored, steps, faults, time.monotonic() - begin)


@dataclass
class _Film:
    """An asset while it is decoded."""

    step: Step
    segments: list[Any]
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


class _Engine:
    def __init__(
        self,
        folder: Path,
        index: Index,
        analyses: Sequence[Analysis],
        settings: Settings,
        pool: Pool,
        found: Scan,
        on_progress: Callable[[Progress], None],
        *,
        retry: bool,
    ) -> None:
        self.folder, self.index, self.settings, self.pool = folder, index, settings, pool
        self.analyses = {analysis.name: analysis for analysis in analyses}
        self.found = {each.asset: each for each in found.assets}
        self.book = FaultBook(index.results)
        self.on_progress = on_progress
        self.retry = retry
        self.probes: dict[str, Any] = {}
        self.rows: dict[str, dict[str, Any]] = {}
        self.stored = index.results.scan()
        self.films: dict[str, _Film] = {}
        self.failed: set[Key] = set()
        self.queue: list[Task] = []
        self.steps_done = 0
        self.estimate = Estimate()
        self._scan_faults(found)

    def run(self) -> int:
        """Do everything; return how many results were made."""
        self._forget_gone()
        self._look([each for each in self.found.values() if not self._is_looked_at(each)])
        for asset in self.found:
            if asset not in self.rows and ("assets", asset) in self.stored:
                self.rows[asset] = self.index.results.read("assets", asset).to_pylist()[0]
        todo = self._planned()
        decoded = [asset for name, asset in todo.steps if name == "decode" and asset not in self.probes]
        self._look([self.found[asset] for asset in decoded])
        self._work(todo)
        return self.steps_done

    # Looking: what each file is.

    def _scan_faults(self, found: Scan) -> None:
        by_asset: dict[str, list[Fault]] = defaultdict(list)
        for fault in found.faults:
            by_asset[fault.asset].append(fault)
        for asset in {fault.asset for fault in self.book.all() if fault.analysis == "scan"} | set(by_asset):
            self.book.replace(asset, "scan", by_asset.get(asset, []))
        self.book.keep_only({*self.found, *by_asset, PRODUCTION})

    def _forget_gone(self) -> None:
        for table, asset in self.stored:
            if table == "assets" and asset not in self.found:
                self.index.results.remove("assets", asset)

    def _is_looked_at(self, found: Found) -> bool:
        mine = _look_fingerprint(found)
        stored = self.stored.get(("assets", found.asset))
        if stored is not None and stored.fingerprint == mine:
            return True
        return not self.retry and self.book.failed().get(("probe", found.asset)) == mine

    def _look(self, assets: Sequence[Found]) -> None:
        """Probe assets in workers and write their rows."""
        media = self.settings.media
        waiting = [
            Task(each, work.look, (str(self.folder), self.index.files.url, each, _look_fingerprint(each), media),
                 self.settings.run.time_limit)
            for each in assets
        ]  # fmt: skip
        total = len(waiting)
        self.queue = waiting[::-1]
        done = 0
        while self.queue or self.pool.busy:
            for outcome in self._turn():
                done += 1
                found: Found = outcome.task.key
                path = shown(found.paths[0])
                self.on_progress(Progress("look", done, total, path))
                if outcome.failure is not None:
                    self._fault(outcome, found.asset, "probe", _look_fingerprint(found))
                else:
                    self.book.replace(found.asset, "probe", [])
                    self.rows[found.asset], self.probes[found.asset] = outcome.value

    # Planning: what must be done.

    def _planned(self) -> Plan:
        return plan(
            [Material(asset, row["kind"], work.streams_of(row)) for asset, row in self.rows.items()],
            list(self.analyses.values()),
            self.settings,
            registry.identity,
            results={key: provenance.fingerprint for key, provenance in self.stored.items()},
            streams={key: manifest.fingerprint for key, manifest in self.index.streams.scan().items()},
            failed={} if self.retry else self.book.failed(),
            decided=self.index.decided,
        )

    # Working: the graph.

    def _work(self, todo: Plan) -> None:
        self.todo = todo
        self.failed = set(todo.blocked)
        self.estimate.expect(todo.steps.values(), self._minutes)
        sorter = todo.sorter()
        while sorter.is_active():
            for key in sorted(sorter.get_ready(), key=self._rank):
                if not self._start(todo.steps[key]):
                    sorter.done(key)
            if not (self.queue or self.pool.busy):
                continue
            for outcome in self._turn():
                for key in self._finished(outcome):
                    sorter.done(key)
                    self._tell(todo.steps[key])

    def _turn(self) -> list[Outcome]:
        """Keep the workers busy, and return what is done."""
        while self.queue and self.pool.has_room:
            self.pool.submit(self.queue.pop())
        return self.pool.wait()

    def _rank(self, key: Key) -> tuple[bool, str]:
        return key[0] == "decode", self.rows.get(key[1], {}).get("path", "")

    def _start(self, step: Step) -> bool:
        """Queue the tasks of a step; False if there is nothing to do."""
        if any(need in self.failed for need in self._required(step)):
            self.failed.add(step.key)
            return False
        if step.name == "decode":
            self._start_decode(step)
        elif step.asset == PRODUCTION:
            return self._start_production(step)
        else:
            analysis = self.analyses[step.name]
            arguments = (self.index.files.url, step.name, step.asset, step.fingerprint,
                         self.settings.analyses[analysis.name])  # fmt: skip
            self.queue.append(Task(step.key, work.analyse, arguments, self._limit(step.asset)))
        return True

    def _required(self, step: Step) -> list[Key]:
        """Return the steps without which this one cannot be done."""
        if step.asset == PRODUCTION:
            return []
        if step.name == "decode":
            return []
        inputs = self.analyses[step.name].inputs
        return [need for need in step.needs if need[0] == "decode" or inputs.get(need[0], False)]

    def _start_production(self, step: Step) -> bool:
        analysis = self.analyses[step.name]
        known = {key: p for key, p in self.todo.fingerprints.items() if key not in self.failed}
        known |= {("assets", asset): probe_fingerprint(asset) for asset in self.rows}
        inputs = {
            name: sorted(
                (asset, seen(mine, self.index.decided(name, asset)))
                for (table, asset), mine in known.items()
                if table == name
            )
            for name in analysis.inputs
        }
        settings = self.settings.analyses[step.name]
        mine = analysis_fingerprint(analysis, settings, inputs, registry.identity)
        stored = self.index.results.scan().get((step.name, PRODUCTION))
        failed_before = not self.retry and self.book.failed().get((step.name, PRODUCTION)) == mine
        if failed_before or (stored is not None and stored.fingerprint == mine):
            return False
        keys = {name: [asset for asset, _ in pairs] for name, pairs in inputs.items()}
        arguments = (self.index.files.url, step.name, keys, mine, settings)
        self.queue.append(Task(step.key, work.analyse_production, arguments, 10 * self._limit(PRODUCTION)))
        return True

    def _start_decode(self, step: Step) -> None:
        found, probe = self.found[step.asset], self.probes.get(step.asset)
        parts = work.parts_for(self.rows[step.asset], self.settings.run.workers())
        cut = segments.cut(probe, parts) if probe is not None else [None]
        film = self.films[step.asset] = _Film(step, list(cut))
        staging = self._staging(step)
        film.facts = {n: facts for n, facts in self.index.streams.parts(step.asset, staging).items() if n < len(cut)}
        alone = sum(name == "decode" for name, _ in self.todo.steps) * len(cut) < self.pool.jobs
        threads = self.pool.jobs if alone else 1
        for number, segment in reversed(list(enumerate(cut))):
            if number not in film.facts:
                arguments = (str(self.folder), self.index.files.url, found, staging, number, step.streams, probe,
                             segment, self.settings.media, threads)  # fmt: skip
                limit = self._limit(step.asset)
                self.queue.insert(0, Task(("segment", step.asset, number), work.decode, arguments, limit))
        if len(film.facts) == len(cut):
            self._join(film)

    def _staging(self, step: Step) -> str:
        """Name the place of a film's segments: other streams, settings or ways of cutting must not meet there."""
        return fingerprint(step.fingerprint, work.parts_for(self.rows[step.asset], self.settings.run.workers()))

    def _join(self, film: _Film) -> None:
        step = film.step
        prints = {s: stream_fingerprint(s, step.asset, self.settings.media) for s in step.streams}
        facts = [film.facts[number] for number in range(len(film.segments))]
        arguments = (self.index.files.url, step.asset, self._staging(step), prints, facts, self.rows[step.asset],
                     film.cpu_seconds, film.peak_mb)  # fmt: skip
        self.queue.append(Task(("join", step.asset), work.join, arguments, self._limit(step.asset)))

    # Finishing: what came of a task.

    def _finished(self, outcome: Outcome) -> list[Key]:
        """Take up what a worker did; return the steps that are over by it."""
        kind = outcome.task.key[0]
        if kind == "segment":
            return self._finished_segment(outcome)
        if kind == "join":
            return self._finished_join(outcome)
        name, asset = outcome.task.key
        if outcome.failure is not None:
            self.index.results.remove(name, asset)
            self._fault(outcome, asset, name, self._tried(outcome))
            self.failed.add((name, asset))
        else:
            self.book.replace(asset, name, [])
            self.steps_done += 1
        return [(name, asset)]

    def _tried(self, outcome: Outcome) -> str:
        return str(outcome.task.arguments[3])

    def _finished_segment(self, outcome: Outcome) -> list[Key]:
        _, asset, number = outcome.task.key
        film = self.films[asset]
        step = film.step
        if step.key in self.failed:
            return []
        if outcome.failure is not None:
            self.queue = [task for task in self.queue if task.key[:2] != ("segment", asset)]
            self._fault(outcome, asset, "decode", step.fingerprint)
            self.failed.add(step.key)
            return [step.key]
        film.facts[number] = outcome.value
        film.cpu_seconds += outcome.cpu_seconds
        film.peak_mb = max(film.peak_mb, outcome.peak_mb)
        self.estimate.did(step, self._minutes(asset), len(film.segments))
        if len(film.facts) == len(film.segments):
            self._join(film)
        return []

    def _finished_join(self, outcome: Outcome) -> list[Key]:
        _, asset = outcome.task.key
        film = self.films.pop(asset)
        step = film.step
        if outcome.failure is not None:
            self._fault(outcome, asset, "decode", step.fingerprint)
            self.failed.add(step.key)
            return [step.key]
        path = self.rows[asset]["path"]
        self.rows[asset], damages = outcome.value
        self.book.replace(asset, "decode", [
            Fault(asset, path, "decode", message, "The rest was read; copy the file again if it should be whole",
                  "damaged", "", step.fingerprint) for message in damages
        ])  # fmt: skip
        self.steps_done += 1
        return [step.key]

    def _fault(self, outcome: Outcome, asset: str, name: str, tried: str) -> None:
        failure = outcome.failure
        assert failure is not None
        if failure.kind in _FATAL:
            raise _FATAL[failure.kind](failure.message, remedy=failure.remedy)
        path = shown(self.found[asset].paths[0]) if asset in self.found else ""
        message = failure.message if failure.message.startswith(f"{name}:") else f"{name}: {failure.message}"
        fault = Fault(asset, path, name, message, failure.remedy, "failed", failure.detail, tried)
        self.book.replace(asset, name, [fault])

    def _limit(self, asset: str) -> float:
        return self.settings.run.time_limit * max(1.0, self._minutes(asset))

    def _minutes(self, asset: str) -> float:
        row = self.rows.get(asset)
        if row is None or row["start"] is None or row["end"] is None:
            return 0.0
        return max(0.0, float(row["end"] - row["start"]) / _MINUTE)

    def _tell(self, step: Step) -> None:
        if step.name != "decode":
            self.estimate.did(step, self._minutes(step.asset))
        path = self.rows.get(step.asset, {}).get("path", "")
        self.on_progress(Progress("work", self.estimate.done, self.estimate.total, f"{step.name} {path}".strip()))


def _look_fingerprint(found: Found) -> str:
    return fingerprint(probe_fingerprint(found.asset), found.kind, found.paths, found.members)
