"""Sounds: what Kinoeye makes of sound, for one production."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from kinoeye.errors import UseError
from kinoeye.run.progress import Progress
from kinoeye.run.sounding import TreatedSound, treat_asset
from kinoeye.run.voicing import Order, Voiced, Voicing
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

    def say(
        self,
        text: str,
        *,
        who: str = "",
        name: str = "line",
        cast: str | Path | None = None,
        voice: str = "",
        language: str = "en",
        form: str = "wav",
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Voiced:
        """Speak one line.

        Parameters
        ----------
        text : str
        who : str
            The character, as the cast file names it.
        name : str
            Of the file.
        cast : path
            A cast file: a table for each character with voice, pitch, throat, pace, gain_db, style, person.
        voice : str
            As flite:slt, rhvoice:bdl, espeak:cmn or file:/voices/anna.onnx; the language's default if empty.
        language : str
        form : wav or mp3

        Raises
        ------
        UseError, DocumentError, ModelError, ConsentError, MediaError, StoppedError
        """
        if Path(name).name != name or name.startswith("."):
            raise UseError(f"voice: the name must be one of a file, got {name!r}")
        return self._voicing(on_progress).line(text, who, name, _order(cast, voice, language), f".{form}")

    def read_aloud(
        self,
        path: str,
        *,
        scene: int | None = None,
        narrates: bool = True,
        cast: str | Path | None = None,
        voice: str = "",
        language: str = "en",
        form: str = "wav",
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Voiced:
        """Speak a screenplay or subtitles, each character in a voice of its own; scenes become chapters.

        Parameters
        ----------
        path : str
            Of the production.
        scene : int
            Only this one, from 1.
        narrates : bool
            Whether headings and action are read too.
        cast, voice, language, form
            As for `say`.

        Raises
        ------
        UseError, DocumentError, ModelError, ConsentError, MediaError, StoppedError
        """
        order = _order(cast, voice, language)
        return self._voicing(on_progress).script(path, order, f".{form}", scene=scene, narrates=narrates)

    def dub(
        self,
        path: str,
        *,
        over: str | None = None,
        depth: float = 12.0,
        cast: str | Path | None = None,
        voice: str = "",
        language: str = "en",
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Voiced:
        """Speak subtitles into their time slots; no word is left out, nothing is cut off, no two lines overlap.

        Parameters
        ----------
        path : str
            Subtitles of the production, SubRip or WebVTT.
        over : str
            A film, or a sound with music and effects, that is turned down under the voice and mixed with it.
        depth : dB
        cast, voice, language
            As for `say`.

        Raises
        ------
        UseError, DocumentError, ModelError, ConsentError, MediaError, StoppedError
        """
        return self._voicing(on_progress).dub(path, over, _order(cast, voice, language), depth)

    def _voicing(self, on_progress: Callable[[Progress], None]) -> Voicing:
        return Voicing(self._folder, self._index, self._out, on_progress)


def _order(cast: str | Path | None, voice: str, language: str) -> Order:
    return Order(Path(cast) if cast else None, voice, language)
