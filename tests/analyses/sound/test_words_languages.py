"""Words of other languages are laid where they are said, and a text that is not what is said is refused."""

import av
import numpy as np
import pytest

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.words import words
from kinoeye.errors import MediaError, SettingError
from kinoeye.models import espeak
from kinoeye.models.spoken import Utterance
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND

GERMAN = "Das alte Haus am Fluss stand seit vielen Jahren leer, und niemand wusste, wer dort 1984 gewohnt hatte."
SPANISH = "La vieja casa junto al río estaba vacía desde hacía muchos años, y nadie sabía quién había vivido allí."
CHINESE = "河边的老房子空了很多年，没有人知道以前谁住在那里。"


def said(text, voice, noise=200):
    """A text as espeak-ng says it in faint noise, half a second before it."""
    (told,) = espeak.speak([Utterance(text, voice)])
    count = len(told.samples) * SOUND_RATE_HZ // told.rate_hz
    places = np.arange(count) * told.rate_hz / SOUND_RATE_HZ
    samples = np.interp(places, np.arange(len(told.samples)), told.samples)
    samples = np.concatenate([np.zeros(SOUND_RATE_HZ // 2), samples * 20_000])
    return (samples + np.random.default_rng(5).normal(0, noise, len(samples))).clip(-32768, 32767).astype(np.int16)


def laid(samples, text, **settings):
    spans = [{"start": 0, "end": len(samples) * (FLICKS_PER_SECOND // SOUND_RATE_HZ), "score": 1.0}]
    rows = [{"asset": "a", "source": "b", "paragraph": 0, "role": "transcript", "text": text}]
    return words(Sound(samples, 0), SPEECH.from_rows(spans), WORDINGS.from_rows(rows), road="text", **settings)


@pytest.mark.parametrize(
    ("text", "voice", "language"), [(GERMAN, "de", "de"), (SPANISH, "es", "es"), (CHINESE, "cmn", "zh")]
)
def test_words_of_other_languages_are_laid_and_less_sure(text, voice, language):
    rows = laid(said(text, voice), text).to_pylist()
    found = [row["written"] for row in rows if row["is_in_text"]]
    wanted = [each for each in text if each.isalpha()] if language == "zh" else text.replace(",", "").strip(".").split()
    assert len(found) >= 0.8 * len(wanted)
    assert set(found) <= set(wanted)
    assert all(row["language"] == language and row["road"] == "aligned" and row["score"] < 0.801 for row in rows)
    assert 0.4 < rows[0]["start"] / FLICKS_PER_SECOND < 0.9


@pytest.mark.parametrize(("text", "voice"), [(GERMAN, "de"), (SPANISH, "es"), (CHINESE, "cmn")])
def test_digital_silence_around_words_does_not_hide_them(text, voice):
    spoken = said(text, voice, noise=0)
    table = laid(spoken, text)
    wanted = len([each for each in text if each.isalpha()] if voice == "cmn" else text.split())
    assert sum(table["is_in_text"].to_pylist()) >= 0.7 * wanted
    assert laid(spoken, text).equals(table)


@pytest.mark.parametrize(("text", "voice"), [(GERMAN, "es"), (SPANISH, "de")])
def test_a_text_of_another_language_than_the_sound_is_refused(text, voice):
    spoken = said(SPANISH if voice == "es" else GERMAN, voice)
    with pytest.raises(MediaError, match="must be what is said"):
        laid(spoken, text)


@pytest.mark.realdata
def test_german_subtitles_beside_english_speech_give_no_words(shared_data):
    parts = []
    with av.open(str(shared_data / "speech" / "ljspeech" / "LJ001-0005.flac")) as opened:
        resampler = av.AudioResampler("s16", "mono", SOUND_RATE_HZ)
        for frame in [*opened.decode(audio=0), None]:
            parts += [each.to_ndarray()[0] for each in resampler.resample(frame)]
    with pytest.raises(MediaError, match="must be what is said"):
        laid(np.concatenate(parts), GERMAN)


def test_the_language_can_be_given_and_must_be_known():
    samples = said(SPANISH, "es")
    assert set(laid(samples, SPANISH, language="es")["language"].to_pylist()) == {"es"}
    with pytest.raises(SettingError, match=r"language must be one that espeak-ng speaks.*got 'xx'"):
        laid(samples, SPANISH, language="xx")
