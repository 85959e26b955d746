"""A film with words, shots, texts, music and sounds at known times, for the tests of lists."""

import pyarrow as pa

from kinoeye.analyses.footage.framing import FRAMING
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.footage.texts import TEXTS
from kinoeye.analyses.screenplay.lines import LINES
from kinoeye.analyses.screenplay.scenes import SCENES
from kinoeye.analyses.sound.music import MUSIC
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.analyses.sound.words import WORDS
from kinoeye.media.assets import ASSETS
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND

FILM = {"asset": "a", "path": "film/The Door v3.mov", "kind": "video", "start": 7, "end": 60 * SECOND + 7,
        "rate_num": 24, "rate_den": 1, "timecode": "10:00:00:00", "is_variable_rate": False,
        "tags": [("creation_time", "2026-05-04T10:00:00Z")]}  # fmt: skip


def filled(table, rows):
    schema = pa.schema([field.with_nullable(True) for field in table.stored_schema])
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def at(start, end, **more):
    return {"asset": "a", "start": int(start * SECOND) + 7, "end": int(end * SECOND) + 7, **more}


def spoken(text, start, *, pace=0.5, score=0.9, language="en", is_in_text=True):
    """Return words one after another, each half a second."""
    found = text.split()
    return [
        at(start + pace * place, start + pace * (place + 1), text=word, written=word, score=score, language=language,
           is_in_text=is_in_text)
        for place, word in enumerate(found)
    ]  # fmt: skip


def line(name, who, text, scene="x", **more):
    told = {"asset": "s", "line": name, "scene": scene, "scene_order": 1, "kind": "dialogue", "who": who,
            "extensions": [], "parentheticals": [], "text": text}  # fmt: skip
    return told | more


LINES_OF_IT = [
    line("h", "", "INT. HALL - DAY", kind="heading"),
    line("l1", "ANNA", "Who left the kitchen door open?"),
    line("l2", "BEN", "-It was never closed.", extensions=["O.S.", "CONT'D"]),
]
SAID = [
    *spoken("who left the kitchen door open", 1), *spoken("it was never closed", 6),
    *spoken("some other thing nobody wrote", 12, score=0.3, is_in_text=False),
]  # fmt: skip


def tables(**more):
    given = {
        "assets": (ASSETS, [FILM, {"asset": "s", "path": "script.fountain", "kind": "screenplay"}]),
        "words": (WORDS, SAID),
        "lines": (LINES, LINES_OF_IT),
        "scenes": (SCENES, [{"asset": "s", "scene": "x", "scene_order": 1, "number": "12", "heading": "INT. HALL - DAY",
                             "eighths": 11}]),
        "speakers": (SPEAKERS, [at(0, 9, speaker=0), at(11, 20, speaker=1)]),
        "speaker_names": (SPEAKER_NAMES, [{"asset": "a", "speaker": 0, "character": "NOBODY"}]),
        "shots": (SHOTS, [at(0, 5, shot=0, transition="start"), at(5, 60, shot=1, transition="dissolve")]),
        "framing": (FRAMING, [at(5, 60, shot=1, scale="close-up", group="single")]),
        "texts": (TEXTS, [at(0, 2, kind="title", text="THE DOOR", x=0.1, y=0.1),
                          at(0, 2, kind="title", text="a film", x=0.1, y=0.3),
                          at(1, 2, kind="slate", text="SCENE 1", x=0, y=0)]),
        "music": (MUSIC, [at(0, 4, score=1.0, tempo_bpm=92.4, key="C major"), at(30, 40, score=1.0)]),
        "speech": (SPEECH, [at(1, 4, score=1.0)]),
        "sounds": (SOUNDS, [at(20, 22, kind="bell", score=0.9), at(23, 24, kind="rain", score=0.1),
                            at(25, 26, kind="silence")]),
    } | more  # fmt: skip
    return {name: filled(table, rows) for name, (table, rows) in given.items() if rows is not None}
