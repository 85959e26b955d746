"""Viewers of the sample: what the finished film shows in each second by its truth, and the viewers that are made of it.

The content is read off what was planted in the film (`truth.json`), never off what is found in it.
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kinoeye.errors import UseError
from kinoeye.sample.make import read_truth, write
from kinoeye.sample.viewers import Audience, Wishes, simulate
from kinoeye.sample.viewers_log import LogFaults, truth_of, write_log
from kinoeye.sample.viewers_reasons import Reason
from kinoeye.sample.viewers_tastes import Title
from kinoeye.signals.content import Content, Flags, Floats
from kinoeye.timecode import FLICKS_PER_SECOND

LOG = "viewing/events.jsonl"
TRUTH = "viewing/truth.json"
FILM_TITLE = "t01"  # of titles.csv
# What there is enough of in a minute: a person in seven places, for whom many leave. A reason that holds once cannot be
# told from its place, and a small one needs an hour of film.
REASONS = (Reason("person", 4.0, "TEO"),)
FAULTS = LogFaults(skew_s=2.0, late=0.02, doubled=0.01, bots=2, corrupt=0.002)
_KNOWN = 3.0  # nearly every viewer plays the film
_LEAVING = 0.25
_START = 2.0  # in a film of a minute, few go in its first seconds


def add_viewers(folder: Path, viewers: int, seed: int = 0) -> dict[str, Any]:
    """Put a log of viewers into the sample production, and its truth beside it; return the truth.

    A log that is there already is left as it is.

    Parameters
    ----------
    folder : Path
        The sample production with the finished film.
    viewers : int, 1 or more
    seed : int

    Raises
    ------
    UseError
        If the folder holds no such sample, or another log of viewers.
    MediaError
        If the log cannot be written.
    """
    log, truth_path = folder / LOG, folder / TRUTH
    if log.exists():
        return _known(truth_path, viewers, seed)
    film = next((each for each in read_truth(folder)["files"] if each["path"].startswith("film/")), None)
    if film is None:
        raise UseError(f"{folder}: must hold the sample with its film, got one without",
                       remedy="Say: kinoeye demo --viewers N, without --rushes")  # fmt: skip
    audience = watched(
        film, folder / "titles.csv", Wishes(viewers, seed, leaving=_LEAVING, start=_START, heartbeat_s=60)
    )
    log.parent.mkdir(exist_ok=True)
    told = write_log(audience, log, FAULTS)
    truth = truth_of(audience, told, FAULTS)
    write(truth_path, json.dumps(truth, ensure_ascii=False) + "\n")
    return truth


def watched(film: Mapping[str, Any], titles: Path, wishes: Wishes) -> Audience:
    """Return the audience of the sample's film and of the other titles of its list.

    Parameters
    ----------
    film : mapping
        As `truth.json` has it.
    titles : Path
        The list of titles.
    wishes : Wishes
    """
    content = content_of(film)
    with titles.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    listed = [
        Title(FILM_TITLE, content.seconds, tuple(row["genres"].split("|")), known=_KNOWN)
        if row["title_id"] == FILM_TITLE
        else Title(row["title_id"], 60 * int(row["minutes"]), tuple(row["genres"].split("|")))
        for row in rows
    ]
    return simulate(listed, {FILM_TITLE: content}, REASONS, wishes)


def content_of(film: Mapping[str, Any]) -> Content:
    """Return what a film of the sample shows in each second, by its truth.

    Parameters
    ----------
    film : mapping
        One of the ``files`` of `truth.json`.
    """
    rate = film["rate"][0] / film["rate"][1]
    seconds = int(np.ceil(film["pictures"] / rate))
    cuts, so_far, brightness = np.zeros(seconds), np.zeros(seconds), np.full(seconds, 0.5)
    numbers = np.arange(seconds)
    for shot in film["shots"]:
        begin, end = shot["first_frame"] / rate, shot["end_frame"] / rate
        here = (numbers + 1 > begin) & (numbers < end)
        so_far[here] = np.maximum(0.0, numbers[here] + 1 - begin)
        cuts[int(begin)] += shot["shot"] > 0
        if shot["setup"] in {"title", "credits"} or shot["hour"] == "night":
            brightness[here] = 0.08
    speech = np.zeros(seconds)
    for line in film["lines"]:
        speech += _covered(line["start"] / FLICKS_PER_SECOND, line["end"] / FLICKS_PER_SECOND, seconds)
    shown, rolling = np.zeros(seconds), np.zeros(seconds)
    for text in film["texts"]:
        span = _covered(text["first"] / rate, (text["last"] + 1) / rate, seconds)
        shown = np.maximum(shown, span)
        rolling = np.maximum(rolling, span if text["kind"] == "credits" else 0.0)
    people = _people(film, rate, seconds)
    measures = {
        "shot_so_far": so_far, "cuts": cuts, "speech": np.minimum(1.0, speech), "brightness": brightness,
        "text": shown, "credits": rolling, "faces": np.sum(list(people.values()), axis=0).astype(np.float64),
    }  # fmt: skip
    return Content(seconds, measures, people)


def _covered(begin: float, end: float, seconds: int) -> Floats:
    """Return how much of each second a span covers."""
    numbers = np.arange(seconds)
    return np.asarray(np.clip(np.minimum(end, numbers + 1) - np.maximum(begin, numbers), 0, 1), np.float64)


def _people(film: Mapping[str, Any], rate: float, seconds: int) -> dict[str, Flags]:
    """Return who is on screen: where their heads are seen."""
    seen: dict[str, Flags] = {}
    for head in film["heads"]:
        place = min(seconds - 1, int(head["frame"] / rate))
        seen.setdefault(head["name"], np.zeros(seconds, bool))[place] = True
    return seen


def _known(path: Path, viewers: int, seed: int) -> dict[str, Any]:
    try:
        truth = json.loads(path.read_text(encoding="utf-8"))
        wishes = truth["wishes"]
        same = truth["made_by"] == "kinoeye sample" and (wishes["viewers"], wishes["seed"]) == (viewers, seed)
    except (OSError, ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise UseError(f"{path.parent}: must hold no other log of viewers, got one",
                       remedy="Name another folder, or take that one away; nothing was changed")  # fmt: skip
    assert isinstance(truth, dict)
    return truth
