"""RHVoice: statistical voices of a dozen languages, spoken by its program RHVoice-test where that is installed.

The program is one of its own under the GPL and is only run, never linked. Each voice has its own licence. Some may not
be used for anything that earns money, or may not be changed: such a voice speaks only where its licence is named with
it, as in rhvoice:lyubov@CC-BY-NC-ND-4.0, and it is never chosen by itself. Times of phones are not told.

Source: RHVoice 1.8.0, RHVoice-test --help, data/voices/*/voice.info; Debian's rhvoice-english, copyright (licences).
"""

import shutil
import subprocess
import tempfile
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinoeye.errors import UseError
from kinoeye.models.spoken import Spoken, Utterance, faster, missing, trimmed

PROGRAM = "RHVoice-test"
FREE = "LGPL-2.1-or-later"
UNKNOWN = "not known here; see the package that the voice came with"
LOWEST, HIGHEST = 0.5, 2.0  # of pitch; by measurement it does just what it is told within them

_INSTALL = (
    "Install it with: apt-get install rhvoice rhvoice-english (Debian keeps them in non-free: add that to your sources "
    "first); espeak is always there"
)
_SECONDS = 120
_ROUNDS = 3
_NC_ND, _NC_SA, _ND, _SA = "CC-BY-NC-ND-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-SA-4.0"
_LICENCES: Mapping[str, str] = {
    **dict.fromkeys(("alan", "bdl", "clb", "slt"), FREE),
    **dict.fromkeys(
        ("artemiy", "arina", "evgeniy-eng", "lyubov", "magda", "mikhail", "natan", "pavel", "suze", "tatiana",
         "victoria", "vitaliy", "yuriy"), _NC_ND),
    "hana": _NC_SA, "marianna": _ND, "volodymyr": _ND, "leticia-f123": _SA, "aleksandr-hq": _SA,
}  # fmt: skip


@dataclass(frozen=True)
class OwnVoice:
    """A voice that is installed.

    Parameters
    ----------
    name : str
        In small letters.
    language : str
        As RHVoice calls it: English.
    licence : str
    """

    name: str
    language: str
    licence: str

    @property
    def is_restricted(self) -> bool:
        """Whether its licence forbids earning money with it, or changing it."""
        return "-NC" in self.licence or "-ND" in self.licence

    @property
    def full_name(self) -> str:
        """How it is asked for: with its licence where that is restricted."""
        return f"{self.name}@{self.licence}" if self.is_restricted else self.name


def voices() -> tuple[OwnVoice, ...]:
    """Return the voices that are installed; none if its program is not there."""
    program = shutil.which(PROGRAM)
    if program is None:
        return ()
    folder = Path(program).resolve().parent.parent / "share" / "RHVoice" / "voices"
    found = []
    for file in sorted(folder.glob("*/voice.info")):
        lines = (line.partition("=") for line in file.read_text("utf-8", "replace").splitlines())
        told = {key.strip(): value.strip() for key, _, value in lines}
        name = told.get("name", file.parent.name).lower()
        found.append(OwnVoice(name, told.get("language", ""), _LICENCES.get(name, UNKNOWN)))
    return tuple(found)


def speak(utterances: Sequence[Utterance]) -> list[Spoken]:
    """Speak lines, each faster until it fits the seconds it has.

    Raises
    ------
    UseError
        If it has no such voice, a restricted one is asked for without its licence, or a line has nothing in it that the
        voice can say.
    ModelError
        If it is not installed, or fails.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise missing("RHVoice", f"no program {PROGRAM}", _INSTALL)
    there = {voice.name: voice for voice in voices()}
    chosen = [_chosen(each.voice, there) for each in utterances]
    with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder:
        return [_said(program, each, own, Path(folder)) for each, own in zip(utterances, chosen, strict=True)]


def _chosen(asked: str, there: Mapping[str, OwnVoice]) -> OwnVoice:
    # The program itself takes another voice, without a word, where it has none of that name.
    name, _, licence = asked.partition("@")
    own = there.get(name.lower())
    if own is None:
        raise UseError(f"voice: RHVoice must have the voice, one of {', '.join(there) or 'none'}, got {name!r}",
                       remedy="Install voices with: apt-get install rhvoice-english (Debian's non-free)")  # fmt: skip
    if own.is_restricted and licence.upper() != own.licence:
        raise UseError(
            f"voice: rhvoice:{own.name} must be asked for with its licence, {own.licence}, which forbids earning money "
            f"with it or changing it, got {licence or 'none'}",
            remedy=f"If you may use it, name it: rhvoice:{own.full_name}",
        )
    return own


def _said(program: str, each: Utterance, own: OwnVoice, folder: Path) -> Spoken:
    pace, pitch = each.pace, float(np.clip(each.pitch, LOWEST, HIGHEST))
    for _ in range(_ROUNDS):
        samples, rate_hz = _once(program, each.text, own, pace, pitch, folder)
        wanted = faster(pace, len(samples) / rate_hz, each.seconds)
        if wanted == pace:
            break
        pace = wanted
    return Spoken(samples, rate_hz, (), f"rhvoice:{own.full_name}", f"{own.licence} (the voice)", pace, pitch)


def _once(
    program: str, words: str, own: OwnVoice, pace: float, pitch: float, folder: Path
) -> tuple[npt.NDArray[np.float32], int]:
    text, sound = folder / "line.txt", folder / "line.wav"
    text.write_text(" ".join(words.split()) + "\n", encoding="utf-8")  # a file: a line may begin like an option
    sound.unlink(missing_ok=True)
    command = [program, "-p", own.name, "-r", f"{round(100 * pace)}", "-t", f"{round(100 * pitch)}"]
    command += ["-i", str(text), "-o", str(sound)]
    try:
        subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=True)  # noqa: S603
        if not sound.is_file():  # it ends well and writes nothing where it finds nothing to say
            raise UseError(f"voice: rhvoice:{own.name} must find {own.language or 'words'} in a line, got {words!r}")
        with wave.open(str(sound)) as file:
            rate_hz = file.getframerate()
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32768)
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
        raise missing("RHVoice", str(error), _INSTALL) from error
    speech, _ = trimmed(samples, rate_hz, ())
    return speech, rate_hz
