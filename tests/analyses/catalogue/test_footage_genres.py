"""Footage genres: what is planted speaks for its genre, with its time, and little speaks for nothing."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.catalogue.advisories import ADVISORIES
from kinoeye.analyses.catalogue.footage_genres import footage_genres
from kinoeye.analyses.footage.colours import COLOURS
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.sound.music import MUSIC
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.words import WORDS
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def _shots(count: int = 20, seconds: float = 4.0) -> pa.Table:
    step = round(seconds * SECOND)
    return SHOTS.from_rows({"shot": n, "start": n * step, "end": (n + 1) * step} for n in range(count))


def _colours(brightness: float, saturation: float) -> pa.Table:
    return COLOURS.from_rows(
        {"shot": n, "start": n, "end": n + 1, "brightness": brightness, "saturation": saturation} for n in range(20)
    )


def _sounds(kind: str, count: int = 5) -> pa.Table:
    return SOUNDS.from_rows(
        {"start": (10 + n) * SECOND, "end": (11 + n) * SECOND, "kind": kind, "score": 0.9} for n in range(count)
    )


def _words(said: str) -> pa.Table:
    return WORDS.from_rows(
        {"start": n * SECOND, "end": (n + 1) * SECOND, "text": word, "language": "en"}
        for n, word in enumerate(said.split())
    )


def _first(table: pa.Table) -> dict[str, Any]:
    return dict(table.to_pylist()[0])


def test_hooves_speak_for_a_western_and_say_when() -> None:
    row = _first(footage_genres(_shots(), sounds=_sounds("hooves")))
    assert row["genre"] == "Western"
    assert row["start"] == 10 * SECOND
    assert row["evidence"][0]["of"] == "sounds"


def test_screams_in_the_dark_speak_for_horror() -> None:
    row = _first(footage_genres(_shots(), _colours(0.1, 10), sounds=_sounds("scream")))
    assert row["genre"] == "Horror"
    assert {each["of"] for each in row["evidence"]} == {"sounds", "colours"}


def test_cards_without_a_voice_are_a_silent_film() -> None:
    cards = TEXTS.from_rows(
        {"start": n * SECOND, "end": (n + 3) * SECOND, "text": "And so they met.", "kind": "title"}
        for n in range(0, 60, 20)
    )
    silent = footage_genres(_shots(), speech=SPEECH.empty(), texts=cards)
    assert _first(silent)["genre"] == "Silent"
    voices = SPEECH.from_rows([{"start": 0, "end": SECOND, "score": 0.9}])
    assert footage_genres(_shots(), speech=voices, texts=cards).num_rows == 0


def test_music_alone_for_most_of_it_speaks_for_a_musical() -> None:
    music = MUSIC.from_rows(
        {"start": n * 20 * SECOND, "end": (n * 20 + 15) * SECOND, "under_speech": 0.0} for n in range(4)
    )
    voices = SPEECH.from_rows([{"start": 17 * SECOND, "end": 19 * SECOND, "score": 0.9}])
    rows = footage_genres(_shots(), speech=voices, music=music, least=0).to_pylist()
    assert "Musical" in {row["genre"] for row in rows}


def test_words_speak_when_they_are_said() -> None:
    story = "the sheriff and his deputy ride along the trail to the ranch where outlaws stole cattle from the ranchers "
    rows = footage_genres(_shots(), words=_words(story * 8), least=0).to_pylist()
    assert rows[0]["genre"] == "Western"
    told = {each["what"]: each["start"] for each in rows[0]["evidence"] if each["of"] == "words"}
    assert told["sheriff"] == SECOND


def test_words_in_another_language_are_not_read() -> None:
    words = WORDS.from_rows({"start": n, "end": n + 1, "text": "ranch", "language": "de"} for n in range(100))
    assert footage_genres(_shots(), words=words, least=0).num_rows == 0


def test_what_a_rating_board_asks_of_counts_five_times_at_most() -> None:
    def score(count: int) -> float:
        asked = ADVISORIES.from_rows(
            {"start": n, "end": n + 1, "kind": "drugs", "words": "heroin", "source": "words", "score": 0.9}
            for n in range(count)
        )
        return float(_first(footage_genres(_shots(), advisories=asked, least=0))["score"])

    assert score(1) < score(5) == score(50)


def test_little_speaks_for_nothing() -> None:
    assert footage_genres(_shots()).num_rows == 0
    assert footage_genres(SHOTS.empty()).num_rows == 0


def test_least_must_be_a_share() -> None:
    with pytest.raises(SettingError, match=r"least must lie in 0\.\.1, got -1"):
        footage_genres(_shots(), least=-1)
