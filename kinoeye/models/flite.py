"""flite: English voices of Carnegie Mellon, spoken by its program where that is installed.

Source: Black & Lenzo, "Flite: a small fast run-time synthesis engine", SSW 4, 2001; flite -help (-psdur, --setf).
"""

import functools
import shutil
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinoeye.errors import UseError
from kinoeye.models.spoken import Phone, Spoken, Utterance, faster, missing, trimmed

LICENCE = "BSD-style (Carnegie Mellon University)"

_INSTALL = "Install it with: apt-get install flite (or brew install flite); espeak is always there"
_SECONDS = 120
_SILENCE = "pau"
_ROUNDS = 3


def is_there() -> bool:
    """Say whether its program is on the path."""
    return shutil.which("flite") is not None


def voices() -> tuple[str, ...]:
    """Return its voices' names; none if it is not there."""
    program = shutil.which("flite")
    return () if program is None else _voices(program)


@functools.cache
def _voices(program: str) -> tuple[str, ...]:
    done = subprocess.run([program, "-lv"], capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    return tuple(sorted(name for name in done.stdout.partition(":")[2].split() if not name.endswith("_time")))


def speak(utterances: Sequence[Utterance]) -> list[Spoken]:
    """Speak lines, each faster until it fits the seconds it has.

    Raises
    ------
    UseError
        If it has no such voice.
    ModelError
        If it is not installed, or fails.
    """
    program = shutil.which("flite")
    if program is None:
        raise missing("flite", "no such program", _INSTALL)
    for each in utterances:
        if each.voice not in voices():
            raise UseError(f"voice: flite must have the voice, one of {', '.join(voices())}, got {each.voice!r}")
    with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder:
        return [_said(program, each, Path(folder)) for each in utterances]


def _said(program: str, each: Utterance, folder: Path) -> Spoken:
    pace = each.pace
    for _ in range(_ROUNDS):
        samples, rate_hz, phones = _once(program, each, pace, folder)
        wanted = faster(pace, len(samples) / rate_hz, each.seconds)
        if wanted == pace:
            break
        pace = wanted
    return Spoken(samples, rate_hz, phones, f"flite:{each.voice}", LICENCE, pace, 1.0)


def _once(
    program: str, each: Utterance, pace: float, folder: Path
) -> tuple[npt.NDArray[np.float32], int, tuple[Phone, ...]]:
    text, sound = folder / "line.txt", folder / "line.wav"
    text.write_text(" ".join(each.text.split()) + "\n", encoding="utf-8")  # a file: a line may begin like an option
    command = [program, "-voice", each.voice, "--setf", f"duration_stretch={1 / pace:.4f}", "-psdur"]
    command += ["-f", str(text), "-o", str(sound)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603
        with wave.open(str(sound)) as file:
            rate_hz = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32768)
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
        raise missing("flite", str(error), _INSTALL) from error
    speech, phones = trimmed(samples, rate_hz, _phones(done.stdout, rate_hz))
    return speech, rate_hz, phones


def _phones(told: str, rate_hz: int) -> list[Phone]:
    """Read ``pau:0.288 ow:0.450``: each phone with its end in seconds; a new sentence begins at 0 again."""
    phones, start, origin = [], 0, 0
    for part in told.split():
        name, _, end_s = part.rpartition(":")
        end = origin + round(float(end_s) * rate_hz)
        if end < start:
            origin, end = start, start + round(float(end_s) * rate_hz)
        if name != _SILENCE:
            phones.append(Phone(name, start, end))
        start = end
    return phones
