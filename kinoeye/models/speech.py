"""Speech: text spoken by whatever engine a voice belongs to.

A voice is named engine:name. What an engine cannot do (the pitch of flite, of a file) is left to whoever asks. Phones
come with their times, as the engine itself placed them.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kinoeye.errors import UseError
from kinoeye.models import espeak, flite, rhvoice, voice_file
from kinoeye.models.spoken import FASTEST, SLOWEST, Spoken, Utterance

ENGINES = ("flite", "rhvoice", "espeak", "file")
MOST_CHARACTERS = 20_000  # of one line; more is a chapter


def default_voice(language: str = "en") -> str:
    """Return the voice that speaks a language best of what is installed here: flite for English, else espeak."""
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
