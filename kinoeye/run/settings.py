"""Settings: what stands in a production's ``kinoeye.toml``, checked at the door.

A section is named after the analysis whose keyword arguments it overrides; ``[run]``, ``[media]``, ``[store]`` and
``[ideas]`` are the runner's, the decoder's, the index' and the writer's own.
"""

import difflib
import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kinoeye.analysis import Analysis
from kinoeye.errors import SettingError, UseError

FILE = "kinoeye.toml"


@dataclass(frozen=True)
class RunSettings:
    """How a run uses the machine; none of it changes an answer.

    Parameters
    ----------
    jobs : int
        Worker processes; 0 for one on each core.
    memory_mb : int
        Address space that one worker may take.
    time_limit : float
        Seconds that one step may take for each minute of film, and at least.
    """

    jobs: int = 0
    memory_mb: int = 8192
    time_limit: float = 600.0

    def workers(self) -> int:
        """Return how many worker processes there are."""
        return self.jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class MediaSettings:
    """How films are decoded; part of every fingerprint.

    Parameters
    ----------
    stills_per_second : float
    sequence_rate : float
        Pictures a second of an image sequence, which itself states none.
    full_rate : tuple of str
        Ranges of which every picture is kept, for what moves fast: ``"takes/A001.mp4 0:10-0:12.5"``.
    """

    stills_per_second: float = 2.0
    sequence_rate: float = 24.0
    full_rate: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoreSettings:
    """Where what is known is kept.

    Parameters
    ----------
    decisions : str
        Address of the database of people's decisions, ``postgresql://user@host/database``, one for each production;
        empty for SQLite beside the index. A password belongs into libpq's own ``~/.pgpass``.
    """

    decisions: str = ""


@dataclass(frozen=True)
class IdeaSettings:
    """How ideas are written; the key of an endpoint stands in the environment alone.

    Parameters
    ----------
    order : int
        Words that the n-grams look at, 1..8.
    most_copied : int
        Words in a row that an idea may have from a text just so.
    refuse_copied : bool
        Whether an idea that has more is refused; else it is marked.
    endpoint : str
        Address of a language model that speaks OpenAI's chat completions; empty for none.
    endpoint_model : str
    endpoint_timeout : float
        Seconds.
    """

    order: int = 4
    most_copied: int = 6
    refuse_copied: bool = True
    endpoint: str = ""
    endpoint_model: str = ""
    endpoint_timeout: float = 60.0


@dataclass(frozen=True)
class Settings:
    """Everything that a production's ``kinoeye.toml`` says.

    Parameters
    ----------
    run : RunSettings
    media : MediaSettings
    analyses : mapping
        Settings by analysis, the defaults filled in.
    store : StoreSettings
    ideas : IdeaSettings
    """

    run: RunSettings = RunSettings()
    media: MediaSettings = MediaSettings()
    analyses: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    store: StoreSettings = StoreSettings()
    ideas: IdeaSettings = IdeaSettings()


def read(folder: Path, analyses: Iterable[Analysis]) -> Settings:
    """Read the settings of a production.

    Parameters
    ----------
    folder : Path
        The production's folder; without a ``kinoeye.toml`` all defaults hold.
    analyses : iterable of Analysis

    Raises
    ------
    SettingError
        If the file is no TOML, or a section, key or type is wrong; names the nearest right one.
    """
    path = folder / FILE
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"{FILE}: must be TOML, got {error}") from error
    except OSError as error:
        raise SettingError(f"{FILE}: must be readable, got {error.strerror}") from error
    known = {analysis.name: analysis.settings for analysis in analyses}
    sections = ["run", "media", "store", "ideas", *known]
    for name, section in given.items():
        if name not in sections:
            raise SettingError(f"{FILE}: section must be one of the analyses, run, media, store or ideas, got [{name}]",
                               remedy=_nearest(name, sections, "[{}]"))  # fmt: skip
        if not isinstance(section, dict):
            raise SettingError(f"{FILE}: {name} must be a section [{name}], got {section!r}")
    return Settings(
        RunSettings(**_checked("run", given.get("run", {}), _defaults(RunSettings))),
        MediaSettings(**_checked("media", given.get("media", {}), _defaults(MediaSettings))),
        {name: _checked(name, given.get(name, {}), defaults) for name, defaults in known.items()},
        StoreSettings(**_checked("store", given.get("store", {}), _defaults(StoreSettings))),
        _ideas(_checked("ideas", given.get("ideas", {}), _defaults(IdeaSettings))),
    )


def _ideas(values: Mapping[str, Any]) -> IdeaSettings:
    for key, low, high in (("order", 1, 8), ("most_copied", 1, 1000), ("endpoint_timeout", 0.1, 3600)):
        if not low <= values[key] <= high:
            raise SettingError(f"{FILE}: [ideas] {key} must lie in {low}..{high}, got {values[key]:g}")
    return IdeaSettings(**values)


def with_jobs(settings: Settings, jobs: int | None) -> Settings:
    """Return settings with another number of worker processes; as they are if none is said.

    Raises
    ------
    UseError
        If it is less than 1.
    """
    if jobs is None:
        return settings
    if jobs < 1:
        raise UseError(f"run: jobs must be at least 1, got {jobs}")
    return replace(settings, run=replace(settings.run, jobs=jobs))


def nearest(word: str, right: Iterable[str]) -> str:
    """Return a sentence that names the nearest right word, or all of them where none is near."""
    return _nearest(word, list(right), "{}")


def _defaults(cls: type[Any]) -> dict[str, Any]:
    return {each.name: each.default for each in fields(cls)}


def _checked(section: str, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(defaults)
    for key, value in given.items():
        if key not in defaults:
            raise SettingError(f"{FILE}: [{section}] has no setting {key!r}",
                               remedy=_nearest(key, list(defaults), "{}"))  # fmt: skip
        values[key] = _typed(section, key, value, defaults[key])
    if section in {"run", "media"}:
        for key, value in values.items():
            if not isinstance(value, tuple) and (value < 0 or (value == 0 and key != "jobs")):
                raise SettingError(f"{FILE}: [{section}] {key} must be above 0, got {value}")
    return values


def _typed(section: str, key: str, value: Any, default: Any) -> Any:
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(default, tuple) and isinstance(value, list):
        if not all(isinstance(each, str) for each in value):
            raise SettingError(f"{FILE}: [{section}] {key} must be texts in quotes, got {value!r}")
        return tuple(value)
    if default is not None and type(value) is not type(default):
        must = {bool: "true or false", int: "a whole number", float: "a number", str: "a text in quotes",
                tuple: "a list of texts"}  # fmt: skip
        raise SettingError(
            f"{FILE}: [{section}] {key} must be {must.get(type(default), type(default).__name__)}, got {value!r}"
        )
    return value


def _nearest(word: str, right: list[str], form: str) -> str:
    near = difflib.get_close_matches(word, right, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {form.format(near[0])}?"
    return f"There are: {', '.join(form.format(each) for each in sorted(right))}" if right else "It has no settings"
