"""Films while they are decoded: cut into segments, each a task; joined when all are there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kinoeye.media import segments
from kinoeye.media.probe import Probe
from kinoeye.media.seeing import Seeing
from kinoeye.run import work
from kinoeye.run.plan import Step, fingerprint, stream_fingerprint
from kinoeye.run.pool import Outcome, Task
from kinoeye.run.scan import Found
from kinoeye.run.settings import Settings
from kinoeye.store.index import Index


@dataclass
class Film:
    """An asset while it is decoded.

    Parameters
    ----------
    step : Step
    row : mapping
        Of `assets`.
    parts : int
        How many segments there are.
    limit_s : float
        Seconds that one task may take.
    facts : dict
        What is known of the segments that are done, by number.
    cpu_seconds, peak_mb : float
        Spent on them.
    """

    step: Step
    row: Mapping[str, Any]
    parts: int
    limit_s: float
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


class Films:
    """Every film of a run that is decoded now.

    Parameters
    ----------
    folder : Path
    index : Index
    settings : Settings
    seeing : callable
        How an asset is looked at.
    """

    def __init__(self, folder: Path, index: Index, settings: Settings, seeing: Callable[[str], Seeing]) -> None:
        self._folder = str(folder)
        self._index = index
        self._settings = settings
        self._seeing = seeing
        self._films: dict[str, Film] = {}

    def __getitem__(self, asset: str) -> Film:
        return self._films[asset]

    def start(
        self, step: Step, found: Found, probe: Probe | None, row: Mapping[str, Any], *, threads: int, limit_s: float
    ) -> list[Task]:
        """Return the tasks that decode an asset; segments that an earlier run decoded are not decoded again."""
        cut = segments.cut(probe, self._parts(row)) if probe is not None else [None]
        film = self._films[step.asset] = Film(step, row, len(cut), limit_s)
        staging = self._staging(film)
        known = self._index.streams.parts(step.asset, staging)
        film.facts = {number: facts for number, facts in known.items() if number < len(cut)}
        if len(film.facts) == len(cut):
            return [self._join(film)]
        tasks = []
        for number, segment in enumerate(cut):
            decoding = (self._folder, self._index.files.url, found, staging, number, step.streams, probe, segment,
                        self._seeing(step.asset), threads)  # fmt: skip
            if len(cut) == 1:
                tasks.append(
                    Task(("join", step.asset), work.decode_whole, (decoding, self._prints(step), row), limit_s)
                )
            elif number not in film.facts:
                tasks.append(Task(("segment", step.asset, number), work.decode, decoding, limit_s))
        return tasks

    def segment_done(self, outcome: Outcome) -> list[Task]:
        """Take up a decoded segment; return the task that joins the film if it was the last."""
        _, asset, number = outcome.task.key
        film = self._films[asset]
        film.facts[number] = outcome.value
        film.cpu_seconds += outcome.cpu_seconds
        film.peak_mb = max(film.peak_mb, outcome.peak_mb)
        return [self._join(film)] if len(film.facts) == film.parts else []

    def _join(self, film: Film) -> Task:
        facts = [film.facts[number] for number in range(film.parts)]
        joining = (self._index.files.url, film.step.asset, self._staging(film), self._prints(film.step), facts,
                   film.row, film.cpu_seconds, film.peak_mb)  # fmt: skip
        return Task(("join", film.step.asset), work.join, joining, film.limit_s)

    def _parts(self, row: Mapping[str, Any]) -> int:
        return work.parts_for(row, self._settings.run.workers())

    def _staging(self, film: Film) -> str:
        """Name the place of a film's segments: other streams, settings or ways of cutting must not meet there."""
        return fingerprint(film.step.fingerprint, self._parts(film.row))

    def _prints(self, step: Step) -> dict[str, str]:
        media, seeing = self._settings.media, self._seeing(step.asset)
        return {stream: stream_fingerprint(stream, step.asset, media, seeing) for stream in step.streams}
