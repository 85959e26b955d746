"""The plan: which steps a run must take so that everything is known under today's settings.

A result stays as long as its fingerprint is that of the plan: the analysis' name, version and settings, its models'
hashes, and the fingerprints of its inputs. So a changed setting redoes exactly what depends on it.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from blake3 import blake3

from kinoeye.analysis import Analysis
from kinoeye.errors import UseError
from kinoeye.media.seeing import EVERYTHING, Seeing
from kinoeye.run.settings import MediaSettings, Settings, nearest
from kinoeye.store.results import PRODUCTION
from kinoeye.streams import STREAMS

# Up by one when the row of `assets` may differ for the same file.
PROBE_VERSION = 3

MOVING = frozenset({"video", "sequence"})
SEEN = MOVING | {"picture"}
WRITTEN = frozenset({"screenplay", "subtitles", "timeline", "records", "log", "text"})


@dataclass(frozen=True)
class Material:
    """An asset, as far as the plan needs to know it.

    Parameters
    ----------
    asset, kind : str
    streams : frozenset of str
        Those it can give.
    seeing : Seeing
        How its pictures are looked at.
    viewers : str
        Name of the key with which a log's viewers are hashed.
    """

    asset: str
    kind: str
    streams: frozenset[str]
    seeing: Seeing = EVERYTHING
    viewers: str = ""


@dataclass(frozen=True)
class Step:
    """One thing to do.

    Parameters
    ----------
    name : str
        An analysis, or `decode`.
    asset : str
        `production` for an analysis of all of them.
    fingerprint : str
        Empty for an analysis of the whole production: what it gets is known only when the others are done.
    needs : tuple of (name, asset)
        Steps that come before.
    streams : tuple of str
        What `decode` makes.
    """

    name: str
    asset: str
    fingerprint: str
    needs: tuple[tuple[str, str], ...] = ()
    streams: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """Name and asset."""
        return self.name, self.asset


@dataclass(frozen=True)
class Plan:
    """What a run must do.

    Parameters
    ----------
    steps : dict by (name, asset)
        What is not done yet.
    fingerprints : dict by (name, asset)
        Of every result of one asset that the plan knows, done or not.
    blocked : dict by (name, asset) to (name, asset)
        What cannot be done, and the failed step that it waits for (itself, if it failed before).
    """

    steps: Mapping[tuple[str, str], Step]
    fingerprints: Mapping[tuple[str, str], str]
    blocked: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def sorter(self) -> TopologicalSorter[tuple[str, str]]:
        """Return the steps as a graph, ready to be walked."""
        graph = {key: [need for need in step.needs if need in self.steps] for key, step in self.steps.items()}
        sorter = TopologicalSorter(graph)
        sorter.prepare()
        return sorter


def fingerprint(*parts: Any) -> str:
    """Return 32 hex digits that name these values."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return blake3(text.encode("utf-8", "surrogatepass")).hexdigest(length=16)


def probe_fingerprint(asset: str) -> str:
    """Return the fingerprint of an asset's row in `assets`."""
    return fingerprint("assets", PROBE_VERSION, asset)


def stream_fingerprint(
    stream: str, asset: str, media: MediaSettings, seeing: Seeing = EVERYTHING, viewers: str = ""
) -> str:
    """Return the fingerprint of one stream of an asset."""
    settings: dict[str, Any] = {}
    if stream in {"thumbs", "stills", "full_rate"}:
        settings["sequence_rate"] = media.sequence_rate
        if stream == "stills":
            settings["stills_per_second"] = media.stills_per_second
        if stream == "full_rate":
            settings["ranges"] = seeing.ranges
        if seeing.veils:
            settings["veils"] = [asdict(veil) for veil in seeing.veils]
    if stream == "mono_16k" and seeing.mutes:
        settings["mutes"] = seeing.mutes
    if stream == "log":
        settings["viewers"] = viewers
        if seeing.forgotten:
            settings["forgotten"] = sorted(seeing.forgotten)
    return fingerprint("stream", stream, STREAMS[stream].version, settings, asset)


def seen(print_: str | None, decisions: Sequence[int]) -> str | None:
    """Return the fingerprint of a table as its readers see it: with people's decisions laid over."""
    return fingerprint(print_, list(decisions)) if print_ is not None and decisions else print_


def analysis_fingerprint(
    analysis: Analysis, settings: Mapping[str, Any], inputs: Mapping[str, Any], identity: Callable[[str], str]
) -> str:
    """Return the fingerprint of what an analysis makes of these inputs."""
    return fingerprint(analysis.name, analysis.version, settings, analysis.weights(identity), inputs)


def chosen(analyses: Sequence[Analysis], only: Iterable[str] | None) -> list[Analysis]:
    """Return the analyses that are named in `only`, and those whose tables they need.

    Raises
    ------
    UseError
        If a name is none of an analysis.
    """
    by_name = {analysis.name: analysis for analysis in analyses}
    wanted = list(by_name) if only is None else list(only)
    for name in wanted:
        if name not in by_name:
            raise UseError(f"run: --only must name analyses, got {name}", remedy=nearest(name, by_name))
    queue = list(wanted)
    while queue:
        for need in by_name[queue.pop()].inputs:
            if need in by_name and need not in wanted:
                wanted.append(need)
                queue.append(need)
    return [analysis for analysis in analyses if analysis.name in wanted]


