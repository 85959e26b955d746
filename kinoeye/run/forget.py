"""Forget: a person leaves the index, and nothing of the person stays in it.

The order of the steps is what makes it safe to be killed: the task is kept first, then the veils, so that no run can
see the face again; only then is anything taken away. Every step can be done twice. The task itself goes last, after
every byte of the index was looked at.
"""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from kinoeye.analysis import Analysis
from kinoeye.media.seeing import Veil
from kinoeye.media.whole import leftovers
from kinoeye.models import registry
from kinoeye.run import clean, local
from kinoeye.run.forgetting import FOLDER, HEARD, PEOPLE, SHOWN, Task, keep, mark_of, task_of
from kinoeye.run.parts import parts_of
from kinoeye.run.progress import Progress, Summary
from kinoeye.run.ready import ready
from kinoeye.run.seeing import MUTES, VEILS
from kinoeye.run.settings import Settings
from kinoeye.store import people, traces
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.store.made import Made
from kinoeye.store.results import PRODUCTION, Provenance

_WHY = "not to be seen"  # says of whom nothing

# What is known of files by their stamps alone; without it every film would be read again to be named.
_HASHES = "files.json"

# Where a name may stand because the user's own material says it.
_WRITTEN = ("texts", "paragraphs", "lines", "cues")


@dataclass(frozen=True)
class Proof:
    """What was (or would be) forgotten, and what a look at every byte found.

    Parameters
    ----------
    person : str
        Id.
    names : tuple of str
    counts : dict
        What was taken away, by kind.
    veils, mutes : int
        Places that stay hidden and stretches that stay silent in every later run; they say where and when, and nothing
        of a face or a voice.
    paths : tuple of str
        The user's own files that show the person; they were not changed.
    made_again : int
        Results.
    looked_at, looked_at_bytes, looked_for : int
        Files and bytes of the index, and forms of name, id, vectors and pictures.
    found : tuple of Trace
        What should not be there and is; empty if all is well.
    own_words : tuple of str
        Files of the index in which the name stands because the user's own material says it.
    removed_files : tuple of str
        What Kinoeye itself had made of these films.
    other_files : tuple of str
        Files in ``out`` that Kinoeye cannot prove to be its own, and what it wrote of these films elsewhere: not
        touched.
    seen_again : int
        Faces found behind the veils.
    nobodys : int
        Appearances in the same films that belong to nobody: too small or too far turned away to be known.
    is_done : bool
    """

    person: str
    names: tuple[str, ...]
    counts: dict[str, int]
    veils: int
    mutes: int
    paths: tuple[str, ...]
    made_again: int = 0
    looked_at: int = 0
    looked_at_bytes: int = 0
    looked_for: int = 0
    found: tuple[traces.Trace, ...] = ()
    own_words: tuple[str, ...] = ()
    removed_files: tuple[str, ...] = ()
    other_files: tuple[str, ...] = ()
    seen_again: int = 0
    nobodys: int = 0
    faults: int = 0
    is_done: bool = False


