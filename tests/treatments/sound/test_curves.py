"""A film's mood comes from its faces and its pace, or from what a person says."""

import pytest

from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.people.moods import MOODS
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND as S
from kinoeye.treatments.sound.curves import curve, said
from kinoeye.treatments.sound.sections import Section


def _shots(*lengths: float) -> object:
    rows, at = [], 0
    for number, length in enumerate(lengths):
        rows.append({"shot": number, "start": at, "end": at + int(length * S)})
        at += int(length * S)
    return SHOTS.from_rows(rows)


def test_faster_cutting_is_more_excited() -> None:
    slow, fast = curve(_shots(*[12.0] * 5), MOODS.empty()), curve(_shots(*[1.0] * 60), MOODS.empty())
    assert slow[2].arousal < 0.35
    assert fast[30].arousal > 0.75


def test_faces_say_how_pleasant_it_is_and_it_fades_after_them() -> None:
    moods = MOODS.from_rows([
        {"shot": 0, "start": 0, "end": 4 * S, "valence": 0.8, "arousal": 0.9},
        {"shot": 0, "start": 0, "end": 4 * S, "valence": 0.4, "arousal": 0.9},
    ])  # fmt: skip
    felt, bare = curve(_shots(10.0, 10.0, 10.0), moods), curve(_shots(10.0, 10.0, 10.0), MOODS.empty())
    assert felt[0].valence == pytest.approx(0.6)
    assert felt[0].valence > felt[1].valence > felt[2].valence > 0
    assert felt[0].arousal > bare[0].arousal
    assert felt[1].arousal == bare[1].arousal


def test_no_shots_are_no_moods() -> None:
    assert curve(_shots(), MOODS.empty()) == []


def test_words_hold_from_their_time_to_the_next() -> None:
    parts = said(["0:20 tense", "0 Calm"], start=S, end=61 * S)
    assert [(part.start, part.end) for part in parts] == [(S, 21 * S), (21 * S, 61 * S)]
    assert parts[0].arousal < parts[1].arousal
    assert parts[0].valence > 0 > parts[1].valence


@pytest.mark.parametrize(("text", "message"), [
    ("tense", "a mood must be a time and one of calm"),
    ("0:10 jolly", "got '0:10 jolly'"),
    ("1:00:00 calm", "must begin before the end at 60.0 s"),
    ("1:2:3:4 calm", "music: a"),
])  # fmt: skip
def test_what_is_not_understood_is_refused(text: str, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        said([text], start=0, end=60 * S)


def test_a_curve_is_made_of_sections() -> None:
    assert isinstance(curve(_shots(3.0), MOODS.empty())[0], Section)
