"""What is said, seen and played stands in the lists at the film's own time code."""

import csv
import io

import pyarrow as pa
import pytest

from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.sound.music import MUSIC
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.utterances import UTTERANCES
from kinoeye.errors import UseError
from kinoeye.export.dialogue import CUES, continuity, dialogue_list, music_cues
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def at(start, end, **more):
    return {"asset": "a", "start": int(start * SECOND) + 7, "end": int(end * SECOND) + 7, **more}


FILM = {"asset": "a", "path": "a.mov", "kind": "video", "start": 7, "end": 60 * SECOND + 7,
        "rate_num": 24, "rate_den": 1, "timecode": "10:00:00:00", "is_variable_rate": False}  # fmt: skip
SAID = [
    at(1, 2.5, text="Goodbye.", in_text=1.0, score=0.9, character="JUNE", speaker=0),
    at(4, 5, text="=cmd()", in_text=0.0, score=0.5, speaker=1),
    at(6, 7, text="Oh", in_text=0.0, score=0.5),
]


def tables(**more):
    given = {"assets": (ASSETS, [FILM]), "utterances": (UTTERANCES, SAID)} | more
    return {name: filled(table, rows) for name, (table, rows) in given.items()}


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_who_says_what_and_when():
    told = rows(dialogue_list(tables()))
    names = ("number", "time_in", "time_out", "duration", "speaker", "dialogue")
    assert [tuple(row[name] for name in names) for row in told] == [
        ("1", "10:00:01:00", "10:00:02:12", "00:00:01:12", "JUNE", "Goodbye."),
        ("2", "10:00:04:00", "10:00:05:00", "00:00:01:00", "voice 2", "'=cmd()"),
        ("3", "10:00:06:00", "10:00:07:00", "00:00:01:00", "", "Oh"),
    ]  # fmt: skip


def test_drop_frame_stays_drop_frame():
    film = FILM | {"rate_num": 30000, "rate_den": 1001, "timecode": "10:00:00;00"}
    told = rows(dialogue_list(tables(assets=(ASSETS, [film]))))
    assert told[0]["time_in"] == "10:00:01;00"


def test_a_continuity_has_all_in_order():
    told = rows(continuity(tables(
        shots=(SHOTS, [at(0, 3, shot=0, transition="start"), at(3, 60, shot=1, transition="dissolve")]),
        texts=(TEXTS, [at(1, 2, kind="title", text="ROOF TONE"), at(1, 2, kind="slate", text="SCENE 1")]),
        music=(MUSIC, [at(0, 5, score=1.0, key="C major")]),
    )))  # fmt: skip
    assert [(row["kind"], row["time_in"][-5:], row["shot"], row["text"]) for row in told] == [
        ("shot", "00:00", "1", ""), ("music", "00:00", "", "C major"), ("text", "01:00", "", "title: ROOF TONE"),
        ("dialogue", "01:00", "", "Goodbye."), ("shot", "03:00", "2", "dissolve"), ("dialogue", "04:00", "", "'=cmd()"),
        ("dialogue", "06:00", "", "Oh"),
    ]  # fmt: skip


def test_cues_say_whether_music_is_under_speech():
    told = rows(music_cues(tables(
        music=(MUSIC, [at(0, 4, score=1.0, tempo_bpm=92.4), at(10, 20, score=1.0)]),
        speech=(SPEECH, [at(0, 3, score=1.0)]),
    )))  # fmt: skip
    assert [(row["usage"], row["tempo_bpm"], row["title"]) for row in told] == [
        ("background", "92", ""),
        ("featured", "", ""),
    ]
    assert tuple(told[0]) == CUES


@pytest.mark.parametrize(
    ("write", "wanted"), [(dialogue_list, "in which words"), (continuity, "with shots"), (music_cues, "with music")]
)
def test_nothing_is_refused(write, wanted):
    with pytest.raises(UseError, match=f"must have a film {wanted}.*, got none"):
        write(tables(utterances=(UTTERANCES, [])))
