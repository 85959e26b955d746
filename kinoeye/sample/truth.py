"""Truth: what is really in the sample, written beside it so that found can be held against true.

`truth.json` holds, all picture numbers counted from 0 and all times in flicks on the file's own clock:

- ``made_by``, ``version``, ``voice`` (espeak-ng, or tone where that could not be loaded)
- ``screenplay``: its path and its lines (number, speaker, words, scene)
- ``files``: of each film path, rate, size, pictures, timecode, and
    - ``shots``: first_frame, end_frame (one past the last), transition, set-up, camera (kind, way), place, hour, slate
    - ``cuts``: first picture of each shot that begins with a cut
    - ``graduals``: kind, first and last picture that shows both shots, and the shot that comes in
    - ``traps``: what is no cut: a flash, a whip pan, a lamp put out
    - ``texts``: kind, words, first and last picture in which all of it can be read
    - ``lines``: number, speaker, words, start, end, whether the speaker is seen
    - ``claps``: pictures in which a slate shuts
    - ``heads``: frame, name, x, y, w, h (0..1 of the picture) of every head seen whole in a still
- ``sounds``: of each sound file its parts (tone, silence, take) with start, end and, for the tone, its level
  (a full-scale sine is 0 dBFS)
- ``twins``: set-ups that were shot more than once: file and shot
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kinoeye.sample.heads import heads_of
from kinoeye.sample.plan import Film, Shot
from kinoeye.sample.soundtrack import Spoken
from kinoeye.sample.story import lines
from kinoeye.sample.voice import RATE_HZ
from kinoeye.timecode import FLICKS_PER_SECOND

MADE_BY = "kinoeye sample"
VERSION = 2

_FLASH_PICTURES, _LAMP_PICTURES = 3, 4


def truth_of(
    films: Sequence[Film],
    spoken: Mapping[str, Sequence[Spoken]],
    *,
    voice: str,
    screenplay: str,
    sounds: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return what is really in the sample.

    Parameters
    ----------
    films : sequence of Film
    spoken : mapping of a film's path to its lines
    voice : espeak-ng or tone
    screenplay : str
        Path of the screenplay in the production.
    sounds : list of dict
        What stands in the separate sound files.
    """
    return {
        "made_by": MADE_BY,
        "version": VERSION,
        "voice": voice,
        "screenplay": {
            "path": screenplay,
            "lines": [
                {"line": line.number, "speaker": line.speaker, "words": line.words, "scene": line.scene}
                for line in lines().values()
            ],
        },
        "files": [_file(film, spoken[film.path]) for film in films],
        "sounds": sounds,
        "twins": _twins(films),
    }


def flicks_of(samples: int) -> int:
    """Return samples at 48 kHz as flicks."""
    return samples * (FLICKS_PER_SECOND // RATE_HZ)


def _file(film: Film, spoken: Sequence[Spoken]) -> dict[str, Any]:
    starts = film.starts
    return {
        "path": film.path,
        "rate": [film.rate.numerator, film.rate.denominator],
        "width": film.width,
        "height": film.height,
        "pictures": starts[-1],
        "timecode": film.timecode,
        "is_drop_frame": bool(film.timecode) and ";" in str(film.timecode),
        "shots": [_shot(film, number, shot) for number, shot in enumerate(film.shots)],
        "cuts": [starts[number] for number, shot in enumerate(film.shots) if number and not shot.over],
        "graduals": [_gradual(film, number) for number, shot in enumerate(film.shots) if shot.over],
        "traps": [trap for number, shot in enumerate(film.shots) for trap in _traps(starts[number], shot)],
        "texts": _texts(film),
        "lines": [_line(said) for said in spoken],
        "claps": [starts[number] + shot.slate.clap for number, shot in enumerate(film.shots) if shot.slate],
        "heads": heads_of(film),
    }


def _shot(film: Film, number: int, shot: Shot) -> dict[str, Any]:
    slate = shot.slate
    return {
        "shot": number,
        "name": shot.name,
        "setup": shot.setup,
        "first_frame": film.starts[number],
        "end_frame": film.starts[number + 1],
        "transition": shot.begins if number else "start",
        "camera": {"kind": shot.move.kind, "way": shot.move.way},
        "place": shot.place.place or None,
        "hour": shot.place.hour or None,
        "slate": None if slate is None else {"roll": slate.roll, "scene": slate.scene, "take": slate.take},
    }


def _gradual(film: Film, number: int) -> dict[str, Any]:
    first, last = film.gradual(number)
    return {"kind": film.shots[number].begins, "first": first, "last": last, "shot": number}


def _traps(start: int, shot: Shot) -> list[dict[str, Any]]:
    found = []
    if shot.flash is not None:
        found.append(("flash", shot.flash, shot.flash + _FLASH_PICTURES - 1))
    if shot.move.kind == "whip":
        found.append(("whip pan", shot.move.when[0], shot.move.when[1]))
    if shot.lamp_out is not None:
        found.append(("lamp out", shot.lamp_out, shot.lamp_out + _LAMP_PICTURES))
    return [{"kind": kind, "first": start + first, "last": start + last} for kind, first, last in found]


def _texts(film: Film) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"kind": text.kind, "words": list(text.words), "first": start + text.first, "last": start + text.last}
        for shot, start in zip(film.shots, film.starts, strict=False)
        for text in shot.all_captions()
    ]
    if film.is_burnt_in:
        found.append({"kind": "timecode", "words": [film.timecode], "first": 0, "last": film.starts[-1] - 1})
    return found


def _line(said: Spoken) -> dict[str, Any]:
    line = lines()[said.line]
    return {
        "line": said.line,
        "speaker": line.speaker,
        "words": line.words,
        "start": flicks_of(said.start),
        "end": flicks_of(said.end),
        "is_seen": said.is_seen,
    }


def _twins(films: Sequence[Film]) -> list[dict[str, Any]]:
    setups: dict[str, list[dict[str, Any]]] = {}
    for film in films:
        for number, shot in enumerate(film.shots):
            setups.setdefault(shot.setup, []).append({"path": film.path, "shot": number})
    return [{"setup": setup, "shots": shots} for setup, shots in setups.items() if len(shots) > 1]
