"""Shot moods: what is planted pulls the way it should, and everything that spoke is said."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.catalogue.shot_moods import shot_moods
from kinoeye.analyses.footage.camera import CAMERA
from kinoeye.analyses.footage.colours import COLOURS
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.people.moods import MOODS
from kinoeye.analyses.sound.levels import LEVELS
from kinoeye.analyses.sound.music import MUSIC
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.utterances import UTTERANCES
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def _shots(*seconds: float) -> pa.Table:
    rows, at = [], 0
    for number, each in enumerate(seconds):
        end = at + round(each * SECOND)
        rows.append({"shot": number, "start": at, "end": end})
        at = end
    return SHOTS.from_rows(rows)


def _face(shot: int, emotion: str, valence: float, arousal: float) -> pa.Table:
    row = {"shot": shot, "track": 0, "start": 0, "end": 4 * SECOND, "emotion": emotion}
    return MOODS.from_rows([{**row, "valence": valence, "arousal": arousal}])


def _said(text: str, start: float = 0, end: float = 3) -> pa.Table:
    row = {"start": round(start * SECOND), "end": round(end * SECOND), "text": text, "score": 0.9}
    return UTTERANCES.from_rows([row])


def _row(table: pa.Table, number: int = 0) -> dict[str, Any]:
    return dict(table.to_pylist()[number])


def test_faces_tell_joy_and_fear() -> None:
    shots = _shots(4, 4)
    assert _row(shot_moods(shots, moods=_face(0, "happiness", 0.8, 0.8)))["mood"] == "joyful"
    assert _row(shot_moods(shots, moods=_face(0, "fear", -0.8, 0.9)))["mood"] == "tense"
    assert _row(shot_moods(_shots(20, 4), moods=_face(0, "sadness", -0.8, 0.1)))["mood"] == "sad"


def test_words_pull_to_their_side() -> None:
    shots = _shots(3, 3)
    good, bad = (_row(shot_moods(shots, utterances=_said(text)))["valence"] for text in (
        "What a wonderful, happy, beautiful day, I love it", "I hate this terrible, awful, horrible war"
    ))  # fmt: skip
    assert good > 0.1 > -0.1 > bad


def test_a_scream_is_tense_and_said_as_evidence() -> None:
    scream = SOUNDS.from_rows([{"start": SECOND, "end": 2 * SECOND, "kind": "scream", "score": 0.9}])
    first, second = shot_moods(_shots(2, 2), sounds=scream).to_pylist()
    assert first["mood"] == "tense"
    assert second["valence"] == 0
    (told,) = [each for each in first["evidence"] if each["of"] == "sounds"]
    assert (told["what"], told["start"], told["end"]) == ("scream", SECOND, 2 * SECOND)


@pytest.mark.parametrize(("key", "sign"), [("C major", 1), ("A minor", -1)])
def test_mode_and_tempo_of_music_count(key: str, sign: int) -> None:
    music = MUSIC.from_rows([
        {"start": 0, "end": 4 * SECOND, "score": 0.9, "tempo_bpm": 140, "key": key, "key_score": 0.8}
    ])  # fmt: skip
    row = _row(shot_moods(_shots(4, 4), music=music))
    assert row["valence"] * sign > 0
    assert row["arousal"] > _row(shot_moods(_shots(4, 4)))["arousal"]


def test_light_camera_pace_and_loudness_count() -> None:
    shots = _shots(1, 12)
    colours = COLOURS.from_rows([
        {"shot": 0, "start": 0, "end": SECOND, "brightness": 0.8, "saturation": 30.0, "warmth": 10.0},
        {"shot": 1, "start": SECOND, "end": 13 * SECOND, "brightness": 0.1, "saturation": 5.0, "warmth": -10.0},
    ])  # fmt: skip
    camera = CAMERA.from_rows([
        {"shot": 0, "start": 0, "end": SECOND, "move": "handheld", "speed": 0.6, "shake": 0.01},
        {"shot": 1, "start": SECOND, "end": 13 * SECOND, "move": "static", "speed": 0.0, "shake": 0.0},
    ])  # fmt: skip
    levels = LEVELS.from_rows({"start": n * SECOND // 10, "rms_dbfs": -10.0 if n < 10 else -40.0} for n in range(130))
    first, second = shot_moods(shots, colours, camera, levels=levels).to_pylist()
    assert first["valence"] > 0 > second["valence"]
    assert first["arousal"] > 0.6
    assert second["arousal"] < 0.3
    assert (first["mood"], second["mood"]) == ("joyful", "sad")


def test_what_disagrees_is_less_sure() -> None:
    shots = _shots(4, 4)
    face = _face(0, "happiness", 0.8, 0.8)
    agreed = _row(shot_moods(shots, moods=face, utterances=_said("I love this happy day, wonderful")))
    parted = _row(shot_moods(shots, moods=face, utterances=_said("I hate this terrible day, awful")))
    assert agreed["score"] > parted["score"]


def test_a_film_of_one_shot_says_nothing_by_its_pace() -> None:
    row = _row(shot_moods(_shots(60)))
    assert (row["mood"], row["score"], row["evidence"]) == ("neutral", 0, [])


def test_no_shots_no_rows() -> None:
    assert shot_moods(SHOTS.empty()).num_rows == 0