def stages(analyses: Sequence[Analysis]) -> list[list[Analysis]]:
    """Return the analyses in the stages that a run has: before one of an asset can be planned, the tables of the whole
    production that it reads must be made.

    The last stage is all analyses; what an earlier one did has its fingerprint then.
    """
    of_all = {each.name for each in analyses if each.scope == "production"}
    first = chosen(analyses, [n for each in analyses if each.scope == "asset" for n in each.inputs if n in of_all])
    return [*stages(first), list(analyses)] if first and len(first) < len(analyses) else [list(analyses)]


def plan(
    materials: Iterable[Material],
    analyses: Sequence[Analysis],
    settings: Settings,
    identity: Callable[[str], str],
    *,
    results: Mapping[tuple[str, str], str],
    streams: Mapping[tuple[str, str], str],
    failed: Mapping[tuple[str, str], str],
    decided: Callable[[str, str], Sequence[int]] = lambda _table, _asset: (),
    handed: Callable[[str, str], str] = lambda _table, _asset: "",
) -> Plan:
    """Say what must be done.

    Parameters
    ----------
    materials : iterable of Material
    analyses : sequence of Analysis
    settings : Settings
    identity : callable
        Hash of a model by its name.
    results : mapping
        Fingerprints of what is stored, by (table, asset).
    streams : mapping
        Fingerprints of the streams that are there, by (asset, stream).
    failed : mapping
        Fingerprints of what failed before, by (analysis, asset); not tried again.
    decided : callable
        Numbers of the decisions that lie over a table of an asset: what reads the table depends on them.
    handed : callable
        Fingerprint of the rows of a production's table that concern an asset, for an analysis of assets that reads it.
    """
    of_all = [analysis for analysis in analyses if analysis.scope == "production"]
    names = {analysis.name for analysis in of_all}
    planner = _Planner(settings, identity, results, streams, failed, decided, names, handed)
    for material in materials:
        planner.add(material, [each for each in analyses if each.scope == "asset"])
    for analysis in of_all:
        planner.add_production(analysis)
    return Plan(planner.steps, planner.fingerprints, planner.blocked)


class _Planner:
    def __init__(
        self,
        settings: Settings,
        identity: Callable[[str], str],
        results: Mapping[tuple[str, str], str],
        streams: Mapping[tuple[str, str], str],
        failed: Mapping[tuple[str, str], str],
        decided: Callable[[str, str], Sequence[int]],
        of_all: Collection[str],
        handed: Callable[[str, str], str],
    ) -> None:
        self._settings = settings
        self._identity = identity
        self._results = results
        self._streams = streams
        self._failed = failed
        self._decided = decided
        self._of_all = of_all
        self._handed = handed
        self.steps: dict[tuple[str, str], Step] = {}
        self.fingerprints: dict[tuple[str, str], str] = {}
        self.blocked: dict[tuple[str, str], tuple[str, str]] = {}

    def add(self, material: Material, analyses: Sequence[Analysis]) -> None:
        """Plan one asset."""
        asset = material.asset
        prints = {
            s: stream_fingerprint(s, asset, self._settings.media, material.seeing, material.viewers)
            for s in material.streams
        }
        prints["assets"] = probe_fingerprint(asset)
        missing: dict[str, str] = {}
        asked = {name for analysis in analyses for name in analysis.inputs}
        prints |= {name: self._handed(name, asset) for name in self._of_all if name in asked}
        for analysis in analyses:
            inputs = {name: seen(prints.get(name), self._decided(name, asset)) for name in analysis.inputs}
            if any(inputs[name] is None for name, needed in analysis.inputs.items() if needed):
                self._block(analysis, asset)
                continue
            if not any(name in prints for name in inputs if name not in self._of_all):
                continue
            mine = analysis_fingerprint(analysis, self._settings.analyses[analysis.name], inputs, self._identity)
            key = (analysis.name, asset)
            if self._failed.get(key) == mine:
                self.blocked[key] = key
                continue
            prints[analysis.name] = self.fingerprints[key] = mine
            if self._results.get(key) == mine:
                continue
            lacks = [s for s in inputs if s in STREAMS and s in prints and self._streams.get((asset, s)) != prints[s]]
            missing.update({stream: prints[stream] for stream in lacks})
            needs = [("decode", asset)] if lacks else []
            needs += [(name, asset) for name in inputs if name not in STREAMS and name not in self._of_all]
            self.steps[key] = Step(analysis.name, asset, mine, tuple(needs))
        if missing:
            self._decode(asset, missing)

    def add_production(self, analysis: Analysis) -> None:
        """Plan an analysis of all assets: it runs after everything that it gets a table of."""
        needs = [key for key in (*self.fingerprints, *self.steps) if key[0] in analysis.inputs]
        needs += [(name, PRODUCTION) for name in analysis.inputs if name in self._of_all]
        self.steps[analysis.name, PRODUCTION] = Step(analysis.name, PRODUCTION, "", tuple(dict.fromkeys(needs)))

    def _decode(self, asset: str, missing: Mapping[str, str]) -> None:
        key = ("decode", asset)
        mine = fingerprint("decode", dict(missing))
        if self._failed.get(key) != mine:
            self.steps[key] = Step("decode", asset, mine, (), tuple(sorted(missing)))
            return
        self.blocked[key] = key
        for other in [each for each in self.steps if each[1] == asset]:
            if any(need in self.blocked for need in self.steps[other].needs):
                self.blocked[other] = key
                del self.steps[other]
                self.fingerprints.pop(other, None)

    def _block(self, analysis: Analysis, asset: str) -> None:
        """Say that an analysis waits for one that failed; one that this asset cannot give is simply not planned."""
        for name, needed in analysis.inputs.items():
            if needed and (name, asset) in self.blocked:
                self.blocked[analysis.name, asset] = self.blocked[name, asset]
