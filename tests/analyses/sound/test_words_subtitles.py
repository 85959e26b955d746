"""A cue's words are looked for near its time, however the clock of the subtitles is off."""

import sys

import numpy as np
import pytest

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.words import words
from kinoeye.errors import MediaError
from kinoeye.models import espeak
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND

LINES = (
    "The old house by the river was empty for many years.",
    "Never again.",
    "A stranger came from the city and asked for the key.",
    "Never again.",
    "He stayed for three days and then he went away in silence.",
)
PAUSE_S = 3.0


@pytest.fixture(scope="module")
def film():
    """Samples of the lines, three seconds apart, and where each begins and ends in seconds."""
    parts, spans, at = [], [], 0
    for told in espeak.speak([espeak.Utterance(line, "en-us") for line in LINES]):
        count = len(told.samples) * SOUND_RATE_HZ // told.rate_hz
        places = np.arange(count) * told.rate_hz / SOUND_RATE_HZ
        parts += [np.interp(places, np.arange(len(told.samples)), told.samples) * 20_000]
        parts += [np.zeros(round(PAUSE_S * SOUND_RATE_HZ))]
        spans.append((at / SOUND_RATE_HZ, (at + count) / SOUND_RATE_HZ))
        at += count + len(parts[-1])
    return np.concatenate(parts).astype(np.int16), spans


def heard(film, lines, off_s):
    """Rows of `words` of a film with some of its lines as subtitles; without times if `off_s` is None."""
    samples, spans = film
    flicks = [tuple(round(each * FLICKS_PER_SECOND) for each in span) for span in spans]
    speech = [{"start": begin, "end": end, "score": 1.0} for begin, end in flicks]
    cues = []
    for number in lines:
        row = {"asset": "a", "source": "b", "paragraph": number, "role": "transcript", "text": LINES[number]}
        if off_s is not None:
            shift = round(off_s * FLICKS_PER_SECOND)
            row |= {"start": flicks[number][0] + shift, "end": flicks[number][1] + shift}
        cues.append(row)
    return words(Sound(samples, 0), SPEECH.from_rows(speech), WORDINGS.from_rows(cues), road="text").to_pylist()


@pytest.mark.parametrize("off_s", [30.0, 28.0, 3600.0])
def test_a_line_said_twice_and_written_once_stands_where_its_cue_is(film, off_s):
    rows = heard(film, (0, 2, 3, 4), off_s)
    mine = [row["start"] / FLICKS_PER_SECOND for row in rows if row["paragraph"] == 3]
    begin, end = film[1][3]
    assert len(mine) == 2
    assert all(begin - 0.3 <= each < end for each in mine)
    assert [row["paragraph"] for row in rows if row["is_in_text"]] == sorted(
        row["paragraph"] for row in rows if row["is_in_text"]
    )


@pytest.mark.parametrize("off_s", [None, 30.0])
def test_with_all_its_cues_all_is_found(film, off_s):
    rows = heard(film, range(5), off_s)
    found = [row for row in rows if row["is_in_text"]]
    assert len(found) >= 0.9 * sum(len(line.split()) for line in LINES)
    assert {row["paragraph"] for row in found} == set(range(5))


OTHER = (
    "Two dogs were asleep under a broken bicycle.",
    "My uncle sells umbrellas.",
    "Whoever reads the morning paper drinks cold coffee first.",
    "My uncle sells umbrellas.",
    "Put eleven green apples into this yellow basket, please.",
)


@pytest.mark.parametrize("has_times", [False, True])
def test_another_films_subtitles_are_refused(film, monkeypatch, has_times):
    monkeypatch.setattr(sys.modules[__name__], "LINES", OTHER)
    with pytest.raises(MediaError, match="must be what is said"):
        heard(film, range(5), 0.0 if has_times else None)


@pytest.mark.parametrize("text", ["", "♪", "[door slams]", "..."])
def test_cues_without_words_give_none(film, monkeypatch, text):
    monkeypatch.setattr(sys.modules[__name__], "LINES", (text,) * 5)
    assert heard(film, range(5), 0.0) == []
