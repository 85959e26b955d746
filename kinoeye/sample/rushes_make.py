"""Make rushes: a production as it comes from the set: camera files, a recorder's files, the screenplay, and the truth.

Nothing is cut together here. `truth.json` holds, pictures counted from 0 and times in flicks on the file's own clock:

- ``made_by``, ``version``, ``what`` (rushes and the seed), ``voice``, ``screenplay`` as in the sample's film
- ``files``: of each camera file path, rate, size, pictures, timecode, scene, setup, take, clap, action (picture from
  which the board is gone), faults of ``picture`` and ``sound``, the recorder's file, ``offset`` (the same moment in the
  recorder's file at the camera's first picture) and ``drift_ppm`` (by how much the recorder's clock runs faster), and
    - ``passes``: pass, line, said, start, end, begins (of each word), faults, is_seen
    - ``asides``: what nobody wrote: who, said, start, end
- ``ideal``: of each line the passes that should be in the cut, as path and pass (kinoeye.sample.ideal)
"""

import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.media.muxing import FilmSound
from kinoeye.media.write import write_film, write_sound
from kinoeye.sample.ideal import ideal_of
from kinoeye.sample.make import CRF, KEY_INTERVAL, SAID, SCREENPLAY, SETTINGS, THREADS, TRUTH, Progress, put, write
from kinoeye.sample.plan import Film, Move, Shot, Slate
from kinoeye.sample.render import pictures
from kinoeye.sample.rushes import Take, shoot
from kinoeye.sample.rushes_sound import RATE, Heard, Rolled, of_camera, of_recorder, on_set, rolled
from kinoeye.sample.setups import SETUPS, UNSEEN, Setup
from kinoeye.sample.soundtrack import opened
from kinoeye.sample.story import lines, screenplay
from kinoeye.sample.truth import MADE_BY, VERSION, flicks_of
from kinoeye.sample.voice import RATE_HZ
from kinoeye.timecode import Timecode

WIDTH, HEIGHT = 480, 270
_SOFT = 2.6  # pixels of `WIDTH`: the spread of a bell curve
_SHAKEN = 5.0  # times a steady hand's unrest
_FIRST = 10 * 3600 * RATE_HZ  # the day's first take, by the recorder's clock
_BETWEEN = 90  # seconds


def make_rushes(
    folder: Path, seed: int = 0, *, setups: Sequence[Setup] = SETUPS, progress: Progress | None = None
) -> Path:
    """Make rushes of the sample's screenplay; return their folder.

    A folder that already holds the same rushes is left as it is.

    Parameters
    ----------
    folder : Path
        Made if it is not there. It may be empty, or hold older rushes of the same seed.
    seed : int, 0 or more
        What goes wrong in which take.
    setups : sequence of Setup
    progress : callable (done, all, path) or None
        Called now and then with the number of pictures made so far and in all, and the file in work.

    Raises
    ------
    UseError
        If something else stands in the folder.
    MediaError
        If the folder may not be written, or the disk is full.
    """
    return put(folder, f"rushes {seed}", lambda part: _fill(part, seed, setups, progress))


def _fill(folder: Path, seed: int, setups: Sequence[Setup], progress: Progress | None) -> None:
    for path in (SCREENPLAY, "rushes/-", "sound/-"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
    write(folder / SCREENPLAY, screenplay())
    write(folder / SETTINGS, SAID)
    engine, rolls = rolled(shoot(seed, setups), seed)
    total, done, files = sum(roll.pictures for roll in rolls), 0, []
    for number, roll in enumerate(rolls):
        row = _file(roll, number)
        if progress is not None:
            progress(done, total, row["path"])
        _write(folder, roll, row)
        done += roll.pictures
        files.append(row)
    ideal = [{"line": line, "passes": [list(each) for each in found]} for line, found in ideal_of(files).items()]
    said = [
        {"line": line.number, "speaker": line.speaker, "words": line.words, "scene": line.scene}
        for line in lines().values()
    ]
    truth = {
        "made_by": MADE_BY, "version": VERSION, "what": f"rushes {seed}", "voice": engine,
        "screenplay": {"path": SCREENPLAY, "lines": said}, "files": files, "ideal": ideal,
        "paths": sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()),
    }  # fmt: skip
    write(folder / TRUTH, json.dumps(truth, indent=1, ensure_ascii=False) + "\n")


