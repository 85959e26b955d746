"""Making: what a production's material is made into; the result lies in its ``out``, the user's own files stay.

The half of the production's face that writes films and sounds. `kinoeye.production.Production` adds the other half.
"""

import importlib
from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kinoeye.run.anonymising import Effect, anonymise_asset, whom
from kinoeye.run.progress import Progress
from kinoeye.run.scoring import Scored, Wish, score_asset
from kinoeye.run.settings import Settings
from kinoeye.store.index import Index
from kinoeye.store.made import Made

if TYPE_CHECKING:
    from kinoeye.cut.by_script import ScriptCut, Wishes

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
    def asset(self, path: str) -> str:
        """Return the asset that lies at a path of the production."""

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

    def cut(
        self,
        wishes: "Wishes | None" = None,
        *,
        formats: Sequence[str] = ("otio",),
        record_start: str = "01:00:00:00",
    ) -> tuple["ScriptCut", list[Path]]:
        """Put together what was shot as the screenplay says; each file in ``out/cuts`` is a version, none is replaced.

        Parameters
        ----------
        wishes : Wishes, optional
        formats : sequence of str
            otio, edl, fcpxml, xml, aaf.
        record_start : str
            Time code of the first picture.

        Raises
        ------
        UseError
            If nothing was shot of the screenplay, a wish is outside its range, or a format holds no timeline.
        StoreError
            If a file cannot be written.
        """
        by_script = importlib.import_module("kinoeye.cut.by_script")
        write_version = importlib.import_module("kinoeye.export.formats").write_version
        made: ScriptCut = by_script.by_script(self.index.all(), wishes, folder=self.folder, record_start=record_start)
        kept, used = Made(self.index.files, self.folder), {each.chosen[0].candidate.asset for each in made.pieces}
        return made, [
            write_version(
                name, made.timeline, self.folder / OUT / "cuts", lambda part, path: kept.put(part, path, used)
            )
            for name in formats
        ]
