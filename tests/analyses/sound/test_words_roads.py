"""A text that people wrote goes before Whisper, which hears what no text covers; each text has its own language."""

import itertools

import numpy as np
import pytest

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.words import words
from kinoeye.errors import MediaError
from kinoeye.models import espeak, whisper
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND

ENGLISH = (
    "The old house by the river was empty for many years.",
    "A stranger came from the city and asked for the key.",
    "He stayed for three days and then he went away in silence.",
)
GERMAN = (
    "Das alte Haus am Fluss stand seit vielen Jahren leer, und niemand wusste, wer dort gewohnt hatte.",
    "Ein Mann kam aus der Stadt und fragte nach dem Schlüssel zu der Tür.",
)
START = 2 * FLICKS_PER_SECOND
HEARD = ("someone", "else", "spoke")


def film(lines):
    """A sound and its speech of (text, voice), three seconds apart, and where each line begins and ends."""
    random = np.random.default_rng(5)
    parts, spans, at = [np.zeros(SOUND_RATE_HZ)], [], SOUND_RATE_HZ
    for told in espeak.speak([espeak.Utterance(line, voice) for line, voice in lines]):
        count = len(told.samples) * SOUND_RATE_HZ // told.rate_hz
        places = np.arange(count) * told.rate_hz / SOUND_RATE_HZ
        parts += [np.interp(places, np.arange(len(told.samples)), told.samples) * 20_000, np.zeros(3 * SOUND_RATE_HZ)]
        spans.append(tuple(START + n * FLICKS_PER_SECOND // SOUND_RATE_HZ for n in (at, at + count)))
        at += count + 3 * SOUND_RATE_HZ
    samples = np.concatenate(parts)
    samples = (samples + random.normal(0, 100, len(samples))).astype(np.int16)
    speech = SPEECH.from_rows({"start": first, "end": end, "score": 1.0} for first, end in spans)
    return Sound(samples, START), speech, spans


def wordings(*texts):
    """The table of (role, lines)."""
    return WORDINGS.from_rows(
        {"asset": "a", "source": f"text {number}", "paragraph": place, "role": role, "text": line}
        for number, (role, lines) in enumerate(texts)
        for place, line in enumerate(lines)
    )


@pytest.fixture(scope="module")
def english():
    return film([(line, "en-us") for line in ENGLISH])


@pytest.fixture
def listening(monkeypatch):
    """A Whisper that hears the same three words in whatever it is given, half a second each; what it was given."""
    given = []

    def heard(_, stretches):
        given.extend(map(len, stretches))
        return "en", [
            [whisper.Heard(word, 50 * n, 50 * n + 50, 0.9) for n, word in enumerate(HEARD)] for _ in stretches
        ]

    monkeypatch.setattr(whisper, "placed", lambda: "whisper")
    monkeypatch.setattr(whisper, "heard", heard)
    return given


@pytest.mark.parametrize("role", ["transcript", "script"])
def test_whisper_never_hears_over_a_text_that_fits(english, listening, role):
    sound, speech, _ = english
    rows = words(sound, speech, wordings((role, ENGLISH))).to_pylist()
    assert rows == words(sound, speech, wordings((role, ENGLISH)), road="text").to_pylist()
    assert {row["road"] for row in rows if row["is_in_text"]} == {"aligned" if role == "transcript" else "script"}
    assert not listening


@pytest.mark.parametrize("role", ["transcript", "script"])
def test_what_a_text_does_not_cover_is_whispers(english, listening, role):
    sound, speech, spans = english
    rows = words(sound, speech, wordings((role, ENGLISH[:2]))).to_pylist()
    begin, end = spans[2]
    later = [row for row in rows if row["start"] > spans[1][1] + FLICKS_PER_SECOND]
    assert [row["text"] for row in later if row["road"] == "whisper"] == list(HEARD)
    assert all(begin - FLICKS_PER_SECOND < row["start"] < end and not row["is_in_text"] for row in later)
    human = [row for row in rows if row["start"] < spans[1][1]]
    assert {row["road"] for row in human} == {"aligned" if role == "transcript" else "script"}
    assert len(human) >= 0.9 * sum(len(line.split()) for line in ENGLISH[:2])
    assert rows == sorted(rows, key=lambda row: row["start"])
    assert [row["stretch"] for row in later] == [2] * len(later)
    assert len(listening) == 1


def test_a_hole_within_a_line_is_whispers_and_its_neighbours_stay(listening):
    sound, speech, _ = film([(" ".join(ENGLISH), "en-us")])
    rows = words(sound, speech, wordings(("transcript", (ENGLISH[0], ENGLISH[2])))).to_pylist()
    roads = [row["road"] for row in rows if row["is_in_text"] or row["road"] == "whisper"]
    first, last = roads.index("whisper"), len(roads) - 1 - roads[::-1].index("whisper")
    assert first >= 8
    assert len(roads) - last - 1 >= 8
    assert set(roads[first : last + 1]) == {"whisper"}
    assert all(one["end"] <= other["start"] for one, other in itertools.pairwise(rows))


@pytest.mark.parametrize("role", ["transcript", "script"])
def test_a_text_that_does_not_fit_leaves_all_to_whisper(english, listening, role):
    sound, speech, _ = english
    other = ("Two dogs were asleep under a broken bicycle.", "My uncle sells umbrellas.", "Put apples into a basket.")
    rows = words(sound, speech, wordings((role, other))).to_pylist()
    assert {row["road"] for row in rows} == {"whisper"}
    assert not any(row["is_in_text"] for row in rows)


def test_whispers_words_that_stand_in_a_script_are_marked(english, listening):
    sound, speech, spans = english
    rows = words(sound, speech, wordings(("script", (*ENGLISH[:2], "Someone else spoke")))).to_pylist()
    later = [row for row in rows if row["road"] == "whisper"]
    assert [row["written"] for row in later] == ["Someone", "else", "spoke"]
    assert all(row["is_in_text"] and row["source"] == "text 0" and row["start"] >= spans[1][1] for row in later)


def test_chinese_by_whisper_is_one_sign_a_row(english, monkeypatch):
    sound, speech, _ = english
    monkeypatch.setattr(whisper, "placed", lambda: "whisper")
    said = [whisper.Heard("我们", 10, 50, 0.9), whisper.Heard("走。", 50, 80, 0.8)]
    monkeypatch.setattr(whisper, "heard", lambda _, stretches: ("zh", [said, *([] for _ in stretches[1:])]))
    rows = words(sound, speech, WORDINGS.empty()).to_pylist()
    assert [row["text"] for row in rows] == ["我", "们", "走"]
    assert rows[0]["end"] == rows[1]["start"]


class TestLanguages:
    """German subtitles and an English screenplay belong to one production."""

    TEXTS = (("transcript", GERMAN), ("script", ENGLISH))

    def test_a_german_sound_is_laid_by_its_subtitles(self):
        sound, speech, _ = film([(line, "de") for line in GERMAN])
        rows = [
            row for row in words(sound, speech, wordings(*self.TEXTS), road="text").to_pylist() if row["is_in_text"]
        ]
        assert {(row["road"], row["language"], row["source"]) for row in rows} == {("aligned", "de", "text 0")}
        assert len(rows) >= 0.8 * sum(len(line.split()) for line in GERMAN)

    def test_an_english_sound_by_its_screenplay(self, english):
        sound, speech, _ = english
        rows = [
            row for row in words(sound, speech, wordings(*self.TEXTS), road="text").to_pylist() if row["is_in_text"]
        ]
        assert {(row["road"], row["language"], row["source"]) for row in rows} == {("script", "en", "text 1")}
        assert len(rows) >= 0.9 * sum(len(line.split()) for line in ENGLISH)

    def test_a_sound_in_both_by_both(self):
        sound, speech, spans = film([(GERMAN[0], "de"), (GERMAN[1], "de"), (ENGLISH[1], "en-us")])
        rows = words(sound, speech, wordings(*self.TEXTS), road="text").to_pylist()
        found = [row for row in rows if row["is_in_text"]]
        german = [row for row in found if row["start"] < spans[1][1]]
        later = [row for row in found if row["start"] >= spans[1][1]]
        assert {row["road"] for row in german} == {"aligned"}
        assert {(row["road"], row["language"]) for row in later} == {("script", "en")}
        assert len(later) >= 0.8 * len(ENGLISH[1].split())

    def test_screenplays_of_two_languages_are_both_followed(self):
        sound, speech, spans = film([(GERMAN[1], "de"), (ENGLISH[1], "en-us")])
        rows = words(sound, speech, wordings(("script", GERMAN), ("script", ENGLISH)), road="text").to_pylist()
        found = [row for row in rows if row["is_in_text"]]
        german = [row for row in found if row["start"] < spans[0][1]]
        assert {row["language"] for row in german} == {"de"}
        assert {row["language"] for row in found if row["start"] >= spans[0][1]} == {"en"}

    def test_a_language_that_is_set_is_every_texts(self, english):
        sound, speech, _ = english
        with pytest.raises(MediaError, match="must be what is said"):
            words(sound, speech, wordings(("transcript", GERMAN)), road="text", language="en")
