"""Tongues: how words of any language of espeak-ng sound, in the sounds that the English model hears.

A word is pronounced by itself: what runs together in speech (French liaison, Chinese changes of tone) is not told.
"""

from collections.abc import Iterable

from kinoeye.errors import SettingError, UseError
from kinoeye.models import espeak
from kinoeye.models.ipa import english

_VOICES = {"zh": "cmn", "no": "nb", "tl": "fil", "iw": "he", "in": "id"}  # ISO 639's other names of espeak's languages
_TONE = "ɜ"  # how espeak writes the second tone, between the sounds of a syllable; no vowel in Chinese


def sounds(words: Iterable[str], language: str) -> dict[str, tuple[str, ...]]:
    """Return how words sound, in names of the CMU dictionary; without those that have no sounds.

    Parameters
    ----------
    words : iterable of str
    language : str
        As ISO 639 writes it.

    Raises
    ------
    SettingError
        If espeak-ng does not speak the language.
    ModelError
        If it cannot be loaded.
    """
    asked = list(dict.fromkeys(words))
    voice = _VOICES.get(language, language)
    try:
        pronounced = espeak.phonemes(asked, voice)
    except UseError as error:
        raise SettingError(
            f"words: language must be one that espeak-ng speaks, as ISO 639 writes it, got {language!r}",
            remedy="See them with: kinoeye voice DIR --voices",
        ) from error
    if voice in {"cmn", "yue"}:
        pronounced = [each.replace(_TONE, "") for each in pronounced]
    found = {word: english(each) for word, each in zip(asked, pronounced, strict=True)}
    return {word: names for word, names in found.items() if names}
