"""Sounding: a treatment of sound over a whole film or sound of the production.

The user's file is read and never changed; the result lies in the folder of made things, with as many samples as before,
the film's pictures copied as they are, a picture of before and after, and a record of what was done.
"""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from kinoeye.errors import StoppedError, UseError
from kinoeye.media.probe import Probe, probe
from kinoeye.media.treated import spooled, treated_suffix, write_treated
from kinoeye.media.waves import Waves, read_waves
from kinoeye.media.write import write_picture
from kinoeye.run.progress import Progress
from kinoeye.run.sound_effects import Heard, chosen
from kinoeye.signals.blocks import Samples
from kinoeye.signals.metering import Loudness, loudness
from kinoeye.store import people
from kinoeye.store.index import Index
from kinoeye.store.made import Made, name_of, record
from kinoeye.treatments.sound.sheet import look, sheet

Told = Callable[[Progress], None]

_TOP = 0.9995  # of full scale: to there a sound is brought down that rose beyond it
_STEPS = 6  # read, find out, treat, measure twice, write: each counts alike on the bar


@dataclass
class TreatedSound:
    """What was made.

    Parameters
    ----------
    path, sheet, record : Path
        The sound or film, the picture of before and after, and what was done as JSON.
    samples, rate_hz, channels : int
        As many as before.
    before, after : Loudness
    found : dict
        Settings, and what was found out.
    seconds : float
        Wall time.
    notes : list of str
        What the result does not keep of the source.
    """

    path: Path
    sheet: Path
    record: Path
    samples: int
    rate_hz: int
    channels: int
    before: Loudness
    after: Loudness
    found: dict[str, Any]
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


def treat_asset(
    folder: Path,
    index: Index,
    path: str,
    out: Path,
    name: str,
    settings: Mapping[str, Any],
    *,
    against: str | None = None,
    on_progress: Told = lambda _: None,
) -> TreatedSound:
    """Treat the sound of a film or a sound of the production, and write it into a folder of made things.

    Raises
    ------
    UseError
        If there is no such effect or setting, the asset has no sound, or a file that is not ours stands in the way.
    MediaError
        If it cannot be read or written.
    StoppedError
        If the user stopped it; nothing half-made stays.
    """
    begin = time.monotonic()
    effect, complete = chosen(name, settings, against is not None)
    assets = [asset_with_sound(index, each) for each in (path, *([against] if against else []))]
    source = folder / path
    probed = probe(source)
    target = out / f"{name_of(path)}.{name}{treated_suffix(source, probed)}"
    beside = (target, target.with_suffix(".png"), target.with_suffix(".json"))
    made = Made(index.files, folder)
    made.check_free(name, beside)
    try:
        with made.making(beside, assets) as places, ExitStack() as stack:
            work = _Work(stack, out, on_progress)
            waves = work.read(source, probed)
            other = work.read(folder / against, probe(folder / against)) if against else None
            by = other and work.heard(other, "listening")
            plan, found = effect.plan(work.heard(waves, "listening"), by, **complete)
            done, notes = work.treat(waves, plan)
            before, after = work.measure(waves), work.measure(done)
            picture = sheet(f"{name}: {path}", look(waves.pieces(), waves.rate_hz, len(waves.samples)),
                            look(done.pieces(), done.rate_hz, len(done.samples)), _figures(before, after))  # fmt: skip
            work.say("writing")
            write_treated(places[0], done, *((source, probed) if probed.picture_track is not None else ()))
            write_picture(places[1], picture)
            notes = [*found.pop("notes", ()), *notes, *_lost(probed)]
            result = TreatedSound(
                *beside, len(done.samples), done.rate_hz, done.samples.shape[1], before, after, found,
                round(time.monotonic() - begin, 3), notes,
            )  # fmt: skip
            record(places[2], {"effect": name, "of": path, "against": against, **asdict(result)})
    except KeyboardInterrupt:
        raise StoppedError(f"{name}: stopped", remedy="Say it again; nothing half-made stays") from None
    on_progress(Progress("done", 1, 1))
    return result


def asset_with_sound(index: Index, path: str) -> str:
    """Return the asset at a path of the production, a film or sound.

    Raises
    ------
    UseError
        If it is neither.
    """
    row = next((each for each in people.rows(index, "assets") if path in each["paths"]), None)
    if row is None or row["kind"] not in {"video", "sound"}:
        raise UseError(
            f"effect: {path} must be a film or sound of the production, got {row['kind'] if row else 'nothing'}"
        )
    return str(row["asset"])


class _Work:
    """Carries sound through files of its own, and tells how far it is."""

    def __init__(self, stack: ExitStack, folder: Path, on_progress: Told) -> None:
        self._stack, self._folder, self._on_progress = stack, folder, on_progress
        self._step, self._total = 0, _STEPS

    def read(self, source: Path, probed: Probe) -> Waves:
        """Read a sound onto the disk."""
        self._on_progress(Progress("work", self._step, self._total, "reading"))
        waves = read_waves(source, probed, self._spool())
        self._step = max(self._step, 1)
        return waves

    def heard(self, waves: Waves, doing: str) -> Heard:
        """Return a sound that tells how far it has been gone through."""
        return Heard(lambda: self._told(waves, doing), waves.rate_hz)

    def treat(self, waves: Waves, plan: Callable[[Iterable[Samples]], Iterator[Samples]]) -> tuple[Waves, list[str]]:
        """Treat a sound; return it with notes. What rises above full scale is brought down as a whole."""
        self._step = 2
        done, highest = spooled(plan(self._told(waves, "treating")), waves, self._spool())
        assert len(done.samples) == len(waves.samples)
        if highest <= 1:
            return done, []
        gain = _TOP / highest
        lowered, _ = spooled((piece * np.float32(gain) for piece in done.pieces()), waves, self._spool())
        return lowered, [f"brought down by {-20 * np.log10(gain):.1f} dB: it rose above full scale"]

    def measure(self, waves: Waves) -> Loudness:
        """Measure loudness and true peak."""
        self._step += 1
        return loudness(self._told(waves, "measuring"), waves.rate_hz)

    def say(self, doing: str) -> None:
        """Tell what is done last."""
        self._on_progress(Progress("work", self._total - 0.5, self._total, doing))

    def _told(self, waves: Waves, doing: str) -> Iterator[Samples]:
        for number, piece in enumerate(waves.pieces()):
            share = min(1.0, (number + 1) * waves.rate_hz / max(1, len(waves.samples)))
            self._on_progress(Progress("work", self._step + share, self._total, doing))
            yield piece

    def _spool(self) -> Any:
        return self._stack.enter_context(tempfile.TemporaryFile(dir=self._folder))


def _figures(before: Loudness, after: Loudness) -> dict[str, tuple[str, str]]:
    return {
        "loudness, LUFS": (f"{before.integrated_lufs:.1f}", f"{after.integrated_lufs:.1f}"),
        "true peak, dBTP": (f"{before.true_peak_dbtp:.1f}", f"{after.true_peak_dbtp:.1f}"),
    }


def _lost(probed: Probe) -> list[str]:
    """Say what the result does not keep of the source."""
    kept = {probed.picture_track, probed.sound_track}
    others = [track.kind for track in probed.tracks if track.index not in kept]
    return [
        *([f"other tracks are left out: {', '.join(others)}"] if others else []),
        *(["the file's tags are left out: they may name people"] if probed.tags else []),
    ]