def _write(folder: Path, roll: Rolled, row: dict[str, Any]) -> None:
    sound = on_set(roll)
    film = _film(roll, row)
    shown = [(each.say.who, each.start, each.samples) for each in roll.heard if each.say.line not in UNSEEN]
    seen = (_spoiled(picture, roll.take) for picture in pictures(film, opened(film, shown)))
    write_film(
        folder / row["path"], seen, RATE, sound=FilmSound(of_camera(roll, sound)), timecode=row["timecode"], crf=CRF,
        preset="superfast", key_interval=KEY_INTERVAL, threads=THREADS,
    )  # fmt: skip
    about = f"sSCENE={roll.take.setup.scene}{roll.take.setup.letter}\r\nsTAKE={roll.take.number}\r\n"
    write_sound(
        folder / row["recorder"], of_recorder(roll, sound), RATE_HZ, tags={"description": about},
        since_midnight=row["since_midnight"],
    )  # fmt: skip


def _film(roll: Rolled, row: dict[str, Any]) -> Film:
    setup = roll.take.setup
    move = Move("static", setup.view)
    if roll.take.picture == "shaky":
        move = Move("handheld", setup.view, seed=roll.take.number, unrest=_SHAKEN)
    slate = Slate(row["roll"], setup.scene, roll.take.number, roll.clap, roll.clap + 4, setup.letter)
    shot = Shot(roll.take.name, f"{setup.scene}{setup.letter}", setup.place, roll.pictures, move, setup.stage,
                slate=slate)  # fmt: skip
    return Film(row["path"], RATE, WIDTH, HEIGHT, (shot,), row["timecode"])


def _spoiled(picture: npt.NDArray[np.uint8], take: Take) -> npt.NDArray[np.uint8]:
    if take.picture != "soft":
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), _SOFT), np.uint8)


def _file(roll: Rolled, number: int) -> dict[str, Any]:
    take = roll.take
    since = _FIRST + number * _BETWEEN * RATE_HZ
    # The camera's clock was set in the morning, and is a little off by now.
    off = Fraction(since + roll.lead, RATE_HZ) + Fraction(number % 5 - 2, 8)
    reel = f"{'AB'[take.setup.scene - 1]}{1:03d}"
    heard = roll.heard[1:]
    return {
        "path": f"rushes/{reel}C{number + 1:03d}_261128_R1KX.mov",
        "rate": [RATE.numerator, RATE.denominator],
        "width": WIDTH,
        "height": HEIGHT,
        "pictures": roll.pictures,
        "timecode": str(Timecode(int(off * RATE), RATE)),
        "roll": reel,
        "scene": take.setup.scene,
        "setup": take.setup.letter,
        "take": take.number,
        "clap": roll.clap,
        "action": roll.action,
        "picture": take.picture,
        "sound": take.sound,
        "recorder": f"sound/261128_{number + 1:03d}.wav",
        "since_midnight": since,
        "offset": flicks_of(roll.recorded(0)),
        "drift_ppm": roll.drift_ppm,
        "passes": list(_passes(take, [each for each in heard if each.say.line])),
        "asides": [
            {"who": each.say.who, "said": each.say.words, "start": flicks_of(each.start), "end": flicks_of(each.end)}
            for each in roll.heard
            if not each.say.line
        ],
    }


def _passes(take: Take, heard: Sequence[Heard]) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(heard):
        yield {
            "pass": number,
            "line": each.say.line,
            "said": each.say.words,
            "start": flicks_of(each.start),
            "end": flicks_of(each.end),
            "begins": [flicks_of(each.start + begin) for begin in each.begins],
            "faults": list(take.faults(each.say)),
            "is_seen": take.is_seen(each.say.line),
        }
