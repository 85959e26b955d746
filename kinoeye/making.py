"""Making: what a production's material is made into; the result lies in its ``out``, the user's own files stay.

The half of the production's face that writes films and sounds. `kinoeye.production.Production` adds the other half.
"""

import importlib
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kinoeye.errors import UseError
from kinoeye.run.anonymising import Effect, anonymise_asset, whom
from kinoeye.run.progress import Progress
from kinoeye.run.scoring import Scored, Wish, score_asset
from kinoeye.run.settings import Settings
from kinoeye.store.index import Index
from kinoeye.store.made import Made

if TYPE_CHECKING:
    from fractions import Fraction

    from kinoeye.cut.by_script import ScriptCut, Wishes
    from kinoeye.cut.by_sight import Film
    from kinoeye.cut.by_words import WordsCut
    from kinoeye.cut.highlights import Highlights
    from kinoeye.cut.versions import Reconformed
    from kinoeye.cut.versions import Wishes as ReconformWishes
    from kinoeye.export.timeline import Timeline
    from kinoeye.streams import Stills
    from kinoeye.treatments.screenplay.strips import SceneStrip

# Where made things lie in a production's folder.
OUT = "out"


class Making:
    """What can be made of a production."""

    folder: Path

    @property
    @abstractmethod
    def index(self) -> Index:
        """Everything that is known."""

    @property
    @abstractmethod
    def settings(self) -> Settings:
        """What stands in ``kinoeye.toml``, the defaults filled in."""

    @abstractmethod
    def _stills(self, asset: str) -> "Stills | None":
        """Return the stills of an asset, or None where there are none."""

    @abstractmethod
    def asset(self, path: str) -> str:
        """Return the asset that lies at a path of the production."""

    def syncs(self) -> list[dict[str, Any]]:
        """Return the pairs of files that heard the same moment, with their paths, as of the last run."""
        rows = self.index.read("syncs").to_pylist()
        paths = {row["asset"]: row["path"] for row in self.index.read("assets").select(["asset", "path"]).to_pylist()}
        found = [
            row
            | {"path": paths[row["asset"]], "other_path": paths[row["other"]], "sound_path": paths.get(row["sound"])}
            for row in rows
            if row["asset"] in paths and row["other"] in paths
        ]
        return sorted(found, key=lambda row: (row["group"], row["path"], row["other_path"], row["start"]))

    def anonymise(
        self,
        path: str,
        *,
        people: Sequence[str] = (),
        unconsented: bool = False,
        manner: str = "blur",
        room: float = 1.0,
        plain: bool = False,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Effect:
        """Cover faces in a film, picture or sequence; the result lies in ``out``. Stopped and said again, it goes on.

        Those of some people, of everyone without a valid consent of the scope ``index``, or of everyone. `plain` gives
        up high dynamic range and a film's transparency; the rest is as `treatments.people.anonymise` takes it.
        """
        self.asset(path)
        meant = whom(self.index, people, unconsented=unconsented)
        return anonymise_asset(
            self.folder, self.index, path, self.folder / OUT, meant, manner=manner, room=room, plain=plain,
            sequence_rate=self.settings.media.sequence_rate, on_progress=on_progress,
        )  # fmt: skip

    def music(
        self,
        path: str,
        *,
        moods: Sequence[str] = (),
        key: str = "",
        tempo: float = 0.0,
        seed: int = 0,
        place: str = "none",
        has_music: bool = True,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Scored:
        """Make music and ambience by rule for a film or sound; the result lies in ``out``, marked as generated.

        `moods` are said as ``0:20 tense``; without any the film's own mood is followed. `key`, `tempo` and `seed` are
        as `kinoeye.treatments.sound.music` takes them, `place` as `kinoeye.treatments.sound.ambience` or ``none``.
        """
        self.asset(path)
        wish = Wish(seed, key, tempo, tuple(moods), place, has_music)
        return score_asset(self.folder, self.index, path, self.folder / OUT, wish, on_progress)

    def cut(self, wishes: "Wishes | None" = None, *, record_start: str = "01:00:00:00") -> "ScriptCut":
        """Put together what was shot as the screenplay says.

        Parameters
        ----------
        wishes : Wishes, optional
        record_start : str
            Time code of the first picture.

        Raises
        ------
        UseError
            If nothing was shot of the screenplay, or a wish is outside its range.
        """
        way = importlib.import_module("kinoeye.cut.by_script")
        made: ScriptCut = way.by_script(self.index.all(), wishes, folder=self.folder, record_start=record_start)
        return made

    def cut_silence(
        self, *, silence: float = 0.8, handle: float = 0.2, paths: Sequence[str] = (), record_start: str = "01:00:00:00"
    ) -> "Timeline":
        """Leave out where nobody speaks; settings as `kinoeye.cut.by_silence` takes them, `paths` are the only files.

        Raises
        ------
        UseError
            If nobody speaks, or a setting is outside its range.
        """
        way = importlib.import_module("kinoeye.cut.by_silence")
        made: Timeline = way.by_silence(
            self.index.all(), silence=silence, handle=handle, assets={self.asset(path) for path in paths} or None,
            folder=self.folder, record_start=record_start,
        )  # fmt: skip
        return made

    def cut_words(
        self, text: str, *, handle: float = 0.15, paths: Sequence[str] = (), record_start: str = "01:00:00:00"
    ) -> "WordsCut":
        """Put phrases together as they are written; settings as `kinoeye.cut.by_words` takes them.

        Raises
        ------
        UseError
            If no phrase is said anywhere, there is none, or a setting is outside its range.
        """
        way = importlib.import_module("kinoeye.cut.by_words")
        made: WordsCut = way.by_words(
            self.index.all(), text, handle=handle, assets={self.asset(path) for path in paths} or None,
            folder=self.folder, record_start=record_start,
        )  # fmt: skip
        return made

    def highlights(
        self, seconds: float, *, paths: Sequence[str] = (), record_start: str = "01:00:00:00"
    ) -> "Highlights":
        """Take the moments that stand out; settings as `kinoeye.cut.highlights` takes them, `paths` are the only files.

        Raises
        ------
        UseError
            If there is no film with shots, or `seconds` is outside its range.
        """
        way = importlib.import_module("kinoeye.cut.highlights")
        made: Highlights = way.highlights(
            self.index.all(), seconds, assets={self.asset(path) for path in paths} or None, folder=self.folder,
            record_start=record_start,
        )  # fmt: skip
        return made

    def trailer(
        self, seconds: float, *, has_spoilers: bool = False, paths: Sequence[str] = (),
        record_start: str = "01:00:00:00",
    ) -> "Highlights":  # fmt: skip
        """Make a trailer; settings as `kinoeye.cut.trailer` takes them, `paths` are the only files.

        Raises
        ------
        UseError
            If there is no film with shots, or `seconds` is outside its range.
        """
        way = importlib.import_module("kinoeye.cut.trailer")
        made: Highlights = way.trailer(
            self.index.all(), seconds, has_spoilers=has_spoilers, assets={self.asset(path) for path in paths} or None,
            folder=self.folder, record_start=record_start,
        )  # fmt: skip
        return made

    def keep_cut(self, timeline: "Timeline", formats: Sequence[str] = ("otio",)) -> list[Path]:
        """Write a timeline into ``out/cuts`` as its next version, once in each format; none is ever replaced.

        Raises
        ------
        UseError
            If a format holds no timeline.
        StoreError
            If a file cannot be written.
        """
        write_version = importlib.import_module("kinoeye.export.writing").write_version
        kept, shown = Made(self.index.files, self.folder), self.index.present()
        written: list[Path] = write_version(
            formats, timeline, self.folder / OUT / "cuts", lambda part, path: kept.put(part, path, shown)
        )
        return written

    def export_cut(
        self,
        format_name: str,
        cut: str | Path,
        *,
        out: str | Path | None = None,
        language: str = "en",
        footage: bool = False,
        rate: "Fraction | None" = None,
        say: Callable[[str], object] = lambda _: None,
    ) -> list[Path]:
        """Write a list of a cut, or the cut in another form, and return the files.

        Parameters
        ----------
        format_name : str
            dialogue-list, continuity, shot-list … or a format of timelines.
        cut : str or Path
            A timeline of the production or of anywhere, or the name of one that was kept in ``out/cuts``: with its
            number that version, without one the newest.
        out, language, footage
            As `kinoeye.production.Production.export` takes them.
        rate : Fraction or None
            Of an EDL that does not say its own.
        say : callable
            Told what is not known of the cut, and what a format leaves out of it.

        Raises
        ------
        UseError
            If there is no such cut or format, or nothing to list.
        DocumentError
            If the timeline cannot be read.
        StoreError
            If a file cannot be written.
        """
        way, writing = (importlib.import_module(f"kinoeye.{name}") for name in ("cut.known", "export.writing"))
        path = way.cut_at(cut, self.folder, self.folder / OUT / "cuts")
        timeline, notes = importlib.import_module("kinoeye.cut.versions").timeline_of(path, rate)
        known = way.known_of(replace(timeline, name=path.stem), path, self.index.all(), self.folder)
        for note in (*notes, *known.notes):
            say(note)
        kept, shown = Made(self.index.files, self.folder), self.index.present()
        written: list[Path] = writing.write(
            format_name, known.tables, known.stills(self._stills), Path(out) if out is not None else self.folder / OUT,
            folder=self.folder, title=self.folder.name, language=language, has_feet=footage, replaces=out is None,
            place=lambda part, path: kept.put(part, path, shown), say=say, only=known.timeline,
        )  # fmt: skip
        return written

    def strips(self, script: str = "") -> "list[SceneStrip]":
        """Return the scenes of a screenplay as a schedule takes them, with what they need; decisions are laid over.

        Parameters
        ----------
        script : str
            Its path; not needed where there is one alone, or drafts of one.

        Raises
        ------
        UseError
            If there is no such screenplay, or several and none is named.
        """
        breakdown = importlib.import_module("kinoeye.export.breakdown")
        tables = self.index.all()
        scripts = [each["screenplay"] for each in breakdown.breakdown_rows(tables)]
        older = {path for path, _ in importlib.import_module("kinoeye.export.drafts").left_out(tables)}
        if not script and len(newest := [each for each in scripts if each not in older]) == 1:
            script = newest[0]
        if script not in scripts and (script or len(scripts) > 1):
            raise UseError(
                f"schedule: the screenplay must be one of {', '.join(scripts)}, got {script or 'none'}",
                remedy="Say which: --script PATH",
            )
        read = importlib.import_module("kinoeye.export.strips_read").read_strips
        made: list[SceneStrip] = read(breakdown.strips_csv(tables, script), script or scripts[0])
        return made

    def keep(self, documents: Mapping[str, bytes], folder: str) -> list[Path]:
        """Write documents into a folder of ``out``; what Kinoeye made there before gives way.

        Raises
        ------
        StoreError
            If a file cannot be written.
        """
        write_documents = importlib.import_module("kinoeye.export.writing").write_documents
        kept, shown = Made(self.index.files, self.folder), self.index.present()
        written: list[Path] = write_documents(
            documents, self.folder / OUT / folder, lambda part, path: kept.put(part, path, shown)
        )
        return written

    def reconform(
        self,
        old: str | Path,
        new: str | Path,
        *,
        move: Sequence[str | Path] = (),
        effects: Sequence[str | Path] = (),
        wishes: "ReconformWishes | None" = None,
    ) -> "Reconformed":
        """Find what changed between two cuts, and move what is tied to the old one to the new one.

        Parameters
        ----------
        old, new : str or Path
            Timelines or films; in the production's folder or anywhere. A timeline beside a film must be of the
            production's own recordings.
        move : sequence of str or Path
            Subtitles, lists with time codes, markers, chapters.
        effects : sequence of str or Path
            Lists of effect shots.
        wishes : Wishes, optional
            As `kinoeye.cut.versions` takes them.

        Raises
        ------
        UseError
            If a file is missing or cannot be carried, or a wish is outside its range.
        DocumentError, MediaError
            If a file cannot be read.
        StoreError
            If a file cannot be written.
        """
        way = importlib.import_module("kinoeye.cut.versions")
        wished = wishes or way.Wishes()
        compared = way.compare(self._path(old), self._path(new), self._film, wished.rate, self._screened)
        kept, shown = Made(self.index.files, self.folder), sorted(self.index.present())
        made: Reconformed = way.reconform(
            compared, [self._path(each) for each in move], [self._path(each) for each in effects], wished,
            self.folder / OUT / "reconform", kept, shown,
        )  # fmt: skip
        return made

    def _path(self, path: str | Path) -> Path:
        """Return a file of the production's folder, or of anywhere."""
        found = next((each for each in (self.folder / path, Path(path)) if each.is_file()), None)
        if found is None:
            raise UseError(f"reconform: {path} must be a file, got none of that name")
        return found

    def _film(self, path: Path) -> "Film":
        """Return the pictures and sound of a film: as the index has them, or read now."""
        way = importlib.import_module("kinoeye.cut.films")
        film: Film = way.film_of(path, self.index, self.folder)
        return film

    def _screened(self, timeline: "Timeline") -> "tuple[Film, Sequence[str]]":
        """Return a timeline as the film that it is, from its recordings as the index has them."""
        way, films = (importlib.import_module(f"kinoeye.cut.{name}") for name in ("screened", "films"))
        assets = self.index.read("assets").to_pylist() if self.index.files.exists("tables") else []
        made: tuple[Film, Sequence[str]] = way.screened(
            timeline, assets, self.folder, films.thumbs_in(self.index), films.sound_in(self.index)
        )
        return made
