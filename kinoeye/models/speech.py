"""Speech: text spoken by whatever engine a voice belongs to.

A voice is named engine:name. What an engine cannot do (the pitch of flite, of a file) is left to whoever asks. Phones
come with their times, as the engine itself placed them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError, UseError

ENGINES = ("flite", "rhvoice", "espeak", "file")
MOST_CHARACTERS = 20_000  # of one line; more is a chapter
SLOWEST, FASTEST = 0.5, 2.0


@dataclass(frozen=True)
class Utterance:
    """A line to be spoken.

    Parameters
    ----------
    text : str
    voice : str
        engine:name, such as flite:slt, rhvoice:bdl, espeak:cmn or file:/voices/anna.onnx.
    pace : 0.5..2
        1 is the voice's own.
    pitch : float
        1 is the voice's own; only espeak and RHVoice do it.
    variation : float
        How much the pitch moves; 1 is the voice's own; only espeak does it.
    seconds : float or None
        Time that it has: spoken faster, up to `FASTEST`, until it fits. It may still be longer.
    """

    text: str
    voice: str
    pace: float = 1.0
    pitch: float = 1.0
    variation: float = 1.0
    seconds: float | None = None


@dataclass(frozen=True)
class Phone:
    """A speech sound, as its engine names it.

    Parameters
    ----------
    name : str
    start, end : int, samples
    """

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Spoken:
    """A spoken line, without the silence around it.

    Parameters
    ----------
    samples : float32 [n], -1..1
    rate_hz : int
    phones : tuple of Phone
        In running order; empty where the engine does not say.
    voice, licence : str
    pace : float
        At which it was spoken.
    pitch : float
        At which it was spoken; 1 where the engine cannot change it, however it was asked.
    """

    samples: npt.NDArray[np.float32]
    rate_hz: int
    phones: tuple[Phone, ...]
    voice: str
    licence: str
    pace: float
    pitch: float


def default_voice(language: str = "en") -> str:
    """Return the voice that speaks a language best of what is installed here: flite for English, else espeak."""
    from kinoeye.models import flite  # engines know this module's values

    if language.lower().split("-")[0] == "en" and flite.is_there():
        return "flite:slt"
    return f"espeak:{'cmn' if language.lower().split('-')[0] == 'zh' else language}"


def speak(utterances: Sequence[Utterance]) -> list[Spoken]:
    """Speak lines.

    Raises
    ------
    UseError
        If a line is empty or too long, its pace is out of range, or there is no such engine or voice.
    ModelError
        If an engine is not there or fails.
    """
    from kinoeye.models import espeak, flite, rhvoice, voice_file

    for each in utterances:
        _check(each)
    answers: dict[int, Spoken] = {}
    modules = {"espeak": espeak, "flite": flite, "rhvoice": rhvoice, "file": voice_file}
    for engine, module in modules.items():
        places = [number for number, each in enumerate(utterances) if _engine(each.voice) == engine]
        if places:
            said = module.speak([replace(utterances[n], voice=utterances[n].voice.partition(":")[2]) for n in places])
            answers |= dict(zip(places, said, strict=True))
    return [answers[number] for number in range(len(utterances))]


def trimmed(samples: npt.NDArray[np.float32], rate_hz: int, phones: Sequence[Phone]) -> tuple[
    npt.NDArray[np.float32], tuple[Phone, ...]
]:  # fmt: skip
    """Return speech without the silence around it, its phones moved along."""
    loud = np.flatnonzero(np.abs(samples) > 0.009)
    if not len(loud):
        return samples, tuple(phones)
    begin, end = max(0, int(loud[0]) - rate_hz // 110), min(len(samples), int(loud[-1]) + rate_hz // 55)
    moved = (Phone(p.name, max(0, p.start - begin), min(end, p.end) - begin) for p in phones)
    return samples[begin:end], tuple(p for p in moved if p.end > p.start)


def faster(pace: float, length: float, seconds: float | None) -> float:
    """Return the pace at which a line may fit, at most `FASTEST`; the same one if it fits or there is no more."""
    if seconds is None or length <= seconds or pace >= FASTEST:
        return pace
    return min(FASTEST, pace * max(1.06, length / max(seconds, 0.05)))


def missing(engine: str, came: str, remedy: str) -> ModelError:
    """Return the error that an engine is not there."""
    return ModelError(f"voice: {engine} must be there to speak, got {came}", remedy=remedy)


def _engine(voice: str) -> str:
    return voice.partition(":")[0]


def _check(each: Utterance) -> None:
    if _engine(each.voice) not in ENGINES or not each.voice.partition(":")[2]:
        raise UseError(f"voice: a voice must be flite:NAME, rhvoice:NAME, espeak:NAME or file:PATH, got {each.voice!r}",
                       remedy="See them with: kinoeye voice DIR --voices")  # fmt: skip
    if not each.text.strip() or len(each.text) > MOST_CHARACTERS:
        raise UseError(f"voice: a line must have 1 to {MOST_CHARACTERS} characters, got {len(each.text.strip())}")
    if not SLOWEST <= each.pace <= FASTEST:
        raise UseError(f"voice: pace must lie in {SLOWEST}..{FASTEST}, got {each.pace}")
    if _engine(each.voice) == "file" and not Path(each.voice.partition(":")[2]).is_file():
        raise UseError(f"voice: the file of a voice must be there, got {each.voice}")
