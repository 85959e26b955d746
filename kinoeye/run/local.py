"""The local engine: walks the plan with worker processes on this machine.

Each asset is looked at once, decoded once for all streams that are missing, in segments where it is long, and then
analysed. What fails becomes a fault and the rest goes on; what was finished is finished, whenever the run ends.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kinoeye.analysis import PREVIOUS, Analysis
from kinoeye.errors import KinoeyeError, SettingError, StoppedError, StoreError, UseError
from kinoeye.media.seeing import Seeing
from kinoeye.models import registry
from kinoeye.run import work
from kinoeye.run.estimate import Estimate
from kinoeye.run.faults import Fault, FaultBook
from kinoeye.run.films import Films
from kinoeye.run.handed import Handed
from kinoeye.run.plan import (
    Plan,
    Step,
    analysis_fingerprint,
    chosen,
    fingerprint,
    plan,
    probe_fingerprint,
    seen,
    stages,
)
from kinoeye.run.pool import Outcome, Pool, Task
from kinoeye.run.progress import Progress, Summary
from kinoeye.run.purposes import EVENTS, withhold
from kinoeye.run.ready import ready, without
from kinoeye.run.scan import Found, Scan, scan, shown
from kinoeye.run.seeing import hidden, material_of, seeing_of
from kinoeye.run.settings import Settings
from kinoeye.run.viewer_keys import name_for
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION
from kinoeye.timecode import FLICKS_PER_SECOND

Key = tuple[str, str]

# Errors that no other asset can escape: the run ends with them.
_FATAL: Mapping[str, type[KinoeyeError]] = {"SettingError": SettingError, "StoreError": StoreError}

_MINUTE = 60 * FLICKS_PER_SECOND
_LOG_BYTES = 64 << 20  # of a viewing log that count as a minute of film


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
        If the folder is missing, a name in `only` is wrong, or what it names cannot run here.
    SettingError
        If an analysis refuses a setting.
    StoreError
        If the index cannot be written.
    StoppedError
        If the user stopped the run.
    """
    begin = time.monotonic()
    index.look_again()
    wanted, left_out = ready(chosen(analyses, only), settings.analyses, registry.identity)
    lacking = without(wanted, registry.identity)
    if refused := [name for name in only or () if name in left_out]:
        raise UseError(f"run: {refused[0]} {left_out[refused[0]]}")
    found = scan(folder, index.files, lambda done, total: on_progress(Progress("scan", done, total)))
    with Pool(settings.run.workers(), settings.run.memory_mb) as pool:
        engine = _Engine(folder, index, wanted, settings, pool, found, on_progress, retry=retry)
        try:
            steps = engine.run()
        except KeyboardInterrupt:
            raise StoppedError("run: stopped", remedy="Run again to go on; what was finished stays") from None
    faults = tuple(engine.book.all())
    on_progress(Progress("done", 1, 1))
    left_out |= engine.left_out
    return Summary(len(found.assets), found.ignored, steps, faults, time.monotonic() - begin, left_out, lacking)


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
        self.films = Films(folder, index, settings, self._seeing)
        self.failed: set[Key] = set()
        self.made: dict[str, str] = {}  # fingerprints of the production's own tables
        self.left_out: dict[str, str] = {}  # analyses that may not use the logs there are, and why
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
                self.rows[asset] = self.stored["assets", asset].about
        for number, analyses in enumerate(stages(list(self.analyses.values()))):
            if number:
                self.stored = self.index.results.scan()
            todo = self._planned(analyses)
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

    def _planned(self, analyses: Sequence[Analysis]) -> Plan:
        viewers = name_for(self.index.files, [row["kind"] for row in self.rows.values()])
        return plan(
            [material_of(row, self._seeing(asset), viewers) for asset, row in self.rows.items()],
            analyses,
            self.settings,
            registry.identity,
            results={key: provenance.fingerprint for key, provenance in self.stored.items()},
            streams={key: manifest.fingerprint for key, manifest in self.index.streams.scan().items()},
            failed={} if self.retry else self.book.failed(),
            decided=self.index.decided,
            handed=Handed(self.index),
        )

    def _seeing(self, asset: str) -> Seeing:
        return seeing_of(asset, self.rows[asset]["paths"], self.settings.media, hidden(self.index))

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
                         self.settings.analyses[analysis.name], self._said(analysis))  # fmt: skip
            self.queue.append(Task(step.key, work.analyse, arguments, self._limit(step.asset)))
        return True

    def _required(self, step: Step) -> list[Key]:
        """Return the steps without which this one cannot be done."""
        if step.name == "decode":
            return []
        if step.asset == PRODUCTION:
            return [need for need in step.needs if need[1] == PRODUCTION]
        inputs = self.analyses[step.name].inputs
        return [need for need in step.needs if need[0] == "decode" or inputs.get(need[0], False)]

    def _start_production(self, step: Step) -> bool:
        analysis = self.analyses[step.name]
        known = {key: p for key, p in self.todo.fingerprints.items() if key not in self.failed}
        known |= {("assets", asset): probe_fingerprint(asset) for asset in self.rows}
        known |= {(name, PRODUCTION): mine for name, mine in self.made.items()}
        inputs = {
            name: sorted(
                (asset, seen(mine, self.index.decided(name, asset)))
                for (table, asset), mine in known.items()
                if table == name
            )
            for name in analysis.inputs if name != PREVIOUS
        }  # fmt: skip
        if reason := withhold(self.index, analysis, inputs, [asset for name, asset in known if name == EVENTS]):
            self.left_out[step.name] = reason
            self.index.results.remove(step.name, PRODUCTION)
            return False
        settings = self.settings.analyses[step.name]
        mine = self.made[step.name] = analysis_fingerprint(analysis, settings, inputs, registry.identity)
        stored = self.index.results.scan().get((step.name, PRODUCTION))
        failed_before = not self.retry and self.book.failed().get((step.name, PRODUCTION)) == mine
        if failed_before or (stored is not None and stored.fingerprint == mine):
            return False
        keys = {name: [asset for asset, _ in pairs] for name, pairs in inputs.items()}
        arguments = (self.index.files.url, step.name, keys, mine, settings, self._said(analysis))
        self.queue.append(Task(step.key, work.analyse_production, arguments, 10 * self._limit(PRODUCTION)))
        return True

    def _said(self, analysis: Analysis) -> list[Decision]:
        """Return the decisions that lie over what an analysis reads, as the plan saw them."""
        names = dict.fromkeys(analysis.name if name == PREVIOUS else name for name in analysis.inputs)
        return [each for name in names for each in self.index.said(name)]

    def _start_decode(self, step: Step) -> None:
        decodes = sum(name == "decode" for name, _ in self.todo.steps)
        row = self.rows[step.asset]
        threads = self.pool.jobs if decodes < self.pool.jobs and work.parts_for(row, self.pool.jobs) == 1 else 1
        tasks = self.films.start(
            step, self.found[step.asset], self.probes.get(step.asset), row,
            threads=threads, limit_s=self._limit(step.asset),
        )  # fmt: skip
        self.queue[:0] = tasks[::-1]  # behind all analyses, so that assets are finished one by one

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
            self._fault(outcome, asset, name, str(outcome.task.arguments[3]))
            self.failed.add((name, asset))
        else:
            self.book.replace(asset, name, [])
            self.steps_done += 1
        return [(name, asset)]

    def _finished_segment(self, outcome: Outcome) -> list[Key]:
        asset = outcome.task.key[1]
        step = self.films[asset].step
        if step.key in self.failed:
            return []
        if outcome.failure is not None:
            self.queue = [task for task in self.queue if task.key[:2] != ("segment", asset)]
            return self._failed(outcome, step)
        self.queue += self.films.segment_done(outcome)
        self.estimate.did(step, self._minutes(asset), self.films[asset].parts)
        return []

    def _finished_join(self, outcome: Outcome) -> list[Key]:
        asset = outcome.task.key[1]
        film = self.films[asset]
        if outcome.failure is not None:
            return self._failed(outcome, film.step)
        self.rows[asset], damages = outcome.value
        remedy = "The rest was read; copy the file again if it should be whole"
        print_ = film.step.fingerprint
        self.book.replace(asset, "decode", [
            Fault(asset, self.rows[asset]["path"], "decode", message, remedy, "damaged", "", print_)
            for message in damages
        ])  # fmt: skip
        if film.parts == 1:
            self.estimate.did(film.step, self._minutes(asset))
        self.steps_done += 1
        return [film.step.key]

    def _failed(self, outcome: Outcome, step: Step) -> list[Key]:
        self._fault(outcome, step.asset, step.name, step.fingerprint)
        self.failed.add(step.key)
        return [step.key]

    def _fault(self, outcome: Outcome, asset: str, name: str, tried: str) -> None:
        failure = outcome.failure
        assert failure is not None
        if failure.kind in _FATAL:
            raise _FATAL[failure.kind](failure.message, remedy=failure.remedy)
        path = shown(self.found[asset].paths[0]) if asset in self.found else ""
        said = failure.message.replace(f"{self.folder}/", "")
        message = said if failure.message.startswith(f"{name}:") else f"{name}: {said}"
        fault = Fault(asset, path, name, message, failure.remedy, "failed", failure.detail, tried)
        self.book.replace(asset, name, [fault])

    def _limit(self, asset: str) -> float:
        return self.settings.run.time_limit * max(1.0, self._minutes(asset))

    def _minutes(self, asset: str) -> float:
        row = self.rows.get(asset)
        if row is not None and row["kind"] == "log":
            return float(row["size_bytes"]) / _LOG_BYTES
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
