"""Sounds: what Kinoeye makes of sound, for one production."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kinoeye.run.progress import Progress
from kinoeye.run.sounding import TreatedSound, treat_asset
from kinoeye.store.index import Index


class Sounds:
    """What is made of a production's sound; everything lies in ``out``, nothing of the user's is changed.

    Parameters
    ----------
    folder : Path
    index : Index
    out : Path
    """

    def __init__(self, folder: Path, index: Index, out: Path) -> None:
        self._folder, self._index, self._out = folder, index, out

    def treat(
        self,
        name: str,
        path: str,
        *,
        against: str | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
        **settings: Any,
    ) -> TreatedSound:
        """Treat the sound of a film or a sound, sample for sample.

        Parameters
        ----------
        name : denoise, declip, dehum, deroom, level, match, duck
        path : str
            A film or sound of the production.
        against : str
            For match, the sound whose timbre is wanted; for duck, the voice.
        settings
            strength (denoise, deroom), seconds (deroom), mains (dehum), target (level), depth (duck).

        Raises
        ------
        UseError, SettingError, MediaError, ModelError, StoppedError
        """
        return treat_asset(
            self._folder, self._index, path, self._out, name, settings, against=against, on_progress=on_progress
        )