@dataclass
class Forgetting:
    """One forgetting under way.

    Parameters
    ----------
    folder : Path
        The production's.
    index : Index
    analyses : sequence of Analysis
    settings : Settings
    out : Path
        Where made things lie.
    search : Path
        The folder of the search index.
    find_again : callable
        Makes the search index anew.
    on_progress : callable
    """

    folder: Path
    index: Index
    analyses: Sequence[Analysis]
    settings: Settings
    out: Path
    search: Path
    find_again: Callable[[], object]
    on_progress: Callable[[Progress], None] = field(default=lambda _: None)

    def plan(self, said: str) -> Proof:
        """Say what would be forgotten; nothing is changed.

        Raises
        ------
        UseError
            If the person is unknown or named twice.
        """
        task = task_of(self.index, said)
        ours, others = self._made(task)
        self._count(task)
        return self._proof(task, ours, others)

    def do(self, said: str) -> Proof:
        """Forget a person, and look whether it is so.

        Raises
        ------
        UseError
            If the person is unknown or named twice.
        StoreError
            If something cannot be taken away; say the same again when it can.
        StoppedError
            If the user stopped it; say the same again to finish it.
        """
        task = task_of(self.index, said)
        self._count(task)
        keep(self.index, task)
        self._veil(task)
        ours, others = self._made(task)
        self._take_away(task, ours)
        self._silence(task)
        self.index.look_again()
        summary = self._run_again(task)
        self.find_again()
        return self._looked(task, summary, ours, others)

    def _veil(self, task: Task) -> None:
        """Keep the veils and mutes that are not there yet."""
        for what, keys, value in ((VEILS, task.veils, {"veiled": True}), (MUTES, task.mutes, {"muted": True})):
            there = [each.key for each in self.index.decisions.all(what)]
            new = [key for key in keys if key not in there]
            self.index.decisions.add_all([Decision(what, key, value, "kinoeye forget", _WHY) for key in new])

    def _made(self, task: Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what Kinoeye made of these films, and what else lies in ``out``."""
        made = Made(self.index.files, self.folder)
        noted = {each.path: each for each in made.all()}
        ours = [each.path for each in noted.values() if set(each.assets) & set(task.assets)]
        inside = [path for path in ours if (self.folder / path).is_relative_to(self.out)]  # elsewhere it was given away
        proven = tuple(path for path in inside if made.is_ours(self.folder / path))
        there = [path for path in sorted(self.out.rglob("*")) if path.is_file()] if self.out.is_dir() else []
        in_out = [path.relative_to(self.folder).as_posix() for path in there]
        strange = {path for path in in_out if path not in noted} | {
            path for path in ours if path not in proven and (self.folder / path).is_file()
        }
        return proven, tuple(sorted(strange))

    def _take_away(self, task: Task, made: Sequence[str]) -> None:
        """Delete what shows the person or was made from what shows the person; all of it can be made anew."""
        index = self.index
        for table in index.results.names():
            for asset in (*task.assets, PRODUCTION):
                if asset == PRODUCTION and table in {"appearances", "voices"}:
                    self._keep_others(table, "person" if table == "appearances" else "voice", task)
                elif table != "assets":
                    index.results.remove(table, asset)
        for asset in task.assets:
            for stream in SHOWN:
                index.files.remove(f"streams/{asset}/{stream}")
            if any(key["asset"] == asset for key in task.mutes):
                index.files.remove(f"streams/{asset}/{HEARD}")
            index.files.remove(f"segments/{asset}")
            parts_of(index).remove(asset)
        ledger = Made(index.files, self.folder)
        for path in made:
            ledger.remove(self.folder / path)
        for leftover in leftovers(self.out):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
        clean.clean(index, self.analyses)  # what is left of files that are no longer in the folder may show anyone
        index.files.remove_unfinished("", older_than_s=0)
        index.files.remove("search")
        index.files.remove("learnt")  # from texts, names among them; it is learnt again when asked
        for name in index.files.listing("cache"):
            if name != _HASHES:
                index.files.remove(f"cache/{name}")
        for place in self._besides():
            shutil.rmtree(place, ignore_errors=True)

    def _keep_others(self, table: str, column: str, task: Task) -> None:
        """Leave who the others are: their ids come from the last answer, and people have named them by these."""
        results = self.index.results
        if self.index.files.exists(results.path(table, PRODUCTION)):
            rows = results.read(table, PRODUCTION)
            theirs = pc.is_in(rows[column], pc.cast([task.person, *task.voices], "string"))
            others = rows.filter(pc.invert(pc.fill_null(theirs, False)))
            results.write(self.index.schemas[table], PRODUCTION, others, Provenance("made anew"))

    def _silence(self, task: Task) -> None:
        """Take away the decisions about the person; one that has only got the number of one that went stays."""
        there = {tuple(mark_of(each)): each.id for each in self.index.decisions.all()}
        gone, silenced = ([there[tuple(mark)] for mark in marks if tuple(mark) in there]
                          for marks in (task.decisions, task.silenced))  # fmt: skip
        self.index.decisions.purge(gone, silenced)

    def _run_again(self, task: Task) -> Summary:
        """Make anew what stood there, as far as it can still be made."""
        able, _ = ready(self.analyses, self.settings.analyses, registry.identity)
        names = [each.name for each in able if each.name in task.analyses]
        return local.run(
            self.folder, self.index, self.analyses, self.settings, only=names, on_progress=self.on_progress
        )

    def _looked(self, task: Task, summary: Summary, ours: Sequence[str], others: Sequence[str]) -> Proof:
        """Look at every byte; the task goes when nothing was found."""
        needles = traces.needles_of(task.needles)
        besides = [*self._besides(), *self._database()]
        if not self.index.files.is_local:
            besides.append(parts_of(self.index).root)
        seen = traces.look(self.index.files, needles, besides=besides, spare=f"{FOLDER}/")
        own: set[str] = set()
        if self._own_words(task):
            own = {each.file for each in seen.found if each.kind == "name" and _may_say(each.file)}
        found = tuple(each for each in seen.found if each.kind != "name" or each.file not in own)
        found += self._in_rows(needles)
        if not found:
            self.index.files.remove(task.place)
        return replace(
            self._proof(task, ours, others),
            made_again=summary.steps,
            faults=len(summary.faults),
            looked_at=seen.files,
            looked_at_bytes=seen.size_bytes,
            looked_for=len(needles),
            found=found,
            own_words=tuple(sorted(own)),
            seen_again=self._seen_again(task),
            is_done=not found,
        )

    def _in_rows(self, needles: Sequence[traces.Needle]) -> tuple[traces.Trace, ...]:
        """Look through the rows of decisions: all that is reached of a database whose files lie elsewhere."""
        rows = [
            [each.what, dict(each.key), dict(each.value), each.who, each.why] for each in self.index.decisions.all()
        ]
        data = json.dumps(rows, ensure_ascii=False).encode()
        kinds = sorted({needle.kind for needle in needles if needle.data in data})
        return tuple(traces.Trace("rows of decisions", kind) for kind in kinds)

    def _own_words(self, task: Task) -> bool:
        """Say whether the material itself says a name: in a path, a text, or letters on screen."""
        said = [path for row in people.rows(self.index, "assets") for path in row["paths"]]
        said += [row["text"] for table in _WRITTEN for row in people.rows(self.index, table)]
        words = [name.casefold() for name in task.names]
        return any(word in str(text).casefold() for text in said for word in words)

    def _seen_again(self, task: Task) -> int:
        """Count the faces that a later run finds behind the veils."""
        count = 0
        for asset in task.assets:
            veils = [Veil(*(key[name] for name in ("start", "end", "x", "y", "w", "h")))
                     for key in task.veils if key["asset"] == asset]  # fmt: skip
            if "faces" not in self.index.schemas or not self.index.files.exists(
                self.index.results.path("faces", asset)
            ):
                continue
            rows = self.index.read("faces", asset).select(["time", "x", "y", "w", "h"]).to_pylist()
            count += sum(any(_covers(veil, row) for veil in veils) for row in rows)
        return count

    def _count(self, task: Task) -> None:
        """Count what goes; a task that was begun before keeps its counts."""
        if "tables" in task.counts:
            return
        index, counts = self.index, task.counts
        places = [index.results.path(table, asset) for table in index.results.names() if table != "assets"
                  for asset in (*task.assets, PRODUCTION)]  # fmt: skip
        counts["tables"] = sum(index.files.exists(place) for place in places)
        for asset in task.assets:
            for stream in SHOWN:
                manifest = index.streams.manifest(asset, stream)
                if manifest is not None:
                    counts[stream] = counts.get(stream, 0) + manifest.lengths["times"]
        counts["decisions"] = len(task.decisions)

    def _proof(self, task: Task, ours: Sequence[str], others: Sequence[str]) -> Proof:
        paths = {row["asset"]: row["paths"] for row in people.rows(self.index, "assets")}
        shown = sorted(path for asset in task.assets for path in paths.get(asset, ()))
        return Proof(
            task.person, tuple(task.names), task.counts, len(task.veils), len(task.mutes), tuple(shown),
            removed_files=tuple(ours), other_files=tuple(others), nobodys=self._nobodys(task),
        )  # fmt: skip

    def _nobodys(self, task: Task) -> int:
        """Count the appearances in the same films that nobody could be told from."""
        if "face_tracks" not in self.index.schemas:
            return 0
        known = {(row["asset"], row["track"]) for row in people.rows(self.index, "appearances") if row["person"]}
        tracks = self.index.read("face_tracks")
        here = tracks.filter(pc.is_in(tracks["asset"], pc.cast(task.assets, "string"))) if task.assets else tracks[:0]
        pairs = zip(here["asset"].to_pylist(), here["track"].to_pylist(), strict=True)
        return sum(pair not in known for pair in pairs)

    def _besides(self) -> list[Path]:
        """Return what belongs to the index and lies elsewhere, where the index is not on this machine's disk."""
        if self.index.files.is_local:
            return []
        return [self.search, *Path(tempfile.gettempdir()).glob("kinoeye-cache-*")]

    def _database(self) -> list[Path]:
        """Return the files of the decisions' database, where they lie outside the index."""
        database = Path(self.index.decisions.url.removeprefix("sqlite:///"))
        files = self.index.files
        if not database.is_file() or (files.is_local and database.is_relative_to(files.root)):
            return []
        return sorted(database.parent.glob(f"{database.name}*"))


def _may_say(file: str) -> bool:
    """Say whether a name may stand in a file of the index when the material says it; a table of people never may."""
    first, _, rest = file.partition("/")
    if first == "streams":
        return rest.endswith("/text/text.npy")
    return not Path(file).name.startswith("decisions.db") and rest.split("/")[0] not in PEOPLE


def _covers(veil: Veil, face: Mapping[str, Any]) -> bool:
    """Say whether the middle of a face lies behind a veil."""
    x, y = face["x"] + face["w"] / 2 - veil.x, face["y"] + face["h"] / 2 - veil.y
    return bool(veil.start <= face["time"] < veil.end and 0 <= x < veil.w and 0 <= y < veil.h)
